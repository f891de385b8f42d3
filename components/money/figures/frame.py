"""What figures of dollars share: the axis of amounts, and a legend below."""

from collections.abc import Sequence
from typing import Any

DOLLARS = {"tickprefix": "$", "exponentformat": "none", "separatethousands": True}


def legend(names: Sequence[str], narrow: bool) -> dict[str, Any]:
    """A legend below, where there is more than one name, and the height that makes room for it, px."""
    lines = len(names) if narrow else -(-sum(60 + 7 * min(len(name), 32) for name in names) // 700)
    place = {"xref": "container", "x": 0, "xanchor": "left", "yref": "container", "y": 0, "yanchor": "bottom"}
    return {
        "showlegend": len(names) > 1,
        "legend": {**place, "maxheight": 400},
        "height": (240 if narrow else 320) + (20 * lines if len(names) > 1 else 0),
    }
