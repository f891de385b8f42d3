"""Upload, sample or a dataset that a link names → usage. The border where caching happens.

A dataset is what one upload brought, saved behind a link that nobody can guess; only the link's holder can open it.
Where the operator does not want uploads saved, or they cannot be, the visitor's session has them and nobody else.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Protocol, TypeVar

import streamlit as st

from components.kept import Kept, release_memory
from components.tries import looked_up
from data.comparison import compared
from data.engine import find, total
from data.exports import Export, read
from data.exports.child import Upload
from data.parts import Generation
from data.pricing import PriceFileError, Prices, read_prices
from data.query import Query
from data.store import Content, Derived, Entry, NotOpenedError, Saved, Store, StoreError, from_environment
from data.store.mapping import kept_mapping
from data.table import Usage, main_measure, tidy
from data.totals import Totals
from data.warehouse.source import Settings, Warehouse, number
from data.warehouse.source import from_environment as warehouse_settings
from data.warehouse.source import opened as opened_warehouse

Answer = TypeVar("Answer")

SAMPLE = "sample"
WAREHOUSE = "warehouse"
SESSION = "session"
"""Key of a dataset that only this session has."""
SAMPLES = Path(__file__).parents[1] / "data" / "samples"

MOST_BYTES = 64 * 1024**2
"""Of exports and usages that are kept in memory though nobody has them open."""


@dataclass(frozen=True)
class Dataset:
    """What a link opens: the exports of an upload, the usage of a shared view, or the sample."""

    key: str
    """What the address carries: the view token, or a word."""
    title: str
    content: Content = field(repr=False)
    entry: Entry | None = field(default=None, repr=False)
    """What the store says of it; None where it is not saved."""

    @property
    def is_sample(self) -> bool:
        return self.key == SAMPLE

    @property
    def is_warehouse(self) -> bool:
        return self.key == WAREHOUSE

    @property
    def is_saved(self) -> bool:
        return self.entry is not None

    @property
    def exports(self) -> tuple[Export, ...]:
        """What more files can be added to; a shared view has none."""
        return () if isinstance(self.content, Usage) else self.content

    @property
    def identity(self) -> str:
        """Names the content: equal for equal files, so that they are tidied and kept once."""
        if isinstance(self.content, Warehouse):
            return self.content.identity
        if isinstance(self.content, Usage):
            return self.entry.key if self.entry else self.key
        files = [(each.sha256, each.name, each.organization) for each in self.content]
        return sha256(repr(files).encode()).hexdigest()


@st.cache_resource(show_spinner="Reading the sample …")
def sample() -> Dataset:
    """The exports of a made-up organization that ship with the app."""
    files = sorted(path for path in SAMPLES.iterdir() if path.name.endswith((".json", ".csv", ".gz")))
    return Dataset(SAMPLE, "A made-up organization", tuple(read(path.read_bytes(), path.name) for path in files))


@st.cache_resource(show_spinner=False)
def kept_names() -> Export | None:
    """The mapping that the operator keeps, read once."""
    return kept_mapping()


# --- the warehouse -------------------------------------------------------------------------------------------------


def has_warehouse() -> bool:
    """Whether the operator has named one."""
    return bool(warehouse_settings().source)


def warehouse() -> Dataset | None:
    """What the operator's engine holds, opened anew when something was added; None where there is none."""
    settings = warehouse_settings()
    if not settings.source:
        return None
    return Dataset(WAREHOUSE, "Warehouse", _warehouse(settings, _state(settings)))


@st.cache_data(ttl=10, max_entries=4, show_spinner=False)
def _state(settings: Settings) -> int:
    return number(settings)


@st.cache_resource(max_entries=1, show_spinner="Opening the warehouse …")
def _warehouse(settings: Settings, state: int) -> Warehouse:
    return opened_warehouse(settings, kept_names())


# --- saved datasets ------------------------------------------------------------------------------------------------


@st.cache_resource(show_spinner=False)
def store() -> Store:
    """The one store of this process; raises StoreError with a sentence where its settings mean nothing."""
    opened_store = Store(from_environment())
    opened_store.keep_swept()
    return opened_store


def _content(entry: Entry, given: Content | None = None) -> Content:
    """What is behind a link. The session holds on to it, so that it stays in memory while a page shows it."""
    loaded = _kept().get(("content", entry.key), lambda: _Loaded(store().load(entry) if given is None else given))
    st.session_state["content"] = loaded
    return loaded.content


def opened(key: str | None) -> Dataset | None:
    """The dataset a link names, None where it opens nothing (any more); where it names none, the warehouse or sample.

    Asks the store each time: a link that was revoked elsewhere opens nothing from the next click on. Raises StoreError
    where the store cannot be asked, or too many links were tried: then the link may be as good as ever. Raises
    LocationError and EngineError where the warehouse cannot be asked.
    """
    if key == SAMPLE or (key is None and not has_warehouse()):
        return sample()
    if key in (None, WAREHOUSE):
        return warehouse()
    if key == SESSION:
        return st.session_state.get(SESSION)
    try:
        entry = looked_up(key or "", store().look)
        return Dataset(key or "", entry.title, _content(entry), entry)
    except NotOpenedError:
        return None


def save(title: str, exports: Sequence[Export]) -> Dataset:
    """Saves what was read behind a link of its own; where that is off or fails, the session keeps it."""
    content = tuple(exports)
    try:
        if not store().settings.saves_uploads:
            return _in_session(title, content, "This server does not save uploads.")
        saved = store().save(content, title)
    except StoreError as error:
        return _in_session(title, content, str(error))
    remember(saved)
    _content(saved.entry, content)
    return Dataset(saved.links.view, saved.entry.title, content, saved.entry)


def _in_session(title: str, content: Content, reason: str) -> Dataset:
    dataset = Dataset(SESSION, title, content)
    st.session_state[SESSION] = dataset
    st.session_state["not saved"] = reason
    return dataset


def not_saved(dataset: Dataset) -> str:
    """Why this session's upload has no link, and what that means; nothing where it is saved."""
    if dataset.key != SESSION:
        return ""
    return f"{st.session_state['not saved']} The upload is in this browser tab only: reloading or closing it loses it."


def saves_uploads() -> bool:
    try:
        return store().settings.saves_uploads
    except StoreError:
        return False


def publish(derived: Derived, title: str, days: int | None) -> Saved:
    """Saves the dataset of a shared link; raises StoreError with a sentence."""
    saved = store().save(derived.content, title, days, **derived.told)
    remember(saved)
    return saved


def remember(saved: Saved) -> None:
    """Keeps the links of what this session saved, so that they can be shown again."""
    st.session_state.setdefault("links", []).append(saved)


def made() -> list[Saved]:
    """What this session saved, the last first."""
    return st.session_state.get("links", [])[::-1]


def titled(names: Sequence[str]) -> str:
    """A dataset by its files: `usage.json`, `usage.json and 3 more`."""
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1:,} more"


# --- what is in memory ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Loaded:
    """What the store held; a tuple cannot be held on to by itself."""

    content: Content


@st.cache_resource(show_spinner=False)
def _kept() -> Kept:
    return Kept(_nbytes, MOST_BYTES)


def _nbytes(value: Export | Usage | _Loaded) -> int:
    if isinstance(value, _Loaded):
        return sum(map(_nbytes, value.content)) if isinstance(value.content, tuple) else _nbytes(value.content)
    return value.results.nbytes + value.costs.nbytes + value.buckets.nbytes


def put_read(export: Export) -> None:
    """Keeps an export in case that the same file is uploaded once more."""
    _kept().put(("export", export.sha256, export.name, export.organization), export)


def read_before(upload: Upload) -> Export | None:
    """What these bytes held when they were read before; found only by who has the same bytes."""
    digest = sha256(upload.content).hexdigest() if isinstance(upload.content, bytes) else ""
    found: Export | None = _kept().find(("export", digest, upload.name, upload.organization))
    return found


# --- answers -------------------------------------------------------------------------------------------------------


def usage(dataset: Dataset, generation: Generation | None) -> Usage:
    """The dataset's usage, tidied once for all sessions that may see it; this one holds on to it."""
    if isinstance(dataset.content, Usage):
        return dataset.content
    found: Usage = _kept().get(("usage", dataset.identity, generation), lambda: _tidied(dataset.content, generation))
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


# --- prices --------------------------------------------------------------------------------------------------------

PRICES = "USAGE_PRICES"
"""Where an operator names a price file."""
OWN_PRICES = "own prices"


@st.cache_resource(show_spinner=False)
def _operators_prices() -> tuple[Prices, str]:
    """The operator's price file, or why it is not used."""
    path = os.environ.get(PRICES)
    if not path:
        return Prices(), ""
    try:
        return Prices(read_prices(Path(path).read_bytes()), Path(path).name), ""
    except OSError as error:
        return Prices(), f"The price file in {PRICES} could not be opened: {error.strerror or 'unknown'}."
    except PriceFileError as error:
        return Prices(), str(error)


def prices() -> Prices:
    """The session's own, else the operator's, else the list's alone."""
    found: Prices = st.session_state.get(OWN_PRICES) or _operators_prices()[0]
    return found


def prices_at_fault() -> str:
    """Why the operator's price file is not used; empty where it is, or there is none."""
    return _operators_prices()[1]


def set_prices(found: Prices | None) -> None:
    """Prices for this session alone, or none of its own any more."""
    st.session_state[OWN_PRICES] = found


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


# --- comparisons and values ----------------------------------------------------------------------------------------


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
