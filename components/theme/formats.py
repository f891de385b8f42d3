"""How numbers, sizes and times are written."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

BLANK = "–"
"""Not reported, which is not 0."""
NO_ANSWER = "n/a"
"""A ratio whose denominator is 0."""

_UNITS = ("", "K", "M", "B", "T")


def compact(number: int | None) -> str:
    """Three significant figures: 1.2M, 45.3K, 987."""
    if number is None:
        return BLANK
    if number < 0:
        return f"−{compact(-number)}"
    if number < 1000:
        return str(number)
    value, unit = Decimal(number), 0
    while (rounded := _significant(value)) >= 1000 and unit < len(_UNITS) - 1:
        value, unit = value / 1000, unit + 1
    return f"{rounded.normalize():,f}{_UNITS[unit]}"


def _significant(value: Decimal) -> Decimal:
    places = max(2 - max(value.adjusted(), 0), 0)
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def exact(number: int | None) -> str:
    if number is None:
        return BLANK
    return f"{number:,}".replace("-", "−")


def signed(number: int, write: Callable[[int], str] = compact) -> str:
    """A change: +1.2M, −45.3K, 0."""
    return f"+{write(number)}" if number > 0 else write(number)


def percent(ratio: float | None) -> str:
    """One decimal: 37.1%. What is there but rounds to nothing is not 0.0%."""
    if ratio is None:
        return NO_ANSWER
    if 0 < abs(ratio) < 0.0005:
        return "<0.1%"
    return f"{ratio * 100:,.1f}%".replace("-", "−")


def share(part: int | None, whole: int | None) -> str:
    """A part's percent of its whole; n/a of nothing."""
    return percent(part / whole) if part is not None and whole else NO_ANSWER


def money(amount: Decimal | None, currency: str = "usd") -> str:
    """Two decimals, four below a cent."""
    if amount is None:
        return BLANK
    sign, size = ("−" if amount < 0 else ""), abs(amount)
    unit = "$" if currency.lower() == "usd" else f"{currency.upper()} "
    if 0 < amount < Decimal("0.0001"):
        return f"<{unit}0.0001"
    places = 2 if size == 0 or size >= Decimal("0.01") else 4
    return f"{sign}{unit}{size.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):,f}"


def size(octets: int) -> str:
    """Of a file, in units of a thousand: 24.8 MB."""
    value, unit = float(octets), "B"
    for larger in ("kB", "MB", "GB"):
        if value < 1000:
            break
        value, unit = value / 1000, larger
    return f"{value:,.1f} {unit}" if unit != "B" else f"{octets} B"


_DAY = 86_400


def local(seconds: int, zone: str = "UTC") -> datetime:
    return datetime.fromtimestamp(seconds, ZoneInfo(zone))


def moment(seconds: int, zone: str = "UTC", *, end: bool = False) -> str:
    """2026-11-20 13:00 UTC; an end at midnight is 24:00 of its day."""
    return f"{_date_and_clock(seconds, zone, end)} {zone}"


def _date_and_clock(seconds: int, zone: str, end: bool = False) -> str:
    when = local(seconds, zone)
    if end and _is_midnight(when):
        return f"{when - timedelta(days=1):%Y-%m-%d} 24:00"
    return f"{when:%Y-%m-%d} {_clock(when)}"


def _clock(when: datetime) -> str:
    return f"{when:%H:%M:%S}" if when.second else f"{when:%H:%M}"


def _is_midnight(when: datetime) -> bool:
    return (when.hour, when.minute, when.second) == (0, 0, 0)


def interval(start: int, end: int, kind: str, zone: str = "UTC") -> str:
    """What an interval is called: 2026-11-20 13:00 UTC, 2026-11-20, 2026-W47 (Mon … – Sun …), 2026-11."""
    first, last = local(start, zone), local(end - 1, zone)
    if kind == "month":
        return f"{first:%Y-%m}"
    if kind == "week":
        return f"{first:%G-W%V} ({first:%a %Y-%m-%d} – {last:%a %Y-%m-%d})"
    return f"{first:%Y-%m-%d}" if kind == "day" else moment(start, zone)


def stretch(start: int, end: int, kind: str, zone: str = "UTC") -> str:
    """An interval from start to end, with the zone."""
    first, last = local(start, zone), local(end - 1, zone)
    if kind == "month":
        return f"{first:%Y-%m} ({first:%Y-%m-%d} – {last:%Y-%m-%d}) {zone}"
    if kind == "week":
        return f"{first:%G-W%V} ({first:%Y-%m-%d} – {last:%Y-%m-%d}) {zone}"
    day = f"{first:%a} " if kind == "day" else ""
    until = _date_and_clock(end, zone, end=True).split(" ")[-1]
    return f"{day}{first:%Y-%m-%d} {_clock(first)}–{until} {zone}"


def period(start: int, end: int, zone: str = "UTC") -> str:
    """A period by its first and its last day."""
    first, last = f"{local(start, zone):%Y-%m-%d}", f"{local(max(end - 1, start), zone):%Y-%m-%d}"
    return first if first == last else f"{first} – {last}"


def duration(seconds: int) -> str:
    """6.5 h, 24 h, 3 d."""
    for width, unit in ((_DAY, "d"), (3600, "h"), (60, "min")):
        if seconds >= width * (2 if unit == "d" else 1):
            return f"{round(seconds / width, 1):g} {unit}"
    return f"{seconds} s"
