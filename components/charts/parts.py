"""Input, cached, output and audio tokens of each group, side by side."""

from collections.abc import Sequence

from components.charts.figure import Figure
from components.charts.rows import GRID, LIST, Panel, Row, Sheet, add_names, add_rows
from components.charts.series import cached_share, reported_parts
from components.theme import PATTERNED, SMALL, Theme, compact, exact, group_label, label, noun, plain, share, shorten
from data.totals import Group, Sums, Totals, added

HEAD = 48
"""Height of a column's heading, px."""
FOOT = 26
"""Height of the note below, px."""
GAP = 0.022
"""Between two columns, of the width."""
FEW = 5
"""Groups on a phone."""


def parts_by_group(totals: Totals, theme: Theme, *, narrow: bool = False) -> Figure:
    """A row per group and a column per part, each column with its own scale and every number written out.

    Audio is often a thousandth of input: on one scale, stacked or clustered, it would be invisible in every group. A
    column compares the groups in one part, a row tells what one group is made of. On a phone the columns stand below
    one another, with the largest groups only, and without those that have nothing of a part.
    """
    parts = reported_parts(totals)
    if not parts or not totals.groups:
        return Sheet().figure(theme, HEAD)
    return _below(totals, parts, theme) if narrow else _beside(totals, parts, theme)


def _beside(totals: Totals, parts: Sequence[str], theme: Theme) -> Figure:
    sheet, groups = Sheet(), totals.groups
    width = (1 + GAP) / len(parts)
    for index, part in enumerate(parts):
        panel = Panel(index + 1, left=index * width, right=index * width + width - GAP)
        add_rows(sheet, [_cell(group, part, totals, theme) for group in groups], theme, panel, GRID)
        _head(sheet, part, totals, theme, panel)
    names = [group_label(group, totals.query.group_by) for group in groups]
    add_names(sheet, names, Panel(1), 64, GRID, weight=600)
    foot = FOOT if any(group.sums.get("cached_input") for group in groups) else 0
    if foot:
        quiet = {"size": SMALL, "color": theme.muted}
        place = {"xref": "paper", "y": 0, "yref": "paper", "yanchor": "top", "yshift": -4}
        sheet.note("Percent: how much of all input came from the cache", font=quiet, **place)
    return sheet.figure(theme, HEAD + GRID.pitch * len(groups) + foot, head=HEAD, foot=foot)


def parts_below(totals: Totals, theme: Theme, *, narrow: bool = False) -> Figure:
    """The same with the columns below one another also on a wide screen, for the side of another chart."""
    return _below(totals, reported_parts(totals), theme, most=24 if narrow else 30)


def _below(totals: Totals, parts: Sequence[str], theme: Theme, most: int = 24) -> Figure:
    sheet, groups = Sheet(), _few(totals.groups)
    blocks = [[_cell(group, part, totals, theme) for group in groups if group.sums.get(part)] for part in parts]
    height = sum(HEAD + LIST.pitch * len(rows) for rows in blocks)
    edge = height
    for index, (part, rows) in enumerate(zip(parts, blocks, strict=True)):
        top = edge - HEAD
        edge = top - LIST.pitch * len(rows)
        panel = Panel(index + 1, bottom=edge / height, top=top / height)
        add_rows(sheet, rows, theme, panel)
        add_names(sheet, [row.name for row in rows], panel, most=most)
        note = " of input" if part == "cached_input" and totals.grand.get(part) else ""
        note += _left_out(groups, part) if rows else ""
        _head(sheet, part, totals, theme, panel, note)
    return sheet.figure(theme, height + 8)


def _left_out(groups: Sequence[Group], part: str) -> str:
    values = {group.sums.get(part) for group in groups if not group.sums.get(part)}
    if not values:
        return ""
    return (
        " · not reported elsewhere"
        if values == {None}
        else " · 0 elsewhere"
        if values == {0}
        else " · 0 or blank elsewhere"
    )


def _few(groups: Sequence[Group]) -> list[Group]:
    """The largest on their own, the other named ones added to Other."""
    named = [group for group in groups if group.kind == "value"]
    rest = [*named[FEW:], *(group for group in groups if group.kind == "other")]
    unnamed = [group for group in groups if group.kind not in ("value", "other")]
    if len(rest) < 2:
        return list(groups)
    sums: Sums = {name: added([group.sums[name] for group in rest]) for name in rest[0].sums}
    return [*named[:FEW], *unnamed, Group("other", None, sums, sum(group.groups for group in rest))]


def _cell(group: Group, part: str, totals: Totals, theme: Theme) -> Row:
    value = group.sums.get(part)
    # What a phone adds to Other is no group of the answer: it cannot be asked for.
    key = group.key if totals.query.group_by and group in totals.groups else ""
    name = group_label(group, totals.query.group_by)
    facts = [
        f"<b>{plain(shorten(name, 80))}</b>",
        *([plain(shorten(group.id, 80))] if group.id else ()),
        f"{exact(value)} {noun(part)}",
        f"{plain(share(value, totals.grand.get(part)))} of all {noun(part)}",
        f"{plain(share(value, group.sums.get('total_tokens')))} of this group's tokens",
    ]
    if part == "cached_input":
        facts.append(f"{plain(share(*cached_share(group.sums)))} of its input, audio included, came from the cache")
    return Row(name, value, _text(group.sums, part), theme.parts[part], part in PATTERNED, "<br>".join(facts), key)


def _text(sums: Sums, part: str) -> str:
    if part == "cached_input" and sums.get(part):
        return f"{compact(sums[part])} · {plain(share(*cached_share(sums)))}"
    return compact(sums.get(part))


def _head(sheet: Sheet, part: str, totals: Totals, theme: Theme, panel: Panel, note: str = "") -> None:
    below = _text(totals.grand, part) + note
    sheet.note(
        f'<b>{label(part)}</b><br><span style="color:{theme.muted}">{below}</span>',
        xref=f"{panel.x} domain",
        y=panel.top,
        yref="paper",
        yanchor="bottom",
        yshift=2,
        align="left",
        font={"size": SMALL},
    )
