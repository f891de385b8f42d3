"""The mapping file: ids of projects, users and project keys, with the names people gave them."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from data.fetch.names import names_file
from tests.api import faults
from tests.api.shell import Shell, a_shell


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Shell]:
    with a_shell(tmp_path, monkeypatch, capsys) as found:
        yield found


def mapping(shell: Shell) -> list[list[str]]:
    with (shell.folder / "usage.names.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.reader(lines))


def test_projects_users_keys_and_their_owners_have_their_names(shell: Shell) -> None:
    assert shell.fetch("--usage none --names") == 0
    header, *rows = mapping(shell)
    assert header == ["id", "name", "team"]
    found = {identity: name for identity, name, _ in rows}
    assert len(found) == len(rows) == 152 + 3 + 2 + 2
    assert {key: found[key] for key in ("user-ada", "user-bob", "user-149", "proj_alpha", "proj_beta", "proj_old")} == {
        "user-ada": "Ada L.",
        "user-bob": "bob@example.com",
        "user-149": "Person 149",
        "proj_alpha": "Alpha",
        "proj_beta": '\'=HYPERLINK("x")',
        "proj_old": "Old, and gone",
    }
    assert {key: found[key] for key in ("key_one", "key_two", "svc_1", "user-left")} == {
        "key_one": "Nightly",
        "key_two": "Web",
        "svc_1": "Robot",
        "user-left": "Left Long Ago",
    }
    assert "no keys of the archived project proj_old" in shell.said
    assert not any("admin" in path for path in shell.api.paths)


def test_lists_are_read_to_their_end_a_hundred_at_a_time(shell: Shell) -> None:
    shell.fetch("--usage none --names")
    users = [request for request in shell.api.requests if request.path == "users"]
    assert [request.one("limit") for request in users] == ["100", "100"]
    assert [request.one("after") for request in users] == [None, "user-97"]
    [projects] = [request for request in shell.api.requests if request.path == "projects"]
    assert projects.one("include_archived") == "true"


def test_no_part_of_a_key_is_written(shell: Shell) -> None:
    shell.fetch("--usage none --names")
    assert "sk-abc" not in (shell.folder / "usage.names.csv").read_text()


def test_beside_the_usage_in_one_call(shell: Shell) -> None:
    assert shell.fetch("--from 2025-01-01 --to 2025-01-31 --names") == 0
    assert len(mapping(shell)) == 160
    assert shell.check()["rejected"] == 0


def test_teams_that_people_wrote_stay(shell: Shell) -> None:
    shell.fetch("--usage none --names")
    file = shell.folder / "usage.names.csv"
    file.write_text(
        file.read_text().replace("user-ada,Ada L.,", "user-ada,Ada,Red") + "user-gone,Gus,Blue\n", "utf-8-sig"
    )
    assert shell.fetch("--usage none --names") == 0
    rows = mapping(shell)
    assert rows[1] == ["user-ada", "Ada L.", "Red"]
    assert rows[-1] == ["user-gone", "Gus", "Blue"]
    assert len(rows) == 161


def test_what_is_no_mapping_is_not_written_over(shell: Shell) -> None:
    file = shell.folder / "usage.names.csv"
    file.write_bytes(b"\xff\xfe\x00 not ours")
    assert shell.fetch("--usage none --names") == 1
    assert "usage.names.csv is there and is no mapping: move it away" in shell.said
    assert file.read_bytes() == b"\xff\xfe\x00 not ours"


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_a_list_that_breaks_off_leaves_the_old_mapping(shell: Shell, number: int) -> None:
    file = shell.folder / "usage.names.csv"
    file.write_text("id,name,team\nuser-ada,Ada,Red\n")
    shell.api.faults[number] = faults.status(403, "Missing scopes: api.management.read")
    assert shell.fetch("--usage none --names") == 1
    assert "names: not written: the key may not read this (Missing scopes: api.management.read)" in shell.said
    assert file.read_text() == "id,name,team\nuser-ada,Ada,Red\n"


def test_a_list_that_goes_round_is_left(shell: Shell) -> None:
    shell.api.always = faults.body(b'{"object":"list","data":[{"id":"user-1","name":"One"}],"has_more":true}')
    assert shell.fetch("--usage none --names") == 1
    assert "the list of users says that it goes on, but not where" in shell.said
    assert len(shell.api.requests) == 2


@pytest.mark.parametrize("name", ["usage.jsonl", "usage.jsonl.gz", "usage"])
def test_its_name_is_that_of_the_usage(name: str) -> None:
    assert names_file(Path("there") / name) == Path("there/usage.names.csv")
