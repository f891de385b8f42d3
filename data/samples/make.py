"""Writes the sample exports beside this file: `python -m data.samples.make`. The same bytes on every run.

Six files of one made-up organization; the four usage files follow one another without overlap:
1. `completions_2025-08_buckets.json`: list of buckets, text-only generation, by model, the first bucket clipped
2. `completions_usage_2025-09-01_2026-02-28.csv`: dashboard CSV, 24 columns
3. `completions_2026-03_2026-10_pages.json.gz`: list of API pages, daily, 25 fields
4. `completions_2026-11_hours.jsonl.gz`: one API page a line, hourly, 25 fields
5. `costs_2026-03_2026-11_page.json.gz`: list of cost pages, daily, by line item and project, over the time of 3 and 4
6. `names.csv`: names of projects, users and keys, and teams

Planted in them: a spike, a cache that stops working, a key that runs at night, audio in one project, a clipped first
day, two empty days, the switch between the two generations, a model taking over from an older one, batches on Sundays,
two rows of equal dimensions, a credit, and a bill that does not quite match. README.md has dates and ids.
"""

import csv
import gzip
import io
import json
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from data.samples.costs import cost_results
from data.samples.organization import FIRST_SECOND, NAMES
from data.samples.usage import results, results_by_model

FOLDER = Path(__file__).parent
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
AUGUST, SEPTEMBER, MARCH, NOVEMBER, END = (
    datetime(*day, tzinfo=UTC) for day in ((2025, 8, 1), (2025, 9, 1), (2026, 3, 1), (2026, 10, 31), (2026, 11, 21))
)
DIMENSION_COLUMNS = ("user_id", "api_key_id", "model", "batch", "service_tier")
COUNT_COLUMNS = (
    "input_tokens",
    "output_tokens",
    "input_cached_tokens",
    "input_uncached_tokens",
    "input_text_tokens",
    "output_text_tokens",
    "input_cached_text_tokens",
    "input_audio_tokens",
    "input_cached_audio_tokens",
    "output_audio_tokens",
    "input_image_tokens",
    "input_cached_image_tokens",
    "output_image_tokens",
)
TIME_COLUMNS = ("start_time", "end_time", "start_time_iso", "end_time_iso")
COLUMNS = (*TIME_COLUMNS, "project_id", "num_model_requests", *DIMENSION_COLUMNS, *COUNT_COLUMNS)

Span = tuple[datetime, datetime]
Row = dict[str, Any]


def files() -> dict[str, bytes]:
    """Every sample by its file name."""
    daily, hourly = buckets(MARCH, NOVEMBER, DAY), buckets(NOVEMBER, END, HOUR)
    return {
        "completions_2025-08_buckets.json": august(),
        "completions_usage_2025-09-01_2026-02-28.csv": autumn_and_winter(),
        "completions_2026-03_2026-10_pages.json.gz": zipped(packed(pages("daily", daily, 31))),
        "completions_2026-11_hours.jsonl.gz": zipped(b"".join(packed(page) for page in pages("hourly", hourly, 24))),
        "costs_2026-03_2026-11_page.json.gz": zipped(packed(pages("costs", cost_buckets(daily + hourly), 180))),
        "names.csv": names(),
    }


def august() -> bytes:
    first, *others = spans(AUGUST, SEPTEMBER, DAY)
    clipped = [(FIRST_SECOND, first[1]), *others]
    by_model = [bucket(span, results_by_model(*span)) for span in clipped]
    return (json.dumps(by_model, indent=1) + "\n").encode()


def autumn_and_winter() -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for span in spans(SEPTEMBER, MARCH, DAY):
        writer.writerows(csv_rows(span))
    return text.getvalue().encode()


def names() -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("id", "name", "team"))
    writer.writerows((identity, *named) for identity, named in NAMES.items())
    return text.getvalue().encode()


def csv_rows(span: Span) -> list[list[Any]]:
    """One row for each result; a bucket without results is a row that holds only its times."""
    times = [*map(unix, span), *(moment.isoformat() for moment in span)]
    empty = [[*times, *[""] * (len(COLUMNS) - len(times))]]
    return [[*times, *csv_values(result)] for result in results(*span)] or empty


def csv_values(result: Row) -> list[Any]:
    """Counts as floats, as the dashboard writes them."""
    return [
        result["project_id"],
        float(result["num_model_requests"]),
        *(result[name] for name in DIMENSION_COLUMNS),
        *(float(result[name]) for name in COUNT_COLUMNS),
    ]


def buckets(start: datetime, end: datetime, width: timedelta) -> list[Row]:
    return [bucket(span, results(*span)) for span in spans(start, end, width)]


def cost_buckets(usage: list[Row]) -> list[Row]:
    """A day's costs from all its usage, be it one bucket or twenty-four; the last day is not billed yet."""
    days = spans(MARCH, END, DAY)
    used: dict[int, list[Row]] = {unix(start): [] for start, _ in days}
    for each in usage:
        used[each["start_time"] // 86400 * 86400] += each["results"]
    billed = cost_results([(start.date(), used[unix(start)]) for start, _ in days])
    return [bucket(span, costs) for span, costs in zip(days[:-1], billed[:-1], strict=True)]


def pages(name: str, of: list[Row], limit: int) -> list[Row]:
    """The buckets as the API hands them out: `limit` to a page, each page naming the next."""
    starts = range(0, len(of), limit)
    last = starts[-1]
    return [
        {
            "object": "page",
            "data": of[at : at + limit],
            "has_more": at != last,
            "next_page": None if at == last else cursor(name, at + limit),
        }
        for at in starts
    ]


def cursor(name: str, at: int) -> str:
    return "page_" + urlsafe_b64encode(sha256(f"{name} {at}".encode()).digest()[:20]).decode()


def bucket(span: Span, found: list[Row]) -> Row:
    return {"object": "bucket", "start_time": unix(span[0]), "end_time": unix(span[1]), "results": found}


def spans(start: datetime, end: datetime, width: timedelta) -> list[Span]:
    return [(start + width * turn, start + width * (turn + 1)) for turn in range((end - start) // width)]


def unix(moment: datetime) -> int:
    return int(moment.timestamp())


def packed(value: object) -> bytes:
    return (json.dumps(value, separators=(",", ":")) + "\n").encode()


def zipped(content: bytes) -> bytes:
    return gzip.compress(content, compresslevel=9, mtime=0)


def main() -> None:
    for name, content in files().items():
        (FOLDER / name).write_bytes(content)


if __name__ == "__main__":
    main()
