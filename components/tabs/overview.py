"""Overview: where the tokens went, over time, by group and by part, and what else was used."""

from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components import address, breakdown, charts, clicks, others, theme
from components.cards import card
from components.tables import breakdown_of, has_parts, over_time_of, within_of
from components.view import Later, Screen, View


def show(view: View, screen: Screen) -> Later:
    """Main chart with the ranking beside it, groups told apart, the parts side by side, and the table behind all."""
    look, narrow = screen
    totals = view.totals
    left, right = st.columns([2, 1], gap="small")
    to_group = clicks.to_group(view, totals)
    with left:
        figure = charts.over_time(totals, look, view.palette, narrow=narrow)
        card("over_time", figure, totals, table=over_time_of(totals), on_group=to_group)
    with right:
        card("ranking", charts.ranking(totals, look, view.palette, narrow=narrow), totals, on_group=to_group)
    _shown(view)
    if totals.subgroups:
        figure = charts.within(totals, look, view.inner_palette, narrow=narrow)
        card("within", figure, totals, table=partial(within_of, totals))
    if has_parts(view.grouped):
        figure, to_group = charts.parts_by_group(view.grouped, look, narrow=narrow), clicks.to_group(view, view.grouped)
        card("parts_by_group", figure, view.grouped, on_group=to_group)
    table = st.container(border=True, key="card-breakdown")
    others.show(view, look)
    return partial(_breakdown, table, view, narrow)


def _shown(view: View) -> None:
    """How many groups the charts show, and a way to those that they do not."""
    totals = view.totals
    drawn, there = totals.shown
    dimension = totals.query.group_by
    if not dimension or drawn == there:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(f"{drawn:,} of {there:,} {theme.many(dimension)} shown.", width="content")
        st.button(
            f"Open the other {there - drawn:,}",
            icon=":material/unfold_more:",
            type="tertiary",
            key="open-other",
            on_click=partial(clicks.filter_to, view, totals, "other:"),
        )


def _breakdown(card: DeltaGenerator, view: View, narrow: bool) -> None:
    totals = view.grouped
    two = bool(totals.query.subgroup)
    table = breakdown_of(totals, trends=not narrow, inside=clicks.inside(view, totals) if two else None)
    with card:
        breakdown.show(
            table,
            key="breakdown",
            titled=True,
            on_open=clicks.to_group(view, totals),
            on_unfold=address.unfold if two else None,
        )
        if two and len(address.unfolded()) == address.MOST_UNFOLDED:
            st.caption(f"{address.MOST_UNFOLDED} rows are unfolded at a time: another one folds the first again.")
