"""Rows of texts with a thin bar under them: they need no room beside the bars, so they fit any width."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from components.charts.figure import Figure, Trace, bar
from components.theme import Theme, plain, shorten

THIN = 7
"""Height of a bar, px."""


class Lines(NamedTuple):
    """What stands where in a row: its height in px, and the middles of name, number and bar, in px from its top."""

    pitch: int
    name: int
    number: int
    bar: int

    def at(self, row: int, pixels: int) -> float:
        return row - 0.5 + pixels / self.pitch


LIST = Lines(pitch=38, name=12, number=12, bar=27)
"""Name and number at the two ends of a line, the bar under both."""
GRID = Lines(pitch=62, name=13, number=33, bar=48)
"""A name above a row of cells, each a number and its bar."""


class Row(NamedTuple):
    name: str
    """Whole and unescaped."""
    value: int | None
    text: str
    color: str
    patterned: bool
    hover: str
    """Escaped."""
    key: str = ""
    """Of the group that it is about, for clicks on it."""


class Panel(NamedTuple):
    """Where in the figure rows are drawn: the number of its axes, and fractions of width and height."""

    number: int
    left: float = 0
    right: float = 1
    bottom: float = 0
    top: float = 1

    @property
    def suffix(self) -> str:
        return "" if self.number == 1 else str(self.number)

    @property
    def x(self) -> str:
        return f"x{self.suffix}"

    @property
    def y(self) -> str:
        return f"y{self.suffix}"


@dataclass
class Sheet:
    """What a figure will hold, gathered first: it checks all it has at each addition, 0.4 s for the parts by group."""

    traces: list[Trace] = field(default_factory=list)
    notes: list[dict[str, Any]] = field(default_factory=list)
    axes: dict[str, Any] = field(default_factory=dict)

    def note(self, text: str, **place: Any) -> None:
        """Text without an arrow, at a place as Plotly's annotations have it; by default at the left edge."""
        self.notes.append({"text": text, "x": 0, "xanchor": "left", "xshift": -2, "showarrow": False, **place})

    def figure(self, theme: Theme, height: float, head: int = 4, foot: int = 4) -> Figure:
        return Figure.of(
            self.traces,
            {
                "template": theme.template,
                "barmode": "overlay",
                "hovermode": "closest",
                "showlegend": False,
                "height": height,
                "margin": {"t": head, "b": foot, "l": 2, "r": 2},
                "annotations": self.notes,
                **self.axes,
            },
        )


def add_rows(sheet: Sheet, rows: Sequence[Row], theme: Theme, panel: Panel, lines: Lines = LIST) -> None:
    """Draw the rows' bars and numbers, first on top, with their own scale."""
    top = float(max((row.value or 0 for row in rows), default=0)) or 1.0
    sheet.traces += [_targets(rows, top, panel), *_bars(rows, theme, panel, lines)]
    end = {"x": 1, "xanchor": "right", "xshift": 2} if lines is LIST else {}
    for index, row in enumerate(rows):
        height = {"y": lines.at(index, lines.number), "yref": panel.y}
        color = theme.text if row.value else theme.muted
        sheet.note(row.text, xref=f"{panel.x} domain", **height, **end, font={"color": color})
    hidden = {"showticklabels": False, "showgrid": False, "fixedrange": True, "automargin": False}
    sheet.axes[f"xaxis{panel.suffix}"] = {**hidden, "domain": [panel.left, panel.right], "range": [0, top]}
    sheet.axes[f"yaxis{panel.suffix}"] = {
        **hidden,
        "anchor": panel.x,
        "domain": [panel.bottom, panel.top],
        "range": [len(rows) - 0.5, -0.5],
    }


def add_names(
    sheet: Sheet, names: Sequence[str], panel: Panel, most: int, lines: Lines = LIST, weight: int = 400
) -> None:
    """Write the rows' names at the left, cut to `most` characters."""
    for index, name in enumerate(names):
        height = {"y": lines.at(index, lines.name), "yref": panel.y}
        sheet.note(plain(shorten(name, most)), xref="paper", **height, font={"weight": weight})


def _bars(rows: Sequence[Row], theme: Theme, panel: Panel, lines: Lines) -> list[Trace]:
    """A trace of the plain ones and one of the patterned: a pattern cannot differ within a trace."""
    drawn = [(at, row) for at, row in enumerate(rows) if row.value is not None]
    kinds = {patterned: [each for each in drawn if each[1].patterned is patterned] for patterned in (False, True)}
    return [
        bar(
            orientation="h",
            x=[float(row.value or 0) for _, row in kind],
            y=[lines.at(at, lines.bar) for at, _ in kind],
            width=THIN / lines.pitch,
            marker={
                "color": [row.color for _, row in kind],
                "cornerradius": 2,
                **({"pattern": theme.stripes} if patterned else {}),
            },
            hoverinfo="skip",
            xaxis=panel.x,
            yaxis=panel.y,
        )
        for patterned, kind in kinds.items()
        if kind
    ]


def _targets(rows: Sequence[Row], top: float, panel: Panel) -> Trace:
    """Invisible, as large as the rows: a thin bar is hard to point at, and one of nothing cannot be."""
    return bar(
        orientation="h",
        x=[top] * len(rows),
        y=list(range(len(rows))),
        width=1,
        marker={"color": "rgba(0,0,0,0)", "line": {"width": 0}},
        hovertext=[row.hover for row in rows],
        hovertemplate="%{hovertext}<extra></extra>",
        **({"meta": "", "customdata": [row.key for row in rows]} if any(row.key for row in rows) else {}),
        xaxis=panel.x,
        yaxis=panel.y,
    )
