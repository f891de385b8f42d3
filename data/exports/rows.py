"""Text tables split into rows and cells, with the line each row stands on."""

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import chain, islice

from data.exports.source import PREAMBLE, Source

_STEP = 1 << 18
_ROWS = 1024
_TITLES = re.compile(PREAMBLE.pattern + r"[^\r\n]*(\r\n|\r|\n|\Z)")


class Batch:
    """Rows that follow each other."""

    def __init__(self, lines: Sequence[int], rows: Sequence[list[str] | None]) -> None:
        self.lines, self.rows = lines, rows

    def columns(self, width: int) -> list[Sequence[str]] | None:
        """The rows' cells, column by column; none if a row has not `width` cells."""
        if any(row is None or len(row) != width for row in self.rows):
            return None
        return list(zip(*(row or () for row in self.rows), strict=True))


class PlainBatch(Batch):
    """Rows of a text without quotes: a delimiter is a delimiter, so that all can be split at once."""

    def __init__(self, first: int, texts: list[str], delimiter: str) -> None:
        self.texts, self.delimiter = texts, delimiter
        self.lines = range(first, first + len(texts))

    @cached_property
    def rows(self) -> Sequence[list[str] | None]:  # type: ignore[override]
        return [text.split(self.delimiter) if text else None for text in self.texts]

    def columns(self, width: int) -> list[Sequence[str]] | None:
        delimiters = width - 1
        if any(text.count(self.delimiter) != delimiters for text in self.texts) or (width == 1 and "" in self.texts):
            return None
        cells = self.delimiter.join(self.texts).split(self.delimiter)
        return [cells[index::width] for index in range(width)]


def batches(source: Source, delimiter: str) -> Iterator[Batch]:
    """The rows after the titles. A row that cannot be split is given as none."""
    texts = _texts(source)
    text = next(texts, "")
    titles = _TITLES.match(text)
    end = titles.end() if titles else 0
    line = 1 + len(_split(text[:end]))
    for each in chain([text[end:]], texts):
        if '"' in each:
            yield from _quoted(chain([each], texts), delimiter, line)
            return
        lines = _split(each)
        for first in range(0, len(lines), _ROWS):
            some = lines[first : first + _ROWS]
            if "" in some:  # an empty line is no row
                full = [(line + first + index, text) for index, text in enumerate(some) if text]
                yield Batch([number for number, _ in full], [text.split(delimiter) for _, text in full])
            else:
                yield PlainBatch(line + first, some, delimiter)
        line += len(lines)


def _split(text: str) -> list[str]:
    """Lines without their ends, whichever these are."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if not lines[-1]:
        lines.pop()
    return lines


def _texts(source: Source) -> Iterator[str]:
    """The content in pieces of whole lines, without taking all of it into memory."""
    decode = codecs.getincrementaldecoder("utf-8")("surrogateescape").decode
    view = memoryview(source.content)[source.start :]
    rest = ""
    for position in range(0, len(view), _STEP):
        source.position = position
        last = position + _STEP >= len(view)
        text = rest + decode(bytes(view[position : position + _STEP]), last)
        cut = len(text) if last else text.rfind("\n") + 1
        rest = text[cut:]
        if cut:
            yield text[:cut]


def _quoted(texts: Iterator[str], delimiter: str, line: int) -> Iterator[Batch]:
    rows = iter(_Rows(texts, delimiter, line))
    while some := list(islice(rows, _ROWS)):
        yield Batch([number for number, _ in some], [row for _, row in some])


class _Rows:
    """Rows whose cells may be quoted. After a quote that never ends, reading goes on at the next line."""

    def __init__(self, texts: Iterator[str], delimiter: str, line: int) -> None:
        self.lines = chain.from_iterable(io.StringIO(text, newline="") for text in texts)
        self.delimiter, self.line = delimiter, line
        self.replayed: list[str] = []
        self.taken: list[str] = []

    def _next_lines(self) -> Iterator[str]:
        while True:
            line = self.replayed.pop() if self.replayed else next(self.lines, None)
            if line is None:
                return
            self.taken.append(line)
            yield line

    def __iter__(self) -> Iterator[tuple[int, list[str] | None]]:
        while True:
            reader = csv.reader(self._next_lines(), delimiter=self.delimiter, strict=True)
            try:
                for row in reader:
                    first, self.line = self.line, self.line + len(self.taken)
                    self.taken.clear()
                    if row:
                        yield first, row
                return
            except csv.Error:
                self.replayed.extend(reversed(self.taken[1:]))
                self.taken.clear()
                self.line += 1
                yield self.line - 1, None
