"""The chart element: draws a Plotly figure and changes it in place.

`st.plotly_chart` throws its drawing away at each change of data, with zoom, hidden legend entries and half of the time.
Here the browser keeps it and changes what differs. Knows no usage: figures, names and clicks pass through.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import orjson
import streamlit as st

from components.charts.figure import Figure
from components.element import Element
from components.theme import DARK, LIGHT

MODES = tuple(mode.colors for mode in (LIGHT, DARK))

_HERE = Path(__file__).parent
_element = Element(_HERE, css=(_HERE / "chart.css").read_text(encoding="utf-8"), isolate_styles=False)


class Click(NamedTuple):
    """A point, or with no point a legend entry."""

    trace: Any
    """The trace's `meta`: the key of the group that it draws."""
    point: int | None = None
    """Its index in the trace."""
    customdata: Any = None
    x: Any = None
    """Where it stands: a moment or an amount."""

    @property
    def group(self) -> str:
        """The key of the group that was clicked: its point's own where a trace draws many; empty where it has none."""
        return str(self.customdata or self.trace or "")


def show(
    figure: Figure,
    *,
    key: str,
    alt: str,
    filename: str,
    title: str = "",
    aside: str = "",
    on_click: Callable[[Click], None] | None = None,
) -> None:
    """Draw the figure; `alt` says what is seen, and a picture of it is saved as `filename`.

    Above it stands its `title`, at the right what it is about, both as they are: a heading of Streamlit's is three
    elements more, and each costs the browser as long as a small chart.

    With `on_click` each trace that has a `meta` can be clicked, as can its legend entry; it is called before the rerun.
    A legend entry without one hides its trace, as ever. Zoom and what is hidden outlive new data under the same key,
    the zoom as long as the axis reaches as far.
    """
    content = wire(figure, alt, filename, title, aside, clicks=on_click is not None)
    if on_click is None:
        _element(key=key, data=content)
        return

    def clicked() -> None:
        if (click := clicked_at(st.session_state[key].get("click"))) is not None:
            on_click(click)

    _element(key=key, data=content, on_click_change=clicked)


def clicked_at(said: Any) -> Click | None:
    """What the browser says was clicked; None where that is no click, since anything can be sent by hand."""
    if not isinstance(said, dict) or "trace" not in said or not said.keys() <= set(Click._fields):
        return None
    return Click(**said)


def wire(figure: Figure, alt: str, filename: str, title: str = "", aside: str = "", *, clicks: bool = False) -> bytes:
    """The figure as the JavaScript reads it. As bytes: Streamlit would write JSON twice, once to hash it."""
    said = {"title": title, "aside": aside, "alt": alt, "filename": filename}
    content = {"figure": figure._asdict(), **said, "clicks": clicks, "modes": MODES}
    return orjson.dumps(content, option=orjson.OPT_SERIALIZE_NUMPY)
