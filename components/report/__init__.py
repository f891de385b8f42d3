"""A view as one HTML file: opens from disk without a network, asks no host, and says what it shows.

Plotly is in it once, the bundle that the page loads as well. A policy inside the file forbids it every request, and
every script but the two it brings. It holds neither a link nor the key of the dataset.
"""

import base64
import hashlib
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from string import Template

from components import charts, theme
from components.report import costs, figures, quality, sections, tables
from components.report.markup import Markup, tag
from components.view import View
from data.lacking import lacking
from data.totals import Totals

__all__ = ["html"]

_HERE = Path(__file__).parent
_FONT = _HERE.parents[1] / "static" / "inter-latin-wght-normal.woff2"
_COLORS = ("ground", "text", "muted", "border", "accent")


def html(view: View, made: datetime) -> bytes:
    """The report; `made` is the moment it says it was made at."""
    drawn = figures.answers(view.totals, view.grouped)
    script = _text("report.js")
    parts = {
        "title": tag("title", f"Token usage · {view.dataset.title} · {_period(view.totals)}"),
        "policy": _policy(plotly(), script),
        "style": _text("report.css"),
        "font": _font(),
        "light": _colors(theme.LIGHT),
        "dark": _colors(theme.DARK),
        "head": sections.head(view.dataset.title, view.dataset.is_sample, view.usage, view.totals),
        "notices": sections.notices(lacking(view.usage, view.query)),
        "tiles": sections.tiles(view.totals, view.before),
        "figures": sections.figures(drawn),
        "table": tables.table(view.grouped),
        "costs": costs.costs(view),
        "quality": quality.quality(view.usage, view.totals),
        "foot": _foot(made),
        "packed": figures.packed(drawn, view.palette, view.inner_palette),
        "plotly": plotly(),
        "script": script,
    }
    # Half a character, which a file's name may hold, cannot be written.
    return Template(_text("report.html")).substitute(parts).encode(errors="replace")


def _period(totals: Totals) -> str:
    return theme.period(totals.start, totals.end, totals.zone)


def _foot(made: datetime) -> Markup:
    moment = f"{made.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    return tag(
        "footer",
        tag(
            "p",
            "A picture of one view of the token usage dashboard, made ",
            tag("time", moment, datetime=made.astimezone(UTC).isoformat(timespec="seconds")),
            ". It is complete in this file, asks nothing of any server, and does not change when the data do.",
        ),
        tag("p", "Figures drawn by plotly.js, © Plotly, Inc., MIT license."),
    )


def _text(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


@cache
def plotly() -> str:
    return charts.PLOTLY.read_text(encoding="utf-8")


@cache
def _font() -> str:
    return base64.b64encode(_FONT.read_bytes()).decode()


def _policy(*scripts: str) -> str:
    """No request to anyone, and no script but these."""
    hashes = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]
    allowed = " ".join(f"'sha256-{each}'" for each in hashes)
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {allowed}",
            "style-src 'unsafe-inline'",  # Plotly places its texts with style attributes
            "font-src data:",
            "img-src data: blob:",  # a figure that is saved as a picture
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def _colors(mode: theme.Theme) -> str:
    return "".join(f"--{name}:{getattr(mode, name)};" for name in _COLORS)
