"""What reading a file yields: its results as columns, and every problem met on the way."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import pyarrow as pa

DIMENSIONS: tuple[str, ...] = (
    "project_id",
    "user_id",
    "api_key_id",
    "model",
    "batch",
    "service_tier",
    "api_source",
    "source",
    "size",
    "vector_store_id",
    "context_level",
)
"""Columns one groups or filters by, as OpenAI names them; `batch` is held as the words true and false."""

COUNTS: tuple[str, ...] = (
    "num_model_requests",
    "input_tokens",
    "input_cached_tokens",
    "input_uncached_tokens",
    "input_cache_write_tokens",
    "input_cache_write_30m_tokens",
    "input_cache_write_12h_tokens",
    "input_text_tokens",
    "input_audio_tokens",
    "input_image_tokens",
    "input_cached_text_tokens",
    "input_cached_audio_tokens",
    "input_cached_image_tokens",
    "output_tokens",
    "output_text_tokens",
    "output_audio_tokens",
    "output_image_tokens",
    "images",
    "characters",
    "seconds",
    "usage_bytes",
    "num_sessions",
    "num_requests",
)
"""Every count of the usage results, as received."""

COST_TEXTS: tuple[str, ...] = (
    "line_item",
    "project_id",
    "user_id",
    "api_key_id",
    "api_source",
    "quantity_unit",
    "organization_id",
    "currency",
)


MORE_FOLLOW = "says that more pages follow"
"""What the reason begins with where a page announces another one: the field's name alone may be a file's own."""


class Problem(NamedTuple):
    """Something a reader of the numbers has to know: what, where in which file, and why.

    kind: `rejected`, a result that was not taken · `unread`, a file or a part of it that could not be read at all ·
    `notice`, read, but to be known (an incomplete page, an unusual bucket).
    """

    kind: Literal["rejected", "unread", "notice"]
    file: str
    place: str
    """JSON path (`data[3].results[17]`) or line (`line 12`), after the archive member where there is one."""
    field: str
    """Field at fault, empty where the whole is."""
    value: str
    """The value as JSON, shortened to 80 characters; empty where there is none."""
    reason: str
    """A sentence's end: `is not a whole number`."""
    count: int = 1  # type: ignore[assignment]  # shadows tuple.count, which nobody calls on a problem
    """How many results it stands for."""


class Named(NamedTuple):
    """A row of a mapping: what people call an id, and whose it is. Empty where it does not say."""

    id: str
    name: str
    team: str
    place: str
    """Where it stands in the file, as a problem's place."""


RESULT_SCHEMA = pa.schema(
    [
        ("object", pa.dictionary(pa.int32(), pa.string())),  # short name: completions, embeddings, …
        ("bucket", pa.int32()),  # row of `buckets`
        *((name, pa.dictionary(pa.int32(), pa.string())) for name in DIMENSIONS),
        *((name, pa.int64()) for name in COUNTS),
    ]
)
"""Accepted usage results, one row each, in the file's order. A column the file never fills is of type null."""

AMOUNT = pa.decimal256(76, 38)

COST_SCHEMA = pa.schema(
    [
        ("bucket", pa.int32()),
        *((name, pa.dictionary(pa.int32(), pa.string())) for name in COST_TEXTS),
        ("amount", AMOUNT),
        ("quantity", AMOUNT),
    ]
)

BUCKET_SCHEMA = pa.schema(
    [
        ("start_time", pa.int64()),  # unix seconds, inclusive
        ("end_time", pa.int64()),  # unix seconds, exclusive
        ("results", pa.int32()),  # results it held, accepted or not; 0 is a measured zero
        ("object", pa.dictionary(pa.int32(), pa.string())),  # short name, null for an empty bucket of unknown kind
        ("place", pa.string()),  # where it stands in the file, to trace a row back
    ]
)
"""Bucket objects in the file's order. For flat rows and CSV all rows of one start time are one bucket."""


@dataclass(frozen=True)
class Export:
    """A file that was read. `accepted + rejected` is the number of results it holds.

    An unreadable document or line counts as one rejected result, since nobody can say how many it held.
    """

    name: str
    format: str
    """Name of the row of FORMATS that read it; empty where none did."""
    size: int
    """Bytes as uploaded."""
    sha256: str
    results: pa.Table = field(repr=False, default_factory=RESULT_SCHEMA.empty_table)
    costs: pa.Table = field(repr=False, default_factory=COST_SCHEMA.empty_table)
    buckets: pa.Table = field(repr=False, default_factory=BUCKET_SCHEMA.empty_table)
    problems: tuple[Problem, ...] = ()
    unknown_fields: dict[str, int] = field(default_factory=dict)
    """`completions.new_field` → results that had it."""
    unknown_objects: dict[str, int] = field(default_factory=dict)
    """`organization.usage.new.result` → results of it; accepted, kept as rows without measures."""
    organization: str = ""
    """Label the person gave to the file; part of the key of each of its rows."""
    mapping: tuple[Named, ...] = field(default=(), repr=False)
    """Names and teams of ids, where the file gives any, in its order. They are no results."""
    unmapped: int = 0
    """Rows of a mapping that were not taken; a notice says why of each."""

    @property
    def accepted(self) -> int:
        return int(self.results.num_rows + self.costs.num_rows)

    @property
    def rejected(self) -> int:
        return sum(problem.count for problem in self.problems if problem.kind != "notice")


def crowded(exports: Sequence[Export], most: int) -> str:
    """A dimension of which these exports together have more than `most` different values; empty where there is none."""
    columns = [(name, each.results[name]) for each in exports for name in DIMENSIONS]
    columns += [(name, each.costs[name]) for each in exports for name in COST_TEXTS]
    values: dict[str, set[str]] = {}
    for name, column in columns:
        for chunk in column.chunks if pa.types.is_dictionary(column.type) else ():
            values.setdefault(name, set()).update(chunk.dictionary.to_pylist())
    return next((name for name, found in values.items() if len(found) > most), "")
