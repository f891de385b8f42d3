"""What exports and a warehouse hold together: rows that meet are compared, and each token counts once.

What an export was grouped by is told by the whole of it, hence kept with its rows. Numbers of layers, choices, files
and buckets stay valid for the days that are not touched.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.amounts import weighed
from data.exports import Problem
from data.overlap import DAY, GROUPING, Integers, Kind, Layer, Mask, Once, contested, count_once
from data.pages import Place, followed, is_open
from data.table import one_organization
from data.usage import COSTS, MEASURES, RESULTS, File, Usage
from data.warehouse import rows as lying
from data.warehouse.choices import classes
from data.warehouse.location import Location
from data.warehouse.manifest import Choice, State


def merged(
    location: Location, state: State, new: Sequence[Usage]
) -> tuple[Usage, pa.Table, tuple[Choice, ...], set[int]]:
    """The whole; the results of all days that are written anew; the choices; the days that those replace."""
    old = state.usage
    offsets = np.cumsum([old.buckets.num_rows, *(each.buckets.num_rows for each in new)])
    buckets = _joined([old.buckets, *(_moved(each.buckets, len(old.files) + at) for at, each in enumerate(new))])
    files = [*old.files, *(file for each in new for file in each.files)]
    names = [file.name for file in files]
    places = [(len(old.files) + at, int(offsets[at])) for at in range(len(new))]

    added = [_placed(each.results, each.layers, RESULTS, *place) for each, place in zip(new, places, strict=True)]
    touched = _touched(old.results, _joined([each.select(_TIMES) for each in added]))
    there = [lying.read(location.read(day.name)) for at, day in state.manifest.days.items() if at // DAY in touched]
    once = count_once(
        _joined([*(_placed(each, old.layers, RESULTS) for each in there), *added]), buckets, RESULTS, names
    )
    layers, rows, shares = _with_layers(old.layers, once)
    choices, chosen = _with_choices(state.manifest.choices, once)
    rows = rows.append_column("choice", chosen)
    untouched = old.results.filter(pa.array(~_in_days(old.results, touched)))
    untouched, shares, rows = _with_shares(untouched, old.shares, rows, shares)
    summary = lying.summary_of(rows)

    costs = count_once(_costs(old, new, places), buckets, COSTS, names)
    dropped = Counter(once.duplicates) + Counter(costs.duplicates)
    usage = replace(
        old,
        results=_joined([untouched.select(summary.column_names), summary]) if untouched.num_rows else summary,
        costs=costs.rows.drop_columns(["about", "digits", GROUPING]),
        buckets=buckets,
        layers=layers,
        shares=shares,
        contested=any(_is_contested(each) for each in (untouched, summary)),
        cost_layers=costs.layers,
        cost_shares=costs.shares,
        costs_contested=bool(contested(costs.rows, costs.shares).any()),
        reported=_reported([old, *new]),
        files=tuple(_recounted(file, dropped.get(index, 0)) for index, file in enumerate(files)),
        problems=tuple(dict.fromkeys([*_met([old, *new], buckets), *once.problems, *costs.problems])),
        unknown_fields=_added(each.unknown_fields for each in (old, *new)),
        unknown_objects=_added(each.unknown_objects for each in (old, *new)),
    )
    return usage, rows, choices, {day * DAY for day in touched}


def _met(usages: Sequence[Usage], buckets: pa.Table) -> list[Problem]:
    """What each of them tells, without pages whose next one another has."""
    met: list[tuple[Problem, list[Place]]] = []
    files: list[File] = []
    for each in usages:
        for problem in each.problems:
            mine = [at for at, file in enumerate(each.files, len(files)) if file.name == problem.file]
            met.append((problem, [(at, problem.place) for at in mine] if is_open(problem) else []))
        files += each.files
    done = followed({end for _, ends in met for end in ends}, buckets, [file.organization for file in files])
    return [problem for problem, ends in met if not ends or not done.issuperset(ends)]


def _is_contested(summary: pa.Table) -> bool:
    return bool(summary.num_rows) and summary["choice"].null_count < summary.num_rows


# --- rows that meet ------------------------------------------------------------------------------------------------

_TIMES = ["start_time", "end_time"]


def _touched(summary: pa.Table, added: pa.Table) -> set[int]:
    """Days since 1970 of which results are compared: those of what is new, and of all that these are tied to."""
    touched = _days_of(added)
    while True:
        first, last = _reach(summary)
        days = np.array(sorted(touched), np.int64)
        tied = np.searchsorted(days, first, "left") < np.searchsorted(days, last, "right")
        more = touched | _days_of(summary.select(_TIMES).filter(pa.array(tied)))
        if more == touched:
            return touched
        touched = more


def _reach(rows: pa.Table) -> tuple[Integers, Integers]:
    """The first and the last day of each row's bucket."""
    start, end = (rows[name].cast(pa.int64()).to_numpy() for name in _TIMES)
    return start // DAY, np.maximum(end - 1, start) // DAY


def _days_of(rows: pa.Table) -> set[int]:
    first, last = _reach(rows)
    several = np.flatnonzero(last > first)
    across = {day for index in several for day in range(int(first[index]), int(last[index]) + 1)}
    return across | set(np.unique(first).tolist())


def _in_days(rows: pa.Table, days: Iterable[int]) -> Mask:
    found: Mask = np.isin(_reach(rows)[0], np.array(sorted(days), np.int64))
    return found


def _placed(rows: pa.Table, layers: Sequence[Layer], kind: Kind, file: int = 0, bucket: int = 0) -> pa.Table:
    """Rows with their grouping, in files and buckets from these places on."""
    bits = np.array([_bits(layer, kind) for layer in layers] or [0], np.int64)
    rows = rows.append_column(GROUPING, pa.array(bits[rows["layer"].to_numpy()]))
    for name, offset in (("file", file), ("bucket", bucket)):
        moved = pa.array((rows[name].to_numpy() + offset).astype(np.int32))
        rows = rows.set_column(rows.column_names.index(name), name, moved)
    return rows.drop_columns([name for name in ("layer", "share", "choice") if name in rows.column_names])


def _bits(layer: Layer, kind: Kind) -> int:
    return sum(1 << bit for bit, name in enumerate(kind.grouping) if name in layer.grouping)


def _moved(buckets: pa.Table, file: int) -> pa.Table:
    column = pa.array(np.full(buckets.num_rows, file, np.int32))
    return buckets.set_column(buckets.column_names.index("file"), "file", column)


def _joined(tables: Sequence[pa.Table]) -> pa.Table:
    """All rows; an empty table says nothing about types."""
    tables = [table for table in tables if table.num_rows] or list(tables[:1])
    return pa.concat_tables(tables, promote_options="permissive").unify_dictionaries().combine_chunks()


def _costs(old: Usage, new: Sequence[Usage], places: Sequence[tuple[int, int]]) -> pa.Table:
    """All costs there are: they are few."""
    parts = [_placed(old.costs, old.cost_layers, COSTS)]
    parts += [_placed(each.costs, each.cost_layers, COSTS, *place) for each, place in zip(new, places, strict=True)]
    return weighed(one_organization(_joined(parts)))


# --- numbers that stay valid ---------------------------------------------------------------------------------------


def _with_layers(known: tuple[Layer, ...], once: Once) -> tuple[tuple[Layer, ...], pa.Table, pa.Table]:
    """All layers, those that are known in their place; rows and shares that say which is theirs."""
    layers = tuple(dict.fromkeys((*known, *once.layers)))
    place = np.array([layers.index(layer) for layer in once.layers] or [0], np.int64)
    layer = pa.array(place[once.rows["layer"].to_numpy()].astype(np.int32))
    rows = once.rows.set_column(once.rows.column_names.index("layer"), "layer", layer).drop_columns([GROUPING])
    shares = once.shares.set_column(0, "layer", pa.array(place[once.shares["layer"].to_numpy()]))
    return layers, rows, shares


def _with_choices(known: tuple[Choice, ...], once: Once) -> tuple[tuple[Choice, ...], pa.Array]:
    """All choices, and by row which is its own."""
    of_row, found = classes(once.rows, once.shares, once.layers)
    choices = tuple(dict.fromkeys((*known, *found)))
    place = np.array([choices.index(choice) for choice in found] or [0], np.int64)
    return choices, pa.array(place[of_row].astype(np.int32), mask=of_row < 0)


def _with_shares(
    untouched: pa.Table, held: pa.Table, rows: pa.Table, found: pa.Table
) -> tuple[pa.Table, pa.Table, pa.Table]:
    """The untouched summary, all shares that are left, and the rows: each says which share is its own."""
    used, place = np.unique(untouched["share"].to_numpy() if untouched.num_rows else [], return_inverse=True)
    held = held.take(pa.array(used.astype(np.int64)))
    cells = pc.max(held["cell"]).as_py()
    moved = pc.add(found["cell"], 0 if cells is None else cells + 1)
    found = found.set_column(found.column_names.index("cell"), "cell", moved)
    shares = pa.concat_tables([held.select(found.column_names).cast(found.schema), found]).combine_chunks()
    share = pa.array((rows["share"].to_numpy() + len(used)).astype(np.int32))
    rows = rows.set_column(rows.column_names.index("share"), "share", share)
    if untouched.num_rows:
        column = pa.array(place.astype(np.int32))
        untouched = untouched.set_column(untouched.column_names.index("share"), "share", column)
    return untouched, shares, rows


def _reported(usages: Sequence[Usage]) -> dict[str, tuple[str, ...]]:
    kinds = dict.fromkeys(kind for each in usages for kind in each.reported)
    together = {kind: {name for each in usages for name in each.reported.get(kind, ())} for kind in kinds}
    return {kind: tuple(name for name in MEASURES if name in names) for kind, names in together.items()}


def _recounted(file: File, dropped: int) -> File:
    return file._replace(accepted=file.accepted - dropped, duplicate=file.duplicate + dropped)


def _added(counts: Iterable[dict[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for each in counts:
        total.update(each)
    return dict(total)
