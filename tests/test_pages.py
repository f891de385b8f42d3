"""Pages that announce another one, alone and beside it."""

import io
import zipfile

import pytest

from data.__main__ import main
from data.exports import Export, read
from data.pages import is_open
from data.table import tidy
from data.warehouse.append import append
from data.warehouse.location import Location
from tests.test_exports import bucket, page, row

FIRST = page(bucket(row(1)), bucket(row(2), day=1), more="true")
SECOND = page(bucket(row(3), day=2))


def load(text: str, name: str = "usage.json", organization: str = "") -> Export:
    return read(text.encode(), name, organization=organization)


def open_pages(*exports: Export) -> list[tuple[str, str]]:
    """File and last bucket of each page whose next one is not there."""
    return [(each.file, each.place) for each in tidy(exports).problems if is_open(each)]


def test_a_page_without_the_one_that_it_announces_is_told_by_its_last_bucket():
    assert open_pages(load(FIRST)) == [("usage.json", "data[1]")]


def test_the_next_page_is_found_in_another_file_whatever_the_order_and_the_names():
    first, second = load(FIRST), load(SECOND)
    assert open_pages(first, second) == open_pages(second, first) == open_pages(load(f"[{SECOND},{FIRST}]")) == []


def test_the_next_page_is_found_in_the_same_archive():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("1.json", FIRST)
        archive.writestr("2.json", SECOND)
    assert open_pages(read(packed.getvalue(), "pages.zip")) == []


def test_the_next_page_may_announce_a_further_one():
    second = page(bucket(row(3), day=2), more="true")
    assert open_pages(load(FIRST), load(second)) == [("usage.json", "data[0]")]
    assert open_pages(load(FIRST), load(second), load(page(bucket(row(4), day=3)))) == []


def test_a_next_page_of_empty_buckets_is_one():
    assert open_pages(load(FIRST), load(page(bucket(day=2)))) == []


def test_what_begins_later_or_is_of_another_kind_or_organization_is_not_the_next_page():
    later = load(page(bucket(row(3), day=3)), "later.json")
    costs = load(page(bucket('{"object":"organization.costs.result","amount":{"value":1,"currency":"usd"}}', day=2)))
    labelled = load(SECOND, "labelled.json", organization="another")
    for other in (later, costs, labelled):
        assert open_pages(load(FIRST), other) == [("usage.json", "data[1]")]


def test_the_midst_of_a_longer_export_which_may_be_of_another_project_is_not_the_next_page():
    longer = page(*(bucket(row(9), day=day) for day in range(4)))
    assert open_pages(load(FIRST), load(longer, "longer.json")) == [("usage.json", "data[1]")]


def test_a_file_that_is_there_twice_is_told_of_once():
    assert open_pages(load(FIRST), load(FIRST, "copy.json")) == [("usage.json", "data[1]")]
    assert open_pages(load(FIRST), load(FIRST, "copy.json"), load(SECOND)) == []


def test_a_column_of_that_name_in_a_file_of_names_is_no_page():
    names = read(b"id,name,has_more\nproj_a,Search,true\n", "names.csv")
    assert [(each.field, each.kind) for each in names.problems] == [("has_more", "notice")]
    assert open_pages(names) == []


@pytest.mark.parametrize("more", ["true", "false"])
def test_a_list_of_projects_is_no_page_of_usage(more):
    text = '{"object":"list","data":[{"object":"organization.project","id":"proj_a"}],"has_more":%s}'
    (problem,) = load(text % more).problems
    assert (problem.kind, problem.reason) == ("unread", "is JSON, but holds no usage")


def test_a_shell_tells_it_beside_the_totals_until_the_next_page_is_there(tmp_path, capsys):
    first, second = tmp_path / "1.json", tmp_path / "2.json"
    first.write_text(FIRST)
    second.write_text(SECOND)
    told = "1.json: data[1]: has_more = true says that more pages follow, but the next one is not among the files\n"
    for command in (["totals"], ["check"], ["export", "--to", str(tmp_path / "warehouse")]):
        assert main([*command, str(first)]) == 0
        assert capsys.readouterr().err == told
    for command in (["totals"], ["check"], ["export", "--to", str(tmp_path / "warehouse")]):
        assert main([*command, str(first), str(second)]) == 0
        assert capsys.readouterr().err == ""


def test_a_warehouse_forgets_that_a_page_was_missing_when_it_is_added(tmp_path):

    location = Location(str(tmp_path), create=True)
    assert [each.place for each in append(location, [load(FIRST)]).usage.problems] == ["data[1]"]
    assert append(location, [load(SECOND)]).usage.problems == ()
