"""Turns: which of the layers that compete is asked first."""

from collections.abc import Sequence

import numpy as np

from data.overlap.arrays import Integers, Mask, firsts, nth, numbered
from data.overlap.layers import Layer
from data.overlap.shares import Shares


def turns(shares: Shares, layers: Sequence[Layer], there: Mask, asked: frozenset[str], width: int | None) -> Integers:
    """By share: its turn in its cell, from 0 on, and -1 where it is not there. Shares of one turn do not overlap.

    First the rhythms of buckets take turns, each as a whole, because several layers may divide one day among them:
    those that know more of the dimensions asked for in any of their stretches, then in all of them, then those of
    buckets that fit into the interval, then the fuller ones. In each stretch of a rhythm its layers take turns: those
    that know more, then the larger ones.
    """
    those = np.flatnonzero(there)
    stretch, size = numbered(shares.stretch[those]), shares.size.rank()[those]
    known = np.array([len(asked & set(each.grouping)) for each in layers], np.int64)[shares.layer[those]]
    fine = np.array([len(each.grouping) for each in layers], np.int64)[shares.layer[those]]
    order = np.lexsort((shares.layer[those], -fine, -size, -known, stretch))
    within = np.empty(len(those), np.int64)
    within[order] = nth(stretch[order])
    best = known[order[firsts(stretch[order])]]
    turn = np.full(len(there), -1)
    turn[those] = _of_rhythms(shares, those, best[stretch], fine, width) * (int(within.max(initial=0)) + 1) + within
    return turn


def _of_rhythms(shares: Shares, those: Integers, known: Integers, fine: Integers, width: int | None) -> Integers:
    """By share: the turn of its rhythm. known: dimensions that the best share of the stretch knows."""
    _, first, rhythm = np.unique(shares.rhythm[those], return_index=True, return_inverse=True)
    cell, bucket = shares.cell[those][first], shares.width[those][first]
    most, least, finest = np.zeros_like(cell), np.full_like(cell, 2**62), np.zeros_like(cell)
    np.maximum.at(most, rhythm, known)
    np.minimum.at(least, rhythm, known)
    np.maximum.at(finest, rhythm, fine)
    fits = np.maximum(bucket, width) if width is not None else np.zeros_like(bucket)
    full = _full(shares, those, rhythm)
    order = np.lexsort((bucket, -finest, -full, fits, -least, -most, cell))
    turn = np.empty_like(cell)
    turn[order] = nth(cell[order])
    of_share: Integers = turn[rhythm]
    return of_share


def _full(shares: Shares, those: Integers, rhythm: Integers) -> Integers:
    """By rhythm: the rank of what the largest share of each of its stretches sums to."""
    order = np.lexsort((-shares.size.rank()[those], shares.stretch[those]))
    largest = order[firsts(shares.stretch[those][order])]
    return shares.size[those[largest]].by(rhythm[largest]).rank()
