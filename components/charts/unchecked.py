"""Traces and figures without Plotly's check of each property, which took most of a click's time on the server.

What it would find the tests find: they build each figure anew with the checks.
"""

from collections.abc import Sequence
from functools import cache, partial
from typing import Any

import plotly.graph_objects as go
import plotly.io as pio

bar = partial(go.Bar, _validate=False)
scatter = partial(go.Scatter, _validate=False)
heatmap = partial(go.Heatmap, _validate=False)


def figure(traces: Sequence[Any], layout: dict[str, Any]) -> go.Figure:
    """Take the layout's template by its name."""
    return go.Figure(traces, {**layout, "template": _template(layout["template"])}, _validate=False)


@cache
def _template(name: str) -> dict[str, Any]:
    template: dict[str, Any] = pio.templates[name].to_plotly_json()
    return template
