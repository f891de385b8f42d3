"""Peaks by the minute."""

import streamlit as st

from components import breakdown, theme
from components.breakdown import Column, Row, Table, count, name
from components.cards import drawing, head
from components.charts.peaks import SHORT, Kind, peaks_over_time
from components.theme import label
from components.view import Screen, View
from data.overlap import MINUTE
from data.peaks import Peaks, peaks


def show(view: View, screen: Screen) -> None:
    """Tokens and requests per minute, where the buckets are minutes."""
    found = view.ask(peaks, view.query.by(None))
    if found is None:
        return
    look, narrow = screen
    kinds = [kind for kind in SHORT if any(getattr(minute, kind) for minute in found.highest if minute)]
    for column, kind in zip(st.columns(max(len(kinds), 1), gap="small"), kinds, strict=False):
        with column:
            drawing(f"peaks-{kind}", peaks_over_time(found, kind, look, narrow=narrow), found, highest_of(found, kind))
    if not found.busiest:
        return
    with st.container(border=True, key="card-busiest"):
        head(f"The {len(found.busiest)} busiest of {found.minutes:,} minutes")
        breakdown.show(_busiest(found), key="busiest")


def highest_of(found: Peaks, kind: Kind) -> Table:
    """The highest minute of each interval, which no total adds up."""
    every = found.query.interval or "day"
    columns = (
        Column("name", label(every), "text"),
        Column("highest", f"Highest {SHORT[kind]}", "number", f"{kind.capitalize()} in its highest minute"),
        Column("minutes", "Minutes measured"),
    )
    rows = zip(found.spans, found.highest, strict=True)
    return Table(
        f"Highest {kind} per minute of each {every}, {found.zone}",
        columns,
        tuple(
            Row(
                str(span.start),
                (
                    name(theme.interval(span.start, span.end, every, found.zone)),
                    count(getattr(minute, kind, None)),
                    count(span.measured // MINUTE),
                ),
            )
            for span, minute in rows
        ),
    )


def _busiest(found: Peaks) -> Table:
    columns = (
        Column("name", f"Minute, {found.zone}", "text"),
        Column("tokens", "Tokens"),
        Column("requests", "Requests"),
    )
    rows = [
        (name(f"{theme.local(each.start, found.zone):%a %Y-%m-%d %H:%M}"), count(each.tokens), count(each.requests))
        for each in found.busiest
    ]
    return Table(
        "The minutes with most tokens",
        columns,
        tuple(Row(str(at), row) for at, row in enumerate(rows)),
    )
