"""The bytes of one export, unpacked, as UTF-8, and what can be seen of them at a glance."""

import codecs
import re
from collections.abc import Iterable, Iterator
from functools import cached_property, partial
from itertools import chain
from typing import Any

from data.exports.cut import Cut
from data.exports.strict import Broken, Document, documents

Content = Any  # bytes, bytearray or a memory map: what has find(), slices and a length

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HEAD = 1 << 16
PREAMBLE = re.compile(r"\A[\r\n]*(?:sep=.[\r\n]+)?")
"""Empty lines, and the one by which Excel names a table's delimiter."""


class Source:
    """One export's content as UTF-8, still to be read."""

    def __init__(self, content: Content, name: str) -> None:
        self.content, self.start = as_utf8(content)
        self.name = name
        self.position = 0  # how far it has been read
        self.cut: Cut | None = None  # where its buckets are, once it is read as JSON

    @cached_property
    def head(self) -> str:
        """The beginning, for those who look for a kind of file."""
        return bytes(self.content[self.start : self.start + _HEAD]).decode("utf-8", "replace")

    @property
    def title_line(self) -> str:
        """The first line that holds anything; a table's titles, if it is one."""
        return PREAMBLE.sub("", self.head, count=1).replace("\r", "\n").split("\n", 1)[0]

    @property
    def is_json(self) -> bool:
        return self.head.lstrip(" \t\r\n")[:1] in ("{", "[")

    def text(self) -> str:
        """The whole text; a byte that is not UTF-8 becomes a lone surrogate, by which a reader finds it."""
        return str(memoryview(self.content)[self.start :], "utf-8", "surrogateescape")

    def open_json(self, values: Iterable[Document | Broken]) -> None:
        """Take these as the content's JSON documents."""
        self._values = iter(values)
        self._first = next(self._values, None)

    @cached_property
    def _opened(self) -> bool:
        cut = Cut(self.content, self.start)
        self.cut = cut if cut.runs else None
        self.open_json(documents(cut.skeleton()))
        if self.cut and not (isinstance(self._first, Document) and not self._first.line):
            skeleton = cut.skeleton(breaks=True)  # what is wrong or many is told by line
            self.open_json(documents(skeleton, partial(cut.where, skeleton)))
        return True

    @property
    def first(self) -> Document | Broken | None:
        """The first JSON document."""
        return self._first if self.is_json and (hasattr(self, "_first") or self._opened) else None

    def documents(self) -> Iterator[Document | Broken]:
        """All JSON documents, once."""
        return chain([self.first] if self.first else [], self._values)


def as_utf8(content: Content) -> tuple[Content, int]:
    """The content in UTF-8 and where its text begins there, after a byte order mark."""
    head = bytes(content[:256])
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return (content, len(mark)) if encoding == "utf-8" else (_recoded(content, encoding), 0)
    zeros = head[::2].count(0), head[1::2].count(0)
    if len(head) >= 4 and len(content) % 2 == 0 and abs(zeros[0] - zeros[1]) > len(head) * 3 // 8:
        return _recoded(content, "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"), 0
    return content, 0


def _recoded(content: Content, encoding: str) -> bytes:
    """UTF-8 in which what was invalid is invalid too."""
    return bytes(content).decode(encoding, _INVALID).encode("utf-8", "surrogatepass")


def _as_invalid(error: UnicodeError) -> tuple[str | bytes, int]:
    """What `surrogatepass` gives, and a lone surrogate as well where that gives up: at half a character, say."""
    try:
        return codecs.lookup_error("surrogatepass")(error)
    except UnicodeDecodeError as given_up:
        return "\udcff", given_up.end


_INVALID = "usage.invalid"
codecs.register_error(_INVALID, _as_invalid)
