"""What was measured, what was clipped and what is missing."""

from data.engine import total
from data.held import extent
from data.measured import gaps, partial
from data.query import Query
from data.table import tidy
from tests.build import MONDAY, at, bucket, day, days, export, hours, tokens, usage_of


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
