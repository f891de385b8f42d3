"""What a usage holds, and which of its rows answer a question."""

import numpy as np
import pyarrow.compute as pc

from data.overlap import Mask, choose
from data.table import DIMENSIONS, RESULTS, Usage

MOST_CHOSEN = 32
"""Answers of `choose` that are kept, at a byte per result."""


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
    first = ("model", "project_id", "user_id", "api_key_id")
    return tuple(name for name in (*first, *(name for name in DIMENSIONS if name not in first)) if name in there)


def extent(usage: Usage, object_name: str | None = None) -> tuple[int, int] | None:
    """From the first bucket's start to the last one's end; None where there is no bucket."""
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
    chosen = usage.chosen.get((asked, width))
    if chosen is None:
        chosen = choose(usage.results, usage.shares, usage.layers, RESULTS, asked, width)
        if len(usage.chosen) >= MOST_CHOSEN:
            usage.chosen.clear()
        usage.chosen[asked, width] = chosen
    return chosen
