"""Colours of the light and the dark mode, and a Plotly template for each."""

from dataclasses import dataclass, field
from typing import Literal

import plotly.graph_objects as go
import plotly.io as pio


@dataclass(frozen=True)
class Theme:
    """The colours of one mode. `ground` to `accent` repeat `.streamlit/config.toml`."""

    name: Literal["light", "dark"]
    template: str
    """Name of its template in `plotly.io.templates`."""
    ground: str
    text: str
    muted: str
    border: str
    accent: str
    parts: dict[str, str] = field(hash=False)
    """Hue is direction, lightness is cached; audio has a pattern as well, so that it survives greyscale."""
    groups: tuple[str, ...]
    other: str
    none: str
    """Groups without a value."""
    not_grouped: str

    def group(self, index: int) -> str:
        """Colour at a place of the palette; an eighth group stands where Other would, and has its grey."""
        return self.groups[index] if index < len(self.groups) else self.other

    @property
    def colors(self) -> tuple[str, ...]:
        """All of them, the ground first, in an order that both modes share."""
        named = (self.ground, self.text, self.muted, self.border, self.accent, self.other, self.none)
        return (*named, *self.parts.values(), *self.groups)

    @property
    def stripes(self) -> dict[str, object]:
        """The pattern of audio, as Plotly's `marker.pattern`."""
        return {"shape": "/", "size": 5, "solidity": 0.28, "fgcolor": self.ground, "fillmode": "overlay"}


# Measured: ΔE of at least 17 between the parts under protan, deutan and tritan simulation, 3:1 contrast with the page.
LIGHT = Theme(
    name="light",
    template="usage-light",
    ground="#FFFFFF",
    text="#14181B",
    muted="#6B747B",
    border="#E2E4DF",
    accent="#0A6E55",
    parts={
        "uncached_input": "#1746BE",
        "cached_input": "#569AC7",
        "cache_write": "#7D378D",
        "output": "#AD4D17",
        "audio_input": "#147A5A",
        "audio_output": "#B68813",
    },
    groups=("#0E8A6C", "#3B6FE0", "#E08A1E", "#8A5CD6", "#D0506B", "#2AA5B8", "#8C9A2B"),
    other="#B3B9BF",
    none="#414A51",
    not_grouped="#6B747B",
)
DARK = Theme(
    name="dark",
    template="usage-dark",
    ground="#0E1113",
    text="#E8EAE8",
    muted="#98A2A9",
    border="#2A3034",
    accent="#3DB08D",
    parts={
        "uncached_input": "#4E7EE3",
        "cached_input": "#AFCBE8",
        "cache_write": "#BF8ADD",
        "output": "#E97750",
        "audio_input": "#3BCBA3",
        "audio_output": "#E9D753",
    },
    groups=("#37B594", "#6F9BF5", "#F0AE55", "#B08DEB", "#EE8298", "#5CC8D8", "#B6C455"),
    other="#6B7278",
    none="#CBD2D6",
    not_grouped="#8A949B",
)
THEMES: dict[str, Theme] = {"light": LIGHT, "dark": DARK}
PATTERNED = ("audio_input", "audio_output")

FONT = "Inter, system-ui, sans-serif"
SIZE = 13
SMALL = 12
NOTHING = "rgba(0,0,0,0)"

# Plotly writes 20k where the page writes 20K. Its axes show at most seven ticks, a round number of thousands apart.
_THOUSANDS = {f"{step * n}k": f"{step * n}K" for step in (1, 2, 5, 10, 20, 50, 100, 200, 500) for n in range(1, 8)}


def _template(theme: Theme) -> go.layout.Template:
    small = {"family": FONT, "size": SMALL, "color": theme.text}
    return go.layout.Template(
        layout={
            "font": {"family": FONT, "size": SIZE, "color": theme.text},
            # The page's own ground rather than none: a saved picture of the dark chart stays legible on white paper.
            "paper_bgcolor": theme.ground,
            "plot_bgcolor": NOTHING,
            "colorway": theme.groups,
            "margin": {"l": 0, "r": 0, "t": 26, "b": 0, "pad": 0},
            "dragmode": False,
            "hoverlabel": {
                "bgcolor": theme.ground,
                "bordercolor": theme.border,
                "font": small,
                "align": "left",
                "namelength": -1,
            },
            "legend": {
                "orientation": "h",
                "traceorder": "normal",
                "font": small,
                "bgcolor": NOTHING,
                "itemsizing": "constant",
                "title": {"text": ""},
            },
            "modebar": {"bgcolor": NOTHING, "color": theme.muted, "activecolor": theme.text},
            **_axes(theme),
        }
    )


def _axes(theme: Theme) -> dict[str, dict[str, object]]:
    """Horizontal lines only; counts in K, M and B."""
    axis = {
        "automargin": True,
        "tickfont": {"family": FONT, "size": SMALL, "color": theme.muted},
        "ticks": "",
        "showline": False,
        "zeroline": False,
        "fixedrange": True,
    }
    return {
        "xaxis": {
            **axis,
            "showgrid": False,
            "spikecolor": theme.muted,
            "spikethickness": 1,
            "spikedash": "solid",
            "spikesnap": "hovered data",
        },
        "yaxis": {
            **axis,
            "showgrid": True,
            "gridcolor": theme.border,
            "gridwidth": 1,
            "rangemode": "tozero",
            "nticks": 6,
            # There is room for half a line above the axis and below: Plotly need not measure it.
            "ticklabeloverflow": "allow",
            "exponentformat": "B",
            "separatethousands": True,
            "labelalias": _THOUSANDS,
        },
    }


for _theme in THEMES.values():
    pio.templates[_theme.template] = _template(_theme)
