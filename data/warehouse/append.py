"""Adding exports to a warehouse: each token still counts once, and what is there is replaced where it has to be.

New exports are compared with what is there for the same days; those days are written anew, and a manifest that names
them makes it so.
"""

import secrets
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.exports import Export
from data.naming import ids
from data.overlap import DAY
from data.parts import Generation
from data.store.content import packed, unpacked
from data.table import tidy
from data.usage import MEASURES, File, Usage
from data.warehouse import rows as lying
from data.warehouse.location import AT_ONCE, Location
from data.warehouse.manifest import Day, Manifest, State, day_name, latest, manifest_name, publish
from data.warehouse.merge import merged

_STALE = 3600.0
"""Seconds after which pieces that no recent state names are deleted: what writes or reads them has ended."""


def read_state(location: Location) -> State:
    """The last state; an empty one where there is nothing yet."""
    manifest = latest(location)
    if not manifest.details:
        return State(manifest, tidy([]))
    pieces = {piece: location.read(name) for piece, name in manifest.details.items()}
    usage = unpacked("usage", pieces)
    assert isinstance(usage, Usage)  # noqa: S101  # the form is the one asked for
    return State(manifest, usage)


class Added(NamedTuple):
    usage: Usage
    """What the warehouse holds now; its results are only a summary."""
    files: int
    """How many were new to it."""
    days: int
    """How many were written."""


def append(location: Location, exports: Sequence[Export], generation: Generation | None = None) -> Added:
    """Adds what is new; raises LocationError with a sentence, and then nothing has changed."""
    state = read_state(location)
    fresh = _fresh(exports, state.usage.files)
    if not fresh:
        return Added(state.usage, 0, 0)
    usage, rows, choices, gone = merged(location, state, [tidy([each], generation) for each in fresh])
    written = _write_days(location, rows)
    kept = {day: piece for day, piece in state.manifest.days.items() if day not in gone}
    number = state.manifest.number + 1
    manifest = Manifest(
        number=number,
        days={**kept, **written},
        details=write_details(location, usage, f"details/{number:08}-{secrets.token_hex(8)}"),
        choices=choices,
        sums=_bounds(state.manifest.sums, rows),
        ids=_ids(state.manifest.ids, [rows, usage.costs]),
        mapping=(*state.manifest.mapping, *(named for each in fresh for named in each.mapping)),
    )
    publish(location, manifest)
    _sweep(location, manifest)
    return Added(usage, len(fresh), len(written))


def _fresh(exports: Sequence[Export], files: Sequence[File]) -> list[Export]:
    """Those that were not added before, byte for byte and under the same label."""
    seen = {(file.sha256, file.organization, file.total) for file in files}
    found = []
    for each in exports:
        key = (each.sha256, each.organization, each.accepted + each.rejected)
        if key not in seen:
            seen.add(key)
            found.append(each)
    return found


def _ids(known: dict[str, tuple[str, ...]], tables: Sequence[pa.Table]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(sorted({*known.get(name, ()), *values})) for name, values in ids(tables).items()}


def _bounds(known: dict[str, int], rows: pa.Table) -> dict[str, int]:
    """What no sum over any rows can exceed: engines may then add in 64 bits."""
    sums = {name: pc.sum(rows[name].cast(pa.decimal128(38))).as_py() for name in MEASURES}
    return {name: known.get(name, 0) + int(amount or 0) for name, amount in sums.items()}


# --- writing -------------------------------------------------------------------------------------------------------


def _write_days(location: Location, rows: pa.Table) -> dict[int, Day]:
    day = rows["start_time"].cast(pa.int64()).to_numpy() // DAY
    rows = rows.take(pa.array(np.argsort(day, kind="stable")))
    numbers, counts = np.unique(day, return_counts=True)

    def write(number: int, since: int, many: int) -> tuple[int, Day]:
        name = day_name(number, secrets.token_hex(8))
        location.create(name, lying.written(rows.slice(since, many)))
        return number * DAY, Day(name, many)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return dict(pool.map(write, numbers.tolist(), (np.cumsum(counts) - counts).tolist(), counts.tolist()))


def write_details(location: Location, usage: Usage, folder: str) -> dict[str, str]:
    names = {}
    for piece, content in packed(usage).items():
        names[piece] = f"{folder}/{piece}"
        location.create(names[piece], content)
    return names


def _sweep(location: Location, manifest: Manifest) -> None:
    """Deletes what neither this state nor the one before names, unless it is new: an append may be about to name it."""
    before = latest(location, manifest.number)
    used = manifest.pieces | before.pieces | {manifest_name(manifest.number), manifest_name(before.number)}
    stale = time.time() - _STALE
    for under in ("results", "details", "manifests"):
        for name, written in location.names(under).items():
            if name not in used and written < stale:
                location.delete(name)
