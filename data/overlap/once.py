"""Counting once: versions first, then layers; what overlaps still, a question chooses from."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from data.exports.export import Problem
from data.overlap.arrays import met, stretches
from data.overlap.dominated import drop_dominated
from data.overlap.layers import Kind, Layer, layers_of, units_of
from data.overlap.notices import day, described, measured
from data.overlap.questions import contested
from data.overlap.shares import shares_of
from data.overlap.versions import drop_older_versions


@dataclass(frozen=True)
class Once:
    rows: pa.Table
    """The rows that count, with their `layer` and their `share`."""
    layers: tuple[Layer, ...]
    shares: pa.Table
    """What one layer holds of one stretch of time: layer, cell, start_time, end_time, size (its exact sum)."""
    duplicates: dict[int, int] = field(default_factory=dict)
    """Rows left out, by file."""
    problems: list[Problem] = field(default_factory=list)


def count_once(rows: pa.Table, buckets: pa.Table, kind: Kind, names: Sequence[str]) -> Once:
    """Drops what is held twice.

    rows: file, object, organization, bucket (row of `buckets`), the kind's columns. names: the files', for notices.
    """
    units = units_of(rows, buckets, kind)
    layers, units.layer = layers_of(units, kind)
    units.stretch = stretches(units.layer, units.start, units.end)
    counted = np.ones(rows.num_rows, bool)
    problems = drop_older_versions(rows, units, kind, layers, names, counted)
    shares, share = shares_of(rows, units, kind, layers, counted)
    problems += drop_dominated(rows, share, shares, kind, layers, names, counted)
    dropped, many = np.unique(rows["file"].to_numpy()[~counted], return_counts=True)
    rows = rows.append_column("layer", pa.array(units.layer[units.of_row].astype(np.int32)))
    rows = rows.append_column("share", pa.array(share.astype(np.int32)))
    once = Once(
        rows=rows if counted.all() else rows.filter(pa.array(counted)),
        layers=layers,
        shares=shares,
        duplicates=dict(zip(dropped.tolist(), many.tolist(), strict=True)),
        problems=problems,
    )
    return Once(once.rows, layers, shares, once.duplicates, [*problems, *_still_contested(once, kind, names)])


def _still_contested(once: Once, kind: Kind, names: Sequence[str]) -> list[Problem]:
    """Layers that hold the same usage and both stay, since each answers what the other cannot."""
    here = contested(once.rows, once.shares)
    if not here.any():
        return []
    rows = once.rows.filter(pa.array(here))
    layer, start = rows["layer"].to_numpy(), rows["start_time"].cast(pa.int64()).to_numpy()
    shares = once.shares.take(pa.array(np.unique(rows["share"].to_numpy())))
    problems = []
    for number in np.unique(layer):
        group = np.flatnonzero(layer == number)
        part = rows.take(pa.array(group))
        others = [each for each in np.unique(layer) if _meet(shares, once.layers, number, each)]
        problems.append(
            Problem(
                "notice",
                ", ".join(names[file] for file in np.unique(part["file"].to_numpy())),
                f"buckets {day(int(start[group].min()))} to {day(int(start[group].max()))}",
                "",
                measured(part, kind),
                f"{described(once.layers[number])} cover time that "
                f"{' and '.join(described(once.layers[each]) for each in others[:3])} cover, too; each question is "
                "answered from one of them, never from both",
            )
        )
    return problems


def _meet(shares: pa.Table, layers: Sequence[Layer], one: int, two: int) -> bool:
    """Whether two layers, of one organization's results of a kind, hold shares of the same time."""
    if one == two or layers[one][:2] != layers[two][:2]:
        return False
    layer, start, end = (shares[name].to_numpy() for name in ("layer", "start_time", "end_time"))
    order = np.argsort(start, kind="stable")
    mine, theirs = order[layer[order] == one], order[layer[order] == two]
    first, last = met(start[mine], end[mine], start[theirs], end[theirs])
    return bool((last > first).any())
