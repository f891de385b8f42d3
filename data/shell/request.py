"""What the shell is asked for, how far it reaches, and what the data cannot answer."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from data.held import extent
from data.intervals import SECONDS, boundaries
from data.link import shortened
from data.naming import TEAM
from data.overlap import DAY, Kind, Layer
from data.query import Interval
from data.usage import Usage
from data.zones import midnight

# What a date is taken for that lies far outside all data, where calendars and clocks end.
_LAST = date.max - timedelta(days=1)


class CannotAnswerError(Exception):
    """The data cannot answer this: the message says what to ask for instead."""


@dataclass(frozen=True)
class Request:
    object: str = "completions"
    group_by: tuple[str, ...] = ()
    interval: Interval | None = None
    """None: one sum over all time."""
    zone: str = "UTC"
    first: date | None = None
    last: date | None = None
    """The last day, included."""
    where: tuple[tuple[str, str], ...] = ()

    @property
    def asked(self) -> frozenset[str]:
        return frozenset(self.group_by) | frozenset(name for name, _ in self.where)


def ticks_of(request: Request, start: int, end: int) -> list[int]:
    """Starts of the intervals asked for, and the end of the last."""
    return boundaries(start, end, request.interval, request.zone) if request.interval else [start, end]


def reach(usage: Usage, request: Request) -> tuple[int, int]:
    """From the first moment asked for to the last, as far as there are buckets, in unix seconds."""
    start, end = extent(usage) or (0, 0)
    if request.first:
        start = max(start, midnight(request.first, request.zone))
    if request.last:
        end = min(end, midnight(min(request.last, _LAST) + timedelta(days=1), request.zone))
    return start, end


def refuse_unknown(usage: Usage, request: Request, kind: Kind) -> None:
    """A condition on what no export tells would leave nothing, which reads like no usage."""
    known = {*kind.dimensions, "organization", TEAM} - {"currency"}
    for name in sorted(request.asked - known):
        raise CannotAnswerError(f"{shortened(name)} is not a dimension of {request.object}")
    layers = list(_layers(usage, request))
    for name, _ in request.where:
        if name in kind.grouping and layers and not any(name in layer.grouping for layer in layers):
            raise CannotAnswerError(f"the export is not grouped by {name}: export it again with it in group_by")
    if TEAM in request.asked and not any(TEAM in layer.grouping for layer in layers):
        raise CannotAnswerError("no id in these files has a team: add a mapping with the columns id, name and team")


def refuse_recut(usage: Usage, request: Request) -> None:
    """Buckets are never cut: not into finer intervals, nor into the days of another zone."""
    widest = max((layer.width for layer in _layers(usage, request)), default=0)
    if request.interval and SECONDS[request.interval] < min(widest, SECONDS["month"]):
        raise CannotAnswerError(
            f"--interval {request.interval} is finer than these buckets of {widest:,} s: "
            "leave out what is coarser, or export again with a smaller bucket_width"
        )
    cut = request.first or request.last or request.interval in ("day", "week", "month")
    if widest >= DAY and cut and request.zone != "UTC":
        raise CannotAnswerError(
            f"daily buckets are UTC days and cannot be cut into days of {request.zone}: leave --zone out, "
            "or export again with bucket_width=1h"
        )


def _layers(usage: Usage, request: Request) -> Iterator[Layer]:
    layers = usage.cost_layers if request.object == "costs" else usage.layers
    return (layer for layer in layers if layer.object == request.object)
