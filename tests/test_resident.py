"""A usage as the engine has it: loaded once, gone when nobody needs it."""

import gc

from data.engine import total
from data.query import Query
from data.resident import drop_unheld, resident
from data.sql import connect
from data.table import tidy
from tests.build import MONDAY, day, export, hours, tokens, usage_of


def tables() -> set[str]:
    with connect() as connection:
        return {name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()}


def types() -> set[str]:
    with connect() as connection:
        found = connection.execute("SELECT type_name FROM duckdb_types() WHERE type_name LIKE 'results%'").fetchall()
        return {name for (name,) in found}


def test_questions_of_one_kind_share_a_table():
    usage = usage_of(day(MONDAY, tokens(1, model="a")), day(MONDAY, {"object": "images", "images": 2}))
    one = resident(usage, "completions", frozenset(), 0)
    assert one is resident(usage, "completions", frozenset({"model"}), 86400)
    two = resident(usage, "images", frozenset(), 0)
    assert (one.dimensions, two.dimensions, list(two.columns)) == (("model",), (), ["images"])


def test_where_layers_compete_a_question_finds_the_rows_that_answer_it():
    usage = tidy([export(*hours(24)), export(day(MONDAY, tokens(24, user_id="u")), name="b.json")])
    by_user = resident(usage, "completions", frozenset({"user_id"}), 86400)
    assert by_user is not resident(usage, "completions", frozenset({"model"}), 3600)
    assert by_user.dimensions == ("user_id",)


def test_what_nobody_holds_is_dropped_with_its_types_at_the_next_load():
    usage = usage_of(day(MONDAY, tokens(1, model="a")))
    name = resident(usage, "completions", frozenset(), 0).name
    assert name in tables()
    assert f"{name}_model" in types()
    del usage
    gc.collect()
    other = usage_of(day(MONDAY, tokens(2, model="a")))
    assert total(other, Query()).grand["total_tokens"] == 2
    assert name not in tables()
    assert f"{name}_model" not in types()


def test_counts_are_held_as_narrow_as_they_fit_and_summed_exactly():
    usage = usage_of(
        day(
            MONDAY,
            {"num_model_requests": 1, "input_tokens": 2**31 - 1, "output_tokens": 2**31},
            {"num_model_requests": 1, "input_tokens": 2**31 - 1, "output_tokens": 0},
        )
    )
    name = resident(usage, "completions", frozenset(), 0).name
    with connect() as connection:
        described = "SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = $1"
        kinds = dict(connection.execute(described, [name]).fetchall())
    assert (kinds["input_tokens"], kinds["output_tokens"]) == ("INTEGER", "BIGINT")
    assert total(usage, Query()).grand["input_tokens"] == 2**32 - 2


def test_measures_that_are_equal_in_every_row_are_held_and_summed_once():
    row = {"num_model_requests": 1, "input_tokens": 5, "output_tokens": 0}
    usage = usage_of(day(MONDAY, {**row, "input_cached_tokens": 0}, row, {**row, "input_cached_tokens": 3}))
    held = resident(usage, "completions", frozenset(), 0).columns
    assert (held["output"], held["cached_input"]) == ("output_tokens", "input_cached_tokens")
    assert held["uncached_input"] == "uncached_input"  # one row that differs is enough
    assert total(usage, Query()).grand == {
        "num_model_requests": 3,
        "input_tokens": 15,
        "input_cached_tokens": 3,
        "output_tokens": 0,
        "uncached_input": 12,
        "cached_input": 3,
        "output": 0,
        "total_tokens": 15,
    }


def test_null_is_not_0_where_measures_are_compared():
    row = {"num_model_requests": 0, "input_tokens": 0, "output_tokens": 0}
    usage = usage_of(day(MONDAY, {**row, "input_cached_tokens": 0}, row))
    held = resident(usage, "completions", frozenset(), 0).columns
    assert (held["input_tokens"], held["output_tokens"]) == ("num_model_requests", "num_model_requests")
    assert (held["input_cached_tokens"], held["cached_input"]) == ("input_cached_tokens", "input_cached_tokens")


def test_stored_bytes_are_a_level_whatever_flows_are_equal_to_them():
    row = {"object": "vector_stores", "usage_bytes": 5, "num_model_requests": 5, "input_tokens": 5}
    usage = usage_of(day(MONDAY, row), day("2026-01-06", row))
    grand = total(usage, Query(object="vector_stores", measure="usage_bytes", interval="week")).grand
    assert (grand["usage_bytes"], grand["num_model_requests"], grand["total_tokens"]) == (5, 10, 10)


def test_the_sum_of_nothing_but_zeros_is_0_and_that_of_none_is_none():
    row = {"num_model_requests": 1, "input_tokens": 5, "input_cached_tokens": 0, "output_tokens": 0}
    usage = usage_of(day(MONDAY, {**row, "model": "a"}), day("2026-01-06", {**row, "model": "b"}))
    assert resident(usage, "completions", frozenset(), 0).zeros == {"input_cached_tokens"}
    totals = total(usage, Query(group_by="model", interval="day"))
    assert [group.sums["output_tokens"] for group in totals.table] == [0, 0]
    assert totals.cells["output_tokens"] == [[0, None], [None, 0]]


def test_of_zero_bytes_the_latest_count_too():
    earlier, later = ({"object": "vector_stores", "usage_bytes": 0, "project_id": name} for name in ("p", "q"))
    usage = usage_of(day(MONDAY, earlier), day("2026-01-06", later))
    query = Query(object="vector_stores", measure="usage_bytes", group_by="project_id", interval="week")
    assert [(group.value, group.sums["usage_bytes"]) for group in total(usage, query).table] == [("p", None), ("q", 0)]


def test_what_nobody_holds_can_be_dropped_without_another_load():
    usage = usage_of(day(MONDAY, tokens(1, model="a")))
    name = resident(usage, "completions", frozenset(), 0).name
    drop_unheld()
    assert name in tables()
    del usage
    gc.collect()
    drop_unheld()
    assert name not in tables()
