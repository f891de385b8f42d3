"""Copies on this machine of data that a distant store holds, named by content and verified whenever they are read."""

import contextlib
import hashlib
import os
import re
import tempfile
from collections.abc import Collection
from pathlib import Path

from data.store.manifest import Piece


class Cache:
    """A failure here costs a download, never an answer."""

    def __init__(self, folder: Path, most_bytes: int) -> None:
        self._folder, self._most_bytes = folder, most_bytes

    def read(self, dataset: str, piece: Piece) -> bytes | None:
        path = self._path(dataset, piece)
        try:
            content = path.read_bytes()
        except OSError:
            return None
        if not is_whole(content, piece):
            _remove(path)
            return None
        with contextlib.suppress(OSError):
            os.utime(path)  # used just now: the last to go
        return content

    def write(self, dataset: str, piece: Piece, content: bytes) -> None:
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=self._folder)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(content)
                Path(temporary).replace(self._path(dataset, piece))
            finally:
                _remove(Path(temporary))  # still there where the disk is full
        except OSError:
            return
        self._make_room()

    def keep(self, datasets: Collection[str]) -> None:
        """Copies of what was revoked or has expired go, and what killed processes have left."""
        for path, _ in self._held():
            if path.name.partition(".")[0] not in datasets:
                _remove(path)

    def _path(self, dataset: str, piece: Piece) -> Path:
        return self._folder / f"{dataset}.{piece.sha256}"

    def _held(self) -> list[tuple[Path, os.stat_result]]:
        """Our files, those used last at the end."""
        held = []
        with contextlib.suppress(OSError):
            for path in self._folder.iterdir():
                if re.fullmatch(r"[0-9a-f]{64}\.[0-9a-f]{64}|tmp\w+", path.name):
                    with contextlib.suppress(OSError):
                        held.append((path, path.stat()))
        return sorted(held, key=lambda each: each[1].st_mtime)

    def _make_room(self) -> None:
        held = self._held()
        size = sum(stat.st_size for _, stat in held)
        for path, stat in held:
            if size <= self._most_bytes:
                return
            _remove(path)
            size -= stat.st_size


def is_whole(content: bytes, piece: Piece) -> bool:
    """Whether these are the very bytes that were saved."""
    return len(content) == piece.size and hashlib.sha256(content).hexdigest() == piece.sha256


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink()
