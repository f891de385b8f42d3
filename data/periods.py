"""The stretch of time that a query is about, in the zone that it can be told in."""

from datetime import date, timedelta

from data.held import extent, widest_bucket
from data.overlap import DAY, HOUR
from data.query import PERIODS, Query
from data.usage import Usage
from data.zones import begins_day, day_of, midnight


def zone_of(usage: Usage, query: Query) -> str:
    """The zone asked for; UTC where a bucket of the period is longer than an hour: it cannot be cut into other days."""
    if query.zone == "UTC":
        return "UTC"
    start, end = _period(usage, query, query.zone)
    return query.zone if widest_bucket(usage, query.object, query.asked, start, end, 0) <= HOUR else "UTC"


def period(usage: Usage, query: Query) -> tuple[int, int]:
    """The stretch of time a query is about, in unix seconds; presets count back from the last bucket."""
    return _period(usage, query, zone_of(usage, query))


def reach(usage: Usage, query: Query) -> tuple[int, int]:
    """As much of the period as lies between the first bucket and the last."""
    start, end = period(usage, query)
    first, last = extent(usage, query.object) or (0, 0)
    return max(start, first), min(end, last)


def before(start: int, end: int, zone: str) -> tuple[int, int]:
    """The period before, as many days long, or seconds where it is not of whole days."""
    if not (begins_day(start, zone) and begins_day(end, zone)):
        return max(start - (end - start), midnight(date.min)), start
    first, last = day_of(start, zone), day_of(end, zone)
    days = min(last - first, first - date.min)
    return midnight(first - days, zone), start


def _period(usage: Usage, query: Query, zone: str) -> tuple[int, int]:
    start, end = _forward(usage, query, zone)
    for _ in range(query.back):
        start, end = before(start, end, zone)
    return start, end


def _forward(usage: Usage, query: Query, zone: str) -> tuple[int, int]:
    first, last = extent(usage, query.object) or (0, 0)
    if query.start_time or query.end_time:
        start = midnight(query.start_time, zone) if query.start_time else first
        return start, midnight(query.end_time, zone) if query.end_time else last
    length = PERIODS[query.period]
    if length is None:
        return first, last
    if length < timedelta(days=2):
        end = -(-last // HOUR) * HOUR
        return end - int(length.total_seconds()), end
    last_day = _last_day(last, zone)
    return midnight(last_day - length, zone), midnight(last_day, zone)


def _last_day(last: int, zone: str) -> date:
    """The midnight that presets count back from.

    A day that is not over counts as one, but not where the data end with a UTC day: then only the zone cuts it.
    """
    day = day_of(last, zone)
    return day if last % DAY == 0 or begins_day(last, zone) else day + timedelta(days=1)
