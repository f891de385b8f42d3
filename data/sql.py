"""A DuckDB that can do nothing but compute: no files, no network, no extensions, no way to change that."""

from functools import cache

import duckdb
import pyarrow as pa


@cache
def _locked_down() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(":memory:")
    # `SET timezone` works where the connect option wants an extension (measured with DuckDB 2.0).
    for setting in (
        "timezone='UTC'",
        "enable_external_access=false",
        "autoinstall_known_extensions=false",
        "autoload_known_extensions=false",
        # Groups of a few small integers are summed in an array instead of a hash table: twice as fast.
        "perfect_ht_threshold=16",
        "lock_configuration=true",
    ):
        connection.execute(f"SET GLOBAL {setting}")  # without the word it is of this connection alone
    return connection


def connect(**tables: pa.Table) -> duckdb.DuckDBPyConnection:
    """A connection of the caller's own that sees these Arrow tables under their names, without copying them."""
    connection = _locked_down().cursor()  # one per thread: cursors share the database but no temporary names
    for name, table in tables.items():
        connection.register(name, table)
    return connection


def quoted(name: str) -> str:
    """A column name of ours as an SQL identifier; values are always bound instead."""
    return '"' + name.replace('"', '""') + '"'
