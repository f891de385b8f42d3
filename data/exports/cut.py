"""Cuts the buckets out of JSON text, so that each can be validated on its own while the rest is small.

A bucket begins with `{"object":"bucket"` (its times may stand before the `object`). These bytes cannot stand inside a
JSON string, where each quote would have a backslash, so they can be searched for without parsing. Each run of buckets
is replaced by `["<token>",n]`, and what is left, the skeleton, is parsed strictly. That this finds every fault:

- A placeholder is valid exactly where an object is valid as a value: it begins with a bracket, which is no key, and its
  quote, if it came to stand inside a string, would end that string before a letter.
- Whoever reads a placeholder validates the bytes it stands for as whole JSON, and gives the cut up where they are not.
- What was wrongly taken for a bucket and is never read lies in a part of the skeleton that is broken itself.
"""

import re
import secrets
from array import array
from typing import Any, NamedTuple

from data.exports.strict import BrokenError, loads, place_in

TOKEN = f"cut-{secrets.token_hex(16)}"
"""No file can know it."""

_RUN = 1 << 16
_WORD = re.compile(rb'"bucket"')  # not find(): that of a memory map compares byte by byte
_TIMES = rb'(?:"(?:start|end)_time(?:_iso)?"\s*:\s*(?:[0-9]+|"[0-9TZ:.+-]*")\s*,\s*)*'
_BEFORE = re.compile(rb"\{\s*" + _TIMES + rb'"object"\s*:\s*\Z')
# Where a page's last bucket ends: its results, perhaps followed by times, itself, the page's data.
_LAST = re.compile(rb'\]\s*(?:,\s*"(?:start|end)_time(?:_iso)?"\s*:\s*(?:[0-9]+|"[0-9TZ:.+-]*")\s*)*\}(?=\s*\])')
_REACH = 400
_TAIL = 64


class Run(NamedTuple):
    """Buckets that follow each other with nothing but a comma, or nothing but white space, between them."""

    first: int
    """Index of the first in `Cut.starts`."""
    size: int
    commas: bool


class Cut:
    """The skeleton of a text, and where its buckets were."""

    def __init__(self, content: Any, start: int) -> None:
        self.content, self.view = content, memoryview(content)
        self.starts, self.ends = array("q"), array("q")
        self.runs: list[Run] = []
        self._counted = (-1, 1)
        self._find(start)
        self.begin = start
        self._gather()

    def bucket(self, index: int) -> bytes:
        return bytes(self.content[self.starts[index] : self.ends[index]])

    def run(self, run: Run) -> bytes:
        """A run as a JSON list."""
        last = run.first + run.size - 1
        if run.commas or run.size == 1:
            return b"".join((b"[", self.view[self.starts[run.first] : self.ends[last]], b"]"))
        return b"[%b]" % b",".join(self.bucket(index) for index in range(run.first, last + 1))

    def line(self, index: int) -> int:
        """The line on which a bucket begins. Asked in rising order it counts each line once."""
        since, line = self._counted if self._counted[0] <= index else (-1, 1)
        begin = self.starts[since] if since >= 0 else 0
        line += bytes(self.content[begin : self.starts[index]]).count(b"\n")
        self._counted = index, line
        return line

    def _find(self, start: int) -> None:
        """All buckets whose end is clear, too."""
        content, found = self.content, array("q")
        for word in _WORD.finditer(content, start):
            near = max(word.start() - _REACH, start)
            before = content[near : word.start()]
            brace = before.rfind(b"{")
            if brace >= 0 and _BEFORE.match(before, brace):
                found.append(near + brace)
        found.append(len(content))
        for index in range(len(found) - 1):
            end = self._end(found[index], found[index + 1])
            if end:
                self.starts.append(found[index])
                self.ends.append(end)

    def _end(self, start: int, following: int) -> int:
        """Where the bucket ends that begins at `start`, 0 if that is not clear."""
        begin = max(start, following - _TAIL)
        tail = bytes(self.content[begin:following]).rstrip(b" \t\r\n")
        bare = tail.removesuffix(b",").rstrip(b" \t\r\n")
        closed = begin + len(bare) if bare.endswith(b"}") else 0
        if closed and following < len(self.content):
            return closed
        found = _LAST.search(self.content, start, following)
        if found:
            return found.end()
        return closed if closed and bare == tail and _is_whole(bytes(self.content[start:closed])) else 0

    def _gather(self) -> None:
        index = 0
        while index < len(self.starts):
            self.runs.append(self._run_from(index))
            index += self.runs[-1].size

    def skeleton(self, breaks: bool = False) -> str:
        """The text with placeholders in it; with as many line breaks as they replace, if line numbers matter."""
        parts: list[bytes] = []
        position = self.begin
        for number, run in enumerate(self.runs):
            begin, end = self.starts[run.first], self.ends[run.first + run.size - 1]
            parts += [bytes(self.content[position:begin]), b'["%b",%d]' % (TOKEN.encode(), number)]
            if breaks:
                parts.append(b"\n" * bytes(self.content[begin:end]).count(b"\n"))
            position = end
        parts.append(bytes(self.content[position:]))
        return b"".join(parts).decode("utf-8", "surrogateescape")

    def where(self, skeleton: str, position: int) -> tuple[int, int]:
        """Line and column in the content of a position in the skeleton."""
        before = skeleton[:position]
        passed = before.count(TOKEN)
        ends = [self.ends[run.first + run.size - 1] for run in self.runs[:passed]]
        since = ends[-1] if ends else self.begin
        after = before[before.rfind(TOKEN) :].partition("]")[2].lstrip("\n") if ends else before
        text = bytes(self.content[self.begin : since]).decode("utf-8", "surrogateescape") + after
        return place_in(text, len(text))

    def _run_from(self, first: int) -> Run:
        """As many buckets as fit into one validation, at least one."""
        limit, last, between = self.starts[first] + _RUN, first, None
        while last + 1 < len(self.starts) and self.ends[last + 1] <= limit:
            separator = bytes(self.content[self.ends[last] : self.starts[last + 1]]).strip(b" \t\r\n")
            if separator not in (b",", b"") or between not in (None, separator):
                break
            between = separator
            last += 1
        return Run(first, last - first + 1, between == b",")


def _is_whole(text: bytes) -> bool:
    """Whether the last bucket of a file is all that is left of it."""
    try:
        loads(text.decode("utf-8", "surrogateescape"))
    except BrokenError:
        return False
    return True
