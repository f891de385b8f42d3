"""What two versions of an amount are compared by: whole numbers, for sums that are exact in any order."""

import numpy as np
import pyarrow as pa

from data.exports.export import AMOUNT
from data.parts import nullable

_ABOUT = 10**6


def weighed(costs: pa.Table) -> pa.Table:
    """Costs with the whole numbers by which versions are compared: `about` and `digits`."""
    costs = costs.append_column("about", _about(costs["amount"]))
    return costs.append_column("digits", _digits(costs["amount"]))


def _about(amounts: pa.ChunkedArray) -> pa.Array:
    """Amounts in millionths, which is all it takes to see which of two versions is the larger."""
    millionths = np.rint(amounts.cast(pa.float64()).to_numpy() * _ABOUT)
    known = ~np.isnan(millionths)
    return nullable(np.clip(np.where(known, millionths, 0), -(2.0**62), 2.0**62).astype(np.int64), known)


def _digits(amounts: pa.ChunkedArray) -> pa.Array:
    """The last 64 bits of each amount: what tells amounts apart that are alike in millionths."""
    array = amounts.cast(AMOUNT).combine_chunks()
    words = np.frombuffer(array.buffers()[1] or b"", np.int64).reshape(-1, 4)
    return pa.array(words[array.offset : array.offset + len(array), 0], mask=array.is_null().to_numpy(False))
