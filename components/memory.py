"""What is read, opened or tidied, kept in memory once for all sessions that have it open."""

from dataclasses import dataclass
from hashlib import sha256

import streamlit as st

from components.kept import Kept
from data.exports import Export
from data.exports.child import Upload
from data.store import Content
from data.usage import Usage

MOST_BYTES = 64 * 1024**2
"""Of exports and usages that are kept in memory though nobody has them open."""


@dataclass(frozen=True)
class Loaded:
    """What the store has behind a link; a tuple cannot be held on to by itself."""

    content: Content


@st.cache_resource(show_spinner=False)
def held() -> Kept:
    """Exports, contents and usages by key; of this process."""
    return Kept(_nbytes, MOST_BYTES)


def _nbytes(value: Export | Usage | Loaded) -> int:
    if isinstance(value, Loaded):
        return sum(map(_nbytes, value.content)) if isinstance(value.content, tuple) else _nbytes(value.content)
    return value.results.nbytes + value.costs.nbytes + value.buckets.nbytes


def put_read(export: Export) -> None:
    """Keeps an export in case that the same file is uploaded once more."""
    held().put(("export", export.sha256, export.name, export.organization), export)


def read_before(upload: Upload) -> Export | None:
    """What these bytes held when they were read before; found only by who has the same bytes."""
    digest = sha256(upload.content).hexdigest() if isinstance(upload.content, bytes) else ""
    found: Export | None = held().find(("export", digest, upload.name, upload.organization))
    return found
