"""The groups of the period by size."""

from components.charts.figure import Figure
from components.charts.rows import LIST, Panel, Row, Sheet, add_names, add_rows
from components.charts.series import Palette, Series, series
from components.theme import Theme, compact, exact, noun, plain, share, shorten
from data.totals import Totals


def ranking(totals: Totals, theme: Theme, palette: Palette | None = None, *, narrow: bool = False) -> Figure:
    """One row per group, largest first and Other last, in the colours of `over_time`; without a grouping the parts."""
    ranked = in_order(totals, series(totals, theme, palette))
    whole = totals.grand.get(totals.query.measure)
    rows = [_row(one, whole, noun(totals.query.measure)) for one in ranked]
    sheet = Sheet()
    add_rows(sheet, rows, theme, Panel(1))
    add_names(sheet, [row.name for row in rows], Panel(1), most=24 if narrow else 30)
    return sheet.figure(theme, LIST.pitch * max(len(rows), 1) + 8)


def in_order(totals: Totals, drawn: list[Series]) -> list[Series]:
    """Largest first; Other is not one group, so it stays last however large it is."""
    has_other = bool(totals.query.group_by and drawn and totals.groups[-1].kind == "other")
    head, tail = (drawn[:-1], drawn[-1:]) if has_other else (drawn, [])
    return [*sorted(head, key=lambda one: -(one.total or 0)), *tail]


def _row(one: Series, whole: int | None, unit: str) -> Row:
    portion = share(one.total, whole)
    facts = (
        f"<b>{plain(shorten(one.name, 80))}</b>",
        *([plain(shorten(one.id, 80))] if one.id else ()),
        f"{exact(one.total)} {unit}",
        f"{plain(portion)} of {exact(whole)}",
    )
    return Row(
        name=one.name,
        value=one.total,
        text=compact(one.total) if one.total is None else f"{compact(one.total)} · {plain(portion)}",
        color=one.color,
        patterned=one.patterned,
        hover="<br>".join(facts),
        key=one.key or "",
    )
