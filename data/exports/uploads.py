"""Reads exports in a process of their own: no bytes, not even a parser's crash, can hurt the process that asks.

What the child reads lies in a folder that only this user can open and that is removed afterwards.
"""

import contextlib
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from data.exports.child import CANCELLED, LIMITS, Child, Limits, Upload
from data.exports.export import Export

LEFT_AFTER = 86_400
"""Seconds after which a folder is of nobody who still reads."""
_PREFIX = "token-usage-upload-"


def read_in_child(
    content: bytes | Path,
    name: str,
    organization: str = "",
    limits: Limits = LIMITS,
    progress: Callable[[float], None] | None = None,
    cancel: threading.Event | None = None,
) -> Export:
    """The export, or one with a problem that says why it could not be read."""
    told = None if progress is None else lambda _, fraction: progress(fraction)
    return read_many_in_child([Upload(content, name, organization)], limits, told, cancel)[0]


def read_many_in_child(
    uploads: Sequence[Upload],
    limits: Limits = LIMITS,
    progress: Callable[[int, float], None] | None = None,
    cancel: threading.Event | None = None,
) -> list[Export]:
    """One export per upload, read one after the other by one child; `progress` gets the upload's index and a fraction.

    When the child dies over a file, another one reads the rest.
    """
    exports: list[Export] = []
    with tempfile.TemporaryDirectory(prefix=_PREFIX) as name:  # made with mode 0700
        folder = Path(name)
        paths = [_path(upload, folder / f"{index}.export") for index, upload in enumerate(uploads)]
        while len(exports) < len(uploads):
            first = len(exports)
            child = Child(uploads[first:], paths[first:], folder, limits)
            if cancel and cancel.is_set():
                return exports + [child.unread(index, CANCELLED) for index in range(len(uploads) - first)]
            exports += child.run(_shifted(progress, first), cancel)
    return exports


def remove_leftovers() -> None:
    """Takes away the uploads of servers of this user that were killed while they read them."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):
            if time.time() - folder.lstat().st_mtime > LEFT_AFTER:
                shutil.rmtree(folder)  # not what is another user's, nor what a link points to: that fails


def _path(upload: Upload, place: Path) -> Path:
    if isinstance(upload.content, Path):
        return upload.content
    place.write_bytes(upload.content)
    return place


def _shifted(progress: Callable[[int, float], None] | None, first: int) -> Callable[[int, float], None]:
    return lambda index, fraction: progress(first + index, fraction) if progress else None
