"""Address bar ⇄ Query: the only place the question is kept. Alone touches query parameters.

Knows no widgets: those are set from the question and ask another one here.
"""

import re
from bisect import bisect_right
from collections.abc import Callable
from decimal import Decimal
from itertools import accumulate
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from components.sources import Dataset
from data.held import groupings, objects
from data.link import from_params, shortened, to_params
from data.parts import Generation
from data.periods import zone_of
from data.query import Period, Query
from data.usage import Usage, main_measure
from data.zones import zones

DATASET = "data"
TAB = "tab"
MANAGE = "manage"
BUDGET = "budget"
"""Dollars a month: no part of the question, but of what a link shows."""

HIT_RATE = "hit_rate"
"""What a hit rate might be, in percent; kept like the budget."""

UNFOLDED = "unfolded"
"""Rows of the breakdown table that show what they are made of, by the keys of their groups."""
MOST_UNFOLDED = 20
"""Of them at a time: each is a question of its own."""
LONGEST_UNFOLDED = 1_500
"""Characters of all their keys together, so that a link stays one that can be pasted anywhere."""

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


_NO_QUESTION = (DATASET, TAB, MANAGE, BUDGET, HIT_RATE, UNFOLDED)


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
    return query, [*misread, *_too_many_unfolded(query)]


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
    params = {DATASET: [dataset.key], TAB: [tab or current_tab()], **_kept(), **_still_unfolded(query)}
    st.query_params.from_dict(params | to_params(query))


def change(dataset: Dataset, usage: Usage, to: Callable[[Query], Query | None]) -> None:
    """Asks something else. `to` gets the question of this moment: after a quick click it is not the widget's own."""
    query = to(asked(dataset, usage)[0])
    if query is not None:
        ask(dataset, query)


def url(**params: Any) -> str:
    """A link to this page, wherever it is served."""
    base = (st.context.url or "").split("?")[0].split("#")[0].rstrip("/")
    return f"{base}/?{urlencode(params, doseq=True)}"


def view_url(key: str, query: Query, *, same_ids: bool = True) -> str:
    """A link to the tab that is open and this question, on the dataset of a key.

    Where that has not the `same_ids`, the rows that are unfolded here would name those it hides.
    """
    rows = _still_unfolded(query) if same_ids else {}
    return url(**{DATASET: key, TAB: current_tab()}, **_kept(), **rows, **to_params(query))


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


def unfolded() -> list[str]:
    """Keys of the rows that are unfolded, the latest last."""
    return _fitting(_named_unfolded())


def unfold(key: str) -> None:
    """Unfolds a row, or folds it again; where that makes too many, those unfolded first are folded."""
    keys = unfolded()
    keys = [each for each in keys if each != key] if key in keys else _fitting([*keys, key])
    if keys:
        st.query_params[UNFOLDED] = keys
    else:
        st.query_params.pop(UNFOLDED, None)


def _named_unfolded() -> list[str]:
    return list(dict.fromkeys(st.query_params.get_all(UNFOLDED)))


def _too_many_unfolded(query: Query) -> list[str]:
    named, kept = len(_named_unfolded()), len(unfolded())
    if named and not query.subgroup:
        return [f"{UNFOLDED} was left out: rows unfold into a subgroup, and none is asked for"]
    most = f"at most {MOST_UNFOLDED} are unfolded, whose keys have {LONGEST_UNFOLDED:,} characters together"
    return [f"{UNFOLDED} names {named:,} rows, and the last {kept:,} count: {most}"] if kept < named else []


def _fitting(keys: list[str]) -> list[str]:
    """The last of them that a link has room for: one at least, whatever its length."""
    lengths = list(accumulate(len(key) for key in reversed(keys)))
    room = max(bisect_right(lengths, LONGEST_UNFOLDED), 1)
    return keys[-min(room, MOST_UNFOLDED) :]


def _still_unfolded(query: Query) -> dict[str, list[str]]:
    """Rows of one pair of groupings are none of another's."""
    same = all(st.query_params.get(name) == getattr(query, name) for name in ("group_by", "subgroup"))
    return {UNFOLDED: keys} if query.subgroup and same and (keys := unfolded()) else {}
