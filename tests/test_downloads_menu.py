"""What the Export menu offers, and how its files are named."""

import gzip
from concurrent.futures import ThreadPoolExecutor

import pytest

from components.downloads import files
from components.downloads.menu import entries, filename
from tests.build import day
from tests.test_downloads import CHAT, NONE, usage, view


def test_the_menu_says_what_each_file_holds():
    found = view(usage(day("2026-01-01", CHAT), day("2026-01-02", CHAT, NONE)))
    assert [(entry.about, [file.label for file in entry.files]) for entry in entries(found)] == [
        (
            "This view, 2026-01-01 – 2026-01-02, in one file that opens offline and asks no server: tiles, figures, table and sources",
            ["Report"],
        ),
        ("Usage by model, 2026-01-01 – 2026-01-02: 2 groups and their total", ["Table as CSV", "Table as JSON"]),
        (
            "Costs by model, 2026-01-01 – 2026-01-02: estimated, without a price and, where there are costs exports, billed",
            ["Costs as CSV", "Costs as JSON"],
        ),
        ("The 3 exported results behind this view, 2026-01-01 – 2026-01-02", ["Results as CSV", "Results as JSON"]),
    ]


def test_files_are_named_by_grouping_and_period():
    found = view(usage(day("2026-01-01", CHAT), day("2026-01-02", CHAT)))
    assert [file.name for entry in entries(found) for file in entry.files] == [
        "report-usage-by-model_2026-01-01_2026-01-02.html",
        "usage-by-model_2026-01-01_2026-01-02.csv",
        "usage-by-model_2026-01-01_2026-01-02.json",
        "costs-by-model_2026-01-01_2026-01-02.csv",
        "costs-by-model_2026-01-01_2026-01-02.json",
        "results-usage-by-model_2026-01-01_2026-01-02.csv",
        "results-usage-by-model_2026-01-01_2026-01-02.json",
    ]


def test_a_title_cannot_leave_the_folder():
    assert (
        filename("../../etc: Ünicode", view(usage(day("2026-01-01", CHAT))).totals, "csv")
        == "etc-nicode_2026-01-01.csv"
    )


def test_nothing_is_written_before_it_is_asked_for(monkeypatch: pytest.MonkeyPatch):
    def never(*_: object) -> bytes:
        raise AssertionError

    for name in ("results_csv", "results_json", "table_csv", "table_json", "costs_csv", "costs_json"):
        monkeypatch.setattr(files, name, never)
    assert len(entries(view(usage(day("2026-01-01", CHAT))))) == 4


def test_every_file_can_be_made_in_a_thread_that_knows_nothing_of_the_page():
    found = view(usage(day("2026-01-01", CHAT)), group_by=None)
    with ThreadPoolExecutor(1) as thread:
        made = [thread.submit(file.content).result() for entry in entries(found) for file in entry.files]
    assert all(made)


def test_many_results_are_gzipped(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(files, "MOST_PLAIN", 1)
    found = view(usage(day("2026-01-01", CHAT, NONE)))
    plain = {
        file.name: file.content()
        for entry in entries(found)
        for file in entry.files[:2]
        if file.name.startswith("results")
    }
    assert list(plain) == ["results-usage-by-model_2026-01-01.csv.gz", "results-usage-by-model_2026-01-01.json.gz"]
    assert gzip.decompress(plain["results-usage-by-model_2026-01-01.csv.gz"]).count(b"\r\n") == 3
    assert "gzipped" in entries(found)[-1].about
