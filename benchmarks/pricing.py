"""What pricing adds to reading: 2.5 million results, read and tidied, and then all of them priced.

    python -m benchmarks.pricing                  # 2.5 M rows
    python -m benchmarks.pricing --rows 250000    # the quick run

Both are measured in one process, one after the other, on the same rows: reading a file of many hours by 22 models, 40
projects, tiers and batches into the usage, then the estimate by model and by the day. Results are read in parts of a
hundred thousand rows, so that the file itself needs no gigabyte. The first pricing counts, with nothing looked up yet.
"""

import argparse
import json
import random
import time
from collections.abc import Iterator

import pyarrow as pa

from data.exports import read
from data.pricing import Prices, estimate
from data.table import tidy

MOST = 0.15
"""What pricing may add to the ingest of the same rows."""

PART = 100_000
START = 1_735_689_600
MODELS = (
    "gpt-5-2025-08-07",
    "gpt-5-mini-2025-08-07",
    "gpt-5-nano-2025-08-07",
    "gpt-5.1",
    "gpt-5.2-2025-12-11",
    "gpt-5.4",
    "gpt-5.4-mini",
    "gpt-5.5-2026-04-23",
    "gpt-6-sol",
    "gpt-6-luna",
    "gpt-4.1-2025-04-14",
    "gpt-4.1-mini-2025-04-14",
    "gpt-4.1-nano-2025-04-14",
    "gpt-4o-2024-08-06",
    "gpt-4o-mini-2024-07-18",
    "gpt-4o-audio-preview-2025-06-03",
    "gpt-realtime-2025-08-28",
    "gpt-image-1.5",
    "o3-2025-04-16",
    "o4-mini-2025-04-16",
    "ft:gpt-4o-2024-08-06:acme::x",
    "ft:gpt-4.1-mini-2025-04-14:acme::x",
)


def parts(rows: int) -> Iterator[bytes]:
    """Pages of about a hundred thousand rows, one bucket of 500 rows an hour."""
    rng = random.Random(20261122)
    hour = 0
    for _ in range(0, rows, PART):
        buckets = []
        for _ in range(PART // 500):
            start = START + hour * 3600
            results = [_row(rng, place) for place in range(500)]
            buckets.append({"object": "bucket", "start_time": start, "end_time": start + 3600, "results": results})
            hour += 1
        yield json.dumps({"object": "page", "data": buckets, "has_more": False}).encode()


def _row(rng: random.Random, place: int) -> dict[str, object]:
    text, cached, out = rng.randint(1, 10**6), rng.randint(0, 10**6), rng.randint(1, 10**5)
    return {
        "object": "organization.usage.completions.result",
        "input_tokens": text + cached,
        "input_uncached_tokens": text,
        "input_cached_tokens": cached,
        "input_text_tokens": text,
        "input_audio_tokens": 0,
        "input_image_tokens": 0,
        "input_cached_text_tokens": cached,
        "input_cached_audio_tokens": 0,
        "input_cached_image_tokens": 0,
        "output_tokens": out,
        "output_text_tokens": out,
        "output_audio_tokens": 0,
        "num_model_requests": rng.randint(1, 99),
        "project_id": f"proj_{place % 40}",
        "api_key_id": f"key_{place}",
        "model": rng.choice(MODELS),
        "batch": place % 10 == 0,
        "service_tier": rng.choice(("default", "default", "flex", "priority")),
    }


def measured(rows: int) -> tuple[float, float, pa.Table]:
    """Processor seconds of reading and of tidying, and the usage's results."""
    reading, exports = 0.0, []
    for number, content in enumerate(parts(rows)):
        began = time.process_time()
        exports.append(read(content, f"{number}.json"))
        reading += time.process_time() - began
    began = time.process_time()
    usage = tidy(exports)
    return reading, time.process_time() - began, usage.results


def priced(results: pa.Table) -> tuple[float, int]:
    """Processor seconds of pricing every row by day and model, and how many estimates that makes."""
    ticks = range(START, START + (results.num_rows // 12_000 + 2) * 86_400, 86_400)
    began = time.process_time()
    found = estimate(results, Prices(), ["model"], ticks)
    return time.process_time() - began, len(found)


def main(rows: int = 2_500_000) -> None:
    reading, tidying, results = measured(rows)
    ingest = reading + tidying
    rounds = [priced(results) for _ in range(3)]
    first, best, many = rounds[0][0], min(seconds for seconds, _ in rounds), rounds[0][1]
    print(f"pricing: {results.num_rows:,} results, {many:,} estimates by model and day; processor seconds")
    print(f"  read and tidied {ingest:6.2f} ({reading:.2f} + {tidying:.2f})")
    print(f"  priced          {first:6.2f} the first time, {best:.2f} at best")
    print(
        f"  added           {first / ingest:6.1%} (at most {MOST:.0%}) {'ok' if first / ingest <= MOST else 'TOO MUCH'}"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=2_500_000)
    main(parser.parse_args().rows)
