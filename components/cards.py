"""The card that a chart stands in."""

import plotly.graph_objects as go
import streamlit as st

from components import chart, charts, theme
from data.totals import Totals


def card(name: str, figure: go.Figure, totals: Totals) -> None:
    """A chart under a title that says what is seen, with its conclusion for those who cannot see it."""
    with st.container(border=True, key=f"card-{name}", height="stretch"):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            st.subheader(theme.markdown(charts.CHARTS[name].title(totals)), anchor=False, width="content")
            st.caption(theme.period(totals.start, totals.end), width="content")
        chart.show(figure, key=f"chart-{name}", alt=charts.alt(name, totals), filename=charts.filename(name, totals))
