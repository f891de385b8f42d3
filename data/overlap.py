"""Exports that overlap, counted once (FORMAT section 7).

Two exports may hold the same bucket (a *version* of it each), or the same tokens under another grouping or another
bucket width (a *layer* each). Of versions the fuller one is kept, row by row. Layers meet in *cells*, stretches of time
that their buckets tie together; of each cell one layer is used, the finest that answers the question asked. What
answers nothing that another layer does not answer is a duplicate for good; where neither covers the other (one by
model, one by project) both stay, and `choose` picks one for each question.

A row whose dimension values only one export has is always kept: an export of project A beside one of project B.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from data.exports.export import Problem
from data.models import BY_OBJECT, short_name

MINUTE, HOUR, DAY = 60, 3600, 86400

Integers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

MOST_GROUPINGS = 32
"""Groupings of one usage that are compared row by row; of more, one layer is used and the others are left out."""

FILTERABLE = ("project_id", "user_id", "api_key_id", "model", "line_item")
"""What OpenAI's API filters by, and what a grouping could therefore tell apart."""


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


@dataclass(frozen=True)
class Once:
    rows: pa.Table
    """The rows that count, with their `layer` and their `share`."""
    layers: tuple[Layer, ...]
    shares: pa.Table
    """What one layer holds of one cell: layer, cell, start_time, end_time, size (its rank among all shares)."""
    duplicates: dict[int, int] = field(default_factory=dict)
    """Rows left out, by file."""
    problems: list[Problem] = field(default_factory=list)


def count_once(rows: pa.Table, buckets: pa.Table, kind: Kind, names: Sequence[str]) -> Once:
    """Drops what is held twice.

    rows: file, object, organization, bucket (row of `buckets`), the kind's columns. names: the files', for notices.
    """
    units = _units(rows, buckets, kind)
    layers, units.layer = _layers(units, kind)
    units.stretch = _stretches(units.layer, units.start, units.end)
    counted = np.ones(rows.num_rows, bool)
    problems = _drop_older_versions(rows, units, kind, layers, names, counted)
    shares, share = _shares(rows, units, kind, layers, counted)
    problems += _drop_dominated(rows, share, shares, kind, layers, names, counted)
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


# --- bucket widths -------------------------------------------------------------------------------------------------


def with_slots(buckets: pa.Table) -> pa.Table:
    """Adds the `width` of a whole bucket and its `slot`, the start a whole one would have, in seconds.

    First and last buckets of an export are clipped to the query or to now; their width is the usual one.
    """
    start, end = buckets["start_time"].to_numpy(), buckets["end_time"].to_numpy()
    width, slot = np.empty_like(start), np.empty_like(start)
    kind, _ = _codes(buckets["object"])
    for rows in _grouped(_dense(buckets["file"].to_numpy(), kind)):
        width[rows], slot[rows] = _slots(start[rows], end[rows])
    return buckets.append_column("width", pa.array(width)).append_column("slot", pa.array(slot))


def _slots(start: Integers, end: Integers) -> tuple[Integers, Integers]:
    span = end - start
    width = _rounded_up(span)
    across: Mask = (start // width != (end - 1) // width) | _is_regular(start, span, width)
    width = np.where(across, span, width)
    usual = _usual(width)
    cell = start // usual
    short = (width < usual) & (cell == (end - 1) // usual)
    touching = (start % usual == 0) | (end % usual == 0)
    # Several short buckets in one cell are hours beside days; a single one at its edge is a day that was clipped.
    width = np.where(short & touching & ~_is_repeated(cell, start, short), usual, width)
    return width, np.where(span < width, start // width * width, start)


def _is_regular(start: Integers, span: Integers, width: Integers) -> Mask:
    """Buckets of a width the API doesn't know, such as two hours: one span again and again within a day."""
    odd = (span < width) & (start % span == 0)
    regular = np.unique(span[_is_repeated(_dense(start // width, span), start, odd)])
    repeated: Mask = odd & np.isin(span, regular)
    return repeated


def _is_repeated(cell: Integers, start: Integers, those: Mask) -> Mask:
    """Those of which several begin in one cell, at different times."""
    cells, counts = np.unique(np.unique(np.stack([cell[those], start[those]]), axis=1)[0], return_counts=True)
    repeated: Mask = those & np.isin(cell, cells[counts > 1])
    return repeated


def _usual(width: Integers) -> int:
    values, counts = np.unique(width[width <= DAY], return_counts=True)
    return int(values[np.argmax(counts)]) if len(values) else DAY


def _rounded_up(span: Integers) -> Integers:
    return np.where(span <= MINUTE, MINUTE, np.where(span <= HOUR, HOUR, np.where(span <= DAY, DAY, span)))


# --- arrays --------------------------------------------------------------------------------------------------------


def _codes(column: pa.ChunkedArray) -> tuple[Integers, list[str]]:
    """A text column as numbers, -1 for null, and the texts they stand for."""
    if pa.types.is_null(column.type):
        return np.full(len(column), -1, np.int64), []
    array = column.combine_chunks()
    array = array if pa.types.is_dictionary(array.type) else array.dictionary_encode()
    codes: Integers = array.indices.fill_null(-1).to_numpy().astype(np.int64)
    return codes, array.dictionary.to_pylist()


def _dense(*columns: Integers) -> Integers:
    """One number per combination of values, from 0 on."""
    if len(columns) > 1:
        columns = (_key(columns),)
    dense: Integers = np.unique(columns[0], return_inverse=True)[1].astype(np.int64)
    return dense


def _key(columns: Iterable[Integers]) -> Integers:
    """One number per combination of values."""
    key, many = np.zeros(1, np.int64), 1
    for column in columns:
        low = int(column.min(initial=0))
        span = int(column.max(initial=0)) - low + 1
        if many * span >= 2**62:
            key = _dense(key)
            many = int(key.max(initial=0)) + 1
        key, many = key * span + (column - low), many * span
    return key


def _grouped(dense: Integers) -> Iterator[Integers]:
    """The rows of each group, in their order."""
    order = np.argsort(dense, kind="stable")
    edges = np.flatnonzero(np.diff(dense[order])) + 1
    return iter(np.split(order, edges)) if len(order) else iter(())


def _firsts(sorted_groups: Integers) -> Mask:
    """The first of each run of equal numbers."""
    first: Mask = np.ones(len(sorted_groups), bool)
    first[1:] = sorted_groups[1:] != sorted_groups[:-1]
    return first


def _stretches(group: Integers, start: Integers, end: Integers) -> Integers:
    """Numbers stretches of time: those of one group that overlap, if only by way of others, have one number."""
    many = len(group)
    order = np.lexsort((start, group))
    ends, rank = np.unique(end, return_inverse=True)
    of_group = np.cumsum(_firsts(group[order])) - 1
    latest = ends[np.maximum.accumulate(of_group * many + rank[order]) - of_group * many] if many else end
    begins = _firsts(of_group)
    begins[1:] |= start[order][1:] >= latest[:-1]
    stretch = np.empty(many, np.int64)
    stretch[order] = np.cumsum(begins) - 1
    return stretch


class _Sums:
    """Exact sums per group of columns that may pass 2^63, in two halves."""

    def __init__(self, rows: pa.Table, names: Sequence[str], group: Integers, groups: int) -> None:
        self.high, self.low = np.zeros(groups, np.int64), np.zeros(groups, np.int64)
        for name in _held(rows, names):
            values = pc.fill_null(rows[name], 0).to_numpy()
            np.add.at(self.high, group, values >> 32)
            np.add.at(self.low, group, values & 0xFFFFFFFF)
        self.high += self.low >> 32
        self.low &= 0xFFFFFFFF

    def over(self, groups: Integers) -> int:
        """The sum of several groups."""
        return int(self.high[groups].sum()) * 2**32 + int(self.low[groups].sum())

    def rank(self) -> Integers:
        """0 for the smallest; equal sums have equal ranks."""
        order = np.lexsort((self.low, self.high))
        steps = _firsts(self.high[order]) | _firsts(self.low[order])
        rank = np.empty(len(order), np.int64)
        rank[order] = np.cumsum(steps) - 1
        return rank


def _held(rows: pa.Table, names: Sequence[str]) -> list[str]:
    """Those columns that hold anything at all."""
    return [name for name in names if not pa.types.is_null(rows[name].type)]


# --- layers --------------------------------------------------------------------------------------------------------


@dataclass
class _Units:
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
    layer: Integers = field(default_factory=lambda: np.empty(0, np.int64))
    stretch: Integers = field(default_factory=lambda: np.empty(0, np.int64))

    def __len__(self) -> int:
        return len(self.file)


def _units(rows: pa.Table, buckets: pa.Table, kind: Kind) -> _Units:
    bucket = rows["bucket"].to_numpy().astype(np.int64)
    object_code, objects = _codes(rows["object"])
    organization_code, organizations = _codes(rows["organization"])
    key = _key([bucket, object_code, organization_code])
    if (key[1:] >= key[:-1]).all():  # as in most files; much faster than sorting
        first = np.flatnonzero(_firsts(key))
        of_row = np.cumsum(_firsts(key)) - 1
    else:
        _, first, of_row = np.unique(key, return_index=True, return_inverse=True)
    filled = np.zeros(len(first), np.int64)
    for bit, name in enumerate(kind.grouping):
        there = rows[name].is_valid().to_numpy()
        if there.any():
            filled |= (np.bincount(of_row, there, len(first)) > 0).astype(np.int64) << bit
    times = {name: buckets[name].to_numpy()[bucket[first]] for name in ("start_time", "end_time", "width", "slot")}
    return _Units(
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
    )


def _layers(units: _Units, kind: Kind) -> tuple[tuple[Layer, ...], Integers]:
    """The layers, in an order that does not depend on the files', and which one each unit belongs to."""
    phase = units.slot % units.width
    grouping = np.empty(len(units), np.int64)
    for export in _grouped(_dense(units.file, units.object, units.organization, units.width, phase)):
        grouping[export] = _groupings(units.slot[export], units.filled[export])
    number = _dense(units.object, units.organization, grouping, units.width, phase)
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


# --- versions ------------------------------------------------------------------------------------------------------


def _drop_older_versions(
    rows: pa.Table, units: _Units, kind: Kind, layers: Sequence[Layer], names: Sequence[str], counted: Mask
) -> list[Problem]:
    """Of overlapping buckets of a layer, each combination of dimension values counts from one: the fuller bucket."""
    copies = _copies(rows, units, kind)
    counted[copies[units.of_row]] = False
    several = ~copies & (np.bincount(units.stretch[~copies], minlength=len(units))[units.stretch] > 1)
    here = np.flatnonzero(several[units.of_row])
    if not len(here):
        return []
    rows, unit = rows.select([*kind.dimensions, *kind.counts]).take(pa.array(here)), units.of_row[here]
    key = _dense(units.stretch[unit], *(_codes(rows[name])[0] for name in _held(rows, kind.dimensions)))
    _, first, version = np.unique(_key([key, unit]), return_index=True, return_inverse=True)
    key, of = key[first], unit[first]
    sizes = _Sums(rows, kind.sizes, version, len(first))
    size = sizes.rank()
    span = units.end[of] - units.start[of]
    order = np.lexsort((of, *_contents(rows, kind, version, len(first)), -size, -units.end[of], -span, key))
    wins = np.empty(len(first), bool)
    wins[order] = _firsts(key[order])
    best = order[_firsts(key[order])][key]  # by version: the one that was kept in its place
    counted[here[~wins[version]]] = False
    alike = (units.end[of] == units.end[of[best]]) & (units.start[of] == units.start[of[best]])
    reaches_out = (units.end[of] > units.end[of[best]]) | (units.start[of] < units.start[of[best]])
    differs = np.flatnonzero(~wins & ((alike & (size != size[best])) | reaches_out))
    sums = {name: _Sums(rows, [name], version, len(first)) for name in _held(rows, kind.sizes)} if len(differs) else {}
    problems = []
    for group in _grouped(_dense(units.file[of[differs]], units.file[of[best[differs]]], units.layer[of[differs]])):
        others, kept = differs[group], best[differs[group]]
        missing = _missing(layers[units.layer[of[others[0]]]], kind)
        problems.append(_replaced(units, names, of[others], of[kept[0]], missing, _beside(sums, others, kept)))
    return problems


def _beside(sums: dict[str, _Sums], others: Integers, kept: Integers) -> str:
    return ", ".join(_said(name, each.over(others), each.over(kept)) for name, each in sums.items())


def _replaced(units: _Units, names: Sequence[str], others: Integers, kept: int, missing: str, values: str) -> Problem:
    """That rows of one file were replaced by those of another though its buckets are no longer, with both numbers."""
    file, kept_file = units.file[others[0]], units.file[kept]
    where = "within the file" if file == kept_file else f"from {names[kept_file]}"
    place = f"{len(others):,} rows from bucket {_day(int(units.slot[others].min()))} on"
    reason = (
        f"differs {where} for the same time; the fuller bucket was kept. If these are two filtered exports, export "
        f"both again with group_by {missing} as well"
    )
    return Problem("notice", names[file], place, "", values, reason)


def _copies(rows: pa.Table, units: _Units, kind: Kind) -> Mask:
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
        first |= _firsts(column[sorted_units])
    copies[sorted_units[~first]] = True
    return copies


def _fingerprints(rows: pa.Table, kind: Kind, here: Integers) -> npt.NDArray[np.uint64]:
    """64 bits per row that differ where rows differ."""
    mixed = np.full(len(here), 0x9E3779B97F4A7C15, np.uint64)
    for name in _held(rows, (*kind.dimensions, *kind.counts)):
        values = pc.fill_null(rows[name], -1).to_numpy() if name in kind.counts else _codes(rows[name])[0]
        mixed ^= values[here].astype(np.uint64)
        mixed *= np.uint64(0xBF58476D1CE4E5B9)  # splitmix64's way of spreading one bit over all
        mixed ^= mixed >> np.uint64(31)
    return mixed


def _contents(rows: pa.Table, kind: Kind, version: Integers, many: int) -> tuple[Integers, Integers]:
    """Two keys that order versions of equal size by what they hold, whichever file came first."""
    reported, content = np.zeros(many, np.int64), np.zeros(many, np.uint64)
    for place, name in enumerate(_held(rows, kind.counts), start=1):
        reported -= np.bincount(version, rows[name].is_valid().to_numpy(), many).astype(np.int64)
        sums = _Sums(rows, [name], version, many)
        factor = pow(0x9E3779B97F4A7C15, place, 2**64)
        with np.errstate(over="ignore"):
            content = content + (sums.high * 31 + sums.low).astype(np.uint64) * np.uint64(factor)
    return content.astype(np.int64), reported


def _missing(layer: Layer, kind: Kind) -> str:
    """What a grouping could tell apart that this one doesn't, of what the API can filter by."""
    offered = offers(layer.object) & set(kind.grouping)
    missing = [name for name in FILTERABLE if name in offered and name not in layer.grouping]
    return " or ".join(missing or sorted(offered - set(layer.grouping))) or "what they were filtered by"


def offers(object_name: str) -> set[str]:
    """Fields of a kind of result, by its short name; what it can be grouped by is among them."""
    found = next((result for name, result in BY_OBJECT.items() if short_name(name) == object_name), None)
    return set(found.model_fields) if found else set()


def _said(name: str, *values: int) -> str:
    """`input_tokens 1,200 beside 1,300`; costs are compared in millionths."""
    if name == "about":
        return f"amount {' beside '.join(f'{value / 10**6:,.2f}' for value in values)}"
    return f"{name} {' beside '.join(f'{value:,}' for value in values)}"


def _day(seconds: int) -> str:
    return str(np.datetime64(seconds, "s")).replace("T00:00:00", "").replace("T", " ")


# --- cells ---------------------------------------------------------------------------------------------------------


def _shares(
    rows: pa.Table, units: _Units, kind: Kind, layers: Sequence[Layer], counted: Mask
) -> tuple[pa.Table, Integers]:
    """What each layer holds of each cell, and which share each row belongs to."""
    cell = _stretches(_dense(units.object, units.organization), units.start, units.end)
    share, first, of_unit = np.unique(cell * max(len(layers), 1) + units.layer, return_index=True, return_inverse=True)
    of_row = of_unit[units.of_row]
    cell = cell[first]
    start, end = np.full(len(share), 2**62), np.zeros(len(share), np.int64)
    np.minimum.at(start, of_unit, units.start)
    np.maximum.at(end, of_unit, units.end)
    size = np.zeros(len(share), np.int64)
    disputed = _shared(cell)[of_row] & counted
    if disputed.any():
        size = _Sums(rows.filter(pa.array(disputed)), kind.sizes, of_row[disputed], len(share)).rank()
    columns = {"layer": units.layer[first], "cell": cell, "start_time": start, "end_time": end, "size": size}
    return pa.table(columns), of_row


def _shared(cell: Integers) -> Mask:
    """Shares of a cell in which several layers have one."""
    shared: Mask = np.bincount(cell, minlength=1)[cell] > 1
    return shared


class _Shares:
    """The shares as arrays, with what a layer says about them."""

    def __init__(self, shares: pa.Table, layers: Sequence[Layer]) -> None:
        self.layer, self.cell, self.size = (shares[name].to_numpy() for name in ("layer", "cell", "size"))
        self.groupings = sorted({frozenset(layer.grouping) for layer in layers}, key=sorted)
        number = {grouping: index for index, grouping in enumerate(self.groupings)}
        of_layer = np.array([number[frozenset(layer.grouping)] for layer in layers], np.int64)
        self.grouping = of_layer[self.layer]
        self.width = np.array([layer.width for layer in layers], np.int64)[self.layer]

    def meeting(self, there: Mask) -> list[tuple[int, int]]:
        """Ordered pairs of groupings that have shares in the same cell, at most MOST_GROUPINGS of them."""
        held = np.zeros(int(self.cell.max(initial=0)) + 1, np.int64)
        np.bitwise_or.at(held, self.cell[there], 1 << self.grouping[there])
        together = [[bit for bit in range(MOST_GROUPINGS) if bits >> bit & 1] for bits in np.unique(held).tolist()]
        return sorted({(one, two) for group in together for one in group for two in group})


def _drop_dominated(
    rows: pa.Table,
    share: Integers,
    table: pa.Table,
    kind: Kind,
    layers: Sequence[Layer],
    names: Sequence[str],
    counted: Mask,
) -> list[Problem]:
    """Drops rows of a layer that another makes superfluous: at least as fine in grouping and time, and as large."""
    shares = _Shares(table, layers)
    disputed = _shared(shares.cell)
    if not disputed.any() or len(shares.groupings) > MOST_GROUPINGS:
        return []
    here = np.flatnonzero(disputed[share] & counted)
    keys = _Keys(rows.take(pa.array(here)), kind, shares.cell[share[here]])
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


def _largest(shares: _Shares, grouping: int, there: Mask) -> Integers:
    """By cell: the largest share of that grouping, of equal ones the finest in time; -1 where there is none."""
    those = np.flatnonzero(there & (shares.grouping == grouping))
    order = those[np.lexsort((shares.layer[those], shares.width[those], -shares.size[those], shares.cell[those]))]
    first = order[_firsts(shares.cell[order])]
    best = np.full(int(shares.cell.max(initial=0)) + 1, -1, np.int64)
    best[shares.cell[first]] = first
    return best


class _Keys:
    """Rows by their cell and their values of some dimensions."""

    def __init__(self, rows: pa.Table, kind: Kind, cell: Integers) -> None:
        self._cell = cell
        self._codes = {name: _codes(rows[name])[0] for name in _held(rows, kind.grouping)}
        self._found: dict[frozenset[str], Integers] = {}

    def of(self, dimensions: frozenset[str]) -> Integers:
        if dimensions not in self._found:
            columns = [self._codes[name] for name in sorted(dimensions) if name in self._codes]
            self._found[dimensions] = _dense(self._cell, *columns)
        return self._found[dimensions]

    def held(self, dimensions: frozenset[str], using: Integers, other: Integers) -> Mask:
        """Which of the other rows have values that a row in use has, too."""
        key = self.of(dimensions)
        there = np.zeros(int(key.max(initial=0)) + 1, bool)
        there[key[using]] = True
        held: Mask = there[key[other]]
        return held


def described(layer: Layer) -> str:
    """`completions in 1d buckets grouped by model, project_id`."""
    width = {MINUTE: "1m", HOUR: "1h", DAY: "1d"}.get(layer.width, f"{layer.width:,} s")
    shifted = f" that begin {layer.phase:,} s after midnight" if layer.phase and layer.width == DAY else ""
    grouping = f"grouped by {', '.join(layer.grouping)}" if layer.grouping else "not grouped"
    return f"{layer.object} in {width} buckets{shifted} {grouping}"


def _left_out(
    rows: pa.Table,
    shares: _Shares,
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
    for group in _grouped(_dense(file, other, used)) if len(file) else ():
        first, part = group[0], rows.take(pa.array(group))
        problems.append(
            Problem(
                "notice",
                names[file[first]],
                f"buckets {_day(int(start[group].min()))} to {_day(int(start[group].max()))}",
                "",
                _measured(part, kind),
                f"{len(group):,} results were left out: {described(layers[other[first]])} hold the same usage as "
                f"{described(layers[used[first]])}, which are used",
            )
        )
    return problems


def _measured(rows: pa.Table, kind: Kind) -> str:
    """What these rows hold in all: `num_model_requests 12, input_tokens 3,400`."""
    one = np.zeros(rows.num_rows, np.int64)
    reported = [name for name in kind.sizes if rows[name].null_count < rows.num_rows]
    return ", ".join(_said(name, _Sums(rows, [name], one, 1).over(one[:1])) for name in reported)


def _still_contested(once: Once, kind: Kind, names: Sequence[str]) -> list[Problem]:
    """Layers that hold the same usage and both stay, since each answers what the other cannot."""
    here = contested(once.rows, once.shares)
    if not here.any():
        return []
    rows = once.rows.filter(pa.array(here))
    layer, start = rows["layer"].to_numpy(), rows["start_time"].cast(pa.int64()).to_numpy()
    problems = []
    for number in np.unique(layer):
        group = np.flatnonzero(layer == number)
        part = rows.take(pa.array(group))
        others = _others(once.shares, int(number), set(np.unique(layer).tolist()))
        problems.append(
            Problem(
                "notice",
                ", ".join(names[file] for file in np.unique(part["file"].to_numpy())),
                f"buckets {_day(int(start[group].min()))} to {_day(int(start[group].max()))}",
                "",
                _measured(part, kind),
                f"{described(once.layers[number])} cover time that "
                f"{' and '.join(described(once.layers[each]) for each in others[:3])} cover, too; each question is "
                "answered from one of them, never from both",
            )
        )
    return problems


def _others(shares: pa.Table, layer: int, among: set[int]) -> list[int]:
    cell, of = shares["cell"].to_numpy(), shares["layer"].to_numpy()
    met = np.unique(of[np.isin(cell, cell[of == layer])]).tolist()
    return [each for each in met if each != layer and each in among]


# --- questions -----------------------------------------------------------------------------------------------------


def contested(rows: pa.Table, shares: pa.Table) -> Mask:
    """Rows in cells of which several layers still hold a share, so that `choose` has something to choose."""
    share = rows["share"].to_numpy()
    held = np.bincount(share, minlength=shares.num_rows) > 0
    cell = shares["cell"].to_numpy()
    layers = np.bincount(cell[held], minlength=int(cell.max(initial=0)) + 1)
    found: Mask = (layers[cell] > 1)[share]
    return found


def choose(
    rows: pa.Table, shares: pa.Table, layers: Sequence[Layer], kind: Kind, asked: frozenset[str], width: int | None
) -> Mask:
    """Which rows answer a question that asks for these dimensions in intervals of `width` seconds (None: one sum).

    In each cell the layers are ranked: those that know more of the dimensions asked for, then those of buckets that
    fit into the interval, then the larger ones. A row counts unless a layer of a better rank has its usage.
    """
    chosen = np.ones(rows.num_rows, bool)
    here = np.flatnonzero(contested(rows, shares))
    if not len(here):
        return chosen
    held = _Shares(shares, layers)
    share = rows["share"].to_numpy()[here]
    rank = _ranks(held, layers, asked, width)
    there = np.zeros(len(rank), bool)
    there[share] = True
    if len(held.groupings) > MOST_GROUPINGS:
        best = np.full(int(held.cell.max()) + 1, 2**62)
        np.minimum.at(best, held.cell[there], rank[there])
        chosen[here] = rank[share] == best[held.cell[share]]
        return chosen
    keys = _Keys(rows.take(pa.array(here)), kind, held.cell[share])
    for one, two in held.meeting(there):
        key = keys.of(held.groupings[one] & held.groupings[two])
        first = np.full(int(key.max()) + 1, 2**62)
        using, other = np.flatnonzero(held.grouping[share] == one), np.flatnonzero(held.grouping[share] == two)
        np.minimum.at(first, key[using], rank[share[using]])
        chosen[here[other[first[key[other]] < rank[share[other]]]]] = False
    return chosen


def _ranks(shares: _Shares, layers: Sequence[Layer], asked: frozenset[str], width: int | None) -> Integers:
    """By share: 0 for the one to be used first. Comparable within a cell."""
    known = np.array([len(asked & set(layer.grouping)) for layer in layers], np.int64)[shares.layer]
    finest = np.array([len(layer.grouping) for layer in layers], np.int64)[shares.layer]
    fits = np.maximum(shares.width, width) if width is not None else np.zeros_like(shares.width)
    order = np.lexsort((shares.layer, shares.width, -finest, -shares.size, fits, -known))
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    return rank
