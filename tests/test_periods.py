"""The stretch of time that a question is about."""

from datetime import date

import pytest

from data.engine import total
from data.link import from_params
from data.periods import period
from data.query import Query
from tests.build import at, bucket, days, hours, tokens, usage_of


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ({}, "2026-01-05", "2026-01-20T06:30"),
        ({"period": "7d"}, "2026-01-14", "2026-01-21"),
        ({"period": "24h"}, "2026-01-19T07:00", "2026-01-20T07:00"),
        ({"period": "24h", "back": 1}, "2026-01-18T07:00", "2026-01-19T07:00"),
        ({"period": "7d", "back": 1}, "2026-01-07", "2026-01-14"),
        ({"period": "7d", "start_time": date(2026, 1, 10)}, "2026-01-10", "2026-01-20T06:30"),
        ({"end_time": date(2026, 1, 10)}, "2026-01-05", "2026-01-10"),
    ],
)
def test_presets_count_back_from_the_last_bucket_and_dates_are_utc_days(asked, start, end):
    usage = usage_of(*days(5, 19), bucket("2026-01-20", "2026-01-20T06:30", tokens(1, model="a")))
    assert period(usage, Query(**asked)) == (at(start), at(end))


def test_a_period_holds_the_buckets_that_begin_in_it():
    query = Query(start_time=date(2026, 1, 6), end_time=date(2026, 1, 8))
    found = total(usage_of(*days(5, 9)), query)
    assert found.over_time("total_tokens") == [10, 10]
    assert (found.start, found.end) == (at("2026-01-06"), at("2026-01-08"))


def test_a_link_to_thousands_of_years_is_answered_by_what_there_is():
    query, _ = from_params(
        {"start_time": ["0001-01-01"], "end_time": ["9999-12-31"], "interval": ["hour"], "back": ["0"]}
    )
    found = total(usage_of(*hours(3)), query)
    assert found.over_time("total_tokens") == [1, 1, 1]
    assert total(usage_of(*hours(3)), query.model_copy(update={"back": 1})).spans == ()
