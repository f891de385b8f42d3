"""However a fetch ends, it can be gone on with, and the result is the same bytes as if it had never been interrupted."""

import json
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from data.fetch.draft import Places, take_up
from data.fetch.plan import gaps, joined, spoken
from tests.api import faults
from tests.api.server import Page, Request
from tests.api.shell import Shell, a_shell, days

YEAR = "--from 2025-01-01 --to 2025-12-31"


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Shell]:
    with a_shell(tmp_path, monkeypatch, capsys) as found:
        yield found


@pytest.mark.parametrize("ending", ["jsonl", "jsonl.gz"])
def test_a_year_interrupted_twice_and_resumed_is_the_uninterrupted_one_byte_for_byte(shell: Shell, ending: str) -> None:
    file, whole = shell.folder / f"usage.{ending}", shell.folder / f"whole.{ending}"
    assert shell.fetch(YEAR, whole.name) == 0

    code, _ = shell.stopped_at(4, signal.SIGKILL, f"{YEAR} -o {file.name}")
    assert code == -signal.SIGKILL
    assert not file.exists()  # nothing half is ever there under its name
    assert (shell.folder / f"{file.name}.part").exists()

    before = len(shell.api.requests)
    code, said = shell.stopped_at(3, signal.SIGINT, f"--resume -o {file.name}")
    assert code == 130
    assert "completions: missing 2025-06-05 to 2025-12-31: not asked for, as it was stopped" in said
    assert 0 < shell.check(file)["accepted"] < shell.check(whole)["accepted"]

    assert shell.fetch(f"{YEAR} --resume", file.name) == 0
    assert file.read_bytes() == whole.read_bytes()
    assert shell.check(file)["accepted"] == shell.check(whole)["accepted"]
    assert not list(shell.folder.glob("*.part*"))
    # The second and the third run asked for what was missing, and for nothing else.
    resumed = [request.start_time for request in shell.api.requests[before:] if request.one("page") is None]
    assert resumed == [*days("2025-04-04", 1), *days("2025-06-05", 1)]


def test_told_to_end_it_leaves_whole_pages_under_the_files_name(shell: Shell) -> None:
    code, said = shell.stopped_at(5, signal.SIGTERM, f"{YEAR} -o usage.jsonl")
    assert code == 130
    assert "Traceback" not in said
    assert len(shell.pages()) == 4
    assert shell.check()["rejected"] == 0
    assert "pages so far; go on: fetch --resume -o usage.jsonl" in said


def test_killed_at_any_byte_the_draft_goes_on_from_its_last_whole_page(shell: Shell) -> None:
    """As if the power had gone: both files may end anywhere, but no record stands without its line."""
    options = "--from 2025-01-01 --to 2025-04-30 --usage completions,embeddings"
    shell.fetch(options, "whole.jsonl")
    whole = (shell.folder / "whole.jsonl").read_bytes()
    record = (shell.folder / "whole.jsonl.fetch").read_bytes()
    part, part_record = shell.folder / "usage.jsonl.part", shell.folder / "usage.jsonl.part.fetch"
    head = record.index(b"\n") + 1
    for cut in (head, head + 1, head + 40, len(record) // 2, len(record) - 1, len(record)):
        recorded = [json.loads(line) for line in record[:cut].split(b"\n")[1:-1]]
        size = recorded[-1]["size"] if recorded else 0
        for torn in (0, 5_000):
            part.write_bytes(whole[: size + torn])
            part_record.write_bytes(record[:cut])
            assert shell.fetch("--resume") == 0
            assert shell.file.read_bytes() == whole
            shell.file.unlink()


def test_stopped_between_its_two_renames_it_is_mended(shell: Shell) -> None:
    shell.fetch("--from 2025-01-01 --to 2025-03-31")
    record = shell.folder / "usage.jsonl.fetch"
    record.rename(shell.folder / "usage.jsonl.part.fetch")
    assert shell.fetch("--resume") == 0
    assert "usage.jsonl is complete" in shell.said
    assert record.exists()


def test_a_broken_off_fetch_is_not_begun_anew_by_accident(shell: Shell) -> None:
    shell.api.faults[3] = faults.status(400)
    assert shell.fetch(YEAR) == 1
    asked = len(shell.api.requests)
    assert shell.fetch(YEAR) == 2
    assert "a fetch of usage.jsonl was interrupted: --resume goes on with it" in shell.said
    assert "to begin anew, delete usage.jsonl and usage.jsonl.fetch" in shell.said
    assert len(shell.api.requests) == asked
    assert len(shell.pages()) == 2


def test_resume_with_other_options_than_it_was_begun_with_is_refused(shell: Shell) -> None:
    shell.api.faults[3] = faults.status(400)
    shell.fetch(YEAR)
    assert shell.fetch(f"{YEAR} --resume --interval 1h") == 2
    assert "usage.jsonl was begun for completions by project_id, user_id, api_key_id, model" in shell.said
    assert shell.fetch(f"{YEAR} --resume") == 0


def test_resume_in_a_script_begins_where_there_is_nothing_yet(shell: Shell) -> None:
    assert shell.fetch(f"{YEAR} --resume") == 0
    assert shell.fetch(f"{YEAR} --resume") == 0
    assert "usage.jsonl is complete; --update usage.jsonl adds what is new" in shell.said
    assert len(shell.api.requests) == 12


def test_a_gap_that_the_server_left_is_filled_by_resume(shell: Shell) -> None:
    def without(page: Page, _: Request) -> Page:
        return {
            **page,
            "data": [bucket for bucket in page["data"] if bucket["start_time"] not in days("2025-01-12", 3)],
        }

    edit, shell.api.edit = shell.api.edit, without
    assert shell.fetch("--from 2025-01-01 --to 2025-01-31") == 1
    assert "completions: missing 2025-01-12 to 2025-01-14: the server sent no buckets for it" in shell.said
    shell.api.edit = edit
    assert shell.fetch("--resume") == 0
    assert [request.start_time for request in shell.api.requests] == [*days("2025-01-01", 1), *days("2025-01-12", 1)]
    assert sorted(bucket["start_time"] for bucket in shell.buckets()) == days("2025-01-01", 31)


def test_a_new_fetch_that_fails_leaves_the_old_file_as_it_was(shell: Shell) -> None:
    assert shell.fetch("--from 2025-01-01 --to 2025-01-31") == 0
    before = shell.file.read_bytes()
    shell.api.faults[4] = faults.status(400)
    assert shell.fetch(YEAR) == 1
    assert "usage.jsonl: as it was; what was fetched waits beside it" in shell.said
    assert shell.file.read_bytes() == before
    assert shell.fetch("--resume") == 0
    assert len(shell.buckets()) == 365


def test_a_file_of_someone_elses_is_replaced_as_a_whole(shell: Shell) -> None:
    shell.file.write_text("mine")
    shell.file.chmod(0o640)
    assert shell.fetch("--from 2025-01-01 --to 2025-01-31") == 0
    assert len(shell.buckets()) == 31
    assert shell.file.stat().st_mode & 0o777 == 0o640


def test_two_at_a_time_do_not_write_one_file(shell: Shell) -> None:
    shell.api.faults[3] = faults.status(400)
    shell.fetch(YEAR)
    left = take_up(Places(shell.file))
    assert left is not None
    with left:
        assert shell.fetch("--resume") == 2
    assert "usage.jsonl is being fetched by another process" in shell.said
    assert shell.fetch("--resume") == 0
    assert len(shell.buckets()) == 365


def test_a_record_that_is_none_is_said(shell: Shell) -> None:
    shell.fetch("--from 2025-01-01 --to 2025-01-31")
    for content in (b"", b"[]\n", b"{}\n", b'{"fetch":2}\n', b'{"fetch":1,"queries":[{"usage":"x"}]}\n'):
        (shell.folder / "usage.jsonl.fetch").write_bytes(content)
        assert shell.fetch("--update FILE") == 2
        assert "usage.jsonl.fetch cannot be read" in shell.said


@pytest.mark.parametrize(
    ("spans", "found"),
    [
        ([], [(0, 10)]),
        ([(0, 10)], []),
        ([(2, 4), (6, 12)], [(0, 2), (4, 6)]),
        ([(6, 8), (0, 3), (2, 4)], [(4, 6), (8, 10)]),
        ([(-5, 2), (20, 30)], [(2, 10)]),
    ],
)
def test_gaps_are_what_no_span_covers(spans: list[tuple[int, int]], found: list[tuple[int, int]]) -> None:
    assert gaps(spans, 0, 10) == found
    assert gaps(joined(spans), 0, 10) == found


def test_periods_are_said_as_the_options_take_them() -> None:
    first, second, *_, after = days("2025-01-01", 366)
    assert spoken(first, second) == "2025-01-01"
    assert spoken(first, after) == "2025-01-01 to 2025-12-31"
    assert spoken(first, first + 60) == "2025-01-01T00:00:00Z up to 2025-01-01T00:01:00Z"
