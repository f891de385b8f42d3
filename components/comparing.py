"""A control: which period the one on the page is compared with. Set from the question, and asks another one."""

from datetime import date, timedelta
from typing import Any

import streamlit as st

from components import address
from components.sources import Dataset
from data.comparison import halves
from data.held import extent
from data.periods import period, zone_of
from data.query import Compare, Query
from data.usage import Usage
from data.zones import day_of

CHOICES: dict[Compare, str] = {"previous": "The period before", "last_month": "Same days last month"}


def show(dataset: Dataset, usage: Usage, query: Query, compared: tuple[int, int] | None) -> None:
    """Two presets, none of which is lit while dates are set, and the dates: those that are `compared`, if any are."""
    key = "comparing.preset"
    st.session_state[key] = None if query.compare_start_time else query.compare
    st.segmented_control(
        "Compare with",
        list(CHOICES),
        format_func=CHOICES.__getitem__,
        label_visibility="collapsed",
        key=key,
        on_change=lambda: _ask(dataset, usage, compare=st.session_state[key] or "previous"),
    )
    _dates(dataset, usage, query, compared)


def _dates(dataset: Dataset, usage: Usage, query: Query, compared: tuple[int, int] | None) -> None:
    """The first and the last day that are compared with; where none are, the picker begins at those of the page."""
    key, zone = "comparing.dates", zone_of(usage, query)
    shown = _days(*(compared or period(usage, query)), zone)
    if query.compare_start_time and query.compare_end_time:
        shown = (query.compare_start_time, query.compare_end_time - timedelta(days=1))
    if len(st.session_state.get(key, shown)) != 1:  # a range passes through a state with one date
        st.session_state[key] = shown
    bounds = _days(*(extent(usage, query.object) or (0, 0)), zone)
    label = " – ".join(dict.fromkeys(map(str, shown))) if compared or query.compare_start_time else "Other dates"

    def changed() -> None:
        days: tuple[date, ...] = st.session_state[key]
        if len(days) == 2:
            _ask(dataset, usage, compare_start_time=days[0], compare_end_time=days[1] + timedelta(days=1))

    with st.popover(label, icon=":material/calendar_month:"):
        st.date_input(
            f"First and last day to compare with, {zone}",
            min_value=min(bounds[0], shown[0]),
            max_value=max(bounds[1], shown[1]),
            format="YYYY-MM-DD",
            key=key,
            on_change=changed,
        )
        st.caption(f"The data reach from {bounds[0]} to {bounds[1]}.")


def _days(start: int, end: int, zone: str) -> tuple[date, date]:
    return day_of(start, zone), day_of(max(end - 1, start), zone)


def offer(dataset: Dataset, usage: Usage, query: Query) -> None:
    """A way out where nothing can be compared: two periods of which all was measured."""
    found = halves(usage, query.object)
    if not found:
        return
    start, end = found
    days = (end - start).days
    many = f"{days:,} days" if days > 1 else "day"
    st.button(
        f"Compare the {many} up to {end - timedelta(days=1)} with the {many} before",
        key="comparing.offer",
        on_click=lambda: _ask(dataset, usage, start_time=start, end_time=end, period="all", back=0, zone="UTC"),
    )


def _ask(dataset: Dataset, usage: Usage, **fields: Any) -> None:
    none = {"compare": "previous", "compare_start_time": None, "compare_end_time": None}
    address.change(dataset, usage, lambda query: query.model_copy(update=none | fields))
