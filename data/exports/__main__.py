"""Reads the exports it is told of on standard input: the child process of `child.py`, not meant to be run by hand."""

import contextlib
import errno
import json
import mmap
import os
import sys
import tempfile
import time
from pathlib import Path

import pyarrow as pa

from data.exports import formats
from data.exports.archives import Limits as UnpackLimits
from data.exports.child import NO_FILE, OUT_OF_MEMORY, POLL, TABLES, Limits
from data.exports.export import Export


def _save(export: Export, folder: Path) -> None:
    folder.mkdir()
    for name in TABLES:
        table = getattr(export, name)
        with pa.OSFile(str(folder / name), "wb") as file, pa.ipc.new_file(file, table.schema) as writer:
            writer.write_table(table)
    rest = {name: value for name, value in vars(export).items() if name not in TABLES}
    (folder / "rest").write_text(json.dumps(rest), encoding="utf-8")


def _main() -> None:
    request = json.load(sys.stdin)
    os.umask(0o077)
    limits = Limits(**request["limits"])
    answers = Path(tempfile.mkdtemp(dir=request["folder"]))
    for index, file in enumerate(request["files"]):
        _limit(limits)
        try:
            export = _read_file(file, limits)
            _save(export, answers / str(index))
        except MemoryError:
            os._exit(OUT_OF_MEMORY)
        except OSError as error:
            os._exit(OUT_OF_MEMORY if error.errno == errno.ENOMEM else NO_FILE)
        _tell(1.0, f"{answers.name}/{index}")


def _limit(limits: Limits) -> None:
    """For the file that comes next."""
    try:
        import resource  # noqa: PLC0415 - Windows has none
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + limits.processor_seconds
    for kind, amount in (
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(ValueError, OSError):  # macOS knows no limit of address space
            _, hard = resource.getrlimit(kind)
            resource.setrlimit(kind, (amount if hard < 0 else min(amount, hard), hard))


def _read_file(file: dict[str, str], limits: Limits) -> Export:
    unpack = UnpackLimits(unpacked=limits.unpacked)
    with Path(file["path"]).open("rb") as stream:
        size = stream.seek(0, os.SEEK_END)
        content = _Mapped(stream.fileno(), 0, access=mmap.ACCESS_READ) if size else b""
        export = formats.read(
            content, file["name"], organization=file["organization"], progress=_Teller(), limits=unpack
        )
    if any(problem.reason == formats.OUT_OF_MEMORY for problem in export.problems):
        raise MemoryError
    return export


class _Mapped(mmap.mmap):
    """A file in memory that a zip archive can be read from: before Python 3.13 `zipfile` lacks this of a map."""

    def seekable(self) -> bool:
        return True


class _Teller:
    """Reports progress, ten times a second at most."""

    def __init__(self) -> None:
        self.last = 0.0

    def __call__(self, fraction: float) -> None:
        now = time.monotonic()
        if now - self.last >= POLL:
            self.last = now
            _tell(fraction, "")


def _tell(fraction: float, done: str) -> None:
    sys.stdout.write(json.dumps({"fraction": round(fraction, 4), "done": done}) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    _main()
