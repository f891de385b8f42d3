"""What figures of cost draw: the token parts, or the costliest groups and all others, with names and colours."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from components.charts.series import Palette
from components.theme import PATTERNED, Theme, group_label, label, many
from data.billed import exact_sum
from data.cost import Cost
from data.engine import SHOWN
from data.totals import Group


class Series(NamedTuple):
    name: str
    """Whole and unescaped."""
    color: str
    patterned: bool
    values: tuple[Decimal | None, ...]
    """US dollars per interval."""
    total: Decimal | None
    id: str = ""
    """What the name stands for, where it is one that people gave."""
    key: str | None = None
    """Of the group that it draws, for clicks on it."""


def series(cost: Cost, theme: Theme, palette: Palette | None, by_part: bool) -> list[Series]:
    """The token parts in stacking order, or the costliest groups and last Other."""
    return _parts(cost, theme) if by_part else _groups(cost, theme, palette or {})


def _parts(cost: Cost, theme: Theme) -> list[Series]:
    return [
        Series(
            label(part),
            theme.parts[part],
            part in PATTERNED,
            tuple(each and each.parts[part] for each in cost.over_time),
            amount,
        )
        for part, amount in cost.whole.parts.items()
        if amount is not None
    ]


def _groups(cost: Cost, theme: Theme, palette: Palette) -> list[Series]:
    colors = _colors([value for value in cost.drawn if value is not None], theme, palette)
    found = [
        Series(
            name_of(cost, value),
            theme.none if value is None else colors[value],
            False,
            tuple(span[value].cost if value in span else None for span in cost.cells),
            cost.groups[value].cost,
            id_of(cost, value),
            key_of(value),
        )
        for value in cost.drawn
    ]
    rest = [each.cost for value, each in cost.groups.items() if each.cost is not None and value not in cost.drawn]
    if rest:
        values = tuple(span and span.cost for span in cost.others)
        name = f"Other · {len(rest):,} {many(cost.totals.query.group_by or 'model')}"
        found.append(Series(name, theme.other, False, values, exact_sum(rest)))
    return found


def _colors(drawn: Sequence[str], theme: Theme, palette: Palette) -> dict[str, str]:
    """Those of the other charts; what only costs bring to the fore gets one that is free."""
    taken = {palette[value] for value in drawn if value in palette}
    free = iter([place for place in range(len(theme.groups)) if place not in taken])
    return {value: theme.group(palette[value] if value in palette else next(free, SHOWN)) for value in drawn}


def name_of(cost: Cost, value: str | None) -> str:
    """What the page calls a group."""
    dimension = cost.totals.query.group_by
    if value is not None:
        return group_label(cost.totals.by_value.get(value, Group("value", value, {})), dimension)
    kinds = [group.kind for group in cost.totals.table if group.value is None] or ["none"]
    return group_label(Group(kinds[0], None, {}), dimension) if len(kinds) == 1 else "None or not grouped"


def id_of(cost: Cost, value: str | None) -> str:
    """What its name stands for; empty where it has none."""
    group = cost.totals.by_value.get(value)
    return group.id if group else ""


def key_of(value: str | None) -> str:
    """What tells a group from the others of its dimension."""
    return Group("none" if value is None else "value", value, {}).key
