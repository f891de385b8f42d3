"""Address bar ⇄ Query: the only place the question is kept. Alone touches query parameters.

Knows no widgets: those are set from the question and ask another one here.
"""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from components.sources import Dataset
from data.held import groupings, objects
from data.parts import Generation
from data.periods import zone_of
from data.query import Period, Query, from_params, shortened, to_params
from data.table import Usage, main_measure
from data.zones import zones

DATASET = "data"
TAB = "tab"
MANAGE = "manage"
BUDGET = "budget"
"""Dollars a month: no part of the question, but of what a link shows."""

HIT_RATE = "hit_rate"
"""What a hit rate might be, in percent; kept like the budget."""

TABS = {
    "overview": "Overview",
    "explore": "Explore",
    "changes": "Changes",
    "cache": "Cache",
    "audio": "Audio",
    "tiers": "Batch & tier",
    "cost": "Cost",
    "quality": "Data quality",
}
"""What a link can name, in the order in which they are offered; `components.tabs` says what each shows and when."""


_NO_QUESTION = (DATASET, TAB, MANAGE, BUDGET, HIT_RATE)


def dataset_key() -> str | None:
    return st.query_params.get(DATASET)


def manage_token() -> str | None:
    return st.query_params.get(MANAGE)


def asked(dataset: Dataset, usage: Usage) -> tuple[Query, list[str]]:
    """The question in the address bar, and a sentence about each part of it that means nothing."""
    params = {name: st.query_params.get_all(name) for name in st.query_params if name not in _NO_QUESTION}
    query, misread = from_params(params) if params else (first_question(dataset, usage), [])
    if "measure" not in params:
        query = query.model_copy(update={"measure": main_measure(query.object)})
    tab = st.query_params.get(TAB)
    if tab is not None and tab not in TABS:
        misread.append(f"{TAB}={shortened(tab)} was left out: a tab is one of {', '.join(TABS)}")
    if BUDGET in st.query_params and budget() is None:
        misread.append(f"{BUDGET}={shortened(st.query_params[BUDGET])} was left out: a budget is dollars, such as 5000")
    if HIT_RATE in st.query_params and hit_rate() is None:
        misread.append(f"{HIT_RATE}={shortened(st.query_params[HIT_RATE])} was left out: it is a percent from 1 to 99")
    return query, misread


def first_question(dataset: Dataset, usage: Usage) -> Query:
    """All of an upload, so that its totals are the exports'; of the sample and a warehouse a month to compare."""
    kind = next(iter(objects(usage)), "completions")
    period: Period = "30d" if dataset.is_sample or dataset.is_warehouse else "all"
    query = Query(object=kind, measure=main_measure(kind), period=period, zone=viewers_zone())
    return query.model_copy(update={"zone": zone_of(usage, query)})


def viewers_zone() -> str:
    """That of the visitor's browser; UTC where it has none that is known here."""
    zone = st.context.timezone or "UTC"
    return zone if zone in zones() else "UTC"


def grouped(query: Query, usage: Usage) -> Query:
    """The same question by a dimension, where it asks for token parts."""
    dimension = query.group_by or next(iter(groupings(usage, query.object)), None)
    return query.by(dimension, query.subgroup)


def ask(dataset: Dataset, query: Query, tab: str | None = None) -> None:
    """Writes the question into the address bar."""
    params = {DATASET: [dataset.key], TAB: [tab or current_tab()], **_kept(), **to_params(query)}
    st.query_params.from_dict(params)


def change(dataset: Dataset, usage: Usage, to: Callable[[Query], Query | None]) -> None:
    """Asks something else. `to` gets the question of this moment: after a quick click it is not the widget's own."""
    query = to(asked(dataset, usage)[0])
    if query is not None:
        ask(dataset, query)


def url(**params: Any) -> str:
    """A link to this page, wherever it is served."""
    base = (st.context.url or "").split("?")[0].split("#")[0].rstrip("/")
    return f"{base}/?{urlencode(params, doseq=True)}"


def view_url(key: str, query: Query) -> str:
    """A link to the tab that is open and this question, on the dataset of a key."""
    return url(**{DATASET: key, TAB: current_tab()}, **_kept(), **to_params(query))


def budget() -> Decimal | None:
    """Dollars a month, whole cents, up to a trillion; None where there is none or it means nothing."""
    text = st.query_params.get(BUDGET, "")
    return Decimal(text) if re.fullmatch(r"\d{1,12}(\.\d{1,2})?", text, re.ASCII) and Decimal(text) else None


def set_budget(amount: float | None) -> None:
    """Writes a budget into the address, or none."""
    if amount:
        st.query_params[BUDGET] = f"{amount:.2f}".removesuffix(".00")
    else:
        st.query_params.pop(BUDGET, None)


def manage_url(token: str) -> str:
    return url(**{MANAGE: token})


def current_tab() -> str:
    tab = st.query_params.get(TAB, "")
    return tab if tab in TABS else next(iter(TABS))


def open_dataset(dataset: Dataset) -> None:
    """Shows another dataset, from its first question on."""
    open_key(dataset.key)


def open_key(key: str) -> None:
    """The same, by what the address carries."""
    st.query_params.from_dict({DATASET: key})


def generation_asked() -> Generation | None:
    """The override in the address bar, needed before there is a usage to ask."""
    return from_params({"generation": st.query_params.get_all("generation")})[0].generation


def open_tab(tab: str) -> None:
    st.query_params[TAB] = tab


def hit_rate() -> int | None:
    """The hit rate in percent that the Cache tab asks about, where the link names one from 1 to 99."""
    text = st.query_params.get(HIT_RATE, "")
    return int(text) if re.fullmatch("[1-9][0-9]?", text) else None


def ask_hit_rate(percent: int) -> None:
    st.query_params[HIT_RATE] = str(percent)


def _kept() -> dict[str, list[str]]:
    """What outlives another question."""
    known = {BUDGET: budget(), HIT_RATE: hit_rate()}
    return {name: [str(value)] for name, value in known.items() if value is not None}
