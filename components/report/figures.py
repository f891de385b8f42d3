"""The page's figures for a file: light and dark, wide and narrow, in the few bytes that takes.

Two modes of a figure differ in colours only, so the dark one is kept as what it changes. All is packed with gzip: bars
by the hour are megabytes of text, and no name in it can end the script that it lies in.
"""

import base64
import gzip
import json
from typing import Any

from components import charts
from components.charts.figure import Figure
from components.tables import has_parts
from components.theme import DARK, LIGHT, Theme
from data.totals import Totals

Change = tuple[list[str | int], Any]
"""A path into a figure and what stands there instead."""


def answers(totals: Totals, grouped: Totals) -> dict[str, Totals]:
    """What each figure of the page draws, in its order; `grouped` answers by a dimension."""
    drawn = {"over_time": totals, "ranking": totals}
    if totals.subgroups:
        drawn["within"] = totals
    return drawn | {"parts_by_group": grouped} if has_parts(grouped) else drawn


def packed(
    drawn: dict[str, Totals], palette: charts.Palette | None, inner_palette: charts.Palette | None = None
) -> str:
    """All variants of all figures by name, as base64 of gzipped JSON."""
    palettes = {"within": inner_palette}
    variants = {name: _variants(name, totals, palettes.get(name, palette)) for name, totals in drawn.items()}
    text = json.dumps(variants, ensure_ascii=False, separators=(",", ":"))
    return base64.b64encode(gzip.compress(text.encode(errors="replace"), mtime=0)).decode()


def _variants(name: str, totals: Totals, palette: charts.Palette | None) -> dict[str, Any]:
    found: dict[str, Any] = {"config": charts.config(name, totals)}
    for width in ("wide", "narrow"):
        light, dark = (_drawn(name, totals, theme, palette, width == "narrow") for theme in (LIGHT, DARK))
        found[width] = {**light, "dark": changes(light, dark)}
    return found


def _drawn(name: str, totals: Totals, theme: Theme, palette: charts.Palette | None, narrow: bool) -> dict[str, Any]:
    """Data and layout as JSON has them."""
    colored = () if name == "parts_by_group" else (palette,)
    figure: Figure = charts.CHARTS[name].draw(totals, theme, *colored, narrow=narrow)
    drawn: dict[str, Any] = json.loads(json.dumps(figure._asdict()))
    for trace in drawn["data"]:
        for asked in ("meta", "customdata"):  # what a click would ask for; a file answers nothing
            trace.pop(asked, None)
    return drawn


def changes(one: Any, other: Any) -> list[Change]:
    """What to put where to make `other` of `one`."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        keys: list[Any] = list(one)
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        keys = list(range(len(one)))
    else:
        return [] if one == other else [([], other)]
    return [([key, *path], value) for key in keys for path, value in changes(one[key], other[key])]
