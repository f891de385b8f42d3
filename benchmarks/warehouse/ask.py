"""What one engine takes for what the page asks, from the start of a process: `python -m benchmarks.warehouse.ask`.

Prints JSON. Arguments: the folder, and of a cluster its address and its process groups.
"""

import json
import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from components import answers
from data.engine import readings, total
from data.engines import Engine, Running
from data.engines.engine import Values
from data.held import groupings
from data.lacking import previous
from data.query import Query
from data.warehouse.source import Settings, Warehouse, opened

TICKS = 100
"""A second of processor time in /proc, on Linux."""
FIRST = Query(period="30d")
GROUPED = Query(period="30d", group_by="model")
EIGHT = [Query(period="30d", group_by="model", filters=(("project_id", (f"proj_{at:03}",)),)) for at in range(8)]
TEN = [Query(period="90d", group_by="api_key_id", filters=(("model", (f"model-{at:03}",)),)) for at in range(10)]
VIEWERS, EACH = 100, 5


class Counted:
    """An engine, and how many questions it was asked."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self.source, self.within, self.asked = engine, engine.source, engine.within, 0

    def run(self, sql: str, values: Values, running: Running | None = None) -> pa.Table:
        self.asked += 1
        return self._engine.run(sql, values, running)


class Clock:
    """Elapsed seconds and seconds of processor time: of this process, and of others by their groups."""

    def __init__(self, groups: Sequence[int]) -> None:
        self._groups = groups
        self.found: dict[str, Any] = {}

    @contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        since, spent = time.perf_counter(), self._spent()
        yield
        self.found[name] = [time.perf_counter() - since, self._spent() - spent]

    def _spent(self) -> float:
        return time.process_time() + sum(sum(map(int, stat[11:13])) for stat in _stats(self._groups)) / TICKS


def ask(folder: str, engine: str, groups: Sequence[int]) -> dict[str, Any]:
    clock = Clock(groups)
    with clock("open"):
        found = opened(Settings(str(Path(folder).absolute()), engine, seconds=600))
    counted = Counted(found.engine)
    found = replace(found, engine=counted)
    with clock("first view"):
        view(found, FIRST)
    with clock("by model"):
        view(found, GROUPED)
    with clock("asked again"):
        view(found, GROUPED)
    with clock("eight viewers"):
        at_once(8, lambda viewer: view(found, EIGHT[viewer]))
    before = counted.asked
    with clock("hundred viewers"):
        at_once(VIEWERS, lambda viewer: [view(found, TEN[(viewer + turn) % len(TEN)]) for turn in range(EACH)])
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    return {**clock.found, "queries": counted.asked - before, "memory": memory, "others": _memory(groups)}


def view(found: Warehouse, query: Query) -> None:
    """What a visit asks: the totals, those of the period before, and once the values that filters offer."""
    before = previous(found, query)
    flights = found.asking(readings(found, [query, *([] if isinstance(before, str) else [before])]))
    try:
        for flight in flights:
            flight.answer.result()
    finally:
        found.left(flights)
    for each in (query, query.by(query.group_by or groupings(found, "completions")[0])):
        answers.answer(found.identity, total, each, found)  # kept for all visitors


def at_once(viewers: int, visit: Callable[[int], object]) -> None:
    with ThreadPoolExecutor(viewers) as pool:
        list(pool.map(visit, range(viewers)))


def _stats(groups: Sequence[int]) -> Iterator[list[str]]:
    """The fields of /proc/PID/stat after the name, of each process in these groups."""
    for path in Path("/proc").glob("[0-9]*/stat") if groups else ():
        try:
            stat = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has ended
        if int(stat[2]) in groups:
            yield stat


def _memory(groups: Sequence[int]) -> float:
    """GB that processes of these groups hold."""
    return sum(int(stat[21]) for stat in _stats(groups)) * resource.getpagesize() / 1024**3


if __name__ == "__main__":
    address, *numbers = sys.argv[2:] or [""]
    print(json.dumps(ask(sys.argv[1], address, tuple(map(int, numbers)))))
