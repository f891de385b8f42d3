"""Cost by part or group, by size."""

from collections.abc import Sequence
from decimal import Decimal

from components.charts.figure import Figure
from components.charts.rows import LIST, Panel, Row, Sheet, add_names, add_rows
from components.money.figures.series import Series
from components.theme import NO_ANSWER, Theme, money, percent, plain, shorten
from data.billed import exact_sum


def ranking(drawn: Sequence[Series], theme: Theme, *, narrow: bool) -> Figure:
    """One row per part or group, the costliest first and Other last."""
    whole = exact_sum([one.total for one in drawn])
    last = [one for one in drawn if one.name.startswith("Other · ") and one.color == theme.other]
    ranked = [*sorted((one for one in drawn if one not in last), key=lambda one: -(one.total or 0)), *last]
    rows = [_row(one, whole) for one in ranked]
    sheet = Sheet()
    add_rows(sheet, rows, theme, Panel(1))
    add_names(sheet, [row.name for row in rows], Panel(1), most=24 if narrow else 30)
    return sheet.figure(theme, LIST.pitch * max(len(rows), 1) + 8)


def _row(one: Series, whole: Decimal | None) -> Row:
    share = percent(float((one.total or 0) / whole)) if whole else NO_ANSWER
    facts = (
        f"<b>{plain(shorten(one.name, 80))}</b>",
        *([plain(shorten(one.id, 80))] if one.id else ()),
        plain(money(one.total)),
        plain(f"{share} of {money(whole)}"),
    )
    return Row(
        name=one.name,
        value=round((one.total or Decimal(0)) * 10**6),  # the bar's length; the text has the amount
        text=plain(f"{money(one.total)} · {share}"),
        color=one.color,
        patterned=one.patterned,
        hover="<br>".join(facts),
        key=one.key or "",
    )
