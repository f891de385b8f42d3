"""Batch & tier: what went through batch and each service tier, over time, and free usage apart."""

import streamlit as st

from components import charts, clicks, theme, tile
from components.cards import card, drawing
from components.charts.drawing import Drawing
from components.tables import breakdown_of
from components.theme import compact, exact, group_label, noun, share
from components.tiles import Tile, noted
from components.view import Screen, View
from data.engine import total
from data.held import groupings
from data.query import Query
from data.totals import Totals
from data.usage import Usage

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
    tile.show([each for totals in answers.values() for each in _tiles(totals)], key="tier-tiles")
    for column, totals in zip(st.columns(len(answers), gap="small"), answers.values(), strict=True):
        with column:
            _share(view, totals, screen)
    apart = {name: whose for name in there if (whose := _apart(view, name))}
    for column, (name, whose) in zip(st.columns(max(len(apart), 1), gap="small"), apart.items(), strict=False):
        with column:
            _whose(view, name, whose, screen)


def _tiles(totals: Totals) -> list[Tile]:
    """The share of each value that has any."""
    measure, dimension = totals.query.measure, totals.query.group_by
    unit, whole, tiles = noun(measure), totals.grand.get(measure), []
    for group in totals.groups:
        if amount := group.sums.get(measure):
            named = f"{'Free: ' if group.value == FREE else ''}{theme.shorten(group_label(group, dimension), 40)}"
            about = f"Exactly {exact(amount)} of {exact(whole)} {unit}."
            tiles.append(noted(named, share(amount, whole), f"{compact(amount)} {unit}", about))
    return tiles


def _share(view: View, totals: Totals, screen: Screen) -> None:
    """Over time, with the numbers below."""
    look, narrow = screen
    dimension = totals.query.group_by or ""
    figure = charts.over_time(totals, look, view.colors(totals), narrow=narrow)
    table, to_group = breakdown_of(totals, trends=not narrow), clicks.to_group(view, totals)
    card("over_time", figure, totals, key=f"share-{dimension}", table=table, on_group=to_group)


def _apart(view: View, dimension: str) -> Totals | None:
    """The groups of the value that stands apart, where there is any of it."""
    value, _ = APART[dimension]
    owner = view.dimension("project_id", "api_key_id", "model")
    kept = view.query.filtered(dimension)
    if owner in (None, dimension) or (kept and value not in kept):
        return None
    whose = view.ask(total, view.query.by(owner).with_filter(dimension, [value]))
    return whose if whose.grand.get(whose.query.measure) else None


def _whose(view: View, dimension: str, whose: Totals, screen: Screen) -> None:
    look, narrow = screen
    owner = theme.many(whose.query.group_by or "")
    title = f"{APART[dimension][1]}: {owner} by {noun(whose.query.measure)}"
    figure = charts.ranking(whose, look, view.colors(whose), narrow=narrow)
    one = Drawing(title, charts.CHARTS["ranking"].conclusion(whose), figure)
    drawing(f"whose-{dimension}", one, whose, breakdown_of(whose, trends=not narrow), clicks.to_group(view, whose))
