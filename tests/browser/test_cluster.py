"""The page on a real Spark cluster: what it shows of the same files uploaded, and what it shows when a worker is lost."""

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from benchmarks.warehouse.make import make
from components.address import TABS
from components.tabs.quality import ADDED
from data.exports import read
from data.warehouse.append import append, read_state
from data.warehouse.location import Location
from tests.browser.conftest import PROJECT, Server
from tests.browser.test_journeys import drop
from tests.browser.test_tabs import seen

pytestmark = pytest.mark.cluster

SAMPLES = sorted(each for each in (PROJECT / "data" / "samples").iterdir() if each.suffix in {".json", ".csv", ".gz"})
ROWS = int(os.environ.get("CLUSTER_ROWS", "20000000"))
PATIENCE = 300.0
"""Seconds for an answer, on a computer that has other things to do."""
DRAWN = "() => [...document.querySelectorAll('.js-plotly-plot')].map(chart => JSON.stringify(chart.data))"

NewContext = Callable[..., BrowserContext]
StartServer = Callable[..., Server]
Settled = Callable[..., None]


def opened(new_context: NewContext, server: Server, path: str = "/") -> Page:
    page = new_context(base_url=server.url).new_page()
    page.set_default_timeout(PATIENCE * 1000)
    page.goto(path)
    return page


def on_cluster(start_server: StartServer, folder: Path) -> Server:
    settings = {"USAGE_SOURCE": str(folder), "USAGE_ENGINE": os.environ["SPARK_CLUSTER"]}
    return start_server({**settings, "USAGE_ENGINE_SECONDS": str(PATIENCE)})


def shown(page: Page) -> dict[str, Any]:
    """All that a tab says, and what its charts are drawn from."""
    return {**seen(page), "drawn": page.evaluate(DRAWN)}


def test_each_tab_shows_what_the_same_files_uploaded_show(
    new_context: NewContext, server: Server, start_server: StartServer, settled: Settled, tmp_path: Path
):
    append(Location(str(tmp_path), create=True), [read(path.read_bytes(), path.name) for path in SAMPLES])
    upload = opened(new_context, server, "/?data=none")
    drop(upload, *SAMPLES)
    upload.wait_for_url(lambda url: "data=none" not in url)
    key = upload.url.partition("data=")[2].partition("&")[0]
    cluster = on_cluster(start_server, tmp_path)
    pages = [opened(new_context, cluster), upload]
    for tab, name in TABS.items():
        found = []
        for page, data in zip(pages, ("warehouse", key), strict=True):
            page.goto(f"/?data={data}&tab={tab}&group_by=project_id&period=30d&interval=day&zone=Europe/Berlin")
            settled(page)
            found.append(shown(page))
        lies, uploaded = found
        assert lies["tab"] == name
        assert lies["drawn"] or tab == "quality"
        # Above the tab an upload is told by its files.
        assert uploaded["texts"][0] == f"{SAMPLES[0].name} and {len(SAMPLES) - 1} more · {lies['texts'].pop(0)}"
        uploaded["texts"].pop(0)
        if tab == "quality":  # where an upload has a switch
            lies["texts"].remove(ADDED)
        for what, said in uploaded.items():
            assert lies[what] == said, (name, what)


def test_a_worker_that_is_killed_in_the_middle_of_a_question_changes_nothing_on_the_page(
    new_context: NewContext, start_server: StartServer, settled: Settled, tmp_path: Path
):
    folder = Path(os.environ.get("CLUSTER_FOLDER", tmp_path))
    if not any(folder.iterdir()):
        make(str(folder), ROWS)
    page = opened(new_context, on_cluster(start_server, folder), "/?group_by=api_key_id&period=all&interval=month")
    expect(page.get_by_text("The engine adds it up")).to_be_visible(timeout=PATIENCE * 1000)
    os.killpg(int(os.environ["SPARK_WORKERS"].split(",")[0]), signal.SIGKILL)
    page.wait_for_timeout(2000)
    assert page.get_by_text("The engine adds it up").is_visible(), "the answer was there before a worker was killed"
    settled(page)
    manifest = read_state(Location(str(folder))).manifest
    total = page.get_by_role("table").first.locator("tfoot tr.total")
    expect(total).to_contain_text(f"{manifest.sums['total_tokens']:,}")
    embedded = opened(new_context, start_server({"USAGE_SOURCE": str(folder)}), f"/?{urlsplit(page.url).query}")
    settled(embedded)
    assert shown(page) == shown(embedded)
