"""Buckets whose times are unusual: read all the same, and said."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from data.exports.times import WIDTHS


class Span(NamedTuple):
    """A bucket: its time in unix seconds, how many results of one kind it held, and where."""

    start_time: int
    end_time: int
    results: int
    kind: str | None
    place: str


class Notice(NamedTuple):
    place: str
    field: str
    value: Any
    reason: str
    buckets: int


def width_notices(buckets: Sequence[Span]) -> Iterator[Notice]:
    """One notice per kind of oddity, at the first bucket that has it, with the number of buckets that do."""
    usual = _usual(bucket.end_time - bucket.start_time for bucket in buckets)
    found: dict[tuple[str, str], list[Span]] = {}
    for bucket in buckets:
        oddity = _oddity(bucket.start_time, bucket.end_time, usual)
        if oddity:
            found.setdefault(oddity, []).append(bucket)
    for (field, reason), those in found.items():
        yield Notice(those[0].place, field, getattr(those[0], field), reason, len(those))


def _usual(widths: Iterable[int]) -> int:
    counts = Counter(width for width in widths if width in WIDTHS)
    return counts.most_common(1)[0][0] if counts else WIDTHS[-1]


def _oddity(start: int, end: int, usual: int) -> tuple[str, str] | None:
    """Field and reason; a bucket that the query's window or the present has clipped is not odd."""
    width = end - start
    if width in WIDTHS:
        odd = start % width != 0
        return ("start_time", f"is not the start of a bucket of {_spoken(width)} (UTC)") if odd else None
    clipped = start // usual == (end - 1) // usual and (start % usual == 0 or end % usual == 0)
    return None if clipped else ("end_time", f"makes a bucket of {width:,} seconds, not of a minute, an hour or a day")


def _spoken(width: int) -> str:
    return {60: "one minute", 3600: "one hour", 86400: "one day"}[width]
