"""Moments as files give them: epoch seconds as number or text, ISO 8601, a date."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

FIRST = int(datetime(2015, 1, 1, tzinfo=UTC).timestamp())
LAST = int(datetime(2100, 1, 1, tzinfo=UTC).timestamp())
WIDTHS = (60, 3600, 86400)
"""Bucket widths the API knows: 1m, 1h and 1d."""

_EPOCH_TEXT = re.compile(r"[0-9]{1,25}(\.0*)?")
_ISO_TEXT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]{5,15}( ?Z|[+-][0-9:]{4,6})?)?", re.IGNORECASE)


class NoMomentError(ValueError):
    """Its text says why the value is no moment."""


def moment(value: Any) -> int:
    """Unix seconds; text without a zone is UTC."""
    seconds = _seconds(value)
    if FIRST <= seconds <= LAST:
        return seconds
    for factor, unit in ((1000, "milliseconds"), (10**6, "microseconds"), (10**9, "nanoseconds")):
        if FIRST * factor <= seconds <= LAST * factor:
            raise NoMomentError(f"looks like {unit}: seconds are expected")
    raise NoMomentError("is not a time between 2015 and 2100")


def _seconds(value: Any) -> int:
    if isinstance(value, str) and _EPOCH_TEXT.fullmatch(value):
        return int(value.split(".")[0])
    if isinstance(value, str) and _ISO_TEXT.fullmatch(value):
        return _iso_seconds(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    number = Decimal(value) if isinstance(value, float) else value
    if isinstance(number, Decimal) and number.is_finite() and number.adjusted() < 24 and number == int(number):
        return int(number)
    raise NoMomentError("is not a time: unix seconds or ISO 8601 are read")


def _iso_seconds(value: str) -> int:
    try:
        when = datetime.fromisoformat(value.replace(" Z", "Z").replace(" z", "Z").upper())
    except ValueError:
        raise NoMomentError("is not a time: unix seconds or ISO 8601 are read") from None
    seconds = (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()
    if seconds != int(seconds):
        raise NoMomentError("is not a whole second")
    return int(seconds)


def is_date(value: Any) -> bool:
    """A calendar day without an hour, which lasts until the next."""
    return isinstance(value, str) and len(value) == 10 and _ISO_TEXT.fullmatch(value) is not None


def usual_width(starts: set[int]) -> int:
    """Width of buckets that give no end: the coarsest of day, hour and minute on which they all begin."""
    return next((width for width in (86400, 3600) if all(start % width == 0 for start in starts)), 60)
