"""The controls above the page: widgets that are set from the question and ask another one. Keep nothing themselves."""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from components import address, filters, stretch, theme
from components.answers import Values
from components.sources import Dataset
from data.held import groupings, measures, names_shown, objects
from data.intervals import fitting, intervals
from data.query import Query
from data.usage import Usage, main_measure

MODES = {"absolute": "Absolute", "share": "Share"}
SHOWN = {"names": "Names", "ids": "IDs"}
PARTS = "parts"
AUTO = "auto"

MAIN_DIMENSIONS = ("model", "project_id", "user_id", "api_key_id", "batch", "service_tier", "api_source")
"""Offered even where the export was not grouped by them: the page then says what to ask for."""


class Toolbar:
    """The controls above the page: one question for all tabs."""

    def __init__(self, dataset: Dataset, usage: Usage, query: Query, values: Values) -> None:
        self.dataset, self.usage, self.query, self.values = dataset, usage, query, values
        self.measures = measures(usage, query.object)
        self.dimensions = groupings(usage, query.object)
        self.first = address.first_question(dataset, usage)

    def show(self) -> None:
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="toolbar"):
            self._object()
            self._measure()
            self._group_by()
            self._subgroup()
            self._interval()
            stretch.presets(self.usage, self.query, self._bound)
            stretch.dates(self.usage, self.query, self._bound)
            self._mode()
            filters.popover(self.query, self.dimensions, self.values, self.usage.names, self._bound)
            self._reset()
        filters.chips(self.query, names_shown(self.usage, self.query), self._change)

    def _bound(self, name: str, value: Any, to: Callable[[Query, Any], Query | None]) -> dict[str, Any]:
        """A widget's key and what happens when the visitor changes it; its value comes from the question."""
        key = f"toolbar.{name}"
        st.session_state[key] = value
        return {"key": key, "on_change": lambda: self._change(lambda query: to(query, st.session_state[key]))}

    def _change(self, to: Callable[[Query], Query | None]) -> None:
        address.change(self.dataset, self.usage, to)

    def _object(self) -> None:
        """Which kind of result, where there are several."""
        kinds = objects(self.usage)
        if len(kinds) < 2:
            return
        st.selectbox(
            "Kind of usage",
            kinds if self.query.object in kinds else (*kinds, self.query.object),
            format_func=theme.label,
            required=True,
            label_visibility="collapsed",
            width=170,
            **self._bound(
                "object",
                self.query.object,
                _another_kind,
            ),
        )

    def _measure(self) -> None:
        main = main_measure(self.query.object)
        offered = dict.fromkeys((main, "num_model_requests", "num_requests", self.query.measure))
        st.segmented_control(
            "Measure",
            [name for name in offered if name in self.measures or name == self.query.measure],
            format_func=lambda name: "Tokens" if name == "total_tokens" else theme.label(name),
            required=True,
            label_visibility="collapsed",
            **self._bound("measure", self.query.measure, lambda query, value: _with(query, measure=value)),
        )

    def _group_by(self) -> None:
        known = {*self.dimensions, PARTS, None}
        offered = [name for name in dict.fromkeys((*MAIN_DIMENSIONS, self.query.group_by)) if name not in known]
        st.selectbox(
            "Group by",
            [PARTS, *self.dimensions, *offered],
            format_func=lambda name: f"By {theme.by(name)}" if name != PARTS else "By token part",
            required=True,
            label_visibility="collapsed",
            width=150,
            **self._bound(
                "group_by",
                self.query.group_by or PARTS,
                lambda query, value: query.by(None if value == PARTS else value, query.subgroup),
            ),
        )

    def _subgroup(self) -> None:
        """A second dimension, where there is a first and another one to choose."""
        now = self.query.subgroup
        offered = dict.fromkeys((*self.dimensions, *([now] if now else ())))
        dimensions = [name for name in offered if name != self.query.group_by]
        if not self.query.group_by or not dimensions:
            return
        st.selectbox(
            "Then by",
            [PARTS, *dimensions],
            format_func=lambda name: f"then by {theme.by(name)}" if name != PARTS else "then by …",
            required=True,
            label_visibility="collapsed",
            width=170,
            **self._bound(
                "subgroup",
                now or PARTS,
                lambda query, value: query.by(query.group_by, None if value == PARTS else value),
            ),
        )

    def _interval(self) -> None:
        auto = fitting(self.usage, _with(self.query, interval=None))
        options = [AUTO, *intervals(self.usage, self.query)]
        now = self.query.interval if self.query.interval in options else AUTO
        st.selectbox(
            "Interval",
            options,
            format_func=lambda name: f"Auto · {auto}" if name == AUTO else f"By {name}",
            required=True,
            label_visibility="collapsed",
            width=122,
            help="Bars are never finer than the buckets of the export.",
            **self._bound(
                "interval", now, lambda query, value: _with(query, interval=None if value == AUTO else value)
            ),
        )

    def _mode(self) -> None:
        st.segmented_control(
            "Bars",
            list(MODES),
            format_func=MODES.__getitem__,
            required=True,
            label_visibility="collapsed",
            **self._bound("mode", self.query.mode, lambda query, value: _with(query, mode=value)),
        )

    def names(self) -> None:
        """The choice of names or ids, where something that has names is grouped or filtered by."""
        if not self.query.asked & self.usage.names.keys():
            return
        st.segmented_control(
            "Show projects, users and keys by",
            list(SHOWN),
            format_func=SHOWN.__getitem__,
            required=True,
            label_visibility="collapsed",
            **self._bound("show", self.query.show, lambda query, value: _with(query, show=value)),
        )

    def _reset(self) -> None:
        if self.query != self.first:
            st.button(
                "Reset",
                icon=":material/restart_alt:",
                type="tertiary",
                key="reset",
                on_click=lambda: address.ask(self.dataset, self.first),
            )


def _another_kind(query: Query, value: str) -> Query:
    return Query(object=value, measure=main_measure(value), period=query.period, zone=query.zone, show=query.show)


def _with(query: Query, **fields: Any) -> Query:
    return query.model_copy(update=fields)


def tabs(offered: Sequence[str]) -> None:
    """The tabs that the data have something for, and the one that the address names in any case."""
    key = "tabs"
    now = address.current_tab()
    st.session_state[key] = now
    st.segmented_control(
        "Tab",
        [tab for tab in address.TABS if tab in offered or tab == now],
        format_func=address.TABS.__getitem__,
        required=True,
        label_visibility="collapsed",
        key=key,
        on_change=lambda: address.open_tab(st.session_state[key]),
    )


def generation(dataset: Dataset, usage: Usage, query: Query, names: dict[str, str]) -> None:
    """The switch that overrides which generation was inferred; its first name leaves it as found."""
    key, as_found = "generation", next(iter(names))
    st.session_state[key] = query.generation or as_found

    def changed() -> None:
        chosen = st.session_state[key]
        address.change(dataset, usage, lambda query: _with(query, generation=None if chosen == as_found else chosen))

    st.segmented_control(
        "Count rows that do not say themselves",
        list(names),
        format_func=names.__getitem__,
        required=True,
        key=key,
        on_change=changed,
    )


def budget() -> None:
    """Dollars a month, kept in the address."""
    key, now = "budget", address.budget()
    st.session_state[key] = None if now is None else float(now)
    st.number_input(
        "Budget a month, US dollars",
        min_value=0.0,
        max_value=1e12,
        step=100.0,
        format="%.2f",
        placeholder="None",
        width=220,
        key=key,
        on_change=lambda: address.set_budget(st.session_state[key]),
    )


def hit_rate(default: int) -> int:
    """The hit rate in percent of what might be."""
    key = "hit_rate"
    st.session_state[key] = now = address.hit_rate() or default
    st.slider(
        "If every hit rate were at least",
        min_value=1,
        max_value=99,
        format="%d%%",
        key=key,
        on_change=lambda: address.ask_hit_rate(st.session_state[key]),
    )
    return now
