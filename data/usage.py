"""The usage: everything that was read as one tidy table, each token once. Knows no file and asks no question.

One row per result, UTC times, the dimensions, every count as received, and the disjoint parts of a total.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from data.exports.export import COUNTS, Problem
from data.exports.export import DIMENSIONS as RESULT_DIMENSIONS
from data.naming import TEAM, UNNAMED, Names, Naming, ids
from data.overlap import Kind, Layer, Mask, choose
from data.parts import PARTS, Generation

DIMENSIONS: tuple[str, ...] = (*RESULT_DIMENSIONS, "organization", TEAM)
MEASURES: tuple[str, ...] = (*COUNTS, *PARTS, "total_tokens")

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


def main_measure(object_name: str) -> str:
    """The measure that a kind of result is about."""
    return MAIN_MEASURE.get(object_name, "total_tokens")


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
    names: Names = field(default_factory=dict)
    naming: Naming = UNNAMED
    memo: dict[Any, Any] = field(init=False, default_factory=dict, repr=False, compare=False)
    """What is worked out once for many questions; a usage made from this one begins with nothing."""

    def chosen(self, asked: frozenset[str], width: int) -> Mask:
        """The rows of `results` to sum for a question in buckets of `width` seconds, each token once."""
        return choose(self.results, self.shares, self.layers, RESULTS, asked, width)

    def count(self, rows: Mask) -> int:
        """How many results these rows stand for."""
        return int(rows.sum())

    def has_any(self, measure: str) -> bool:
        """Whether any result reports more than 0 of it."""
        return bool(pc.max(self.results[measure]).as_py())

    def ids(self) -> dict[str, Sequence[str]]:
        """Dimension → the ids that people can name."""
        return {**ids([self.results, self.costs])}
