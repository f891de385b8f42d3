"""The rows of narrow buckets that answer a question: what can be known of an hour or a minute of the day.

Unlike the answers of `engine`, which fall back on wider buckets, these leave out what only days are known of.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.answering import answering_rows
from data.measured import spans_of
from data.overlap import Integers, Mask
from data.periods import reach
from data.query import Query
from data.sql import connect
from data.totals import Span
from data.usage import Usage


class Fine(NamedTuple):
    """Where narrow buckets can answer."""

    layers: tuple[int, ...]
    width: int
    """Seconds of the widest of them."""
    start: int
    end: int


def fine(usage: Usage, query: Query, width: int) -> Fine | None:
    """Which buckets of at most `width` seconds can answer, and from when to when; None where there are none."""
    asked = query.asked - {"organization"}
    layers = tuple(
        index
        for index, layer in enumerate(usage.layers)
        if layer.object == query.object and layer.width <= width and asked <= set(layer.grouping)
    )
    if not layers:
        return None
    mine = pc.fill_null(pc.equal(usage.buckets["object"], query.object), True)  # an empty bucket may be of any kind
    buckets = usage.buckets.filter(pc.and_(mine, pc.less_equal(usage.buckets["width"], width)))
    start, end = reach(usage, query)
    start, end = max(start, pc.min(buckets["start_time"]).as_py()), min(end, pc.max(buckets["end_time"]).as_py())
    return Fine(layers, max(usage.layers[index].width for index in layers), start, end) if start < end else None


def measured(usage: Usage, query: Query, found: Fine, ticks: Sequence[int]) -> list[Span]:
    """The intervals between ticks with how much of each the buckets measured that can answer the question."""
    spans = spans_of(usage, query.object, ticks, found.start, found.end, found.width)
    lost = _unanswered(usage, query, found, np.asarray(ticks[:-1], np.int64)).tolist()
    return [span._replace(measured=0, buckets=0) if gone else span for span, gone in zip(spans, lost, strict=True)]


def _unanswered(usage: Usage, query: Query, found: Fine, starts: np.ndarray) -> Mask:
    """Stretches of which only other buckets tell: wider ones, or ones that were not grouped by what is asked."""
    mine = np.array([layer.object == query.object for layer in usage.layers], bool)[usage.shares["layer"].to_numpy()]
    layer, cell, first, last = (
        usage.shares[name].to_numpy()[mine] for name in ("layer", "cell", "start_time", "end_time")
    )
    other = ~np.isin(cell, cell[np.isin(layer, found.layers)])
    edges = np.zeros(len(starts) + 1, np.int64)
    np.add.at(edges, np.searchsorted(starts, first[other]), 1)
    np.add.at(edges, np.searchsorted(starts, last[other]), -1)
    lost: Mask = np.cumsum(edges[:-1]) > 0
    return lost


def rows(usage: Usage, query: Query, found: Fine, names: Sequence[str]) -> pa.Table:
    """These columns of the rows that answer, each token once; with start_time and layer."""
    answering = answering_rows(usage, query, found.start, found.end, found.width, names)
    return answering.filter(pc.is_in(answering["layer"], pa.array(found.layers, answering["layer"].type)))


def starts(rows: pa.Table) -> Integers:
    """Unix seconds at which the buckets of rows begin."""
    start: Integers = rows["start_time"].cast(pa.int64()).to_numpy()
    return start


def summed(first: Integers, second: Integers, amount: pa.ChunkedArray) -> dict[tuple[int, int], int | None]:
    """Exact sums of a measure by two numbers of each row; None where a pair has rows that report nothing."""
    with connect(numbered=pa.table({"first": first, "second": second, "amount": amount})) as connection:
        found = connection.execute("SELECT first, second, sum(amount)::HUGEINT FROM numbered GROUP BY ALL").fetchall()
    return {(one, two): total for one, two, total in found}
