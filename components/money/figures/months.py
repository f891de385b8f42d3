"""The month day by day, against the month before and its budget."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate
from typing import Any

from components.charts.figure import Figure, Trace, scatter
from components.money.figures.frame import DOLLARS, legend
from components.theme import Theme, money, plain
from data.cost import Month


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
            **legend([trace["name"] for trace in traces], narrow),
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
