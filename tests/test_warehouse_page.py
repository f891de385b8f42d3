"""The page on a warehouse: the same as on the same files uploaded, and links to all else go on working."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data.__main__ import main
from data.exports import read
from data.warehouse.append import append
from data.warehouse.location import Location
from tests.conftest import PROJECT, drawn

pytest_plugins = ("tests.store.fixtures",)

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


def test_what_is_exported_to_an_object_store_is_shown_from_there(
    bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    file = SAMPLES / "completions_2025-08_buckets.json"
    assert main(["export", str(file), "--to", bucket]) == 0
    assert main(["export", str(file), "--to", str(tmp_path / "folder")]) == 0
    monkeypatch.setenv("USAGE_CACHE_DIR", str(tmp_path / "copies"))
    seen = []
    for source in (bucket, str(tmp_path / "folder")):
        monkeypatch.setenv("USAGE_SOURCE", source)
        at = page(data="warehouse", group_by="model")
        assert not at.exception
        seen.append((drawn(at), [caption.value for caption in at.caption]))
    assert seen[0] == seen[1]
    assert len(seen[0][0]) > 1
    assert [path.suffix for path in tmp_path.glob("copies/**/*") if path.is_file()] == [".parquet"] * 31
