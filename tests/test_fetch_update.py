"""An update asks for what is new and for what was still open, and the file is that of one fetch of it all."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api import faults
from tests.api.shell import Shell, a_shell, days

NOON = 1_782_043_200  # 2026-06-21T12:00:00Z
DAY = 86_400


class Clock:
    """A clock that client and server share."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    found = Clock()
    monkeypatch.setattr(time, "time", found)
    return found


@pytest.fixture
def dated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], clock: Clock
) -> Iterator[Shell]:
    with a_shell(tmp_path, monkeypatch, capsys, clock=clock) as found:
        yield found


def test_an_update_asks_for_what_is_new_and_what_was_open_and_no_more(dated: Shell, clock: Clock) -> None:
    assert dated.fetch("--from 2026-05-01 --usage completions,embeddings --costs") == 0
    asked = len(dated.api.requests)
    clock.now += 3 * DAY
    assert dated.fetch("--update FILE") == 0
    today = NOON // DAY * DAY
    assert [(request.path, request.start_time, request.one("end_time")) for request in dated.api.requests[asked:]] == [
        (path, start, str(end))
        for path in ("usage/completions", "usage/embeddings", "costs")
        for start, end in ((today, today + 3 * DAY), (today + 3 * DAY, today + 4 * DAY))
    ]
    assert dated.check()["duplicate"] == 0
    assert dated.check()["problems"] == []
    updated = sorted(json.dumps(bucket) for bucket in dated.buckets())
    assert dated.fetch("--from 2026-05-01 --usage completions,embeddings --costs") == 0
    assert updated == sorted(json.dumps(bucket) for bucket in dated.buckets())


def test_an_update_right_after_a_fetch_asks_for_the_open_bucket_only(dated: Shell) -> None:
    dated.fetch("--from 2026-06-01")
    before = dated.file.read_bytes()
    assert dated.fetch("--update FILE") == 0
    assert [request.start_time for request in dated.api.requests[2:]] == [NOON // DAY * DAY]
    assert dated.file.read_bytes() == before


def test_just_after_midnight_yesterday_still_counts_as_open(dated: Shell, clock: Clock) -> None:
    clock.now = NOON // DAY * DAY + 600
    dated.fetch("--from 2026-06-01")
    assert [len(page["data"]) for page in dated.pages()] == [19, 2]


def test_an_update_of_hours_goes_on_from_the_open_hour(dated: Shell, clock: Clock) -> None:
    dated.fetch("--from 2026-06-20 --interval 1h")
    asked = len(dated.api.requests)
    clock.now += 7_200
    assert dated.fetch("--update FILE") == 0
    assert dated.api.requests[asked].start_time == NOON - 3_600
    assert [bucket["start_time"] for bucket in dated.buckets()] == [
        NOON // DAY * DAY - DAY + hour * 3_600 for hour in range(38)
    ]


def test_an_update_that_fails_leaves_the_file_and_the_next_one_makes_up_for_it(dated: Shell, clock: Clock) -> None:
    dated.fetch("--from 2026-05-01 --usage completions,embeddings")
    before, asked = dated.file.read_bytes(), len(dated.api.requests)
    clock.now += 5 * DAY
    dated.api.faults[asked + 3] = faults.status(401)
    assert dated.fetch("--update FILE") == 1
    assert "embeddings: missing 2026-06-21 to 2026-06-26: the key is not accepted" in dated.said
    assert dated.file.read_bytes() == before
    clock.now += 2 * DAY
    assert dated.fetch("--update FILE") == 0
    starts = sorted(bucket["start_time"] for bucket in dated.buckets())
    assert starts == sorted(2 * days("2026-05-01", 59))
    assert dated.check()["duplicate"] == 0


def test_an_update_with_a_wrong_key_leaves_nothing_behind(dated: Shell) -> None:
    dated.fetch("--from 2026-06-01")
    before = sorted(path.name for path in dated.folder.iterdir())
    dated.api.always = faults.status(401)
    assert dated.fetch("--update FILE") == 2
    assert sorted(path.name for path in dated.folder.iterdir()) == before


def test_an_update_of_a_file_that_was_changed_says_so(dated: Shell) -> None:
    dated.fetch("--from 2026-06-01")
    with dated.file.open("a") as out:
        out.write("{}\n")
    assert dated.fetch("--update FILE") == 2
    assert "usage.jsonl was changed since it was fetched" in dated.said
