"""What the breakdown table sends to the browser: texts as Python wrote them, and numbers that stay exact."""

from dataclasses import replace
from decimal import Decimal

import pytest
from streamlit.testing.v1 import AppTest

from components import breakdown
from components.breakdown import Cell, Column, Row, Table, count, name, ratio, trend

COLUMNS = (
    Column("model", "Model", "text"),
    Column("trend", "Trend", "trend"),
    Column("total", "Total tokens", help="All parts"),
    Column("cached", "Cache share", "percent"),
    Column("share", "Share", "share"),
)


def row(key: str, total: int | None, cached: int | None, days: tuple[int | None, ...] = (1, 2)) -> Row:
    return Row(key, (name(key), trend(days), count(total), ratio(cached, total), ratio(total, 1000)))


def test_a_table_is_sent_as_texts_and_what_they_are_sorted_by():
    table = Table("Tokens by model", COLUMNS, (row("gpt-5.2", 750, 300, (0, 5, 10)),), row("Total", 750, 300))
    assert breakdown.wire(table) == {
        "title": "Tokens by model",
        "columns": [
            {"key": "model", "label": "Model", "kind": "text", "help": ""},
            {"key": "trend", "label": "Trend", "kind": "trend", "help": ""},
            {"key": "total", "label": "Total tokens", "kind": "number", "help": "All parts"},
            {"key": "cached", "label": "Cache share", "kind": "percent", "help": ""},
            {"key": "share", "label": "Share", "kind": "share", "help": ""},
        ],
        "keys": ["gpt-5.2"],
        "rows": [
            [
                ["gpt-5.2"],
                ["3 values: first 0, highest 10, last 10", [0, 50, 100]],
                ["750", "750"],
                ["40.0%", 0.4],
                ["75.0%", 0.75],
            ]
        ],
        "rest": None,
        "inside": {},
        "total": [
            ["Total"],
            ["2 values: first 1, highest 2, last 2", [50, 100]],
            ["750", "750"],
            ["40.0%", 0.4],
            ["75.0%", 0.75],
        ],
        "size": 1,
    }


@pytest.mark.parametrize(
    ("cell", "kind", "sent"),
    [
        (count(2**53 + 1), "number", ["9,007,199,254,740,993", "9007199254740993"]),
        (count(2**63), "number", ["9,223,372,036,854,775,808", "9223372036854775808"]),
        (count(0), "number", ["0", "0"]),
        (count(None), "number", []),
        (Cell("$0.0012", Decimal("0.0012")), "number", ["$0.0012", "0.0012"]),
        (Cell("$0.00", Decimal("1E-9")), "number", ["$0.00", "0.000000001"]),
        (ratio(1, 3), "percent", ["33.3%", 1 / 3]),
        (ratio(0, 3), "share", ["0.0%", 0.0]),
        (ratio(1, 10**6), "share", ["<0.1%", 1e-06]),
        (ratio(0, 0), "percent", ["n/a", None]),
        (ratio(None, 3), "percent", []),
        (name("gpt-5.2"), "text", ["gpt-5.2"]),
        (name("not grouped", muted=True), "text", ["not grouped", None]),
        (trend([]), "trend", []),
        (trend([None, None]), "trend", []),
        (trend([0, None, 4], "two of three days"), "trend", ["two of three days", [0, None, 100]]),
        (trend([0, 0], "nothing"), "trend", ["nothing", [0, 0]]),
        (trend([-5, 5], "a refund"), "trend", ["a refund", [0, 100]]),
    ],
)
def test_measured_zero_not_reported_and_not_applicable_are_sent_apart(cell, kind, sent):
    assert breakdown._wire_cell(cell, kind) == sent


def test_a_name_is_sent_with_what_stands_below_it():
    named = Table(
        "Usage",
        (Column("name", "Project", "text"),),
        (Row("a", (name("Web", note="proj_1"),)),),
        Row("t", (name("Total"),)),
    )
    assert (breakdown.wire(named)["rows"], breakdown.wire(named)["total"]) == ([[["Web", 0, "proj_1"]]], [["Total"]])


def test_a_float_is_no_exact_number():
    with pytest.raises(TypeError):
        breakdown._wire_cell(Cell("1.5", 1.5), "number")  # type: ignore[arg-type]


def test_rows_beyond_the_limit_are_summed_so_that_all_still_add_up(monkeypatch):
    monkeypatch.setattr(breakdown, "LIMIT", 1)
    rows = (row("a", 500, 100), row("b", 300, 150, (1, None)), row("c", 200, None, (3, None)), row("d", None, None))
    sent = breakdown.wire(Table("Tokens", COLUMNS, rows, row("Total", 1000, 250)))
    assert (sent["keys"], len(sent["rows"]), sent["size"]) == (["a"], 1, 4)
    assert sent["rest"] == [
        ["Other · 3 rows", None],
        ["2 values: first 5, highest 5, last 2", [100, 40]],
        ["500", "500"],
        ["50.0%", 0.5],  # of the one row that reported both
        ["50.0%", 0.5],
    ]


def test_rows_that_are_never_made_one_by_one_are_counted_and_summed(monkeypatch):
    monkeypatch.setattr(breakdown, "LIMIT", 2)
    folded = breakdown.folded([500, 300, 150, 50], sum)
    assert folded == [(500, 1), (300, 1), (200, 2)]
    rows = tuple(replace(row(str(number), number, number), many=many) for number, many in folded)
    sent = breakdown.wire(Table("Tokens", COLUMNS, rows, row("Total", 1000, 1000)))
    assert (sent["keys"], sent["size"]) == (["500", "300"], 4)
    assert sent["rest"][0] == ["Other · 2 rows", None]
    assert sent["rest"][2] == ["200", "200"]


def test_a_sum_of_money_is_written_by_its_column(monkeypatch):
    monkeypatch.setattr(breakdown, "LIMIT", 1)
    columns = (Column("model", "Model", "text"), Column("cost", "Cost", write="${:.2f}".format))
    rows = tuple(
        Row(k, (name(k), Cell(f"${v}", Decimal(v)))) for k, v in {"a": "9.00", "b": "0.10", "c": "0.20"}.items()
    )
    sent = breakdown.wire(Table("Cost", columns, rows, Row("Total", (name("Total"), Cell("$9.30", Decimal("9.30"))))))
    assert sent["rest"] == [["Other · 2 rows", None], ["$0.30", "0.30"]]


def test_a_sum_of_nothing_reported_stays_not_reported():
    assert breakdown.rest(COLUMNS, (row("a", None, None, ()),)).cells == (
        name("Other · 1 row", muted=True), Cell(), Cell(), Cell(), Cell()
    )  # fmt: skip


def test_a_row_with_a_cell_too_few_is_refused():
    with pytest.raises(ValueError, match="row 'a' has 1 cells for 5 columns"):
        Table("Tokens", COLUMNS, (Row("a", (name("a"),)),), row("Total", 1, 1))


def test_the_page_draws_it():
    script = """
from components import breakdown
from components.breakdown import Column, Row, Table, count, name

columns = (Column("model", "Model", "text"), Column("total", "Total"))
total = Row("", (name("Total"), count(2**53 + 1)))
breakdown.show(Table("Tokens", columns, (), total), key="table")
"""
    at = AppTest.from_string(script).run()
    assert not at.exception
    [element] = at.get("bidi_component")
    assert '"9,007,199,254,740,993"' in element.proto.json


def test_rows_inside_another_one_are_sent_with_it_and_the_smallest_summed():
    inner = tuple(row(f"user-{number:03}", 1, 1) for number in range(breakdown.LIMIT_INSIDE + 2))
    table = Table(
        "Tokens", COLUMNS, (replace(row("a", 202, 202), inside=inner), row("b", 5, 1)), row("Total", 207, 203)
    )
    sent = breakdown.wire(table)["inside"]
    assert list(sent) == ["a"]
    assert len(sent["a"]["rows"]) == 200
    assert sent["a"]["rest"][0] == ["Other · 2 rows", None]
    assert sent["a"]["rest"][2] == ["2", "2"]


def test_a_list_that_adds_up_to_nothing_has_no_total():
    columns = (Column("name", "File", "text"), Column("what", "What", "sentence"))
    sent = breakdown.wire(Table("Files", columns, (Row("0", (name("a.json"), Cell("is cut off"))),)))
    assert sent["total"] is None
    assert sent["rows"] == [[["a.json"], ["is cut off"]]]
