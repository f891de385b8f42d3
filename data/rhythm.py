"""When usage happens: sums by the hour of the week, where buckets are hourly or finer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, NamedTuple

import numpy as np

from data.fine import Fine, fine, measured, rows, starts, summed
from data.held import shown_names
from data.intervals import boundaries
from data.overlap import HOUR, MINUTE
from data.overlap.arrays import coded
from data.query import Query
from data.totals import Group, added
from data.usage import Usage
from data.zones import local

WEEK = 7 * 24
SHOWN = 12
"""Groups on their own; the rest are Other."""
NEARLY_ALL = Fraction(19, 20)


@dataclass(frozen=True)
class Rhythm:
    """Sums by the hour of the week: 168 of them, from Monday 00:00 on in the zone."""

    query: Query
    zone: str
    start: int
    end: int
    """What narrow buckets cover of the period, in unix seconds."""
    measured: tuple[int, ...]
    """Seconds of each hour of the week that were measured, of all weeks together."""
    groups: tuple[Group, ...]
    """The largest, then the one without a value, then Other; without a grouping one for all."""
    sums: tuple[tuple[int | None, ...], ...]
    """Group → hour of the week; 0 where buckets held none of it, None where it was not measured or not reported."""

    def mean(self, hours: Sequence[int], groups: Sequence[int] | None = None) -> Fraction | None:
        """Per measured hour, of these hours of the week; of all groups together or of some.

        Not the sum: a period has more of some weekdays than of others, and not every hour need be exported.
        """
        asked = self.sums if groups is None else [self.sums[group] for group in groups]
        amount = added([row[hour] for row in asked for hour in hours])
        time = sum(self.measured[hour] for hour in hours)
        return None if amount is None or not time else Fraction(amount * HOUR, time)


def rhythm(usage: Usage, query: Query) -> Rhythm | None:
    """The rhythm of the query's measure by its grouping; None where only wider buckets can answer."""
    found = fine(usage, query, HOUR)
    if found is None or query.measure == "usage_bytes":  # of a level there is no sum
        return None
    ticks = boundaries(found.start, found.end, "hour", query.zone if found.width <= MINUTE else "UTC")
    clock = [_hour_of_week(tick, query.zone) for tick in ticks[:-1]]
    time = [0] * WEEK
    for hour, span in zip(clock, measured(usage, query, found, ticks), strict=True):
        time[hour] += span.measured
    groups, sums = _summed(usage, query, found, ticks, clock)
    return Rhythm(
        query=query,
        zone=query.zone,
        start=found.start,
        end=found.end,
        measured=tuple(time),
        groups=groups,
        sums=tuple(tuple(row.get(hour, 0 if time[hour] else None) for hour in range(WEEK)) for row in sums),
    )


def _hour_of_week(seconds: int, zone: str) -> int:
    when = local(seconds, zone)
    return when.weekday() * 24 + when.hour


def _summed(
    usage: Usage, query: Query, found: Fine, ticks: Sequence[int], clock: Sequence[int]
) -> tuple[tuple[Group, ...], list[dict[int, int | None]]]:
    """The groups as drawn, and the sums of each by hour of the week."""
    kept = rows(usage, query, found, [query.measure, *filter(None, [query.group_by])])
    at = np.searchsorted(np.asarray(ticks), starts(kept), side="right") - 1
    hours = np.asarray(clock, np.int64)[at]
    amounts = kept[query.measure]
    codes, texts = coded(kept[query.group_by]) if query.group_by else (0 * hours, [""])
    sizes = {code: size for (code, _), size in summed(codes, 0 * codes, amounts).items()}
    groups, places = _groups(query, sizes, texts, shown_names(usage, query, query.group_by))
    place = np.full(len(texts) + 1, len(groups) - 1)  # those that have none of their own are Other; -1 is the last
    place[list(places)] = list(places.values())
    sums: list[dict[int, int | None]] = [{} for _ in groups]
    for (index, hour), amount in summed(place[codes], hours, amounts).items():
        sums[index][hour] = amount
    return groups, sums


def _groups(
    query: Query, sizes: dict[int, int | None], texts: Sequence[str], names: Mapping[str, str]
) -> tuple[tuple[Group, ...], dict[int, int]]:
    """The groups as drawn, and the places of those that have one of their own, by code; -1 stands for no value."""

    def group(kind: Literal["value", "none", "other", "all"], codes: Sequence[int]) -> Group:
        value = texts[codes[0]] if kind == "value" else None
        sums = {query.measure: added([sizes[code] for code in codes])}
        return Group(kind, value, sums, len(codes), names.get(value or ""))

    if not query.group_by:
        return (group("all", list(sizes)),), {}
    named = sorted((code for code in sizes if code >= 0), key=lambda code: (-(sizes[code] or 0), texts[code]))
    head, rest = (named, []) if len(named) <= SHOWN + 1 else (named[:SHOWN], named[SHOWN:])
    own = [*head, *(code for code in sizes if code < 0)]
    groups = [group("value" if code >= 0 else "none", [code]) for code in own]
    return (*groups, *([group("other", rest)] if rest else ())), {code: at for at, code in enumerate(own)}


class Window(NamedTuple):
    """Hours of the day that hold nearly all of a group's usage."""

    first: int
    hours: int
    share: Fraction
    """Of the group's usage."""
    mean: Fraction
    """Per measured hour in the window."""


def window(rhythm: Rhythm, group: int, least: Fraction = NEARLY_ALL) -> Window | None:
    """The fewest hours in a row, around midnight if need be, that hold `least` of a group's usage.

    By the mean of each hour of the day, so that hours which were measured less often count as much as the others.
    None where some hour of the day was never measured, or nothing was used.
    """
    means = [rhythm.mean(range(hour, WEEK, 24), [group]) for hour in range(24)]
    known = [mean for mean in means if mean is not None]
    if len(known) < 24 or not (whole := sum(known, Fraction(0))):
        return None
    for hours in range(1, 25):
        held = [sum((known[(first + turn) % 24] for turn in range(hours)), Fraction(0)) for first in range(24)]
        first = max(range(24), key=held.__getitem__)
        if held[first] >= least * whole:
            return Window(first, hours, held[first] / whole, held[first] / hours)
    return None
