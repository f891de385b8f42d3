"""Reading in a process of its own: whatever happens there, here comes an answer."""

import gzip
import io
import os
import sys
import tempfile
import threading
import zipfile
from pathlib import Path

import pytest

from data.exports import read
from data.exports.child import Limits, Upload
from data.exports.uploads import read_in_child, read_many_in_child, remove_leftovers

PAGE = b'{"object":"page","data":[{"object":"bucket","start_time":1754956800,"end_time":1755043200,"results":[{"object":"organization.usage.vector_stores.result","usage_bytes":5,"new":1},{"object":"organization.costs.result","amount":{"value":"0.123456789012345678901234567891","currency":"usd"}},{"object":"organization.usage.vector_stores.result","usage_bytes":-1}]}],"has_more":true}'
POSIX = pytest.mark.skipif(os.name != "posix", reason="limits and signals are of POSIX systems")


def rows(lines: int) -> bytes:
    row = b"1754956800,1755043200,%d,project-%d\n"
    return b"start_time,end_time,usage_bytes,project_id\n" + b"".join(row % (n, n) for n in range(lines))


def test_what_the_child_reads_is_what_would_be_read_here(tmp_path: Path) -> None:
    path = tmp_path / "page.json"
    path.write_bytes(PAGE)
    here = read(PAGE, "page.json", organization="acme")
    for content in (PAGE, path):
        there = read_in_child(content, "page.json", "acme")
        assert {**vars(there)} == {**vars(here)}


def test_archives_are_unpacked_there_as_here() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.json", PAGE)
        archive.writestr("b.json.gz", gzip.compress(PAGE))
    here = read(packed.getvalue(), "all.zip")
    there = read_in_child(packed.getvalue(), "all.zip")
    assert there.accepted == here.accepted == 4
    assert {**vars(there)} == {**vars(here)}


def test_what_a_killed_server_left_of_uploads_is_removed_a_day_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    old, new, other, target = (tmp_path / name for name in ("token-usage-upload-1", "token-usage-upload-2", "x", "y"))
    for folder in (old, new, other, target):
        folder.mkdir()
        (folder / "0.export").write_bytes(PAGE)
    link = tmp_path / "token-usage-upload-3"
    link.symlink_to(target)
    for path in (old, other, target, link):
        os.utime(path, (1, 1), follow_symlinks=False)
    remove_leftovers()
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "token-usage-upload-2",
        "token-usage-upload-3",
        "x",
        "y",
    ]
    assert list(target.iterdir())


def test_progress_comes_while_it_reads() -> None:
    told: list[float] = []
    export = read_in_child(rows(200_000), "x.csv", progress=told.append)
    assert export.accepted == 200_000
    assert told == sorted(told)
    assert len(told) >= 2
    assert told[-1] == 1.0


# A reader that follows a null pointer when a file called bad.json comes; Python loads this file of itself at its start.
CRASHING = """
import ctypes, importlib.util, sys

class Trap:
    def find_spec(self, name, path=None, target=None):
        if name != "data.exports.formats":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        load = spec.loader.exec_module

        def exec_module(module):
            load(module)
            read = module.read
            module.read = lambda content, name, **rest: read(ctypes.string_at(0) if name == "bad.json" else content, name, **rest)

        spec.loader.exec_module = exec_module
        return spec

sys.meta_path.insert(0, Trap())
"""


@POSIX
def test_a_crash_of_a_parser_costs_its_file_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sitecustomize.py").write_text(CRASHING)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    uploads = [Upload(PAGE, "a.json"), Upload(PAGE, "bad.json"), Upload(PAGE, "c.json")]
    first, second, third = read_many_in_child(uploads)
    assert (first.accepted, third.accepted) == (2, 2)
    assert (
        second.problems[0].reason == "could not be read: reading it crashed a parser (SIGSEGV), which did no other harm"
    )
    assert (second.size, second.sha256) == (first.size, first.sha256)


@POSIX
@pytest.mark.skipif(sys.platform == "darwin", reason="macOS does not limit address space")
def test_too_little_memory_is_said_in_plain_words() -> None:
    export = read_in_child(b"[%s1.5]" % (b"1.5," * 3_000_000), "x.json", limits=Limits(memory=400 << 20))
    assert [each.reason for each in export.problems] == ["needs more than 0.391 GB of memory to read"]


@POSIX
def test_too_little_processor_time_is_said_in_plain_words() -> None:
    export = read_in_child(rows(1_000_000), "x.csv", limits=Limits(processor_seconds=1))
    assert [each.reason for each in export.problems] == ["takes more than 1 seconds of processor time to read"]


def test_too_little_time_is_said_in_plain_words() -> None:
    export = read_in_child(rows(1_000_000), "x.csv", limits=Limits(seconds=0.3))
    assert [each.reason for each in export.problems] == ["takes longer than 0.3 seconds to read"]


def test_it_can_be_cancelled_and_the_rest_is_not_begun() -> None:
    cancel = threading.Event()
    uploads = [Upload(rows(20_000), "a.csv"), Upload(rows(500_000), "b.csv"), Upload(PAGE, "c.json")]
    exports = read_many_in_child(uploads, progress=lambda index, _: cancel.set() if index == 1 else None, cancel=cancel)
    assert exports[0].accepted == 20_000
    assert {each.problems[0].reason for each in exports[1:]} == {"was not read: reading was cancelled"}


@pytest.mark.parametrize(
    "content", [b"", b"null", b"[" * 40_000, b'{"a":' + b"9" * 5000 + b"}", b"\xff\xfe", bytes(100)]
)
def test_what_crashes_other_parsers_is_a_problem_here(content: bytes) -> None:
    export = read_in_child(content, "x")
    assert (export.accepted, export.rejected, export.size) == (0, 1, len(content))


def test_a_bomb_is_not_unpacked_there() -> None:
    export = read_in_child(gzip.compress(bytes(40 << 20)), "bomb.gz")
    assert [each.reason for each in export.problems] == ["unpacks to more than 2 GB or 100 times its size: not read"]


def test_a_file_that_is_gone_is_a_problem(tmp_path: Path) -> None:
    assert [each.reason for each in read_in_child(tmp_path / "gone.json", "gone.json").problems] == [
        "could not be opened"
    ]


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    read_in_child(PAGE, "x")
    read_in_child(rows(1_000_000), "x.csv", limits=Limits(seconds=0.3))
    assert list(tmp_path.iterdir()) == []
