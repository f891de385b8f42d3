"""The answer to a query: exact sums per interval and group. Knows nothing of how they are taken."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

from data.query import Query

Sums = dict[str, int | None]


Kind = Literal["value", "none", "not grouped", "other", "all"]


class Group(NamedTuple):
    """One value of the dimension asked for."""

    kind: Kind
    """`none`: grouped, but this usage has no value · `not grouped`: the export was not grouped by the dimension."""
    value: str | None
    sums: Sums
    """Over the whole period, by measure."""
    groups: int = 1
    """How many groups it stands for."""
    name: str | None = None
    """What people call it, where a mapping says so and the question wants names."""

    @property
    def id(self) -> str:
        """What the name stands for; empty where there is none."""
        return (self.value or "") if self.name else ""

    @property
    def key(self) -> str:
        """What tells it from the others of its dimension."""
        return f"{self.kind}:{self.value or ''}"


class Span(NamedTuple):
    """One interval: unix seconds, and how much of it was measured."""

    start: int
    end: int
    measured: int
    """Seconds that buckets cover."""
    partial: bool
    """A bucket in it is clipped, to the query or to now."""
    buckets: int
    """0 is a gap: nothing was exported for it."""


@dataclass(frozen=True)
class Totals:
    """The answer to a query: exact sums per interval and group."""

    query: Query
    """With the interval that was used."""
    zone: str
    """In which days begin; UTC where buckets of a day leave no choice."""
    start: int
    end: int
    spans: tuple[Span, ...]
    groups: tuple[Group, ...]
    """As drawn: the largest, then none / not grouped, then Other."""
    cells: dict[str, list[list[int | None]]]
    """Measure → group → interval, in the order of `groups` and `spans`."""
    table: tuple[Group, ...]
    """All groups, largest first."""
    grand: Sums
    results: int
    """Rows that were summed."""
    left_out: int
    """Rows of other exports of the same usage that were not used for this question."""
    subgroups: tuple[Group, ...] = ()
    """Of the second dimension over all groups, as drawn: in the order of `groups`, each with a place in all of them."""
    subcells: tuple[tuple[tuple[int | None, ...], ...], ...] = ()
    """The measure asked for: group → subgroup → interval, in the order of `groups`, `subgroups` and `spans`."""

    @property
    def shown(self) -> tuple[int, int]:
        """Values of the dimension that are drawn on their own, and of all there are."""
        drawn = sum(group.kind == "value" for group in self.groups)
        return drawn, sum(group.kind == "value" for group in self.table)

    @cached_property
    def by_value(self) -> dict[str | None, Group]:
        """The groups by what they stand for; None for all that have no value."""
        return {group.value: group for group in self.table}

    def over_time(self, measure: str) -> list[int | None]:
        """The measure per interval, all groups together."""
        rows = self.cells.get(measure, [])
        return [added([row[index] for row in rows]) for index in range(len(self.spans))]


def added(values: Sequence[int | None]) -> int | None:
    """The sum of what was reported; None where nothing was."""
    reported = [value for value in values if value is not None]
    return sum(reported) if reported else None
