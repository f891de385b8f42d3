"""The view as files to work on: literal usage in, literal CSV and JSON out."""

import csv
import io
import json
import sys
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from components.downloads.files import (
    changes_csv,
    costs_csv,
    costs_json,
    results_csv,
    results_json,
    table_csv,
    table_json,
)
from components.sources import Dataset
from components.view import View
from data.changes import changed
from data.engine import summed, total
from data.exports.export import Export, Named
from data.lacking import previous
from data.query import Query
from data.table import tidy
from data.usage import Usage
from data.writing import safe
from tests.build import Bucket, day, export, hour, tokens


def view(usage: Usage, **asked: object) -> View:
    query = Query.model_validate({"group_by": "model", **asked})
    totals, before = total(usage, query), previous(usage, query)
    grouped = totals if query.group_by else total(usage, query.model_copy(update={"group_by": "model"}))
    return View(
        Dataset("", "a.json", usage),
        usage,
        query,
        totals,
        lambda: before if isinstance(before, str) else total(usage, before),
        lambda: grouped,
    )


def usage(*buckets: Bucket, **named: str) -> Usage:
    return tidy([export(*buckets, **named)])


CHAT = {"model": "gpt-5", "input_tokens": 100, "input_cached_tokens": 40, "output_tokens": 20, "num_model_requests": 3}
NONE = {"input_tokens": 10, "input_cached_tokens": 0, "output_tokens": 0, "num_model_requests": 1}


# --- the table -----------------------------------------------------------------------------------------------------


def test_the_table_is_a_line_per_group_and_last_their_total():
    assert table_csv(view(usage(day("2026-01-01", CHAT, NONE))).grouped).decode().split("\r\n") == [
        "model,group,share,total_tokens,uncached_input,cached_input,cached_share,output,num_model_requests",
        "gpt-5,value,0.9230769230769231,120,60,40,0.4,20,3",
        ",none,0.07692307692307693,10,10,0,0.0,0,1",
        ",total,1.0,130,70,40,0.36363636363636365,20,4",
        "",
    ]


def test_as_json_the_table_says_what_was_asked_and_keeps_null_apart_from_text():
    kept = view(usage(day("2026-01-01", CHAT, NONE)), filters=(("model", ("gpt-5", None)),))
    assert json.loads(table_json(kept.grouped)) == {
        "object": "completions",
        "group_by": "model",
        "filters": {"model": ["gpt-5", None]},
        "start_time": "2026-01-01T00:00:00+00:00",
        "end_time": "2026-01-02T00:00:00+00:00",
        "zone": "UTC",
        "rows": [
            {
                "model": "gpt-5",
                "group": "value",
                "share": 120 / 130,
                "total_tokens": 120,
                "uncached_input": 60,
                "cached_input": 40,
                "cached_share": 0.4,
                "output": 20,
                "num_model_requests": 3,
            },
            {
                "model": None,
                "group": "none",
                "share": 10 / 130,
                "total_tokens": 10,
                "uncached_input": 10,
                "cached_input": 0,
                "cached_share": 0.0,
                "output": 0,
                "num_model_requests": 1,
            },
        ],
        "total": {
            "model": None,
            "group": "total",
            "share": 1.0,
            "total_tokens": 130,
            "uncached_input": 70,
            "cached_input": 40,
            "cached_share": 40 / 110,
            "output": 20,
            "num_model_requests": 4,
        },
    }


def test_what_is_not_grouped_by_the_dimension_says_so():
    found = view(usage(day("2026-01-01", tokens(5))), group_by="model")
    assert json.loads(table_json(found.grouped))["rows"][0]["group"] == "not_grouped"


# --- the results ---------------------------------------------------------------------------------------------------


def test_results_are_written_with_every_column_that_holds_something():
    found = view(usage(hour("2026-01-01T06:00", CHAT), hour("2026-01-01T07:00", NONE), name="my usage.json"))
    assert results_csv(found).decode().split("\r\n") == [
        "file,start_time,end_time,object,model,num_model_requests,input_tokens,input_cached_tokens,output_tokens,generation,uncached_input,cached_input,output,total_tokens",
        "my usage.json,2026-01-01T06:00:00+00:00,2026-01-01T07:00:00+00:00,completions,gpt-5,3,100,40,20,inclusive,60,40,20,120",
        "my usage.json,2026-01-01T07:00:00+00:00,2026-01-01T08:00:00+00:00,completions,,1,10,0,0,inclusive,10,0,0,10",
        "",
    ]


def test_as_json_each_result_is_an_object_on_a_line_of_its_own():
    found = view(usage(day("2026-01-01", CHAT, NONE)))
    text = results_json(found).decode()
    assert text.count("\n") == 4
    assert json.loads(text)["rows"][1] == {
        "file": "a.json",
        "start_time": "2026-01-01T00:00:00+00:00",
        "end_time": "2026-01-02T00:00:00+00:00",
        "object": "completions",
        "model": None,
        "num_model_requests": 1,
        "input_tokens": 10,
        "input_cached_tokens": 0,
        "output_tokens": 0,
        "generation": "inclusive",
        "uncached_input": 10,
        "cached_input": 0,
        "output": 0,
        "total_tokens": 10,
    }


def test_only_what_the_view_counts_is_in_it():
    held = usage(day("2026-01-01", CHAT), day("2026-01-02", CHAT, NONE, {**CHAT, "object": "embeddings"}))
    found = view(held, start_time="2026-01-02", end_time="2026-01-03", filters=(("model", ("gpt-5",)),))
    rows = json.loads(results_json(found))["rows"]
    assert [(row["start_time"][:10], row["object"], row["model"]) for row in rows] == [
        ("2026-01-02", "completions", "gpt-5")
    ]
    assert found.totals.results == 1


def test_a_token_that_two_exports_tell_is_in_it_once():
    by_project = export(day("2026-01-01", tokens(70, project_id="p"), tokens(30, project_id="q")), name="p.json")
    by_model = export(day("2026-01-01", tokens(60, model="m"), tokens(40, model="n")), name="m.json")
    both = tidy([by_project, by_model])
    for dimension, file in (("project_id", "p.json"), ("model", "m.json")):
        rows = json.loads(results_json(view(both, group_by=dimension)))["rows"]
        assert {row["file"] for row in rows} == {file}
        assert sum(row["total_tokens"] for row in rows) == 100


def test_whole_numbers_beyond_2_to_the_53_keep_every_digit():
    large = {"model": "m", "input_tokens": 2**63 - 1, "output_tokens": 2**63 - 1, "num_model_requests": 2**53 + 1}
    found = view(usage(day("2026-01-01", large)))
    assert "9007199254740993" in results_csv(found).decode()
    assert "18446744073709551614" in results_csv(found).decode()
    row = json.loads(results_json(found))["rows"][0]
    assert (row["input_tokens"], row["total_tokens"]) == (2**63 - 1, 2**64 - 2)
    assert json.loads(table_json(found.grouped))["total"]["total_tokens"] == 2**64 - 2


HOSTILE = [
    "=1+1",
    "＝1+1",
    "\t=1",
    "a,b",
    'say "hi"',
    "</script>",
    "two\r\nlines",
    "x;=cmd|' /C calc'!A0;",
    "",
    " \u200b@SUM(A1)",
]


def test_names_are_text_in_a_spreadsheet_and_themselves_in_json():
    found = view(usage(day("2026-01-01", *(tokens(9, model=name) for name in HOSTILE))))
    cells = [row["model"] for row in csv.DictReader(io.StringIO(results_csv(found).decode(), newline=""))]
    safe = [
        "'=1+1",
        "'＝1+1",
        "'\t'=1",
        "a,b",
        'say "hi"',
        "</script>",
        "two\r\nlines",
        "x;'=cmd|' /C calc'!A0;",
        "",
        "' \u200b@SUM(A1)",
    ]
    assert cells == safe
    assert [row["model"] for row in json.loads(results_json(found))["rows"]] == HOSTILE
    table = list(csv.DictReader(io.StringIO(table_csv(found.grouped).decode(), newline="")))
    assert sorted(row["model"] for row in table if row["group"] == "value") == sorted(safe)


def test_every_form_of_a_sign_that_starts_a_formula_is_known():
    letters = (chr(code) for code in range(sys.maxunicode + 1))
    signs = [each for each in letters if unicodedata.normalize("NFKC", each)[:1] in set("=+-@")]
    assert len(signs) >= 19
    for sign in signs:
        assert safe(f"{sign}1") == f"'{sign}1"


def test_half_a_character_in_the_name_of_a_file_is_shown_as_unknown():
    found = view(usage(day("2026-01-01", CHAT), name="a\ud800.json"))
    assert json.loads(results_json(found))["rows"][0]["file"] == "a?.json"


dimensions = st.fixed_dictionaries({}, optional={"model": st.sampled_from("ab"), "project_id": st.sampled_from("pq")})
rows = st.builds(lambda count, names: tokens(count, **names), st.integers(0, 2**60), dimensions)
filters = st.sampled_from([(), (("model", ("a",)),), (("model", (None,)),), (("project_id", ("p", None)),)])


@given(
    st.lists(st.lists(rows, max_size=4), min_size=1, max_size=4),
    filters,
    st.sampled_from([None, "model", "project_id"]),
)
def test_the_results_of_a_view_add_up_to_its_totals(days, filters, group_by):
    held = usage(*(day(f"2026-01-{index + 1:02}", *each) for index, each in enumerate(days)))
    answer = total(held, Query(group_by=group_by, filters=filters))
    found = summed(held, answer)
    assert found.num_rows == answer.results
    assert sum(each or 0 for each in found["total_tokens"].to_pylist()) == (answer.grand.get("total_tokens") or 0)


def usage_named(*buckets: Bucket) -> Usage:
    mapping = Export("names.csv", "names of ids", 1, "", mapping=(Named("proj_1", "=Web", "Sales", "line 2"),))
    return tidy([export(*buckets), mapping])


def test_names_stand_beside_ids_in_the_table_also_where_the_page_shows_ids():
    rows = day("2026-01-01", tokens(5, project_id="proj_1"), tokens(2, project_id="proj_2"), tokens(1))
    for show in ("names", "ids"):
        named = view(usage_named(rows), group_by="project_id", show=show)
        content = table_csv(named.grouped, named.usage.names).decode()
        assert [line.split(",")[:3] for line in content.split("\r\n")[:5]] == [
            ["project_id", "project_name", "group"],
            ["proj_1", "'=Web", "value"],
            ["proj_2", "", "value"],
            ["", "", "none"],
            ["", "", "total"],
        ]


def test_names_stand_beside_ids_in_costs_and_changes():
    named = view(
        usage_named(
            day("2026-01-01", tokens(5, project_id="proj_1")), day("2026-01-02", tokens(9, project_id="proj_1"))
        ),
        group_by="project_id",
        period="24h",
    )
    assert costs_csv(named).decode().splitlines()[1].split(",")[:3] == ["proj_1", "'=Web", "value"]
    change = changed(named.before, named.totals)
    assert changes_csv(change, named.usage.names).decode().splitlines()[:3] == [
        "project_id,project_name,group,before,after,change," + ",".join(change.effects),
        "proj_1,'=Web,value,5,9,4," + ",".join(str(change.effect(each)) for each in change.effects),
        ",,total,5,9,4," + ",".join(str(change.effect(each)) for each in change.effects),
    ]


def test_results_have_names_and_the_team_beside_their_ids():
    named = view(
        usage_named(day("2026-01-01", tokens(5, project_id="proj_1", model="a"), tokens(2, project_id="proj_2")))
    )
    header, one, two, _ = (line.split(",") for line in results_csv(named).decode().split("\r\n"))
    cells = [dict(zip(header, row, strict=True)) for row in (one, two)]
    assert [(each["project_id"], each["project_name"], each["team"]) for each in cells] == [
        ("proj_1", "'=Web", "Sales"),
        ("proj_2", "", ""),
    ]
    assert header.index("project_name") == header.index("project_id") + 1
    assert [row["project_name"] for row in json.loads(results_json(named))["rows"]] == ["=Web", None]


# --- costs ---------------------------------------------------------------------------------------------------------

MILLION = {"model": "gpt-4o", "input_tokens": 1_000_000, "output_tokens": 0, "num_model_requests": 2}
BILL = {"amount": "2.500000000000000000000000000001", "currency": "usd", "line_item": "gpt-4o, input"}
CREDIT = {"amount": "-1", "currency": "usd", "line_item": "service credit"}


def test_costs_are_a_line_per_group_to_the_last_digit_and_what_only_the_bill_has():
    used = day("2026-01-01", MILLION, {**MILLION, "model": "gpt-9"})
    found = view(usage(used, day("2026-01-01", BILL, CREDIT)))
    lines = [line.split(",") for line in costs_csv(found).decode().splitlines()]
    assert [[*line[:6], line[-1]] for line in lines] == [
        ["model", "row", "estimated_cost", "is_lower_bound", "unpriced_tokens", "total_tokens", "billed_cost"],
        ["gpt-4o", "value", "2.5", "False", "0", "1000000", "2.500000000000000000000000000001"],
        ["gpt-9", "value", "", "False", "1000000", "1000000", ""],
        ["", "value", "", "", "", "", "-1"],
        ["", "total", "2.5", "False", "1000000", "2000000", "1.500000000000000000000000000001"],
    ]


def test_costs_as_json_say_what_they_rest_on_and_what_the_difference_consists_of():
    found = view(usage(day("2026-01-01", MILLION), day("2026-01-01", BILL, CREDIT)))
    told = json.loads(costs_json(found))
    assert told["prices"] == {
        "source": "genai-prices",
        "version": "0.2.3",
        "checked": "2026-10-26",
        "own": None,
        "currency": "usd",
    }
    assert told["total"]["estimated_cost"] == "2.5"
    assert told["difference"]["causes"] == [
        {"cause": "Credits", "amount": "-1"},
        {"cause": "Unexplained", "amount": "0.000000000000000000000000000001"},
    ]


def test_without_costs_exports_there_is_no_billed_column():
    found = view(usage(day("2026-01-01", MILLION)))
    assert "billed" not in costs_csv(found).decode() + costs_json(found).decode()
