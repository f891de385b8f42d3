"""The disjoint parts of a total, in both generations of the format."""

import pytest

from data.exports.export import Problem
from data.parts import PARTS
from data.table import tidy
from data.usage import Usage
from tests.build import Row, day, export, tokens

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


# --- a total beyond an int64 ---------------------------------------------------------------------------------------


def test_a_row_total_beyond_2_to_the_63_is_exact():
    usage = one(AFTER, {"input_tokens": MOST, "output_tokens": MOST, "num_model_requests": 1})
    assert parts(usage) == {"uncached_input": MOST, "output": MOST, "total_tokens": 2 * MOST}
