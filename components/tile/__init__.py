"""The tiles element: the period in a few numbers, each with its change and a line for its course.

Six of Streamlit's metrics with a line load a charting library of 775 kB and draw anew at each click for as long as all
charts together. These are one element; Python writes every text, the browser draws.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from components.element import Element
from components.tiles import Tile

_HERE = Path(__file__).parent
_element = Element(_HERE, css=(_HERE / "tile.css").read_text(encoding="utf-8"))


def show(tiles: Sequence[Tile], *, key: str, note: str = "") -> None:
    """Draw them side by side, six at most in a row; narrower pages have rows of three and of two. Below is a `note`."""
    _element(key=key, data={"tiles": [wire(tile) for tile in tiles], "note": note})


def wire(tile: Tile) -> dict[str, Any]:
    """A tile as the JavaScript reads it; its course as heights from 0 to 100, null where nothing was exported."""
    return {
        "label": tile.label,
        "value": tile.value,
        "change": tile.change,
        "arrow": tile.arrow,
        "help": tile.help,
        "course": _heights(tile.course) if len(tile.course) > 1 else [],
    }


def _heights(course: Sequence[float | None]) -> list[float | None]:
    top = max((value for value in course if value is not None), default=0) or 1
    return [None if value is None else round(100 * value / top, 1) for value in course]
