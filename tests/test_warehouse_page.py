"""The page on a warehouse: the same as on the same files uploaded, and links to all else go on working."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data.exports import read
from data.warehouse.append import append
from data.warehouse.location import Location
from tests.conftest import PROJECT, drawn

SAMPLES = PROJECT / "data" / "samples"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("warehouse")
    paths = sorted(path for path in SAMPLES.iterdir() if path.name.endswith((".json", ".csv", ".gz")))
    append(Location(str(folder), create=True), [read(path.read_bytes(), path.name) for path in paths])
    return folder


def page(**params: str) -> AppTest:
    at = AppTest.from_file(str(PROJECT / "components" / "page.py"), default_timeout=60)
    for name, value in params.items():
        at.query_params[name] = value
    return at.run()


@pytest.mark.parametrize("tab", ["overview", "cost"])
def test_it_shows_what_the_same_files_uploaded_show(folder: Path, monkeypatch: pytest.MonkeyPatch, tab: str):
    monkeypatch.setenv("USAGE_SOURCE", str(folder))
    asked = {"tab": tab, "group_by": "model", "period": "30d", "zone": "UTC"}
    warehouse, sample = page(data="warehouse", **asked), page(data="sample", **asked)
    assert not warehouse.exception
    assert drawn(warehouse) == drawn(sample)


def test_it_opens_on_the_warehouse_and_the_sample_is_a_click_away(folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("USAGE_SOURCE", str(folder))
    at = page()
    assert any("Warehouse" in each.value for each in at.markdown)
    next(button for button in at.button if button.label == "Sample").click().run()
    assert any("Sample data" in each.value for each in at.markdown)
    next(button for button in at.button if button.label == "Warehouse").click().run()
    assert not any("Sample data" in each.value for each in at.markdown)


def test_without_a_source_its_link_opens_nothing():
    assert page(data="warehouse").title[0].value == "This link doesn't open anything (any more)"


def test_a_warehouse_that_is_not_there_is_told_and_uploads_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("USAGE_SOURCE", str(tmp_path / "nowhere"))
    at = page()
    assert at.title[0].value == "The warehouse can't be opened just now"
    assert not at.exception
    assert page(data="sample").title[0].value == "Token usage"
