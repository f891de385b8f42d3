"""A figure with its words, for charts that are about other answers than totals alone."""

from typing import NamedTuple, Protocol

from components.charts.figure import Figure


class Drawing(NamedTuple):
    title: str
    """What is seen."""
    conclusion: str
    """What follows from it, with numbers, for those who do not see it; without a full stop."""
    figure: Figure


class Answer(Protocol):
    """What a chart is about: a stretch of time."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def zone(self) -> str: ...
