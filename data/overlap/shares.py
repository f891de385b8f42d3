"""Shares: what each layer holds of each stretch of time, and which of them hold the same usage."""

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
    """What each layer holds of each stretch of time, and which share each row belongs to.

    Buckets of one rhythm that overlap are one stretch: a day, an hour, or such pieces of it as cannot be told apart. A
    cell is a stretch that buckets of any rhythm tie together: a day with its hours.
    """
    cell = stretches(numbered(units.object, units.organization), units.start, units.end)
    stretch = stretches(numbered(cell, units.width, units.slot % units.width), units.start, units.end)
    share, first, of_unit = np.unique(
        stretch * max(len(layers), 1) + units.layer, return_index=True, return_inverse=True
    )
    of_row = of_unit[units.of_row]
    cell = cell[first]
    start, end = np.full(len(share), 2**62), np.zeros(len(share), np.int64)
    np.minimum.at(start, of_unit, units.start)
    np.maximum.at(end, of_unit, units.end)
    disputed = shared(cell)[of_row] & counted
    size = ExactSums.of(rows.filter(pa.array(disputed)), kind.sizes, of_row[disputed], len(share)).column()
    columns = {"layer": units.layer[first], "cell": cell, "start_time": start, "end_time": end, "size": size}
    return pa.table(columns), of_row


def shared(cell: Integers) -> Mask:
    """Shares of a cell in which there are others."""
    shared: Mask = np.bincount(cell, minlength=1)[cell] > 1
    return shared


class Shares:
    """The shares as arrays, with what a layer says about them."""

    def __init__(self, shares: pa.Table, layers: Sequence[Layer]) -> None:
        self.layer, self.cell = shares["layer"].to_numpy(), shares["cell"].to_numpy()
        self.start, self.end = shares["start_time"].to_numpy(), shares["end_time"].to_numpy()
        self.size = ExactSums.read(shares["size"])
        self.groupings = sorted({frozenset(layer.grouping) for layer in layers}, key=sorted)
        number = {grouping: index for index, grouping in enumerate(self.groupings)}
        of_layer = np.array([number[frozenset(layer.grouping)] for layer in layers], np.int64)
        self.grouping = of_layer[self.layer]
        self.width = np.array([layer.width for layer in layers], np.int64)[self.layer]
        phase = np.array([layer.phase for layer in layers], np.int64)[self.layer]
        self.rhythm = numbered(self.cell, self.width, phase)
        """One number for each rhythm of buckets in each cell."""
        self.stretch = stretches(self.rhythm, self.start, self.end)

    def meeting(self, there: Mask) -> list[tuple[int, int]]:
        """Ordered pairs of groupings that have shares in the same cell, at most MOST_GROUPINGS of them."""
        held = np.zeros(int(self.cell.max(initial=0)) + 1, np.int64)
        np.bitwise_or.at(held, self.cell[there], 1 << self.grouping[there])
        together = [[bit for bit in range(MOST_GROUPINGS) if bits >> bit & 1] for bits in np.unique(held).tolist()]
        return sorted({(one, two) for group in together for one in group for two in group})


class Keys:
    """Rows by their cell, their time and their values of some dimensions."""

    def __init__(self, rows: pa.Table, kind: Kind, cell: Integers) -> None:
        self._cell = cell
        self._codes = {name: coded(rows[name])[0] for name in not_empty(rows, kind.grouping)}
        times = [rows[name].cast(pa.int64()).to_numpy() for name in ("start_time", "end_time")]
        ranks = numbered(np.concatenate(times))
        self._start, self._end = ranks[: rows.num_rows], ranks[rows.num_rows :]
        self._times = int(ranks.max(initial=0)) + 1
        self._found: dict[frozenset[str], Integers] = {}

    def of(self, dimensions: frozenset[str]) -> Integers:
        if dimensions not in self._found:
            columns = [self._codes[name] for name in sorted(dimensions) if name in self._codes]
            self._found[dimensions] = numbered(self._cell, *columns)
        return self._found[dimensions]

    def held(self, dimensions: frozenset[str], using: Integers, other: Integers) -> Mask:
        """Which of the other rows have the values that a row in use has, in a bucket that overlaps its own."""
        key = self.of(dimensions) * self._times
        start = key[using] + self._start[using]
        order = np.argsort(start, kind="stable")
        latest = np.concatenate([[-1], np.maximum.accumulate((key + self._end)[using][order])])
        before = np.searchsorted(start[order], (key + self._end)[other], "left")
        held: Mask = latest[before] > (key + self._start)[other]  # the end of a lesser key is before any start of this
        return held
