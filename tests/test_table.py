"""From results to tidy usage: the disjoint parts of both generations, exact counts, and what became of each file."""

from decimal import Decimal

import pytest

from data.exports.export import Problem
from data.table import MEASURES, PARTS, Usage, tidy
from tests.build import Row, at, bucket, day, export, hour, tokens

BEFORE, AFTER = "2025-08-31", "2025-09-01"
MOST = 2**63 - 1

OFFICIAL = {  # the example object of OpenAI's API description, August 2026
    "input_tokens": 5000,
    "output_tokens": 1000,
    "num_model_requests": 5,
    "input_uncached_tokens": 3000,
    "input_cached_tokens": 1800,
    "input_cache_write_tokens": 200,
    "input_text_tokens": 2600,
    "input_audio_tokens": 300,
    "input_image_tokens": 100,
    "input_cached_text_tokens": 1600,
    "input_cached_audio_tokens": 100,
    "input_cached_image_tokens": 100,
    "output_text_tokens": 800,
    "output_audio_tokens": 100,
    "output_image_tokens": 100,
}


def parts(usage: Usage, row: int = 0) -> dict[str, int]:
    """The parts and their total, those that are null left out."""
    found = usage.results.select([*PARTS, "total_tokens"]).to_pylist()[row]
    return {name: int(value) for name, value in found.items() if value is not None}


def one(date: str, *rows: Row, generation: str | None = None) -> Usage:
    return tidy([export(day(date, *rows))], generation)


# --- the parts -----------------------------------------------------------------------------------------------------


def test_the_official_example_is_taken_apart_as_documented():
    assert parts(one("2026-08-01", OFFICIAL)) == {
        "uncached_input": 2700, "cached_input": 1700, "cache_write": 200, "output": 900, "audio_input": 400, "audio_output": 100, "total_tokens": 6000,
    }  # fmt: skip


def test_a_row_with_all_fields_says_itself_that_it_is_inclusive_whatever_its_date():
    usage = one("2025-01-01", OFFICIAL)
    assert usage.results["generation"].to_pylist() == ["inclusive"]
    assert parts(usage)["total_tokens"] == 6000
    assert usage.files[0].assumed == {}


def test_in_the_text_only_generation_audio_comes_on_top():
    row = {
        "input_tokens": 100,
        "input_cached_tokens": 40,
        "output_tokens": 822,
        "input_audio_tokens": 7,
        "output_audio_tokens": 3103,
        "num_model_requests": 1,
    }
    assert parts(one("2025-01-24", row)) == {
        "uncached_input": 60, "cached_input": 40, "cache_write": 0, "output": 822, "audio_input": 7, "audio_output": 3103, "total_tokens": 4032,
    }  # fmt: skip


def test_a_new_row_trimmed_to_the_old_keys_holds_its_audio_inside():
    row = {
        "input_tokens": 100,
        "input_cached_tokens": 40,
        "output_tokens": 50,
        "input_audio_tokens": 7,
        "output_audio_tokens": 20,
        "num_model_requests": 1,
    }
    usage = one(AFTER, row)
    assert parts(usage) == {
        "uncached_input": 53,
        "cached_input": 40,
        "output": 30,
        "audio_input": 7,
        "audio_output": 20,
        "total_tokens": 150,
    }
    assert usage.files[0].assumed == {"inclusive": 1}


def test_rows_that_do_not_say_are_text_only_until_the_end_of_august_2025():
    row = {
        "input_tokens": 10,
        "output_tokens": 10,
        "input_audio_tokens": 5,
        "output_audio_tokens": 0,
        "num_model_requests": 1,
    }
    usage = tidy([export(day(BEFORE, row), day(AFTER, row))])
    assert usage.results["generation"].to_pylist() == ["text-only", "inclusive"]
    assert [parts(usage, 0)["total_tokens"], parts(usage, 1)["total_tokens"]] == [25, 20]
    assert usage.files[0].assumed == {"text-only": 1, "inclusive": 1}


def test_one_row_with_more_audio_than_its_total_proves_its_whole_file_text_only():
    proof = {"input_tokens": 1, "output_tokens": 1, "output_audio_tokens": 9, "num_model_requests": 1}
    row = {"input_tokens": 10, "output_tokens": 10, "input_audio_tokens": 5, "num_model_requests": 1}
    usage = tidy(
        [export(day("2025-10-01", proof), day("2025-10-02", row)), export(day("2025-10-03", row), name="b.json")]
    )
    assert usage.results["generation"].to_pylist() == ["text-only", "text-only", "inclusive"]
    assert [file.assumed for file in usage.files] == [{"text-only": 2}, {"inclusive": 1}]


def test_rows_without_audio_assume_nothing_that_matters():
    assert one(AFTER, tokens(10)).files[0].assumed == {}


def test_the_csv_of_june_2025_gives_uncached_tokens_without_the_text_ones():
    row = {
        "input_tokens": 100,
        "input_cached_tokens": 40,
        "input_uncached_tokens": 60,
        "output_tokens": 5,
        "input_audio_tokens": 2,
        "num_model_requests": 1,
    }
    early = {
        "uncached_input": 60,
        "cached_input": 40,
        "cache_write": 0,
        "output": 5,
        "audio_input": 2,
        "total_tokens": 107,
    }
    assert parts(one("2025-06-10", row)) == early
    late = {
        "uncached_input": 58,
        "cached_input": 40,
        "cache_write": 0,
        "output": 5,
        "audio_input": 2,
        "total_tokens": 105,
    }
    assert parts(one("2025-09-10", row)) == late


@pytest.mark.parametrize(("date", "generation", "total"), [(BEFORE, "inclusive", 20), (AFTER, "text-only", 25)])
def test_the_generation_of_rows_that_do_not_say_can_be_overridden(date, generation, total):
    row = {"input_tokens": 10, "output_tokens": 10, "input_audio_tokens": 5, "num_model_requests": 1}
    assert parts(one(date, row, generation=generation))["total_tokens"] == total


def test_an_override_does_not_touch_rows_that_say_themselves():
    assert parts(one("2026-08-01", OFFICIAL, generation="text-only"))["total_tokens"] == 6000


def test_a_part_that_was_never_reported_is_null_and_not_0():
    assert parts(one(AFTER, tokens(10))) == {"uncached_input": 10, "output": 0, "total_tokens": 10}


def test_the_cache_write_is_derived_and_its_own_fields_are_never_added():
    row = {
        "input_tokens": 100,
        "input_uncached_tokens": 50,
        "input_cached_tokens": 20,
        "input_cache_write_tokens": 99,
        "input_cache_write_30m_tokens": 10,
        "input_cache_write_12h_tokens": 20,
        "output_tokens": 0,
        "num_model_requests": 1,
    }
    assert parts(one(AFTER, row)) == {
        "uncached_input": 50,
        "cached_input": 20,
        "cache_write": 30,
        "output": 0,
        "total_tokens": 100,
    }


def test_where_it_cannot_be_derived_the_reported_cache_write_is_used():
    row = {
        "input_tokens": 100,
        "input_cached_tokens": 20,
        "input_cache_write_tokens": 30,
        "output_tokens": 0,
        "num_model_requests": 1,
    }
    assert parts(one(AFTER, row)) == {
        "uncached_input": 50,
        "cached_input": 20,
        "cache_write": 30,
        "output": 0,
        "total_tokens": 100,
    }


def test_decisions_are_taken_apart_like_completions():
    assert parts(one("2026-08-01", {"object": "decisions", **OFFICIAL})) == parts(one("2026-08-01", OFFICIAL))


@pytest.mark.parametrize("kind", ["embeddings", "moderations"])
def test_all_that_embeddings_and_moderations_read_is_uncached_input(kind):
    usage = one("2025-01-01", {"object": kind, "input_tokens": 7, "num_model_requests": 2})
    assert parts(usage) == {"uncached_input": 7, "total_tokens": 7}
    assert usage.results["generation"].to_pylist() == [None]


@pytest.mark.parametrize(
    "row",
    [
        {"object": "images", "images": 3, "num_model_requests": 1},
        {"object": "audio_speeches", "characters": 30, "num_model_requests": 1},
        {"object": "vector_stores", "usage_bytes": 1024},
    ],
)
def test_what_is_not_counted_in_tokens_has_no_parts(row):
    assert parts(one(AFTER, row)) == {}


# --- shares that do not fit ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "field", "found"),
    [
        ({"input_tokens": 10, "input_cached_tokens": 15}, "input_cached_tokens", {"uncached_input": 0, "cached_input": 10}),
        ({"input_tokens": 10, "input_uncached_tokens": 15}, "input_uncached_tokens", {"uncached_input": 10, "cache_write": 0}),
        ({"input_tokens": 10, "input_cache_write_tokens": 15}, "input_cache_write_tokens", {"uncached_input": 0, "cache_write": 10}),
        ({**OFFICIAL, "input_tokens": 10, "input_uncached_tokens": 6, "input_cached_tokens": 4, "input_audio_tokens": 7, "input_cached_audio_tokens": 0, "output_tokens": 0, "output_audio_tokens": 0}, "input_audio_tokens", {"uncached_input": 0, "cached_input": 4, "cache_write": 0, "audio_input": 6, "audio_output": 0}),
        ({**OFFICIAL, "input_tokens": 10, "input_uncached_tokens": 6, "input_cached_tokens": 4, "input_audio_tokens": 0, "input_cached_audio_tokens": 5, "output_tokens": 0, "output_audio_tokens": 0}, "input_cached_audio_tokens", {"uncached_input": 6, "cached_input": 0, "cache_write": 0, "audio_input": 4, "audio_output": 0}),
    ],
)  # fmt: skip
def test_a_share_larger_than_its_whole_is_cut_and_reported_and_the_total_stays(row, field, found):
    usage = one(AFTER, {"output_tokens": 0, "num_model_requests": 1, **row})
    assert parts(usage) == {**found, "output": 0, "total_tokens": 10}
    (problem,) = usage.problems
    assert (problem.kind, problem.file, problem.place, problem.field) == ("notice", "a.json", "data[0]", field)
    assert problem.value == str(row[field])
    assert problem.reason.endswith("the part was cut to fit and the total kept")


def test_audio_beside_a_smaller_text_total_is_no_problem_in_the_text_only_generation():
    row = {"input_tokens": 1, "output_tokens": 1, "input_audio_tokens": 50, "num_model_requests": 1}
    assert one(BEFORE, row).problems == ()


def test_shares_cut_in_one_bucket_are_one_problem_with_their_number():
    bad = {"input_tokens": 1, "input_cached_tokens": 2, "output_tokens": 0, "num_model_requests": 1}
    usage = one(AFTER, bad, bad, tokens(1))
    assert usage.problems == (
        Problem(
            "notice",
            "a.json",
            "data[0]",
            "input_cached_tokens",
            "2",
            "is more than input_tokens holds; the part was cut to fit and the total kept",
            2,
        ),
    )


# --- exact counts --------------------------------------------------------------------------------------------------


def test_a_row_total_beyond_2_to_the_63_is_exact():
    usage = one(AFTER, {"input_tokens": MOST, "output_tokens": MOST, "num_model_requests": 1})
    assert parts(usage) == {"uncached_input": MOST, "output": MOST, "total_tokens": 2 * MOST}


def test_files_with_small_and_with_huge_totals_stand_in_one_table():
    usage = tidy(
        [
            export(day("2026-01-01", {"input_tokens": MOST, "output_tokens": MOST, "num_model_requests": 1})),
            export(day("2026-01-02", tokens(5)), name="b.json"),
        ]
    )
    assert [int(value) for value in usage.results["total_tokens"].to_pylist()] == [2 * MOST, 5]


def test_each_kind_of_result_reports_its_own_measures():
    usage = one(AFTER, tokens(5), {"object": "images", "images": 2, "num_model_requests": 1})
    assert usage.reported == {
        "completions": (
            "num_model_requests",
            "input_tokens",
            "output_tokens",
            "uncached_input",
            "output",
            "total_tokens",
        ),
        "images": ("num_model_requests", "images"),
    }


# --- files ---------------------------------------------------------------------------------------------------------


def test_no_file_at_all_is_an_empty_usage():
    usage = tidy([])
    assert (usage.results.num_rows, usage.costs.num_rows, usage.files, usage.problems) == (0, 0, (), ())
    assert set(MEASURES) <= set(usage.results.column_names)


def test_an_empty_bucket_is_kept_as_measured_time():
    usage = tidy([export(day("2026-01-01"))])
    assert (usage.results.num_rows, usage.buckets.num_rows) == (0, 1)
    assert (usage.files[0].first, usage.files[0].last) == (at("2026-01-01"), at("2026-01-02"))


def test_every_row_knows_its_file_and_its_time_in_utc():
    usage = tidy([export(day("2026-01-01", tokens(1))), export(hour("2026-01-02T03:00", tokens(2)), name="b.json")])
    rows = usage.results.select(["file", "start_time", "end_time", "total_tokens"]).to_pylist()
    assert [
        (row["file"], f"{row['start_time']:%d %H:%M %Z}", f"{row['end_time']:%d %H:%M}", row["total_tokens"])
        for row in rows
    ] == [
        (0, "01 00:00 UTC", "02 00:00", 1),
        (1, "02 03:00 UTC", "02 04:00", 2),
    ]


def test_a_label_is_the_organization_of_every_row_of_its_file():
    usage = tidy(
        [
            export(day("2026-01-01", tokens(1)), organization="north"),
            export(day("2026-01-01", tokens(1)), name="b.json"),
        ]
    )
    assert usage.results["organization"].to_pylist() == ["north", None]


def test_accepted_rejected_and_duplicate_add_up_to_all_results_of_a_file():
    one_file = export(day("2026-01-01", tokens(1, model="a"), tokens(2, model="b")))
    usage = tidy([one_file, export(day("2026-01-01", tokens(1, model="a"), tokens(5, model="c")), name="b.json")])
    assert [(file.accepted, file.rejected, file.duplicate, file.total) for file in usage.files] == [
        (2, 0, 0, 2),
        (1, 0, 1, 2),
    ]


# --- costs ---------------------------------------------------------------------------------------------------------


def test_costs_without_an_organization_belong_to_the_only_one_that_is_named():
    csv = export(day("2026-01-01", {"amount": "1.50", "currency": "usd", "organization_id": "org-1", "line_item": "a"}))
    page = export(day("2026-01-01", {"amount": "1.50", "currency": "usd", "line_item": "a"}), name="page.json")
    usage = tidy([csv, page])
    assert usage.costs.select(["amount", "organization"]).to_pylist() == [
        {"amount": Decimal("1.50"), "organization": "org-1"}
    ]
    assert usage.files[1].duplicate == 1


def test_costs_of_two_named_organizations_are_kept_apart():
    rows = [
        {"amount": "1.50", "currency": "usd", "organization_id": name, "line_item": "a"} for name in ("org-1", "org-2")
    ]
    usage = tidy([export(day("2026-01-01", *rows)), export(day("2026-01-01", rows[0]), name="b.json")])
    assert usage.costs["organization"].to_pylist() == ["org-1", "org-2"]


def test_a_label_outranks_the_organization_that_a_costs_file_brings():
    row = {"amount": "1", "currency": "usd", "organization_id": "org-1"}
    assert tidy([export(day("2026-01-01", row), organization="north")]).costs["organization"].to_pylist() == ["north"]


def test_costs_by_line_item_beside_costs_by_project_are_not_added():
    by_item = export(
        day(
            "2026-01-01",
            {"amount": "1.2", "currency": "usd", "line_item": "a"},
            {"amount": "0.3", "currency": "usd", "line_item": "b"},
        )
    )
    by_project = export(day("2026-01-01", {"amount": "1.5", "currency": "usd", "project_id": "p"}), name="b.json")
    usage = tidy([by_item, by_project])
    assert usage.costs_contested
    assert len(usage.cost_layers) == 2


def test_the_amounts_of_a_clipped_day_are_replaced_by_those_of_the_whole_one():
    early = export(bucket("2026-01-01", "2026-01-01T06:00", {"amount": "0.1", "currency": "usd", "line_item": "a"}))
    whole = export(
        day("2026-01-01", {"amount": "0.30000000000000000001", "currency": "usd", "line_item": "a"}), name="b.json"
    )
    assert tidy([whole, early]).costs["amount"].to_pylist() == [Decimal("0.30000000000000000001")]


def test_amounts_that_differ_in_the_thirtieth_digit_give_the_same_total_in_any_order():
    files = [
        export(day("2026-01-01", {"amount": amount, "currency": "usd", "line_item": "a"}), name=amount)
        for amount in ("0.100000000000000000000000000001", "0.100000000000000000000000000002")
    ]
    assert tidy(files).costs["amount"].to_pylist() == tidy(files[::-1]).costs["amount"].to_pylist()


def test_an_amount_may_be_null_or_negative():
    rows = [
        {"amount": "-5.25", "currency": "usd", "line_item": "credit"},
        {"amount": "1", "currency": "usd", "line_item": "a"},
    ]
    unknown = day("2026-01-02", {"amount": None, "line_item": "a"})
    usage = tidy(
        [export(day("2026-01-01", *rows)), export(unknown), export(day("2026-01-01", *rows), unknown, name="b.json")]
    )
    assert usage.costs["amount"].to_pylist() == [Decimal("-5.25"), Decimal(1), None]
    assert usage.files[2].duplicate == 3
