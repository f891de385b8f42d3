"""Whatever the server does: what was fetched is kept, what is missing is named, and the exit code says so."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from data.fetch.api import Patience
from data.fetch.failure import asked_to_wait
from tests.api import faults
from tests.api import shell as shell_module
from tests.api.server import Fault, Handler, Page, Request, page, serving
from tests.api.shell import Shell, a_shell

NOW = 1_782_043_200  # 2026-06-21T12:00:00Z
SPRING = "--from 2025-03-01 --to 2025-05-10"
SLOW = ("hanging", "trickling")
YEAR = "--from 2025-01-01 --to 2025-12-31"


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Shell]:
    with a_shell(tmp_path, monkeypatch, capsys) as found:
        yield found


PASSING: dict[str, Fault] = {
    "429": faults.status(429, "Rate limit reached", "rate_limit_exceeded"),
    "429 with Retry-After": faults.status(429, Retry_After="0"),
    "429 with a date": faults.status(429, Retry_After="Wed, 21 Oct 2015 07:28:00 GMT"),
    "429 with nonsense": faults.status(429, Retry_After="soon"),
    "429 for a day": faults.status(429, Retry_After="86400"),
    "408": faults.status(408),
    "500": faults.status(500),
    "502": faults.body(b"<html>Bad gateway</html>"),
    "503": faults.status(503, Retry_After="0"),
    "cut": faults.cut,
    "closed": faults.closed,
    "hanging": faults.hanging,
    "trickling": faults.trickling,
    "half a page": faults.body(b'{"object":"page","data":[{"object":"bucket"'),
    "an error as 200": faults.body(b'{"error":{"message":"overloaded"}}'),
    "no buckets": faults.body(b'{"object":"page","data":{}}'),
    "NaN": faults.body(b'{"object":"page","data":[NaN]}'),
    "empty": faults.body(b""),
}


@pytest.mark.parametrize("name", PASSING)
def test_what_passes_is_tried_again_and_leaves_no_trace(shell: Shell, name: str) -> None:
    assert shell.fetch(SPRING, "whole.jsonl") == 0
    shell.api.faults = {len(shell.api.requests) + number: PASSING[name] for number in (1, 3)}
    assert shell.fetch(SPRING, stern=name in SLOW) == 0
    assert shell.file.read_bytes() == (shell.folder / "whole.jsonl").read_bytes()
    assert shell.said.count("trying again in") == 2


LASTING: dict[str, tuple[Fault, str, int]] = {
    # name: the fault, what is said of it, how often it is asked
    "429": (faults.status(429, "Slow down"), "too many requests (Slow down), 6 times", 6),
    "500": (faults.status(500, "Oops"), "the server answers 500 (Oops), 6 times", 6),
    "503": (faults.status(503), "the server answers 503 (as asked), 6 times", 6),
    "told not to": (faults.status(500, x_should_retry="false"), "the server answers 500 (as asked)", 1),
    "quota": (
        faults.status(429, "You exceeded your current quota", "insufficient_quota", Retry_After="0"),
        "a spending or credit limit is reached, which waiting does not change (You exceeded your current quota)",
        1,
    ),
    "billing": (faults.status(429, "Limit", "billing_hard_limit_reached"), "a spending or credit limit is reached", 1),
    "402": (faults.status(402, "No credit", "payment_required"), "a spending or credit limit is reached", 1),
    "400": (faults.status(400, "Invalid group_by"), "the server answers 400 (Invalid group_by); --group-by names", 1),
    "401": (faults.status(401, "Bad key"), "the key is not accepted (Bad key). An organization owner makes one on", 1),
    "403": (faults.status(403, "Missing scopes: api.usage.read"), "the key may not read this (Missing scopes: ", 1),
    "404": (faults.status(404, "Unknown"), "the server answers 404 (Unknown)", 1),
    "cut": (faults.cut, "the reply was cut off, 6 times", 6),
    "closed": (faults.closed, "the reply was cut off, 6 times", 6),
    "hanging": (faults.hanging, "no answer in time, 6 times", 6),
    "trickling": (faults.trickling, "no answer in time, 6 times", 6),
    "no JSON": (faults.body(b"<html>"), "the reply is cut off or no JSON, 6 times", 6),
    "no page": (faults.body(b'{"object":"list"}'), "the reply is no page of buckets, 6 times", 6),
    "wide": (
        faults.body(
            b'{"object":"page","data":[{"start_time":0,"end_time":99999999999,"results":[]}],"has_more":false}'
        ),
        "the reply has a bucket of 99,999,999,999 s where 86,400 s were asked for, 6 times",
        6,
    ),
}


@pytest.mark.parametrize("name", LASTING)
def test_what_lasts_ends_with_what_there_is_and_the_period_that_is_missing(shell: Shell, name: str) -> None:
    fault, sentence, times = LASTING[name]
    shell.api.faults = dict.fromkeys(range(4, 12), fault)
    assert shell.fetch(YEAR, stern=name in SLOW) == 1
    assert f"completions: missing 2025-04-04 to 2025-12-31: {sentence}" in shell.said
    assert "usage.jsonl: 3 pages so far; go on: fetch --resume -o usage.jsonl" in shell.said
    assert len(shell.api.requests) == 3 + times
    assert len(shell.buckets()) == 93
    counts = shell.check()
    assert (counts["rejected"], counts["problems"]) == (0, [])
    assert len(counts["notices"]) == 1  # the last page says has_more, and its next page is not there


@pytest.mark.parametrize("name", ["429", "quota", "401", "404", "closed", "no JSON"])
def test_with_nothing_fetched_no_file_is_left(shell: Shell, name: str) -> None:
    shell.api.always = LASTING[name][0]
    assert shell.fetch(YEAR) == 2
    assert "missing 2025-01-01 to 2025-12-31" in shell.said
    assert list(shell.folder.iterdir()) == []


def test_a_server_that_is_not_there_is_a_sentence(shell: Shell) -> None:
    with serving() as gone:
        address = gone.url
    assert shell.fetch(YEAR, OPENAI_BASE_URL=address) == 2
    assert "completions: missing 2025-01-01 to 2025-12-31: no connection: " in shell.said


def repeated(sent: Page, request: Request) -> Page:
    """The second page's cursor is the one that led to it."""
    return {**sent, "next_page": request.one("page")} if request.one("page") else sent


def lost(sent: Page, request: Request) -> Page:
    return {**sent, "next_page": None} if request.one("page") else sent


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (repeated, "the server repeats a cursor"),
        (lost, "the server says that there is more, but gives no cursor to it"),
    ],
)
def test_cursors_that_lead_nowhere_end_the_query_with_its_pages(shell: Shell, edit: Any, sentence: str) -> None:
    shell.api.edit = edit
    assert shell.fetch(YEAR) == 1
    assert f"completions: missing 2025-03-04 to 2025-12-31: {sentence}" in shell.said
    assert len(shell.api.requests) == 2
    assert len(shell.buckets()) == 62


def test_a_server_that_sends_the_same_page_under_ever_new_cursors_is_left(shell: Shell) -> None:
    def same(handler: Handler) -> None:
        january = Request("usage/completions", {"start_time": ["1735689600"], "limit": ["31"]}, {})
        handler.answer(200, {**page(january, NOW), "next_page": f"page_{len(handler.api.requests)}"})

    shell.api.always = same
    assert shell.fetch(YEAR) == 1
    assert "missing 2025-02-01 to 2025-12-31: the server sends pages without new buckets" in shell.said
    assert len(shell.pages()) == 1


def test_a_last_page_may_be_empty(shell: Shell) -> None:
    """A full page that reaches the end and says that there is more, and then there is nothing more."""
    january = Request("usage/completions", {"start_time": ["1735689600"], "limit": ["31"]}, {})

    def full(handler: Handler) -> None:
        handler.answer(200, {**page(january, NOW), "has_more": True, "next_page": "page_x"})

    shell.api.faults = {1: full, 2: faults.body(b'{"object":"page","data":[],"has_more":false,"next_page":null}')}
    assert shell.fetch("--from 2025-01-01 --to 2025-01-31") == 0
    assert [len(each["data"]) for each in shell.pages()] == [31, 0]
    assert shell.check()["rejected"] == 0


def test_a_page_that_says_there_is_more_is_believed_though_it_reaches_the_end(shell: Shell) -> None:
    january = Request("usage/completions", {"start_time": ["1735689600"], "limit": ["31"]}, {})

    def full(handler: Handler) -> None:
        handler.answer(200, {**page(january, NOW), "has_more": True, "next_page": "page_x"})

    shell.api.faults = {1: full, 2: faults.status(404)}
    assert shell.fetch("--from 2025-01-01 --to 2025-01-31") == 1
    assert "completions: missing 2025-01-31: the server answers 404" in shell.said


def test_an_empty_page_is_no_year_without_usage(shell: Shell) -> None:
    shell.api.always = faults.body(b'{"object":"page","data":[],"has_more":false,"next_page":null}')
    assert shell.fetch(YEAR) == 2
    assert "completions: missing 2025-01-01 to 2025-12-31: the server sent no buckets for it" in shell.said


def test_one_kind_that_may_not_be_read_does_not_stop_the_others(shell: Shell) -> None:
    shell.api.faults[1] = faults.status(404, "Invalid URL")
    assert shell.fetch("--from 2025-01-01 --to 2025-01-31 --usage decisions,completions --costs") == 1
    assert "decisions: missing 2025-01-01 to 2025-01-31: the server answers 404 (Invalid URL)" in shell.said
    assert [request.path for request in shell.api.requests] == ["usage/decisions", "usage/completions", "costs"]
    assert len(shell.pages()) == 2


def test_what_was_not_asked_for_any_more_is_missing_too(shell: Shell) -> None:
    shell.api.faults[2] = faults.status(401)
    assert shell.fetch("--from 2025-01-01 --to 2025-01-31 --usage completions,embeddings,images") == 1
    assert "embeddings: missing 2025-01-01 to 2025-01-31: the key is not accepted" in shell.said
    assert "images: missing 2025-01-01 to 2025-01-31: not asked for, as embeddings ended early" in shell.said


def test_hours_that_are_missing_are_named_to_the_second(shell: Shell) -> None:
    def without(sent: Page, _: Request) -> Page:
        return {**sent, "data": [each for each in sent["data"] if each["start_time"] not in (1735711200, 1735714800)]}

    shell.api.edit = without
    assert shell.fetch("--from 2025-01-01 --to 2025-01-02 --interval 1h") == 1
    assert "completions: missing 2025-01-01T06:00:00Z up to 2025-01-01T08:00:00Z: the server sent no" in shell.said


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after": "7", "retry-after-ms": "250"}, 0.25),
        ({"retry-after": "-3"}, 0),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "soon"}, None),
    ],
)
def test_a_server_says_how_long_to_wait_in_several_ways(headers: dict[str, str], seconds: float | None) -> None:
    assert asked_to_wait(headers) == seconds


def test_waits_grow_up_to_a_limit_and_the_servers_wish_counts_up_to_another(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr("data.fetch.api.time.sleep", waits.append)
    monkeypatch.setattr(shell_module, "QUICK", Patience())
    shell.api.always = faults.status(503)
    shell.fetch(YEAR)
    assert all(0.75 * 2**number <= wait <= 2**number for number, wait in enumerate(waits))
    assert len(waits) == 5
    shell.api.always = faults.status(429, Retry_After="20")
    shell.fetch(YEAR)
    shell.api.always = faults.status(429, Retry_After="90000")
    shell.fetch(YEAR)
    assert waits[5:] == [20.0] * 5 + [120.0] * 5


def test_what_a_server_says_moves_no_cursor_and_forges_no_line(shell: Shell) -> None:
    shell.api.faults[1] = faults.status(400, "\x1b[2J\nusage.jsonl: complete")
    assert shell.fetch(YEAR) == 2
    assert "\x1b" not in shell.said
    assert not any(line.startswith("usage.jsonl: complete") for line in shell.said.splitlines())


def test_a_full_disk_is_a_sentence(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("data.fetch.draft._sync", full)
    assert shell.fetch(YEAR) == 1
    assert "No space left on device" in shell.said
