"""Days as the clocks of a zone tell them, daylight saving included."""

from collections import Counter
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.engine import summed, total
from data.lacking import lacking, off_the_hour, previous
from data.periods import period
from data.query import Query
from data.usage import Usage
from data.zones import begins_day, midnight, moment, utc, zones
from tests.build import at, bucket, day, days, hours, tokens, usage_of

ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "America/St_Johns",  # half an hour off, daylight saving as in New York
    "Asia/Kolkata",  # half an hour off
    "Australia/Lord_Howe",  # daylight saving of half an hour
    "UTC",
)
WEEKENDS = ("2026-03-07", "2026-03-28", "2026-10-03", "2026-10-24", "2026-10-31")
"""Saturdays before the clocks change in one of them."""


@st.composite
def buckets(draw: st.DrawFn) -> list[tuple[int, int, list[object]]]:
    """Some hours or minutes of the four days around a change of clocks."""
    width = draw(st.sampled_from([3600, 60]))
    start = at(draw(st.sampled_from(WEEKENDS)))
    places = draw(st.sets(st.integers(0, 4 * 86400 // width - 1), min_size=1, max_size=12))
    return [
        (start + place * width, start + (place + 1) * width, [tokens(draw(st.integers(1, 2**60)))])
        for place in sorted(places)
    ]


@settings(max_examples=30)
@given(buckets(), st.sampled_from(ZONES), st.sampled_from(["day", "week", "month"]))
def test_the_days_of_any_zone_add_up_to_the_total(buckets, zone, interval):
    found = total(usage_of(*buckets), Query(interval=interval, zone=zone))
    assert found.zone == zone
    assert sum(filter(None, found.over_time("total_tokens"))) == sum(rows[0]["input_tokens"] for _, _, rows in buckets)
    assert [one.end for one in found.spans[:-1]] == [two.start for two in found.spans[1:]]


@settings(max_examples=30)
@given(buckets(), st.sampled_from(ZONES))
def test_each_bucket_counts_to_the_day_on_which_it_begins(buckets, zone):
    wanted = Counter()
    for start, _, rows in buckets:
        wanted[datetime.fromtimestamp(start, ZoneInfo(zone)).date()] += rows[0]["input_tokens"]
    found = total(usage_of(*buckets), Query(interval="day", zone=zone))
    there = dict(zip(found.spans, found.over_time("total_tokens"), strict=True))
    assert {
        datetime.fromtimestamp(span.start, ZoneInfo(zone)).date(): value for span, value in there.items() if value
    } == dict(wanted)


def hourly(first: str, count: int) -> Usage:
    return usage_of(*hours(count, first))


@pytest.mark.parametrize(("first", "last", "lengths"), [
    (date(2026, 3, 28), date(2026, 3, 30), [24, 23, 24]),
    (date(2026, 10, 24), date(2026, 10, 26), [24, 25, 24]),
])  # fmt: skip
def test_the_days_on_which_clocks_change_have_23_and_25_hours(first, last, lengths):
    usage = hourly(f"{first}", 24 * 5)
    query = Query(interval="day", zone="Europe/Berlin", start_time=first, end_time=last.replace(day=last.day + 1))
    usage = hourly(f"{first.replace(day=first.day - 1)}", 24 * 5)
    found = total(usage, query)
    assert found.over_time("total_tokens") == lengths
    assert [(span.end - span.start) // 3600 for span in found.spans] == lengths
    assert [span.measured // 3600 for span in found.spans] == lengths


def test_dates_are_days_of_the_zone():
    query = Query(start_time=date(2026, 1, 6), end_time=date(2026, 1, 7), zone="America/New_York")
    usage = hourly("2026-01-05", 72)
    assert period(usage, query) == (at("2026-01-06T05:00"), at("2026-01-07T05:00"))
    assert total(usage, query).grand["total_tokens"] == 24
    assert summed(usage, total(usage, query)).num_rows == 24


def test_presets_count_whole_days_of_the_zone():
    usage = hourly("2026-03-20", 24 * 12)  # to the end of 31 March, UTC
    start, end = period(usage, Query(period="7d", zone="Europe/Berlin"))
    assert (moment(start, "Europe/Berlin"), moment(end, "Europe/Berlin")) == ("2026-03-25", "2026-04-01")
    assert (end - start) // 3600 == 7 * 24 - 1


def test_a_day_that_has_only_begun_counts_as_one_unless_only_the_zone_cuts_it():
    begun = usage_of(*hours(30))  # to 06:00 on 6 January, UTC
    whole = usage_of(*hours(48))
    query = Query(period="7d", zone="Asia/Tokyo")
    assert moment(period(begun, query)[1], "Asia/Tokyo") == "2026-01-07"
    assert moment(period(whole, query)[1], "Asia/Tokyo") == "2026-01-07"  # 09:00 of that day


def test_the_period_before_has_as_many_days_though_not_as_many_hours():
    usage = hourly("2026-03-15", 24 * 20)
    query = Query(start_time=date(2026, 3, 28), end_time=date(2026, 3, 31), zone="Europe/Berlin")
    before = previous(usage, query)
    assert before == Query(start_time=date(2026, 3, 25), end_time=date(2026, 3, 28), zone="Europe/Berlin")
    assert (total(usage, query).grand["total_tokens"], total(usage, before).grand["total_tokens"]) == (71, 72)


def test_weeks_of_a_zone_begin_on_its_monday():
    found = total(hourly("2026-01-05", 24), Query(interval="week", zone="America/New_York"))
    assert [f"{datetime.fromtimestamp(span.start, UTC):%a %H}" for span in found.spans] == ["Mon 05", "Mon 05"]
    assert found.over_time("total_tokens") == [5, 19]


def test_days_of_utc_stay_days_of_utc_and_the_page_says_so():
    usage, query = usage_of(*days(5, 7)), Query(zone="Europe/Berlin", start_time=date(2026, 1, 6))
    found = total(usage, query)
    assert (found.zone, found.start, found.over_time("total_tokens")) == ("UTC", at("2026-01-06"), [10, 10])
    assert lacking(usage, query) == [
        "These are UTC days: buckets of a day cannot be cut into days of Europe/Berlin. Export again with "
        "bucket_width=1h for those."
    ]


def test_one_long_bucket_in_the_period_makes_all_its_days_utc():
    usage = usage_of(day("2026-01-05", tokens(9)), *hours(48, "2026-01-06"))
    assert total(usage, Query(zone="Europe/Berlin")).zone == "UTC"
    assert total(usage, Query(zone="Europe/Berlin", start_time=date(2026, 1, 7))).zone == "Europe/Berlin"
    # The day in Berlin begins within the last bucket that is a day long.
    assert total(usage, Query(zone="Europe/Berlin", start_time=date(2026, 1, 6))).zone == "UTC"


def test_an_hour_that_holds_midnight_counts_to_the_day_in_which_it_begins_and_a_minute_is_cut_there():
    query = Query(interval="day", zone="Asia/Kolkata")
    hour = usage_of(bucket("2026-01-05T18:00", "2026-01-05T19:00", tokens(1)), *hours(1, "2026-01-05T19:00"))
    assert total(hour, query).over_time("total_tokens") == [1, 1]
    assert off_the_hour(hour, query).startswith("Midnight in Asia/Kolkata lies within an hourly bucket")
    minutes = usage_of(*(bucket(f"2026-01-05T18:{m}", f"2026-01-05T18:{m + 1}", tokens(m)) for m in (29, 30)))
    assert total(minutes, query).over_time("total_tokens") == [29, 30]
    assert off_the_hour(minutes, query) == off_the_hour(hour, Query()) == ""


# --- zones ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("day", [date.min, date(1969, 12, 31), date(2026, 2, 28), date.max])
def test_a_day_begins_at_midnight_in_utc(day):
    assert utc(midnight(day)).isoformat() == f"{day}T00:00:00+00:00"


def test_where_clocks_skip_midnight_the_day_begins_when_they_do():
    assert midnight(date(2026, 4, 24), "Africa/Cairo") == at("2026-04-23T22:00")
    assert begins_day(at("2026-04-23T22:00"), "Africa/Cairo")


@pytest.mark.parametrize("day", [date.min, date.max])
def test_a_day_beyond_all_clocks_has_a_midnight(day):
    assert isinstance(midnight(day, "Pacific/Auckland"), int)


def test_names_are_those_of_the_database_of_zones():
    assert {"UTC", "Europe/Berlin", "Asia/Calcutta"} <= zones()
    assert not {"", "Berlin", "europe/berlin", "../UTC", "localtime", "Factory"} & zones()
