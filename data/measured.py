"""How much of the time was measured: gaps, clipped buckets, and what each interval of an answer has of both."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pyarrow.compute as pc

from data.held import remembered
from data.overlap import Integers, Mask
from data.totals import Span
from data.usage import Usage


def gaps(usage: Usage, object_name: str) -> list[tuple[int, int]]:
    """Stretches between the first bucket and the last for which there is none, in unix seconds.

    What is missing from a clipped bucket is no gap; `partial` lists it.
    """
    buckets = _buckets(usage, object_name)
    since, until = _merged(buckets.slot, np.maximum(buckets.slot + buckets.width, buckets.end))
    return [(int(one), int(two)) for one, two in zip(until[:-1], since[1:], strict=True)]


def partial(usage: Usage, object_name: str) -> list[tuple[int, int]]:
    """What was measured of buckets that are clipped, to the export or to now, in unix seconds."""
    buckets = _buckets(usage, object_name)
    if not len(buckets.start):
        return []
    clipped = buckets.where(_is_clipped(buckets, _merged(buckets.start, buckets.end)))
    return [(int(one), int(two)) for one, two in zip(*_merged(clipped.start, clipped.end), strict=True)]


def spans_of(
    usage: Usage, object_name: str, ticks: Sequence[int], start: int, end: int, widest: int
) -> tuple[Span, ...]:
    """How much of each interval was measured, by the buckets that start in it."""
    if len(ticks) < 2:
        return ()
    many = len(ticks) - 1
    buckets = _buckets(usage, object_name)
    # Wider ones would reach beyond their interval; they are not in the answer either.
    buckets = buckets.where((buckets.start >= start) & (buckets.start < end) & (buckets.width <= widest))
    buckets = buckets.where(np.lexsort((buckets.end, buckets.start)))
    latest = np.maximum.accumulate(buckets.end)
    before = np.concatenate([[0], latest[:-1]]) if len(latest) else latest
    fresh = np.maximum(buckets.end - np.maximum(buckets.start, before), 0)  # time that no earlier bucket covers
    clipped = _is_clipped(buckets, _merged(buckets.start, buckets.end)) if len(latest) else np.empty(0, bool)
    tick = np.searchsorted(np.asarray(ticks, np.int64), buckets.start, side="right") - 1
    measured = np.bincount(tick, fresh, many).astype(np.int64).tolist()
    partly = (np.bincount(tick, clipped, many) > 0).tolist()
    held = np.bincount(tick, minlength=many).tolist()
    return tuple(
        Span(one, two, min(measured[index], two - one), partly[index], held[index])
        for index, (one, two) in enumerate(pairwise(ticks))
    )


class _Buckets(NamedTuple):
    """Buckets of one kind of result, and those that say no kind since they are empty."""

    start: Integers
    end: Integers
    slot: Integers
    width: Integers

    def where(self, those: Mask | Integers) -> "_Buckets":
        return _Buckets(*(column[those] for column in self))


def _buckets(usage: Usage, object_name: str) -> _Buckets:
    def mine() -> _Buckets:
        buckets = usage.buckets.filter(pc.fill_null(pc.equal(usage.buckets["object"], object_name), True))
        return _Buckets(*(buckets[name].to_numpy() for name in ("start_time", "end_time", "slot", "width")))

    found: _Buckets = remembered(usage, "measured", object_name, mine)
    return found


def _merged(start: Integers, end: Integers) -> tuple[Integers, Integers]:
    """The stretches that the intervals cover together, in order; those that touch are one."""
    if not len(start):
        return start, end
    order = np.argsort(start, kind="stable")
    start, latest = start[order], np.maximum.accumulate(end[order])
    begins = np.flatnonzero(np.concatenate([[True], start[1:] > latest[:-1]]))
    return start[begins], latest[np.concatenate([begins[1:] - 1, [len(latest) - 1]])]


def _is_clipped(buckets: _Buckets, covered: tuple[Integers, Integers]) -> Mask:
    """Buckets of which a part was measured by no bucket at all."""
    since, until = covered
    at = np.searchsorted(since, buckets.slot, side="right") - 1
    whole = (at >= 0) & (until[np.maximum(at, 0)] >= buckets.slot + buckets.width)
    clipped: Mask = ~whole
    return clipped
