"""The usage without ids: pseudonyms or nothing in their place, and no trace of them in texts, orders and sums."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.exports.export import COST_TEXTS, COUNTS, Problem
from data.naming import BETWEEN, UNNAMED, Names, ids, names_of
from data.overlap import Layer
from data.pseudonyms import Scrubber
from data.store.tables import array
from data.usage import DIMENSIONS, MEASURES, File, Usage

LEFT_OUT = "…"

# Notices of our own that hold nothing but numbers, moments and names of ours; what else a notice holds is a file's.
_PLACE = re.compile(r"([\d,]+ rows from )?buckets? [\d :-]+(to [\d :-]+|on)")
_VALUE = re.compile(r"[a-z_]+ [\d,.]+( beside [\d,.]+)?(, [a-z_]+ [\d,.]+( beside [\d,.]+)?)*|-?\d{1,40}")
_UNKNOWN_OBJECT = re.compile(r"organization\.[a-z_.]+\.result")

_FIELDS = frozenset({*DIMENSIONS, *COUNTS, *COST_TEXTS, "amount", "amount.value", "quantity", "object", "has_more"})


@dataclass(frozen=True)
class Hidden:
    shown: Mapping[str, Mapping[str, str | None]]
    """Dimension → id → what stands for it; None for nothing."""
    dropped: frozenset[str]
    """Dimensions that are gone, and not just renamed."""

    def scrubber(self) -> Scrubber:
        return Scrubber({value: text or LEFT_OUT for shown in self.shown.values() for value, text in shown.items()})


def hide(usage: Usage, hidden: Hidden) -> Usage:
    """The same usage; its totals by every dimension that is not hidden stay the same.

    Quotations in notices go in any case: they are of rows that were not taken, which nobody has filtered.
    """
    if not hidden.shown:
        problems = tuple(_without_quotations(each) for each in usage.problems)
        return replace(usage, problems=problems, names=_names(usage, hidden), naming=UNNAMED)
    scrubbed = hidden.scrubber()
    numbers = [f"file {number}" for number, _ in enumerate(usage.files, 1)]
    names = {file.name: number for file, number in zip(usage.files, numbers, strict=True)}
    renamed = Scrubber(names, shortest=3)
    results = _rows(usage.results, hidden, scrubbed, MEASURES)
    costs = _rows(usage.costs, hidden, scrubbed, ("amount", "quantity"))
    return replace(
        usage,
        results=results,
        costs=costs,
        buckets=_buckets(usage.buckets, [results, costs]),
        layers=tuple(_layer(each, hidden) for each in usage.layers),
        cost_layers=tuple(_layer(each, hidden) for each in usage.cost_layers),
        files=tuple(_file(each, number, hidden) for each, number in zip(usage.files, numbers, strict=True)),
        problems=tuple(_problem(each, names, renamed, scrubbed) for each in usage.problems),
        unknown_fields=_known(usage.unknown_fields, lambda _: False),
        unknown_objects=_known(usage.unknown_objects, lambda name: bool(_UNKNOWN_OBJECT.fullmatch(name))),
        names=_names(usage, hidden),
        naming=UNNAMED,
    )


# --- tables --------------------------------------------------------------------------------------------------------


def _set(table: pa.Table, name: str, column: pa.Array) -> pa.Table:
    return table.set_column(table.column_names.index(name), name, column)


def _rows(table: pa.Table, hidden: Hidden, scrubbed: Scrubber, sums: tuple[str, ...]) -> pa.Table:
    """Rows with other names, in an order that does not follow the ids; where an id is gone, its rows are summed."""
    for each in table.schema:
        if pa.types.is_dictionary(each.type):
            key = "organization" if each.name == "organization_id" else each.name
            shown = hidden.shown.get(key)
            name = scrubbed if shown is None else shown.get
            table = _set(table, each.name, _renamed(array(table[each.name]), name))
    if hidden.dropped:
        table = _summed(table, [name for name in sums if name in table.column_names])
    return _in_order(table, [name for name in hidden.shown if not pa.types.is_null(table[name].type)])


def _buckets(buckets: pa.Table, rows: list[pa.Table]) -> pa.Table:
    """Without places, in which keys and archives have names, and with the number of rows that there are now."""
    held = sum(np.bincount(table["bucket"].to_numpy(), minlength=buckets.num_rows) for table in rows)
    buckets = _set(buckets, "results", pa.array(np.asarray(held, np.int32)))
    return _set(buckets, "place", pa.array(np.full(buckets.num_rows, "", object), pa.string()))


def _renamed(column: pa.Array, name: Callable[[str], str | None]) -> pa.Array:
    """Values that have one name then are one value."""
    names = pa.array([name(value) for value in column.dictionary.to_pylist()], pa.string())
    distinct = pc.unique(names).drop_null().sort()
    codes = pc.index_in(names, value_set=distinct, skip_nulls=True)
    if not len(distinct):
        return pa.nulls(len(column))
    return pa.DictionaryArray.from_arrays(codes.take(column.indices), distinct)


def _in_order(table: pa.Table, names: list[str]) -> pa.Table:
    """By bucket and then by pseudonym: the order in the file may have been that of the ids."""
    keys = [pc.fill_null(array(table[name]).indices, -1).to_numpy() for name in names]
    order = np.lexsort((*keys, table["bucket"].to_numpy()))
    return table.take(pa.array(order)) if len(order) else table


def _summed(table: pa.Table, measures: list[str]) -> pa.Table:
    """One row for all that nothing tells apart any more, so that rows do not stand for the people that are gone."""
    measures = [name for name in measures if not pa.types.is_null(table[name].type)]
    if not all(_fits(table[name]) for name in measures):
        return table  # sums beyond 2^63: the rows stay apart
    unfilled = [each.name for each in table.schema if pa.types.is_null(each.type)]
    keys = [name for name in table.column_names if name not in (*measures, *unfilled)]
    reported = pc.ScalarAggregateOptions(min_count=1)  # the sum of nothing is nothing, not zero
    plain = table.select([*keys, *measures])
    for name in keys:
        if pa.types.is_dictionary(plain[name].type):
            plain = _set(plain, name, array(plain[name]).indices)
    found = plain.group_by(keys, use_threads=False).aggregate([(name, "sum", reported) for name in measures])
    columns = {}
    for each in table.schema:
        if each.name in unfilled:
            columns[each.name] = pa.nulls(found.num_rows)
        elif each.name in measures:
            columns[each.name] = found[f"{each.name}_sum"].cast(each.type)
        elif pa.types.is_dictionary(each.type):
            dictionary = array(table[each.name]).dictionary
            columns[each.name] = pa.DictionaryArray.from_arrays(array(found[each.name]), dictionary)
        else:
            columns[each.name] = found[each.name]
    return pa.table(columns).combine_chunks()


def _fits(column: pa.ChunkedArray) -> bool:
    """Whether any sum of these stays an exact integer of 64 bits."""
    if not pa.types.is_integer(column.type):
        return True
    whole: float = pc.sum(column.cast(pa.float64(), safe=False)).as_py() or 0.0
    return whole < 2.0**62


# --- what is said --------------------------------------------------------------------------------------------------


def _names(usage: Usage, hidden: Hidden) -> Names:
    """The names of the ids that are there and not hidden; what is hidden is no part of another's name either."""
    away = {value: text or LEFT_OUT for shown in hidden.shown.values() for value, text in shown.items()}
    labels = [label for key in hidden.shown for label in usage.names.get(key, {}).values()]
    away |= dict.fromkeys([*labels, *(label.partition(BETWEEN)[0] for label in labels)], LEFT_OUT)
    scrubbed = Scrubber(away, shortest=3)
    there = {key: values for key, values in ids([usage.results, usage.costs]).items() if key not in hidden.shown}
    given = {value: scrubbed(name) for key in there for value, name in usage.names.get(key, {}).items()}
    return names_of(there, given)


def _layer(layer: Layer, hidden: Hidden) -> Layer:
    shown = hidden.shown.get("organization", {layer.organization: layer.organization})
    return layer._replace(
        organization=shown.get(layer.organization) or "",
        grouping=tuple(name for name in layer.grouping if name not in hidden.dropped),
    )


def _file(file: File, name: str, hidden: Hidden) -> File:
    """Without its hash: with the counts and a list of ids, one could try out whose file it is."""
    shown = hidden.shown.get("organization", {file.organization: file.organization})
    return file._replace(name=name, sha256="", organization=shown.get(file.organization) or "")


def _without_quotations(problem: Problem) -> Problem:
    """What may be a file's words: places and values that are not of our own making, and what follows a colon."""
    return problem._replace(
        place=problem.place if _PLACE.fullmatch(problem.place) else "",
        field=problem.field if problem.field in _FIELDS else "",
        value=problem.value if _VALUE.fullmatch(problem.value) else "",
        reason=problem.reason.partition(": ")[0],
    )


def _problem(problem: Problem, names: Mapping[str, str], renamed: Scrubber, scrubbed: Scrubber) -> Problem:
    """A notice about files by their numbers."""
    problem = problem._replace(reason=scrubbed(renamed(problem.reason)))
    return _without_quotations(problem)._replace(file=names.get(problem.file, "several files"))


def _known(counted: Mapping[str, int], is_known: Callable[[str], bool]) -> dict[str, int]:
    """Counts by name, those of names that are not ours together."""
    known = {name: many for name, many in counted.items() if is_known(name)}
    if unnamed := sum(many for name, many in counted.items() if name not in known):
        known[LEFT_OUT] = unnamed
    return known
