"""A process that reads exports, as the one that asks sees it.

The child (`__main__.py` beside this file) is a fresh Python, not a fork of a server with threads; it imports only what
reading needs. It is told what to read on its standard input, reports progress line by line on its standard output, and
leaves what it read as Arrow files in a folder.
"""

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO, Any, NamedTuple

import pyarrow as pa

from data.exports.archives import GIGABYTE
from data.exports.export import Export, Named, Problem

_ROOT = Path(__file__).resolve().parents[2]
OUT_OF_MEMORY, NO_FILE = 75, 66
"""The child's exit codes for what it foresees."""
TABLES = ("results", "costs", "buckets")
POLL = 0.1
"""Seconds between two looks at the child, and between two reports of its progress."""
CANCELLED = "was not read: reading was cancelled"


@dataclass(frozen=True)
class Limits:
    """What reading one upload may cost. Memory and processor time are limited where the system can do it."""

    memory: int = 4 * GIGABYTE
    """Bytes of address space."""
    processor_seconds: int = 300
    seconds: float = 600
    """By the clock."""
    unpacked: int = 2 * GIGABYTE
    """Bytes that archives may unpack to."""


LIMITS = Limits()


class Upload(NamedTuple):
    """A file to read."""

    content: bytes | Path
    """Its bytes, or where they are."""
    name: str
    organization: str = ""


class Child:
    """A process that reads uploads, seen from the one that asks for them."""

    def __init__(self, uploads: Sequence[Upload], paths: Sequence[Path], folder: Path, limits: Limits) -> None:
        self.uploads, self.paths, self.folder, self.limits = uploads, paths, folder, limits
        self.lines: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        self.listener = threading.Thread()
        self.started = time.monotonic()

    def run(self, progress: Callable[[int, float], None], cancel: threading.Event | None) -> list[Export]:
        """The exports of as many uploads as it read; the last one may be of an upload over which it ended."""
        with self._start() as process:
            try:
                exports = list(self._exports(process, progress, cancel))
                reason = ""
            except _StoppedError as stop:
                exports, reason = stop.exports, str(stop)
            finally:
                process.kill()
                self.listener.join()  # before its stream is closed
        if len(exports) < len(self.uploads):
            exports.append(self.unread(len(exports), reason or self._end(process.returncode)))
        return exports

    def _start(self) -> "subprocess.Popen[bytes]":
        request = {
            "limits": asdict(self.limits),
            "folder": str(self.folder),
            "files": [
                {"path": str(path), "name": upload.name, "organization": upload.organization}
                for upload, path in zip(self.uploads, self.paths, strict=True)
            ],
        }
        process = subprocess.Popen(
            [sys.executable, "-X", "utf8", "-m", "data.exports"],
            cwd=_ROOT,
            env=_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        if process.stdin:
            with contextlib.suppress(OSError), process.stdin:
                process.stdin.write(json.dumps(request).encode())
        self.listener = threading.Thread(target=self._listen, args=(process.stdout,), daemon=True)
        self.listener.start()
        return process

    def _listen(self, stream: IO[bytes] | None) -> None:
        for line in stream or ():
            with contextlib.suppress(ValueError):
                self.lines.put(json.loads(line))
        self.lines.put(None)

    def _exports(
        self, process: "subprocess.Popen[bytes]", progress: Callable[[int, float], None], cancel: threading.Event | None
    ) -> Iterator[Export]:
        read: list[Export] = []
        while len(read) < len(self.uploads):
            if cancel and cancel.is_set():
                raise _StoppedError(CANCELLED, read)
            if time.monotonic() - self.started > self.limits.seconds:
                raise _StoppedError(f"takes longer than {self.limits.seconds:g} seconds to read", read)
            try:
                line = self.lines.get(timeout=POLL)
            except queue.Empty:
                continue
            if line is None:
                process.wait()
                return
            progress(len(read), line["fraction"])
            if line["done"]:
                read.append(_load(self.folder / line["done"]))
                yield read[-1]
                self.started = time.monotonic()

    def unread(self, index: int, reason: str) -> Export:
        upload, path = self.uploads[index], self.paths[index]
        size, digest = _fingerprint(path)
        problem = Problem("unread", upload.name, "", "", "", reason)
        return Export(upload.name, "", size, digest, problems=(problem,), organization=upload.organization)

    def _end(self, code: int | None) -> str:
        """In words, how the child ended."""
        if code == OUT_OF_MEMORY:
            return f"needs more than {self.limits.memory / GIGABYTE:.3g} GB of memory to read"
        if code == NO_FILE:
            return "could not be opened"
        if code is not None and code < 0:
            ended = signal.Signals(-code).name if -code in set(signal.Signals) else str(-code)
            if ended == "SIGXCPU":
                return f"takes more than {self.limits.processor_seconds} seconds of processor time to read"
            if ended == "SIGKILL":
                return "could not be read: the system ended the reading, most likely for want of memory"
            return f"could not be read: reading it crashed a parser ({ended}), which did no other harm"
        return f"could not be read: the reading ended unexpectedly (code {code})"


class _StoppedError(Exception):
    """The child was ended on purpose."""

    def __init__(self, reason: str, exports: list[Export]) -> None:
        super().__init__(reason)
        self.exports = exports


def _environment() -> dict[str, str]:
    """One thread per library: a thread reserves address space, which is what is limited."""
    return {
        **os.environ,
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "ARROW_DEFAULT_MEMORY_POOL": "system",
        "PYTHONPATH": os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH")))),
    }


def _fingerprint(path: Path) -> tuple[int, str]:
    try:
        with path.open("rb") as file:
            digest, size = sha256(), 0
            while chunk := file.read(1 << 20):
                digest.update(chunk)
                size += len(chunk)
    except OSError:
        return 0, ""
    return size, digest.hexdigest()


def _load(folder: Path) -> Export:
    tables = {}
    for name in TABLES:
        with pa.OSFile(str(folder / name), "rb") as file:
            tables[name] = pa.ipc.open_file(file).read_all()
        (folder / name).unlink()
    rest = json.loads((folder / "rest").read_text(encoding="utf-8"))
    problems = tuple(Problem(*problem) for problem in rest.pop("problems"))
    mapping = tuple(Named(*row) for row in rest.pop("mapping"))
    return Export(**rest, problems=problems, mapping=mapping, **tables)
