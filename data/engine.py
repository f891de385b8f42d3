"""Runs a query where the usage lies, which for now is a table in DuckDB.

A question is one pass over its rows, which sums them up by interval and groups; the rest is asked of those sums. They
come back as Python integers, exact at any size. A sum over nothing that was reported is None, never 0.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from data import answer
from data.asked import Asked
from data.held import asked_rows, chosen_rows
from data.intervals import bucket_width, finest_width, fitting, ticks
from data.measured import spans_of
from data.periods import period, reach, zone_of
from data.query import Query, is_text
from data.resident import resident
from data.sql import connect
from data.totals import Group, Totals, added
from data.usage import Usage, main_measure
from data.warehouse.gathered import behind, gathered, reading_of, values_gathered, values_reading
from data.warehouse.questions import Reading
from data.warehouse.source import Warehouse

Run = Callable[..., list[answer.Row]]
"""SQL and the values that it binds → rows."""

SHOWN = 7
"""Groups drawn on their own; the rest are Other."""


def total(usage: Usage, query: Query, shown: int = SHOWN) -> Totals:
    """Exact totals per interval and grouping.

    A bucket belongs to the interval in which it starts. Groups beyond the `shown` largest are summed as Other, and so
    are subgroups. The intervals cover as much of the period as lies between the first bucket and the last.
    """
    query, edges, reached, width = _laid_out(usage, query)
    asked, stretches = _asked(usage, query, edges, *reached, width)
    with _summed_up(asked, stretches) as run:
        found = _drawn(asked, query, run, shown, max(len(edges) - 1, 0))
    start, end = period(usage, query)
    return Totals(
        query=query,
        zone=zone_of(usage, query),
        start=start,
        end=end,
        spans=spans_of(usage, query.object, edges, *reached, max(width, finest_width(usage, query, *reached))),
        left_out=_left_out(usage, query, width),
        **found,
    )


def readings(usage: Warehouse, queries: Sequence[Query]) -> list[Reading]:
    """What an engine has to be asked for the totals of these questions, and the values of the first one's groups."""
    laid = [_laid_out(usage, query) for query in queries]
    needed = [reading_of(usage, query, edges, *reached, width) for query, edges, reached, width in laid]
    first = queries[0]
    if not first.group_by:
        return needed
    everything = Query(object=first.object, measure=main_measure(first.object), group_by=first.group_by)
    return [*needed, values_reading(usage, everything, bucket_width(usage, everything))]


def _laid_out(usage: Usage, query: Query) -> tuple[Query, list[int], tuple[int, int], int]:
    """The question with its interval, where the intervals begin, the stretch they cover, and what buckets fit them."""
    query = query.model_copy(update={"interval": fitting(usage, query)})
    reached = reach(usage, query)
    return query, ticks(usage, query, *reached), reached, bucket_width(usage, query)


def _drawn(asked: Asked, query: Query, run: Run, shown: int, ticks: int) -> dict[str, Any]:
    """What an answer says of groups: all of them, and by interval those that are drawn."""
    table = answer.groups(asked, run(asked.groups()), query.measure, query.group_by)
    groups = answer.drawn(table, shown)
    places: dict[str, object] = {"shown": answer.names(groups)}
    cells, results = answer.cells(asked, run(asked.cells(), places), groups, ticks)
    grand = {name: added([group.sums[name] for group in table]) for name in asked.named}
    found = {"groups": groups, "cells": cells, "table": table, "grand": grand, "results": results}
    if not query.subgroup:
        return found
    inner = answer.groups(asked, run(asked.subgroups()), query.measure, query.subgroup)
    subgroups = answer.drawn(inner, shown)
    rows = run(asked.subcells(), {**places, "inner_shown": answer.names(subgroups)})
    return {**found, "subgroups": subgroups, "subcells": answer.subcells(rows, groups, subgroups, ticks)}


def opened(usage: Usage, query: Query, group: Group) -> tuple[Group, ...]:
    """All subgroups of one group over the whole period, the largest first; they add up to it."""
    reached = reach(usage, query)
    asked, stretches = _asked(usage, query, reached, *reached, bucket_width(usage, query))
    with _summed_up(asked, stretches) as run:
        rows = run(asked.within(group.kind), {"group": group.value} if group.kind == "value" else {})
    return answer.groups(asked, rows, query.measure, query.subgroup)


class Found(NamedTuple):
    """Values of a dimension."""

    values: tuple[str | None, ...]
    """Largest first; None where there are rows without a value."""
    there: int
    """How many there are in all."""


def find(usage: Usage, query: Query, text: str = "", most: int = 2**31) -> Found:
    """The values of the query's group that contain a text in any case, `most` of them, over the whole usage.

    An id is found by its name, too.
    """
    everything = Query(object=query.object, measure=query.measure, group_by=query.group_by)
    asked = _everything(usage, everything)
    names = usage.names.get(query.group_by or "", {})
    named = [value for value, name in names.items() if text.lower() in name.lower()] if text else []
    values = {**asked.values, "text": text, "named": named, "most": most}
    with connect() as connection:
        rows = connection.execute(asked.found(), values).fetchall() if is_text(text) else []
    return Found(tuple(value for value, _ in rows), rows[0][1] if rows else 0)


def summed(usage: Usage, totals: Totals) -> pa.Table:
    """The results that an answer sums, each token once, as they lie in the usage and in their order.

    Of a level, such as stored bytes, all its results: the answer itself counts only the latest of each stretch. Of a
    warehouse the earliest MOST_RESULTS.
    """
    query = totals.query
    if isinstance(usage, Warehouse):
        return behind(usage, query, *reach(usage, query), bucket_width(usage, query))
    rows = asked_rows(usage, query, *reach(usage, query))
    return usage.results.filter(pa.array(rows & chosen_rows(usage, query.asked, bucket_width(usage, query))))


def _asked(
    usage: Usage, query: Query, edges: Sequence[int], start: int, end: int, width: int
) -> tuple[Asked, pa.Table]:
    """The question to a table of results, and the intervals that its buckets belong to."""
    if isinstance(usage, Warehouse):
        return gathered(usage, query, edges, start, end, width)
    return Asked(usage, query, resident(usage, query.object, query.asked, width)), _ticks(usage, edges, start, end)


def _everything(usage: Usage, query: Query) -> Asked:
    """The question to a table of results of the whole time."""
    width = bucket_width(usage, query)
    if isinstance(usage, Warehouse):
        return values_gathered(usage, query, width)
    return Asked(usage, query, resident(usage, query.object, query.asked, width))


@contextmanager
def _summed_up(asked: Asked, ticks: pa.Table) -> Iterator[Run]:
    """Sums the rows into `base` and gives what asks it: SQL, and the values that it binds."""

    def run(sql: str, values: Mapping[str, object] | None = None) -> list[answer.Row]:
        return connection.execute(sql, values or {}).fetchall()

    with connect(given=ticks) as connection:
        # A table of its own rather than what is given: of that, nothing is known by which to plan.
        connection.execute("CREATE TEMP TABLE ticks AS SELECT * FROM given")
        connection.execute(f"CREATE TEMP TABLE base AS {asked.base()}", asked.values)
        yield run


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
    return usage.count(~chosen_rows(usage, query.asked, width))
