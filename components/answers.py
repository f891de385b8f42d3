"""What is asked of a usage, worked out once for all sessions that may see it. The border where answers are cached."""

from collections.abc import Callable
from hashlib import sha256
from typing import Protocol, TypeVar

import streamlit as st

from components.kept import release_memory
from components.memory import held
from components.sources import Dataset, kept_names
from data.comparison import compared
from data.engine import find, total
from data.exports import Export
from data.parts import Generation
from data.pricing import Prices
from data.query import Query
from data.table import tidy
from data.totals import Totals
from data.usage import Usage, main_measure

Answer = TypeVar("Answer")


def usage(dataset: Dataset, generation: Generation | None) -> Usage:
    """The dataset's usage, tidied once for all sessions that may see it; this one holds on to it."""
    if isinstance(dataset.content, Usage):
        return dataset.content
    found: Usage = held().get(("usage", dataset.identity, generation), lambda: _tidied(dataset.content, generation))
    st.session_state["usage"] = found
    return found


def _tidied(exports: tuple[Export, ...], generation: Generation | None) -> Usage:
    tidied = tidy(exports, generation, kept_names())
    release_memory()
    return tidied


def answer(identity: str, what: Callable[[Usage, Query], Answer], query: Query, usage_: Usage) -> Answer:
    """What a function of `data` finds in a usage, worked out once for all sessions that may see it."""
    found: Answer = _answer(identity, f"{what.__module__}.{what.__qualname__}", query, what, usage_)
    return found


@st.cache_resource(max_entries=1024, show_spinner=False)
def _answer(identity: str, name: str, query: Query, _what: Callable[[Usage, Query], Answer], _usage: Usage) -> Answer:
    return _what(_usage, query)


def priced(
    identity: str, what: Callable[[Usage, Query, Prices], Answer], query: Query, prices: Prices, usage_: Usage
) -> Answer:
    """What a function of `data` finds in a usage at these prices, worked out once for all who may see it."""
    key = sha256(repr(prices.own).encode()).hexdigest()
    found: Answer = _priced(identity, what.__qualname__, query, key, what, prices, usage_)
    return found


@st.cache_resource(max_entries=512, show_spinner=False)
def _priced(
    identity: str,
    name: str,
    query: Query,
    key: str,
    _what: Callable[[Usage, Query, Prices], Answer],
    _prices: Prices,
    _usage: Usage,
) -> Answer:
    return _what(_usage, query, _prices)


def before(usage_: Usage, query: Query) -> Totals | str:
    """The totals of the period to compare with, or why there is none."""
    question = compared(usage_, query)
    return question if isinstance(question, str) else total(usage_, question)


class Values(Protocol):
    """The values of a dimension over the whole usage, largest first; those that contain a text."""

    def __call__(self, dimension: str, text: str = "") -> tuple[str | None, ...]: ...


def values_of(identity: str, query: Query, usage_: Usage) -> Values:
    """What filters offer and colours follow."""
    everything = Query(object=query.object, measure=main_measure(query.object), generation=query.generation)

    def values(dimension: str, text: str = "") -> tuple[str | None, ...]:
        asked = everything.by(dimension)
        return find(usage_, asked, text).values if text else answer(identity, find, asked, usage_).values

    return values
