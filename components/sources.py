"""Upload, sample or a dataset that a link names → its exports or usage, read once.

A dataset is what one upload brought, saved behind a link that nobody can guess; only the link's holder can open it.
Where the operator does not want uploads saved, or they cannot be, the visitor's session has them and nobody else.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import streamlit as st

from components.memory import Loaded, held
from components.tries import looked_up
from data.exports import Export, read
from data.store import Content, Derived, Entry, NotOpenedError, Saved, Store, StoreError, from_environment
from data.store.mapping import kept_mapping
from data.usage import Usage
from data.warehouse.source import Settings, Warehouse, number
from data.warehouse.source import from_environment as warehouse_settings
from data.warehouse.source import opened as opened_warehouse

SAMPLE = "sample"
WAREHOUSE = "warehouse"
SESSION = "session"
"""Key of a dataset that only this session has."""
SAMPLES = Path(__file__).parents[1] / "data" / "samples"


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
    loaded = held().get(("content", entry.key), lambda: Loaded(store().load(entry) if given is None else given))
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
