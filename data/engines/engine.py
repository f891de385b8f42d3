"""What an engine has to do, and which one an address names."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from typing import Protocol
from urllib.parse import urlsplit

import pyarrow as pa

Values = Mapping[str, str | int]

PATIENCE = 120.0
"""Seconds that a query may take."""


class EngineError(Exception):
    """The engine has not answered. Its text is a sentence for visitors: no address, no SQL, no value."""


@dataclass
class Running:
    """A query that somebody waits for. Whoever no longer waits calls `stop`."""

    seconds: float = PATIENCE
    stopped: threading.Event = field(default_factory=threading.Event)

    def stop(self) -> None:
        self.stopped.set()

    @contextmanager
    def watched(self, interrupt: Callable[[], object]) -> Iterator[None]:
        """Interrupts what happens inside when it takes too long or nobody waits any more, and says so."""
        done, late = threading.Event(), threading.Event()

        def watch() -> None:
            waited = 0.0
            while not done.wait(0.1):
                waited += 0.1
                if self.stopped.is_set() or waited >= self.seconds:
                    late.set()
                    interrupt()
                    return

        watching = threading.Thread(target=watch, daemon=True)
        watching.start()
        try:
            yield
        except Exception as error:
            if late.is_set():
                raise EngineError(self._why()) from error
            raise
        finally:
            done.set()
            watching.join()

    def _why(self) -> str:
        if self.stopped.is_set():
            return "Nobody waited for the answer any more."
        return f"The engine has not answered within {self.seconds:.0f} seconds: ask for less, or again when it is idle."


class Engine(Protocol):
    """Runs the SQL of `data.warehouse.questions`."""

    source: str
    """What holds all results."""

    def within(self, start: int, end: int) -> str:
        """What that SQL selects from for results that begin in a stretch of time, in unix seconds: at least those."""
        ...

    def run(self, sql: str, values: Values, running: Running | None = None) -> pa.Table:
        """The rows as an Arrow table, integers exact at any size; raises EngineError.

        sql: values stand in it as `:name`.
        """
        ...


_ADAPTERS = {
    "": ("data.engines.embedded", ""),
    "sc": ("data.engines.spark", "pip install -r requirements-spark.txt"),
    "clickhouse": ("data.engines.clickhouse", "pip install -r requirements-clickhouse.txt"),
    "clickhouses": ("data.engines.clickhouse", "pip install -r requirements-clickhouse.txt"),
}


def at(address: str, files: Sequence[str], table: str = "") -> Engine:
    """The engine at an address, reading these Parquet files or a table of its own that holds the same.

    Empty: the one inside this process · `sc://host:15002`: Spark Connect · `clickhouse://user:password@host:8123/database`
    (`clickhouses` with TLS).
    """
    scheme = urlsplit(address).scheme
    if (address and not scheme) or scheme not in _ADAPTERS:
        raise EngineError("USAGE_ENGINE names no engine: write sc://host:15002, or clickhouse://host:8123/database.")
    module, install = _ADAPTERS[scheme]
    try:
        adapter = import_module(module)
    except ImportError as error:
        raise EngineError(f"The client of this engine is not installed: {install}") from error
    opened: Engine = adapter.opened(address, files, table)
    return opened
