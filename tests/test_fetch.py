"""A fetch from the first page to the file: all pages, as they came, in the largest pieces the API allows."""

import gzip
import json
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import get_type_hints

import pytest
from openai.types.admin import organization

from data.__main__ import main
from data.fetch.kinds import COSTS, USAGE
from data.fetch.page import compact
from tests.api.faults import body
from tests.api.server import Page, Request
from tests.api.shell import PROJECT, Shell, a_shell, days
from tests.api.usage import PATHS
from tests.test_app import exactly, upload

NOON = 1_782_043_200  # 2026-06-21T12:00:00Z


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Shell]:
    with a_shell(tmp_path, monkeypatch, capsys) as found:
        yield found


def test_a_year_by_day_is_twelve_pages_that_check_accepts_whole(shell: Shell) -> None:
    assert shell.fetch("--from 2025-01-01 --to 2025-12-31") == 0
    assert [len(page["data"]) for page in shell.pages()] == [31] * 11 + [24]
    assert [bucket["start_time"] for bucket in shell.buckets()] == days("2025-01-01", 365)
    counts = shell.check()
    assert (counts["rejected"], counts["duplicate"], counts["problems"], counts["notices"]) == (0, 0, [], [])
    assert counts["accepted"] == sum(len(bucket["results"]) for bucket in shell.buckets()) > 900


def test_the_totals_are_those_of_the_server(shell: Shell) -> None:
    shell.fetch("--from 2025-03-01 --to 2025-04-15")
    rows = [row for bucket in shell.buckets() for row in bucket["results"]]
    shell.capsys.readouterr()
    main(["totals", "--format", "json", str(shell.file)])
    [total] = json.loads(shell.capsys.readouterr().out)
    for name in ("input_tokens", "output_tokens", "num_model_requests"):
        assert total[name] == sum(row[name] for row in rows)


def test_the_page_shows_it_to_the_token(shell: Shell) -> None:
    shell.fetch("--from 2025-01-01 --to 2025-12-31")
    shown = upload(("usage.jsonl", shell.file.read_bytes()))
    rows = [row for bucket in shell.buckets() for row in bucket["results"]]
    assert exactly(shown)["Total tokens"] == f"{sum(row['input_tokens'] + row['output_tokens'] for row in rows):,}"


def test_every_dimension_of_completions_is_asked_for_unless_others_are_named(shell: Shell) -> None:
    shell.fetch("--from 2025-01-01 --to 2025-01-02")
    shell.fetch("--from 2025-01-01 --to 2025-01-02 --group-by model,project_id --group-by batch", "b.jsonl")
    shell.fetch("--from 2025-01-01 --to 2025-01-02 --group-by none", "c.jsonl")
    assert [request.parameters.get("group_by") for request in shell.api.requests] == [
        ["project_id", "user_id", "api_key_id", "model", "batch", "service_tier", "api_source"],
        ["project_id", "model", "batch"],
        None,
    ]


def test_each_kind_is_grouped_by_those_of_the_named_dimensions_that_it_has(shell: Shell) -> None:
    assert (
        shell.fetch(
            "--from 2025-01-01 --to 2025-01-02 --usage images,vector_stores --costs --group-by model,size,line_item"
        )
        == 0
    )
    assert {request.path: request.parameters.get("group_by") for request in shell.api.requests} == {
        "usage/images": ["model", "size"],
        "usage/vector_stores": None,
        "costs": ["line_item"],
    }


@pytest.mark.parametrize(
    ("interval", "limit", "buckets"), [("1d", "31", 40), ("1h", "168", 40 * 24), ("1m", "1440", 2 * 1440)]
)
def test_the_largest_page_of_each_interval_is_asked_for(shell: Shell, interval: str, limit: str, buckets: int) -> None:
    last = "2025-01-02" if interval == "1m" else "2025-02-09"
    assert shell.fetch(f"--from 2025-01-01 --to {last} --interval {interval}") == 0
    assert {request.one("limit") for request in shell.api.requests} == {limit}
    assert len(shell.api.requests) == -(-buckets // int(limit))
    assert len(shell.buckets()) == buckets


def test_all_twelve_kinds_and_costs_by_day_whatever_the_interval(shell: Shell) -> None:
    assert shell.fetch("--from 2025-01-01 --to 2025-01-03 --interval 1h --usage all --costs") == 0
    assert sorted(shell.api.paths) == sorted(PATHS)
    widths = {request.path: (request.one("bucket_width"), request.one("limit")) for request in shell.api.requests}
    assert widths.pop("costs") == ("1d", "180")
    assert set(widths.values()) == {("1h", "168")}
    found = {row["object"] for bucket in shell.buckets() for row in bucket["results"]}
    assert found == {f"organization.{name}.result" for name, _, _ in PATHS.values()}
    assert shell.check()["rejected"] == 0


def test_kinds_can_be_named_as_their_results_or_as_their_paths_are(shell: Shell) -> None:
    assert (
        shell.fetch("--from 2025-01-01 --to 2025-01-01 --usage file_search_calls,web_searches --usage embeddings") == 0
    )
    assert shell.api.paths == ["usage/file_search_calls", "usage/web_search_calls", "usage/embeddings"]


def test_pages_are_written_as_they_came_with_every_digit(shell: Shell) -> None:
    odd = b'{"object":"page", "data":[{"object":"bucket","start_time":1735689600,"end_time":1735776000,\n "results":[{"a b":"c,  \\" d", "x":1.0E-7,"y":123456789012345678901234567890,"z":"0.1000000000000000000000000001"}]}],"has_more":false,"next_page":null}'
    shell.api.faults[1] = body(odd)
    assert shell.fetch("--from 2025-01-01 --to 2025-01-01") == 0
    assert (
        shell.file.read_bytes()
        == odd.replace(b', "data"', b',"data"').replace(b"\n ", b"").replace(b', "x"', b',"x"') + b"\n"
    )


def test_an_indented_page_becomes_one_line_of_the_same_json(shell: Shell) -> None:
    shell.fetch("--from 2025-01-01 --to 2025-02-28", "flat.jsonl")
    shell.api.pretty = True
    shell.fetch("--from 2025-01-01 --to 2025-02-28")
    assert shell.file.read_bytes() == (shell.folder / "flat.jsonl").read_bytes()
    assert compact(b'{ "a\\\\" : [ 1 , "b \\" : c" ] }') == b'{"a\\\\":[1,"b \\" : c"]}'


def test_gz_by_name_holds_the_same_lines(shell: Shell) -> None:
    shell.fetch("--from 2025-01-01 --to 2025-06-30")
    assert shell.fetch("--from 2025-01-01 --to 2025-06-30", "usage.jsonl.gz") == 0
    packed = shell.folder / "usage.jsonl.gz"
    assert gzip.decompress(packed.read_bytes()) == shell.file.read_bytes()
    assert shell.check(packed)["accepted"] == shell.check()["accepted"]


def test_today_comes_in_a_page_of_its_own_clipped_to_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(time, "time", lambda: NOON)
    with a_shell(tmp_path, monkeypatch, capsys, clock=lambda: NOON) as shell:
        assert shell.fetch("--from 2026-06-01") == 0
        assert [len(page["data"]) for page in shell.pages()] == [20, 1]
        assert shell.buckets()[-1]["end_time"] == NOON
        assert "complete, 2 pages, 2026-06-01 to 2026-06-21" in shell.said
        assert shell.check()["problems"] == []


def test_empty_buckets_are_kept_and_a_missing_one_is_no_zero(shell: Shell) -> None:
    def without(page: Page, _: Request) -> Page:
        return {**page, "data": [bucket for bucket in page["data"] if bucket["start_time"] != days("2025-01-12", 1)[0]]}

    assert shell.fetch("--from 2025-01-01 --to 2025-01-31") == 0
    assert [] in [bucket["results"] for bucket in shell.buckets()]
    shell.api.edit = without
    assert shell.fetch("--from 2025-01-01 --to 2025-01-31", "gap.jsonl") == 1
    assert "completions: missing 2025-01-12: the server sent no buckets for it" in shell.said


def test_progress_goes_to_stderr_and_nothing_to_stdout(shell: Shell) -> None:
    process = shell.start("--from 2025-01-01 --to 2025-12-31 -o usage.jsonl")
    out, said = process.communicate(timeout=30)
    assert process.returncode == 0
    assert out == b""
    assert "100%  completions up to 2025-12-31, 12 pages" in said.decode()
    assert "usage.jsonl: complete, 12 pages, 2025-01-01 to 2025-12-31" in said.decode()


def test_a_bar_is_drawn_where_someone_watches(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    assert shell.fetch("--from 2025-01-01 --to 2025-12-31") == 0
    assert "\r\x1b[K" + "█" * 30 + " 100%  completions" in shell.said


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ("", "--from DATE says where to begin"),
        ("--from 2999-01-01", "--from 2999-01-01 is after the last day"),
        ("--from 2025-02-01 --to 2025-01-01", "--from 2025-02-01 is after the last day, 2025-01-01"),
        ("--from 2025-01-01 --group-by colour", "colour: not a dimension of what is fetched, which has project_id,"),
        ("--from 2025-01-01 --usage none", "--usage none leaves nothing to fetch"),
        ("--resume", "there is no fetch of usage.jsonl to go on with"),
        ("--update FILE --from 2025-01-01", "--update FILE takes what to fetch from FILE"),
        ("--update FILE", "usage.jsonl.fetch is not there"),
        ("--from 2025-01-01 -o /nowhere/at/all.jsonl", "is not a file in a folder that exists"),
    ],
)
def test_what_cannot_be_asked_is_said_before_anything_is_sent(shell: Shell, options: str, sentence: str) -> None:
    assert shell.fetch(options) == 2
    assert sentence in shell.said
    assert shell.api.requests == []
    assert list(shell.folder.iterdir()) == []


@pytest.mark.parametrize("kind", [*USAGE, COSTS], ids=lambda kind: str(kind.name))
def test_kinds_and_dimensions_are_those_of_the_official_client(kind: object) -> None:
    [name] = [name for name in dir(organization) if name.lower() == f"usage{kind.call.replace('_', '')}params"]  # type: ignore[attr-defined]
    hints = str(get_type_hints(getattr(organization, name), include_extras=True)["group_by"])
    official = hints[hints.index("Literal[") + 8 : hints.index("]", hints.index("Literal["))]
    assert [each.strip(" '") for each in official.split(",")] == list(kind.dimensions)  # type: ignore[attr-defined]


def test_only_the_shell_leads_to_it_and_the_page_never_does() -> None:
    sources = [PROJECT / "app.py", *PROJECT.glob("components/**/*.py"), *PROJECT.glob("data/**/*.py")]
    leading = {
        str(source.relative_to(PROJECT))
        for source in sources
        if source.exists()
        and {"data.fetch", "openai", "httpx2"}
        & set(re.findall(r"^\s*(?:from|import) (data\.fetch|\w+)", source.read_text(), re.MULTILINE))
    }
    assert {path for path in leading if not path.startswith("data/fetch/")} == {"data/__main__.py"}


def test_without_the_client_it_says_what_to_install(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("data.fetch.") or name.partition(".")[0] == "openai"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "openai", None)
    assert shell.fetch("--from 2025-01-01") == 2
    assert shell.said == "fetch needs the openai package: python -m pip install -r requirements-fetch.txt\n"
