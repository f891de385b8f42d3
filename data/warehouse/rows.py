"""Results as they lie in a warehouse: one Parquet file per UTC day, plain types that every engine reads."""

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from data.exports.export import COUNTS
from data.naming import TEAM
from data.parts import PARTS
from data.usage import DIMENSIONS, MEASURES

_DIMENSIONS = tuple(name for name in DIMENSIONS if name != TEAM)
"""A team is that of an id, and mappings change."""
_UTC_SECONDS = pa.timestamp("s", tz="UTC")

SCHEMA = pa.schema(
    [
        ("file", pa.int32()),  # place among the usage's files
        ("bucket", pa.int32()),  # row of the usage's buckets
        ("start_time", pa.int64()),  # of the bucket, unix seconds, inclusive
        ("end_time", pa.int64()),  # exclusive
        ("object", pa.string()),  # short name: completions, embeddings, …
        ("layer", pa.int32()),  # place among the usage's layers
        ("choice", pa.int32()),  # place among the manifest's choices; null: answers every question
        ("generation", pa.string()),
        *((name, pa.string()) for name in _DIMENSIONS),
        *((name, pa.int64()) for name in (*COUNTS, *PARTS, "total_tokens")),
    ]
)
"""Columns of the results."""

SUMMARY = ("bucket", "object", "organization", "layer", "share", "choice")
"""What a warehouse's summary tells rows apart by; it says of each combination how many `rows` there are."""


def written(rows: pa.Table) -> bytes:
    """Results of a day as Parquet."""
    columns = [_plain(rows[each.name], each.type) for each in SCHEMA]
    out = pa.BufferOutputStream()
    pq.write_table(pa.table(columns, SCHEMA), out, compression="zstd")
    return bytes(out.getvalue())


def read(content: bytes) -> pa.Table:
    """Results as a usage has them; what was never filled is of type null."""
    return as_usage(pq.ParquetFile(pa.BufferReader(content)).read())


def as_usage(rows: pa.Table) -> pa.Table:
    """Results as they lie, as a usage has them."""
    columns = {}
    for each in SCHEMA:
        column = rows[each.name] if each.name in rows.column_names else pa.chunked_array([pa.nulls(rows.num_rows)])
        columns[each.name] = _as_usage(each.name, column)
    return pa.table(columns)


def _plain(column: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.int64())
    return column.cast(kind)


def _as_usage(name: str, column: pa.ChunkedArray) -> pa.ChunkedArray:
    if name in ("start_time", "end_time"):
        return column.cast(_UTC_SECONDS)
    if name in (*DIMENSIONS, *MEASURES, "generation", "object"):
        if column.null_count == len(column):
            return pa.chunked_array([pa.nulls(len(column))])
        return column.dictionary_encode() if pa.types.is_string(column.type) else column
    return column


def summary_of(rows: pa.Table) -> pa.Table:
    """One row for each combination of SUMMARY: file, start_time and end_time of the bucket, and how many `rows`."""
    plain = pa.table({name: _grouped(rows[name]) for name in SUMMARY} | {"file": rows["file"]})
    found = plain.group_by(list(SUMMARY)).aggregate([("file", "min"), ([], "count_all")])
    times = pa.table({"bucket": rows["bucket"], "start_time": rows["start_time"], "end_time": rows["end_time"]})
    times = times.group_by("bucket", use_threads=False).aggregate([("start_time", "min"), ("end_time", "min")])
    place = pc.index_in(found["bucket"], times["bucket"])
    return pa.table(
        {
            **{name: found[name] for name in ("bucket", "layer", "share", "choice")},
            "file": found["file_min"],
            "start_time": times["start_time_min"].take(place),
            "end_time": times["end_time_min"].take(place),
            **{name: found[name].dictionary_encode() for name in ("object", "organization")},
            "rows": found["count_all"],
        }
    )


def _grouped(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Arrow groups neither by dictionaries of several chunks nor by nulls alone."""
    if pa.types.is_dictionary(column.type) or pa.types.is_null(column.type):
        return column.cast(pa.string())
    return column
