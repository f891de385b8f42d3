"""Saved datasets behind unguessable links, on a folder or an object store that replicas share.

`Store` saves, opens, revokes and sweeps; `derive` makes the dataset of a shared link. Knows no page.
"""

from data.store.content import Content
from data.store.derived import HIDEABLE, Choices, Derived, Treatment, derive, unshown
from data.store.entry import Entry, Links, NotOpenedError, Saved
from data.store.manifest import Contents
from data.store.objects import StoreError
from data.store.settings import DEFAULT_DAYS, Settings, from_environment
from data.store.store import Store

__all__ = [
    "DEFAULT_DAYS",
    "HIDEABLE",
    "Choices",
    "Content",
    "Contents",
    "Derived",
    "Entry",
    "Links",
    "NotOpenedError",
    "Saved",
    "Settings",
    "Store",
    "StoreError",
    "Treatment",
    "derive",
    "from_environment",
    "unshown",
]
