"""The highest minute of each interval: what a limit on tokens or requests per minute is about."""

from typing import Literal

from components.charts.axis import Axis
from components.charts.drawing import Drawing
from components.charts.figure import Figure, bar
from components.theme import Theme, compact, exact, moment
from data.peaks import Peaks

Kind = Literal["tokens", "requests"]
SHORT: dict[Kind, str] = {"tokens": "TPM", "requests": "RPM"}


def peaks_over_time(peaks: Peaks, kind: Kind, theme: Theme, *, narrow: bool = False) -> Drawing:
    """Bars as high as the highest minute in them."""
    axis = Axis(peaks)
    highest = [None if minute is None else getattr(minute, kind) for minute in peaks.highest]
    figure = Figure.of(
        [
            bar(
                x=axis.centers,
                y=[None if value is None else float(value) for value in highest],
                width=axis.widths,
                marker={"color": theme.accent, "line": {"width": 0}},
                hovertext=[
                    "Not measured by minute" if value is None else f"<b>{exact(value)} {kind} in its highest minute</b>"
                    for value in highest
                ],
                hovertemplate="%{hovertext}<extra></extra>",
            )
        ],
        {
            "template": theme.template,
            "hovermode": "x unified",
            "hoverdistance": -1,
            "dragmode": False if narrow else "zoom",
            "xaxis": axis.layout(narrow),
            "height": 220 if narrow else 260,
            "showlegend": False,
        },
    )
    every = peaks.query.interval or "day"
    known = [(value, -at) for at, value in enumerate(highest) if value is not None]
    conclusion = f"no {kind} were reported by minute"
    if known:
        top, at = max(known)
        span = peaks.spans[-at]
        conclusion = (
            f"the highest minute had {compact(top)} {kind}, in the {every} from {moment(span.start, peaks.zone)}"
        )
    title = f"Highest {kind} per minute ({SHORT[kind]}) of each {every}"
    return Drawing(title, conclusion, figure)
