"""Layers that another makes superfluous: what they answer, the other answers, too."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from data.exports.export import Problem
from data.overlap.arrays import Integers, Mask, firsts, grouped, numbered
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
    by = np.full(len(here), -1, np.int64)
    for fine, coarse in shares.meeting(disputed):
        if shares.groupings[fine] >= shares.groupings[coarse]:
            best = _largest(shares, fine, disputed)
            dominator = best[shares.cell]
            superfluous = (
                (shares.grouping == coarse)
                & (dominator >= 0)
                & (dominator != np.arange(len(dominator)))
                & (shares.width[dominator] <= shares.width)
                & (shares.size[dominator] >= shares.size)
            )
            using = np.flatnonzero(dominator[share[here]] == share[here])
            other = np.flatnonzero(superfluous[share[here]] & (by < 0))
            found = other[keys.held(shares.groupings[coarse], using, other)]
            by[found] = dominator[share[here[found]]]
    left_out = np.flatnonzero(by >= 0)
    those = here[left_out]
    counted[those] = False
    return _left_out(rows.take(pa.array(those)), shares, kind, layers, names, share[those], by[left_out])


def _largest(shares: Shares, grouping: int, there: Mask) -> Integers:
    """By cell: the largest share of that grouping, of equal ones the finest in time; -1 where there is none."""
    those = np.flatnonzero(there & (shares.grouping == grouping))
    order = those[np.lexsort((shares.layer[those], shares.width[those], -shares.size[those], shares.cell[those]))]
    first = order[firsts(shares.cell[order])]
    best = np.full(int(shares.cell.max(initial=0)) + 1, -1, np.int64)
    best[shares.cell[first]] = first
    return best


def _left_out(
    rows: pa.Table,
    shares: Shares,
    kind: Kind,
    layers: Sequence[Layer],
    names: Sequence[str],
    share: Integers,
    by: Integers,
) -> list[Problem]:
    """What was left out in favour of what, with numbers, per file."""
    start = rows["start_time"].cast(pa.int64()).to_numpy()
    file, other, used = rows["file"].to_numpy(), shares.layer[share], shares.layer[by]
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
