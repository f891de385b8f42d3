"""What a question is answered, and what is said where the data has no answer."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import duckdb
import pytest

from data.engine import (
    MOST_SPANS,
    Totals,
    boundaries,
    extent,
    fitting,
    gaps,
    groupings,
    intervals,
    lacking,
    measures,
    objects,
    partial,
    period,
    previous,
    total,
)
from data.query import Query, from_params
from data.sql import connect
from data.table import PARTS, Usage, tidy
from tests.build import Bucket, at, bucket, day, export, hour, tokens

MONDAY = "2026-01-05"


def usage_of(*buckets: Bucket) -> Usage:
    return tidy([export(*buckets)])


def days(first: int, last: int, month: str = "2026-01") -> list[Bucket]:
    """Days of ten tokens each."""
    return [day(f"{month}-{date:02}", tokens(10, model="a")) for date in range(first, last + 1)]


def hours(count: int, start: str = MONDAY) -> list[Bucket]:
    """Hours of one token each."""
    return [
        (at(start) + clock * 3600, at(start) + (clock + 1) * 3600, [tokens(1, model="a")]) for clock in range(count)
    ]


def groups(found: Totals) -> list[tuple[str, str | None, int | None]]:
    return [(group.kind, group.value, group.sums.get("total_tokens")) for group in found.groups]


def moments(found: Totals, zone: str = "UTC") -> list[str]:
    return [f"{datetime.fromtimestamp(span.start, ZoneInfo(zone)):%m-%d %H:%M}" for span in found.spans]


# --- totals --------------------------------------------------------------------------------------------------------


def test_totals_by_day_and_model_are_the_rows_added_up():
    usage = usage_of(
        day(MONDAY, tokens(3, model="a"), tokens(4, model="b")), day("2026-01-06", tokens(5, model="a"), tokens(1, model="a"))
    )  # fmt: skip
    found = total(usage, Query(group_by="model"))
    assert groups(found) == [("value", "a", 9), ("value", "b", 4)]
    assert found.cells["total_tokens"] == [[3, 6], [4, None]]
    assert found.over_time("total_tokens") == [7, 6]
    assert (found.grand["total_tokens"], found.grand["num_model_requests"]) == (13, 13)
    assert (found.query.interval, found.results, found.left_out) == ("day", 4, 0)


def test_without_a_grouping_the_parts_stack_up_to_the_total():
    row = {
        "input_tokens": 100,
        "input_cached_tokens": 40,
        "input_uncached_tokens": 50,
        "output_tokens": 7,
        "num_model_requests": 1,
    }
    found = total(usage_of(day(MONDAY, row)), Query())
    assert groups(found) == [("all", None, 107)]
    assert [found.grand.get(part) for part in PARTS] == [50, 40, 10, 7, None, None]
    assert found.over_time("audio_input") == [None]  # never reported, hence no 0


def test_rows_without_a_value_and_rows_that_were_not_grouped_are_two_groups():
    grouped = export(day(MONDAY, tokens(3, user_id="u"), tokens(4)))
    ungrouped = export(day("2026-01-06", tokens(5)), name="b.json")
    found = total(tidy([grouped, ungrouped]), Query(group_by="user_id"))
    assert groups(found) == [("value", "u", 3), ("not grouped", None, 5), ("none", None, 4)]


def test_the_smallest_groups_are_other_and_a_single_one_is_itself():
    usage = usage_of(day(MONDAY, *(tokens(2**size, model=f"m{size}") for size in range(5)), tokens(100)))
    found = total(usage, Query(group_by="model"), shown=2)
    assert groups(found) == [("value", "m4", 16), ("value", "m3", 8), ("none", None, 100), ("other", None, 7)]
    assert found.groups[-1].groups == 3
    assert found.cells["total_tokens"] == [[16], [8], [100], [7]]
    assert [group.value for group in total(usage, Query(group_by="model"), shown=4).groups] == [
        "m4",
        "m3",
        "m2",
        "m1",
        "m0",
        None,
    ]
    assert [group.value for group in found.table] == [None, "m4", "m3", "m2", "m1", "m0"]


def test_groups_are_ranked_by_the_measure_asked_for():
    usage = usage_of(
        day(
            MONDAY, {**tokens(9, model="a"), "num_model_requests": 1}, {**tokens(1, model="b"), "num_model_requests": 5}
        )
    )
    assert [group.value for group in total(usage, Query(group_by="model", measure="num_model_requests")).groups] == [
        "b",
        "a",
    ]


def test_sums_beyond_2_to_the_63_are_exact_in_rows_intervals_and_grand_total():
    most = 2**63 - 1
    row = {"input_tokens": most, "output_tokens": most, "num_model_requests": 1, "model": "a"}
    found = total(usage_of(day(MONDAY, row, row), day("2026-01-06", row)), Query(group_by="model"))
    assert found.over_time("total_tokens") == [4 * most, 2 * most]
    assert found.over_time("input_tokens") == [2 * most, most]
    assert found.grand["total_tokens"] == found.groups[0].sums["total_tokens"] == 6 * most


def test_2_to_the_53_and_1_is_told_from_2_to_the_53():
    assert total(usage_of(day(MONDAY, tokens(2**53), tokens(1))), Query()).grand["total_tokens"] == 9007199254740993


def test_a_level_is_that_of_the_latest_bucket_and_never_summed_over_time():
    usage = usage_of(
        day(
            MONDAY,
            {"object": "vector_stores", "usage_bytes": 100, "project_id": "p"},
            {"object": "vector_stores", "usage_bytes": 5, "project_id": "q"},
        ),
        day("2026-01-06", {"object": "vector_stores", "usage_bytes": 130, "project_id": "p"}),
    )
    query = Query(object="vector_stores", measure="usage_bytes", group_by="project_id")
    found = total(usage, query)
    assert [group.value for group in found.groups] == ["p", "q"]
    assert found.cells["usage_bytes"] == [[100, 130], [5, None]]
    assert found.grand == {"usage_bytes": 130}
    week = total(usage, query.model_copy(update={"interval": "week"}))
    assert week.over_time("usage_bytes") == [130]


def test_each_kind_of_result_is_asked_for_alone():
    usage = usage_of(
        day(MONDAY, tokens(3, model="a")), day(MONDAY, {"object": "images", "images": 2, "num_model_requests": 1})
    )
    assert total(usage, Query()).grand["num_model_requests"] == 3
    assert total(usage, Query(object="images", measure="images")).grand == {"num_model_requests": 1, "images": 2}
    assert objects(usage) == ("completions", "images")
    assert measures(usage, "images") == ("num_model_requests", "images")


def test_nothing_at_all_has_empty_totals():
    for usage in (tidy([]), usage_of(), usage_of(day(MONDAY))):
        found = total(usage, Query(group_by="model"))
        assert (found.groups, found.table, found.grand, found.results) == ((), (), {}, 0)
        assert found.over_time("total_tokens") == [None] * len(found.spans)


def test_questions_asked_at_once_do_not_meet():
    usages = [usage_of(day(MONDAY, tokens(count, model="a"))) for count in range(1, 9)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda usage: total(usage, Query(group_by="model")).grand["total_tokens"], usages * 8))
    assert found == [1, 2, 3, 4, 5, 6, 7, 8] * 8


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_csv('/etc/hostname')",
        "COPY (SELECT 1) TO '/tmp/never.csv'",
        "ATTACH '/tmp/never.duckdb'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
    ],
)
def test_what_runs_the_questions_can_reach_no_file_and_no_network(statement):
    with connect() as connection, pytest.raises(duckdb.Error, match=r"(?i)disabled|locked|not allowed|permission"):
        connection.execute(statement)


# --- filters -------------------------------------------------------------------------------------------------------


def test_filters_keep_the_values_named_and_null_where_it_is_named():
    usage = usage_of(
        day(
            MONDAY,
            tokens(1, model="a", user_id="u"),
            tokens(2, model="b", user_id="u"),
            tokens(4, model="a"),
            tokens(8, model="b"),
        )
    )
    assert total(usage, Query(filters=(("model", ("a",)),))).grand["total_tokens"] == 5
    assert total(usage, Query(filters=(("user_id", (None,)),))).grand["total_tokens"] == 12
    assert total(usage, Query(filters=(("user_id", ("u", None)), ("model", ("b",))))).grand["total_tokens"] == 10


@pytest.mark.parametrize("value", ["gpt-9", "", "NULL", "a' OR '1'='1", "\x00", "a\x00", "\ud800", "x" * 5000, "A"])
def test_a_filter_on_a_value_that_does_not_occur_yields_nothing(value):
    query = Query(filters=(("model", (value,)),))
    usage = usage_of(day(MONDAY, tokens(1, model="a")))
    found = total(usage, query)
    assert (found.groups, found.results) == ((), 0)
    (sentence,) = lacking(usage, query)
    assert sentence.startswith("No completions result has model ")


def test_a_filter_on_what_was_not_grouped_yields_nothing_rather_than_all():
    assert total(usage_of(day(MONDAY, tokens(1, model="a"))), Query(filters=(("user_id", ("u",)),))).results == 0


def test_values_with_odd_letters_are_found():
    for value in ("a'b", "a\x00b", '"', "", "NA", "😀", "a\nb"):
        usage = usage_of(day(MONDAY, tokens(1, model=value), tokens(2, model="else")))
        assert total(usage, Query(filters=(("model", (value,)),))).grand["total_tokens"] == 1
        assert total(usage, Query(group_by="model")).table[1].value == value


# --- period and interval -------------------------------------------------------------------------------------------


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


def test_a_link_to_thousands_of_years_is_answered_by_what_there_is():
    query, _ = from_params(
        {"start_time": ["0001-01-01"], "end_time": ["9999-12-31"], "interval": ["hour"], "back": ["0"]}
    )
    found = total(usage_of(*hours(3)), query)
    assert found.over_time("total_tokens") == [1, 1, 1]
    assert total(usage_of(*hours(3)), query.model_copy(update={"back": 1})).spans == ()


def test_more_bars_than_anyone_can_see_are_not_drawn():
    usage = usage_of(hour("2020-01-01", tokens(1, model="a")), hour("2026-01-01", tokens(1, model="a")))
    found = total(usage, Query(interval="hour"))
    assert len(found.spans) <= MOST_SPANS
    assert lacking(usage, Query(interval="hour")) == ["The period is too long for bars by hour: they are by day."]


# --- intervals in a zone -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("date", "length"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-01-06", 24)])
def test_a_day_in_berlin_has_as_many_hours_as_its_clocks(date, length):
    usage = usage_of(*hours(24 * 3, f"{date}T00:00"))
    found = total(usage, Query(interval="day"), "Europe/Berlin")
    lengths = {
        moment[:5]: (span.end - span.start) // 3600
        for moment, span in zip(moments(found, "Europe/Berlin"), found.spans, strict=True)
    }
    assert lengths[date[5:]] == length
    assert sum(filter(None, found.over_time("total_tokens"))) == 72


def test_hours_are_cut_into_the_days_of_a_zone():
    found = total(usage_of(*hours(24)), Query(interval="day"), "America/New_York")
    assert (found.zone, moments(found, found.zone)) == ("America/New_York", ["01-04 00:00", "01-05 00:00"])
    assert found.over_time("total_tokens") == [5, 19]


def test_a_day_in_utc_stays_one_whatever_the_zone():
    found = total(usage_of(*days(5, 6)), Query(interval="day"), "America/New_York")
    assert (found.zone, moments(found), found.over_time("total_tokens")) == (
        "UTC",
        ["01-05 00:00", "01-06 00:00"],
        [10, 10],
    )


def test_hours_are_used_for_the_days_of_a_zone_where_there_are_days_as_well():
    usage = tidy([export(*hours(24)), export(day(MONDAY, tokens(24, user_id="u")), name="b.json")])
    assert total(usage, Query(interval="day"), "America/New_York").over_time("total_tokens") == [5, 19]


def test_hours_stay_whole_where_a_zone_is_half_an_hour_off():
    assert moments(total(usage_of(*hours(2)), Query(interval="hour"), "Asia/Kolkata")) == ["01-05 00:00", "01-05 01:00"]


def test_weeks_begin_on_monday_and_months_on_the_first():
    week = boundaries(at("2026-01-07"), at("2026-01-20"), "week")
    month = boundaries(at("2026-01-31"), at("2026-03-01T01:00"), "month")
    assert [f"{datetime.fromtimestamp(tick, UTC):%a %d}" for tick in week] == ["Mon 05", "Mon 12", "Mon 19", "Mon 26"]
    assert [f"{datetime.fromtimestamp(tick, UTC):%b %d}" for tick in month] == ["Jan 01", "Feb 01", "Mar 01", "Apr 01"]


def test_a_day_that_a_zone_left_out_is_no_interval():
    ticks = boundaries(at("2011-12-29T12:00"), at("2012-01-01"), "day", "Pacific/Apia")
    assert ticks == sorted(set(ticks))


# --- what was measured ---------------------------------------------------------------------------------------------


def test_spans_say_what_was_measured_what_was_clipped_and_what_is_missing():
    usage = usage_of(
        bucket("2026-01-05T17:30", "2026-01-06", tokens(1, model="a")), day("2026-01-06"), day("2026-01-08", tokens(1, model="a"))
    )  # fmt: skip
    found = total(usage, Query())
    assert [(span.measured // 60, span.partial, span.buckets) for span in found.spans] == [
        (390, True, 1),
        (1440, False, 1),
        (0, False, 0),
        (1440, False, 1),
    ]
    assert found.over_time("total_tokens") == [1, None, None, 1]


def test_a_gap_is_time_between_buckets_and_a_clipped_bucket_is_partial():
    usage = usage_of(
        bucket("2026-01-05T17:30", "2026-01-06", tokens(1, model="a")),
        day("2026-01-06"),
        *days(9, 9),
        bucket("2026-01-12", "2026-01-12T06:30", tokens(1, model="a")),
    )
    assert gaps(usage, "completions") == [(at("2026-01-07"), at("2026-01-09")), (at("2026-01-10"), at("2026-01-12"))]
    assert partial(usage, "completions") == [
        (at("2026-01-05T17:30"), at("2026-01-06")),
        (at("2026-01-12"), at("2026-01-12T06:30")),
    ]


def test_what_another_file_completes_is_neither_gap_nor_partial():
    early = export(*days(5, 6), bucket("2026-01-07", "2026-01-07T06:30", tokens(1, model="a")))
    late = export(*days(7, 9), name="late.json")
    usage = tidy([early, late])
    assert (gaps(usage, "completions"), partial(usage, "completions")) == ([], [])
    pieces = tidy(
        [
            export(bucket(MONDAY, "2026-01-05T14:00", tokens(1))),
            export(bucket("2026-01-05T14:00", "2026-01-06", tokens(1)), name="b"),
        ]
    )
    assert partial(pieces, "completions") == []
    assert [(span.measured, span.partial) for span in total(pieces, Query()).spans] == [(86400, False)]


def test_buckets_of_another_kind_fill_no_gap():
    usage = usage_of(
        *days(5, 5), *days(7, 7), day("2026-01-06", {"object": "images", "images": 1, "num_model_requests": 1})
    )
    assert gaps(usage, "completions") == [(at("2026-01-06"), at("2026-01-07"))]
    assert gaps(usage, "images") == []
    assert extent(usage, "images") == (at("2026-01-06"), at("2026-01-07"))


def test_time_that_days_and_hours_both_cover_is_measured_once():
    usage = tidy([export(*hours(24)), export(day(MONDAY, tokens(24, model="a")), name="b.json")])
    assert [span.measured for span in total(usage, Query(interval="day")).spans] == [86400]
    assert [span.measured for span in total(usage, Query(interval="hour")).spans] == [3600] * 24


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


def test_groupings_are_what_some_export_was_grouped_by():
    usage = tidy([export(*DATA, organization="north")])
    assert groupings(usage, "completions") == ("model", "project_id", "organization")
    assert groupings(usage, "images") == ("organization",)
