"""Widths of buckets: what a whole one would be, where an export clipped it."""

import numpy as np
import pyarrow as pa

from data.overlap.arrays import Integers, Mask, coded, grouped, numbered

MINUTE, HOUR, DAY = 60, 3600, 86400


def with_slots(buckets: pa.Table) -> pa.Table:
    """Adds the `width` of a whole bucket and its `slot`, the start a whole one would have, in seconds.

    First and last buckets of an export are clipped to the query or to now; their width is the usual one.
    """
    start, end = buckets["start_time"].to_numpy(), buckets["end_time"].to_numpy()
    width, slot = np.empty_like(start), np.empty_like(start)
    kind, _ = coded(buckets["object"])
    for rows in grouped(numbered(buckets["file"].to_numpy(), kind)):
        width[rows], slot[rows] = _slots(start[rows], end[rows])
    return buckets.append_column("width", pa.array(width)).append_column("slot", pa.array(slot))


def _slots(start: Integers, end: Integers) -> tuple[Integers, Integers]:
    span = end - start
    width = _rounded_up(span)
    across: Mask = (start // width != (end - 1) // width) | _is_regular(start, span, width)
    width = np.where(across, span, width)
    usual = _usual(width)
    cell = start // usual
    short = (width < usual) & (cell == (end - 1) // usual)
    touching = (start % usual == 0) | (end % usual == 0)
    # Several short buckets in one cell are hours beside days; a single one at its edge is a day that was clipped.
    width = np.where(short & touching & ~_is_repeated(cell, start, short), usual, width)
    return width, np.where(span < width, start // width * width, start)


def _is_regular(start: Integers, span: Integers, width: Integers) -> Mask:
    """Buckets of a width the API doesn't know, such as two hours: one span again and again within a day."""
    odd = (span < width) & (start % span == 0)
    regular = np.unique(span[_is_repeated(numbered(start // width, span), start, odd)])
    repeated: Mask = odd & np.isin(span, regular)
    return repeated


def _is_repeated(cell: Integers, start: Integers, those: Mask) -> Mask:
    """Those of which several begin in one cell, at different times."""
    cells, counts = np.unique(np.unique(np.stack([cell[those], start[those]]), axis=1)[0], return_counts=True)
    repeated: Mask = those & np.isin(cell, cells[counts > 1])
    return repeated


def _usual(width: Integers) -> int:
    values, counts = np.unique(width[width <= DAY], return_counts=True)
    return int(values[np.argmax(counts)]) if len(values) else DAY


def _rounded_up(span: Integers) -> Integers:
    return np.where(span <= MINUTE, MINUTE, np.where(span <= HOUR, HOUR, np.where(span <= DAY, DAY, span)))
