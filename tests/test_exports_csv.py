"""Tables: the dashboard's CSVs, what spreadsheets make of them, and flat rows."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from data.exports import Export, read
from data.exports.cells import whole_numbers
from data.models import CompletionsResult

HEADER = "start_time,end_time,start_time_iso,end_time_iso,project_id,num_model_requests,user_id,api_key_id,model,batch,service_tier,input_tokens,output_tokens,input_cached_tokens"
TIMES = "1773360000,1773446400,2026-03-13T00:00:00+00:00,2026-03-14T00:00:00+00:00"
ROW = f"{TIMES},proj_1,1.0,user-1,key_1,gpt-4o,False,default,3608.0,564.0,0.0"
EMPTY = f"{TIMES},,,,,,,,,,"


def load(*lines: str, end: str = "\n", name: str = "usage.csv") -> Export:
    return read(("\n".join(lines) + end).encode(), name)


def filled(export: Export) -> list[dict[str, Any]]:
    return [{name: value for name, value in row.items() if value is not None} for row in export.results.to_pylist()]


def problems(export: Export) -> list[tuple[str, str, str, str]]:
    return [(each.place, each.field, each.value, each.reason) for each in export.problems]


def test_a_row_of_the_dashboard_is_read() -> None:
    export = load(HEADER, ROW)
    assert filled(export) == [
        {
            "object": "completions",
            "bucket": 0,
            "project_id": "proj_1",
            "user_id": "user-1",
            "api_key_id": "key_1",
            "model": "gpt-4o",
            "batch": "false",
            "service_tier": "default",
            "num_model_requests": 1,
            "input_tokens": 3608,
            "input_cached_tokens": 0,
            "output_tokens": 564,
        }
    ]
    assert export.buckets.to_pylist() == [
        {"start_time": 1773360000, "end_time": 1773446400, "results": 1, "object": "completions", "place": "line 2"}
    ]
    assert (export.format, export.problems, export.unknown_fields) == ("dashboard CSV (completions)", (), {})


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_spreadsheets_change_the_form_and_not_the_content(delimiter: str, line_end: str, encoding: str) -> None:
    row = ROW.replace("False", "FALSE").replace("1773360000", "1773360000.0").replace("1773446400", "1773446400.0")
    text = f"{HEADER}\n{row}\n{EMPTY}\n".replace(",", delimiter).replace("\n", line_end)
    assert filled(read(text.encode(encoding), "x")) == filled(load(HEADER, ROW))


def test_excel_s_line_that_names_the_delimiter_is_no_title() -> None:
    export = load("sep=;", "start_time;end_time;usage_bytes", "1773360000;1773446400;x", "1773360000;1773446400;5")
    assert export.accepted == 1
    assert problems(export)[0][0] == "line 3"


def test_columns_go_by_name_and_not_by_order() -> None:
    titles, cells = HEADER.split(","), ROW.split(",")
    assert filled(load(",".join(reversed(titles)), ",".join(reversed(cells)))) == filled(load(HEADER, ROW))


def test_an_empty_bucket_is_a_measured_zero_and_no_result() -> None:
    export = load(HEADER, EMPTY, ROW.replace("1773360000", "1773446400").replace("1773446400,2026", "1773532800,2026"))
    assert (export.accepted, export.rejected) == (1, 0)
    assert export.buckets["results"].to_pylist() == [0, 1]
    assert set(export.buckets["object"].to_pylist()) == {"completions"}


def test_an_empty_bucket_may_have_more_cells_after_a_spreadsheet() -> None:
    export = load(HEADER, EMPTY + ",,", ROW)
    assert (len(export.buckets), export.problems) == (1, ())


def test_na_is_a_name_and_nothing_is_null() -> None:
    export = load(HEADER, ROW.replace("gpt-4o", "NA"), ROW.replace("gpt-4o", ""), ROW.replace("gpt-4o", "null"))
    assert export.results["model"].to_pylist() == ["NA", None, "null"]


def test_equal_rows_of_one_time_all_count() -> None:
    export = load(HEADER, ROW, ROW)
    assert (export.results.num_rows, export.buckets["results"].to_pylist()) == (2, [2])


@pytest.mark.parametrize("change", [("", ",x"), ("default,", "")])
def test_a_row_with_too_many_or_too_few_cells_is_rejected(change: tuple[str, str]) -> None:
    bad = ROW.replace(change[0], change[1]) if change[0] else ROW + change[1]
    export = load(HEADER, ROW, bad, ROW)
    assert export.accepted == 2
    assert problems(export) == [("line 3", "", "", f"has {len(bad.split(','))} cells, the header 14")]


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ('"1,234"', "may hold a thousands separator: digits alone are read"),
        ('"1.234,5"', "may hold a thousands separator: digits alone are read"),
        ("1.234", "may hold a thousands separator: digits alone are read"),
        ("12.5", "is not a whole number"),
        ("-1.0", "is negative"),
        ("True", "is not a whole number"),
        ("nan", "is not a whole number"),
        ("1.5E+10", "is in scientific notation, which has lost digits"),
        ("9223372036854775808", "is larger than 2^63 - 1"),
        ("٣", "is not a whole number"),
        (" 1", "is not a whole number"),
    ],
)
def test_a_bad_count_is_rejected_with_its_line(cell: str, reason: str) -> None:
    export = load(HEADER, ROW, ROW.replace("3608.0", cell), ROW)
    assert export.accepted == 2
    assert problems(export) == [("line 3", "input_tokens", f'"{cell.strip(chr(34))}"', reason)]


def test_counts_stay_exact_beyond_what_a_float_can_hold() -> None:
    export = load(HEADER, ROW.replace("3608.0", "9007199254740993.0"), ROW.replace("3608.0", str(2**63 - 1)))
    assert export.results["input_tokens"].to_pylist() == [9007199254740993, 2**63 - 1]


def test_a_missing_required_cell_is_named() -> None:
    assert problems(load(HEADER, ROW.replace("3608.0", ""))) == [("line 2", "input_tokens", "", "is missing")]


@pytest.mark.parametrize(
    ("start", "reason"),
    [
        ("1773360000000", "looks like milliseconds: seconds are expected"),
        ("soon", "is not a time: unix seconds or ISO 8601 are read"),
        ("1773446400", None),
    ],
)
def test_a_row_with_a_bad_time_is_rejected(start: str, reason: str | None) -> None:
    export = load(HEADER, ROW.replace("1773360000", start), ROW)
    assert export.accepted == 1
    assert [each.reason for each in export.problems] == [reason or "is not after start_time"]


def test_iso_times_do_where_there_is_no_epoch() -> None:
    titles, cells = HEADER.split(",")[2:], ROW.split(",")[2:]
    export = load(",".join(titles), ",".join(cells))
    assert export.buckets["start_time"].to_pylist() == [1773360000]
    assert export.accepted == 1


def test_a_cell_in_quotes_may_hold_anything() -> None:
    export = load(HEADER, ROW.replace("gpt-4o", '"my, ""own""\nmodel"'), ROW.replace("3608.0", "x"))
    assert export.results["model"].to_pylist() == ['my, "own"\nmodel']
    assert problems(export)[0][0] == "line 4"


def test_a_quote_that_never_ends_takes_one_line_only() -> None:
    export = load(HEADER, ROW, ROW.replace("gpt-4o", '"gpt'), ROW, ROW)
    assert export.accepted == 3
    assert problems(export) == [("line 3", "", "", "holds a quote that never ends or goes on after its end")]


def test_bytes_that_are_not_utf8_reject_their_row() -> None:
    content = "\n".join([HEADER, ROW, ROW]).encode().replace(b"gpt-4o", b"gpt\xff", 1)
    export = read(content, "x")
    assert (export.accepted, [each.reason for each in export.problems]) == (1, ["is not valid UTF-8"])


def test_an_unknown_column_is_counted_where_it_is_filled() -> None:
    export = load(f"{HEADER},new_tokens,project_name,", f"{ROW},7,Mine,0", f"{ROW},,Mine,1")
    assert export.unknown_fields == {"completions.new_tokens": 1}
    assert export.accepted == 2


def test_a_title_that_stands_twice_makes_a_table_unreadable() -> None:
    assert problems(load(f"{HEADER},model", f"{ROW},x")) == [("line 1", "model", "", "is the title of two columns")]


@pytest.mark.parametrize(
    ("titles", "cells", "kind"),
    [
        ("num_model_requests,model,input_tokens", "1,text-embedding-3-small,5", "embeddings"),
        ("images,num_model_requests,source,size", "1,1,image.edit,1024x1024", "images"),
        ("characters,num_model_requests", "5,1", "audio_speeches"),
        ("seconds,num_model_requests", "5.0,1", "audio_transcriptions"),
        ("usage_bytes,project_id", "5,p", "vector_stores"),
        ("num_sessions,project_id", "5,p", "code_interpreter_sessions"),
        ("sessions,project_id", "5,p", "code_interpreter_sessions"),
        ("num_requests,vector_store_id", "5,vs", "file_searches"),
        ("num_requests,num_model_requests,context_level", "5,1,low", "web_searches"),
    ],
)
def test_the_other_usage_tables_are_told_by_their_columns(titles: str, cells: str, kind: str) -> None:
    export = load(f"start_time,end_time,{titles}", f"1773360000,1773446400,{cells}")
    assert export.results["object"].to_pylist() == [kind]
    assert export.format == f"dashboard CSV ({kind})"


def test_moderations_are_told_by_the_file_s_name() -> None:
    lines = "start_time,end_time,input_tokens,num_model_requests", "1773360000,1773446400,5,1"
    assert load(*lines, name="moderations_usage.csv").results["object"].to_pylist() == ["moderations"]


def test_costs_keep_every_digit_and_their_organization() -> None:
    export = load(
        "start_time,end_time,start_time_iso,end_time_iso,amount_value,amount_currency,line_item,project_id,organization_id,organization_name",
        "1790467200,1790553600,2026-09-27T00:00:00+00:00,2026-09-28T00:00:00+00:00,,,,,,",
        '1790553600,1790640000,2026-09-28T00:00:00,wrong,0.003835980000000000000000000001,usd,"gpt-4o, input",,org-1,Mine',
        '1790553600,1790640000,2026-09-28T00:00:00,wrong,"1,5",usd,,,org-1,Mine',
    )
    assert export.costs["amount"].to_pylist() == [Decimal("0.003835980000000000000000000001")]
    assert export.costs["organization_id"].to_pylist() == ["org-1"]
    assert export.costs["line_item"].to_pylist() == ["gpt-4o, input"]
    assert export.buckets["results"].to_pylist() == [0, 2]
    assert problems(export) == [("line 4", "amount.value", '"1,5"', "is not a number")]
    assert export.format == "dashboard CSV (costs)"


def test_a_table_of_flat_rows_says_in_each_row_what_it_is() -> None:
    export = load(
        "object,start_time,end_time,input_tokens,output_tokens,num_model_requests,images",
        "organization.usage.completions.result,1773360000,1773446400,1,2,3,",
        "organization.usage.images.result,1773360000,1773446400,,,3,4",
    )
    assert export.results["object"].to_pylist() == ["completions", "images"]
    assert export.format == "flat rows as CSV"


def test_the_last_line_needs_no_line_end_but_all_its_cells() -> None:
    assert load(HEADER, ROW, ROW, end="").accepted == 2
    cut = load(HEADER, ROW, ROW[:-10], end="")
    assert (cut.accepted, cut.rejected) == (1, 1)


CELL = st.one_of(
    st.sampled_from(
        [
            "",
            "0.0",
            "1.",
            "1.00",
            "1.000",
            "1.0000",
            "-1",
            "+1",
            "1e3",
            "nan",
            "True",
            "1_0",
            "0x1",
            " 1",
            "1 ",
            ".0",
            "٣.0",
        ]
    ),
    st.integers(-5, 2**64).map(str),
    st.integers(0, 2**64).map(lambda value: f"{value}.0"),
    st.text(max_size=5),
)


@given(st.lists(CELL, min_size=1, max_size=4))
def test_a_column_is_read_as_the_model_reads_each_of_its_cells(texts: list[str]) -> None:
    numbers = whole_numbers(texts)
    if numbers is not None:
        rest = {"object": "organization.usage.completions.result", "output_tokens": 0, "num_model_requests": 0}
        assert numbers.tolist() == [
            CompletionsResult.model_validate({**rest, "input_tokens": text}).input_tokens for text in texts
        ]


@given(st.lists(st.tuples(CELL, CELL, st.sampled_from(["", "a", "NA", "True", "false", "0"])), min_size=1, max_size=6))
def test_a_table_accepts_and_rejects_what_the_models_do(rows: list[tuple[str, str, str]]) -> None:
    def quoted(text: str) -> str:
        return '"' + text.replace('"', '""') + '"'

    header = "start_time,end_time,input_tokens,input_cached_tokens,batch,output_tokens,num_model_requests"
    lines = [",".join(["1773360000", "1773446400", *map(quoted, row), "2", "3"]) for row in rows]
    export = load(header, *lines)
    expected = []
    for tokens, cached, batch in rows:
        row = {
            "input_tokens": tokens,
            "input_cached_tokens": cached,
            "batch": batch,
            "output_tokens": 2,
            "num_model_requests": 3,
        }
        present = {name: value for name, value in row.items() if value != ""}
        try:
            result = CompletionsResult.model_validate({"object": "organization.usage.completions.result", **present})
        except ValidationError:
            continue
        expected.append((result.input_tokens, result.input_cached_tokens))
    got = list(
        zip(*(export.results[name].to_pylist() for name in ("input_tokens", "input_cached_tokens")), strict=True)
    )
    assert got == expected
    assert export.accepted + export.rejected == len(rows)
