"""Results of many exports as one tidy table: the usage.

One row per result, UTC times, the dimensions, every count as received, and the disjoint parts of a total by whichever
generation of the format a row belongs to (FORMAT sections 3 and 4). Knows no file format and asks no question.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from data.exports.export import AMOUNT, COUNTS, Export, Problem
from data.exports.export import DIMENSIONS as RESULT_DIMENSIONS
from data.overlap import Kind, Layer, contested, count_once, with_slots

PARTS: tuple[str, ...] = (
    "uncached_input",
    "cached_input",
    "cache_write",
    "output",
    "audio_input",
    "audio_output",
)
"""Disjoint shares of a total, in stacking order. Image tokens stay inside the part of their direction."""

DIMENSIONS: tuple[str, ...] = (*RESULT_DIMENSIONS, "organization")
MEASURES: tuple[str, ...] = (*COUNTS, *PARTS, "total_tokens")

# Until about this day `input_tokens` meant text only, with audio on top; rows trimmed to the old twelve keys do not
# say which they are (inferred, November 2026).
MAIN_MEASURE: dict[str, str] = {
    "images": "images",
    "audio_speeches": "characters",
    "audio_transcriptions": "seconds",
    "vector_stores": "usage_bytes",
    "code_interpreter_sessions": "num_sessions",
    "file_searches": "num_requests",
    "web_searches": "num_requests",
}
"""What a kind of result is about; of all others the tokens."""

RESULTS = Kind(
    dimensions=RESULT_DIMENSIONS,
    grouping=RESULT_DIMENSIONS,
    sizes=(
        "num_model_requests",
        "input_tokens",
        "output_tokens",
        "images",
        "characters",
        "seconds",
        "usage_bytes",
        "num_sessions",
        "num_requests",
    ),
    counts=COUNTS,
)
COSTS = Kind(
    dimensions=("line_item", "project_id", "user_id", "api_key_id", "api_source", "quantity_unit", "currency"),
    grouping=("line_item", "project_id", "user_id", "api_key_id", "api_source"),
    sizes=("about",),  # the amount in millionths: sums are exact, whatever the order
    counts=("about", "digits"),
)
_ABOUT = 10**6

# Until about this day `input_tokens` meant text only, with audio on top; rows trimmed to the old twelve keys do not
# say which they are (inferred, November 2026).
GENERATION_SWITCH = 1_756_684_800  # 2025-09-01T00:00:00Z
Generation = Literal["inclusive", "text-only"]

Counts = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


class File(NamedTuple):
    """What became of one export. `accepted + rejected + duplicate` is the number of results it held."""

    name: str
    format: str
    size: int
    sha256: str
    organization: str
    accepted: int
    rejected: int
    duplicate: int
    first: int | None
    """Start of its first bucket, unix seconds."""
    last: int | None
    """End of its last bucket, unix seconds."""
    assumed: dict[Generation, int]
    """Rows with audio whose generation was inferred, because they do not say it themselves."""

    @property
    def total(self) -> int:
        return self.accepted + self.rejected + self.duplicate


@dataclass(frozen=True)
class Usage:
    """Everything that was read, each token once. Immutable; shared between sessions without copying."""

    results: pa.Table
    """One row per result: file, bucket, start_time, end_time, dimensions, counts, generation, parts, layer, share."""
    costs: pa.Table
    """One row per costs result: file, start_time, end_time, texts, amount, quantity."""
    buckets: pa.Table
    """One row per bucket object: file, object, start_time, end_time, results, place, width, slot."""
    layers: tuple[Layer, ...]
    shares: pa.Table
    """Which layer holds which stretch of time, for `choose`."""
    contested: bool
    """Whether layers overlap, so that each question has to choose between them."""
    cost_layers: tuple[Layer, ...]
    cost_shares: pa.Table
    costs_contested: bool
    reported: dict[str, tuple[str, ...]]
    """Kind of result, by its short name → measures that any of its results reports."""
    files: tuple[File, ...]
    problems: tuple[Problem, ...]
    unknown_fields: dict[str, int]
    unknown_objects: dict[str, int]
    chosen: dict[tuple[frozenset[str], int], Mask] = field(default_factory=dict, repr=False, compare=False)
    """Kept answers of `choose`; the engine's."""


def tidy(exports: Sequence[Export], generation: Generation | None = None) -> Usage:
    """The usage that these exports hold together; `generation` overrides what is inferred for rows that don't say."""
    again = _again(exports)
    read = [_emptied(export) if index in again else export for index, export in enumerate(exports)]
    offsets = np.cumsum([0, *(export.buckets.num_rows for export in read)])
    each = [_tidy_one(index, int(offsets[index]), export, generation) for index, export in enumerate(read)]
    names = [export.name for export in exports]
    tables = each or [_tidy_one(0, 0, Export("", "", 0, ""), generation)]  # no export at all: the columns, no row
    buckets = with_slots(_together([one.buckets for one in tables]))
    results = count_once(_together([one.results for one in tables]), buckets, RESULTS, names)
    costs = count_once(_one_organization(_together([one.costs for one in tables])), buckets, COSTS, names)
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
            *(problem for export in exports for problem in export.problems),
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


def _emptied(export: Export) -> Export:
    none = {name: getattr(export, name).slice(0, 0) for name in ("results", "costs", "buckets")}
    return replace(export, **none)


def _together(tables: list[pa.Table]) -> pa.Table:
    return pa.concat_tables(tables, promote_options="permissive").unify_dictionaries().combine_chunks()


def _one_organization(costs: pa.Table) -> pa.Table:
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
    results, problems, assumed = _parts(export, export.buckets["start_time"].to_numpy(), generation)
    costs = export.costs.append_column("about", _about(export.costs["amount"]))
    costs = costs.append_column("digits", _digits(export.costs["amount"]))
    costs = costs.append_column("object", _same("costs", costs.num_rows))
    return _Tidied(
        results=_placed(results, index, offset, export, _same(export.organization, results.num_rows)),
        costs=_placed(costs, index, offset, export, _organization_of_costs(export)),
        buckets=_buckets(export, index),
        problems=problems,
        assumed=assumed,
    )


def _about(amounts: pa.ChunkedArray) -> pa.Array:
    """Amounts in millionths, which is all it takes to see which of two versions is the larger."""
    millionths = np.rint(amounts.cast(pa.float64()).to_numpy() * _ABOUT)
    known = ~np.isnan(millionths)
    return _nullable(np.clip(np.where(known, millionths, 0), -(2.0**62), 2.0**62).astype(np.int64), known)


def _digits(amounts: pa.ChunkedArray) -> pa.Array:
    """The last 64 bits of each amount: what tells amounts apart that are alike in millionths."""
    array = amounts.cast(AMOUNT).combine_chunks()
    words = np.frombuffer(array.buffers()[1] or b"", np.int64).reshape(-1, 4)
    return pa.array(words[array.offset : array.offset + len(array), 0], mask=array.is_null().to_numpy(False))


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


def _column(table: pa.Table, name: str) -> tuple[Counts, Mask]:
    """A count column as values with nulls read as 0, and where it was reported."""
    column = table[name].combine_chunks() if table[name].num_chunks != 1 else table[name].chunk(0)
    if pa.types.is_null(column.type):
        return np.zeros(table.num_rows, np.int64), np.zeros(table.num_rows, bool)
    return pc.fill_null(column, 0).to_numpy(zero_copy_only=False), pc.is_valid(column).to_numpy(zero_copy_only=False)


def _nullable(values: Counts, reported: Mask) -> pa.Array:
    return pa.array(values, pa.int64(), mask=~reported) if reported.any() else pa.nulls(len(values), pa.int64())


def _parts(
    export: Export, starts: Counts, generation: Generation | None
) -> tuple[pa.Table, list[Problem], dict[Generation, int]]:
    """The results with `generation`, the six parts and their sum appended."""
    table = export.results
    column = {name: _column(table, name) for name in COUNTS if name.startswith(("input_", "output_"))}
    text_only, unsaid = _text_only(table, column, starts, generation)
    reader = _Parts(column, text_only)
    values = reader.values()
    names = np.where(text_only, "text-only", "inclusive")
    generations = pa.DictionaryArray.from_arrays(
        pa.array(text_only.astype(np.int32), mask=~_has_both(column)), pa.array(["inclusive", "text-only"])
    )
    table = table.append_column("generation", generations)
    for name in PARTS:
        table = table.append_column(name, _nullable(*values[name]))
    total = _total([values[name][0] for name in PARTS], column["input_tokens"][1])
    table = table.append_column("total_tokens", total)
    audio = unsaid & ((column["input_audio_tokens"][0] > 0) | (column["output_audio_tokens"][0] > 0))
    assumed: dict[Generation, int] = {}
    for name in ("inclusive", "text-only"):
        if count := int((audio & (names == name)).sum()):
            assumed[name] = count  # type: ignore[index]
    return table, _clamped(export, reader.excess), assumed


def _has_both(column: dict[str, tuple[Counts, Mask]]) -> Mask:
    """Completions and decisions: what goes in and comes out, in text and audio. Embeddings have no generation."""
    both: Mask = column["input_tokens"][1] & column["output_tokens"][1]
    return both


def _text_only(
    table: pa.Table, column: dict[str, tuple[Counts, Mask]], starts: Counts, generation: Generation | None
) -> tuple[Mask, Mask]:
    """Which rows count text only, and which of them do not say so themselves (FORMAT section 3)."""
    unsaid: Mask = ~column["input_text_tokens"][1] & _has_both(column)
    if generation:
        return unsaid & (generation == "text-only"), unsaid
    proof = unsaid & (
        (column["input_audio_tokens"][0] > column["input_tokens"][0])
        | (column["output_audio_tokens"][0] > column["output_tokens"][0])
    )
    if proof.any():
        return unsaid, unsaid
    start = starts[table["bucket"].to_numpy()]
    return unsaid & (start < GENERATION_SWITCH), unsaid


class _Parts:
    """Takes the counts of each row apart so that the parts add up to its total, whatever the row says.

    A share that is larger than what holds it (more cached tokens than input) is cut to fit, which keeps the total,
    and noted in `excess`.
    """

    def __init__(self, column: dict[str, tuple[Counts, Mask]], text_only: Mask) -> None:
        self._column = column
        self._text_only = text_only
        self.excess: list[tuple[str, str, Mask]] = []

    def values(self) -> dict[str, tuple[Counts, Mask]]:
        (whole_in, has_in), (whole_out, has_out) = self._column["input_tokens"], self._column["output_tokens"]
        cached = self._fit("input_cached_tokens", whole_in, "input_tokens")
        uncached, write = self._uncached_and_write(whole_in, cached)
        inclusive = ~self._text_only
        audio_in = self._column["input_audio_tokens"][0]
        cached_audio = np.where(inclusive, self._fit("input_cached_audio_tokens", cached, "input_cached_tokens"), 0)
        fresh_audio = np.where(inclusive, self._fit("input_audio_tokens", uncached, "uncached input"), 0)
        audio_out = self._column["output_audio_tokens"][0]
        inner_audio_out = np.where(inclusive, self._fit("output_audio_tokens", whole_out, "output_tokens"), 0)
        has_audio_in = self._column["input_audio_tokens"][1] | (
            inclusive & self._column["input_cached_audio_tokens"][1]
        )
        return {
            "uncached_input": (uncached - fresh_audio, has_in),
            "cached_input": (cached - cached_audio, self._column["input_cached_tokens"][1]),
            "cache_write": (write, has_in & (self._text_only | self._reports_write() | (write > 0))),
            "output": (whole_out - inner_audio_out, has_out),
            "audio_input": (np.where(inclusive, fresh_audio + cached_audio, audio_in), has_audio_in),
            "audio_output": (
                np.where(inclusive, inner_audio_out, audio_out),
                self._column["output_audio_tokens"][1],
            ),
        }

    def _reports_write(self) -> Mask:
        written: Mask = self._column["input_cache_write_tokens"][1] | self._column["input_uncached_tokens"][1]
        return written

    def _uncached_and_write(self, whole: Counts, cached: Counts) -> tuple[Counts, Counts]:
        """What input is left beside the cached, split into uncached and written; derived, as FORMAT section 3 asks."""
        rest = whole - cached
        told = self._column["input_uncached_tokens"][1]
        uncached = np.where(told, self._fit("input_uncached_tokens", rest, "input_tokens"), 0)
        unsplit = ~told & ~self._text_only
        written = self._fit("input_cache_write_tokens", rest, "input_tokens", where=unsplit)
        write = np.where(told, rest - uncached, np.where(unsplit, written, 0))
        return rest - write, write

    def _fit(self, name: str, holder: Counts, holder_name: str, where: Mask | None = None) -> Counts:
        """A count cut down to what holds it; told where it matters."""
        values = self._column[name][0]
        over = values > holder
        if name.endswith("audio_tokens"):
            over = over & ~self._text_only
        if where is not None:
            over = over & where
        if over.any():
            self.excess.append((name, holder_name, over))
        return np.minimum(values, holder)


def _total(parts: list[Counts], reported: Mask) -> pa.Array:
    """The parts' sum, exact: two counts near 2^63 leave the range of an int64 column, which then holds decimals."""
    if sum(float(part.max(initial=0)) for part in parts) < 2.0**62:
        return _nullable(np.sum(parts, axis=0, dtype=np.int64), reported)
    exact = np.sum([part.astype(object) for part in parts], axis=0)
    kind = pa.int64() if max(exact, default=0) < 2**63 else pa.decimal128(38, 0)
    return pa.array([value if there else None for value, there in zip(exact, reported, strict=True)], kind)


def _clamped(export: Export, excess: list[tuple[str, str, Mask]]) -> list[Problem]:
    """One notice per bucket and field whose shares did not fit into their whole."""
    problems = []
    for name, holder, over in excess:
        rows = export.results.select(["bucket", name]).filter(pa.array(over))
        buckets, first, counts = np.unique(rows["bucket"].to_numpy(), return_index=True, return_counts=True)
        places = export.buckets["place"].take(pa.array(buckets)).to_pylist()
        values = rows[name].take(pa.array(first)).to_pylist()
        reason = f"is more than {holder} holds; the part was cut to fit and the total kept"
        problems += [
            Problem("notice", export.name, place or "", name, str(value), reason, count)
            for place, value, count in zip(places, values, counts.tolist(), strict=True)
        ]
    return problems


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
