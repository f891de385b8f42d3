"""The stretch of time that is asked for: presets, first and last day, and the zone whose days they are."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from typing import Any

import streamlit as st

from data.held import extent
from data.intervals import intervals
from data.lacking import off_the_hour
from data.periods import period, zone_of
from data.query import PERIODS, Period, Query
from data.usage import Usage
from data.zones import day_of, zones

PRESETS: dict[Period, str] = {"24h": "24 h", "7d": "7 d", "30d": "30 d", "90d": "90 d", "365d": "1 y", "all": "All"}

_ELSEWHERE = "Pacific/Auckland"
"""Any zone but UTC: whether the days of another one can be shown."""

Bound = Callable[[str, Any, Callable[[Query, Any], Query | None]], dict[str, Any]]
"""Ties a widget to the question: its name, its value, and what it asks when it changes."""


def presets(usage: Usage, query: Query, bound: Bound) -> None:
    """Counted back from the data's end; none is lit while dates are set."""
    st.segmented_control(
        "Period, counted back from the last bucket",
        _offered(usage, query),
        format_func=PRESETS.__getitem__,
        label_visibility="collapsed",
        **bound("period", None if query.start_time or query.end_time else query.period, _preset),
    )


def _offered(usage: Usage, query: Query) -> list[Period]:
    """Those shorter than the data, and all of it."""
    first, last = extent(usage, query.object) or (0, 0)
    day = query.model_copy(update={"period": "24h", "start_time": None, "end_time": None})
    finest = intervals(usage, day)[0]
    return [
        name
        for name, back in PERIODS.items()
        if name in ("all", query.period)
        or (back and back.total_seconds() < last - first and (name != "24h" or finest in ("minute", "hour")))
    ]


def _preset(query: Query, value: Period | None) -> Query:
    """A second click on a lit preset asks for all."""
    return query.model_copy(update={"period": value or "all", "start_time": None, "end_time": None})


def dates(usage: Usage, query: Query, bound: Bound) -> None:
    """First and last day, and the zone whose days they are."""
    start, end = period(usage, query)
    first, last = extent(usage, query.object) or (start, end)
    zone = zone_of(usage, query)
    shown = (day_of(start, zone), day_of(max(end - 1, start), zone))
    bounds = (day_of(first, zone), day_of(max(last - 1, first), zone))
    key = "toolbar.dates"
    picking = len(st.session_state.get(key, shown)) == 1
    label = f"{shown[0]} – {shown[1]} {_place(zone)}"
    box = st.popover(label, icon=":material/calendar_month:", key="days", on_change="rerun")
    if not box.open:
        return
    with box:
        st.date_input(
            "First and last day",
            min_value=min(bounds[0], shown[0]),
            max_value=max(bounds[1], shown[1]),
            format="YYYY-MM-DD",
            **bound("dates", st.session_state[key] if picking else shown, _between),
        )
        st.caption(f"The data reach from {bounds[0]} to {bounds[1]}.")
        _zone(usage, query, zone, bound)


def _between(query: Query, days: tuple[date, ...]) -> Query | None:
    """Both ends, or nothing yet: a range passes through a state with one date."""
    if len(days) != 2:
        return None
    return query.model_copy(update={"start_time": days[0], "end_time": days[1] + timedelta(days=1)})


def _zone(usage: Usage, query: Query, zone: str, bound: Bound) -> None:
    """Where the buckets can be cut into other days, whose days they are; else why they cannot."""
    fixed = zone_of(usage, query.model_copy(update={"zone": _ELSEWHERE})) == "UTC"
    st.selectbox(
        "Time zone",
        [zone] if fixed else _zones(query.zone),
        required=True,
        label_visibility="collapsed",
        disabled=fixed,
        **bound("zone", zone if fixed else query.zone, lambda query, value: query.model_copy(update={"zone": value})),
    )
    if fixed:
        st.caption(
            "UTC days: this period has buckets of a day, which cannot be cut into days elsewhere. Export again with "
            "`bucket_width=1h` to choose a time zone."
        )
    else:
        st.caption(f"Days begin at midnight in {zone}, weeks on Monday. {off_the_hour(usage, query)}")


@cache
def _zones(now: str) -> list[str]:
    """The one in use and UTC first; others are found by typing."""
    return list(dict.fromkeys((now, "UTC", *sorted(zones()))))


def _place(zone: str) -> str:
    """Berlin: a zone as short as it can be told."""
    return zone.rpartition("/")[2].replace("_", " ")
