"""Charts: pure functions from totals to a Plotly figure, and CHARTS, which says what each is called and concludes.

A chart is a function and a row. Asks nothing, and knows no Streamlit.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from components.charts.figure import Figure
from components.charts.over_time import over_time
from components.charts.parts import parts_below, parts_by_group
from components.charts.ranking import ranking
from components.charts.sentences import (
    over_time_conclusion,
    over_time_title,
    parts_conclusion,
    parts_title,
    ranking_conclusion,
    ranking_title,
    within_conclusion,
    within_title,
)
from components.charts.series import Palette, palette_index
from components.charts.waterfall import waterfall
from components.charts.within import within
from components.theme import period
from data.totals import Totals

__all__ = [
    "CHARTS",
    "CONFIG",
    "PLOTLY",
    "Chart",
    "Palette",
    "alt",
    "config",
    "filename",
    "heading",
    "over_time",
    "palette_index",
    "parts_below",
    "parts_by_group",
    "ranking",
    "waterfall",
    "within",
]


PLOTLY = Path(__file__).parents[2] / "static" / "plotly-cartesian-4.1.1.min.js"
"""What draws them in a browser, bars, scatter and heat maps: of the release that the Python package writes for."""


class Chart(NamedTuple):
    draw: Callable[..., Figure]
    """Called with totals, theme and `narrow=`; all but `parts_by_group` take a palette as well."""
    title: Callable[[Totals], str]
    conclusion: Callable[[Totals], str]
    zooms: bool = False


CHARTS: dict[str, Chart] = {
    "over_time": Chart(over_time, over_time_title, over_time_conclusion, zooms=True),
    "ranking": Chart(ranking, ranking_title, ranking_conclusion),
    "within": Chart(within, within_title, within_conclusion),
    "parts_by_group": Chart(parts_by_group, parts_title, parts_conclusion),
}

CONFIG: dict[str, Any] = {
    "displaylogo": False,
    "showTips": False,
    "modeBarButtons": [["toImage", "resetScale2d"]],
    "toImageButtonOptions": {"format": "png", "scale": 2},
}
"""What Plotly's mode bar offers: a picture, and the way back from a zoom."""


def heading(chart: str, totals: Totals) -> str:
    """Daily tokens by model, 2026-10-22 – 2026-11-20."""
    return f"{CHARTS[chart].title(totals)}, {period(totals.start, totals.end, totals.zone)}"


def alt(chart: str, totals: Totals) -> str:
    """What the chart shows and what follows from it, for those who do not see it."""
    return f"{heading(chart, totals)}: {CHARTS[chart].conclusion(totals)}."


def filename(chart: str, totals: Totals) -> str:
    """Of a saved picture: daily-tokens-by-model_2026-10-22_2026-11-20."""
    title = re.sub("[^a-z0-9]+", "-", CHARTS[chart].title(totals).lower()).strip("-")
    return "_".join([title, *period(totals.start, totals.end, totals.zone).split(" – ")])


def config(chart: str, totals: Totals) -> dict[str, Any]:
    """The mode bar of one chart."""
    picture = {**CONFIG["toImageButtonOptions"], "filename": filename(chart, totals)}
    buttons = CONFIG["modeBarButtons"] if CHARTS[chart].zooms else [["toImage"]]
    return {**CONFIG, "modeBarButtons": buttons, "toImageButtonOptions": picture}
