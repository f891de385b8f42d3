"""Figures of money: cost over time, costs by size, and the month against its budget."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate
from typing import Any, NamedTuple

from components.charts.axis import Axis
from components.charts.figure import Figure, Trace, bar, scatter
from components.charts.rows import LIST, Panel, Row, Sheet, add_names, add_rows
from components.charts.series import Palette, is_partial
from components.theme import NO_ANSWER, PATTERNED, Theme, group_label, label, many, money, percent, plain, shorten
from data.billed import exact_sum
from data.cost import Cost, Month
from data.engine import SHOWN
from data.totals import Group

FAINT = 0.45


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


# --- over time -----------------------------------------------------------------------------------------------------


def over_time(cost: Cost, drawn: Sequence[Series], theme: Theme, *, narrow: bool) -> Figure:
    """Stacked bars whose height is the estimated cost of an interval, in share mode each piece's part of it.

    Faint where only a part was measured.
    """
    axis = Axis(cost.totals)
    shares = cost.totals.query.mode == "share"
    whole = [each and each.cost for each in cost.over_time]
    faint = [FAINT if is_partial(span) else 1 for span in cost.totals.spans]
    bars = [
        bar(
            name=plain(shorten(one.name, 24 if narrow else 32)),
            meta=one.key,
            x=axis.centers,
            y=[_height(*pair, shares=shares) for pair in zip(one.values, whole, strict=True)],
            width=axis.widths,
            marker={
                "color": one.color,
                "opacity": faint,
                **({"pattern": theme.stripes} if one.patterned else {}),
            },
            hovertext=[_told(one, *pair) for pair in zip(one.values, whole, strict=True)],
            hovertemplate="%{hovertext}<extra></extra>",
        )
        for one in drawn
    ]
    lines = [
        f"<b>Total: {plain(money(value))}</b>" if span.buckets else "Not exported"
        for value, span in zip(whole, cost.totals.spans, strict=True)
    ]
    return Figure.of(
        [_headline(axis.centers, lines), *bars],
        {
            "template": theme.template,
            "barmode": "stack",
            "hovermode": "x unified",
            "hoverdistance": -1,
            "dragmode": False if narrow else "zoom",
            "xaxis": axis.layout(narrow),
            "yaxis": {"range": [0, 1], "tickformat": ".0%", "dtick": 0.25} if shares else DOLLARS,
            **_legend([one.name for one in drawn], narrow),
        },
    )


def _height(value: Decimal | None, whole: Decimal | None, *, shares: bool) -> float | None:
    if value is None or not shares:
        return None if value is None else float(value)
    return float(value / whole) if whole else None


def _told(one: Series, value: Decimal | None, whole: Decimal | None) -> str:
    share = f" ({percent(float(value / whole))})" if value is not None and whole else ""
    return plain(f"{shorten(one.name, 60)}: {money(value)}{share}")


DOLLARS = {"tickprefix": "$", "exponentformat": "none", "separatethousands": True}


def _headline(centers: Sequence[str], lines: Sequence[str]) -> Trace:
    """Draws nothing: it is the first line of the hover, also where no bar stands."""
    return scatter(
        x=list(centers),
        y=[0.0] * len(lines),
        mode="markers",
        marker={"size": 1, "color": "rgba(0,0,0,0)"},
        hovertext=list(lines),
        hovertemplate="%{hovertext}<extra></extra>",
        showlegend=False,
    )


def _legend(names: Sequence[str], narrow: bool) -> dict[str, Any]:
    lines = len(names) if narrow else -(-sum(60 + 7 * min(len(name), 32) for name in names) // 700)
    place = {"xref": "container", "x": 0, "xanchor": "left", "yref": "container", "y": 0, "yanchor": "bottom"}
    return {
        "showlegend": len(names) > 1,
        "legend": {**place, "maxheight": 400},
        "height": (240 if narrow else 320) + (20 * lines if len(names) > 1 else 0),
    }


# --- by size -------------------------------------------------------------------------------------------------------


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


# --- the month -----------------------------------------------------------------------------------------------------


def month(found: Month, budget: Decimal | None, theme: Theme, *, narrow: bool) -> Figure:
    """What was spent up to each day of the month, the straight line on, the month before, and the budget."""
    traces = [*_before(found, theme), _so_far(found, theme), *_ahead(found, theme)]
    top = max(found.to_date, *(each or Decimal(0) for each in (found.projected(), found.before, budget)))
    shapes = [_budget_line(found, budget, theme)] if budget else []
    return Figure.of(
        traces,
        {
            "template": theme.template,
            "hovermode": "x unified",
            "dragmode": False,
            "xaxis": {
                "type": "date",
                "range": [str(found.first), str(found.end - timedelta(days=1))],
                "tickformat": "%m-%d",
                "hoverformat": "%Y-%m-%d",
                "nticks": 4 if narrow else 10,
                "ticklabelstandoff": 6,  # from $0, which stands beside it
            },
            "yaxis": {**DOLLARS, "range": [0, float(top) * 1.1 or 1]},
            "shapes": shapes,
            **_legend([trace["name"] for trace in traces], narrow),
        },
    )


def _line(name: str, days: Sequence[date], values: Sequence[Decimal | None], color: str, **line: Any) -> Trace:
    known = sum(value is not None for value in values)
    return scatter(
        name=name,
        x=[str(day) for day in days],
        y=[None if value is None else float(value) for value in values],
        mode="lines" if known > 1 else "markers",
        connectgaps=True,
        line={"color": color, "width": 2, **line},
        marker={"color": color},
        hovertext=["" if value is None else f"{name}: {plain(money(value))}" for value in values],
        hovertemplate="%{hovertext}<extra></extra>",
    )


def running(found: Month, first: date, last: date) -> list[Decimal | None]:
    """What was spent from the first day up to each day that was measured; None for the others."""
    days = [found.days.get(first + timedelta(days=index)) for index in range((last - first).days + 1)]
    sums = accumulate(cost or Decimal(0) for cost in days)
    return [None if cost is None else spent for cost, spent in zip(days, sums, strict=True)]


def _so_far(found: Month, theme: Theme) -> Trace:
    days = [found.first + timedelta(days=index) for index in range((found.last - found.first).days + 1)]
    return _line("This month", days, running(found, found.first, found.last), theme.accent, width=3)


def _ahead(found: Month, theme: Theme) -> list[Trace]:
    rate = found.burn_rate
    if rate is None:
        return []
    days = [found.last + timedelta(days=index) for index in range((found.end - found.last).days)]
    values = [found.to_date + rate * index for index in range(len(days))]
    return [_line("At the pace of 28 days", days, values, theme.accent, dash="dot")]


def _before(found: Month, theme: Theme) -> list[Trace]:
    if found.before is None:
        return []
    last = found.first - timedelta(days=1)
    sums = running(found, last.replace(day=1), last)
    # Under the same day of this month; what a shorter month has no day for is left off.
    days = [found.first + timedelta(days=index) for index in range(min(len(sums), (found.end - found.first).days))]
    return [_line("Last month", days, sums[: len(days)], theme.muted)]


def _budget_line(found: Month, budget: Decimal, theme: Theme) -> dict[str, Any]:
    over = found.exhausted(budget) is not None
    color = theme.parts["output"] if over else theme.text
    return {
        "type": "line",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "y0": float(budget),
        "y1": float(budget),
        "line": {"color": color, "width": 1.5, "dash": "dash"},
        "label": {
            "text": plain(f"Budget {money(budget)}"),
            "textposition": "start",
            "yanchor": "bottom",
            "font": {"color": color},
        },
    }
