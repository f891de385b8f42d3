"""What an engine sums up of a warehouse, in the forms in which the usage's own results are asked: tables and rows."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from data.asked import Asked
from data.held import extent, groupings, measures, remembered
from data.naming import TEAM, with_team
from data.parts import PARTS
from data.query import Query
from data.resident import Resident
from data.usage import MEASURES
from data.warehouse import rows as lying
from data.warehouse.questions import Reading
from data.warehouse.source import Warehouse


def gathered(
    usage: Warehouse, query: Query, edges: Sequence[int], start: int, end: int, width: int
) -> tuple[Asked, pa.Table]:
    """A question to a table of sums by interval, and the intervals: bucket, since, tick."""
    reading = reading_of(usage, query, edges, start, end, width)
    found: tuple[Resident, pa.Table] = remembered(usage, "gathered", reading, lambda: _resident(usage, reading, edges))
    return Asked(usage, query.model_copy(update={"filters": (), "without": ()}), found[0]), found[1]


def reading_of(usage: Warehouse, query: Query, edges: Sequence[int], start: int, end: int, width: int) -> Reading:
    """What the results have to be asked for a question in these intervals.

    By a dimension even where it wants none: the page asks for the same by one, and that answers both.
    """
    grouping = query.group_by or (None if usage.contested else next(iter(groupings(usage, query.object)), None))
    reported = _summable(usage, query.object)
    is_level = "usage_bytes" in reported
    return Reading(
        object=query.object,
        start=start,
        end=end if len(edges) > 1 else start,
        dimensions=_known(usage, query.object, [grouping, query.subgroup]),
        measures=reported,
        filters=query.filters,
        without=query.without,
        choices=usage.choosing(query.asked, width),
        edges=() if is_level else tuple(edges),  # of a level only the latest bucket of an interval counts
    )


def _summable(usage: Warehouse, object_name: str) -> tuple[str, ...]:
    return tuple(name for name in measures(usage, object_name) if name != "total_tokens")


def _known(usage: Warehouse, object_name: str, names: Sequence[str | None]) -> tuple[str, ...]:
    there = groupings(usage, object_name)
    return tuple(dict.fromkeys(name for name in names if name in there))


def _resident(usage: Warehouse, reading: Reading, edges: Sequence[int]) -> tuple[Resident, pa.Table]:
    rows = usage.ask(reading)
    since, bucket = np.unique(rows["since"].to_numpy(), return_inverse=True)
    tick = np.searchsorted(np.asarray(edges, np.int64), since, side="right") - 1
    ticks = {"bucket": np.arange(len(since), dtype=np.int32), "since": since, "tick": tick.astype(np.int32)}
    return _as_resident(rows, bucket.astype(np.int32), reading), pa.table(ticks)


def _as_resident(rows: pa.Table, bucket: np.ndarray, reading: Reading) -> Resident:
    table = rows.append_column("bucket", pa.array(bucket))
    return Resident(table, reading.dimensions, reading.measures)


def values_reading(usage: Warehouse, query: Query, width: int) -> Reading:
    """What the results have to be asked for the values of a dimension; the other dimensions come along."""
    there = groupings(usage, query.object)
    needed = PARTS if query.measure == "total_tokens" else (query.measure,)
    start, end = extent(usage, query.object) or (0, 0)
    return Reading(
        object=query.object,
        start=start,
        end=end if query.group_by in there else start,
        dimensions=there if not usage.contested else _known(usage, query.object, [query.group_by]),
        measures=tuple(name for name in _summable(usage, query.object) if name in needed),
        choices=usage.choosing(query.asked, width),
        apart=True,
    )


def values_gathered(usage: Warehouse, query: Query, width: int) -> Asked:
    """A question for the values of a dimension to a table of sums over all time."""
    dimension = query.group_by or ""
    reading = values_reading(usage, query, width)
    apart = reading.dimensions

    def load() -> Resident:
        rows = usage.ask(reading)
        if rows.num_rows:
            rows = rows.filter(pa.array(rows["of"].to_numpy() == apart.index(dimension)))
        alone = reading._replace(dimensions=(dimension,) if dimension in apart else ())
        return _as_resident(rows, np.zeros(rows.num_rows, np.int32), alone)

    found: Resident = remembered(usage, "values", (reading, dimension), load)
    return Asked(usage, query, found)


def rows_by_bucket(
    usage: Warehouse, query: Query, start: int, end: int, width: int, names: Sequence[str], edges: Sequence[int] = ()
) -> pa.Table:
    """Results that answer, added up by bucket and those dimensions among `names`: start_time, layer, `names`.

    edges: to add up by interval instead; shares are then cut to what they are shares of, row by row, as prices want it.
    """
    dimensions = tuple(name for name in names if name not in MEASURES)
    reading = Reading(
        object=query.object,
        start=start,
        end=end,
        dimensions=dimensions,
        measures=tuple(name for name in names if name in MEASURES),
        filters=query.filters,
        without=query.without,
        choices=usage.choosing(query.asked, width),
        edges=tuple(edges),
        cut=bool(edges),
    )
    rows = usage.ask(reading)
    since = rows["since"].cast(pa.timestamp("s", tz="UTC"))
    return pa.table({"start_time": since, "layer": rows["layer"], **{name: rows[name] for name in names}})


def behind(usage: Warehouse, query: Query, start: int, end: int, width: int) -> pa.Table:
    """The results behind an answer, as a usage has them."""
    reading = Reading(
        object=query.object,
        start=start,
        end=end,
        dimensions=(),
        measures=(),
        filters=query.filters,
        without=query.without,
        choices=usage.choosing(query.asked, width),
    )
    rows = lying.as_usage(usage.behind(reading, lying.SCHEMA.names))
    rows = with_team(rows, usage.teams) if TEAM not in rows.column_names else rows
    return rows.drop_columns(["choice"]).append_column("share", pa.nulls(rows.num_rows, pa.int32()))
