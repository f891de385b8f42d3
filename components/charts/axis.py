"""The time axis: where the intervals of an answer stand on it, and how it writes them."""

from datetime import timedelta
from typing import Any, NamedTuple, Protocol

from components.theme import local, plain, stretch
from data.query import Query
from data.totals import Span

# How a date axis of Plotly writes its ticks. A label stands under the middle of its day, week or month, but at the
# very moment of an hour or minute.
_CLOCK = [
    {"dtickrange": [None, 86_399_999], "value": "%H:%M\n%Y-%m-%d"},
    {"dtickrange": [86_400_000, None], "value": "%m-%d\n%Y"},
]
_TICKS: dict[str, dict[str, Any]] = {
    "minute": {"tickformatstops": _CLOCK},
    "hour": {"tickformatstops": _CLOCK},
    "day": {"tickformat": "%m-%d\n%Y", "ticklabelmode": "period"},
    "week": {"tickformat": "W%V\n%G", "ticklabelmode": "period"},
    "month": {"tickformat": "%Y-%m", "ticklabelmode": "period"},
}


class _Density(NamedTuple):
    """How many bars at most, which part of its interval a bar covers, and the gap between the pieces of a stack, px."""

    most: float
    cover: float
    gap: float


_DENSITIES = (
    _Density(3, 0.4, 0.5),
    _Density(8, 0.6, 0.5),
    _Density(45, 0.78, 0.5),
    _Density(100, 0.84, 0),
    _Density(200, 0.9, 0),
    _Density(float("inf"), 1, 0),
)


class Timed(Protocol):
    """An answer in intervals."""

    @property
    def query(self) -> Query: ...
    @property
    def zone(self) -> str: ...
    @property
    def spans(self) -> tuple[Span, ...]: ...


class Axis:
    """Where the intervals stand on a time axis without a zone of its own."""

    def __init__(self, answer: Timed) -> None:
        self._kind = answer.query.interval or "day"
        self._zone = answer.zone
        self._spans = answer.spans
        self._edges = [(self._wall(span.start), self._wall(span.end)) for span in answer.spans]
        self.density = next(each for each in _DENSITIES if len(answer.spans) <= each.most)
        self.centers = [_text((start + end) / 2) for start, end in self._edges]
        self.widths = [(end - start) * 1000 * self.density.cover for start, end in self._edges]
        """In ms."""

    def _wall(self, seconds: int) -> float:
        """Seconds on the zone's wall clock. Within a day the first offset stays: no hour may come twice."""
        anchor = self._spans[0].start if self._kind in ("minute", "hour") else seconds
        offset = local(anchor, self._zone).utcoffset() or timedelta()
        return seconds + offset.total_seconds()

    def layout(self, narrow: bool) -> dict[str, Any]:
        if not self._edges:
            return {"visible": False}
        headers = [plain(stretch(span.start, span.end, self._kind, self._zone)) for span in self._spans]
        seconds = [str(int((start + end) / 2)) for start, end in self._edges]
        return {
            "type": "date",
            "range": [_text(self._edges[0][0]), _text(self._edges[-1][1])],
            "fixedrange": narrow,
            "ticklabelstandoff": 4,
            "nticks": 4 if narrow else 12,
            # A unified hover takes its header from the axis, which knows moments only; the alias makes it start – end.
            "hoverformat": "%s",
            "labelalias": dict(zip(seconds, headers, strict=True)),
            **_TICKS[self._kind],
        }


def _text(wall: float) -> str:
    return local(int(wall)).strftime("%Y-%m-%dT%H:%M:%S")
