"""Which period another is compared with, and where none can be."""

from datetime import date

import pytest

from data.comparison import compared, halves, month_before
from data.engine import total
from data.periods import period
from data.query import Query
from tests.build import at, bucket, day, days, hours, tokens, usage_of

TWO_MONTHS = [*days(1, 31), *days(1, 28, "2026-02")]
FEBRUARY = {"start_time": date(2026, 2, 1), "end_time": date(2026, 3, 1)}


@pytest.mark.parametrize(
    ("first", "last", "earlier_first", "earlier_last"),
    [
        ("2026-03-05", "2026-03-20", "2026-02-05", "2026-02-20"),
        ("2026-01-10", "2026-01-20", "2025-12-10", "2025-12-20"),
        ("2026-03-29", "2026-03-30", "2026-02-28", "2026-02-28"),  # February has neither
        ("2024-03-01", "2024-03-30", "2024-02-01", "2024-02-29"),
        ("2026-02-01", "2026-02-28", "2026-01-01", "2026-01-31"),  # a whole month is a whole month
        ("2026-04-16", "2026-04-30", "2026-03-16", "2026-03-31"),
        ("2026-10-22", "2026-11-20", "2026-09-22", "2026-10-20"),
    ],
)
def test_the_same_days_a_month_before(first, last, earlier_first, earlier_last):
    end = date.fromordinal(date.fromisoformat(last).toordinal() + 1)
    start, until = month_before(date.fromisoformat(first), end)
    assert (str(start), str(date.fromordinal(until.toordinal() - 1))) == (earlier_first, earlier_last)


def test_without_a_word_it_is_the_period_before():
    assert compared(usage_of(*days(1, 20)), Query(period="7d")) == Query(
        start_time=date(2026, 1, 7), end_time=date(2026, 1, 14)
    )


def test_february_is_compared_with_all_of_january():
    usage = usage_of(*TWO_MONTHS)
    question = compared(usage, Query(compare="last_month", **FEBRUARY))
    assert (question.start_time, question.end_time) == (date(2026, 1, 1), date(2026, 2, 1))
    assert total(usage, question).grand["total_tokens"] == 310


def test_any_other_period_may_be_as_long_as_it_likes():
    asked = {"compare_start_time": date(2026, 1, 10), "compare_end_time": date(2026, 1, 12)}
    question = compared(usage_of(*TWO_MONTHS), Query(**asked, **FEBRUARY))
    assert (question.start_time, question.end_time) == (date(2026, 1, 10), date(2026, 1, 12))


@pytest.mark.parametrize(
    ("buckets", "asked", "sentence"),
    [
        (hours(48), {"period": "24h", "compare": "last_month"}, "The period to compare with, 2025-12-06 – 2025-12-06, is not complete: the data begin 2026-01-05."),
        (hours(40), {"period": "24h", "compare": "last_month"}, "The same days last month can be told of whole days only."),
        (days(1, 20), {"period": "7d", "compare": "last_month"}, "The period to compare with, 2025-12-14 – 2025-12-20, is not complete: the data begin 2026-01-01."),
        (
            [*days(1, 9), bucket("2026-01-10", "2026-01-10T06:30", tokens(1)), *days(11, 20)],
            {"period": "7d", "compare_start_time": date(2026, 1, 10), "compare_end_time": date(2026, 1, 11)},
            "The period to compare with, 2026-01-10 – 2026-01-10, is not complete: only a part of a bucket was measured: 2026-01-10 to 2026-01-10 06:30 UTC.",
        ),
        (
            [*days(1, 16), *days(18, 20)],
            {"period": "7d", "compare_start_time": date(2026, 1, 3), "compare_end_time": date(2026, 1, 5)},
            "The period is not complete: a stretch is missing: 2026-01-17 to 2026-01-18.",
        ),
        (days(1, 9), {**FEBRUARY, "compare": "last_month"}, "The period is not complete: the data end 2026-01-10."),
        ([], {"compare": "last_month"}, "The same days last month can be told of whole days only."),
    ],
)  # fmt: skip
def test_where_nothing_can_be_compared_a_sentence_says_why(buckets, asked, sentence):
    assert compared(usage_of(*buckets), Query(**asked)) == sentence


@pytest.mark.parametrize(
    ("buckets", "found"),
    [
        (days(1, 31), (date(2026, 1, 18), date(2026, 2, 1))),  # 2 × 15 days, of which 2 weeks
        (days(1, 12), (date(2026, 1, 7), date(2026, 1, 13))),
        ([*days(1, 3), *days(5, 11)], (date(2026, 1, 9), date(2026, 1, 12))),
        ([*days(1, 6), bucket("2026-01-07", "2026-01-07T06:30", tokens(1))], (date(2026, 1, 4), date(2026, 1, 7))),
        ([bucket("2026-01-05T17:00", "2026-01-06", tokens(1)), *days(6, 9)], (date(2026, 1, 8), date(2026, 1, 10))),
        ([day("2026-01-01", tokens(1))], None),
        (hours(30), None),
        ([], None),
    ],
)
def test_what_can_be_compared_is_the_later_half_of_the_longest_stretch_of_whole_days(buckets, found):
    assert halves(usage_of(*buckets), "completions") == found


def test_days_of_another_zone_are_compared_with_days_of_that_zone():
    asked = {"period": "24h", "start_time": date(2026, 1, 8), "end_time": date(2026, 1, 9), "zone": "Europe/Berlin"}
    other = {"compare_start_time": date(2026, 1, 6), "compare_end_time": date(2026, 1, 7)}
    usage = usage_of(*hours(120))
    question = compared(usage, Query(**asked, **other))
    assert period(usage, question) == (at("2026-01-05T23:00"), at("2026-01-06T23:00"))


def test_utc_days_are_not_compared_with_days_of_another_zone():
    usage = usage_of(*days(1, 4), *hours(120))
    asked = {"start_time": date(2026, 1, 7), "end_time": date(2026, 1, 8), "zone": "Europe/Berlin"}
    other = {"compare_start_time": date(2026, 1, 2), "compare_end_time": date(2026, 1, 3)}
    assert compared(usage, Query(**asked, **other)) == (
        "The period to compare with can be told in UTC days only, this one is in days of Europe/Berlin: "
        "choose UTC for both."
    )
