"""Mappings: literal files in, names and teams by id out, and a notice for every row that names nothing."""

import gzip
import io
import json
import zipfile

import pytest

from data.exports import Export, read
from data.exports.mapping import MOST_NAMES
from data.exports.uploads import read_in_child

ROWS = [("proj_1", "Web shop", "Sales"), ("user-1", "Ana", ""), ("key_1", "", "Search")]
TABLE = "id,name,team\nproj_1,Web shop,Sales\nuser-1,Ana,\nkey_1,,Search\n"


def named(export: Export) -> list[tuple[str, str, str]]:
    return [(row.id, row.name, row.team) for row in export.mapping]


def notices(export: Export) -> list[tuple[str, str, str, str]]:
    assert {problem.kind for problem in export.problems} <= {"notice"}
    return [(each.place, each.field, each.value, each.reason) for each in export.problems]


def zipped(**files: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return content.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        TABLE.encode(),
        TABLE.encode("utf-8-sig"),
        TABLE.encode("utf-16"),
        TABLE.replace(",", "\t").encode(),
        TABLE.replace(",", ";").encode(),
        ("sep=;\r\n" + TABLE.replace(",", ";").replace("\n", "\r\n")).encode(),
        b'Team,ID,Name\nSales,proj_1,"Web shop"\n,user-1,Ana\n\nSearch,key_1\n',
        gzip.compress(TABLE.encode(), mtime=0),
        zipped(a=TABLE),
        b'[{"id":"proj_1","name":"Web shop","team":"Sales"},{"id":"user-1","name":"Ana","team":null},{"id":"key_1","team":"Search"}]',
        b'{"proj_1":{"name":"Web shop","team":"Sales"},"user-1":{"name":"Ana"},"key_1":{"name":"","team":" Search "}}',
    ],
)
def test_a_mapping_is_found_by_content_in_every_form_it_comes_in(content):
    export = read(content, "completions_usage.json")  # a name says nothing
    assert (export.format, named(export), notices(export)) == ("names of ids", ROWS, [])
    assert (export.accepted, export.rejected, export.unmapped, export.buckets.num_rows) == (0, 0, 0, 0)


def test_a_mapping_beside_usage_in_one_archive_is_told_from_it():
    page = json.dumps({"object": "page", "data": [], "has_more": False})
    export = read(zipped(page=page, names=TABLE), "all.zip")
    assert export.format == "API page, names of ids"
    assert [row.place for row in export.mapping] == ["names: line 2", "names: line 3", "names: line 4"]


@pytest.mark.parametrize(
    "content",
    [
        b'[{"id":"chatcmpl-1","model":"gpt-4o"}]',
        b'{"id":"proj_1","name":"Web shop"}',
        b"identity,name\nproj_1,Web shop\n",
        b"id,colour\nproj_1,red\n",
    ],
)
def test_what_has_no_id_and_name_is_no_mapping(content):
    export = read(content, "names.csv")
    assert (export.format, export.mapping) == ("", ())
    assert [problem.kind for problem in export.problems] == ["unread"]


def test_usage_with_a_column_called_id_stays_usage():
    export = read(
        b"id,name,object,start_time,end_time,input_tokens,output_tokens,num_model_requests\n1,x,organization.usage.completions.result,1767225600,1767312000,5,0,1\n",
        "a.csv",
    )
    assert (export.accepted, export.mapping) == (1, ())


def test_each_row_that_names_nothing_is_counted_and_told_with_its_place():
    long = "x" * 201
    content = (
        f'id,name,team\nproj_1,,\n,Ana,\nuser-1,{long},\nkey_1,Search,Sales,more\nkey_2,"Open\nkey_3,Fine,\n'.encode()
    )
    export = read(content + b"key_4,\xff,\n", "names.csv")
    assert named(export) == [("key_3", "Fine", "")]
    assert export.unmapped == 6
    assert notices(export) == [
        ("line 2", "", "", "has neither a name nor a team: this row names nothing"),
        ("line 3", "id", "", "is missing: this row names nothing"),
        ("line 4", "name", '"' + "x" * 78 + "…", "is longer than 200 characters: this row names nothing"),
        ("line 5", "", "", "has 4 cells, the header 3: this row names nothing"),
        ("line 6", "", "", "holds a quote that never ends or goes on after its end: this row names nothing"),
        ("line 8", "name", '"\\udcff"', "is not UTF-8: this row names nothing"),
    ]


def test_rows_of_json_that_name_nothing_are_told_with_their_path():
    export = read(
        b'[{"id":"a","name":"A"},{"id":3,"name":"B"},4,{"id":"c","id":"d","name":"C"},{"id":"e","name":"\\ud800"}]', "x"
    )
    assert named(export) == [("a", "A", "")]
    assert [(place, field, value) for place, field, value, _ in notices(export)] == [
        ("[1]", "id", "3"),
        ("[2]", "", ""),
        ("[3]", "id", ""),
        ("[4]", "", ""),
    ]


def test_an_id_that_stands_twice_in_one_object_is_told():
    export = read(b'{"proj_1":{"name":"One"},"proj_1":{"name":"Two"}}', "names.json")
    assert named(export) == [("proj_1", "Two", "")]
    assert notices(export) == [
        ("", "proj_1", "", "stands twice in one object, so that one of the two would be lost: this row names nothing")
    ]


def test_columns_of_no_use_are_named_up_to_a_number():
    titles = ",".join(f"more {number}" for number in range(12))
    export = read(f"id,name,{titles}\nproj_1,Web{',' * 12}\n".encode(), "names.csv")
    told = notices(export)
    assert told[0] == ("line 2", "more 0", "", "is a column of no use here: a mapping has id, name and team")
    assert (len(told), told[-1]) == (11, ("", "", "", "2 more columns are of no use here"))


def test_two_columns_of_one_title_are_refused():
    export = read(b"id,name,Name\nproj_1,a,b\n", "names.csv")
    assert [(each.kind, each.field, each.reason) for each in export.problems] == [
        ("unread", "name", "is the title of two columns")
    ]


def test_a_name_is_one_line_that_reads_in_its_own_direction():
    export = read('id,name\nproj_1,"  Web\n\tshop \u202egnp.exe\u200b "\n'.encode(), "names.csv")
    assert named(export) == [("proj_1", "Web shop gnp.exe", "")]


def test_the_apostrophe_that_keeps_a_spreadsheet_from_running_a_name_is_taken_off():
    assert named(read(b"id,name\na,'=1+1\nb,'tis\nc,O'=x\n", "x")) == [
        ("a", "=1+1", ""),
        ("b", "'tis", ""),
        ("c", "O'=x", ""),
    ]


def test_a_mapping_has_a_limit_and_says_where_it_was_reached():
    content = "id,name\n" + "".join(f"key_{number},n\n" for number in range(MOST_NAMES + 5))
    export = read(content.encode(), "names.csv")
    assert len(export.mapping) == 100_000
    assert notices(export) == [
        ("line 100002", "", "", "a mapping of more than 100,000 rows: those from here on name nothing")
    ]


def test_the_child_process_hands_names_over():
    export = read_in_child(b"id,name,team\nproj_1,Web shop,Sales\n,x,\n", "names.csv")
    assert export == read(b"id,name,team\nproj_1,Web shop,Sales\n,x,\n", "names.csv")
    assert (export.mapping[0].place, export.unmapped) == ("line 2", 1)
