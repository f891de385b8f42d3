"""Layers that another makes superfluous: what they answer, the other answers, too."""

from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa

from data.exports.export import Problem
from data.overlap.arrays import Integers, Mask, grouped, met, numbered
from data.overlap.layers import Kind, Layer
from data.overlap.notices import day, described, measured
from data.overlap.shares import MOST_GROUPINGS, Keys, Shares, shared


def drop_dominated(
    rows: pa.Table,
    share: Integers,
    table: pa.Table,
    kind: Kind,
    layers: Sequence[Layer],
    names: Sequence[str],
    counted: Mask,
) -> list[Problem]:
    """Drops rows of a layer that another makes superfluous: at least as fine in grouping and time, and as large."""
    shares = Shares(table, layers)
    disputed = shared(shares.cell)
    if not disputed.any() or len(shares.groupings) > MOST_GROUPINGS:
        return []
    here = np.flatnonzero(disputed[share] & counted)
    keys = Keys(rows.take(pa.array(here)), kind, shares.cell[share[here]])
    layer = shares.layer[share[here]]
    by = np.full(len(here), -1, np.int64)
    for fine, coarse in _finer(layers):
        superfluous = np.zeros(len(disputed), bool)
        superfluous[_reached(shares, disputed, fine, coarse)] = True
        using, other = np.flatnonzero(layer == fine), np.flatnonzero(superfluous[share[here]] & (by < 0))
        if len(other):
            by[other[keys.held(frozenset(layers[coarse].grouping), using, other)]] = fine
    left_out = np.flatnonzero(by >= 0)
    those = here[left_out]
    counted[those] = False
    return _left_out(rows.take(pa.array(those)), kind, layers, names, layer[left_out], by[left_out])


def _finer(layers: Sequence[Layer]) -> Iterator[tuple[int, int]]:
    """Pairs of layers of which the first answers whatever the second does, the finest first."""
    order = sorted(range(len(layers)), key=lambda index: (-len(layers[index].grouping), layers[index].width, index))
    for fine in order:
        for coarse in order:
            if fine != coarse and _answers_for(layers[fine], layers[coarse]):
                yield fine, coarse


def _answers_for(fine: Layer, coarse: Layer) -> bool:
    return (
        (fine.object, fine.organization) == (coarse.object, coarse.organization)
        and set(fine.grouping) >= set(coarse.grouping)
        and coarse.width % fine.width == (coarse.phase - fine.phase) % fine.width == 0
    )


def _reached(shares: Shares, disputed: Mask, fine: int, coarse: int) -> Integers:
    """Shares of the coarse layer for whose time the fine one has at least as much."""
    using, other = (
        np.flatnonzero(disputed & (shares.layer == fine)),
        np.flatnonzero(disputed & (shares.layer == coarse)),
    )
    using = using[np.argsort(shares.start[using], kind="stable")]
    first, last = met(shares.start[other], shares.end[other], shares.start[using], shares.end[using])
    other, first, last = other[last > first], first[last > first], last[last > first]
    return other[shares.size[using].between(first, last) >= shares.size[other]]


def _left_out(
    rows: pa.Table, kind: Kind, layers: Sequence[Layer], names: Sequence[str], other: Integers, used: Integers
) -> list[Problem]:
    """What was left out in favour of what, with numbers, per file."""
    start = rows["start_time"].cast(pa.int64()).to_numpy()
    file = rows["file"].to_numpy()
    problems = []
    for group in grouped(numbered(file, other, used)) if len(file) else ():
        first, part = group[0], rows.take(pa.array(group))
        problems.append(
            Problem(
                "notice",
                names[file[first]],
                f"buckets {day(int(start[group].min()))} to {day(int(start[group].max()))}",
                "",
                measured(part, kind),
                f"{len(group):,} results were left out: {described(layers[other[first]])} hold the same usage as "
                f"{described(layers[used[first]])}, which are used",
            )
        )
    return problems
