"""Runs a query where the usage lies, which for now is a table in DuckDB.

Each question is one SQL text. Sums are taken by the engine and come back as Python integers, exact at any size. A sum
over nothing that was reported is None, never 0.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from data.answer import Answer
from data.answer import opened as opened_groups
from data.asked import Asked
from data.held import asked_rows, chosen_rows, is_text
from data.intervals import bucket_width, finest_width, fitting, ticks
from data.measured import spans_of
from data.periods import period, reach, zone_of
from data.query import Query
from data.resident import resident
from data.sql import connect
from data.table import Usage
from data.totals import Group, Totals, added

SHOWN = 7
"""Groups drawn on their own; the rest are Other."""


def total(usage: Usage, query: Query, shown: int = SHOWN) -> Totals:
    """Exact totals per interval and grouping.

    A bucket belongs to the interval in which it starts. Groups beyond the `shown` largest are summed as Other, and so
    are subgroups. The intervals cover as much of the period as lies between the first bucket and the last.
    """
    query = query.model_copy(update={"interval": fitting(usage, query)})
    reached = reach(usage, query)
    edges = ticks(usage, query, *reached)
    width = bucket_width(usage, query)
    asked = Asked(usage, query, resident(usage, query.object, query.asked, width), shown)
    rows = _run(asked.totals(), asked.values, _ticks(usage, edges, *reached))
    answer = Answer(asked, query, rows, max(len(edges) - 1, 0))
    start, end = period(usage, query)
    return Totals(
        query=query,
        zone=zone_of(usage, query),
        start=start,
        end=end,
        spans=spans_of(usage, query.object, edges, *reached, max(width, finest_width(usage, query, *reached))),
        groups=answer.groups,
        cells=answer.cells(),
        table=answer.table,
        grand={name: added([group.sums[name] for group in answer.table]) for name in asked.named},
        results=answer.results,
        left_out=_left_out(usage, query, width),
        subgroups=answer.subgroups,
        subcells=answer.subcells(),
    )


def opened(usage: Usage, query: Query, group: Group) -> tuple[Group, ...]:
    """All subgroups of one group over the whole period, the largest first; they add up to it."""
    reached = reach(usage, query)
    results = resident(usage, query.object, query.asked, bucket_width(usage, query))
    asked = Asked(usage, query, results, SHOWN)
    rows = _run(asked.opened(group.kind, group.value), asked.values, _ticks(usage, reached, *reached))
    return opened_groups(asked, rows, query.measure)


class Found(NamedTuple):
    """Values of a dimension."""

    values: tuple[str | None, ...]
    """Largest first; None where there are rows without a value."""
    count: int
    """How many there are in all."""


def find(usage: Usage, query: Query, text: str = "", most: int = 2**31) -> Found:
    """The values of the query's group that contain a text in any case, `most` of them, over the whole usage."""
    everything = Query(object=query.object, measure=query.measure, group_by=query.group_by)
    results = resident(usage, query.object, everything.asked, bucket_width(usage, everything))
    asked = Asked(usage, everything, results, SHOWN)
    sql = asked.found()
    with connect() as connection:
        rows = connection.execute(sql, {**asked.values, "text": text, "most": most}).fetchall() if is_text(text) else []
    return Found(tuple(value for value, _ in rows), rows[0][1] if rows else 0)


def summed(usage: Usage, totals: Totals) -> pa.Table:
    """The results that an answer sums, each token once, as they lie in the usage and in their order.

    Of a level, such as stored bytes, all its results: the answer itself counts only the latest of each stretch.
    """
    query = totals.query
    rows = asked_rows(usage, query, *reach(usage, query))
    return usage.results.filter(pa.array(rows & chosen_rows(usage, query.asked, bucket_width(usage, query))))


def _run(sql: str, values: dict[str, object], ticks: pa.Table) -> list[tuple[Any, ...]]:
    with connect(given=ticks) as connection:
        # A table of its own rather than what is given: of that, nothing is known by which to plan.
        connection.execute("CREATE TEMP TABLE ticks AS SELECT * FROM given")
        return connection.execute(sql, values).fetchall()


def _ticks(usage: Usage, edges: Sequence[int], start: int, end: int) -> pa.Table:
    """The buckets that begin in the period, and the interval that each belongs to: bucket, since, tick."""
    since = usage.buckets["start_time"].to_numpy()
    bucket = np.flatnonzero((since >= start) & (since < end)) if len(edges) > 1 else np.empty(0, np.int64)
    tick = np.searchsorted(np.asarray(edges, np.int64), since[bucket], side="right") - 1
    return pa.table({"bucket": bucket.astype(np.int32), "since": since[bucket], "tick": tick.astype(np.int32)})


def _left_out(usage: Usage, query: Query, width: int) -> int:
    """Rows of other exports of the same usage that were not used."""
    if not usage.contested:
        return 0
    chosen = chosen_rows(usage, query.asked, width)
    return len(chosen) - int(chosen.sum())
