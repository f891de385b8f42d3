"""Contested rows in classes: rows that answer the same questions are of one class, worked out when they are added.

A question then names the classes that answer it, and no engine has to compare rows.
"""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pyarrow as pa

from data.overlap import Integers, Layer, choose, contested
from data.usage import RESULTS
from data.warehouse.manifest import Choice


def classes(rows: pa.Table, shares: pa.Table, layers: Sequence[Layer]) -> tuple[Integers, list[Choice]]:
    """By row: its place among the choices, and -1 where nothing else holds the same usage."""
    found: Integers = np.full(rows.num_rows, -1, np.int64)
    here = np.flatnonzero(contested(rows, shares))
    if not len(here):
        return found, []
    rows = rows.take(pa.array(here))
    held = [layers[index] for index in np.unique(rows["layer"].to_numpy())]
    groupings = [set(layer.grouping) for layer in held]
    dimensions = tuple(sorted(set.union(*groupings) - set.intersection(*groupings)))
    widths = tuple(sorted({layer.width for layer in held}))
    answers = [
        choose(rows, shares, layers, RESULTS, asked, width) for asked in _combinations(dimensions) for width in widths
    ]
    packed = np.packbits(np.stack(answers), axis=0)
    of_class, code = np.unique(packed, axis=1, return_inverse=True)
    found[here] = code
    bits = np.unpackbits(of_class, axis=0, count=len(answers))
    return found, [Choice(dimensions, widths, "".join(map(str, column))) for column in bits.T.tolist()]


def _combinations(names: Sequence[str]) -> list[frozenset[str]]:
    """All of them, in the order of binary numbers: the first name is the lowest bit."""
    every = [frozenset(some) for many in range(len(names) + 1) for some in combinations(names, many)]
    return sorted(every, key=lambda some: sum(1 << bit for bit, name in enumerate(names) if name in some))
