"""Layers that compete: one of them answers each question."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from data.overlap.arrays import Mask, stretches
from data.overlap.layers import Kind, Layer
from data.overlap.shares import MOST_GROUPINGS, Keys, Shares
from data.overlap.turns import turns


def contested(rows: pa.Table, shares: pa.Table) -> Mask:
    """Rows in stretches of time of which several layers still hold a share: `choose` has something to choose."""
    share = rows["share"].to_numpy()
    held = np.flatnonzero(np.bincount(share, minlength=shares.num_rows))
    layer, cell, start, end = (shares[name].to_numpy()[held] for name in ("layer", "cell", "start_time", "end_time"))
    tied = stretches(cell, start, end)  # anew: what tied them together may have been left out
    least, most = np.full(len(held), 2**62), np.full(len(held), -1)
    np.minimum.at(least, tied, layer)
    np.maximum.at(most, tied, layer)
    several = np.zeros(shares.num_rows, bool)
    several[held] = (least < most)[tied]
    found: Mask = several[share]
    return found


def choose(
    rows: pa.Table, shares: pa.Table, layers: Sequence[Layer], kind: Kind, asked: frozenset[str], width: int | None
) -> Mask:
    """Which rows answer a question that asks for these dimensions in intervals of `width` seconds (None: one sum).

    They take their turns by rank (see `turns`). A row counts unless one that counts already may hold its usage: at the
    same time, with the same values of all dimensions that both are grouped by. So nothing counts twice, and nothing is
    left out in favour of what does not count itself.
    """
    chosen = np.ones(rows.num_rows, bool)
    here = np.flatnonzero(contested(rows, shares))
    if not len(here):
        return chosen
    held = Shares(shares, layers)
    share = rows["share"].to_numpy()[here]
    there = np.zeros(shares.num_rows, bool)
    there[share] = True
    turn, grouping = turns(held, layers, there, asked, width)[share], held.grouping[share]
    counts = turn == 0
    if len(held.groupings) <= MOST_GROUPINGS:
        keys, meeting = Keys(rows.take(pa.array(here)), kind, held.cell[share]), held.meeting(there)
        for now in np.unique(turn[~counts]):
            free = turn == now
            for one, two in meeting:
                using, other = np.flatnonzero(counts & (grouping == one)), np.flatnonzero(free & (grouping == two))
                if len(using) and len(other):
                    free[other] = ~keys.held(held.groupings[one] & held.groupings[two], using, other)
            counts |= free
    chosen[here] = counts
    return chosen
