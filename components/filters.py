"""What is filtered by: the values of each dimension to keep, and a chip for each filter that undoes it."""

from collections.abc import Callable, Mapping, Sequence
from itertools import chain, count

import streamlit as st

from components import theme
from components.answers import Values
from components.stretch import Bound
from data.naming import Names
from data.query import Query

MOST_OPTIONS = 1000
"""Values that a filter lists; what is beyond them is found by a search."""

Change = Callable[[Callable[[Query], Query | None]], None]


def popover(query: Query, dimensions: Sequence[str], values: Values, names: Names, bound: Bound) -> None:
    """A choice of values for each dimension; `bound` ties a widget to the question."""
    active = len(query.filters) + len(query.without)
    # Up to a thousand values for each: they are sent to those who look at them.
    box = st.popover(
        f"Filters · {active}" if active else "Filters", icon=":material/filter_list:", key="filters", on_change="rerun"
    )
    if not box.open:
        return
    with box:
        for dimension in dimensions:
            _filter(query, dimension, values, names.get(dimension, {}), bound)
        if not dimensions:
            st.caption("This export was not grouped by anything that could be filtered.")


def _filter(query: Query, dimension: str, values: Values, names: Mapping[str, str], bound: Bound) -> None:
    kept, found = list(query.filtered(dimension)), values(dimension)
    many, listed = len(found), found[:MOST_OPTIONS]
    if many > MOST_OPTIONS:
        listed = _searched(dimension, many, values)
    options = [*kept, *(value for value in listed if value not in kept)]
    labels = _told_apart(options, [_found_by(dimension, value, names) for value in options])
    st.multiselect(
        theme.label(dimension),
        options,
        format_func=labels.__getitem__,
        placeholder=f"All {many:,}",
        select_all=False,
        **bound(f"filter.{dimension}", kept, lambda query, chosen: query.with_filter(dimension, chosen)),
    )


def _searched(dimension: str, many: int, values: Values) -> Sequence[str | None]:
    """Too many to list: those that contain a text, the largest first, and how many there are."""
    text = st.text_input(
        f"Search {many:,} {theme.many(dimension)}",
        placeholder=f"Search {many:,} {theme.many(dimension)}",
        label_visibility="collapsed",
        icon=":material/search:",
        key=f"search.{dimension}",
    )
    found = values(dimension, text)
    if len(found) > MOST_OPTIONS:
        st.caption(f"The {MOST_OPTIONS:,} largest of {len(found):,} are listed.")
    elif text:
        st.caption(f"{len(found):,} of {many:,} found.")
    return found[:MOST_OPTIONS]


def chips(query: Query, names: Names, change: Change) -> None:
    """What is filtered by, each with a click to undo it."""
    if not (query.filters or query.without):
        return
    with st.container(horizontal=True, gap="small", key="chips"):
        for dimension, kept in query.filters:
            text = _listed(dimension, kept, names.get(dimension, {}))
            _chip(f"chip.{dimension}", dimension, text, change, Query.with_filter)
        for dimension, left_out in query.without:
            text = f"without {_listed(dimension, left_out, names.get(dimension, {}))}"
            _chip(f"chip.not_{dimension}", dimension, text, change, Query.leaving_out)


def _chip(
    key: str, dimension: str, text: str, change: Change, to: Callable[[Query, str, Sequence[str | None]], Query]
) -> None:
    st.button(
        theme.markdown(f"{theme.label(dimension)}: {text}"),
        icon=":material/close:",
        key=key,
        help="Remove this filter",
        on_click=lambda: change(lambda query: to(query, dimension, [])),
    )


def _listed(dimension: str, values: Sequence[str | None], names: Mapping[str, str]) -> str:
    more = f" and {len(values) - 1:,} more" if len(values) > 1 else ""
    first = names.get(values[0] or "", values[0])
    return f"{_value(dimension, first, 32)}{more}"


def _found_by(dimension: str, value: str | None, names: Mapping[str, str]) -> str:
    """A value by its name and its id, so that either finds it."""
    name, shown = names.get(value or ""), _value(dimension, value, 60)
    return shown if name is None else f"{theme.shorten(name, 40)} · {shown}"


def _value(dimension: str, value: str | None, most: int) -> str:
    return f"No {theme.one(dimension)}" if value is None else theme.shorten(value, most)


def _told_apart(options: Sequence[str | None], labels: Sequence[str]) -> dict[str | None, str]:
    """A label for each option and no label twice: the browser sends back the label of what is chosen."""
    seen: set[str] = set()
    told: dict[str | None, str] = {}
    for option, label in zip(options, labels, strict=True):
        numbered = (f"{label} ({number})" for number in count(2))
        told[option] = next(each for each in chain([label], numbered) if each not in seen)
        seen.add(told[option])
    return told
