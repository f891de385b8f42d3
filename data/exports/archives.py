"""Gzip and zip, unpacked within limits: a file of 63 kB can claim to hold 9.5 GB.

Honest exports compress 15 to 18 : 1 (seen November 2026).
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

GIGABYTE = 1 << 30
_STEP = 1 << 20


@dataclass(frozen=True)
class Limits:
    """What unpacking may cost."""

    unpacked: int = 2 * GIGABYTE
    """Bytes of all members together."""
    ratio: int = 100
    free: int = 16 << 20
    """Bytes that may be unpacked whatever their ratio: small files of many equal rows compress well."""
    members: int = 10_000
    depth: int = 2
    """Archives in archives."""


LIMITS = Limits()


class Member(NamedTuple):
    """A file of an archive."""

    place: str
    """`january.zip/page.json`; empty for what is no archive or a lone gzip."""
    content: Any
    problem: str
    """Why it cannot be unpacked, empty where it was."""
    fraction: float
    """How far the archive is unpacked once this member is read."""


class UnpackError(ValueError):
    """Its text says why an archive is not unpacked."""


class Unpacker:
    """Unpacks one upload; all its members draw on the same allowance."""

    def __init__(self, packed: int, limits: Limits = LIMITS) -> None:
        self.limits = limits
        self.left = min(limits.unpacked, max(limits.free, packed * limits.ratio))
        self.members = 0

    def members_of(self, content: Any, place: str = "", depth: int = 0) -> Iterator[Member]:
        """The files in it: itself, if it is no archive."""
        try:
            if bytes(content[:3]) == b"\x1f\x8b\x08":
                self._check_depth(depth)
                inner, problem = self._gunzip(content)
                yield from self.members_of(inner, place, depth + 1)
                if problem:
                    yield Member(place, b"", problem, 1.0)
            elif is_zip(content):
                self._check_depth(depth)
                yield from self._unzip(content, place, depth)
            else:
                yield Member(place, content, "", 1.0)
        except UnpackError as error:
            yield Member(place, b"", str(error), 1.0)

    def _check_depth(self, depth: int) -> None:
        if depth >= self.limits.depth:
            raise UnpackError(f"holds archives in archives more than {self.limits.depth} deep")

    def _take(self, length: int) -> None:
        self.left -= length
        if self.left < 0:
            raise UnpackError(
                "unpacks to more than "
                f"{self.limits.unpacked / GIGABYTE:.3g} GB or {self.limits.ratio} times its size: not read"
            )

    def _gunzip(self, content: Any) -> tuple[bytearray, str]:
        """All members of a gzip file, as one; and what is wrong with what follows them."""
        unpacked, view, position = bytearray(), memoryview(content), 0
        while position < len(view):
            if bytes(view[position : position + 2]) != b"\x1f\x8b":
                rest = bytes(view[position : position + _STEP])
                return unpacked, "" if not rest.strip(b"\0") else "goes on after the end of its gzip data: not read"
            position += self._gunzip_member(view[position:], unpacked)
        return unpacked, ""

    def _gunzip_member(self, view: memoryview, unpacked: bytearray) -> int:
        """Its packed length."""
        stream, position = zlib.decompressobj(wbits=31), 0
        try:
            while not stream.eof:
                packed = stream.unconsumed_tail
                if not packed:
                    packed = bytes(view[position : position + _STEP])
                    position += len(packed)
                    if not packed:
                        raise UnpackError("ends in the middle of its gzip data: it was cut off")
                chunk = stream.decompress(packed, _STEP)
                self._take(len(chunk))
                unpacked += chunk
        except zlib.error:
            raise UnpackError("is damaged: its gzip data cannot be unpacked") from None
        return position - len(stream.unused_data)

    def _unzip(self, content: Any, place: str, depth: int) -> Iterator[Member]:
        try:
            archive = zipfile.ZipFile(content if hasattr(content, "seek") else io.BytesIO(content))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, UnicodeError):
            raise UnpackError("is a zip archive that is damaged or cut off") from None
        entries = [entry for entry in archive.infolist() if not _is_hidden(entry)]
        if {"[Content_Types].xml", "mimetype"} & set(archive.namelist()[:100]):
            raise UnpackError("is an Excel workbook or another office document: save the sheet as CSV")
        self._check_entries(archive.infolist())
        total, done = sum(entry.compress_size for entry in entries) or 1, 0
        for entry in entries:
            done += entry.compress_size
            where = f"{place}/{entry.filename}" if place else entry.filename
            try:
                inner = self._unzip_entry(archive, entry)
            except UnpackError as error:
                yield Member(where, b"", str(error), done / total)
                continue
            for member in self.members_of(inner, where, depth + 1):
                yield member._replace(fraction=done / total)

    def _check_entries(self, entries: list[zipfile.ZipInfo]) -> None:
        self.members += len(entries)
        if self.members > self.limits.members:
            raise UnpackError(f"holds more than {self.limits.members:,} files: not read")
        spans = sorted((entry.header_offset, entry.header_offset + 30 + entry.compress_size) for entry in entries)
        if any(end > start for (_, end), (start, _) in pairwise(spans)):
            raise UnpackError("is a zip archive whose entries overlap, as only a zip bomb's do: not read")

    def _unzip_entry(self, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytearray:
        if entry.flag_bits & 1:
            raise UnpackError("is encrypted: unpack it with its password first")
        unpacked = bytearray()
        try:
            with archive.open(entry) as stream:
                while chunk := stream.read(_STEP):
                    self._take(len(chunk))
                    unpacked += chunk
        except NotImplementedError:
            raise UnpackError("is packed in a way that is not read: unpack it first") from None
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError) as error:
            if isinstance(error, UnpackError):
                raise
            raise UnpackError("is damaged: it cannot be unpacked") from None
        return unpacked


def is_zip(content: Any) -> bool:
    return bytes(content[:4]) in (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")


def _is_hidden(entry: zipfile.ZipInfo) -> bool:
    """Folders, and what operating systems put beside the files."""
    is_folder = entry.is_dir() and not entry.file_size  # a name that holds a zero byte is cut there, at a slash perhaps
    return is_folder or bool(re.search(r"(^|/)(__MACOSX/|\.|Thumbs\.db$|desktop\.ini$)", entry.filename))
