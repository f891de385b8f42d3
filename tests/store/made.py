"""Small datasets for the store's tests, and what has to be equal after they were saved."""

from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa

from data.exports import Export, Problem
from data.exports.export import RESULT_SCHEMA
from data.query import Query
from data.store.settings import Settings
from data.table import tidy
from data.usage import Usage
from tests.build import day, export, tokens

USERS = ("user-Aq7Lm2", "user-Bx9Kp4", "user-Cz1Rt8", "user-left-out-Dd55")
KEYS = ("key_1111aaaa", "key_2222bbbb", "alice@example.com")
PROJECTS = ("proj_alpha_77", "proj beta 88", "proj_ratio_99")
ORGANIZATION = "Acme Secret Division"
IDS = (*USERS, *KEYS, *PROJECTS)

EVERYTHING = Query()


def row(count: int, user: int = 0, key: int = 0, project: int = 0, model: str = "gpt-4o") -> dict[str, Any]:
    return {
        **tokens(count),
        "user_id": USERS[user],
        "api_key_id": KEYS[key],
        "project_id": PROJECTS[project],
        "model": model,
    }


def exports() -> tuple[Export, ...]:
    """Two files with ids wherever ids can be: columns, models, line items, names, places, values and reasons."""
    first = export(
        day("2026-01-01", row(1), row(2, 1, 1, 1), row(2, 1, 1, 1), row(4, 2, 2, 2, f"ft:gpt-4o:{USERS[0]}:x")),
        day(
            "2026-01-02",
            row(8),
            row(16, 2, 2, 2, "o3"),
            {"object": "embeddings", "input_tokens": 5, "num_model_requests": 1, "user_id": USERS[1]},
        ),
        day("2026-01-03"),
        day("2026-01-04", row(32, 3, 0, 0, "o3"), {**row(64), "user_id": None}),
        day(
            "2026-01-05",
            {"amount": "1.25", "currency": "usd", "line_item": f"ft-{PROJECTS[0]}, input", "project_id": PROJECTS[0]},
        ),
        day(
            "2026-01-06",
            {"amount": "0." + "3" * 37, "currency": "usd", "project_id": PROJECTS[1]},
            {"amount": "2", "currency": "usd", "project_id": PROJECTS[2]},
        ),
        name=f"usage of {USERS[0]}.json",
        organization=ORGANIZATION,
    )
    first = replace(
        first,
        problems=(
            Problem(
                "rejected", first.name, f'people["{USERS[1]}"][3]', USERS[2], f'"{USERS[0]}"', "is not a whole number"
            ),
            Problem(
                "unread", first.name, f"{USERS[1]}/b.json: line 3", "", "", f"goes on after its end: '{KEYS[1]}'", 7
            ),
            Problem(
                "notice",
                first.name,
                "",
                "has_more",
                "true",
                f"is an error reply of the API: {PROJECTS[1]} has no credit",
            ),
        ),
        unknown_fields={"completions.new_tokens": 3, f"completions.{USERS[2]}": 1},
        unknown_objects={"organization.usage.new.result": 2},
    )
    second = export(
        day("2026-01-04", row(32, 3, 0, 0, "o3"), {**row(70), "user_id": None}),
        day("2026-01-07", row(128, 1, 1, 1, "o3"), row(256, 1, 2, 1, "o3")),
        name=f"{USERS[1]}.csv",
        organization=ORGANIZATION,
    )
    return first, second


def many(rows: int, seed: int = 1, per: int = 250) -> tuple[Export, ...]:
    """One file with as many rows as are wanted, so many per hour from the start of 2025."""
    random = np.random.default_rng(seed)
    buckets = -(-rows // per)
    bucket = np.arange(rows) // per
    inputs = random.integers(0, 100_000, rows)
    cached = (inputs * random.random(rows)).astype(np.int64)
    columns: dict[str, Any] = {field.name: pa.nulls(rows) for field in RESULT_SCHEMA}
    columns["object"] = _names(np.zeros(rows, np.int64), "completions")
    columns["bucket"] = pa.array(bucket.astype(np.int32))
    for name, different in {"project_id": 20, "user_id": 50, "api_key_id": 200, "model": 30, "service_tier": 3}.items():
        columns[name] = _names(random.integers(0, different, rows), name)
    for name, values in {
        "num_model_requests": random.integers(1, 500, rows),
        "input_tokens": inputs,
        "input_cached_tokens": cached,
        "input_uncached_tokens": inputs - cached,
        "input_text_tokens": inputs - cached,
        "output_tokens": random.integers(0, 5_000, rows),
    }.items():
        columns[name] = pa.array(values)
    start = 1_735_689_600 + 3600 * np.arange(buckets)
    held = pa.table(
        {
            "start_time": pa.array(start),
            "end_time": pa.array(start + 3600),
            "results": pa.array(np.bincount(bucket, minlength=buckets).astype(np.int32)),
            "object": _names(np.zeros(buckets, np.int64), "completions"),
            "place": pa.array([f"data[{index}]" for index in range(buckets)]),
        }
    )
    return (Export("year.json", "page", rows, "0" * 64, results=pa.table(columns), buckets=held),)


def _names(codes: Any, name: str) -> pa.DictionaryArray:
    texts = [name if name == "completions" else f"{name}_{index:04d}" for index in range(int(codes.max(initial=0)) + 1)]
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32)), pa.array(texts))


def settings(url: str, **fields: Any) -> Settings:
    return Settings(url=url, **fields)


def tokens_of(content: Any) -> int:
    """What has to come out whatever happens to the store."""
    usage = content if isinstance(content, Usage) else tidy(content)
    return sum(value or 0 for value in usage.results["total_tokens"].to_pylist())


def facts(usage: Usage) -> dict[str, Any]:
    """A usage as plain values, so that two can be compared."""
    plain = {
        name: getattr(usage, name).to_pydict() for name in ("results", "costs", "buckets", "shares", "cost_shares")
    }
    types = {name: [str(each) for each in getattr(usage, name).schema.types] for name in plain}
    rest = {
        name: getattr(usage, name)
        for name in (
            "layers",
            "cost_layers",
            "contested",
            "costs_contested",
            "reported",
            "files",
            "problems",
            "unknown_fields",
            "unknown_objects",
            "names",
            "naming",
        )
    }
    return {**plain, **rest, "types": types}
