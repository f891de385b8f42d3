"""The breakdown as a table: literal usage in, literal cells out."""

from components.breakdown import Table
from components.tables import breakdown_of, has_parts, over_time_of, within_of
from data.engine import opened, total
from data.exports.export import Export, Named
from data.query import Query
from data.table import tidy
from data.totals import Totals
from tests.build import Bucket, day, export, tokens


def answer(*buckets: Bucket, **query: object) -> Totals:
    return total(tidy([export(*buckets)]), Query.model_validate({"interval": "day", **query}))


def texts(table: Table) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in (*table.rows, table.total)]


def column(table: Table, key: str) -> list[str]:
    index = [column.key for column in table.columns].index(key)
    return [row[index] for row in texts(table)]


CHATTY = {
    "model": "gpt-5",
    "input_tokens": 100,
    "input_cached_tokens": 40,
    "output_tokens": 20,
    "num_model_requests": 3,
}
QUIET = {"model": "o4-mini", "input_tokens": 10, "input_cached_tokens": 0, "output_tokens": 0, "num_model_requests": 1}


def test_groups_come_largest_first_with_parts_that_add_up_and_a_total():
    table = breakdown_of(
        answer(day("2026-01-01", QUIET, CHATTY), day("2026-01-02", CHATTY), group_by="model"), trends=False
    )
    assert table.title == "Usage by model"
    assert [column.label for column in table.columns] == [
        "Model",
        "Share",
        "Total tokens",
        "Uncached input",
        "Cached input",
        "Cached share",
        "Output",
        "Requests",
    ]
    assert texts(table) == [
        ["gpt-5", "96.0%", "240", "120", "80", "40.0%", "40", "6"],
        ["o4-mini", "4.0%", "10", "10", "0", "0.0%", "0", "1"],
        ["Total", "100.0%", "250", "130", "80", "38.1%", "40", "7"],
    ]


def test_the_trend_is_drawn_for_the_groups_on_the_chart():
    rows = [tokens(20 - number, model=f"m{number:02}") for number in range(10)]
    table = breakdown_of(answer(day("2026-01-01", *rows), day("2026-01-02"), group_by="model"))
    trends = [row.cells[1].trend for row in table.rows]
    assert trends[0] == (20, 0)
    assert len(trends) == 10
    assert [bool(trend) for trend in trends] == [True] * 7 + [False] * 3
    assert table.total.cells[1].trend == (155, 0)


def test_a_day_without_an_export_is_a_gap_in_the_trend():
    table = breakdown_of(answer(day("2026-01-01", CHATTY), day("2026-01-03", CHATTY), group_by="model"))
    assert table.rows[0].cells[1].trend == (120, None, 120)


def test_not_reported_is_no_zero():
    silent = {"model": "o4-mini", "input_tokens": 10, "output_tokens": 0, "num_model_requests": 1}
    table = breakdown_of(answer(day("2026-01-01", CHATTY, silent), group_by="model"))
    assert column(table, "cached_input") == ["40", "", "40"]
    assert column(table, "output") == ["20", "0", "20"]


def test_what_no_row_reports_has_no_column():
    keys = [column.key for column in breakdown_of(answer(day("2026-01-01", CHATTY), group_by="model")).columns]
    assert "audio_input" not in keys
    assert "cache_write" not in keys


def test_no_value_and_not_grouped_are_told_apart_and_muted():
    nameless = {**QUIET, "model": None}
    table = breakdown_of(answer(day("2026-01-01", CHATTY, nameless), group_by="model"))
    assert [(row.cells[0].text, row.cells[0].muted) for row in table.rows] == [("gpt-5", False), ("No model", True)]
    ungrouped = {name: value for name, value in QUIET.items() if name != "model"}
    table = breakdown_of(answer(day("2026-01-01", ungrouped), group_by="model"))
    assert [(row.cells[0].text, row.cells[0].muted) for row in table.rows] == [("Not grouped by model", True)]


def test_the_share_is_of_the_measure_asked_for():
    totals = answer(day("2026-01-01", QUIET, CHATTY), group_by="model", measure="num_model_requests")
    table = breakdown_of(totals)
    assert column(table, "share") == ["75.0%", "25.0%", "100.0%"]


def test_a_share_of_nothing_is_not_a_number():
    nothing = {"model": "m", "input_tokens": 0, "output_tokens": 0, "num_model_requests": 0}
    assert column(breakdown_of(answer(day("2026-01-01", nothing), group_by="model")), "share") == ["n/a", "n/a"]


def test_sums_beyond_64_bits_are_written_to_the_last_digit():
    table = breakdown_of(answer(day("2026-01-01", *[tokens(2**63 - 1, model="m")] * 3), group_by="model"))
    assert column(table, "total_tokens") == ["27,670,116,110,564,327,421"] * 2


def test_usage_without_token_parts_shows_its_own_measures():
    pictures = {"object": "images", "images": 4, "num_model_requests": 3, "model": "gpt-image-1"}
    totals = answer(day("2026-01-01", pictures), object="images", measure="images", group_by="model")
    assert not has_parts(totals)
    table = breakdown_of(totals, trends=False)
    assert [column.label for column in table.columns] == ["Model", "Share", "Requests", "Images"]
    assert texts(table)[-1] == ["Total", "100.0%", "3", "4"]


def test_without_a_grouping_there_is_one_row_and_its_total():
    table = breakdown_of(answer(day("2026-01-01", CHATTY)), trends=False)
    assert table.title == "Usage"
    assert [row[2] for row in texts(table)] == ["120", "120"]


def test_a_row_has_a_key_of_its_own_whatever_its_name():
    rows = [{**QUIET, "model": name} for name in ("total", "", "other", None)]
    table = breakdown_of(answer(day("2026-01-01", *rows), group_by="model"))
    keys = [row.key for row in (*table.rows, table.total)]
    assert len(set(keys)) == len(keys)


def test_a_row_unfolds_into_subgroups_that_add_up_to_it():
    usage = tidy(
        [export(day("2026-01-01", {**CHATTY, "user_id": "u"}, {**CHATTY, "user_id": "v"}, {**QUIET, "user_id": "v"}))]
    )
    query = Query(group_by="model", subgroup="user_id", interval="day")
    totals = total(usage, query)
    table = breakdown_of(totals, trends=False, inside={"value:gpt-5": opened(usage, query, totals.table[0])})
    assert table.title == "Usage by model and user"
    assert [[cell.text for cell in row.cells[:3]] for row in table.rows[0].inside or ()] == [
        ["u", "48.0%", "120"],
        ["v", "48.0%", "120"],
    ]
    assert table.rows[0].cells[2].text == "240"
    assert table.rows[1].inside is None


def test_a_named_group_has_its_id_below_unless_ids_are_shown():
    mapping = Export("names.csv", "", 1, "", mapping=(Named("proj_1", "<b>Web</b>", "", "line 2"),))
    usage = tidy([export(day("2026-01-01", tokens(5, project_id="proj_1"), tokens(2, project_id="proj_2"))), mapping])
    for show, named in (("names", ("<b>Web</b>", "proj_1")), ("ids", ("proj_1", ""))):
        table = breakdown_of(total(usage, Query(group_by="project_id", show=show)))
        assert [(row.cells[0].text, row.cells[0].note) for row in table.rows] == [named, ("proj_2", "")]
        assert [row.key for row in table.rows] == ["value:proj_1", "value:proj_2"]


def test_the_numbers_behind_bars_over_time_add_up_by_interval_and_by_what_is_stacked():
    buckets = day("2026-01-01", QUIET, CHATTY), day("2026-01-02", CHATTY), day("2026-01-04", QUIET)
    table = over_time_of(answer(*buckets, group_by="model"))
    assert table.title == "Total tokens over time by model"
    assert [column.label for column in table.columns] == ["Day", "gpt-5", "o4-mini", "Total tokens"]
    assert texts(table) == [
        ["2026-01-01", "120", "10", "130"],
        ["2026-01-02", "120", "0", "120"],
        ["2026-01-03", "", "", ""],
        ["2026-01-04", "0", "10", "10"],
        ["Total", "240", "20", "260"],
    ]


def test_without_a_grouping_bars_stack_parts_and_a_measure_alone_stacks_nothing():
    parts = over_time_of(answer(day("2026-01-01", CHATTY)))
    assert texts(parts)[0] == ["2026-01-01", "60", "40", "20", "120"]
    requests = over_time_of(answer(day("2026-01-01", CHATTY), measure="num_model_requests"))
    assert texts(requests) == [["2026-01-01", "3"], ["Total", "3"]]


def test_the_numbers_behind_panels_of_two_groupings_are_by_group_and_interval_with_a_column_per_subgroup():
    last = {**QUIET, "user_id": "v"}
    buckets = (day("2026-01-01", {**CHATTY, "user_id": "u"}, last), day("2026-01-02", QUIET), day("2026-01-04", last))
    table = within_of(answer(*buckets, group_by="model", subgroup="user_id"))
    assert table.title == "Total tokens over time by model and user"
    assert [column.label for column in table.columns] == ["Day", "Model", "u", "v", "No user", "Total tokens"]
    assert texts(table) == [
        ["2026-01-01", "gpt-5", "120", "0", "0", "120"],
        ["2026-01-02", "gpt-5", "0", "0", "0", "0"],
        ["2026-01-03", "gpt-5", "", "", "", ""],
        ["2026-01-04", "gpt-5", "0", "0", "0", "0"],
        ["2026-01-01", "o4-mini", "0", "10", "0", "10"],
        ["2026-01-02", "o4-mini", "0", "0", "10", "10"],
        ["2026-01-03", "o4-mini", "", "", "", ""],
        ["2026-01-04", "o4-mini", "0", "10", "0", "10"],
        ["Total", "", "120", "20", "10", "150"],
    ]
