"""Cost over time."""

from collections.abc import Sequence
from decimal import Decimal

from components.charts.axis import Axis
from components.charts.figure import Figure, Trace, bar, scatter
from components.charts.series import is_partial
from components.money.figures.frame import DOLLARS, legend
from components.money.figures.series import Series
from components.theme import Theme, money, percent, plain, shorten
from data.cost import Cost

FAINT = 0.45


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
            **legend([one.name for one in drawn], narrow),
        },
    )


def _height(value: Decimal | None, whole: Decimal | None, *, shares: bool) -> float | None:
    if value is None or not shares:
        return None if value is None else float(value)
    return float(value / whole) if whole else None


def _told(one: Series, value: Decimal | None, whole: Decimal | None) -> str:
    share = f" ({percent(float(value / whole))})" if value is not None and whole else ""
    return plain(f"{shorten(one.name, 60)}: {money(value)}{share}")


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
