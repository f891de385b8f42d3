"""Results of many exports → the usage, each token once. Knows no file format."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.amounts import weighed
from data.exports.export import Export, Problem
from data.naming import Naming, ids, knowing_team, mapped, names_of, with_team
from data.overlap import contested, count_once, with_slots
from data.pages import followed, is_open
from data.parts import Counts, Generation, take_apart
from data.usage import COSTS, MEASURES, RESULTS, File, Usage


def tidy(exports: Sequence[Export], generation: Generation | None = None, kept: Export | None = None) -> Usage:
    """The usage that these exports hold together; `generation` overrides what is inferred for rows that don't say.

    kept: the operator's mapping, for ids of which the exports themselves give no name or team.
    """
    return _named(_counted(exports, generation), exports, kept)


def _named(usage: Usage, exports: Sequence[Export], kept: Export | None) -> Usage:
    """The usage with the names and teams that mappings give its ids."""
    operators = mapped([kept] if kept else [])
    found = mapped(exports).over(operators)
    there = ids([usage.results, usage.costs])
    occurring = {value for values in there.values() for value in values}
    given = {row.id for export in exports for row in export.mapping}
    return replace(
        usage,
        results=with_team(usage.results, found.teams),
        costs=with_team(usage.costs, found.teams),
        layers=knowing_team(usage.layers, there, found.teams),
        cost_layers=knowing_team(usage.cost_layers, there, found.teams),
        names=names_of(there, found.names),
        naming=Naming(
            given=len(given),
            unused=len(given - occurring),
            rejected=sum(export.unmapped for export in exports),
            kept=len(occurring & (operators.names.keys() | operators.teams.keys()) - given),
            is_lost=kept is not None and not kept.mapping,
        ),
        problems=(*usage.problems, *found.problems),
    )


def _counted(exports: Sequence[Export], generation: Generation | None) -> Usage:
    again = _again(exports)
    read = [_emptied(export) if index in again else export for index, export in enumerate(exports)]
    offsets = np.cumsum([0, *(export.buckets.num_rows for export in read)])
    each = [_tidy_one(index, int(offsets[index]), export, generation) for index, export in enumerate(read)]
    names = [export.name for export in exports]
    tables = each or [_tidy_one(0, 0, Export("", "", 0, ""), generation)]  # no export at all: the columns, no row
    buckets = with_slots(_together([one.buckets for one in tables]))
    results = count_once(_together([one.results for one in tables]), buckets, RESULTS, names)
    costs = count_once(one_organization(_together([one.costs for one in tables])), buckets, COSTS, names)
    dropped = Counter(results.duplicates) + Counter(costs.duplicates)
    dropped += Counter({index: exports[index].accepted for index in again})
    return Usage(
        results=results.rows,
        costs=costs.rows.drop_columns(["about", "digits"]),
        buckets=buckets,
        layers=results.layers,
        shares=results.shares,
        contested=bool(contested(results.rows, results.shares).any()),
        cost_layers=costs.layers,
        cost_shares=costs.shares,
        costs_contested=bool(contested(costs.rows, costs.shares).any()),
        reported=_reported(results.rows),
        files=tuple(
            _file(export, dropped.get(index, 0), one)
            for index, (export, one) in enumerate(zip(exports, each, strict=True))
        ),
        problems=(
            *_read_problems(exports, again, buckets),
            *(problem for one in each for problem in one.problems),
            *results.problems,
            *costs.problems,
        ),
        unknown_fields=_added([export.unknown_fields for export in exports]),
        unknown_objects=_added([export.unknown_objects for export in exports]),
    )


def _again(exports: Sequence[Export]) -> set[int]:
    """Files that are an earlier one byte for byte, so that nothing needs to be compared.

    The name of a file can decide which kind a result is of, hence a look at that.
    """
    first: dict[tuple[str, str], int] = {}
    again = set()
    for index, export in enumerate(exports):
        twin = first.setdefault((export.sha256, export.organization), index)
        kinds = [each.results["object"].unique().to_pylist() for each in (exports[twin], export)]
        if twin != index and kinds[0] == kinds[1] and exports[twin].accepted == export.accepted:
            again.add(index)
    return again


def _read_problems(exports: Sequence[Export], again: set[int], buckets: pa.Table) -> Iterator[Problem]:
    """What reading each file met, without pages whose next one another file has or an equal file tells of."""
    ends = {(index, each.place) for index, export in enumerate(exports) for each in export.problems if is_open(each)}
    done = followed(ends, buckets, [export.organization for export in exports])
    for index, export in enumerate(exports):
        for problem in export.problems:
            if not (is_open(problem) and (index in again or (index, problem.place) in done)):
                yield problem


def _emptied(export: Export) -> Export:
    none = {name: getattr(export, name).slice(0, 0) for name in ("results", "costs", "buckets")}
    return replace(export, **none)


def _together(tables: list[pa.Table]) -> pa.Table:
    """All rows. One without any has a type for each column, which would fill those that nobody fills with nulls."""
    tables = [table for table in tables if table.num_rows] or tables[:1]
    return pa.concat_tables(tables, promote_options="permissive").unify_dictionaries().combine_chunks()


def one_organization(costs: pa.Table) -> pa.Table:
    """Costs CSVs name their organization, costs pages don't: with one name only, all rows are that organization's."""
    names = costs["organization"].unique().drop_null()
    if len(names) != 1 or not costs["organization"].null_count:
        return costs
    index = costs.column_names.index("organization")
    return costs.set_column(index, "organization", _same(names[0].as_py(), costs.num_rows))


class _Tidied(NamedTuple):
    results: pa.Table
    costs: pa.Table
    buckets: pa.Table
    problems: list[Problem]
    assumed: dict[Generation, int]


def _tidy_one(index: int, offset: int, export: Export, generation: Generation | None) -> _Tidied:
    results, problems, assumed = take_apart(export, export.buckets["start_time"].to_numpy(), generation)
    costs = weighed(export.costs).append_column("object", _same("costs", export.costs.num_rows))
    return _Tidied(
        results=_placed(results, index, offset, export, _same(export.organization, results.num_rows)),
        costs=_placed(costs, index, offset, export, _organization_of_costs(export)),
        buckets=_buckets(export, index),
        problems=problems,
        assumed=assumed,
    )


def _placed(table: pa.Table, index: int, offset: int, export: Export, organization: pa.Array) -> pa.Table:
    """Rows with their file, bucket (row of the usage's buckets), times and organization in front."""
    bucket = table["bucket"].to_numpy()
    front = {
        "file": pa.array(np.full(len(bucket), index, np.int32)),
        "bucket": pa.array((bucket + offset).astype(np.int32)),
        "start_time": _utc(export.buckets["start_time"].to_numpy()[bucket]),
        "end_time": _utc(export.buckets["end_time"].to_numpy()[bucket]),
        "organization": organization,
    }
    return pa.table({**front, **{name: table[name] for name in table.column_names if name not in front}})


def _utc(seconds: Counts) -> pa.Array:
    return pa.array(seconds, pa.int64()).cast(pa.timestamp("s", tz="UTC"))


def _same(text: str, rows: int) -> pa.Array:
    """A dictionary column of one value, null where there is no label."""
    if not text:
        return pa.nulls(rows, pa.dictionary(pa.int32(), pa.string()))
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(rows, np.int32)), pa.array([text]))


def _organization_of_costs(export: Export) -> pa.Array:
    """A label the person gave, else the organization that a costs CSV brings itself."""
    own = export.costs["organization_id"]
    if export.organization or pa.types.is_null(own.type):
        return _same(export.organization, export.costs.num_rows)
    return own


def _buckets(export: Export, index: int) -> pa.Table:
    table = export.buckets
    return pa.table(
        {
            "file": pa.array(np.full(table.num_rows, index, np.int32)),
            **{name: table[name] for name in table.column_names},
        }
    )


def _reported(results: pa.Table) -> dict[str, tuple[str, ...]]:
    held = [name for name in MEASURES if results[name].null_count < results.num_rows]
    objects = results["object"].unique().drop_null().to_pylist()
    if len(objects) == 1:
        return {objects[0]: tuple(held)}
    reported = {}
    for each in objects:
        mine = pc.fill_null(pc.equal(results["object"], each), False)
        reported[each] = tuple(name for name in held if pc.any(pc.and_(results[name].is_valid(), mine)).as_py())
    return reported


def _file(export: Export, duplicate: int, tidied: _Tidied) -> File:
    buckets = export.buckets
    return File(
        name=export.name,
        format=export.format,
        size=export.size,
        sha256=export.sha256,
        organization=export.organization,
        accepted=export.accepted - duplicate,
        rejected=export.rejected,
        duplicate=duplicate,
        first=pc.min(buckets["start_time"]).as_py(),
        last=pc.max(buckets["end_time"]).as_py(),
        assumed=tidied.assumed,
    )


def _added(counters: Sequence[dict[str, int]]) -> dict[str, int]:
    total: dict[str, int] = {}
    for counter in counters:
        for name, count in counter.items():
            total[name] = total.get(name, 0) + count
    return total
