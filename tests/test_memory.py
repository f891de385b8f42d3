"""What was read is there for whoever has the same file, and goes when it is too much and nobody has it open."""

import gc
from collections.abc import Iterator

import pytest

from components import memory
from components.memory import Loaded, held, put_read, read_before
from data.exports import read
from data.exports.child import Upload
from tests.test_app import bucket, page, row

CONTENT = page(bucket(1, row(100)))
OTHER = page(bucket(1, row(7)))


@pytest.fixture(autouse=True)
def _forgotten() -> Iterator[None]:
    held.clear()
    yield
    held.clear()


def test_what_was_read_is_found_by_who_has_the_same_bytes_under_the_same_name_and_label() -> None:
    put_read(read(CONTENT, "a.json", organization="Sales"))

    found = read_before(Upload(CONTENT, "a.json", "Sales"))

    assert found is not None
    assert found.results["input_tokens"].to_pylist() == [100]
    others = [(OTHER, "a.json", "Sales"), (CONTENT, "b.json", "Sales"), (CONTENT, "a.json", "")]
    assert [read_before(Upload(*other)) for other in others] == [None, None, None]


def test_of_files_that_nobody_has_open_the_last_that_fit_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    open_ = read(CONTENT, "open.json")
    one = open_.results.nbytes + open_.costs.nbytes + open_.buckets.nbytes
    monkeypatch.setattr(memory, "MOST_BYTES", one * 2)
    put_read(open_)
    for name in ("a.json", "b.json", "c.json"):
        put_read(read(CONTENT, name))
    gc.collect()

    names = ("open.json", "a.json", "b.json", "c.json")
    assert [name for name in names if read_before(Upload(CONTENT, name))] == ["open.json", "b.json", "c.json"]


def test_what_is_behind_a_link_counts_with_all_of_its_files(monkeypatch: pytest.MonkeyPatch) -> None:
    files = read(CONTENT, "a.json"), read(CONTENT, "b.json")
    monkeypatch.setattr(memory, "MOST_BYTES", sum(each.results.nbytes + each.buckets.nbytes for each in files) - 1)
    held().get("one file", lambda: Loaded(files[:1]))
    held().get("both", lambda: Loaded(files))
    gc.collect()

    assert (held().find("one file"), held().find("both")) == (None, None)
