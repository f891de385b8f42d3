"""Arrays of numbers: groups, runs, stretches of time and exact sums. Knows no export."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Integers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

SUM = pa.decimal128(38)
"""Holds what any number of rows that fit into memory sum to."""


def coded(column: pa.ChunkedArray) -> tuple[Integers, list[str]]:
    """A text column as numbers, -1 for null, and the texts they stand for."""
    if pa.types.is_null(column.type):
        return np.full(len(column), -1, np.int64), []
    array = column.combine_chunks()
    array = array if pa.types.is_dictionary(array.type) else array.dictionary_encode()
    codes: Integers = array.indices.fill_null(-1).to_numpy().astype(np.int64)
    return codes, array.dictionary.to_pylist()


def numbered(*columns: Integers) -> Integers:
    """One number per combination of values, from 0 on."""
    if len(columns) > 1:
        columns = (combined(columns),)
    dense: Integers = np.unique(columns[0], return_inverse=True)[1].astype(np.int64)
    return dense


def combined(columns: Iterable[Integers]) -> Integers:
    """One number per combination of values."""
    key, many = np.zeros(1, np.int64), 1
    for column in columns:
        low = int(column.min(initial=0))
        span = int(column.max(initial=0)) - low + 1
        if many * span >= 2**62:
            key = numbered(key)
            many = int(key.max(initial=0)) + 1
        key, many = key * span + (column - low), many * span
    return key


def grouped(dense: Integers) -> Iterator[Integers]:
    """The rows of each group, in their order."""
    order = np.argsort(dense, kind="stable")
    edges = np.flatnonzero(np.diff(dense[order])) + 1
    return iter(np.split(order, edges)) if len(order) else iter(())


def firsts(sorted_groups: Integers) -> Mask:
    """The first of each run of equal numbers."""
    first: Mask = np.ones(len(sorted_groups), bool)
    first[1:] = sorted_groups[1:] != sorted_groups[:-1]
    return first


def nth(sorted_groups: Integers) -> Integers:
    """0 for the first of each run of equal numbers, 1 for the second, and so on."""
    first = firsts(sorted_groups)
    place: Integers = np.arange(len(first)) - np.flatnonzero(first)[np.cumsum(first) - 1]
    return place


def stretches(group: Integers, start: Integers, end: Integers) -> Integers:
    """Numbers stretches of time: those of one group that overlap, if only by way of others, have one number."""
    many = len(group)
    order = np.lexsort((start, group))
    ends, rank = np.unique(end, return_inverse=True)
    of_group = np.cumsum(firsts(group[order])) - 1
    latest = ends[np.maximum.accumulate(of_group * many + rank[order]) - of_group * many] if many else end
    begins = firsts(of_group)
    begins[1:] |= start[order][1:] >= latest[:-1]
    stretch = np.empty(many, np.int64)
    stretch[order] = np.cumsum(begins) - 1
    return stretch


def met(start: Integers, end: Integers, starts: Integers, ends: Integers) -> tuple[Integers, Integers]:
    """From where to where those lie that each stretch of time overlaps; they are in order and do not overlap."""
    return np.searchsorted(ends, start, "right"), np.searchsorted(starts, end, "left")


class ExactSums:
    """Exact sums per group that may pass 2^63, in two halves."""

    def __init__(self, high: Integers, low: Integers) -> None:
        self.high = high + (low >> 32)
        self.low = low & 0xFFFFFFFF

    @classmethod
    def of(cls, rows: pa.Table, names: Sequence[str], group: Integers, groups: int) -> "ExactSums":
        """Of some columns, added."""
        high, low = np.zeros(groups, np.int64), np.zeros(groups, np.int64)
        for name in not_empty(rows, names):
            values = pc.fill_null(rows[name], 0).to_numpy()
            np.add.at(high, group, values >> 32)
            np.add.at(low, group, values & 0xFFFFFFFF)
        return cls(high, low)

    @classmethod
    def read(cls, column: pa.ChunkedArray) -> "ExactSums":
        """The sums that `column` wrote."""
        array = column.cast(SUM).combine_chunks()
        words = np.frombuffer(array.buffers()[1] or b"", np.int64).reshape(-1, 2)[array.offset :][: len(array)]
        return cls(words[:, 1] << 32 | words[:, 0] >> 32 & 0xFFFFFFFF, words[:, 0] & 0xFFFFFFFF)

    def column(self) -> pa.Array:
        words = np.stack([self.high << 32 | self.low, self.high >> 32], axis=1)
        return pa.Array.from_buffers(SUM, len(words), [None, pa.py_buffer(words.tobytes())])

    def __getitem__(self, those: Integers | Mask) -> "ExactSums":
        return ExactSums(self.high[those], self.low[those])

    def by(self, group: Integers) -> "ExactSums":
        """These sums, added by group."""
        groups = int(group.max(initial=-1)) + 1
        high, low = np.zeros(groups, np.int64), np.zeros(groups, np.int64)
        np.add.at(high, group, self.high)
        np.add.at(low, group, self.low)
        return ExactSums(high, low)

    def between(self, first: Integers, last: Integers) -> "ExactSums":
        """What those from each `first` to the one before its `last` sum to."""
        high, low = (np.concatenate([[0], np.cumsum(half)]) for half in (self.high, self.low))
        return ExactSums(high[last] - high[first], low[last] - low[first])

    def __ge__(self, other: "ExactSums") -> Mask:
        found: Mask = (self.high > other.high) | ((self.high == other.high) & (self.low >= other.low))
        return found

    def over(self, groups: Integers) -> int:
        """The sum of several groups."""
        return int(self.high[groups].sum()) * 2**32 + int(self.low[groups].sum())

    def rank(self) -> Integers:
        """0 for the smallest; equal sums have equal ranks."""
        order = np.lexsort((self.low, self.high))
        steps = firsts(self.high[order]) | firsts(self.low[order])
        rank = np.empty(len(order), np.int64)
        rank[order] = np.cumsum(steps) - 1
        return rank


def not_empty(rows: pa.Table, names: Sequence[str]) -> list[str]:
    """Those columns that hold anything at all."""
    return [name for name in names if not pa.types.is_null(rows[name].type)]
