"""Runs a query where the usage lies, which for now is an Arrow table in memory read by DuckDB.

Sums are taken by the engine and come back as Python integers, exact at any size. A sum over nothing that was reported
is None, never 0.
"""

from collections.abc import Sequence
from typing import Literal

import duckdb
import pyarrow as pa

from data.held import chosen_rows, measures
from data.intervals import SECONDS, boundaries, fitting, widest_bucket
from data.measured import spans_of
from data.overlap import HOUR, MINUTE
from data.parts import PARTS
from data.periods import period, reach
from data.query import Query, utc
from data.sql import connect, quoted
from data.table import Usage
from data.totals import Group, Sums, Totals, added

SHOWN = 7
"""Groups drawn on their own; the rest are Other."""


def total(usage: Usage, query: Query, zone: str = "UTC", shown: int = SHOWN) -> Totals:
    """Exact totals per interval and grouping.

    A bucket belongs to the interval in which it starts. Groups beyond the `shown` largest are summed as Other. The
    intervals cover as much of the period as lies between the first bucket and the last.
    """
    start, end = reach(usage, query)
    interval = fitting(usage, query)
    widest = widest_bucket(usage, query, start, end, 0)
    zone = zone if widest <= HOUR else "UTC"  # a day in UTC cannot be cut into days elsewhere
    width = SECONDS[interval] if zone == "UTC" else min(SECONDS[interval], HOUR)
    # Hours stay whole hours where the zone is half an hour off.
    ticks = boundaries(start, end, interval, "UTC" if interval == "hour" and widest > MINUTE else zone)
    chosen = chosen_rows(usage, query.asked, width)
    asked = _Asked(usage, query, start, end)
    with connect(usage=usage.results.append_column("chosen", pa.array(chosen))) as connection:
        table = asked.groups(connection)
        drawn = _drawn(table, shown)
        cells, results = asked.cells(connection, drawn, ticks)
    spans = spans_of(usage, query.object, ticks, start, end, max(width, widest))
    start, end = period(usage, query)
    return Totals(
        query=query.model_copy(update={"interval": interval}),
        zone=zone,
        start=start,
        end=end,
        spans=spans,
        groups=drawn,
        cells=cells,
        table=table,
        grand={name: added([group.sums[name] for group in table]) for name in cells},
        results=results,
        left_out=len(chosen) - int(chosen.sum()),
    )


def summed(usage: Usage, totals: Totals) -> pa.Table:
    """The results that an answer sums, each token once, as they lie in the usage and in their order.

    Of a level, such as stored bytes, all its results: the answer itself counts only the latest of each stretch.
    """
    query = totals.query
    interval = SECONDS[query.interval or "day"]
    chosen = chosen_rows(usage, query.asked, interval if totals.zone == "UTC" else min(interval, HOUR))
    asked = _Asked(usage, query, *reach(usage, query))
    with connect(usage=usage.results.append_column("chosen", pa.array(chosen))) as connection:
        kept = connection.execute(f"SELECT coalesce({asked._condition}, false) AS kept FROM usage", asked.values)
        return usage.results.filter(pa.array(kept.fetchnumpy()["kept"]))


class _Asked:
    """A query as SQL: columns from a fixed list, values bound."""

    def __init__(self, usage: Usage, query: Query, start: int, end: int) -> None:
        self.query = query
        self.measures = tuple(name for name in measures(usage, query.object) if name != "total_tokens")
        self.values: dict[str, object] = {"object": query.object, "from": utc(start), "to": utc(end)}
        self.where = ["chosen", "object = $object", "start_time >= $from", "start_time < $to"]
        for dimension, kept in query.filters:
            self.where.append(self._one_of(dimension, kept))
        self.grouped = self._grouped(usage)

    def _one_of(self, dimension: str, kept: Sequence[str | None]) -> str:
        name = f"{dimension}_values"
        self.values[name] = [value for value in kept if value is not None and _is_text(value)]
        there = f"list_contains(${name}::VARCHAR[], {quoted(dimension)}::VARCHAR)"
        return f"({there} OR {quoted(dimension)} IS NULL)" if None in kept else there

    def _grouped(self, usage: Usage) -> str:
        """Whether a row's export was grouped by the dimension asked for."""
        layers = [index for index, layer in enumerate(usage.layers) if self.query.group_by in layer.grouping]
        if self.query.group_by == "organization":
            return "organization IS NOT NULL"
        return f"layer IN ({', '.join(map(str, layers))})" if layers else "false"

    @property
    def _value(self) -> str:
        return f"{quoted(self.query.group_by)}::VARCHAR" if self.query.group_by else "NULL::VARCHAR"

    @property
    def _source(self) -> str:
        """The rows asked for."""
        columns = f"*, {self._value} AS value, {self._grouped_or_true} AS grouped"
        return f"SELECT {columns} FROM usage WHERE {self._condition}"

    @property
    def _grouped_or_true(self) -> str:
        return self.grouped if self.query.group_by else "true"

    @property
    def _condition(self) -> str:
        return " AND ".join(self.where)

    @property
    def _sums(self) -> str:
        return "".join(f", sum({quoted(name)})::HUGEINT" for name in self.measures)

    def groups(self, connection: duckdb.DuckDBPyConnection) -> tuple[Group, ...]:
        """All groups, the largest first; of a level all that ever had one, with what is left of it in the end."""
        asked = self._source
        if self._is_level:
            latest = "CASE WHEN start_time = max(start_time) OVER () THEN usage_bytes END AS usage_bytes"
            asked = f"SELECT * REPLACE ({latest}) FROM ({asked})"
        found = connection.execute(
            f"WITH asked AS ({asked}) SELECT value, grouped {self._sums} FROM asked GROUP BY ALL", self.values
        ).fetchall()
        groups = [Group(self._kind(value, grouped), value, self._named(sums)) for value, grouped, *sums in found]
        measure = self.query.measure
        return tuple(sorted(groups, key=lambda group: (-(group.sums.get(measure) or 0), group.kind, group.value or "")))

    def _kind(self, value: str | None, grouped: bool) -> Literal["value", "none", "not grouped", "all"]:
        if not self.query.group_by:
            return "all"
        if value is not None:
            return "value"
        return "none" if grouped else "not grouped"

    @property
    def _is_level(self) -> bool:
        """Of a level, such as stored bytes, only the latest bucket of each stretch counts."""
        return "usage_bytes" in self.measures

    def _named(self, sums: Sequence[int | None]) -> Sums:
        named: Sums = dict(zip(self.measures, sums, strict=True))
        if any(part in named for part in PARTS):
            named["total_tokens"] = added([named[part] for part in PARTS if part in named])
        return named

    def cells(
        self, connection: duckdb.DuckDBPyConnection, drawn: Sequence[Group], ticks: Sequence[int]
    ) -> tuple[dict[str, list[list[int | None]]], int]:
        """Measure → group → interval, and how many rows were summed."""
        names = (*self.measures, "total_tokens") if any(part in self.measures for part in PARTS) else self.measures
        cells: dict[str, list[list[int | None]]] = {
            name: [[None] * max(len(ticks) - 1, 0) for _ in drawn] for name in names
        }
        if len(ticks) < 2:
            return cells, 0
        shown = [group.value for group in drawn if group.kind == "value"]  # these come first
        index_of: dict[str, int] = {group.kind: index for index, group in enumerate(drawn) if group.kind != "value"}
        latest = "QUALIFY start_time = max(start_time) OVER (PARTITION BY tick)" if self._is_level else ""
        found = connection.execute(
            f"""
            WITH ticks AS (SELECT unnest($ticks::TIMESTAMPTZ[]) AS since, unnest(range(len($ticks))) AS tick),
            starts AS (SELECT DISTINCT start_time FROM usage WHERE {self._condition}),
            placed AS (SELECT start_time, tick FROM starts ASOF JOIN ticks ON start_time >= since),
            shown AS (SELECT unnest($shown::VARCHAR[]) AS value, unnest(range(len($shown::VARCHAR[]))) AS place),
            asked AS ({self._source}),
            timed AS (SELECT asked.*, tick FROM asked JOIN placed USING (start_time) {latest})
            SELECT tick, place, timed.value IS NOT NULL AS named, grouped, count(*) {self._sums}
            FROM timed LEFT JOIN shown ON shown.value = timed.value GROUP BY ALL
            """,
            {**self.values, "ticks": [utc(tick) for tick in ticks[:-1]], "shown": shown},
        ).fetchall()
        rows = 0
        for tick, place, named, grouped, count, *sums in found:
            kind = "other" if named else self._kind(None, grouped)
            index = index_of[kind] if place is None else place
            rows += count
            for name, amount in self._named(sums).items():
                row = cells[name][index]
                row[tick] = amount if row[tick] is None else added([row[tick], amount])
        return cells, rows


def _drawn(table: Sequence[Group], shown: int) -> tuple[Group, ...]:
    """The largest groups on their own, the unnamed ones after them, the rest as Other."""
    values = [group for group in table if group.kind == "value"]
    unnamed = [group for group in table if group.kind != "value"]
    head, rest = values[:shown], values[shown:]
    if len(rest) == 1:
        head, rest = values, []
    if not rest:
        return (*head, *unnamed)
    sums = {name: added([group.sums[name] for group in rest]) for name in rest[0].sums}
    return (*head, *unnamed, Group("other", None, sums, len(rest)))


def _is_text(value: str) -> bool:
    """Whether a table could hold it: half of a surrogate pair cannot be stored."""
    return not any("\ud800" <= letter <= "\udfff" for letter in value)
