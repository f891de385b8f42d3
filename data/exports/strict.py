"""JSON read strictly: whole, at most 64 levels deep, with every number as it was written and no key lost.

Python's own parser takes NaN, drops the first of two equal keys, rounds `0.1000000000000000055` and accepts half a
character; here each of these is either kept for what it is or can be found by `oddity`.
"""

import json
import math
import re
from collections.abc import Callable, Iterator
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

MAX_DEPTH = 64
Where = Callable[[int], tuple[int, int]]
_BLANK = re.compile(r"[ \t\r\n]*")
_ODD_WORDS = ("NaN", "Infinity", "\\ud", "\\uD")
_NO_UTF8 = re.compile("[\udc80-\udcff]")


class Doubled(dict[str, Any]):
    """An object in which a key stands twice; the dict holds the last of its values."""

    key = ""


class BrokenError(ValueError):
    """Its text says what is wrong with the JSON; `cut` if nothing is but that the end is missing."""

    def __init__(self, reason: str, position: int = -1, cut: bool = False) -> None:
        super().__init__(reason)
        self.position, self.cut = position, cut


class Document(NamedTuple):
    """One JSON value of a file that may hold many."""

    value: Any
    line: int
    """0 where the file holds no other."""
    lines: bool
    """Whether the file holds one document per line."""
    odd: bool
    """Whether `oddity` has to look at what is in it."""


class Broken(NamedTuple):
    """A line, or the rest of a file, that is not JSON."""

    line: int
    reason: str


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) == len(pairs):
        return fields
    doubled, seen = Doubled(fields), set()
    doubled.key = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
    return doubled


def _fraction(text: str) -> Decimal | float:
    try:
        return Decimal(text)
    except InvalidOperation:  # an exponent of twenty digits
        return math.inf


def _integer(text: str) -> int | Decimal:
    return int(text) if len(text) < 4000 else Decimal(text)  # int() refuses longer ones


_DECODER = json.JSONDecoder(parse_float=_fraction, object_pairs_hook=_object)
_LONG_DECODER = json.JSONDecoder(parse_float=_fraction, object_pairs_hook=_object, parse_int=_integer)


def decode(text: str, start: int = 0) -> tuple[Any, int]:
    """The JSON value that begins at `start`, and where it ends."""
    try:
        try:
            value, end = _DECODER.raw_decode(text, start)
        except json.JSONDecodeError:
            raise
        except ValueError:  # an integer of more than 4,300 digits
            value, end = _LONG_DECODER.raw_decode(text, start)
    except json.JSONDecodeError as error:
        raise _broken(text, error) from None
    except RecursionError:
        raise BrokenError(f"is nested deeper than {MAX_DEPTH} levels") from None
    if _too_deep(value):
        raise BrokenError(f"is nested deeper than {MAX_DEPTH} levels")
    return value, end


def loads(text: str) -> Any:
    """The JSON value that is the whole text."""
    value, end = decode(text, _skip(text, 0))
    if _skip(text, end) < len(text):
        raise BrokenError("goes on after its end")
    return value


def documents(text: str, where: Where | None = None) -> Iterator[Document | Broken]:
    """The values of one document, of JSON Lines or of concatenated JSON.

    A cut document yields nothing but the news that it is cut. Of JSON Lines the whole lines are kept. `where` tells
    line and column of a position, if the text is not the file's own.
    """
    where = where or (lambda position: place_in(text, position))
    odd = is_odd(text)
    start = _skip(text, 0)
    try:
        value, end = decode(text, start)
    except BrokenError as error:
        if not error.cut and _second_line_is_whole(text, start):
            yield from _lines(text, odd, where)
        else:
            yield Broken(0, _said(error, where))
        return
    following = _skip(text, end)
    if following == len(text):
        yield Document(value, 0, False, odd)
    elif "\n" in text[end:following] and "\n" not in text[start:end]:
        yield from _lines(text, odd, where)
    elif text[following] in "{[":
        yield from _concatenated(text, odd, where)
    else:
        yield Broken(0, f"goes on after its end: {text[following : following + 20]!r}")


def _lines(text: str, odd: bool, where: Where) -> Iterator[Document | Broken]:
    """A line is a document; where it is not, a document may begin in it that ends in a later one."""
    position, line = 0, 1
    while position < len(text):
        line_end = text.find("\n", position)
        line_end = len(text) if line_end < 0 else line_end
        start = _skip(text, position)
        if start < line_end:
            try:
                end = start
                while end < line_end:
                    value, end = decode(text, end)
                    yield Document(value, line, True, odd)
                    end = _skip(text, end)
                line_end = text.rfind("\n", position, end) if end > line_end + 1 else line_end
                line_end = max(line_end, position)
            except BrokenError as error:
                yield Broken(line, _said(error, where))
        line += text.count("\n", position, line_end + 1)
        position = line_end + 1


def _concatenated(text: str, odd: bool, where: Where) -> Iterator[Document | Broken]:
    position, counted, line = _skip(text, 0), 0, 1
    while position < len(text):
        line += text.count("\n", counted, position)
        counted = position
        try:
            value, end = decode(text, position)
        except BrokenError as error:
            yield Broken(line, _said(error, where))
            return
        yield Document(value, line, False, odd)
        position = _skip(text, end)


def _second_line_is_whole(text: str, start: int) -> bool:
    """Whether the file goes on as JSON Lines after a bad first line."""
    first_end = text.find("\n", start)
    second = _skip(text, first_end + 1) if first_end >= 0 else len(text)
    if second >= len(text) or text[second] not in "{[":
        return False
    end = text.find("\n", second)
    try:
        loads(text[second : len(text) if end < 0 else end])
    except BrokenError:
        return False
    return True


def _skip(text: str, position: int) -> int:
    found = _BLANK.match(text, position)
    return found.end() if found else position


def _broken(text: str, error: json.JSONDecodeError) -> BrokenError:
    rest = text[error.pos : error.pos + 12].strip()
    cut = (
        error.msg.startswith("Unterminated string")
        or error.pos >= len(text.rstrip())
        or (error.pos + 12 >= len(text) and any(word.startswith(rest) for word in ("true", "false", "null", "-")))
    )
    if cut:
        return BrokenError("ends in the middle: it was cut off or is still being written", cut=True)
    return BrokenError(f"is not JSON: {error.msg[0].lower()}{error.msg[1:]}", error.pos)


def place_in(text: str, position: int) -> tuple[int, int]:
    """Line and column, from 1."""
    return text.count("\n", 0, position) + 1, position - text.rfind("\n", 0, position)


def _said(error: BrokenError, where: Where) -> str:
    line, column = where(error.position) if error.position >= 0 else (0, 0)
    return f"{error} in line {line}, column {column}" if line else str(error)


def _too_deep(value: Any) -> bool:
    level = [value] if isinstance(value, (dict, list)) else []
    for _ in range(MAX_DEPTH):
        level = [
            child
            for each in level
            for child in (each.values() if isinstance(each, dict) else each)
            if isinstance(child, (dict, list))
        ]
        if not level:
            return False
    return True


def is_odd(text: str) -> bool:
    """Whether a JSON text may hold what `oddity` looks for."""
    return any(word in text for word in _ODD_WORDS) or not (text.isascii() or _NO_UTF8.search(text) is None)


def oddity(value: Any) -> str:
    """What no JSON value may hold, but parsers let through; empty if there is nothing of that kind."""
    if isinstance(value, float) and not math.isfinite(value):
        return "is not a finite number, which JSON does not know"
    if isinstance(value, str) and not value.isascii():
        return next((reason for low, high, reason in _HALVES if any(low <= char <= high for char in value)), "")
    if isinstance(value, dict):
        return next((reason for item in value.items() for each in item if (reason := oddity(each))), "")
    if isinstance(value, list):
        return next((reason for each in value if (reason := oddity(each))), "")
    return ""


_HALVES = (
    ("\udc80", "\udcff", "is not valid UTF-8"),
    ("\ud800", "\udfff", "holds half a character (a lone surrogate)"),
)
