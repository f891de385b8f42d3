"""The rows that an engine returns, each put where it belongs in the answer."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from data.asked import NONE, NOT_GROUPED, OTHER, Asked
from data.parts import PARTS
from data.query import Query
from data.totals import Group, Kind, Sums, added

Row = tuple[Any, ...]
Cells = dict[str, list[list[int | None]]]
Subcells = tuple[tuple[tuple[int | None, ...], ...], ...]


class Answer:
    """What the rows of `Asked.totals` say. ticks: how many intervals there are."""

    def __init__(self, asked: Asked, query: Query, rows: Iterable[Row], ticks: int) -> None:
        self._asked, self._query, self._ticks = asked, query, ticks
        self._rows: dict[str, list[Row]] = {"group": [], "cell": [], "inner": [], "subcell": []}
        for what, *row in rows:
            self._rows[what].append(tuple(row))
        found = [(place, self._group(place, value, sums)) for _, place, _, value, _, _, *sums in self._rows["group"]]
        self.table = largest_first([group for _, group in found], query.measure)
        self._groups = _placed(found, query.measure)
        self._inner = _placed(
            [
                (place, self._group(place, value, sums, many))
                for _, _, place, value, many, _, *sums in self._rows["inner"]
            ],
            query.measure,
        )
        self.groups = tuple(self._groups.values())
        self.subgroups = tuple(self._inner.values())

    def _group(self, place: int, value: str | None, sums: Sequence[int | None], many: int = 1) -> Group:
        kind: Kind = "all" if not self._query.group_by else _kind(place, value)
        return Group(kind, value, named(self._asked, sums), many)

    @property
    def results(self) -> int:
        """Rows that were summed."""
        return sum(row[4] for row in self._rows["cell"])

    def cells(self) -> Cells:
        """Measure → group → interval."""
        cells: Cells = {name: [[None] * self._ticks for _ in self.groups] for name in self._asked.named}
        index = {place: number for number, place in enumerate(self._groups)}
        for tick, place, _, _, _, _, *sums in self._rows["cell"]:
            for name, amount in named(self._asked, sums).items():
                cells[name][index[place]][tick] = amount
        return cells

    def subcells(self) -> Subcells:
        """Group → subgroup → interval, of the measure asked for."""
        cells: list[list[list[int | None]]] = [[[None] * self._ticks for _ in self.subgroups] for _ in self.groups]
        group = {place: number for number, place in enumerate(self._groups)}
        inner = {place: number for number, place in enumerate(self._inner)}
        for tick, place, inner_place, _, _, amount, *_ in self._rows["subcell"]:
            cells[group[place]][inner[inner_place]][tick] = amount
        return tuple(tuple(tuple(row) for row in rows) for rows in cells) if self.subgroups else ()


def opened(asked: Asked, rows: Iterable[Row], measure: str) -> tuple[Group, ...]:
    """What the rows of `Asked.opened` say."""
    groups = [Group(_kind(place, value), value, named(asked, sums)) for place, value, *sums in rows]
    return largest_first(groups, measure)


def largest_first(groups: Sequence[Group], measure: str) -> tuple[Group, ...]:
    return tuple(sorted(groups, key=lambda group: (-(group.sums.get(measure) or 0), group.kind, group.value or "")))


def named(asked: Asked, sums: Sequence[int | None]) -> Sums:
    """Sums by measure, with that of the parts."""
    found: Sums = dict(zip(asked.measures, sums, strict=True))
    if "total_tokens" in asked.named:
        found["total_tokens"] = added([found[part] for part in PARTS if part in found])
    return found


def _placed(found: Iterable[tuple[int, Group]], measure: str) -> Mapping[int, Group]:
    """What is drawn, by place: the largest, those without a value, and Other, summed."""
    places: dict[int, list[Group]] = {}
    for place, group in found:
        places.setdefault(place, []).append(group)
    values = [(place, places[place][0]) for place in sorted(places) if place > OTHER]
    unnamed = [(place, places[place][0]) for place in (NONE, NOT_GROUPED) if place in places]
    unnamed.sort(key=lambda each: (-(each[1].sums.get(measure) or 0), each[1].kind))
    rest = [(OTHER, _other(places[OTHER]))] if OTHER in places else []
    return dict([*values, *unnamed, *rest])


def _other(groups: Sequence[Group]) -> Group:
    sums = {name: added([group.sums[name] for group in groups]) for name in groups[0].sums}
    return Group("other", None, sums, sum(group.groups for group in groups))


def _kind(place: int | None, value: str | None) -> Kind:
    if value is not None:
        return "value"
    return {NONE: "none", NOT_GROUPED: "not grouped"}.get(NONE if place is None else place, "other")  # type: ignore[return-value]
