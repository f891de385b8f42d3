"""Batch & tier: what went through batch and each service tier, over time, and free usage apart."""

import streamlit as st

from components import charts, theme
from components.cards import card, drawing
from components.charts.drawing import Drawing
from components.tables import breakdown_of
from components.theme import compact, exact, group_label, noun, share
from components.view import Screen, View
from data.engine import total
from data.held import groupings
from data.query import Query
from data.table import Usage
from data.totals import Totals

DIMENSIONS = ("batch", "service_tier")
FREE = "incentivized-tier"
"""Usage under OpenAI's programme for shared data: it is counted, and costs nothing."""
APART = {"batch": ("true", "Usage through batch"), "service_tier": (FREE, f"Free usage ({FREE})")}
"""Per dimension a value whose groups are shown as well, and what it is called."""


def has_something(usage: Usage, query: Query) -> bool:
    return any(name in groupings(usage, query.object) for name in DIMENSIONS)


def show(view: View, screen: Screen) -> None:
    """A share of each kind, over time, by size, and whose it was."""
    there = [name for name in DIMENSIONS if name in groupings(view.usage, view.query.object)]
    answers = {name: view.totals_by(name, mode="share") for name in there}
    if not answers:
        st.info(
            "These exports were grouped neither by batch nor by service_tier: fetch them with both.",
            icon=":material/group_work:",
        )
        return
    _tiles(list(answers.values()))
    for column, (name, totals) in zip(st.columns(len(answers), gap="small"), answers.items(), strict=True):
        with column:
            _share(view, totals, screen)
            _whose(view, name, totals, screen)


def _tiles(answers: list[Totals]) -> None:
    with st.grid(6, min_column_width=150, gap="small", key="tier-tiles"):
        for totals in answers:
            for group in totals.groups:
                amount, whole = group.sums.get(totals.query.measure), totals.grand.get(totals.query.measure)
                free = "Free: " if group.value == FREE else ""
                st.metric(
                    free + theme.markdown(theme.shorten(group_label(group, totals.query.group_by), 40)),
                    share(amount, whole),
                    f"{compact(amount)} {noun(totals.query.measure)}",
                    delta_color="off",
                    delta_arrow="off",
                    help=f"Exactly {exact(amount)} of {exact(whole)} {noun(totals.query.measure)}.",
                    border=True,
                    height="stretch",
                )


def _share(view: View, totals: Totals, screen: Screen) -> None:
    """Over time, with the numbers below."""
    look, narrow = screen
    dimension = totals.query.group_by or ""
    figure = charts.over_time(totals, look, view.colors(totals), narrow=narrow)
    card("over_time", figure, totals, key=f"share-{dimension}", table=breakdown_of(totals, trends=not narrow))


def _whose(view: View, dimension: str, totals: Totals, screen: Screen) -> None:
    """The groups of the value that stands apart, where there is any of it."""
    value, what = APART[dimension]
    owner = view.dimension("project_id", "api_key_id", "model")
    kept = view.query.filtered(dimension)
    if owner in (None, dimension) or (kept and value not in kept):
        return
    if not any(group.value == value for group in totals.table):
        return
    whose = view.ask(total, view.query.by(owner).with_filter(dimension, [value]))
    if not whose.grand.get(whose.query.measure):
        return
    look, narrow = screen
    title = f"{what}: {charts.CHARTS['ranking'].title(whose).lower()}"
    figure = charts.ranking(whose, look, view.colors(whose), narrow=narrow)
    drawing(f"whose-{dimension}", Drawing(title, charts.CHARTS["ranking"].conclusion(whose), figure), whose)
