"""Shares: what each layer holds of each cell, a stretch of time that its buckets tie together."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from data.overlap.arrays import ExactSums, Integers, Mask, coded, not_empty, numbered, stretches
from data.overlap.layers import Kind, Layer, Units

MOST_GROUPINGS = 32
"""Groupings of one usage that are compared row by row; of more, one layer is used and the others are left out."""


def shares_of(
    rows: pa.Table, units: Units, kind: Kind, layers: Sequence[Layer], counted: Mask
) -> tuple[pa.Table, Integers]:
    """What each layer holds of each cell, and which share each row belongs to."""
    cell = stretches(numbered(units.object, units.organization), units.start, units.end)
    share, first, of_unit = np.unique(cell * max(len(layers), 1) + units.layer, return_index=True, return_inverse=True)
    of_row = of_unit[units.of_row]
    cell = cell[first]
    start, end = np.full(len(share), 2**62), np.zeros(len(share), np.int64)
    np.minimum.at(start, of_unit, units.start)
    np.maximum.at(end, of_unit, units.end)
    size = np.zeros(len(share), np.int64)
    disputed = shared(cell)[of_row] & counted
    if disputed.any():
        size = ExactSums(rows.filter(pa.array(disputed)), kind.sizes, of_row[disputed], len(share)).rank()
    columns = {"layer": units.layer[first], "cell": cell, "start_time": start, "end_time": end, "size": size}
    return pa.table(columns), of_row


def shared(cell: Integers) -> Mask:
    """Shares of a cell in which several layers have one."""
    shared: Mask = np.bincount(cell, minlength=1)[cell] > 1
    return shared


class Shares:
    """The shares as arrays, with what a layer says about them."""

    def __init__(self, shares: pa.Table, layers: Sequence[Layer]) -> None:
        self.layer, self.cell, self.size = (shares[name].to_numpy() for name in ("layer", "cell", "size"))
        self.groupings = sorted({frozenset(layer.grouping) for layer in layers}, key=sorted)
        number = {grouping: index for index, grouping in enumerate(self.groupings)}
        of_layer = np.array([number[frozenset(layer.grouping)] for layer in layers], np.int64)
        self.grouping = of_layer[self.layer]
        self.width = np.array([layer.width for layer in layers], np.int64)[self.layer]

    def meeting(self, there: Mask) -> list[tuple[int, int]]:
        """Ordered pairs of groupings that have shares in the same cell, at most MOST_GROUPINGS of them."""
        held = np.zeros(int(self.cell.max(initial=0)) + 1, np.int64)
        np.bitwise_or.at(held, self.cell[there], 1 << self.grouping[there])
        together = [[bit for bit in range(MOST_GROUPINGS) if bits >> bit & 1] for bits in np.unique(held).tolist()]
        return sorted({(one, two) for group in together for one in group for two in group})


class Keys:
    """Rows by their cell and their values of some dimensions."""

    def __init__(self, rows: pa.Table, kind: Kind, cell: Integers) -> None:
        self._cell = cell
        self._codes = {name: coded(rows[name])[0] for name in not_empty(rows, kind.grouping)}
        self._found: dict[frozenset[str], Integers] = {}

    def of(self, dimensions: frozenset[str]) -> Integers:
        if dimensions not in self._found:
            columns = [self._codes[name] for name in sorted(dimensions) if name in self._codes]
            self._found[dimensions] = numbered(self._cell, *columns)
        return self._found[dimensions]

    def held(self, dimensions: frozenset[str], using: Integers, other: Integers) -> Mask:
        """Which of the other rows have values that a row in use has, too."""
        key = self.of(dimensions)
        there = np.zeros(int(key.max(initial=0)) + 1, bool)
        there[key[using]] = True
        held: Mask = there[key[other]]
        return held
