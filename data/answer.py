"""The rows that an engine returns, each put where it belongs in the answer. Knows nothing of how they are asked for."""

from collections.abc import Iterable, Sequence
from typing import Any

from data.asked import NONE, NOT_GROUPED, OTHER, Asked
from data.parts import PARTS
from data.totals import Group, Kind, Sums, added

Row = tuple[Any, ...]
Cells = dict[str, list[list[int | None]]]
Subcells = tuple[tuple[tuple[int | None, ...], ...], ...]

_PLACES: dict[str, int] = {"none": NONE, "all": NONE, "not grouped": NOT_GROUPED, "other": OTHER}


def groups(asked: Asked, rows: Iterable[Row], measure: str, dimension: str | None) -> tuple[Group, ...]:
    """All groups, the largest first."""
    called = asked.names(dimension)
    found = [
        Group(_kind(value, known, dimension), value, _named(asked, sums), name=called.get(value or ""))
        for value, known, *sums in rows
    ]
    return tuple(sorted(found, key=lambda group: (-(group.sums.get(measure) or 0), group.kind, group.value or "")))


def drawn(table: Sequence[Group], shown: int) -> tuple[Group, ...]:
    """The largest groups on their own, the unnamed ones after them, the rest as Other."""
    values = [group for group in table if group.kind == "value"]
    unnamed = [group for group in table if group.kind != "value"]
    head, rest = values[:shown], values[shown:]
    if len(rest) == 1:
        head, rest = values, []
    if not rest:
        return (*head, *unnamed)
    sums = {name: added([group.sums[name] for group in rest]) for name in rest[0].sums}
    return (*head, *unnamed, Group("other", None, sums, len(rest)))


def names(groups: Sequence[Group]) -> list[str]:
    """The values that are drawn, in their order."""
    return [group.value for group in groups if group.value is not None]


def cells(asked: Asked, rows: Iterable[Row], groups: Sequence[Group], ticks: int) -> tuple[Cells, int]:
    """Measure → group → interval, and how many rows were summed."""
    held: list[list[list[int | None]]] = [[[None] * ticks for _ in groups] for _ in asked.columns]
    index, results = _index(groups), 0
    for tick, place, count, *sums in rows:
        results += count
        at = index[place]
        for each, amount in zip(held, sums, strict=True):
            each[at][tick] = amount
    found: Cells = asked.by_measure(held)
    if "total_tokens" in asked.named:
        parts = [found[part] for part in PARTS if part in found]
        found["total_tokens"] = [list(map(added, zip(*group, strict=True))) for group in zip(*parts, strict=True)]
    return found, results


def subcells(rows: Iterable[Row], groups: Sequence[Group], subgroups: Sequence[Group], ticks: int) -> Subcells:
    """Group → subgroup → interval."""
    found: list[list[list[int | None]]] = [[[None] * ticks for _ in subgroups] for _ in groups]
    index, inner = _index(groups), _index(subgroups)
    for tick, place, inner_place, amount in rows:
        found[index[place]][inner[inner_place]][tick] = amount
    return tuple(tuple(tuple(row) for row in each) for each in found)


def _index(groups: Sequence[Group]) -> dict[int, int]:
    """By place: which of the groups drawn it is."""
    return {_PLACES.get(group.kind, number + 1): number for number, group in enumerate(groups)}


def _named(asked: Asked, sums: Sequence[int | None]) -> Sums:
    """Sums by measure, with that of the parts."""
    found: Sums = asked.by_measure(sums)
    if "total_tokens" in asked.named:
        found["total_tokens"] = added([found[part] for part in PARTS if part in found])
    return found


def _kind(value: str | None, known: bool, dimension: str | None) -> Kind:
    if dimension is None:
        return "all"
    if value is not None:
        return "value"
    return "none" if known else "not grouped"
