"""A warehouse of many made-up results: a year of days, written as `python -m data export` writes them."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pyarrow as pa

from data.exports.export import Export
from data.warehouse import rows as lying
from data.warehouse.append import append, read_state, write_details
from data.warehouse.location import Location
from data.warehouse.manifest import Day, day_name, publish

DAYS = 365
FIRST = 1_735_689_600  # 2025-01-01
KEYS, MODELS, TIERS = 300, 30, ("default", "flex", "priority", "scale")
MEASURES = ("input_tokens", "input_cached_tokens", "output_tokens", "num_model_requests")


def make(folder: str, rows: int) -> None:
    """Each day every key has results of several models and tiers; counts differ."""
    location = Location(folder, create=True)
    append(location, [_thin()])
    state = read_state(location)
    each = rows // DAYS

    def write(day: int) -> tuple[int, Day, dict[str, int]]:
        start = FIRST + day * 86_400
        table = _day(start, day, each)
        name = day_name(start // 86_400, "made")
        location.create(name, lying.written(table))
        sums = {
            name: int(np.sum(table[name].to_numpy()))
            for name in lying.SCHEMA.names
            if name in state.manifest.sums and table[name].null_count == 0
        }
        return start, Day(name, each), sums

    with ThreadPoolExecutor(2) as pool:
        written = list(pool.map(write, range(DAYS)))
    sums = {name: sum(one.get(name, 0) for _, _, one in written) for name in state.manifest.sums}
    summary = state.usage.results
    at = summary.column_names.index("rows")
    summary = summary.set_column(at, "rows", pa.array(np.full(summary.num_rows, each)))
    file = state.usage.files[0]._replace(accepted=each * DAYS)
    usage = replace(
        state.usage,
        results=summary.select(
            [
                *dict.fromkeys(
                    (
                        "bucket",
                        "layer",
                        "share",
                        "choice",
                        "file",
                        "start_time",
                        "end_time",
                        "object",
                        "organization",
                        "rows",
                    )
                )
            ]
        ),
        files=(file,),
    )
    number = state.manifest.number + 1
    publish(
        location,
        state.manifest.model_copy(
            update={
                "number": number,
                "days": {start: day for start, day, _ in written},
                "details": write_details(location, usage, f"details/{number:08}-made"),
                "sums": sums,
            }
        ),
    )


def _thin() -> Export:
    """One result a day, which fills what all others fill."""
    from tests.build import export  # noqa: PLC0415

    days = [
        (
            FIRST + day * 86_400,
            FIRST + (day + 1) * 86_400,
            [
                {
                    "input_tokens": 2,
                    "input_cached_tokens": 1,
                    "output_tokens": 1,
                    "num_model_requests": 1,
                    "project_id": "p",
                    "user_id": "u",
                    "api_key_id": "k",
                    "model": "m",
                    "service_tier": "default",
                    "batch": "false",
                }
            ],
        )
        for day in range(DAYS)
    ]
    return export(*days, name="made.json")


def _day(start: int, day: int, many: int) -> pa.Table:
    random = np.random.default_rng(day)
    key, model = random.integers(0, KEYS, many), random.integers(0, MODELS, many)
    text = random.integers(1_000, 5_000_000, many)
    cached, out = text // 3, text // 8
    numbers = {
        "input_tokens": text,
        "input_cached_tokens": cached,
        "output_tokens": out,
        "num_model_requests": text // 2_000,
        "uncached_input": text - cached,
        "cached_input": cached,
        "cache_write": 0 * text,
        "output": out,
        "audio_input": 0 * text,
        "audio_output": 0 * text,
        "total_tokens": text + out,
    }
    texts = {
        "project_id": _named("proj_", key // 10),
        "user_id": _named("user_", key // 3),
        "api_key_id": _named("key_", key),
        "model": _named("model-", model),
        "service_tier": pa.array(TIERS).take(pa.array(random.integers(0, len(TIERS), many))),
        "batch": pa.array(["false", "true"]).take(pa.array((model % 5 == 0).astype(np.int8))),
        "object": pa.repeat("completions", many),
        "generation": pa.repeat("inclusive", many),
    }
    fixed = {"file": 0, "bucket": day, "start_time": start, "end_time": start + 86_400, "layer": 0}
    columns = []
    for each in lying.SCHEMA:
        if each.name in numbers:
            columns.append(pa.array(numbers[each.name], pa.int64()))
        elif each.name in texts:
            columns.append(texts[each.name])
        elif each.name in fixed:
            columns.append(pa.array(np.full(many, fixed[each.name]), each.type))
        else:
            columns.append(pa.nulls(many, each.type))
    return pa.table(columns, lying.SCHEMA)


def _named(prefix: str, numbers: np.ndarray) -> pa.Array:
    names = pa.array([f"{prefix}{number:03}" for number in range(int(numbers.max()) + 1)])
    return names.take(pa.array(numbers))
