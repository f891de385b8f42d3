"""Two dimensions at once: for each group its own bars over time, told apart by subgroup."""

from typing import Any

from components.charts.axis import Axis
from components.charts.figure import Figure, Trace, bar
from components.charts.over_time import faint
from components.charts.series import Palette, default_places, group_color
from components.theme import Theme, compact, exact, group_label, plain, share, shorten
from data.totals import Group, Totals, added

BARS, LABELS, TITLE = 120, 44, 44
"""Heights in a panel, px: the bars, the dates under them, the name above."""
GAP = 0.035
"""Between panels, of the figure's width."""
LINE = 22
"""Of the legend, px."""

Panel = tuple[float, float, float, float]


def within(totals: Totals, theme: Theme, palette: Palette | None = None, *, narrow: bool = False) -> Figure:
    """A panel per group that has any, all on one scale; a subgroup has one colour in all of them."""
    groups = [index for index, group in enumerate(totals.groups) if totals.subgroups and _amount(totals, group)]
    columns = 1 if narrow else min(4, max(len(groups), 1))
    rows = max(-(-len(groups) // columns), 1)
    height = rows * (TITLE + BARS + LABELS) + LINE * (1 + -(-len(totals.subgroups) // (1 if narrow else 4)))
    axis = Axis(totals)
    places = default_places(totals.subgroups) if palette is None else palette
    scale = _scale(totals)
    traces, layout = [], {}
    for number, group in enumerate(groups):
        panel = _panel(number, columns, height)
        layout |= _axes(number, panel, axis, narrow, scale)
        layout.setdefault("annotations", []).append(_heading(totals, totals.groups[group], panel))
        traces += [
            _bars(totals, (number, group, inner), axis, group_color(each, theme, places))
            for inner, each in enumerate(totals.subgroups)
        ]
    return Figure.of(
        traces,
        {
            "template": theme.template,
            "barmode": "stack",
            "hovermode": "closest",
            "height": height,
            "margin": {"t": 4, "b": 4, "l": 0, "r": 0},
            "legend": {"xref": "container", "x": 0, "yref": "container", "y": 0, "yanchor": "bottom", "maxheight": 400},
            **layout,
        },
    )


def _amount(totals: Totals, group: Group) -> int | None:
    return group.sums.get(totals.query.measure)


def _over_time(totals: Totals, group: int) -> list[int | None]:
    return [added(column) for column in zip(*totals.subcells[group], strict=True)]


def _panel(number: int, columns: int, height: int) -> Panel:
    """Left, right, bottom and top of a panel's axes, as fractions of the figure."""
    row, column = divmod(number, columns)
    each = (1 - GAP * (columns - 1)) / columns
    top = 1 - (row * (TITLE + BARS + LABELS) + TITLE) / height
    return column * (each + GAP), column * (each + GAP) + each, top - BARS / height, top


def _scale(totals: Totals) -> dict[str, Any]:
    """One for all panels."""
    if totals.query.mode == "share":
        return {"range": [0, 1], "tickformat": ".0%", "dtick": 0.5}
    top = max((value or 0 for group in range(len(totals.subcells)) for value in _over_time(totals, group)), default=0)
    return {"range": [0, float(top) * 1.05 or 1], "nticks": 4}


def _axes(number: int, panel: Panel, axis: Axis, narrow: bool, scale: dict[str, Any]) -> dict[str, Any]:
    left, right, bottom, up = panel
    suffix = "" if number == 0 else str(number + 1)
    return {
        f"xaxis{suffix}": {
            **axis.layout(narrow),
            "nticks": 4,
            "fixedrange": True,
            "domain": [left, right],
            "anchor": f"y{suffix}",
        },
        f"yaxis{suffix}": {
            "domain": [bottom, up],
            "anchor": f"x{suffix}",
            "showticklabels": left == 0,
            **scale,
        },
    }


def _heading(totals: Totals, group: Group, panel: Panel) -> dict[str, Any]:
    # As much as a quarter of the narrowest page has room for, at 200 % zoom.
    name = plain(shorten(group_label(group, totals.query.group_by), 20))
    return {
        "text": f"<b>{name}</b><br>{compact(_amount(totals, group))}",
        "align": "left",
        "xref": "paper",
        "yref": "paper",
        "x": panel[0],
        "y": panel[3],
        "xanchor": "left",
        "yanchor": "bottom",
        "yshift": 4,
        "showarrow": False,
    }


def _height(totals: Totals, value: int | None, whole: int | None) -> float | None:
    if totals.query.mode == "share":
        return value / whole if value is not None and whole else None
    return None if value is None else float(value)


def _bars(totals: Totals, place: tuple[int, int, int], axis: Axis, color: str) -> Trace:
    """One subgroup in one panel; `place` numbers panel, group and subgroup."""
    number, group, inner = place
    suffix = "" if number == 0 else str(number + 1)
    values, whole = totals.subcells[group][inner], _over_time(totals, group)
    name = plain(shorten(group_label(totals.subgroups[inner], totals.query.subgroup), 32))
    owner = plain(shorten(group_label(totals.groups[group], totals.query.group_by), 32))
    return bar(
        name=name,
        legendgroup=str(inner),
        showlegend=number == 0 and bool(_amount(totals, totals.subgroups[inner])),
        x=axis.centers,
        y=[_height(totals, value, amount) for value, amount in zip(values, whole, strict=True)],
        width=axis.widths,
        marker={
            "color": color,
            "opacity": faint(totals.spans),
            "line": {"width": 0},
        },
        hovertext=[
            f"<b>{owner}</b><br>{name}: {exact(value)} ({plain(share(value, amount))})<br>of {exact(amount)}"
            for value, amount in zip(values, whole, strict=True)
        ],
        hovertemplate="%{x}<br>%{hovertext}<extra></extra>",
        xaxis=f"x{suffix}",
        yaxis=f"y{suffix}",
    )
