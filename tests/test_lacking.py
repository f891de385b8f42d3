"""What is said where the data has no answer."""

from datetime import date

import pytest

from data.engine import total
from data.lacking import lacking, previous
from data.periods import period
from data.query import Query
from data.table import tidy
from tests.build import MONDAY, at, bucket, day, days, export, hours, tokens, usage_of

# --- the period before ---------------------------------------------------------------------------------------------


def test_the_period_before_a_preset_is_given_in_days():
    usage = usage_of(*days(1, 20))
    before = previous(usage, Query(period="7d", group_by="model"))
    assert before == Query(start_time=date(2026, 1, 7), end_time=date(2026, 1, 14), group_by="model")
    assert total(usage, before).grand["total_tokens"] == 70


def test_the_period_before_dates_is_as_long():
    before = previous(usage_of(*days(1, 20)), Query(start_time=date(2026, 1, 11), end_time=date(2026, 1, 16)))
    assert before == Query(start_time=date(2026, 1, 6), end_time=date(2026, 1, 11))


def test_the_24_hours_before_the_last_24_are_found_in_the_middle_of_a_day():
    usage = usage_of(*hours(60))
    before = previous(usage, Query(period="24h"))
    assert before == Query(period="24h", back=1)
    assert period(usage, before) == (at("2026-01-05T12:00"), at("2026-01-06T12:00"))
    assert total(usage, before).grand["total_tokens"] == 24


@pytest.mark.parametrize(
    ("buckets", "query", "sentence"),
    [
        (days(1, 10), Query(), "There is no whole period before this one: the data begin 2026-01-01."),
        (days(1, 10), Query(period="7d"), "There is no whole period before this one: the data begin 2026-01-01."),
        (days(1, 10), Query(start_time=date(2026, 1, 8), end_time=date(2026, 1, 12)), "The period is not complete: the data end 2026-01-11."),
        ([*days(1, 3), *days(5, 20)], Query(period="7d", end_time=None), None),
        ([*days(1, 9), *days(11, 20)], Query(period="7d"), "In the previous period a stretch is missing: 2026-01-10 to 2026-01-11."),
        ([*days(1, 16), *days(18, 20)], Query(period="7d"), "In this period a stretch is missing: 2026-01-17 to 2026-01-18."),
        (
            [*days(1, 9), bucket("2026-01-10", "2026-01-10T06:30", tokens(1)), *days(11, 20)],
            Query(period="7d"),
            "In the previous period only a part of a bucket was measured: 2026-01-10 to 2026-01-10 06:30 UTC.",
        ),
        (
            [*days(1, 19), bucket("2026-01-20", "2026-01-20T06:30", tokens(1))],
            Query(period="7d"),
            "The period is not complete: the data end 2026-01-20 06:30 UTC.",
        ),
        ([], Query(), "There is no period to compare."),
        (days(1, 9), Query(start_time=date(2027, 1, 1)), "There is no period to compare."),
    ],
)  # fmt: skip
def test_where_there_is_nothing_to_compare_with_a_sentence_says_why(buckets, query, sentence):
    found = previous(usage_of(*buckets), query)
    assert found == sentence if sentence else isinstance(found, Query)


# --- what the data lacks -------------------------------------------------------------------------------------------


DATA = [day(MONDAY, tokens(1, model="a", project_id="p")), day("2026-01-06", tokens(2, model="b", project_id="p"))]


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"object": "embeddings"}, "These files hold no embeddings results, but completions."),
        ({"measure": "audio_input"}, "No completions result reports audio_input."),
        ({"measure": "images"}, "No completions result reports images."),
        ({"group_by": "user_id"}, 'The export is not grouped by user_id: export it again with group_by=["project_id", "model", "user_id"].'),
        ({"filters": (("user_id", ("u",)),)}, 'The export is not grouped by user_id: export it again with group_by=["project_id", "model", "user_id"].'),
        ({"group_by": "size"}, "OpenAI does not group completions by size."),
        ({"group_by": "organization"}, "No file has a label, so the usage cannot be told apart by organization."),
        ({"filters": (("model", ("c", "a", None)),)}, "No completions result has model c, none."),
        ({"interval": "hour"}, "The buckets of this export are too long for bars by hour: they are by day."),
        ({"start_time": date(2025, 1, 1), "end_time": date(2025, 2, 1)}, "The period holds no data: they reach from 2026-01-05 to 2026-01-07."),
        ({"start_time": date(2026, 1, 4)}, "The data begin 2026-01-05, later than the period."),
        ({"end_time": date(2026, 1, 8)}, "The data end 2026-01-07, earlier than the period."),
        ({"period": "7d"}, "The data begin 2026-01-05, later than the period."),
    ],
)  # fmt: skip
def test_what_a_question_asks_and_the_data_lacks_is_named(asked, sentence):
    assert lacking(usage_of(*DATA), Query(**asked)) == [sentence]


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"group_by": "model", "interval": "month", "measure": "input_tokens"},
        {"filters": (("model", ("a",)), ("project_id", ("p",)))},
        {"start_time": date(2026, 1, 5), "end_time": date(2026, 1, 7), "interval": "day"},
        {"start_time": date(2026, 1, 6), "filters": (("model", ("a",)),)},
    ],
)
def test_a_question_the_data_can_answer_lacks_nothing(asked):
    assert lacking(usage_of(*DATA), Query(**asked)) == []


def test_a_clipped_day_at_either_end_is_no_reason_to_complain_about_the_period():
    usage = usage_of(
        bucket("2026-01-05T17:00", "2026-01-06", tokens(1)), bucket("2026-01-06", "2026-01-06T03:00", tokens(1))
    )
    assert lacking(usage, Query(start_time=date(2026, 1, 5), end_time=date(2026, 1, 7))) == []


def test_a_time_that_was_not_grouped_by_what_is_asked_is_named():
    usage = tidy([export(*DATA), export(day("2026-01-07", tokens(4, model="a")), name="b.json")])
    assert lacking(usage, Query(group_by="project_id")) == [
        "1 results from 2026-01-07 on are not grouped by project_id: their export has to be made again with it."
    ]
    assert lacking(usage, Query(filters=(("project_id", ("p",)),))) == [
        "1 results from 2026-01-07 on are not grouped by project_id and left out by the filter: their export has to be made again with it."
    ]
    assert lacking(usage, Query(group_by="project_id", end_time=date(2026, 1, 7))) == []


def test_many_values_that_do_not_occur_are_one_short_sentence():
    (sentence,) = lacking(
        usage_of(*DATA), Query(filters=(("model", tuple(f"{'x' * 5000}{index}" for index in range(1000))),))
    )
    assert sentence.endswith(" and 995 more.")
    assert len(sentence) < 450


def test_a_usage_without_any_result_lacks_everything():
    assert lacking(tidy([]), Query()) == ["These files hold no completions results."]
