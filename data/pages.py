"""Pages that announce another one: which of them have it among the files."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import NamedTuple

import pyarrow as pa

from data.exports import Problem
from data.exports.export import MORE_FOLLOW

Place = tuple[int, str]
"""A file, by its number, and where in it."""


class _Bucket(NamedTuple):
    file: int
    object: str | None
    start_time: int
    end_time: int
    place: str

    @property
    def at(self) -> Place:
        return self.file, self.place


def is_open(problem: Problem) -> bool:
    """Whether it says that the page after one is not there; its place is that page's last bucket."""
    return problem.reason.startswith(MORE_FOLLOW)


def followed(ends: Collection[Place], buckets: pa.Table, organizations: Sequence[str]) -> set[Place]:
    """Those last buckets of pages with which another page goes on: of the same kind and organization.

    buckets: of all files; organizations: of each. A bucket in the midst of another export begins no page: that may be
    one of another project, say.
    """
    if not ends:
        return set()
    rows = [_Bucket(*each) for each in zip(*(buckets[name].to_pylist() for name in _Bucket._fields), strict=True)]
    begun: dict[tuple[str, int], set[str | None]] = defaultdict(set)
    for before, row in pairwise([None, *rows]):
        if row and (before is None or before.at in ends or not _goes_on(before, row)):
            begun[organizations[row.file], row.start_time].add(row.object)
    return {
        row.at
        for row in rows
        if row.at in ends
        and any(_alike(row.object, kind) for kind in begun.get((organizations[row.file], row.end_time), ()))
    }


def _goes_on(before: _Bucket, row: _Bucket) -> bool:
    return before.file == row.file and before.end_time == row.start_time and _alike(before.object, row.object)


def _alike(one: str | None, other: str | None) -> bool:
    """Of which kind an empty bucket is, nobody may know."""
    return one == other or None in (one, other)
