"""The stretch of time that a query is about."""

from datetime import date, timedelta

from data.held import extent
from data.overlap import DAY, HOUR
from data.query import PERIODS, Query, midnight
from data.table import Usage


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


def reach(usage: Usage, query: Query) -> tuple[int, int]:
    """As much of the period as lies between the first bucket and the last."""
    start, end = period(usage, query)
    first, last = extent(usage, query.object) or (0, 0)
    return max(start, first), min(end, last)
