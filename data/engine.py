"""Runs a query where the usage lies, which for now is an Arrow table in memory read by DuckDB.

Sums are taken by the engine and come back as Python integers, exact at any size. A sum over nothing that was reported
is None, never 0.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.overlap import DAY, HOUR, MINUTE, Integers, choose, offers
from data.query import INTERVALS, PERIODS, Interval, Query, midnight, shortened, utc
from data.sql import connect, quoted
from data.table import DIMENSIONS, PARTS, RESULTS, Mask, Usage

Sums = dict[str, int | None]

SECONDS: dict[Interval, int] = {"minute": MINUTE, "hour": HOUR, "day": DAY, "week": 7 * DAY, "month": 28 * DAY}
"""Width of the widest bucket that still fits into an interval."""

MOST_BARS = 120
"""What an interval that nobody asked for is chosen by."""
MOST_SPANS = 10_000
"""Bars that any interval may lead to: a year of hours. More would draw nothing and cost memory."""
MOST_CHOSEN = 32
"""Answers of `choose` that are kept, at a byte per result."""
MOST_ABSENT = 5
"""Values named in one sentence."""
SHOWN = 7
"""Groups drawn on their own; the rest are Other."""


class Group(NamedTuple):
    """One value of the dimension asked for."""

    kind: Literal["value", "none", "not grouped", "other", "all"]
    """`none`: grouped, but this usage has no value · `not grouped`: the export was not grouped by the dimension."""
    value: str | None
    sums: Sums
    """Over the whole period, by measure."""
    groups: int = 1
    """How many groups it stands for."""


class Span(NamedTuple):
    """One interval: unix seconds, and how much of it was measured."""

    start: int
    end: int
    measured: int
    """Seconds that buckets cover."""
    partial: bool
    """A bucket in it is clipped, to the query or to now."""
    buckets: int
    """0 is a gap: nothing was exported for it."""


@dataclass(frozen=True)
class Totals:
    """The answer to a query: exact sums per interval and group."""

    query: Query
    """With the interval that was used."""
    zone: str
    """In which days begin; UTC where buckets of a day leave no choice."""
    start: int
    end: int
    spans: tuple[Span, ...]
    groups: tuple[Group, ...]
    """As drawn: the largest, then none / not grouped, then Other."""
    cells: dict[str, list[list[int | None]]]
    """Measure → group → interval, in the order of `groups` and `spans`."""
    table: tuple[Group, ...]
    """All groups, largest first."""
    grand: Sums
    results: int
    """Rows that were summed."""
    left_out: int
    """Rows of other exports of the same usage that were not used for this question."""

    def over_time(self, measure: str) -> list[int | None]:
        """The measure per interval, all groups together."""
        rows = self.cells.get(measure, [])
        return [added([row[index] for row in rows]) for index in range(len(self.spans))]


def added(values: Sequence[int | None]) -> int | None:
    """The sum of what was reported; None where nothing was."""
    reported = [value for value in values if value is not None]
    return sum(reported) if reported else None


def measures(usage: Usage, object_name: str) -> tuple[str, ...]:
    """Measures that any result of this kind reports."""
    return usage.reported.get(object_name, ())


def objects(usage: Usage) -> tuple[str, ...]:
    """Kinds of result in the usage, by short name, completions first."""
    return tuple(sorted(usage.reported, key=lambda name: (name != "completions", name)))


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


def period(usage: Usage, query: Query) -> tuple[int, int]:
    """The stretch of time a query is about, in unix seconds; presets count back from the last bucket."""
    start, end = _forward(usage, query)
    length = query.back * (end - start)
    return max(start - length, midnight(date.min)), end - length


def _forward(usage: Usage, query: Query) -> tuple[int, int]:
    first, last = extent(usage, query.object) or (0, 0)
    if query.start_time or query.end_time:
        start = midnight(query.start_time) if query.start_time else first
        return start, midnight(query.end_time) if query.end_time else last
    length = PERIODS[query.period]
    if length is None:
        return first, last
    unit = HOUR if length < timedelta(days=2) else DAY
    end = -(-last // unit) * unit
    return end - int(length.total_seconds()), end


def _measured(usage: Usage, query: Query) -> tuple[int, int]:
    """As much of the period as lies between the first bucket and the last."""
    start, end = period(usage, query)
    first, last = extent(usage, query.object) or (0, 0)
    return max(start, first), min(end, last)


def intervals(usage: Usage, query: Query) -> tuple[Interval, ...]:
    """Intervals the answer can be shown in: never finer than the buckets it comes from, and not too many."""
    start, end = _measured(usage, query)
    widest = min(_widest(usage, query, start, end, 0), SECONDS["month"])
    return tuple(name for name in INTERVALS if SECONDS[name] >= widest and (end - start) / SECONDS[name] <= MOST_SPANS)


def _widest(usage: Usage, query: Query, start: int, end: int, width: int) -> int:
    """Width in seconds of the widest bucket that answers a question which buckets of `width` are fine enough for."""
    shares = usage.shares
    layer = shares["layer"].to_numpy()
    mine = np.array([each.object == query.object for each in usage.layers], bool)[layer]
    there = mine & (shares["start_time"].to_numpy() < end) & (shares["end_time"].to_numpy() > start)
    share = usage.results["share"].to_numpy()
    if usage.contested:
        share = share[_chosen(usage, query.asked, width)]
    there &= np.bincount(share, minlength=len(layer)) > 0
    widths = np.array([each.width for each in usage.layers], np.int64)[np.unique(layer[there])]
    return int(widths.max(initial=0)) or DAY


def fitting(usage: Usage, query: Query) -> Interval:
    """The interval asked for, or the finest that holds everything and gives a readable number of bars."""
    possible = intervals(usage, query)
    if query.interval in possible:
        return query.interval
    if query.interval:
        return possible[0]
    start, end = _measured(usage, query)
    complete = min(_complete(usage, query, start, end), SECONDS["month"])
    readable = (name for name in possible if SECONDS[name] >= complete and (end - start) / SECONDS[name] <= MOST_BARS)
    return next(readable, possible[-1])


def _complete(usage: Usage, query: Query, start: int, end: int) -> int:
    """Width of the widest bucket in the fullest answer: hours may be known for a part of what days hold."""
    return _widest(usage, query, start, end, SECONDS["month"])


def boundaries(start: int, end: int, interval: Interval, zone: str = "UTC") -> list[int]:
    """Starts of the intervals that cover start to end, and the end of the last, in unix seconds.

    Days and longer begin at midnight in the zone, daylight saving included; weeks on Monday.
    """
    if interval in ("minute", "hour"):
        width = SECONDS[interval]
        offset = _offset(start, zone) % width
        first = (start + offset) // width * width - offset
        return list(range(first, end + width, width)) if end > start else []
    tick = _floor(datetime.fromtimestamp(start, ZoneInfo(zone)), interval)
    found = [int(tick.timestamp())]
    while found[-1] < end:
        tick = _next(tick, interval)
        if (stamp := int(tick.timestamp())) > found[-1]:  # Samoa had no 30 December 2011
            found.append(stamp)
    return found if end > start else []


def _offset(seconds: int, zone: str) -> int:
    shift = datetime.fromtimestamp(seconds, ZoneInfo(zone)).utcoffset()
    return int(shift.total_seconds()) if shift else 0


def _floor(moment: datetime, interval: Interval) -> datetime:
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    if interval == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if interval == "month" else day


def _next(tick: datetime, interval: Interval) -> datetime:
    if interval == "month":
        return (tick.replace(day=28) + timedelta(days=4)).replace(day=1)
    return tick + timedelta(days=7 if interval == "week" else 1)


def total(usage: Usage, query: Query, zone: str = "UTC", shown: int = SHOWN) -> Totals:
    """Exact totals per interval and grouping.

    A bucket belongs to the interval in which it starts. Groups beyond the `shown` largest are summed as Other. The
    intervals cover as much of the period as lies between the first bucket and the last.
    """
    start, end = _measured(usage, query)
    interval = fitting(usage, query)
    widest = _widest(usage, query, start, end, 0)
    zone = zone if widest <= HOUR else "UTC"  # a day in UTC cannot be cut into days elsewhere
    width = SECONDS[interval] if zone == "UTC" else min(SECONDS[interval], HOUR)
    # Hours stay whole hours where the zone is half an hour off.
    ticks = boundaries(start, end, interval, "UTC" if interval == "hour" and widest > MINUTE else zone)
    chosen = _chosen(usage, query.asked, width)
    asked = _Asked(usage, query, start, end)
    with connect(usage=usage.results.append_column("chosen", pa.array(chosen))) as connection:
        table = asked.groups(connection)
        drawn = _drawn(table, shown)
        cells, results = asked.cells(connection, drawn, ticks)
    spans = _spans(usage, query.object, ticks, start, end, max(width, widest))
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


def _chosen(usage: Usage, asked: frozenset[str], width: int) -> Mask:
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


# --- what was measured ---------------------------------------------------------------------------------------------


class _Buckets(NamedTuple):
    """Buckets of one kind of result, and those that say no kind since they are empty."""

    start: Integers
    end: Integers
    slot: Integers
    width: Integers

    def where(self, those: Mask | Integers) -> "_Buckets":
        return _Buckets(*(column[those] for column in self))


def _buckets(usage: Usage, object_name: str) -> _Buckets:
    buckets = usage.buckets.filter(pc.fill_null(pc.equal(usage.buckets["object"], object_name), True))
    return _Buckets(*(buckets[name].to_numpy() for name in ("start_time", "end_time", "slot", "width")))


def _merged(start: Integers, end: Integers) -> tuple[Integers, Integers]:
    """The stretches that the intervals cover together, in order; those that touch are one."""
    if not len(start):
        return start, end
    order = np.argsort(start, kind="stable")
    start, latest = start[order], np.maximum.accumulate(end[order])
    begins = np.flatnonzero(np.concatenate([[True], start[1:] > latest[:-1]]))
    return start[begins], latest[np.concatenate([begins[1:] - 1, [len(latest) - 1]])]


def _is_clipped(buckets: _Buckets, covered: tuple[Integers, Integers]) -> Mask:
    """Buckets of which a part was measured by no bucket at all."""
    since, until = covered
    at = np.searchsorted(since, buckets.slot, side="right") - 1
    whole = (at >= 0) & (until[np.maximum(at, 0)] >= buckets.slot + buckets.width)
    clipped: Mask = ~whole
    return clipped


def gaps(usage: Usage, object_name: str) -> list[tuple[int, int]]:
    """Stretches between the first bucket and the last for which there is none, in unix seconds.

    What is missing from a clipped bucket is no gap; `partial` lists it.
    """
    buckets = _buckets(usage, object_name)
    since, until = _merged(buckets.slot, np.maximum(buckets.slot + buckets.width, buckets.end))
    return [(int(one), int(two)) for one, two in zip(until[:-1], since[1:], strict=True)]


def partial(usage: Usage, object_name: str) -> list[tuple[int, int]]:
    """What was measured of buckets that are clipped, to the export or to now, in unix seconds."""
    buckets = _buckets(usage, object_name)
    if not len(buckets.start):
        return []
    clipped = buckets.where(_is_clipped(buckets, _merged(buckets.start, buckets.end)))
    return [(int(one), int(two)) for one, two in zip(*_merged(clipped.start, clipped.end), strict=True)]


def _spans(usage: Usage, object_name: str, ticks: Sequence[int], start: int, end: int, widest: int) -> tuple[Span, ...]:
    """How much of each interval was measured, by the buckets that start in it."""
    if len(ticks) < 2:
        return ()
    many = len(ticks) - 1
    buckets = _buckets(usage, object_name)
    # Wider ones would reach beyond their interval; they are not in the answer either.
    buckets = buckets.where((buckets.start >= start) & (buckets.start < end) & (buckets.width <= widest))
    buckets = buckets.where(np.lexsort((buckets.end, buckets.start)))
    latest = np.maximum.accumulate(buckets.end)
    before = np.concatenate([[0], latest[:-1]]) if len(latest) else latest
    fresh = np.maximum(buckets.end - np.maximum(buckets.start, before), 0)  # time that no earlier bucket covers
    clipped = _is_clipped(buckets, _merged(buckets.start, buckets.end)) if len(latest) else np.empty(0, bool)
    tick = np.searchsorted(np.asarray(ticks, np.int64), buckets.start, side="right") - 1
    measured = np.bincount(tick, fresh, many).astype(np.int64).tolist()
    partly = (np.bincount(tick, clipped, many) > 0).tolist()
    held = np.bincount(tick, minlength=many).tolist()
    return tuple(
        Span(one, two, min(measured[index], two - one), partly[index], held[index])
        for index, (one, two) in enumerate(pairwise(ticks))
    )


# --- comparing and refusing ----------------------------------------------------------------------------------------


def previous(usage: Usage, query: Query) -> Query | str:
    """The question about the period of the same length before, or a sentence why there is none to compare with."""
    start, end = period(usage, query)
    found = extent(usage, query.object)
    if not found or end <= start:
        return "There is no period to compare."
    first, last = found
    length = end - start
    if start - length < first:
        return f"There is no whole period before this one: the data begin {_moment(first)}."
    if end > last:
        return f"The period is not complete: the data end {_moment(last)}."
    for what, stretches in (("only a part of a bucket was measured", partial), ("a stretch is missing", gaps)):
        for one, two in stretches(usage, query.object):
            if one < end and two > start - length:
                which = "this" if two > start else "the previous"
                return f"In {which} period {what}: {_moment(one)} to {_moment(two)}."
    if start % DAY or end % DAY:
        return query.model_copy(update={"back": query.back + 1})
    days = {"start_time": utc(start - length).date(), "end_time": utc(start).date(), "period": "all", "back": 0}
    return query.model_copy(update=days)


def _moment(seconds: int) -> str:
    return f"{utc(seconds):%Y-%m-%d}" if seconds % DAY == 0 else f"{utc(seconds):%Y-%m-%d %H:%M} UTC"


def lacking(usage: Usage, query: Query) -> list[str]:
    """A sentence about each part of the question that the data cannot answer."""
    if query.object not in usage.reported:
        there = " and ".join(filter(None, (", ".join(objects(usage)[:-1]), *objects(usage)[-1:])))
        return [f"These files hold no {query.object} results{', but ' + there if there else ''}."]
    lacks = []
    if query.measure not in measures(usage, query.object):
        lacks.append(f"No {query.object} result reports {query.measure}.")
    dimensions = [name for name in DIMENSIONS if name in query.asked]
    lacks += filter(None, (_ungrouped(usage, query, name) for name in dimensions))
    lacks += filter(None, (_unknown_values(usage, query.object, name, kept) for name, kept in query.filters))
    return [*lacks, *_outside(usage, query), *_too_fine(usage, query)]


def _ungrouped(usage: Usage, query: Query, dimension: str) -> str | None:
    """What to ask OpenAI for, where no export or not every one was grouped by a dimension."""
    if dimension == "organization":
        without = usage.results["organization"].null_count == usage.results.num_rows
        return "No file has a label, so the usage cannot be told apart by organization." if without else None
    if dimension not in offers(query.object):
        return f"OpenAI does not group {query.object} by {dimension}."
    mine = [layer for layer in usage.layers if layer.object == query.object]
    if not any(dimension in layer.grouping for layer in mine):
        held = max((layer.grouping for layer in mine), key=len)
        names = ", ".join(f'"{name}"' for name in (*held, dimension))
        return f"The export is not grouped by {dimension}: export it again with group_by=[{names}]."
    return _partly_ungrouped(usage, query, dimension)


def _partly_ungrouped(usage: Usage, query: Query, dimension: str) -> str | None:
    start, end = _measured(usage, query)
    knows = np.array([dimension in layer.grouping for layer in usage.layers], bool)
    mine = np.array([layer.object == query.object for layer in usage.layers], bool)
    without = (mine & ~knows)[usage.results["layer"].to_numpy()] & _chosen(usage, query.asked, 0)
    since = usage.results["start_time"].cast(pa.int64()).to_numpy()[without]
    since = since[(since >= start) & (since < end)]
    if not len(since):
        return None
    left_out = " and left out by the filter" if query.filtered(dimension) else ""
    return (
        f"{len(since):,} results from {_moment(int(since.min()))} on are not grouped by {dimension}{left_out}: their "
        "export has to be made again with it."
    )


def _unknown_values(usage: Usage, object_name: str, dimension: str, kept: Sequence[str | None]) -> str | None:
    """Values to keep that no result has."""
    column = usage.results[dimension]
    mine = pc.fill_null(pc.equal(usage.results["object"], object_name), False)
    if len(usage.reported) > 1:
        column = column.filter(mine)
    there = set(column.unique().to_pylist())
    absent = [value for value in kept if value not in there]
    if not absent or there <= {None}:
        return None
    shown = ", ".join("none" if value is None else shortened(value) for value in absent[:MOST_ABSENT])
    more = f" and {len(absent) - MOST_ABSENT:,} more" if len(absent) > MOST_ABSENT else ""
    return f"No {object_name} result has {dimension} {shown}{more}."


def _outside(usage: Usage, query: Query) -> list[str]:
    """Whether the period leaves the data."""
    found = extent(usage, query.object)
    start, end = period(usage, query)
    if not found or (query.period == "all" and not (query.start_time or query.end_time or query.back)):
        return []
    first, last = found
    if start >= last or end <= first:
        return [f"The period holds no data: they reach from {_moment(first)} to {_moment(last)}."]
    outside = []
    if start < first // DAY * DAY:
        outside.append(f"The data begin {_moment(first)}, later than the period.")
    if end > -(-last // DAY) * DAY:
        outside.append(f"The data end {_moment(last)}, earlier than the period.")
    return outside


def _too_fine(usage: Usage, query: Query) -> list[str]:
    """Whether another interval is used than the one asked for, or one that does not hold everything."""
    if query.interval is None:
        return []
    used = fitting(usage, query)
    start, end = _measured(usage, query)
    if SECONDS[query.interval] < _widest(usage, query, start, end, 0):
        return [f"The buckets of this export are too long for bars by {query.interval}: they are by {used}."]
    if used != query.interval:
        return [f"The period is too long for bars by {query.interval}: they are by {used}."]
    if SECONDS[used] < min(_complete(usage, query, start, end), SECONDS["month"]):
        return [f"Buckets that fit into bars by {used} hold a part of the usage only; longer ones hold more."]
    return []


# --- the rows behind an answer -------------------------------------------------------------------------------------


def summed(usage: Usage, totals: Totals) -> pa.Table:
    """The results that an answer sums, each token once, as they lie in the usage and in their order.

    Of a level, such as stored bytes, all its results: the answer itself counts only the latest of each stretch.
    """
    query = totals.query
    interval = SECONDS[query.interval or "day"]
    chosen = _chosen(usage, query.asked, interval if totals.zone == "UTC" else min(interval, HOUR))
    asked = _Asked(usage, query, *_measured(usage, query))
    with connect(usage=usage.results.append_column("chosen", pa.array(chosen))) as connection:
        kept = connection.execute(f"SELECT coalesce({asked._condition}, false) AS kept FROM usage", asked.values)
        return usage.results.filter(pa.array(kept.fetchnumpy()["kept"]))
