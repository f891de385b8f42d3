"""Which period another is compared with: the one before, the same days last month, or any.

Both have to be measured whole: buckets that are clipped, to the export or to now, are left out by comparing periods
without them, never by comparing a part with a whole.
"""

from calendar import monthrange
from datetime import date, timedelta

from data.held import extent
from data.lacking import previous, unmeasured
from data.measured import gaps, partial
from data.overlap import DAY
from data.periods import period, zone_of
from data.query import Query
from data.usage import Usage
from data.zones import begins_day, day_of, moment, utc

WEEK = 7


def compared(usage: Usage, query: Query) -> Query | str:
    """The question about the period to compare with, or a sentence why it cannot be compared."""
    question = _question(usage, query)
    if isinstance(question, str):
        return question
    zone, other = zone_of(usage, query), zone_of(usage, question)
    if zone == other:
        return question
    return (
        f"The period to compare with can be told in UTC days only, this one is in days of {zone}: choose UTC for both."
    )


def _question(usage: Usage, query: Query) -> Query | str:
    if query.compare_start_time and query.compare_end_time:
        return _asked(usage, query, query.compare_start_time, query.compare_end_time)
    if query.compare == "previous":
        return previous(usage, query)
    zone = zone_of(usage, query)
    start, end = period(usage, query)
    if end <= start or not (begins_day(start, zone) and begins_day(end, zone)):
        return "The same days last month can be told of whole days only."
    if why := _incomplete(usage, query):
        return f"The period is not complete: {why}."
    return _asked(usage, query, *month_before(day_of(start, zone), day_of(end, zone)))


def month_before(start: date, end: date) -> tuple[date, date]:
    """The same days of the month before; `end` is exclusive.

    A day that the month before does not have becomes its last, and a period that ends with a month ends with it there
    too: all of February becomes all of January, 1 to 30 March becomes all of February.
    """
    last = end - timedelta(days=1)
    return _earlier(start), _earlier(last, ends=end.day == 1) + timedelta(days=1)


def _earlier(day: date, *, ends: bool = False) -> date:
    year, month = (day.year, day.month - 1) if day.month > 1 else (day.year - 1, 12)
    longest = monthrange(year, month)[1]
    return date(year, month, longest if ends else min(day.day, longest))


def _asked(usage: Usage, query: Query, start: date, end: date) -> Query | str:
    days = {"start_time": start, "end_time": end, "period": "all", "back": 0, "zone": zone_of(usage, query)}
    question = query.model_copy(update=days)
    name = f"period to compare with, {start} – {end - timedelta(days=1)},"
    for which, asked in (("period", query), (name, question)):
        if why := _incomplete(usage, asked):
            return f"The {which} is not complete: {why}."
    return question


def _incomplete(usage: Usage, query: Query) -> str | None:
    """What of its period was not measured, for the end of a sentence."""
    zone = zone_of(usage, query)
    start, end = period(usage, query)
    first, last = extent(usage, query.object) or (0, 0)
    if start < first:
        return f"the data begin {moment(first, zone)}"
    if end > last:
        return f"the data end {moment(last, zone)}"
    return unmeasured(usage, query.object, start, end, zone)


def halves(usage: Usage, object_name: str) -> tuple[date, date] | None:
    """The later half of the longest stretch of UTC days measured whole, which can be compared with the half before it.

    In whole weeks where that leaves any, so that weekdays weigh alike. None where there are no two such days.
    """
    stretches = _whole_days(usage, object_name)
    days, until = max((((until - since) // DAY, until) for since, until in stretches), default=(0, 0))
    half = days // 2 if days < 2 * WEEK else days // 2 // WEEK * WEEK
    if half < 1:
        return None
    return utc(until - half * DAY).date(), utc(until).date()


def _whole_days(usage: Usage, object_name: str) -> list[tuple[int, int]]:
    """Stretches of days without a gap or a clipped bucket, in unix seconds."""
    first, last = extent(usage, object_name) or (0, 0)
    broken = sorted([*gaps(usage, object_name), *partial(usage, object_name)])
    starts = [first, *(two for _, two in broken)]
    ends = [*(one for one, _ in broken), last]
    stretches = [(-(-since // DAY) * DAY, until // DAY * DAY) for since, until in zip(starts, ends, strict=True)]
    return [(since, until) for since, until in stretches if since < until]
