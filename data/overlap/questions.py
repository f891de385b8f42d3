"""Layers that compete: one of them answers each question."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from data.overlap.arrays import Integers, Mask
from data.overlap.layers import Kind, Layer
from data.overlap.shares import MOST_GROUPINGS, Keys, Shares


def contested(rows: pa.Table, shares: pa.Table) -> Mask:
    """Rows in cells of which several layers still hold a share, so that `choose` has something to choose."""
    share = rows["share"].to_numpy()
    held = np.bincount(share, minlength=shares.num_rows) > 0
    cell = shares["cell"].to_numpy()
    layers = np.bincount(cell[held], minlength=int(cell.max(initial=0)) + 1)
    found: Mask = (layers[cell] > 1)[share]
    return found


def choose(
    rows: pa.Table, shares: pa.Table, layers: Sequence[Layer], kind: Kind, asked: frozenset[str], width: int | None
) -> Mask:
    """Which rows answer a question that asks for these dimensions in intervals of `width` seconds (None: one sum).

    In each cell the layers are ranked: those that know more of the dimensions asked for, then those of buckets that
    fit into the interval, then the larger ones. A row counts unless a layer of a better rank has its usage.
    """
    chosen = np.ones(rows.num_rows, bool)
    here = np.flatnonzero(contested(rows, shares))
    if not len(here):
        return chosen
    held = Shares(shares, layers)
    share = rows["share"].to_numpy()[here]
    rank = _ranks(held, layers, asked, width)
    there = np.zeros(len(rank), bool)
    there[share] = True
    if len(held.groupings) > MOST_GROUPINGS:
        best = np.full(int(held.cell.max()) + 1, 2**62)
        np.minimum.at(best, held.cell[there], rank[there])
        chosen[here] = rank[share] == best[held.cell[share]]
        return chosen
    keys = Keys(rows.take(pa.array(here)), kind, held.cell[share])
    for one, two in held.meeting(there):
        key = keys.of(held.groupings[one] & held.groupings[two])
        first = np.full(int(key.max()) + 1, 2**62)
        using, other = np.flatnonzero(held.grouping[share] == one), np.flatnonzero(held.grouping[share] == two)
        np.minimum.at(first, key[using], rank[share[using]])
        chosen[here[other[first[key[other]] < rank[share[other]]]]] = False
    return chosen


def _ranks(shares: Shares, layers: Sequence[Layer], asked: frozenset[str], width: int | None) -> Integers:
    """By share: 0 for the one to be used first. Comparable within a cell."""
    known = np.array([len(asked & set(layer.grouping)) for layer in layers], np.int64)[shares.layer]
    finest = np.array([len(layer.grouping) for layer in layers], np.int64)[shares.layer]
    fits = np.maximum(shares.width, width) if width is not None else np.zeros_like(shares.width)
    order = np.lexsort((shares.layer, shares.width, -finest, -shares.size, fits, -known))
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    return rank
