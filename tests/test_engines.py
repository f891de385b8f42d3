"""Every engine answers every question of the page like the row: as if the same exports had been uploaded."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from data.cost import comparison, cost, month
from data.engine import find, opened, total
from data.engines import EngineError, Running
from data.engines.clickhouse import SETTINGS, with_types
from data.engines.embedded import Embedded
from data.engines.engine import Values
from data.lacking import lacking
from data.peaks import peaks
from data.pricing import Prices
from data.query import Query
from data.rhythm import rhythm
from data.table import tidy
from data.unusual import unusual
from data.usage import Usage
from data.warehouse import source
from data.warehouse.append import append
from data.warehouse.location import Location
from tests.warehouse import hostile

SAIL = """
import sys
from pysail.spark import SparkConnectServer
SparkConnectServer("127.0.0.1", int(sys.argv[1])).start(background=False)
"""
QUESTIONS = hostile.questions()


class InChdb:
    """ClickHouse inside this process, given what the adapter gives a server."""

    def __init__(self, pattern: str) -> None:
        self.source = f"file('{pattern}', Parquet)"

    def within(self, _start: int, _end: int) -> str:
        return self.source

    def run(self, sql: str, values: Values, _running: Running | None = None) -> pa.Table:
        import chdb  # noqa: PLC0415  # takes a second

        settings = ", ".join(f"{name} = {value!r}" for name, value in SETTINGS.items())
        bound = {name: value if isinstance(value, int) else _escaped(value) for name, value in values.items()}
        found: pa.Table = chdb.query(f"{with_types(sql, values)} SETTINGS {settings}", "ArrowTable", params=bound)
        return found


def _escaped(text: str) -> str:
    """As clickhouse-connect sends it."""
    return text.translate({ord(each): f"\\{code}" for each, code in zip("\\\t\n\r\0", "\\tnr0", strict=True)})


@pytest.fixture(scope="module")
def uploaded() -> Usage:
    return tidy(hostile.exports())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("warehouse")
    append(Location(str(folder), create=True), hostile.exports())
    return folder


def _embedded(folder: Path) -> Iterator[source.Warehouse]:
    yield source.opened(source.Settings(str(folder)))


def _clickhouse(folder: Path) -> Iterator[source.Warehouse]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(source, "at", lambda *_: InChdb(hostile.files(folder)))
        yield source.opened(source.Settings(str(folder)))


def _sail(folder: Path) -> Iterator[source.Warehouse]:
    """A Spark Connect server that starts in a second, in a process of its own: within this one it does not end."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen([sys.executable, "-c", SAIL, str(port)], stderr=subprocess.DEVNULL)
    try:
        _wait_for(port)
        warehouse = source.opened(source.Settings(str(folder), f"sc://127.0.0.1:{port}"))
        yield warehouse
        warehouse.engine.close()
    finally:
        server.kill()
        server.wait()


def _wait_for(port: int) -> None:
    for _ in range(300):
        with socket.socket() as tried:
            if not tried.connect_ex(("127.0.0.1", port)):
                return
        time.sleep(0.1)


def _cluster(folder: Path) -> Iterator[source.Warehouse]:
    yield source.opened(source.Settings(str(folder), os.environ["SPARK_CLUSTER"]))


ENGINES: dict[str, Callable[[Path], Iterator[source.Warehouse]]] = {
    "embedded": _embedded,
    "clickhouse": _clickhouse,
    "sail": _sail,
    "cluster": _cluster,
}


@pytest.fixture(
    scope="module",
    params=[
        "embedded",
        pytest.param("clickhouse", marks=pytest.mark.slow),
        pytest.param("sail", marks=pytest.mark.slow),
        pytest.param("cluster", marks=pytest.mark.cluster),
    ],
)
def warehouse(request: pytest.FixtureRequest, folder: Path) -> Iterator[source.Warehouse]:
    with pytest.MonkeyPatch.context() as patch:
        # Of a main module without a file, such as a worker of the test runner has, PySpark thinks it runs its own tests.
        patch.setattr(sys.modules["__main__"], "__file__", __file__, raising=False)
        yield from ENGINES[request.param](folder)


@pytest.mark.parametrize("query", QUESTIONS, ids=range(len(QUESTIONS)))
def test_totals_are_those_of_an_upload(warehouse: source.Warehouse, uploaded: Usage, query: Query):
    assert total(warehouse, query) == total(uploaded, query)


def test_values_are_found_by_their_text(warehouse: source.Warehouse, uploaded: Usage):
    for dimension in ("model", "user_id", "team", "organization"):
        asked = Query(group_by=dimension)
        assert find(warehouse, asked) == find(uploaded, asked)
    assert find(warehouse, Query(group_by="model"), "DROP table").values == (hostile.NAMES[3],)


def test_the_ids_that_people_can_name_are_those_of_an_upload_in_its_order(warehouse: source.Warehouse, uploaded: Usage):
    ids = [(dimension, list(values)) for dimension, values in warehouse.ids().items()]
    assert ids == [(dimension, list(values)) for dimension, values in uploaded.ids().items()]


def test_a_group_opens(warehouse: source.Warehouse, uploaded: Usage):
    query = Query(group_by="batch", subgroup="model")
    for group in total(uploaded, query).table:
        assert opened(warehouse, query, group) == opened(uploaded, query, group)


@pytest.mark.parametrize("what", [lacking, rhythm, peaks, unusual])
def test_what_else_tabs_ask_has_the_same_answer(
    warehouse: source.Warehouse, uploaded: Usage, what: Callable[[Usage, Query], Any]
):
    for query in (Query(), Query(group_by="model"), Query(filters=(("model", ("night", "unheard of")),))):
        assert what(warehouse, query) == what(uploaded, query)


@pytest.mark.parametrize("what", [cost, comparison, month])
def test_costs_are_the_same(warehouse: source.Warehouse, uploaded: Usage, what: Callable[[Usage, Query, Prices], Any]):
    for query in (Query(group_by="team"), Query(group_by="model", zone="Europe/Berlin", start_time="2026-03-28")):
        assert what(warehouse, query, Prices()) == what(uploaded, query, Prices())


def test_a_sum_beyond_64_bits_is_exact(warehouse: source.Warehouse):
    totals = total(warehouse, Query(object="embeddings", measure="input_tokens", group_by="model"))
    assert [(group.value, group.sums["input_tokens"]) for group in totals.table] == [("e1", 2**63), ("e2", 2**62)]


def test_a_file_that_is_missing_is_an_error_and_never_a_part_of_a_total(folder: Path, tmp_path: Path):
    gone = tmp_path / "gone.parquet"
    files = [str(path) for path in folder.glob("results/*/*.parquet")]
    gone.write_bytes(Path(files[0]).read_bytes())
    engine = Embedded([*files, str(gone)])
    gone.unlink()
    with pytest.raises(EngineError, match="missing or damaged"):
        engine.run(f"SELECT count(*) AS many FROM {engine.source}", {})  # noqa: S608
