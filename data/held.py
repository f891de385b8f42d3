"""What a usage holds, and which of its rows answer a question."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.naming import NAMED, TEAM, Names
from data.overlap import DAY, Mask
from data.query import Query, is_text
from data.usage import DIMENSIONS, Usage
from data.zones import utc

MOST_KEPT = 32
"""Answers of one sort that are kept; those of `choose` take a byte per result."""


def objects(usage: Usage) -> tuple[str, ...]:
    """Kinds of result in the usage, by short name, completions first."""
    return tuple(sorted(usage.reported, key=lambda name: (name != "completions", name)))


def measures(usage: Usage, object_name: str) -> tuple[str, ...]:
    """Measures that any result of this kind reports."""
    return usage.reported.get(object_name, ())


def groupings(usage: Usage, object_name: str) -> tuple[str, ...]:
    """Dimensions that some export of this kind was grouped by, those people ask for most first."""
    there = {name for layer in usage.layers if layer.object == object_name for name in layer.grouping}
    if usage.results["organization"].null_count < usage.results.num_rows:
        there.add("organization")
    first = ("model", *NAMED, TEAM)
    return tuple(name for name in (*first, *(name for name in DIMENSIONS if name not in first)) if name in there)


def names_shown(usage: Usage, query: Query) -> Names:
    """The names by which the question wants ids shown: all or none."""
    return usage.names if query.show == "names" else {}


def shown_names(usage: Usage, query: Query, dimension: str | None) -> dict[str, str]:
    """Those of one dimension."""
    return names_shown(usage, query).get(dimension or "", {})


def extent(usage: Usage, object_name: str | None = None) -> tuple[int, int] | None:
    """From the first bucket's start to the last one's end; None where there is no bucket."""
    found: tuple[int, int] | None = remembered(usage, "extent", object_name, lambda: _extent(usage, object_name))
    return found


def _extent(usage: Usage, object_name: str | None) -> tuple[int, int] | None:
    buckets = usage.buckets
    if object_name:
        mine = pc.fill_null(pc.equal(buckets["object"], object_name), True)
        buckets = buckets.filter(mine) if pc.any(mine).as_py() else buckets
    if not buckets.num_rows:
        return None
    return pc.min(buckets["start_time"]).as_py(), pc.max(buckets["end_time"]).as_py()


def chosen_rows(usage: Usage, asked: frozenset[str], width: int) -> Mask:
    """The rows to sum for a question, each token once."""
    if not usage.contested:
        return np.ones(usage.results.num_rows, bool)
    chosen: Mask = remembered(usage, "chosen", (asked, width), lambda: usage.chosen(asked, width))
    return chosen


def grouped_rows(usage: Usage, rows: pa.Table, dimension: str) -> Mask:
    """Which of some results are of exports that were grouped by a dimension: of the others a null is no "none"."""
    grouped = np.array([dimension in layer.grouping for layer in usage.layers], bool)
    found: Mask = grouped[rows["layer"].cast(pa.int32()).to_numpy()]
    return found


def asked_rows(usage: Usage, query: Query, start: int, end: int) -> Mask:
    """Rows of the question's kind and filters that begin in a stretch of time."""
    rows = usage.results
    kept = pc.fill_null(pc.equal(rows["object"].cast(pa.string()), query.object), False)
    kept = pc.and_(kept, pc.greater_equal(rows["start_time"], _moment(start)))
    kept = pc.and_(kept, pc.less(rows["start_time"], _moment(end)))
    for name, values in query.filters:
        kept = pc.and_(kept, _one_of(rows[name], values))
    for name, values in query.without:
        kept = pc.and_(kept, pc.invert(_one_of(rows[name], values)))
    found: Mask = kept.to_numpy()
    return found


def _one_of(column: pa.ChunkedArray, values: Sequence[str | None]) -> pa.ChunkedArray:
    texts = pa.array([value for value in values if value is not None and is_text(value)], pa.string())
    there = pc.is_in(column.cast(pa.string()), value_set=texts, skip_nulls=True)
    return pc.or_(there, column.is_null()) if None in values else there


def _moment(seconds: int) -> pa.Scalar:
    return pa.scalar(utc(seconds), pa.timestamp("s", tz="UTC"))


def widest_bucket(usage: Usage, object_name: str, asked: frozenset[str], start: int, end: int, width: int) -> int:
    """Width in seconds of the widest bucket that answers a question which buckets of `width` are fine enough for."""
    shares = usage.shares
    layer = shares["layer"].to_numpy()
    mine = np.array([each.object == object_name for each in usage.layers], bool)[layer]
    there = mine & (shares["start_time"].to_numpy() < end) & (shares["end_time"].to_numpy() > start)
    there &= _used_shares(usage, asked, width)
    widths = np.array([each.width for each in usage.layers], np.int64)[np.unique(layer[there])]
    return int(widths.max(initial=0)) or DAY


def _used_shares(usage: Usage, asked: frozenset[str], width: int) -> Mask:
    """Shares of which a row answers the question."""

    def used() -> Mask:
        share = usage.results["share"].to_numpy()
        share = share[chosen_rows(usage, asked, width)] if usage.contested else share
        found: Mask = np.bincount(share, minlength=usage.shares.num_rows) > 0
        return found

    found: Mask = remembered(usage, "shares", (asked, width) if usage.contested else None, used)
    return found


def remembered(usage: Usage, what: str, key: Any, work_out: Callable[[], Any]) -> Any:
    """The answer to a question that many others ask, worked out once."""
    kept = usage.memo.setdefault(what, {})
    if key not in kept:
        answer = work_out()
        if len(kept) >= MOST_KEPT:
            kept.clear()
        kept[key] = answer
        return answer
    return kept[key]
