"""The intervals in which an answer is shown: which are possible, which fits, and where each begins."""

from datetime import datetime, timedelta

from data.held import widest_bucket
from data.overlap import DAY, HOUR, MINUTE
from data.periods import reach, zone_of
from data.query import INTERVALS, Interval, Query
from data.usage import Usage
from data.zones import local

SECONDS: dict[Interval, int] = {"minute": MINUTE, "hour": HOUR, "day": DAY, "week": 7 * DAY, "month": 28 * DAY}
"""Width of the widest bucket that still fits into an interval."""

MOST_BARS = 120
"""What an interval that nobody asked for is chosen by."""
MOST_SPANS = 1_000
"""Bars that any interval may lead to: six weeks of hours. A browser takes half a minute to draw a year of them."""


def intervals(usage: Usage, query: Query) -> tuple[Interval, ...]:
    """Intervals the answer can be shown in: never finer than the buckets it comes from, and not too many.

    A month always is one: there are no more than 1,020 between the first and the last bucket that are read.
    """
    start, end = reach(usage, query)
    widest = min(finest_width(usage, query, start, end), SECONDS["month"])
    finer = (name for name in INTERVALS[:-1] if SECONDS[name] >= widest and (end - start) / SECONDS[name] <= MOST_SPANS)
    return (*finer, "month")


def fitting(usage: Usage, query: Query) -> Interval:
    """The interval asked for, or the finest that holds everything and gives a readable number of bars."""
    possible = intervals(usage, query)
    if query.interval in possible:
        return query.interval
    if query.interval:
        return possible[0]
    start, end = reach(usage, query)
    complete = min(fullest_width(usage, query, start, end), SECONDS["month"])
    readable = (name for name in possible if SECONDS[name] >= complete and (end - start) / SECONDS[name] <= MOST_BARS)
    return next(readable, possible[-1])


def finest_width(usage: Usage, query: Query, start: int, end: int) -> int:
    """Width of the widest bucket in the finest answer."""
    return widest_bucket(usage, query.object, query.asked, start, end, 0)


def fullest_width(usage: Usage, query: Query, start: int, end: int) -> int:
    """Width of the widest bucket in the fullest answer: hours may be known for a part of what days hold."""
    return widest_bucket(usage, query.object, query.asked, start, end, SECONDS["month"])


def bucket_width(usage: Usage, query: Query) -> int:
    """Seconds that buckets may be long so that they fit into the query's intervals, and into the days of its zone."""
    width = SECONDS[query.interval or fitting(usage, query)]
    return width if zone_of(usage, query) == "UTC" else min(width, HOUR)


def ticks(usage: Usage, query: Query, start: int, end: int) -> list[int]:
    """Where the intervals of an answer begin, and the end of the last; hours of the data stay whole in any zone."""
    interval = query.interval or fitting(usage, query)
    whole = interval == "hour" and finest_width(usage, query, start, end) > MINUTE
    return boundaries(start, end, interval, "UTC" if whole else zone_of(usage, query))


def boundaries(start: int, end: int, interval: Interval, zone: str = "UTC") -> list[int]:
    """Starts of the intervals that cover start to end, and the end of the last, in unix seconds.

    Days and longer begin at midnight in the zone, daylight saving included; weeks on Monday.
    """
    if interval in ("minute", "hour"):
        width = SECONDS[interval]
        offset = _offset(start, zone) % width
        first = (start + offset) // width * width - offset
        return list(range(first, end + width, width)) if end > start else []
    tick = _floor(local(start, zone), interval)
    found = [int(tick.timestamp())]
    while found[-1] < end:
        tick = _next(tick, interval)
        if (stamp := int(tick.timestamp())) > found[-1]:  # Samoa had no 30 December 2011
            found.append(stamp)
    return found if end > start else []


def _offset(seconds: int, zone: str) -> int:
    shift = local(seconds, zone).utcoffset()
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
