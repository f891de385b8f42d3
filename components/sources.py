"""Upload, sample or a dataset that a link names → usage. The border where caching happens.

A dataset is what one upload brought. It lives in the server's memory behind a key nobody can guess, which the link
carries; only its holder can open it.
"""

import ctypes
import secrets
import sys
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import pyarrow as pa
import streamlit as st

from data.engine import Totals, previous, total
from data.exports import Export, read
from data.exports.child import Upload
from data.query import Query
from data.table import MAIN_MEASURE, Generation, Usage, tidy

SAMPLE = "sample"
SAMPLES = Path(__file__).parents[1] / "data" / "samples"

# All uploads together, as columns; the one that was not used for longest goes first.
MOST_BYTES = 4 * 1024**3


@dataclass(frozen=True)
class Dataset:
    """The exports of one upload, or the sample."""

    key: str
    title: str
    exports: tuple[Export, ...] = field(repr=False)

    @property
    def is_sample(self) -> bool:
        return self.key == SAMPLE

    @property
    def content(self) -> str:
        """Names what the exports hold: equal for equal files, so that they are tidied and kept once."""
        files = [(each.sha256, each.name, each.organization) for each in self.exports]
        return sha256(repr(files).encode()).hexdigest()

    @property
    def nbytes(self) -> int:
        return sum(each.results.nbytes + each.costs.nbytes + each.buckets.nbytes for each in self.exports)


class Shelf:
    """Datasets by key, bounded in bytes; shared by all sessions of the process."""

    def __init__(self) -> None:
        self._datasets: OrderedDict[str, Dataset] = OrderedDict()
        self._lock = threading.Lock()

    def put(self, dataset: Dataset) -> None:
        with self._lock:
            self._datasets[dataset.key] = dataset
            while len(self._datasets) > 1 and sum(each.nbytes for each in self._datasets.values()) > MOST_BYTES:
                self._datasets.popitem(last=False)

    def export(self, upload: Upload) -> Export | None:
        """What was read of the same bytes under the same name before."""
        digest = sha256(upload.content).hexdigest() if isinstance(upload.content, bytes) else ""
        wanted = (digest, upload.name, upload.organization)
        with self._lock:
            exports = [export for dataset in self._datasets.values() for export in dataset.exports]
        return next((each for each in exports if (each.sha256, each.name, each.organization) == wanted), None)

    def take(self, key: str) -> Dataset | None:
        with self._lock:
            if key in self._datasets:
                self._datasets.move_to_end(key)
            return self._datasets.get(key)


@st.cache_resource(show_spinner=False)
def _shelf() -> Shelf:
    return Shelf()


@st.cache_resource(show_spinner="Reading the sample …")
def sample() -> Dataset:
    """The exports of a made-up organization that ship with the app."""
    files = sorted(path for path in SAMPLES.iterdir() if path.name.endswith((".json", ".csv", ".gz")))
    return Dataset(SAMPLE, "A made-up organization", tuple(read(path.read_bytes(), path.name) for path in files))


def opened(key: str | None) -> Dataset | None:
    """The dataset a link names, the sample where it names none, None where it is not here (any more)."""
    return sample() if key in (None, SAMPLE) else _shelf().take(key or "")


def save(title: str, exports: Sequence[Export]) -> Dataset:
    """Keeps what was read under a key nobody can guess."""
    dataset = Dataset(secrets.token_urlsafe(32), title, tuple(exports))
    _shelf().put(dataset)
    return dataset


def release_memory() -> None:
    """Gives back what reading and uploading a large file left behind: allocators keep it for later otherwise."""
    pa.default_memory_pool().release_unused()
    if sys.platform == "linux":
        # glibc keeps freed memory per thread; measured after 200 MB: 303 MB held without it, see benchmarks.
        ctypes.CDLL(None).malloc_trim(0)


def read_before(upload: Upload) -> Export | None:
    return _shelf().export(upload)


def titled(names: Sequence[str]) -> str:
    """A dataset by its files: `usage.json`, `usage.json and 3 more`."""
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1:,} more"


# The bound on entries is one on memory: a usage of 1 M rows takes about 0.2 GB, its answers next to nothing.
@st.cache_resource(max_entries=8, show_spinner=False)
def usage(key: str, generation: Generation | None, _dataset: Dataset) -> Usage:
    """The dataset's usage, tidied once for all sessions that may see it."""
    tidied = tidy(_dataset.exports, generation)
    release_memory()
    return tidied


@st.cache_resource(max_entries=512, show_spinner=False)
def answer(key: str, query: Query, _usage: Usage) -> Totals:
    return total(_usage, query)


@st.cache_resource(max_entries=512, show_spinner=False)
def answer_before(key: str, query: Query, _usage: Usage) -> Totals | str:
    """The same for the previous equal period, or why there is none to compare with."""
    before = previous(_usage, query)
    return before if isinstance(before, str) else total(_usage, before)


def values_of(key: str, query: Query, usage_: Usage) -> Callable[[str], tuple[str | None, ...]]:
    """The values of a dimension over the whole usage, largest first: what filters offer and colours follow."""
    measure = MAIN_MEASURE.get(query.object, "total_tokens")
    everything = Query(object=query.object, measure=measure, generation=query.generation)

    def values(dimension: str) -> tuple[str | None, ...]:
        asked = everything.model_copy(update={"group_by": dimension})
        return tuple(group.value for group in answer(key, asked, usage_).table if group.kind != "not grouped")

    return values
