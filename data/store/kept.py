"""A part of the usage that stands on its own: rows that a view shows, with the buckets, files and layers they need."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.overlap import Integers, Layer, Mask, choose
from data.pseudonyms import Scrubber
from data.usage import COSTS, File, Usage

Reach = tuple[str, int, int]
"""Kind of result, first second, and the second after the last."""


def chosen_costs(usage: Usage) -> Mask:
    """Costs of which none is a layer's that another tells better."""
    return choose(usage.costs, usage.cost_shares, usage.cost_layers, COSTS, frozenset(), None)


def keep(usage: Usage, rows: Mask, costs: Mask | None, reach: Reach | None) -> Usage:
    """These rows, and nothing that tells of others. costs: None for none. reach: whose buckets stay, None for all.

    What is left is what counts, each token once: there is nothing to choose between any more.
    """
    costs = np.zeros(usage.costs.num_rows, bool) if costs is None else costs
    kept = [usage.results.filter(pa.array(rows)), usage.costs.filter(pa.array(costs))]
    buckets = _buckets(usage.buckets, kept, reach)
    number = np.cumsum(buckets) - 1
    kept = [_set(table, "bucket", number[table["bucket"].to_numpy()]) for table in kept]
    results, layers, shares = _layers(kept[0], usage.layers, usage.shares)
    paid, cost_layers, cost_shares = _layers(kept[1], usage.cost_layers, usage.cost_shares)
    part = replace(
        usage,
        results=results,
        costs=paid,
        buckets=usage.buckets.filter(pa.array(buckets)),
        layers=layers,
        shares=shares,
        contested=False,
        cost_layers=cost_layers,
        cost_shares=cost_shares,
        costs_contested=False,
    )
    return part if reach is None else _told(part, reach)


def _set(table: pa.Table, name: str, values: Integers) -> pa.Table:
    return table.set_column(table.column_names.index(name), name, pa.array(values.astype(np.int32)))


def _buckets(buckets: pa.Table, kept: list[pa.Table], reach: Reach | None) -> Mask:
    """Those of the kind and time, and whichever a row stands in."""
    if reach is None:
        return np.ones(buckets.num_rows, bool)
    object_name, start, end = reach
    since = buckets["start_time"].to_numpy()
    mine = pc.fill_null(pc.equal(buckets["object"].cast(pa.string()), object_name), True).to_numpy()
    there: Mask = mine & (since >= start) & (since < end)
    for table in kept:
        there[table["bucket"].to_numpy()] = True
    return there


def _layers(
    rows: pa.Table, layers: tuple[Layer, ...], shares: pa.Table
) -> tuple[pa.Table, tuple[Layer, ...], pa.Table]:
    """The rows with layers and shares renumbered to those that they are of."""
    used, layer = np.unique(rows["layer"].to_numpy(), return_inverse=True)
    held, share = np.unique(rows["share"].to_numpy(), return_inverse=True)
    rows = _set(_set(rows, "layer", layer), "share", share)
    shares = shares.take(pa.array(held, pa.int64()))
    number = np.searchsorted(used, shares["layer"].to_numpy())
    shares = shares.set_column(shares.column_names.index("layer"), "layer", pa.array(number, pa.int64()))
    return rows, tuple(layers[index] for index in used), shares


def _told(part: Usage, reach: Reach) -> Usage:
    """What is said about the part: only of files that have a share in it, and only of its kind and time."""
    object_name, start, end = reach
    rows = np.bincount(part.results["file"].to_numpy(), minlength=len(part.files))
    results = np.bincount(part.results["bucket"].to_numpy(), minlength=part.buckets.num_rows)
    names = {file.name for file, many in zip(part.files, rows, strict=True) if many}
    renamed = Scrubber({file.name: "another file" for file in part.files if file.name not in names}, shortest=3)
    return replace(
        part,
        buckets=_set(part.buckets, "results", results),
        reported={name: measures for name, measures in part.reported.items() if name == object_name},
        files=tuple(_file(file, int(many), start, end) for file, many in zip(part.files, rows, strict=True)),
        problems=tuple(each._replace(reason=renamed(each.reason)) for each in part.problems if each.file in names),
        unknown_fields={},
        unknown_objects={},
    )


def _file(file: File, rows: int, start: int, end: int) -> File:
    """A file by its share in the part; of one that has none, nothing but that there was one."""
    if not rows:
        return File("(another file)", "", 0, "", "", 0, 0, 0, None, None, {})
    first, last = file.first, file.last
    return file._replace(
        accepted=rows,
        first=None if first is None else max(first, start),
        last=None if last is None else min(last, end),
    )
