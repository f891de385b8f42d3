"""Overview: where the tokens went, over time, by group and by part, and what else was used."""

import streamlit as st

from components import breakdown, charts, others
from components.cards import card
from components.tables import breakdown_of, has_parts
from components.view import Screen, View


def show(view: View, screen: Screen) -> None:
    """Main chart with the ranking beside it, the parts side by side, and the table behind them all."""
    look, narrow = screen
    left, right = st.columns([2, 1], gap="small")
    with left:
        card("over_time", charts.over_time(view.totals, look, view.palette, narrow=narrow), view.totals)
    with right:
        card("ranking", charts.ranking(view.totals, look, view.palette, narrow=narrow), view.totals)
    if has_parts(view.grouped):
        card("parts_by_group", charts.parts_by_group(view.grouped, look, narrow=narrow), view.grouped)
    table = breakdown_of(view.grouped, trends=not narrow)
    with st.container(border=True, key="card-breakdown"):
        st.subheader(table.title, anchor=False)
        breakdown.show(table, key="breakdown")
    others.show(view, look)
