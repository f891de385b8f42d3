"""Makes exports of a wanted size, the same ones each time, into `.bench/`, which git ignores."""

import csv
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent.parent / ".bench"
START = 1_735_689_600  # 2025-01-01
HOUR = 3600
ROWS_PER_BUCKET = 150
MODELS = (
    "gpt-5-2025-08-07",
    "gpt-5-mini-2025-08-07",
    "gpt-4.1-2025-04-14",
    "gpt-4.1-nano-2025-04-14",
    "gpt-4o-2024-08-06",
    "gpt-4o-mini-2024-07-18",
    "o3-2025-04-16",
    "o4-mini-2025-04-16",
)
TIERS = ("default", "flex", "priority", "incentivized-tier")
SHAPES = ("page-13", "page-25", "pretty-13", "csv")
"""Compact API page of 13-field rows, of 25-field rows, pretty-printed page of 13-field rows, dashboard CSV."""


def export(shape: str, megabytes: int) -> Path:
    """The file of a shape and size, made if it is not there yet."""
    path = FOLDER / f"{shape}-{megabytes}.{'csv' if shape == 'csv' else 'json'}"
    if not path.exists():
        FOLDER.mkdir(exist_ok=True)
        draft = path.with_suffix(".part")
        write = _write_csv if shape == "csv" else _write_page
        write(draft, shape, megabytes * 1_000_000)
        draft.replace(path)
    return path


def rows(rng: random.Random, wide: bool) -> list[dict[str, Any]]:
    """One bucket's results."""
    return [_wide_row(rng) if wide else _narrow_row(rng) for _ in range(ROWS_PER_BUCKET)]


def _narrow_row(rng: random.Random) -> dict[str, Any]:
    tokens = int(rng.lognormvariate(10, 2))
    return {
        "object": "organization.usage.completions.result",
        "input_tokens": tokens,
        "output_tokens": tokens // rng.randint(2, 30),
        "input_cached_tokens": tokens * rng.randint(0, 9) // 10,
        "input_audio_tokens": 0,
        "output_audio_tokens": 0,
        "num_model_requests": tokens // 900 + 1,
        "project_id": f"proj_{rng.randint(1, 40):024d}",
        "user_id": f"user-{rng.randint(1, 200):024d}",
        "api_key_id": f"key_{rng.randint(1, 300):016d}",
        "model": rng.choice(MODELS),
        "batch": rng.random() < 0.1,
        "service_tier": rng.choice(TIERS),
    }


def _wide_row(rng: random.Random) -> dict[str, Any]:
    row = _narrow_row(rng)
    audio = rng.choice((0, 0, 0, 120))
    cached, tokens = row["input_cached_tokens"], row["input_tokens"]
    return {
        **row,
        "input_tokens": tokens + audio,
        "input_uncached_tokens": tokens - cached + audio,
        "input_cache_write_tokens": 0,
        "input_cache_write_30m_tokens": 0,
        "input_cache_write_12h_tokens": 0,
        "input_text_tokens": tokens - cached,
        "input_audio_tokens": audio,
        "input_image_tokens": 0,
        "input_cached_text_tokens": cached,
        "input_cached_audio_tokens": 0,
        "input_cached_image_tokens": 0,
        "output_text_tokens": row["output_tokens"],
        "output_image_tokens": 0,
        "api_source": None,
    }


def _buckets(wide: bool) -> Iterator[dict[str, Any]]:
    rng = random.Random(20261101)
    start = START
    while True:
        times = {"start_time": start, "end_time": start + HOUR}
        yield {"object": "bucket", **times, "results": rows(rng, wide)}
        start += HOUR


def _write_page(path: Path, shape: str, size: int) -> None:
    options: dict[str, Any] = {"indent": 2} if shape.startswith("pretty") else {"separators": (",", ":")}
    with path.open("w", encoding="utf-8", newline="\n") as file:
        written = file.write('{"object":"page","data":[')
        for number, bucket in enumerate(_buckets(shape.endswith("25"))):
            written += file.write(("," if number else "") + json.dumps(bucket, **options))
            if written >= size:
                break
        file.write('],"has_more":false,"next_page":null}\n')


def _write_csv(path: Path, shape: str, size: int) -> None:
    del shape
    with path.open("w", encoding="utf-8", newline="") as file:
        writer, written = None, 0
        for bucket in _buckets(wide=True):
            times = {"start_time": bucket["start_time"], "end_time": bucket["end_time"]}
            for row in bucket["results"]:
                row.pop("object")
                cells = {name: float(value) if type(value) is int else value for name, value in row.items()}
                if writer is None:
                    writer = csv.DictWriter(file, [*times, *cells], lineterminator="\n")
                    writer.writeheader()
                written += writer.writerow({**times, **cells})
            if written >= size:
                return
