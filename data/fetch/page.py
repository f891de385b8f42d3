"""A reply of the usage API as a line of the file, and what time its buckets cover."""

import re
from dataclasses import dataclass
from typing import Any

import orjson

from data.fetch.plan import Span

# Runs without white space, or with it inside strings. Possessive: a page of 100 MB leaves nothing to go back to.
_TOKENS = re.compile(rb'(?:[^" \t\r\n]++|"[^"\\]*+(?:\\.[^"\\]*+)*+")++')


class BrokenReplyError(ValueError):
    """Its text says why a reply is no page."""


@dataclass(frozen=True)
class Page:
    """One page."""

    line: bytes
    buckets: tuple[Span, ...]
    """Their times, in order."""
    more: bool
    cursor: str | None


def read_page(body: bytes, width: int) -> Page:
    """The page in a reply; what is cut off, no JSON, no page, or of wider buckets raises BrokenReplyError."""
    value = read_object(body)
    buckets = value.get("data")
    if not isinstance(buckets, list):
        raise BrokenReplyError("is no page of buckets")
    more, cursor = value.get("has_more", False), value.get("next_page")
    if not isinstance(more, bool) or not (cursor is None or isinstance(cursor, str)):
        raise BrokenReplyError("is no page: has_more or next_page is of the wrong kind")
    return Page(compact(body), tuple(sorted(_span(bucket, width) for bucket in buckets)), more, cursor or None)


def read_object(body: bytes) -> dict[str, Any]:
    """The JSON object of a reply."""
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise BrokenReplyError("is cut off or no JSON") from error
    if not isinstance(value, dict):
        raise BrokenReplyError("is no JSON object")
    return value


def _span(bucket: Any, width: int) -> Span:
    start, end = (bucket.get("start_time"), bucket.get("end_time")) if isinstance(bucket, dict) else (None, None)
    if type(start) is not int or type(end) is not int or not 0 <= start < end:
        raise BrokenReplyError("is no page: a bucket has no start_time before an end_time")
    if not isinstance(bucket.get("results", bucket.get("result")), list):
        raise BrokenReplyError("is no page: a bucket has no list of results")
    if end - start > width:  # narrower ones are clipped; a wider one would cover time that nobody asked for
        raise BrokenReplyError(f"has a bucket of {end - start:,} s where {width:,} s were asked for")
    return start, end


def compact(body: bytes) -> bytes:
    """The same JSON on one line: only white space between tokens goes, every number keeps its digits."""
    return b"".join(_TOKENS.findall(body))
