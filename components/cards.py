"""The card that a chart stands in."""

import re

import plotly.graph_objects as go
import streamlit as st

from components import chart, charts, theme
from data.totals import Totals


def card(name: str, figure: go.Figure, totals: Totals) -> None:
    """A chart under a title that says what is seen, with its conclusion for those who cannot see it."""
    with st.container(border=True, key=f"card-{name}", height="stretch"):
        _head(charts.CHARTS[name].title(totals), theme.period(totals.start, totals.end))
        chart.show(figure, key=f"chart-{name}", alt=charts.alt(name, totals), filename=charts.filename(name, totals))


def drawn(name: str, title: str, aside: str, figure: go.Figure, conclusion: str) -> None:
    """A figure of no totals in a card like the others."""
    slug = re.sub("[^a-z0-9]+", "-", f"{title} {aside}".lower()).strip("-")
    with st.container(border=True, key=f"card-{name}", height="stretch"):
        _head(title, aside)
        chart.show(figure, key=f"chart-{name}", alt=f"{title}, {aside}: {conclusion}", filename=slug)


def _head(title: str, aside: str) -> None:
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.subheader(theme.markdown(title), anchor=False, width="content")
        st.caption(theme.markdown(aside), width="content")
