"""What is added to a warehouse counts like what is uploaded together, whatever was added before."""

import threading
from itertools import permutations
from pathlib import Path

import pytest

from data.__main__ import main
from data.engine import total
from data.exports.export import Export
from data.query import Query
from data.table import tidy
from data.usage import Usage
from data.warehouse.append import append
from data.warehouse.location import Location, LocationError
from data.warehouse.manifest import Manifest, latest, publish
from data.warehouse.source import Settings, Warehouse, opened
from tests.build import day, days, export, hours, tokens
from tests.warehouse import hostile


def added(folder: Path, *exports: Export) -> Warehouse:
    """The warehouse to which exports were added one after the other."""
    for each in exports:
        append(Location(str(folder), create=True), [each])
    return opened(Settings(str(folder)))


def sums(usage: Usage, **asked: object) -> dict[str | None, int | None]:
    return {group.value: group.sums["total_tokens"] for group in total(usage, Query(**asked)).table}


def pieces(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_a_file_that_is_added_again_changes_nothing(tmp_path: Path):
    location = Location(str(tmp_path), create=True)
    append(location, [export(*days(1, 3))])
    before = pieces(tmp_path)
    again = append(location, [export(*days(1, 3), name="another name.json")])
    assert (again.files, again.days, pieces(tmp_path)) == (0, 0, before)


def test_a_later_export_replaces_the_buckets_it_holds_more_of_and_leaves_other_days_alone(tmp_path: Path):
    added(tmp_path, export(*days(1, 3)))
    before = pieces(tmp_path)
    grown = export(day("2026-01-03", tokens(25, model="a")), day("2026-01-04", tokens(1, model="a")), name="b.json")
    usage = added(tmp_path, grown)
    assert sums(usage) == {None: 10 + 10 + 25 + 1}
    assert [(file.accepted, file.duplicate) for file in usage.files] == [(2, 1), (2, 0)]
    written = {name for name in pieces(tmp_path) - before if name.startswith("results/")}
    assert sorted(name.split("/")[1] for name in written) == ["day=2026-01-03", "day=2026-01-04"]


def test_a_day_with_a_dimension_empty_stays_grouped_by_what_its_export_was(tmp_path: Path):
    """Of a piece read back alone nobody could tell."""
    first = export(day("2026-01-01", tokens(5, model="a")), day("2026-01-02", tokens(7)))
    usage = added(tmp_path, first, export(day("2026-01-02", tokens(9, model="a")), name="b.json"))
    kinds = {
        (group.kind, group.value): group.sums["total_tokens"] for group in total(usage, Query(group_by="model")).table
    }
    assert kinds == {("value", "a"): 14, ("none", None): 7}


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_in_any_order_it_is_what_one_upload_is(tmp_path: Path, order: tuple[int, ...]):
    parts = hostile.exports()[:3]
    usage, uploaded = added(tmp_path, *(parts[at] for at in order)), tidy(parts)
    for asked in ({}, {"group_by": "model"}, {"group_by": "user_id"}, {"group_by": "project_id", "interval": "hour"}):
        assert sums(usage, **asked) == sums(uploaded, **asked)
    assert sum(file.duplicate for file in usage.files) == sum(file.duplicate for file in uploaded.files)


def test_hours_beside_their_day_are_never_added_to_it(tmp_path: Path):
    parts = [export(day("2026-01-05", tokens(24, model="a"))), export(*hours(24), name="hours.json")]
    assert sums(added(tmp_path, *parts)) == {None: 24}


def test_an_append_that_was_interrupted_is_not_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    added(tmp_path, export(*days(1, 2)))

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("data.warehouse.append.publish", killed)
        with pytest.raises(KeyboardInterrupt):
            added(tmp_path, export(*days(2, 9), name="b.json"))
    assert sums(opened(Settings(str(tmp_path)))) == {None: 20}
    assert sums(added(tmp_path, export(*days(2, 9), name="b.json"))) == {None: 90}


def test_of_two_that_add_at_once_one_is_told(tmp_path: Path):
    location = Location(str(tmp_path), create=True)
    append(location, [export(*days(1, 2))])
    publish(location, Manifest(number=2))
    with pytest.raises(LocationError, match="at the same time"):
        publish(location, Manifest(number=2, sums={"images": 1}))
    assert latest(location).number == 2


def test_a_location_is_a_path_or_an_address(tmp_path: Path):
    """A folder by its address; one in S3 is written and read the same way, by the same library."""
    append(Location(tmp_path.as_uri(), create=True), [export(*days(1, 2))])
    assert sums(opened(Settings(tmp_path.as_uri()))) == {None: 20}


def test_one_query_answers_all_who_ask_the_same_and_those_who_ask_later(tmp_path: Path):
    usage = added(tmp_path, export(*days(1, 9)))
    asked: list[str] = []
    run = usage.engine.run
    usage.engine.run = lambda sql, *rest: (asked.append(sql), run(sql, *rest))[1]  # type: ignore[method-assign]
    threads = [threading.Thread(target=total, args=(usage, Query())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    total(usage, Query(group_by="model"))
    assert len(asked) == 1


def test_the_command_says_what_it_added(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    sample = "data/samples/completions_2025-08_buckets.json"
    for line in ("1 new file, 31 days written", "0 new files, 0 days written"):
        assert main(["export", sample, "--to", str(tmp_path / "w")]) == 0
        assert capsys.readouterr().out.startswith(line)


def test_the_command_adds_nothing_where_nothing_is_usable(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    bad = tmp_path / "bad.json"
    bad.write_text("{")
    assert main(["export", str(bad), "--to", str(tmp_path / "w")]) == 2
    assert "bad.json" in capsys.readouterr().err
