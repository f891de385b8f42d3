"""What the store hands out: links, and what is there behind one."""

from dataclasses import dataclass, field
from typing import NamedTuple

from data.store.manifest import Contents, Manifest


class NotOpenedError(Exception):
    """A link that doesn't open anything (any more). It never says why."""

    def __init__(self) -> None:
        super().__init__("This link doesn't open anything (any more).")


class Links(NamedTuple):
    view: str
    manage: str


@dataclass(frozen=True)
class Entry:
    """A dataset that is there, without its data."""

    key: str
    """Names the dataset in caches; opens nothing."""
    title: str
    created: int
    expires: int | None
    """Unix seconds; None: never."""
    contents: Contents
    manifest: Manifest = field(repr=False)
    asked: float = field(repr=False, compare=False)
    """When it was looked up, by the monotonic clock."""


class Saved(NamedTuple):
    links: Links
    entry: Entry
