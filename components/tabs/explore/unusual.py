"""Days unlike their weekday, and what drove them."""

from decimal import Decimal

import streamlit as st

from components import breakdown, clicks, theme
from components.breakdown import Cell, Column, Row, Table, count, name
from components.cards import drawing, head, listed
from components.charts.marks import driven, marked, sentence
from components.tables import over_time_of
from components.theme import label
from components.view import Screen, View
from data.unusual import FAR, LEAST, MAD, MEAN, NEAREST, OFF, Mark, Unusual, unusual

MOST = 5
"""Unusual days that are told in sentences; all are in the table."""


def show(view: View, screen: Screen) -> None:
    """Days far from their weekday's level, and what drove them."""
    look, narrow = screen
    dimension = view.dimension("api_key_id", "project_id", "model")
    found = view.ask(unusual, view.query.by(dimension))
    if found is None or not found.compared:
        st.info(_too_few(found), icon=":material/calendar_month:")
        return
    bars = view.totals_by(view.query.group_by, interval="day", mode="absolute", zone=found.zone)
    drawn = marked(bars, found, look, view.colors(bars), narrow=narrow)
    drawing("unusual", drawn, found, over_time_of(bars), clicks.to_group(view, bars))
    with st.container(border=True, key="card-unusual-days"):
        head(_counted(found))
        ordered = sorted(found.marks, key=lambda mark: -abs(mark.level.distance(mark.value)))
        if found.marks:
            listed([sentence(mark, found) for mark in ordered[:MOST]])
            breakdown.show(_marks(found), key="unusual-days")
        st.caption(_threshold(found))


def _counted(found: Unusual) -> str:
    many = f"of {found.compared} days"
    if not found.marks:
        return f"None {many} is far from the level of its weekday"
    return f"{len(found.marks)} {many} {'is' if len(found.marks) == 1 else 'are'} far from the level of the weekday"


def _too_few(found: Unusual | None) -> str:
    if found is None:
        return "Days unlike their weekday cannot be found: this usage is not known by day, or the period is too long."
    return (
        f"Days unlike their weekday cannot be found yet: a weekday's level takes {LEAST} whole days of it, in the "
        "period or around it, and no weekday here has as many."
    )


def _threshold(found: Unusual) -> str:
    days = "1 day has" if found.alone == 1 else f"{found.alone} days have"
    alone = f" {days} too few of the weekday ({LEAST} are needed)." if found.alone else ""
    return (
        f"A day is marked where it is more than {float(FAR):g} robust standard deviations ({float(MAD):g} × MAD; where "
        f"most days are alike, {float(MEAN):g} × the mean deviation) and at least {float(OFF):.0%} off the median of "
        f"its weekday: itself and the {NEAREST - 1} nearest to it, in the period or not. Partial days are left "
        f"out.{alone}"
    )


def _marks(found: Unusual) -> Table:
    return Table(
        "Days far from the level of their weekday",
        columns=(
            Column("name", "Day", "text"),
            Column("amount", label(found.query.measure)),
            Column("median", "Median of the weekday"),
            Column("deviations", "Deviations"),
            Column("moved", "Moved most", "sentence"),
        ),
        rows=tuple(
            Row(
                str(mark.span.start),
                (
                    name(f"{theme.local(mark.span.start, found.zone):%a %Y-%m-%d}"),
                    count(mark.value),
                    count(round(mark.level.median)),
                    _deviations(mark),
                    Cell(", ".join(driven(driver, found) for driver in mark.drivers) or "not known by group"),
                ),
            )
            for mark in found.marks
        ),
    )


def _deviations(mark: Mark) -> Cell:
    distance = Decimal(f"{float(mark.level.distance(mark.value)):.1f}")
    return Cell(f"{distance:+}".replace("-", "−"), distance)
