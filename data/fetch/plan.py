"""What was asked, as queries and stretches of time; what of it a draft still lacks. Pure: no clock, no network.

Times are unix seconds, the start included and the end not. Days are UTC days, as the API's are.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from data.fetch.kinds import COSTS, KINDS, SECONDS, USAGE, Interval, Kind

Span = tuple[int, int]

LATE = 3_600
"""A bucket counts as open until so long after its end: usage is not counted in the second it happens (inferred)."""


class CannotPlanError(ValueError):
    """Its text says what cannot be asked for, and what can."""


@dataclass(frozen=True)
class Query:
    """One kind of results in one grouping and interval."""

    usage: str
    interval: Interval
    group_by: tuple[str, ...]

    @property
    def kind(self) -> Kind:
        return KINDS[self.usage]

    @property
    def width(self) -> int:
        return SECONDS[self.interval]

    def __str__(self) -> str:
        return f"{self.usage} by {', '.join(self.group_by) or 'nothing'}, {self.interval}"


@dataclass(frozen=True)
class Plan:
    """All that one file is to hold."""

    queries: tuple[Query, ...]
    start: int
    end: int
    now: int
    """When it was planned. A bucket that was open then is fetched in a page of its own, which an update replaces."""

    def open_from(self, query: Query) -> int:
        """Where the first bucket starts that may still grow."""
        return max(self.start, min(self.end, (self.now - LATE) // query.width * query.width))

    def must_reach(self, query: Query) -> int:
        """The end of the last bucket that is over: what comes after it may be there or not."""
        return max(self.start, min(self.end, self.now // query.width * query.width))


@dataclass(frozen=True)
class Stretch:
    """A stretch of time to fetch."""

    query: int
    start: int
    end: int
    settled: bool


@dataclass(frozen=True)
class Record:
    """What a draft knows of one of its lines."""

    query: int
    settled: bool
    spans: tuple[Span, ...]
    size: int
    """The draft's bytes up to and with this line."""


def queries_of(
    usage: Sequence[str], costs: bool, interval: Interval, group_by: Sequence[str] | None
) -> tuple[Query, ...]:
    """A query per kind, grouped by those of the dimensions that it has; None stands for all that go together."""
    chosen = [*(USAGE if "all" in usage else ()), *(KINDS[name] for name in usage if name != "all")]
    kinds = {kind.name: kind for kind in (*chosen, *([COSTS] if costs else []))}.values()
    known = dict.fromkeys(name for kind in kinds for name in kind.dimensions)
    if unknown := [name for name in group_by or () if name not in known]:
        raise CannotPlanError(f"{', '.join(unknown)}: not a dimension of what is fetched, which has {', '.join(known)}")
    return tuple(
        Query(
            kind.name,
            kind.finest(interval),
            kind.default_grouping
            if group_by is None
            else tuple(name for name in kind.dimensions if name in set(group_by)),
        )
        for kind in kinds
    )


def window(first: date, last: date | None, now: int) -> Span:
    """From the start of the first day to the end of the last, today at the latest."""
    start, end = midnight(first), end_of(last, now)
    if start >= end:
        raise CannotPlanError(f"--from {first} is after the last day, {spoken(end - 86_400, end)} (UTC)")
    return start, end


def end_of(last: date | None, now: int) -> int:
    """The end of a day, or of today where that is earlier or no day is named."""
    today = datetime.fromtimestamp(now, UTC).date()
    return midnight(min(last or today, today) + timedelta(days=1))


def midnight(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def missing(plan: Plan, records: Iterable[Record]) -> list[Stretch]:
    """The stretches that no line covers, query by query: first what is settled, then what is still open."""
    covered: dict[int, list[Span]] = {}
    for record in records:
        covered.setdefault(record.query, []).extend(record.spans)
    found = []
    for number, query in enumerate(plan.queries):
        for start, end in gaps(covered.get(number, ()), plan.start, plan.end):
            middle = max(start, min(end, plan.open_from(query)))
            found += [Stretch(number, start, middle, True)] if start < middle else []
            found += [Stretch(number, middle, end, False)] if middle < end else []
    return found


def gaps(spans: Iterable[Span], start: int, end: int) -> list[Span]:
    """What of start to end no span covers."""
    found = []
    for first, last in sorted(spans):
        if start < min(first, end):
            found.append((start, min(first, end)))
        start = max(start, last)
    return [*found, (start, end)] if start < end else found


def joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Spans that touch or overlap become one."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return tuple(found)


def spoken(start: int, end: int) -> str:
    """A stretch as the command's own options would say it: whole days with the last one included."""
    if start % 86_400 == 0 and end % 86_400 == 0:
        first, last = (datetime.fromtimestamp(each, UTC).date() for each in (start, end - 86_400))
        return str(first) if first == last else f"{first} to {last}"
    first_moment, last_moment = (f"{datetime.fromtimestamp(each, UTC):%Y-%m-%dT%H:%M:%SZ}" for each in (start, end))
    return f"{first_moment} up to {last_moment}"
