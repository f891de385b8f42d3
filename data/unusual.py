"""Days far from their own weekday's level, and which groups made the difference. Robust, and without a verdict."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from statistics import mean, median
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from data.answering import answering_rows
from data.engine import total
from data.fine import starts, summed
from data.held import shown_names
from data.intervals import bucket_width
from data.overlap import DAY
from data.overlap.arrays import coded
from data.periods import period, zone_of
from data.query import Query
from data.totals import Group, Kind, Span, Totals
from data.usage import Usage
from data.zones import day_of

NEAREST = 13
"""Days of a weekday that its level is taken from: the day itself and those nearest to it, in the period or not."""
LEAST = 4
"""Days of a weekday that a level takes.

In simulated weekdays that vary by a tenth, a fifth and three tenths (normal, 200,000 each) four days mark 1.3, 3.5 and
4.0 % falsely and find a doubled day in 96, 56 and 32 %; five do it in 1.6, 4.4, 5.0 and 96, 62, 38 %; three in 2.2,
6.6, 8.1 and only 78, 46, 32 %.
"""
FAR = Fraction(7, 2)
"""Distances from the level, in robust standard deviations, beyond which a day is marked."""
OFF = Fraction(1, 5)
"""And how far off it must be, of the level: weekdays that hardly vary would mark every flutter."""
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
    totals = total(usage, asked.by(None))
    if totals.query.interval != "day":
        return None
    days = _Days(totals)
    mine = [at for at in days.known if start <= totals.spans[at].start < end]
    compared = [at for at in mine if len(days.peers(at)) >= LEAST]
    far = [at for at in compared if days.is_far(at)]
    drivers = _drivers(usage, asked, days, far) if query.group_by and far else {}
    return Unusual(
        query=query,
        zone=totals.zone,
        start=start,
        end=end,
        compared=len(compared),
        alone=len(mine) - len(compared),
        marks=tuple(Mark(totals.spans[at], days.values[at], days.level(at), drivers.get(at, ())) for at in far),
    )


def level_of(values: Sequence[int]) -> Level:
    """The median and a robust deviation from it.

    Where more than half of the days are alike, the median deviation is 0 and would make any other day infinitely far;
    then the mean deviation stands in for it (Iglewicz and Hoaglin, 1993). By it the one of four that differs is
    4 / 1.2533 = 3.2 deviations off, which is not FAR, and the one of five 4.0.
    """
    middle = median(map(Fraction, values))
    off = [abs(value - middle) for value in values]
    return Level(middle, MAD * median(off) or MEAN * mean(off))


class _Days:
    """The days of an answer beside those of the same weekday."""

    def __init__(self, totals: Totals) -> None:
        self.spans = totals.spans
        self.values = _measured(totals)
        self.known = list(self.values)
        self._weekdays = {at: day_of(self.spans[at].start, totals.zone).weekday() for at in self.known}

    def peers(self, at: int) -> list[int]:
        """The nearest days of the same weekday, the day itself among them."""
        same = (peer for peer in self.known if self._weekdays[peer] == self._weekdays[at])
        return sorted(same, key=lambda peer: (abs(peer - at), peer))[:NEAREST]

    def level(self, at: int) -> Level:
        return level_of([self.values[peer] for peer in self.peers(at)])

    def is_far(self, at: int) -> bool:
        return self.level(at).is_far(self.values[at])


def _drivers(usage: Usage, query: Query, days: _Days, far: Sequence[int]) -> dict[int, tuple[Driver, ...]]:
    """By day, the groups that moved most."""
    looked_at = sorted({peer for at in far for peer in days.peers(at)})
    sums, grouped = _by_group(usage, query, days.spans, looked_at)
    names = shown_names(usage, query, query.group_by)
    found = {}
    for at in far:
        peers = [peer for peer in days.peers(at) if peer in grouped]
        # What is not known by group may be any group's.
        found[at] = _moved(sums, at, peers, days.values[at] > days.level(at).median, names) if at in peers else ()
    return found


def _moved(
    sums: dict[int, dict[str | None, int]], at: int, peers: Sequence[int], more: bool, names: Mapping[str, str]
) -> tuple[Driver, ...]:
    found = []
    for value in {value for peer in peers for value in sums[peer]}:
        now, usual = sums[at].get(value, 0), median(Fraction(sums[peer].get(value, 0)) for peer in peers)
        if now != usual and (now > usual) == more:
            kind: Kind = "none" if value is None else "value"
            found.append(Driver(Group(kind, value, {}, name=names.get(value or "")), now, usual))
    return tuple(sorted(found, key=lambda driver: (-abs(driver.change), driver.group.value or ""))[:DRIVERS])


def _by_group(
    usage: Usage, query: Query, spans: Sequence[Span], days: Sequence[int]
) -> tuple[dict[int, dict[str | None, int]], set[int]]:
    """The sums of these days by group, and which of them are known by group altogether."""
    dimension = query.group_by or ""
    stretch = spans[days[0]].start, spans[days[-1]].end
    kept = answering_rows(usage, query, *stretch, bucket_width(usage, query), [dimension, query.measure])
    ticks = np.asarray([span.start for span in spans])
    kept = kept.filter(pa.array(np.isin(np.searchsorted(ticks, starts(kept), side="right") - 1, days)))
    day = np.searchsorted(ticks, starts(kept), side="right") - 1
    codes, texts = coded(kept[dimension])
    layers = [at for at, layer in enumerate(usage.layers) if dimension in layer.grouping]
    if dimension != "organization":
        codes = np.where(np.isin(kept["layer"].to_numpy(), layers), codes, _UNKNOWN)
    sums: dict[int, dict[str | None, int]] = {each: {} for each in days}
    unknown = set()
    for (at, code), amount in summed(day, codes, kept[query.measure]).items():
        if code == _UNKNOWN:
            unknown |= {at} if amount else set()
        else:
            sums[at][texts[code] if code >= 0 else None] = amount or 0
    return sums, set(days) - unknown


_UNKNOWN = -2
"""Stands for rows of an export that was not grouped by the dimension."""


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
