"""Cost over time."""

from collections.abc import Sequence
from decimal import Decimal

from components.charts.axis import Axis
from components.charts.figure import Figure, bar
from components.charts.over_time import SHARES, faint, stack
from components.money.figures.frame import DOLLARS, legend
from components.money.figures.series import Series
from components.theme import Theme, money, percent, plain, shorten
from data.cost import Cost


def over_time(cost: Cost, drawn: Sequence[Series], theme: Theme, *, narrow: bool) -> Figure:
    """Stacked bars whose height is the estimated cost of an interval, in share mode each piece's part of it.

    Faint where only a part was measured.
    """
    axis = Axis(cost.totals)
    shares = cost.totals.query.mode == "share"
    whole = [each and each.cost for each in cost.over_time]
    bars = [
        bar(
            name=plain(shorten(one.name, 24 if narrow else 32)),
            meta=one.key,
            x=axis.centers,
            y=[_height(*pair, shares=shares) for pair in zip(one.values, whole, strict=True)],
            width=axis.widths,
            marker={
                "color": one.color,
                "opacity": faint(cost.totals.spans),
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
    scale, below = SHARES if shares else DOLLARS, legend([one.name for one in drawn], narrow)
    return stack(bars, lines, theme, axis, scale, below, narrow=narrow)


def _height(value: Decimal | None, whole: Decimal | None, *, shares: bool) -> float | None:
    if value is None or not shares:
        return None if value is None else float(value)
    return float(value / whole) if whole else None


def _told(one: Series, value: Decimal | None, whole: Decimal | None) -> str:
    share = f" ({percent(float(value / whole))})" if value is not None and whole else ""
    return plain(f"{shorten(one.name, 60)}: {money(value)}{share}")
