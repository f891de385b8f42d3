"""A usage with everything that engines disagree about, as exports and as a warehouse."""

from pathlib import Path

from data.exports import Export
from data.exports.export import Named
from data.query import Query
from tests.build import Bucket, at, day, export

BIG = 2**62
NAMES = (
    'it\'s "quoted" \\ and \\n',
    "two\nlines\tand\ra tab",
    ":v0 $v0 {v0:String} ? %s",
    "'; DROP TABLE usage_results; --",
    "NULL",
    "",
    " ",
    "é 😀 \u202e",
    "a" * 4096,
)
"""Values of a dimension, beside none at all."""


def row(tokens: int, **dimensions: object) -> dict[str, object]:
    """A completions result of which a part is cached."""
    counts = {"input_tokens": tokens, "input_cached_tokens": tokens // 3, "output_tokens": 7, "num_model_requests": 1}
    return {**counts, **dimensions}


def _days() -> list[Bucket]:
    ids = {"project_id": "proj_a", "api_key_id": "key_1", "batch": "false"}
    return [
        day("2026-01-05", *(row(index + 1, model=name, **ids) for index, name in enumerate(NAMES)), row(50, **ids)),
        day("2026-01-06", row(3, model="NULL", **ids), row(5, model=NAMES[0], project_id="proj_b", batch="true")),
        day("2026-01-07"),
        day("2026-01-09", row(0, model="", **ids)),
    ]


def _hours() -> list[Bucket]:
    """Over the night in which clocks go forward in Berlin."""
    first = at("2026-03-28T20:00")
    return [
        (first + clock * 3600, first + (clock + 1) * 3600, [row(clock + 1, model="night", project_id="proj_a")])
        for clock in range(12)
    ]


def _kinds() -> list[Bucket]:
    big = {"object": "embeddings", "input_tokens": BIG, "num_model_requests": 1}
    level = {"object": "vector_stores", "project_id": "proj_a"}
    return [
        day("2026-01-05", *({**big, "model": name} for name in ("e1", "e1", "e2"))),
        day("2026-01-06", {"object": "images", "images": 4, "num_model_requests": 2, "size": "1024x1024"}),
        day("2026-01-05", {**level, "usage_bytes": 100}),
        day("2026-01-06", {**level, "usage_bytes": 40}),
    ]


def exports() -> list[Export]:
    """Days by everything, the same days by user (which cannot be crossed with the others), hours, kinds, names."""
    by_user = [
        day("2026-01-05", row(60, user_id="u1"), row(70, user_id="u'2")),
        day("2026-01-06", row(8, user_id="u1")),
    ]
    names = [Named("proj_a", "Search", "Team 'A'", "line 2"), Named("key_1", "Key", 'Team "B"', "line 3")]
    return [
        export(*_days(), name="days.json"),
        export(*by_user, name="users.json"),
        export(*_hours(), name="hours.json", organization="acme"),
        export((at("2026-01-05"), at("2026-01-05T01:00"), []), *_kinds(), name="kinds.json"),
        Export("names.csv", "", 0, "names", mapping=tuple(names)),
    ]


def questions() -> list[Query]:
    """One of each sort that the page can ask."""
    kinds = [
        Query(object="embeddings", measure="input_tokens", group_by="model"),
        Query(object="embeddings", measure="input_tokens"),
        Query(object="images", measure="images", group_by="size"),
        Query(object="vector_stores", measure="usage_bytes", group_by="project_id"),
        Query(object="vector_stores", measure="usage_bytes", interval="month"),
    ]
    groups = [None, "model", "project_id", "user_id", "api_key_id", "batch", "organization", "team", "service_tier"]
    kept = [*NAMES, None, "\ud800", "no such model"]
    return [
        *kinds,
        *(Query(group_by=group) for group in groups),
        Query(group_by="model", subgroup="project_id"),
        Query(group_by="team", subgroup="model", interval="month"),
        Query(group_by="model", zone="Europe/Berlin", start_time="2026-03-28", end_time="2026-03-30"),
        Query(group_by="model", zone="Australia/Lord_Howe", interval="hour", start_time="2026-03-28"),
        Query(interval="week"),
        Query(interval="month", group_by="batch"),
        Query(period="7d", group_by="model"),
        Query(period="24h", back=1),
        Query(start_time="2027-01-01"),
        *(Query(group_by="model", filters=(("model", (value,)),)) for value in kept),
        *(Query(group_by="model", without=(("model", (value,)),)) for value in kept),
        Query(filters=(("model", tuple(kept)),)),
        Query(group_by="team", filters=(("team", ("Team 'A'", None)),)),
        Query(group_by="project_id", without=(("team", ('Team "B"',)), ("project_id", (None,)))),
    ]


def files(folder: Path) -> str:
    """The results of a warehouse that was written once, as a pattern."""
    return str(folder / "results" / "*" / "*.parquet")
