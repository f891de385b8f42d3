"""What a chart draws, before it is drawn: series with a name, a colour and exact values."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from components.theme import PATTERNED, Theme, group_label, label
from data.cache import INPUT
from data.parts import PARTS
from data.totals import Group, Span, Sums, Totals, added

Palette = Mapping[str, int]
"""A group's value → its place in the theme's group palette, the same on every chart of the page."""


class Series(NamedTuple):
    name: str
    """Whole and unescaped."""
    color: str
    patterned: bool
    values: list[int | None]
    """Per interval."""
    total: int | None
    """Over the period."""
    key: str | None = None
    """Of the group that it draws, for clicks on it."""
    id: str = ""
    """What the name stands for, where it is one that people gave."""


def palette_index(ranking: Sequence[str], drawn: Sequence[str], colors: int = 7) -> dict[str, int]:
    """A place in the palette for each drawn value, the same under any filter.

    `ranking` holds all values, largest first, as they are without filters. Where two drawn values share a place, the
    later one gets the next that is free; beyond the palette a value gets the place after its end.
    """
    rank = {value: index for index, value in enumerate(ranking)}
    known = sorted((value for value in drawn if value in rank), key=rank.__getitem__)
    places: dict[str, int] = {}
    for value in [*known, *(value for value in drawn if value not in rank)]:
        wanted = rank.get(value, 0) % colors
        free = (place % colors for place in range(wanted, wanted + colors) if place % colors not in places.values())
        places[value] = next(free, colors)
    return places


def series(totals: Totals, theme: Theme, palette: Palette | None = None) -> list[Series]:
    """The groups asked for; without a grouping the parts of all tokens, or the one measure as it is."""
    measure = totals.query.measure
    if totals.query.group_by:
        return _groups(totals, theme, palette)
    if measure == "total_tokens":
        return [_measured(totals, part, theme.parts[part]) for part in reported_parts(totals)]
    if totals.grand.get(measure) is None:
        return []
    return [_measured(totals, measure, theme.parts.get(measure, theme.accent))]


def reported_parts(totals: Totals) -> tuple[str, ...]:
    """Parts that anything in this answer reports; a part that is only ever 0 is one of them."""
    return tuple(part for part in PARTS if totals.grand.get(part) is not None)


def default_palette(totals: Totals) -> dict[str, int]:
    """The palette of an answer without filters."""
    ranking = [group.value for group in totals.table if group.value is not None]
    return palette_index(ranking, [group.value for group in totals.groups if group.value is not None])


def default_places(drawn: Sequence[Group]) -> dict[str, int]:
    """The palette of groups that are drawn in order of size."""
    values = [group.value for group in drawn if group.value is not None]
    return palette_index(values, values)


def group_color(group: Group, theme: Theme, palette: Palette) -> str:
    if group.kind == "value":
        return theme.group(palette.get(group.value or "", len(theme.groups)))
    unnamed = {"none": theme.none, "not grouped": theme.not_grouped, "all": theme.accent}
    return unnamed.get(group.kind, theme.other)


def is_partial(span: Span) -> bool:
    """Something was exported for it, but not all of it."""
    return span.buckets > 0 and (span.partial or span.measured < span.end - span.start)


def amounts(totals: Totals) -> list[int | None]:
    """The measure per interval: 0 where there were buckets but no result, None where it was not reported."""
    if totals.query.measure not in totals.cells:
        return [None] * len(totals.spans)
    found = totals.over_time(totals.query.measure)
    return [
        0 if value is None and span.buckets and _is_silent(totals, index) else value
        for index, (value, span) in enumerate(zip(found, totals.spans, strict=True))
    ]


def _is_silent(totals: Totals, index: int) -> bool:
    return all(row[index] is None for rows in totals.cells.values() for row in rows)


def cached_share(sums: Sums) -> tuple[int | None, int | None]:
    """Cached input and all input, audio included in both."""
    return sums.get("input_cached_tokens"), added([sums.get(part) for part in INPUT])


def _measured(totals: Totals, measure: str, color: str) -> Series:
    return Series(label(measure), color, measure in PATTERNED, totals.over_time(measure), totals.grand[measure])


def _groups(totals: Totals, theme: Theme, palette: Palette | None) -> list[Series]:
    measure, dimension = totals.query.measure, totals.query.group_by
    places = default_palette(totals) if palette is None else palette
    return [
        Series(
            name=group_label(group, dimension),
            color=group_color(group, theme, places),
            patterned=False,
            values=totals.cells[measure][index],
            total=group.sums[measure],
            key=group.key,
            id=group.id,
        )
        for index, group in enumerate(totals.groups)
        if measure in totals.cells
    ]
