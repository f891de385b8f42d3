"""Exports for tests, written down as the API would send them: buckets with their rows."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal

import pyarrow as pa

from data.exports.export import BUCKET_SCHEMA, COST_SCHEMA, RESULT_SCHEMA, Export
from data.table import tidy
from data.usage import Usage

Row = Mapping[str, object]
Bucket = tuple[int, int, Sequence[Row]]

MONDAY = "2026-01-05"


def at(moment: str) -> int:
    """Unix seconds of a moment in UTC: `2026-01-05` or `2026-01-05T06:30`."""
    return int(datetime.fromisoformat(moment).replace(tzinfo=UTC).timestamp())


def bucket(start: str, end: str, *rows: Row) -> Bucket:
    return at(start), at(end), rows


def day(date: str, *rows: Row) -> Bucket:
    return at(date), at(date) + 86400, rows


def hour(moment: str, *rows: Row) -> Bucket:
    return at(moment), at(moment) + 3600, rows


def tokens(count: int, **dimensions: object) -> Row:
    """A completions row whose total is `count`, each token a request of its own."""
    return {"input_tokens": count, "output_tokens": 0, "num_model_requests": count, **dimensions}


def export(*buckets: Bucket, name: str = "a.json", organization: str = "") -> Export:
    """Rows are completions unless they say `object`, costs where they have an `amount`."""
    placed = [(index, row) for index, (_, _, rows) in enumerate(buckets) for row in rows]
    return Export(
        name=name,
        format="page",
        size=1,
        sha256=hashlib.sha256(repr(buckets).encode()).hexdigest(),
        results=_table(
            RESULT_SCHEMA, [{"object": "completions", "bucket": i, **row} for i, row in placed if "amount" not in row]
        ),
        costs=_table(
            COST_SCHEMA,
            [
                {"bucket": i, **row, "amount": row["amount"] and Decimal(str(row["amount"]))}
                for i, row in placed
                if "amount" in row
            ],
        ),
        buckets=_table(
            BUCKET_SCHEMA,
            [
                {
                    "start_time": start,
                    "end_time": end,
                    "results": len(rows),
                    "object": _object(rows),
                    "place": f"data[{index}]",
                }
                for index, (start, end, rows) in enumerate(buckets)
            ],
        ),
        organization=organization,
    )


def usage_of(*buckets: Bucket) -> Usage:
    return tidy([export(*buckets)])


def days(first: int, last: int, month: str = "2026-01") -> list[Bucket]:
    """Days of ten tokens each."""
    return [day(f"{month}-{date:02}", tokens(10, model="a")) for date in range(first, last + 1)]


def hours(count: int, start: str = MONDAY) -> list[Bucket]:
    """Hours of one token each."""
    return [
        (at(start) + clock * 3600, at(start) + (clock + 1) * 3600, [tokens(1, model="a")]) for clock in range(count)
    ]


def _object(rows: Sequence[Row]) -> object:
    """What an empty bucket is of, nobody knows."""
    return ("costs" if "amount" in rows[0] else rows[0].get("object", "completions")) if rows else None


def _table(schema: pa.Schema, rows: Sequence[Row]) -> pa.Table:
    """Columns as a reader makes them: of type null where no row fills them."""
    return pa.table({field.name: _column(field, [row.get(field.name) for row in rows]) for field in schema})


def _column(field: pa.Field, values: list[object]) -> pa.Array:
    if not values:
        return pa.array([], field.type)
    if all(value is None for value in values):
        return pa.nulls(len(values), field.type if field.name in BUCKET_SCHEMA.names else None)
    if pa.types.is_dictionary(field.type):
        return pa.array([None if value is None else str(value) for value in values], pa.string()).dictionary_encode()
    return pa.array(values, field.type)
