"""Days far from their own weekday's level, and which groups made the difference. Robust, and without a verdict."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from statistics import mean, median
from typing import NamedTuple

from data.engine import total
from data.overlap import DAY
from data.periods import period, zone_of
from data.query import Query
from data.table import Usage
from data.totals import Group, Span, Totals
from data.zones import day_of

NEAREST = 13
"""Days of a weekday that its level is taken from: the day itself and those nearest to it, in the period or not."""
LEAST = 5
"""Days of a weekday that a level takes."""
FAR = Fraction(7, 2)
"""Distances from the level, in robust standard deviations, beyond which a day is marked."""
OFF = Fraction(1, 5)
"""And how far off it must be, of the level: weekdays that hardly vary would mark every flutter."""
GROUPS = 200
"""Groups that are looked at on their own for what drove a day."""
DRIVERS = 3

# What turns the median and the mean of absolute deviations into the standard deviation of a normal distribution.
MAD, MEAN = Fraction("1.4826"), Fraction("1.2533")


class Level(NamedTuple):
    """What is usual on a weekday."""

    median: Fraction
    deviation: Fraction
    """A standard deviation, estimated robustly; 0 where all days are alike."""

    def distance(self, value: int) -> Fraction:
        """In standard deviations, signed; 0 where all days are alike."""
        return (value - self.median) / self.deviation if self.deviation else Fraction(0)

    def is_far(self, value: int) -> bool:
        return abs(self.distance(value)) > FAR and abs(value - self.median) >= OFF * self.median


class Driver(NamedTuple):
    """A group's part in it."""

    group: Group
    value: int
    usual: Fraction
    """The median of its own weekday."""

    @property
    def change(self) -> Fraction:
        return self.value - self.usual


class Mark(NamedTuple):
    """A day far from its weekday's level."""

    span: Span
    value: int
    level: Level
    drivers: tuple[Driver, ...]
    """Those that moved most in the direction of the day, most first; none where the day was not grouped so."""


@dataclass(frozen=True)
class Unusual:
    """The marked days of a period."""

    query: Query
    zone: str
    start: int
    end: int
    """Of the period, in unix seconds."""
    compared: int
    """Whole days of the period that were compared."""
    alone: int
    """Those with fewer than LEAST of their weekday."""
    marks: tuple[Mark, ...]
    """In order of time."""


def unusual(usage: Usage, query: Query) -> Unusual | None:
    """Days of the query's period that lie far from their weekday's level; None where usage is not known by day."""
    start, end = period(usage, query)
    zone, around = zone_of(usage, query), NEAREST * 7 * DAY
    asked = query.model_copy(
        update={
            "interval": "day",
            "mode": "absolute",
            "start_time": day_of(max(start - around, 0), zone),
            "end_time": day_of(end - 1 + around, zone) + timedelta(days=1),
            "back": 0,
        }
    )
    totals = total(usage, asked, shown=GROUPS)
    if totals.query.interval != "day":
        return None
    days = _Days(totals)
    mine = [at for at in days.known if start <= totals.spans[at].start < end]
    compared = [at for at in mine if len(days.peers(at)) >= LEAST]
    return Unusual(
        query=query,
        zone=totals.zone,
        start=start,
        end=end,
        compared=len(compared),
        alone=len(mine) - len(compared),
        marks=tuple(mark for at in compared if (mark := days.mark(at))),
    )


def level_of(values: Sequence[int]) -> Level:
    """The median and a robust deviation from it.

    Where more than half of the days are alike, the median deviation is 0 and would make any other day infinitely far;
    then the mean deviation stands in for it (Iglewicz and Hoaglin, 1993).
    """
    middle = median(map(Fraction, values))
    off = [abs(value - middle) for value in values]
    return Level(middle, MAD * median(off) or MEAN * mean(off))


class _Days:
    """The days of an answer beside those of the same weekday."""

    def __init__(self, totals: Totals) -> None:
        self._totals = totals
        self._rows = totals.cells.get(totals.query.measure, [])
        self._values = _measured(totals)
        self.known = list(self._values)
        self._of: dict[int, list[int]] = defaultdict(list)
        for at in self.known:
            self._of[self._weekday(at)].append(at)

    def _weekday(self, at: int) -> int:
        return day_of(self._totals.spans[at].start, self._totals.zone).weekday()

    def peers(self, at: int) -> list[int]:
        return sorted(self._of[self._weekday(at)], key=lambda peer: (abs(peer - at), peer))[:NEAREST]

    def mark(self, at: int) -> Mark | None:
        value, level = self._values[at], level_of([self._values[peer] for peer in self.peers(at)])
        if not level.is_far(value):
            return None
        return Mark(self._totals.spans[at], value, level, self._drivers(at, value > level.median))

    def _drivers(self, at: int, more: bool) -> tuple[Driver, ...]:
        peers = [peer for peer in self.peers(at) if self._is_grouped(peer)]
        if at not in peers:
            return ()
        found = [
            Driver(group, row[at] or 0, median(Fraction(row[peer] or 0) for peer in peers))
            for group, row in zip(self._totals.groups, self._rows, strict=True)
        ]
        moved = [driver for driver in found if driver.change and (driver.change > 0) == more]
        return tuple(sorted(moved, key=lambda driver: -abs(driver.change))[:DRIVERS])

    def _is_grouped(self, at: int) -> bool:
        """Whether all of the day is known by group: what is not may be any group's."""
        kinds = [group.kind for group in self._totals.groups]
        return not any(row[at] for kind, row in zip(kinds, self._rows, strict=True) if kind == "not grouped")


def _measured(totals: Totals) -> dict[int, int]:
    """Whole days, by their place; one on which nothing happened is 0, one of which nothing is reported is left out."""
    values = totals.over_time(totals.query.measure)
    found = {}
    for at, span in enumerate(totals.spans):
        if span.partial or span.measured < span.end - span.start:
            continue
        quiet = values[at] is None and all(row[at] is None for rows in totals.cells.values() for row in rows)
        if quiet or values[at] is not None:
            found[at] = values[at] or 0
    return found
