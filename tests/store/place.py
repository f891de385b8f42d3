"""What is asked of a store again and again."""

import time
from pathlib import Path

from data.store import Entry, NotOpenedError, Store


class Clock:
    """A clock that a test can put forward."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


def opened(store: Store, view: str) -> tuple[Entry, object]:
    entry = store.look(view)
    return entry, store.load(entry)


def is_dead(store: Store, view: str) -> bool:
    try:
        opened(store, view)
    except NotOpenedError:
        return True
    return False


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())
