"""Stacked bars over time: the token parts, or the groups asked for."""

from collections.abc import Sequence
from typing import Any

from components.charts.axis import Axis
from components.charts.figure import Figure, Trace, bar, scatter
from components.charts.series import Palette, Series, amounts, is_partial, series
from components.theme import NO_ANSWER, Theme, duration, exact, plain, share, shorten
from data.totals import Span, Totals

FAINT = 0.45
"""Opacity of a bar that holds only part of its interval. Patterns are taken: they mean audio."""

SHARES = {"range": [0, 1], "tickformat": ".0%", "dtick": 0.25}
"""The axis of parts of a whole."""

LINE = 20
"""Of a legend, px."""


def over_time(totals: Totals, theme: Theme, palette: Palette | None = None, *, narrow: bool = False) -> Figure:
    """Stacked bars whose height is exactly the total; in share mode each piece's part of it.

    A partial interval is faint, a gap is empty, and both say so when pointed at.
    """
    return stacked(totals, series(totals, theme, palette), amounts(totals), theme, narrow=narrow)


def stacked(
    totals: Totals, drawn: list[Series], whole: list[int | None], theme: Theme, *, narrow: bool = False
) -> Figure:
    """Disjoint series whose sum is `whole`, in the intervals of an answer."""
    axis = Axis(totals)
    bars = [_bars(one, totals, whole, theme, axis, narrow) for one in drawn]
    if len(drawn) > 1 and any(map(is_partial, totals.spans)):
        bars.append(_key_to_faint(totals, drawn[0].color))
    lines = [_line(span, value) for span, value in zip(totals.spans, whole, strict=True)]
    top = max((value or 0 for value in whole), default=0)
    names = [trace["name"] for trace in bars if trace["showlegend"]] if len(drawn) > 1 else []
    return stack(bars, lines, theme, axis, _scale(totals, top), legend(names, narrow), narrow=narrow)


def stack(
    bars: list[Trace],
    lines: list[str],
    theme: Theme,
    axis: Axis,
    scale: dict[str, Any],
    below: dict[str, Any],
    *,
    narrow: bool,
) -> Figure:
    """Bars upon each other; each interval's hover begins with its own of the `lines`, and `below` is the legend."""
    return Figure.of(
        [_headline(lines, axis), *bars],
        {
            "template": theme.template,
            "barmode": "stack",
            "hovermode": "x unified",
            "hoverdistance": -1,
            "dragmode": False if narrow else "zoom",
            "xaxis": axis.layout(narrow),
            "yaxis": scale,
            **below,
        },
    )


def faint(spans: Sequence[Span]) -> list[float]:
    """The opacity of each interval's bars."""
    return [FAINT if is_partial(span) else 1 for span in spans]


def _headline(lines: list[str], axis: Axis) -> Trace:
    """Draws nothing: it is the first line of the hover, also where no bar stands."""
    return scatter(
        x=axis.centers,
        y=[0.0] * len(lines),
        mode="none",
        hovertext=lines,
        hovertemplate="%{hovertext}<extra></extra>",
        showlegend=False,
    )


def _line(span: Span, value: int | None) -> str:
    if not span.buckets:
        return "Not exported"
    if value is None:
        return "Not reported"
    text = f"<b>Total: {exact(value)}</b>"
    if not is_partial(span):
        return text
    what = "Partial bucket" if span.partial and span.buckets == 1 else "Measured"
    return f"{text}<br>{what}: {duration(span.measured)} of {duration(span.end - span.start)}"


def _bars(one: Series, totals: Totals, whole: list[int | None], theme: Theme, axis: Axis, narrow: bool) -> Trace:
    shares = totals.query.mode == "share"
    pairs = list(zip(one.values, whole, strict=True))
    name = plain(shorten(one.name, 18 if narrow else 80))
    return bar(
        name=plain(shorten(one.name, 24 if narrow else 32)),
        meta=one.key,
        # A colour that is nowhere to be seen needs no explanation; the hover still has its 0.
        showlegend=bool(one.total),
        x=axis.centers,
        # As floats: JSON integers above 2^63 are refused on the way to the browser.
        y=[_portion(*pair) if shares else _height(pair[0]) for pair in pairs],
        width=axis.widths,
        marker={
            "color": one.color,
            "opacity": faint(totals.spans),
            # Parts differ enough to do without, and audio is often a sliver that a gap would swallow.
            "line": {"width": axis.density.gap if totals.query.group_by else 0, "color": theme.ground},
            **({"pattern": theme.stripes} if one.patterned else {}),
        },
        hovertext=[_row(name, *pair) for pair in pairs],
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _height(value: int | None) -> float | None:
    return None if value is None else float(value)


def _portion(value: int | None, whole: int | None) -> float | None:
    return value / whole if value is not None and whole else None


def _row(name: str, value: int | None, whole: int | None) -> str:
    portion = share(value, whole)
    brackets = "" if portion == NO_ANSWER else f" ({portion})"
    return f"{name}: {exact(value)}{plain(brackets)}"


def _key_to_faint(totals: Totals, color: str) -> Trace:
    """The legend's word for faint bars."""
    return bar(
        x=[None],
        y=[None],
        name=f"Faint: partial {totals.query.interval or 'day'}",
        showlegend=True,
        # The legend takes no opacity from the bars.
        marker={"color": f"{color}{round(FAINT * 255):02X}"},
        hoverinfo="skip",
    )


def _scale(totals: Totals, top: int) -> dict[str, Any]:
    if totals.query.mode == "share":
        return SHARES
    if top < 6:
        return {"dtick": 1, "range": [0, top * 1.05 or 1]}
    return {}


def legend(names: list[str], narrow: bool) -> dict[str, Any]:
    """The legend below the bars and the figure's height with it; on a phone in two columns where the names allow it."""
    columns = {"entrywidth": 0.5, "entrywidthmode": "fraction"} if narrow and _is_short(names) else {}
    place = {"xref": "container", "x": 0, "xanchor": "left", "yref": "container", "y": 0, "yanchor": "bottom"}
    return {
        "showlegend": bool(names),
        # Left to itself, Plotly gives it at most half of the figure and a scroll bar.
        "legend": {**place, **columns, "maxheight": 400},
        "height": (240 if narrow else 320) + LINE * _lines(names, narrow),
    }


def _is_short(names: list[str]) -> bool:
    return max(map(len, names), default=0) <= 16


def _lines(names: list[str], narrow: bool) -> int:
    """About how many lines a legend takes, so that it does not take them from the bars."""
    if narrow:
        return -(-len(names) // 2) if _is_short(names) else len(names)
    longest = max((46 + 6.5 * len(name) for name in names), default=1)
    return -(-len(names) // max(int(760 // longest), 1))
