"""A usage as DuckDB has it: what questions are asked of, loaded once, in a form that is fast to sum.

Dimensions are enumerations, counts as narrow as they fit (a sum of them is exact at any size), equal counts are there
once, and only rows that count: some 45 bytes per result. It goes when nobody holds it any more.
"""

import weakref
from collections import deque
from hashlib import blake2b
from itertools import count
from threading import Lock

import pyarrow as pa
import pyarrow.compute as pc

from data.held import chosen_rows, measures, remembered
from data.overlap import Mask
from data.sql import connect, quoted
from data.usage import DIMENSIONS, Usage

LEVEL = "usage_bytes"
"""The measure of which the latest counts."""

_numbers = count(1)
_gone: deque[str] = deque()
"""Tables that nobody holds. They are dropped later: while garbage is collected nothing is asked."""
_loading = Lock()


class Resident:
    """Results of one kind in a table of their own; it has `bucket`, `layer`, dimensions and columns of measures."""

    def __init__(self, results: pa.Table, names: tuple[str, ...], measures: tuple[str, ...]) -> None:
        self.name = f"results_{next(_numbers)}"
        self.dimensions = tuple(name for name in names if results[name].null_count < results.num_rows)
        self.columns = _columns(results, measures)
        """Measure → the column that holds it."""
        self.zeros = frozenset(name for name in self.columns.values() if name != LEVEL and _is_zero(results[name]))
        """Columns whose every value is 0: so is any sum of them."""
        self.is_summed = "many" in results.column_names
        """Whether rows are sums of `many` results."""
        self._load(results)
        weakref.finalize(self, _gone.append, self.name)

    def _load(self, results: pa.Table) -> None:
        columns = ["bucket", "layer", *(["many"] if self.is_summed else [])]
        for name in self.dimensions:
            values = pa.table({"value": results[name].combine_chunks().dictionary})
            with connect(dictionary=values) as connection:
                named = "SELECT DISTINCT value FROM dictionary WHERE value IS NOT NULL ORDER BY value"
                connection.execute(f"CREATE TYPE {self.name}_{name} AS ENUM ({named})")
            columns.append(f"{quoted(name)}::{self.name}_{name} AS {quoted(name)}")
        held = dict.fromkeys(self.columns.values())
        columns += [f"{quoted(name)}::{_width(results[name])} AS {quoted(name)}" for name in held]
        with connect(results=results) as connection:
            connection.execute(f"CREATE TABLE {self.name} AS SELECT {', '.join(columns)} FROM results")


def resident(usage: Usage, object_name: str, asked: frozenset[str], width: int) -> Resident:
    """The results of a kind that answer a question in buckets of `width`, each token once."""
    chosen = chosen_rows(usage, asked, width) if usage.contested else None
    digest = blake2b(chosen.tobytes()).digest() if chosen is not None else b""
    with _loading:
        _drop()
        found: Resident = remembered(
            usage, "resident", (object_name, digest), lambda: _resident(usage, object_name, chosen)
        )
        return found


def _resident(usage: Usage, object_name: str, chosen: Mask | None) -> Resident:
    results = usage.results
    mine = None if chosen is None else pa.array(chosen)
    if len(usage.reported) > 1 or results["object"].null_count:
        same = pc.fill_null(pc.equal(results["object"], object_name), False)
        mine = same if mine is None else pc.and_(same, mine)
    reported = tuple(name for name in measures(usage, object_name) if name != "total_tokens")
    results = results.select(["bucket", "layer", *DIMENSIONS, *reported])
    return Resident(results if mine is None else results.filter(mine), DIMENSIONS, reported)


def _columns(results: pa.Table, measures: tuple[str, ...]) -> dict[str, str]:
    """Of equal measures the first holds all: without audio, say, each part is one of the counts.

    A level is summed in a way of its own, and is never held with others.
    """
    held: dict[str, str] = {}
    for name in measures:
        there = [other for other in dict.fromkeys(held.values()) if LEVEL not in (name, other)]
        held[name] = next((other for other in there if results[other].equals(results[name])), name)
    return held


def _is_zero(column: pa.ChunkedArray) -> bool:
    return not column.null_count and bool(pc.max(column).as_py() == 0)


def _width(column: pa.ChunkedArray) -> str:
    """The SQL type that a count fits into."""
    most = pc.max(column).as_py() or 0
    return "INTEGER" if most < 2**31 else "BIGINT" if most < 2**63 else "HUGEINT"


def drop_unheld() -> None:
    """Tables of usages that nobody holds any more: a next load would drop them, and may be long in coming."""
    with _loading:
        _drop()


def _drop() -> None:
    while _gone:
        name = _gone.popleft()
        with connect() as connection:
            connection.execute(f"DROP TABLE IF EXISTS {name}")
            found = connection.execute(
                "SELECT type_name FROM duckdb_types() WHERE starts_with(type_name, $1)", [f"{name}_"]
            )
            for (each,) in found.fetchall():
                connection.execute(f"DROP TYPE {quoted(each)}")
