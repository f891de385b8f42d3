"""Layers: which results of an export may be added to one another."""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from data.models import BY_OBJECT, short_name
from data.overlap.arrays import Integers, coded, combined, firsts, grouped, numbered

GROUPING = "grouping"
"""A column of rows of which it is known what their export was grouped by: a bit for each of the kind's dimensions."""


class Layer(NamedTuple):
    """Results that may be added to one another: same kind, organization, grouping and rhythm of buckets."""

    object: str
    organization: str
    grouping: tuple[str, ...]
    """Dimensions the export was grouped by; a null in any other means "not grouped", not "none"."""
    width: int
    """Seconds of a whole bucket."""
    phase: int = 0
    """Seconds by which buckets begin after a multiple of their width (UTC)."""


class Kind(NamedTuple):
    """What to look at in a table of results."""

    dimensions: tuple[str, ...]
    """Columns that, beside time, tell two rows apart."""
    grouping: tuple[str, ...]
    """Those of them an export can be grouped by."""
    sizes: tuple[str, ...]
    """Integer columns whose sum decides which of two versions is the larger."""
    counts: tuple[str, ...]
    """All integer columns; they decide between versions of equal size."""


@dataclass
class Units:
    """The rows of one kind and organization in one bucket: an answer of the API has them together or not at all."""

    of_row: Integers
    file: Integers
    object: Integers
    organization: Integers
    start: Integers
    end: Integers
    width: Integers
    slot: Integers
    filled: Integers
    """A bit for each dimension that any row fills."""
    objects: list[str]
    organizations: list[str]
    grouping: Integers | None = None
    """Bits as of `filled`, where it is known what each export was grouped by; else it is told by what they fill."""
    layer: Integers = field(default_factory=lambda: np.empty(0, np.int64))
    stretch: Integers = field(default_factory=lambda: np.empty(0, np.int64))

    def __len__(self) -> int:
        return len(self.file)


def units_of(rows: pa.Table, buckets: pa.Table, kind: Kind) -> Units:
    bucket = rows["bucket"].to_numpy().astype(np.int64)
    object_code, objects = coded(rows["object"])
    organization_code, organizations = coded(rows["organization"])
    key = combined([bucket, object_code, organization_code])
    if (key[1:] >= key[:-1]).all():  # as in most files; much faster than sorting
        first = np.flatnonzero(firsts(key))
        of_row = np.cumsum(firsts(key)) - 1
    else:
        _, first, of_row = np.unique(key, return_index=True, return_inverse=True)
    filled = np.zeros(len(first), np.int64)
    for bit, name in enumerate(kind.grouping):
        there = rows[name].is_valid().to_numpy()
        if there.any():
            filled |= (np.bincount(of_row, there, len(first)) > 0).astype(np.int64) << bit
    times = {name: buckets[name].to_numpy()[bucket[first]] for name in ("start_time", "end_time", "width", "slot")}
    return Units(
        of_row=of_row.astype(np.int64),
        file=rows["file"].to_numpy()[first].astype(np.int64),
        object=object_code[first],
        organization=organization_code[first],
        start=times["start_time"],
        end=times["end_time"],
        width=times["width"],
        slot=times["slot"],
        filled=filled,
        objects=objects,
        organizations=organizations,
        grouping=rows[GROUPING].to_numpy()[first] if GROUPING in rows.column_names else None,
    )


def layers_of(units: Units, kind: Kind) -> tuple[tuple[Layer, ...], Integers]:
    """The layers, in an order that does not depend on the files', and which one each unit belongs to."""
    phase = units.slot % units.width
    grouping = _told(units, phase) if units.grouping is None else units.grouping
    number = numbered(units.object, units.organization, grouping, units.width, phase)
    found = [
        Layer(
            units.objects[units.object[first]] if units.object[first] >= 0 else "",
            units.organizations[units.organization[first]] if units.organization[first] >= 0 else "",
            tuple(name for bit, name in enumerate(kind.grouping) if grouping[first] >> bit & 1),
            int(units.width[first]),
            int(phase[first]),
        )
        for first in np.unique(number, return_index=True)[1]
    ]
    order = sorted(range(len(found)), key=found.__getitem__)
    place = np.empty(len(found), np.int64)
    place[order] = np.arange(len(found))
    return tuple(found[index] for index in order), place[number]


def _told(units: Units, phase: Integers) -> Integers:
    """What each unit's export was grouped by, told by what it fills."""
    grouping = np.empty(len(units), np.int64)
    for export in grouped(numbered(units.file, units.object, units.organization, units.width, phase)):
        grouping[export] = _groupings(units.slot[export], units.filled[export])
    return grouping


def _groupings(slot: Integers, filled: Integers) -> Integers:
    """What each bucket of a file was grouped by, as bits.

    A file that holds every bucket once is one export, grouped by whatever any of its rows fills. One that holds
    buckets several times has several answers of the API in it (pages by model, then pages by project; or both, day by
    day): ascending buckets that fill the same are one answer. An answer that fills less than another, at other times,
    may just have nothing to fill in, and counts as a part of that one.
    """
    if len(np.unique(slot)) == len(slot):
        return np.full_like(filled, np.bitwise_or.reduce(filled))
    edges = np.flatnonzero((np.diff(slot) <= 0) | (np.diff(filled) != 0)) + 1
    runs = np.split(np.arange(len(slot)), edges)
    grouping = filled.copy()
    homes: dict[int, set[int]] = {}
    for run in sorted(runs, key=lambda run: (-int(filled[run[0]]).bit_count(), int(filled[run[0]]), int(run[0]))):
        fills, slots = int(filled[run[0]]), set(slot[run].tolist())
        home = next((each for each in homes if each & fills == fills and homes[each].isdisjoint(slots)), fills)
        grouping[run] = home
        homes.setdefault(home, set()).update(slots)
    return grouping


def offers(object_name: str) -> set[str]:
    """Fields of a kind of result, by its short name; what it can be grouped by is among them."""
    found = next((result for name, result in BY_OBJECT.items() if short_name(name) == object_name), None)
    return set(found.model_fields) if found else set()
