"""A real Spark cluster loses a worker in the middle of a query, and the page shows the exact total all the same."""

import os
import signal
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from benchmarks import warehouse as made
from data.engine import total
from data.query import Query
from data.warehouse.source import Settings, opened
from tests.conftest import PROJECT

pytestmark = pytest.mark.cluster

ROWS = int(os.environ.get("CLUSTER_ROWS", "20000000"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if there := os.environ.get("CLUSTER_FOLDER"):
        return Path(there)
    folder = tmp_path_factory.mktemp("warehouse")
    made.make(str(folder), ROWS)
    return folder


def test_a_worker_that_is_killed_in_the_middle_of_a_query_changes_no_total(
    folder: Path, monkeypatch: pytest.MonkeyPatch
):
    query = Query(group_by="api_key_id", interval="month")
    expected = total(opened(Settings(str(folder), seconds=600)), query)
    cluster = opened(Settings(str(folder), os.environ["SPARK_CLUSTER"], seconds=600))
    answers: list[Any] = []
    asking = threading.Thread(target=lambda: answers.append(total(cluster, query)))
    asking.start()
    time.sleep(2)
    assert asking.is_alive(), "the query was over before a worker could be killed"
    os.killpg(int(os.environ["SPARK_WORKERS"].split(",")[0]), signal.SIGKILL)
    asking.join()
    assert answers == [expected]

    monkeypatch.setenv("USAGE_SOURCE", str(folder))
    monkeypatch.setenv("USAGE_ENGINE", os.environ["SPARK_CLUSTER"])
    monkeypatch.setenv("USAGE_ENGINE_SECONDS", "600")
    page = AppTest.from_file(str(PROJECT / "components" / "page.py"), default_timeout=600)
    page.run()
    assert not page.exception
    assert not page.error
    assert any(f"{expected.results:,}".replace(",", "\\,") in caption.value for caption in page.caption)
