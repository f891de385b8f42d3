"""The file that comes to be: whole lines in `FILE.part`, a record of each in `FILE.part.fetch`, two renames at the end.

A line counts once its record is written, which happens after the line is on the disk. Whatever stops the program, and
at whatever byte, the recorded lines are whole: a rest behind the last of them is cut off when the draft is taken up.
FILE itself is never written to. In a `.gz` every line is a gzip member of its own, so that lines can be cut there too.
"""

import gzip
import json
import os
from collections.abc import Iterable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import asdict, replace
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

from data.fetch.plan import CannotPlanError, Plan, Query, Record, missing

try:
    import fcntl
except ImportError:  # Windows: two fetches of one file at a time are then the user's to avoid
    fcntl = None  # type: ignore[assignment]

VERSION = 1
_CHUNK = 1 << 20


class DraftError(Exception):
    """Its text says why a draft cannot be begun or gone on with, and what to do."""


class Places:
    """The files of one fetch."""

    def __init__(self, file: Path) -> None:
        self.file = file.resolve()  # a link is not replaced, but what it leads to
        self.record = self._beside(".fetch")
        self.part = self._beside(".part")
        self.part_record = self._beside(".part.fetch")

    def _beside(self, ending: str) -> Path:
        return self.file.with_name(self.file.name + ending)

    def mend(self) -> None:
        """Finishes what was stopped between the two renames."""
        if self.part_record.exists() and not self.part.exists() and self.file.exists():
            _, records = read_record(self.part_record)
            if records and records[-1].size == self.file.stat().st_size:
                self.part_record.replace(self.record)


class Draft:
    """A draft that is being written. Use as a context; leaving it closes the files and keeps them."""

    def __init__(self, places: Places, plan: Plan, records: Sequence[Record] = (), complete_or_nothing: bool = False):
        self.places, self.plan, self.records = places, plan, list(records)
        self.complete_or_nothing = complete_or_nothing
        """Whether FILE, unless all is there, stays as it is: it holds something that the draft does not."""
        self.holds_more = False
        """Whether the draft has pages that FILE has not."""
        with ExitStack() as opened:  # closes them should one of these steps fail
            self._lines: BinaryIO = opened.enter_context(places.part.open("ab"))
            self._lock()
            self._lines.truncate(self.size)
            _rewrite(places.part_record, _head(plan, complete_or_nothing), records)
            self._log: BinaryIO = opened.enter_context(places.part_record.open("ab"))
            self._open = opened.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._open.close()

    @property
    def size(self) -> int:
        return self.records[-1].size if self.records else 0

    @property
    def packed(self) -> bool:
        return self.places.file.suffix == ".gz"

    def add(self, line: bytes, record: Record) -> None:
        """A whole line, on the disk when this returns; `record.size` is filled in here."""
        content = line + b"\n"
        # No time and no name in the gzip header: the same pages give the same bytes.
        self._lines.write(gzip.compress(content, mtime=0) if self.packed else content)
        _sync(self._lines)
        whole = replace(record, size=os.fstat(self._lines.fileno()).st_size)
        self._log.write(_record_line(whole))
        _sync(self._log)
        self.records.append(whole)
        self.holds_more = True

    def publish(self) -> bool:
        """Puts the draft in FILE's place; False where FILE stays, because it is worth more than what there is."""
        if self.complete_or_nothing and self.places.file.exists() and missing(self.plan, self.records):
            return False
        self._lines.truncate(self.size)
        _sync(self._lines)
        self._open.close()  # Windows renames no open file
        places = self.places
        if places.file.exists():
            with suppress(OSError):
                places.part.chmod(places.file.stat().st_mode & 0o777)
        places.part.replace(places.file)
        places.part_record.replace(places.record)
        _sync_folder(places.file.parent)
        return True

    def discard(self) -> None:
        """Removes a draft that brought nothing."""
        self.places.part.unlink(missing_ok=True)
        self.places.part_record.unlink(missing_ok=True)

    def _lock(self) -> None:
        if fcntl is None:
            return
        try:
            fcntl.flock(self._lines, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise DraftError(f"{self.places.file.name} is being fetched by another process") from None


def begin(places: Places, plan: Plan) -> Draft:
    """A draft of nothing yet."""
    return Draft(places, plan, complete_or_nothing=True)


def take_up(places: Places) -> Draft | None:
    """The draft that was left, or FILE where it was put in place incomplete; None if there is nothing to go on with."""
    if places.part.exists() and places.part_record.exists():
        head, records = read_record(places.part_record)
        # What is recorded was on the disk before it was recorded, unless someone changed the file since.
        if places.part.stat().st_size < (records[-1].size if records else 0):
            raise DraftError(f"{places.part.name} is shorter than it was: delete it and fetch anew")
        left = Draft(places, _plan(head), records, bool(head["complete_or_nothing"]))
        left.holds_more = bool(records)
        return left
    state = published(places)
    if state is None or not missing(*state):
        return None
    plan, records = state
    return copied(places, plan, records, records, complete_or_nothing=False)


def published(places: Places) -> tuple[Plan, list[Record]] | None:
    """What FILE holds, if it is still what a fetch wrote."""
    if not places.file.exists() or not places.record.exists():
        return None
    head, records = read_record(places.record)
    if places.file.stat().st_size != (records[-1].size if records else 0):
        raise DraftError(f"{places.file.name} was changed since it was fetched: fetch it anew, to another name")
    return _plan(head), records


def copied(
    places: Places, plan: Plan, records: Sequence[Record], kept: Sequence[Record], complete_or_nothing: bool
) -> Draft:
    """A draft that begins with some of FILE's lines."""
    places.part.unlink(missing_ok=True)
    written: list[Record] = []
    keep = set(kept)
    position = size = 0
    with places.file.open("rb") as source, places.part.open("wb") as target:
        for record in records:
            length = record.size - position
            if record in keep:
                source.seek(position)
                _copy(source, target, length)
                size += length
                written.append(replace(record, size=size))
            position = record.size
        _sync(target)
    return Draft(places, plan, written, complete_or_nothing)


def read_record(path: Path) -> tuple[dict[str, Any], list[Record]]:
    """The head and the records of whole lines; a last line that was cut off is left out."""
    try:
        lines = path.read_bytes().split(b"\n")[:-1]
        head, *rest = [json.loads(line) for line in lines]
        if head["fetch"] != VERSION:
            raise ValueError("another version")
        _plan(head)
        records = [
            Record(each["query"], each["settled"], tuple((a, b) for a, b in each["spans"]), each["size"])
            for each in rest
        ]
    except (ValueError, KeyError, TypeError, IndexError):
        raise DraftError(f"{path.name} cannot be read: delete it and fetch anew") from None
    return head, records


def _head(plan: Plan, complete_or_nothing: bool) -> dict[str, Any]:
    return {"fetch": VERSION, "complete_or_nothing": complete_or_nothing, **asdict(plan)}


def _plan(head: dict[str, Any]) -> Plan:
    queries = tuple(Query(each["usage"], each["interval"], tuple(each["group_by"])) for each in head["queries"])
    if not all(query.interval in query.kind.limits for query in queries):
        raise CannotPlanError("an interval that its kind does not have")
    return Plan(queries, int(head["start"]), int(head["end"]), int(head["now"]))


def _record_line(record: Record) -> bytes:
    return json.dumps(asdict(record), separators=(",", ":")).encode() + b"\n"


def _rewrite(path: Path, head: dict[str, Any], records: Iterable[Record]) -> None:
    """The record file, replaced as a whole."""
    other = path.with_name(path.name + ".new")
    with other.open("wb") as out:
        out.write(json.dumps(head).encode() + b"\n")
        out.writelines(_record_line(record) for record in records)
        _sync(out)
    other.replace(path)


def _copy(source: BinaryIO, target: BinaryIO, length: int) -> None:
    while length:
        chunk = source.read(min(_CHUNK, length))
        if not chunk:
            raise DraftError("the file is shorter than its record says: fetch it anew")
        target.write(chunk)
        length -= len(chunk)


def _sync(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """Makes the renames last through a power cut, where folders can be synced."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
