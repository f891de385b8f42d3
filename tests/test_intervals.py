"""The intervals of an answer, in UTC and in the zones people live in."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from data.engine import total
from data.intervals import MOST_SPANS, boundaries, fitting, intervals
from data.lacking import lacking
from data.query import Query
from data.table import tidy
from data.totals import Totals
from tests.build import MONDAY, at, bucket, day, days, export, hour, hours, tokens, usage_of


def moments(found: Totals, zone: str = "UTC") -> list[str]:
    return [f"{datetime.fromtimestamp(span.start, ZoneInfo(zone)):%m-%d %H:%M}" for span in found.spans]


# --- which intervals -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("buckets", "possible"),
    [
        (days(5, 9), ("day", "week", "month")),
        (hours(5), ("hour", "day", "week", "month")),
        (
            [bucket("2026-01-05T10:00", "2026-01-05T10:01", tokens(1, model="a"))],
            ("minute", "hour", "day", "week", "month"),
        ),
        ([bucket("2026-01-05", "2026-01-12", tokens(1, model="a"))], ("week", "month")),
        ([bucket("2026-01-01", "2026-02-01", tokens(1, model="a"))], ("month",)),
        ([*days(1, 4), *hours(5)], ("day", "week", "month")),
    ],
)
def test_intervals_are_never_finer_than_the_buckets(buckets, possible):
    usage = usage_of(*buckets)
    assert intervals(usage, Query()) == possible
    assert (
        sum(filter(None, total(usage, Query(interval="minute")).over_time("total_tokens")))
        == total(usage, Query()).grand["total_tokens"]
    )


def test_hours_are_possible_where_the_period_has_them():
    usage = usage_of(*days(1, 4), *hours(30))
    assert intervals(usage, Query(start_time=date(2026, 1, 5)))[0] == "hour"
    assert intervals(usage, Query(start_time=date(2026, 1, 4)))[0] == "day"


def test_hours_are_possible_only_where_they_know_what_is_asked():
    usage = tidy([export(day(MONDAY, tokens(24, user_id="u"))), export(*hours(24), name="hours.json")])
    assert intervals(usage, Query(group_by="model"))[0] == "hour"
    assert intervals(usage, Query(group_by="user_id"))[0] == "day"
    assert total(usage, Query(group_by="user_id", interval="hour")).over_time("total_tokens") == [24]


def test_months_show_even_all_the_time_that_is_read():
    usage = usage_of(
        bucket("2015-01-01", "2015-01-02", tokens(1, model="a")),
        bucket("2099-12-31", "2100-01-01", tokens(2, model="a")),
    )
    assert intervals(usage, Query()) == ("month",)
    found = total(usage, Query(interval="minute"))
    assert len(found.spans) == 12 * 85
    assert [found.over_time("total_tokens")[index] for index in (0, -1)] == [1, 2]


def test_an_interval_nobody_asked_for_holds_everything():
    usage = tidy([export(day(MONDAY, tokens(100, model="a"))), export(*hours(3), name="hours.json")])
    assert fitting(usage, Query()) == "day"
    assert fitting(usage, Query(interval="hour")) == "hour"
    assert lacking(usage, Query(interval="hour")) == [
        "Buckets that fit into bars by hour hold a part of the usage only; longer ones hold more."
    ]


@pytest.mark.parametrize(("count", "interval"), [(120, "hour"), (121, "day")])
def test_an_interval_nobody_asked_for_gives_a_readable_number_of_bars(count, interval):
    assert fitting(usage_of(*hours(count)), Query()) == interval


def test_more_bars_than_anyone_can_see_are_not_drawn():
    usage = usage_of(hour("2020-01-01", tokens(1, model="a")), hour("2026-01-01", tokens(1, model="a")))
    found = total(usage, Query(interval="hour"))
    assert len(found.spans) <= MOST_SPANS
    assert lacking(usage, Query(interval="hour")) == ["The period is longer than 1,000 bars by hour: they are by week."]


# --- intervals in a zone -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("date", "length"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-01-06", 24)])
def test_a_day_in_berlin_has_as_many_hours_as_its_clocks(date, length):
    usage = usage_of(*hours(24 * 3, f"{date}T00:00"))
    found = total(usage, Query(interval="day", zone="Europe/Berlin"))
    lengths = {
        moment[:5]: (span.end - span.start) // 3600
        for moment, span in zip(moments(found, "Europe/Berlin"), found.spans, strict=True)
    }
    assert lengths[date[5:]] == length
    assert sum(filter(None, found.over_time("total_tokens"))) == 72


def test_hours_are_cut_into_the_days_of_a_zone():
    found = total(usage_of(*hours(24)), Query(interval="day", zone="America/New_York"))
    assert (found.zone, moments(found, found.zone)) == ("America/New_York", ["01-04 00:00", "01-05 00:00"])
    assert found.over_time("total_tokens") == [5, 19]


def test_a_day_in_utc_stays_one_whatever_the_zone():
    found = total(usage_of(*days(5, 6)), Query(interval="day", zone="America/New_York"))
    assert (found.zone, moments(found), found.over_time("total_tokens")) == (
        "UTC",
        ["01-05 00:00", "01-06 00:00"],
        [10, 10],
    )


def test_hours_are_used_for_the_days_of_a_zone_where_there_are_days_as_well():
    usage = tidy([export(*hours(24)), export(day(MONDAY, tokens(24, user_id="u")), name="b.json")])
    assert total(usage, Query(interval="day", zone="America/New_York")).over_time("total_tokens") == [5, 19]


def test_hours_stay_whole_where_a_zone_is_half_an_hour_off():
    assert moments(total(usage_of(*hours(2)), Query(interval="hour", zone="Asia/Kolkata"))) == [
        "01-05 00:00",
        "01-05 01:00",
    ]


def test_weeks_begin_on_monday_and_months_on_the_first():
    week = boundaries(at("2026-01-07"), at("2026-01-20"), "week")
    month = boundaries(at("2026-01-31"), at("2026-03-01T01:00"), "month")
    assert [f"{datetime.fromtimestamp(tick, UTC):%a %d}" for tick in week] == ["Mon 05", "Mon 12", "Mon 19", "Mon 26"]
    assert [f"{datetime.fromtimestamp(tick, UTC):%b %d}" for tick in month] == ["Jan 01", "Feb 01", "Mar 01", "Apr 01"]


def test_a_day_that_a_zone_left_out_is_no_interval():
    ticks = boundaries(at("2011-12-29T12:00"), at("2012-01-01"), "day", "Pacific/Apia")
    assert ticks == sorted(set(ticks))
