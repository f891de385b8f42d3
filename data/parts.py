"""The counts of a result taken apart: the disjoint parts of its total, by whichever generation of the format it is of.

FORMAT sections 3 and 4.
"""

from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from data.exports.export import COUNTS, Export, Problem

PARTS: tuple[str, ...] = (
    "uncached_input",
    "cached_input",
    "cache_write",
    "output",
    "audio_input",
    "audio_output",
)
"""Disjoint shares of a total, in stacking order. Image tokens stay inside the part of their direction."""

# Until about this day `input_tokens` meant text only, with audio on top; rows trimmed to the old twelve keys do not
# say which they are (inferred, November 2026).
GENERATION_SWITCH = 1_756_684_800  # 2025-09-01T00:00:00Z
Generation = Literal["inclusive", "text-only"]

Counts = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


def take_apart(
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
        table = table.append_column(name, nullable(*values[name]))
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
        return nullable(np.sum(parts, axis=0, dtype=np.int64), reported)
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


def _column(table: pa.Table, name: str) -> tuple[Counts, Mask]:
    """A count column as values with nulls read as 0, and where it was reported."""
    column = table[name].combine_chunks() if table[name].num_chunks != 1 else table[name].chunk(0)
    if pa.types.is_null(column.type):
        return np.zeros(table.num_rows, np.int64), np.zeros(table.num_rows, bool)
    return pc.fill_null(column, 0).to_numpy(zero_copy_only=False), pc.is_valid(column).to_numpy(zero_copy_only=False)


def nullable(values: Counts, reported: Mask) -> pa.Array:
    return pa.array(values, pa.int64(), mask=~reported) if reported.any() else pa.nulls(len(values), pa.int64())
