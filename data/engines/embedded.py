"""DuckDB inside this process: the default, which needs no configuration."""

import re
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pyarrow as pa

from data.engines.engine import EngineError, Running, Values

_VALUE = re.compile(r":(\w+)")


class Embedded:
    """Reads Parquet files of this computer, and nothing else."""

    source = "usage_results"

    def __init__(self, files: Sequence[str]) -> None:
        self._database = duckdb.connect(":memory:")
        for setting in (
            "timezone='UTC'",
            f"allowed_directories={sorted({str(Path(file).parent) for file in files})}",
            "enable_external_access=false",
            "autoinstall_known_extensions=false",
            "autoload_known_extensions=false",
            "parquet_metadata_cache=true",
        ):
            self._database.execute(f"SET GLOBAL {setting}")  # without the word it is of this connection alone
        names = ", ".join("'" + file.replace("'", "''") + "'" for file in files)
        self._database.execute(
            f"CREATE VIEW {self.source} AS SELECT * FROM read_parquet([{names}], hive_partitioning=false)"
        )
        self._database.execute("SET lock_configuration=true")

    def within(self, _start: int, _end: int) -> str:
        return self.source

    def run(self, sql: str, values: Values, running: Running | None = None) -> pa.Table:
        connection = self._database.cursor()
        try:
            with (running or Running()).watched(connection.interrupt):
                return connection.sql(_VALUE.sub(r"$\1", sql), params=dict(values)).to_arrow_table()
        except duckdb.Error as error:
            raise EngineError("The warehouse could not be read: a file of it may be missing or damaged.") from error


def opened(_address: str, files: Sequence[str], _table: str) -> Embedded:
    """Of the files; a table it has none."""
    return Embedded(files)
