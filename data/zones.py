"""Time zones: which there are, and where their days begin. Knows no data."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo

# What a date is taken for that lies far outside all data, where calendars and clocks end.
_FIRST, _LAST = date(1900, 1, 1), date(9000, 1, 1)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@cache
def zones() -> frozenset[str]:
    """The names of the IANA time zones, the same on every machine."""
    listed = (resources.files("tzdata") / "zones").read_text(encoding="utf-8").split()
    return frozenset(listed) - {"Factory"}


def utc(seconds: int) -> datetime:
    return _EPOCH + timedelta(seconds=seconds)  # `fromtimestamp` knows nothing before 1970 on Windows


def local(seconds: int, zone: str) -> datetime:
    """A moment on the clocks of a zone."""
    return utc(seconds).astimezone(ZoneInfo(zone))


def midnight(day: date, zone: str = "UTC") -> int:
    """Unix seconds at which a day begins in a zone; where clocks skip midnight, the moment at which they do."""
    if zone == "UTC":
        return (day - _EPOCH.date()).days * 86400
    day = min(max(day, _FIRST), _LAST)
    return int(datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).timestamp())


def day_of(seconds: int, zone: str) -> date:
    """The day of a zone in which a moment lies."""
    return local(seconds, zone).date()


def begins_day(seconds: int, zone: str) -> bool:
    return midnight(day_of(seconds, zone), zone) == seconds


def moment(seconds: int, zone: str) -> str:
    """`2026-01-31`, or `2026-01-31 06:30 UTC` within a day."""
    if begins_day(seconds, zone):
        return f"{day_of(seconds, zone)}"
    return f"{local(seconds, zone):%Y-%m-%d %H:%M} {zone}"
