"""Spark Connect, by `pyspark-client`: the same SQL on a cluster."""

import uuid
import warnings
from collections.abc import Sequence

import pyarrow as pa

from data.engines.engine import EngineError, Running, Values

with warnings.catch_warnings():
    warnings.simplefilter("ignore", FutureWarning)  # of pandas 3, which nothing here gives it
    from pyspark.errors import PySparkException
    from pyspark.sql import SparkSession

SETTINGS = {
    "spark.sql.session.timeZone": "UTC",  # else a moment is told in the zone of whoever asks
    # Files are looked up by so many tasks, not by one for each: there is a file for every day.
    "spark.sql.sources.parallelPartitionDiscovery.parallelism": "16",
}

_NOT_ANSWERED = "The engine could not answer: it cannot be reached, or something of the warehouse is out of its reach."


class Spark:
    """A session with a cluster, shared by all visitors. Lost workers' tasks are run again by Spark itself."""

    def __init__(self, address: str, files: Sequence[str], table: str) -> None:
        self.source = table or f"usage_{uuid.uuid4().hex}"
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", FutureWarning)
                self._session = SparkSession.builder.remote(address).create()
            for name, value in SETTINGS.items():
                self._session.conf.set(name, value)
            if not table:
                self._session.read.parquet(*files).createOrReplaceTempView(self.source)
        except (PySparkException, OSError) as error:
            raise EngineError(_NOT_ANSWERED) from error

    def run(self, sql: str, values: Values, running: Running | None = None) -> pa.Table:
        tag = uuid.uuid4().hex
        self._session.addTag(tag)  # of this thread
        try:
            with (running or Running()).watched(lambda: self._session.interruptTag(tag)):
                return self._session.sql(sql, args=dict(values)).toArrow()
        except PySparkException as error:
            raise EngineError(_NOT_ANSWERED) from error
        finally:
            self._session.removeTag(tag)

    def close(self) -> None:
        """Ends the session; the cluster goes on."""
        self._session.stop()


def opened(address: str, files: Sequence[str], table: str) -> Spark:
    """A table is one of the cluster's catalogue."""
    return Spark(address, files, table)
