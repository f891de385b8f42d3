"""Versions of a bucket: of two exports that hold the same one the fuller is kept, row by row."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from data.exports.export import Problem
from data.overlap.arrays import ExactSums, Integers, Mask, coded, combined, firsts, grouped, not_empty, numbered
from data.overlap.layers import Kind, Layer, Units, offers
from data.overlap.notices import day, said

FILTERABLE = ("project_id", "user_id", "api_key_id", "model", "line_item")
"""What OpenAI's API filters by, and what a grouping could therefore tell apart."""


def drop_older_versions(
    rows: pa.Table, units: Units, kind: Kind, layers: Sequence[Layer], names: Sequence[str], counted: Mask
) -> list[Problem]:
    """Of overlapping buckets of a layer, each combination of dimension values counts from one: the fuller bucket."""
    copies = _copies(rows, units, kind)
    counted[copies[units.of_row]] = False
    several = ~copies & (np.bincount(units.stretch[~copies], minlength=len(units))[units.stretch] > 1)
    here = np.flatnonzero(several[units.of_row])
    if not len(here):
        return []
    rows, unit = rows.select([*kind.dimensions, *kind.counts]).take(pa.array(here)), units.of_row[here]
    key = numbered(units.stretch[unit], *(coded(rows[name])[0] for name in not_empty(rows, kind.dimensions)))
    _, first, version = np.unique(combined([key, unit]), return_index=True, return_inverse=True)
    key, of = key[first], unit[first]
    sizes = ExactSums.of(rows, kind.sizes, version, len(first))
    size = sizes.rank()
    span = units.end[of] - units.start[of]
    order = np.lexsort((of, *_contents(rows, kind, version, len(first)), -size, -units.end[of], -span, key))
    wins = np.empty(len(first), bool)
    wins[order] = firsts(key[order])
    best = order[firsts(key[order])][key]  # by version: the one that was kept in its place
    counted[here[~wins[version]]] = False
    alike = (units.end[of] == units.end[of[best]]) & (units.start[of] == units.start[of[best]])
    reaches_out = (units.end[of] > units.end[of[best]]) | (units.start[of] < units.start[of[best]])
    differs = np.flatnonzero(~wins & ((alike & (size != size[best])) | reaches_out))
    sums = (
        {name: ExactSums.of(rows, [name], version, len(first)) for name in not_empty(rows, kind.sizes)}
        if len(differs)
        else {}
    )
    problems = []
    for group in grouped(numbered(units.file[of[differs]], units.file[of[best[differs]]], units.layer[of[differs]])):
        others, kept = differs[group], best[differs[group]]
        missing = _missing(layers[units.layer[of[others[0]]]], kind)
        problems.append(_replaced(units, names, of[others], of[kept[0]], missing, _beside(sums, others, kept)))
    return problems


def _copies(rows: pa.Table, units: Units, kind: Kind) -> Mask:
    """Units that hold row for row what another one of the same time holds: most of what overlaps, and cheap to find."""
    copies = np.zeros(len(units), bool)
    several = np.flatnonzero(np.bincount(units.stretch, minlength=1)[units.stretch] > 1)
    if not len(several):
        return copies
    here = np.flatnonzero(np.isin(np.arange(len(units)), several)[units.of_row])
    content = np.zeros(len(units), np.uint64)
    with np.errstate(over="ignore"):
        np.add.at(content, units.of_row[here], _fingerprints(rows, kind, here))
    order = np.lexsort((several, content[several], units.end[several], units.start[several], units.stretch[several]))
    sorted_units = several[order]
    first = np.zeros(len(order), bool)
    for column in (units.stretch, units.start, units.end, content.view(np.int64)):
        first |= firsts(column[sorted_units])
    copies[sorted_units[~first]] = True
    return copies


def _fingerprints(rows: pa.Table, kind: Kind, here: Integers) -> npt.NDArray[np.uint64]:
    """64 bits per row that differ where rows differ."""
    mixed = np.full(len(here), 0x9E3779B97F4A7C15, np.uint64)
    for name in not_empty(rows, (*kind.dimensions, *kind.counts)):
        values = pc.fill_null(rows[name], -1).to_numpy() if name in kind.counts else coded(rows[name])[0]
        mixed ^= values[here].astype(np.uint64)
        mixed *= np.uint64(0xBF58476D1CE4E5B9)  # splitmix64's way of spreading one bit over all
        mixed ^= mixed >> np.uint64(31)
    return mixed


def _contents(rows: pa.Table, kind: Kind, version: Integers, many: int) -> tuple[Integers, Integers]:
    """Two keys that order versions of equal size by what they hold, whichever file came first."""
    reported, content = np.zeros(many, np.int64), np.zeros(many, np.uint64)
    for place, name in enumerate(not_empty(rows, kind.counts), start=1):
        reported -= np.bincount(version, rows[name].is_valid().to_numpy(), many).astype(np.int64)
        sums = ExactSums.of(rows, [name], version, many)
        factor = pow(0x9E3779B97F4A7C15, place, 2**64)
        with np.errstate(over="ignore"):
            content = content + (sums.high * 31 + sums.low).astype(np.uint64) * np.uint64(factor)
    return content.astype(np.int64), reported


def _replaced(units: Units, names: Sequence[str], others: Integers, kept: int, missing: str, values: str) -> Problem:
    """That rows of one file were replaced by those of another though its buckets are no longer, with both numbers."""
    file, kept_file = units.file[others[0]], units.file[kept]
    where = "within the file" if file == kept_file else f"from {names[kept_file]}"
    place = f"{len(others):,} rows from bucket {day(int(units.slot[others].min()))} on"
    reason = (
        f"differs {where} for the same time; the fuller bucket was kept. If these are two filtered exports, export "
        f"both again with group_by {missing} as well"
    )
    return Problem("notice", names[file], place, "", values, reason)


def _beside(sums: dict[str, ExactSums], others: Integers, kept: Integers) -> str:
    return ", ".join(said(name, each.over(others), each.over(kept)) for name, each in sums.items())


def _missing(layer: Layer, kind: Kind) -> str:
    """What a grouping could tell apart that this one doesn't, of what the API can filter by."""
    offered = offers(layer.object) & set(kind.grouping)
    missing = [name for name in FILTERABLE if name in offered and name not in layer.grouping]
    return " or ".join(missing or sorted(offered - set(layer.grouping))) or "what they were filtered by"
