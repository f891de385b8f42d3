"""Spark Connect, by `pyspark-client`: the same SQL on a cluster."""

import uuid
import warnings
from collections.abc import Sequence

import pyarrow as pa

from data.engines.engine import EngineError, Running, Values
from data.zones import utc

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
        self._is_by_day = False
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", FutureWarning)
                self._session = SparkSession.builder.remote(address).create()
            for name, value in SETTINGS.items():
                self._session.conf.set(name, value)
            if not table:
                folder = files[0].rsplit("/", 2)[0]  # below it, folders are named by day
                lying = self._session.read.option("basePath", folder).parquet(*files)
                lying.createOrReplaceTempView(self.source)
                self._is_by_day = "day" in lying.columns
        except (PySparkException, OSError) as error:
            raise EngineError(_NOT_ANSWERED) from error

    def within(self, start: int, end: int) -> str:
        """Spark opens each file for a question, even to find nothing asked in it: those of other days are left out."""
        if not self._is_by_day:
            return self.source
        days = f"day >= DATE'{utc(start):%Y-%m-%d}' AND day <= DATE'{utc(end - 1):%Y-%m-%d}'"
        return f"(SELECT * FROM {self.source} WHERE {days}) AS lying"

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
