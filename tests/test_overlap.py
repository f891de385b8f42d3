"""Exports that overlap count once: whatever is uploaded, each token is in every total at most one time."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.engine import total
from data.exports.export import Export
from data.lacking import lacking
from data.overlap import Layer, described, with_slots
from data.query import Query
from data.table import tidy
from data.usage import Usage
from tests.build import Bucket, at, bucket, day, export, hour, tokens

MONDAY = "2026-01-05"


def sums(usage: Usage, group_by: str | None = None, **asked: object) -> dict[str | None, int]:
    """Tokens by group; what has no value and what was not grouped by it are one."""
    found: dict[str | None, int] = {}
    for group in total(usage, Query(group_by=group_by, **asked)).table:
        found[group.value] = found.get(group.value, 0) + (group.sums["total_tokens"] or 0)
    return found


def whole(usage: Usage, **asked: object) -> int:
    return sums(usage, **asked).get(None, 0)


def left_out(usage: Usage) -> list[int]:
    return [file.duplicate for file in usage.files]


# --- the width of a bucket -----------------------------------------------------------------------------------------


def slots(*spans: tuple[str, str]) -> list[tuple[str, int]]:
    """Slot and width in hours of buckets in one file."""
    placed = [(0, at(start), at(end), "completions") for start, end in spans]
    names = ("file", "start_time", "end_time", "object")
    table = with_slots(pa.table([pa.array(column) for column in zip(*placed, strict=True)], names=names))
    found = zip(table["slot"].to_pylist(), table["width"].to_pylist(), strict=True)
    return [(f"{datetime.fromtimestamp(slot, UTC):%dT%H:%M}", width / 3600) for slot, width in found]


DAYS = [(f"2026-01-{day:02}", f"2026-01-{day + 1:02}") for day in range(5, 12)]
HOURS = [(f"2026-01-05T{hour:02}:00", f"2026-01-05T{hour + 1:02}:00") for hour in range(12)]


def test_a_clipped_first_bucket_and_a_clipped_last_one_are_as_wide_as_the_others():
    found = slots(("2026-01-04T17:30", "2026-01-05"), *DAYS, ("2026-01-12", "2026-01-12T06:30"))
    assert found[0] == ("04T00:00", 24)
    assert found[-1] == ("12T00:00", 24)
    assert found[1:-1] == [(f"{day:02}T00:00", 24) for day in range(5, 12)]


def test_a_last_day_that_was_clipped_after_just_one_hour_is_a_day():
    assert slots(*DAYS, ("2026-01-12", "2026-01-12T01:00"))[-1] == ("12T00:00", 24)


def test_a_clipped_hour_is_an_hour():
    assert slots(*HOURS, ("2026-01-05T12:00", "2026-01-05T12:20"))[-1] == ("05T12:00", 1)


@pytest.mark.parametrize(
    ("start", "end", "slot", "hours"),
    [
        ("2026-01-05", "2026-01-05T06:30", "05T00:00", 24),
        ("2026-01-05T10:15", "2026-01-05T17:45", "05T00:00", 24),
        ("2026-01-05T10:00", "2026-01-05T10:20", "05T10:00", 1),
        ("2026-01-05T10:00", "2026-01-05T11:00", "05T10:00", 1),
    ],
)
def test_a_file_of_one_clipped_bucket_is_rounded_up_to_what_the_api_offers(start, end, slot, hours):
    assert slots((start, end)) == [(slot, hours)]


def test_few_hours_beside_many_days_stay_hours():
    assert [width for _, width in slots(*DAYS, *HOURS[:3])] == [24] * 7 + [1] * 3


def test_few_days_beside_many_hours_stay_days_even_when_clipped():
    assert [width for _, width in slots(*HOURS, *DAYS[:2], ("2026-01-07", "2026-01-07T06:30"))] == [1] * 12 + [24] * 3


def test_minutes_are_minutes():
    found = slots(*((f"2026-01-05T10:{minute:02}", f"2026-01-05T10:{minute + 1:02}") for minute in range(5)))
    assert found == [(f"05T10:{minute:02}", 1 / 60) for minute in range(5)]


def test_a_width_the_api_does_not_know_is_kept_when_it_comes_again_and_again():
    found = slots(*((f"2026-01-05T{hour:02}:00", f"2026-01-05T{hour + 2:02}:00") for hour in range(0, 10, 2)))
    assert found == [(f"05T{hour:02}:00", 2) for hour in range(0, 10, 2)]


def test_weeks_and_days_of_another_zone_keep_their_start_and_width():
    assert slots(("2026-01-05", "2026-01-12"), ("2026-01-12", "2026-01-19")) == [("05T00:00", 168), ("12T00:00", 168)]
    assert slots(("2026-01-05T05:00", "2026-01-06T05:00")) == [("05T05:00", 24)]


# --- versions of a bucket ------------------------------------------------------------------------------------------


def test_the_same_file_twice_counts_once():
    one = export(day(MONDAY, tokens(3, model="a"), tokens(4, model="b")))
    usage = tidy([one, one])
    assert (whole(usage), left_out(usage), usage.problems) == (7, [0, 2], ())


def test_equal_rows_inside_one_bucket_are_summed():
    usage = tidy([export(day(MONDAY, tokens(3, model="a"), tokens(3, model="a")))])
    assert (whole(usage), left_out(usage)) == (6, [0])


def test_equal_rows_inside_one_bucket_are_summed_before_versions_are_compared():
    double = export(day(MONDAY, tokens(3, model="a"), tokens(3, model="a")))
    single = export(day(MONDAY, tokens(5, model="a")), name="b.json")
    for exports in ([double, single], [single, double]):
        assert whole(tidy(exports)) == 6


def test_overlapping_ranges_count_their_common_days_once():
    days = [day(f"2026-01-{date:02}", tokens(10**date, model="a")) for date in range(5, 9)]
    usage = tidy([export(*days[:3]), export(*days[1:], name="b.json")])
    assert (whole(usage), left_out(usage)) == (111_100_000, [0, 2])


def test_a_bucket_twice_in_one_file_counts_once():
    usage = tidy(
        [
            export(
                day(MONDAY, tokens(3, model="a")),
                day("2026-01-06", tokens(4, model="a")),
                day(MONDAY, tokens(3, model="a")),
            )
        ]
    )
    assert (whole(usage), left_out(usage)) == (7, [1])


@pytest.mark.parametrize("turned", [False, True])
def test_a_clipped_last_bucket_is_replaced_by_the_later_one(turned):
    early = export(bucket(MONDAY, "2026-01-05T06:30", tokens(3, model="a"), tokens(1, model="b")))
    late = export(day(MONDAY, tokens(10, model="a"), tokens(1, model="b"), tokens(2, model="c")), name="late.json")
    usage = tidy([late, early] if turned else [early, late])
    assert sums(usage, "model") == {"a": 10, "b": 1, "c": 2}
    assert sorted(left_out(usage)) == [0, 2]
    assert usage.problems == ()  # a bucket that has grown is what one expects


def test_a_clipped_first_bucket_is_replaced_by_the_whole_one():
    usage = tidy(
        [
            export(bucket("2026-01-05T14:00", "2026-01-06", tokens(3, model="a"))),
            export(day(MONDAY, tokens(10, model="a"))),
        ]
    )
    assert whole(usage) == 10


def test_two_pieces_of_one_day_add_up():
    morning = export(bucket(MONDAY, "2026-01-05T14:00", tokens(3, model="a")))
    afternoon = export(bucket("2026-01-05T14:00", "2026-01-06", tokens(4, model="a")), name="b.json")
    usage = tidy([morning, afternoon])
    assert (whole(usage), left_out(usage)) == (7, [0, 0])
    assert whole(tidy([morning, afternoon, export(day(MONDAY, tokens(8, model="a")), name="c.json")])) == 8


def test_of_versions_that_end_together_the_larger_is_kept_and_both_numbers_are_told():
    usage = tidy([export(day(MONDAY, tokens(5, model="a"))), export(day(MONDAY, tokens(9, model="a")), name="b.json")])
    assert whole(usage) == 9
    (problem,) = usage.problems
    assert (problem.kind, problem.file, problem.place) == ("notice", "a.json", "1 rows from bucket 2026-01-05 on")
    assert problem.value == "num_model_requests 5 beside 9, input_tokens 5 beside 9, output_tokens 0 beside 0"
    assert problem.reason == (
        "differs from b.json for the same time; the fuller bucket was kept. If these are two filtered exports, "
        "export both again with group_by project_id or user_id or api_key_id as well"
    )


def test_of_three_versions_each_that_lost_is_told_beside_the_one_that_was_kept():
    usage = tidy([export(day(MONDAY, tokens(count, model="a")), name=f"{count}.json") for count in (5, 9, 7)])
    assert whole(usage) == 9
    assert [(problem.file, problem.value.split(", ")[1]) for problem in usage.problems] == [
        ("5.json", "input_tokens 5 beside 9"),
        ("7.json", "input_tokens 7 beside 9"),
    ]


def test_of_two_pieces_that_overlap_in_part_the_longer_counts_and_the_other_is_told():
    morning = export(bucket(MONDAY, "2026-01-05T14:00", tokens(9, model="a")))
    rest = export(bucket("2026-01-05T08:00", "2026-01-06", tokens(4, model="a")), name="rest.json")
    for exports in ([morning, rest], [rest, morning]):
        usage = tidy(exports)
        assert whole(usage) == 4
        assert [(problem.file, problem.value.split(", ")[1]) for problem in usage.problems] == [
            ("a.json", "input_tokens 9 beside 4")
        ]


def test_versions_of_equal_size_that_differ_give_the_same_totals_in_any_order():
    one = export(day(MONDAY, {**tokens(9, model="a"), "input_cached_tokens": 4}))
    two = export(day(MONDAY, {**tokens(9, model="a"), "input_cached_tokens": 5}), name="b.json")
    found = [total(tidy(exports), Query()).grand["cached_input"] for exports in ([one, two], [two, one])]
    assert found[0] == found[1]


def test_sizes_beyond_2_to_the_63_are_compared_exactly():
    most = 2**63 - 1
    smaller = {"input_tokens": most, "output_tokens": most - 1, "num_model_requests": 0, "model": "a"}
    larger = {**smaller, "output_tokens": most}
    for rows in ([smaller, larger], [larger, smaller]):
        usage = tidy([export(day(MONDAY, row), name=name) for row, name in zip(rows, "ab", strict=True)])
        assert whole(usage) == 2 * most


def test_project_a_beside_project_b_adds_up():
    usage = tidy(
        [
            export(day(MONDAY, tokens(3, project_id="A", model="a"))),
            export(day(MONDAY, tokens(4, project_id="B", model="a")), name="b.json"),
        ]
    )
    assert sums(usage, "project_id") == {"A": 3, "B": 4}
    assert (whole(usage), left_out(usage)) == (7, [0, 0])


def test_project_a_beside_project_b_adds_up_when_only_one_of_them_is_grouped_by_model():
    usage = tidy(
        [
            export(day(MONDAY, tokens(3, project_id="A"))),
            export(day(MONDAY, tokens(4, project_id="B", model="a")), name="b.json"),
        ]
    )
    assert sums(usage, "project_id") == {"A": 3, "B": 4}
    assert sums(usage, "model") == {None: 3, "a": 4}
    assert whole(usage) == 7


def test_labels_keep_two_organizations_apart():
    row = day(MONDAY, tokens(3, model="a"))
    usage = tidy([export(row, organization="north"), export(row, organization="south", name="b.json")])
    assert sums(usage, "organization") == {"north": 3, "south": 3}
    assert left_out(usage) == [0, 0]


def test_kinds_of_results_do_not_compete():
    usage = tidy(
        [
            export(day(MONDAY, tokens(3, model="a"))),
            export(day(MONDAY, {"object": "embeddings", "input_tokens": 5, "num_model_requests": 1, "model": "a"})),
        ]
    )
    assert (whole(usage), whole(usage, object="embeddings")) == (3, 5)


# --- layers --------------------------------------------------------------------------------------------------------

BY_MODEL = export(day(MONDAY, tokens(15, model="a"), tokens(5, model="b")), name="model.json")
BY_PROJECT = export(day(MONDAY, tokens(12, project_id="p"), tokens(8, project_id="q")), name="project.json")
BY_NOTHING = export(day(MONDAY, tokens(20)), name="all.json")
BY_BOTH = export(
    day(
        MONDAY,
        tokens(12, model="a", project_id="p"),
        tokens(3, model="a", project_id="q"),
        tokens(5, model="b", project_id="q"),
    ),
    name="both.json",
)


@pytest.mark.parametrize("turned", [False, True])
def test_by_model_beside_by_project_answers_each_question_from_the_right_one(turned):
    usage = tidy([BY_PROJECT, BY_MODEL] if turned else [BY_MODEL, BY_PROJECT])
    assert usage.contested
    assert sums(usage, "model") == {"a": 15, "b": 5}
    assert sums(usage, "project_id") == {"p": 12, "q": 8}
    assert whole(usage) == 20
    assert whole(usage, filters=(("model", ("a",)),)) == 15
    assert left_out(usage) == [0, 0]


def test_that_two_groupings_stay_is_told_with_the_numbers_of_both():
    problems = tidy([BY_MODEL, BY_PROJECT]).problems
    assert {problem.file: problem.value for problem in problems} == {
        "model.json": "num_model_requests 20, input_tokens 20, output_tokens 0",
        "project.json": "num_model_requests 20, input_tokens 20, output_tokens 0",
    }
    assert problems[0].reason == (
        "completions in 1d buckets grouped by model cover time that completions in 1d buckets grouped by project_id cover, too; "
        "each question is answered from one of them, never from both"
    )


@pytest.mark.parametrize("coarse", [BY_MODEL, BY_PROJECT, BY_NOTHING])
def test_an_export_that_a_finer_one_answers_for_is_a_duplicate(coarse):
    usage = tidy([coarse, BY_BOTH])
    assert not usage.contested
    assert left_out(usage) == [coarse.accepted, 0]
    assert sums(usage, "model") == {"a": 15, "b": 5}
    assert whole(usage) == 20


def test_what_was_left_out_in_favour_of_what_is_told_with_numbers():
    (problem,) = tidy([BY_NOTHING, BY_BOTH]).problems
    assert (problem.kind, problem.file, problem.place) == ("notice", "all.json", "buckets 2026-01-05 to 2026-01-05")
    assert problem.value == "num_model_requests 20, input_tokens 20, output_tokens 0"
    assert problem.reason == (
        "1 results were left out: completions in 1d buckets not grouped hold the same usage as "
        "completions in 1d buckets grouped by project_id, model, which are used"
    )


def test_a_row_without_a_project_is_no_version_of_a_row_that_was_not_grouped_by_it():
    both = export(day(MONDAY, tokens(15, model="a", project_id="p"), tokens(5, model="a")))
    assert whole(tidy([both, export(day(MONDAY, tokens(20, model="a")), name="b.json")])) == 20


@pytest.mark.parametrize("turned", [False, True])
def test_all_of_a_days_hours_beside_the_day_are_used_for_both(turned):
    hours = export(*(hour(f"2026-01-05T{clock:02}:00", tokens(1, model="a")) for clock in range(24)))
    days = export(day(MONDAY, tokens(24, model="a")), name="days.json")
    usage = tidy([days, hours] if turned else [hours, days])
    assert whole(usage) == 24
    assert total(usage, Query(interval="hour")).over_time("total_tokens") == [1] * 24


def test_minutes_hours_and_days_of_one_period_count_once():
    minutes = export(
        *(bucket(f"2026-01-05T00:{m:02}", f"2026-01-05T00:{m + 1:02}", tokens(1, model="a")) for m in range(59)),
        name="minutes.json",
    )
    hours = export(
        hour("2026-01-05T00:00", tokens(59, model="a")),
        hour("2026-01-05T05:00", tokens(1, model="a")),
        name="hours.json",
    )
    days = export(day(MONDAY, tokens(60, model="a")), name="days.json")
    usage = tidy([minutes, hours, days])
    assert whole(usage) == 60
    assert total(usage, Query(interval="hour")).over_time("total_tokens")[:6] == [59, None, None, None, None, 1]


@pytest.mark.parametrize("turned", [False, True])
def test_incomplete_hours_answer_by_hour_and_the_whole_day_answers_the_rest(turned):
    hours = export(hour("2026-01-05T00:00", tokens(3, model="a")), hour("2026-01-05T01:00", tokens(4, model="a")))
    days = export(day(MONDAY, tokens(20, model="a")), name="days.json")
    usage = tidy([days, hours] if turned else [hours, days])
    assert whole(usage) == 20
    assert total(usage, Query(interval="day")).over_time("total_tokens") == [20]
    assert total(usage, Query(interval="hour")).over_time("total_tokens")[:3] == [3, 4, None]
    assert left_out(usage) == [0, 0]


def test_what_only_one_grouping_covers_is_added_to_the_other():
    usage = tidy([BY_MODEL, export(day(MONDAY, tokens(20)), day("2026-01-06", tokens(7)), name="b.json")])
    assert sums(usage, "model") == {"a": 15, "b": 5, None: 7}
    assert whole(usage) == 27


def test_three_groupings_of_which_one_has_grown_lose_and_double_nothing():
    both = export(
        bucket(
            MONDAY,
            "2026-01-05T06:00",
            tokens(1, model="a", project_id="p"),
            tokens(1, model="a", project_id="q"),
            tokens(1, model="b", project_id="p"),
        ),
        name="both.json",
    )
    by_model = export(day(MONDAY, tokens(6, model="a"), tokens(1, model="b")), name="m.json")
    by_project = export(day(MONDAY, tokens(6, project_id="p"), tokens(1, project_id="q")), name="p.json")
    usage = tidy([both, by_model, by_project])
    assert whole(usage) == 7
    assert sums(usage, "model") == {"a": 6, "b": 1}
    assert sums(usage, "project_id") == {"p": 6, "q": 1}


def test_days_of_another_zone_are_not_added_to_days_in_utc():
    utc = export(*(day(f"2026-01-{date:02}", tokens(10, model="a")) for date in range(5, 8)))
    local = export(
        *(
            bucket(f"2026-01-{date:02}T05:00", f"2026-01-{date + 1:02}T05:00", tokens(10, model="a"))
            for date in range(5, 7)
        ),
        name="b.json",
    )
    assert whole(tidy([utc, local])) == whole(tidy([local, utc])) == 30


def test_answers_appended_to_one_file_day_by_day_are_told_apart_by_what_they_fill():
    usage = tidy(
        [
            export(
                day(MONDAY, tokens(15, model="a"), tokens(5, model="b")),
                day(MONDAY, tokens(20, project_id="p")),
                day("2026-01-06", tokens(7, model="a")),
                day("2026-01-06", tokens(7, project_id="p")),
            )
        ]
    )
    assert sums(usage, "model") == {"a": 22, "b": 5}
    assert sums(usage, "project_id") == {"p": 27}
    assert whole(usage) == 27


def test_nested_groupings_appended_to_one_file_week_by_week_are_told_apart():
    rows = [tokens(15, model="a", project_id="p"), tokens(5, model="a", project_id="q")]
    weeks = [(MONDAY, "2026-01-06"), ("2026-01-12", "2026-01-13")]
    buckets = [
        each
        for week in weeks
        for each in (*(day(date, tokens(20, model="a")) for date in week), *(day(date, *rows) for date in week))
    ]
    usage = tidy([export(*buckets)])
    assert whole(usage) == 80
    assert sums(usage, "project_id") == {"p": 60, "q": 20}


def test_a_bucket_in_which_nothing_fills_a_dimension_still_belongs_to_its_export():
    buckets = [
        day(MONDAY, tokens(1, model="a", user_id="u")),
        day("2026-01-06", tokens(2, model="a")),
        day("2026-01-07", tokens(3, model="a", user_id="u")),
    ]
    usage = tidy([export(*buckets, buckets[-1], day("2026-01-08", tokens(4, model="a")))])
    assert [group.kind for group in total(usage, Query(group_by="user_id")).table] == ["none", "value"]
    assert sums(usage, "user_id") == {"u": 4, None: 6}


def kinds(usage: Usage, group_by: str, **asked: object) -> list[tuple[str, str | None, int]]:
    table = total(usage, Query(group_by=group_by, **asked)).table
    return [(group.kind, group.value, group.sums["total_tokens"]) for group in table]


# One export by model and user in hours, cut in two. In its second piece no row has a user.
MORNING = export(hour("2026-01-05T03:00", tokens(9, model="a", user_id="u")), name="morning.json")
EVENING = export(hour("2026-01-05T18:00", tokens(5, model="a")), name="evening.json")


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("rows", [[tokens(14)], [tokens(9, project_id="p"), tokens(5, project_id="q")]])
def test_pieces_of_one_export_that_fill_different_dimensions_answer_together(turned, rows):
    exports = [export(day(MONDAY, *rows), name="days.json"), MORNING, EVENING]
    usage = tidy(exports[::-1] if turned else exports)
    assert whole(usage) == 14
    assert sums(usage, "model") == {"a": 14}
    assert sums(usage, "user_id") == {"u": 9, None: 5}
    assert total(usage, Query(interval="hour")).over_time("total_tokens")[::3] == [
        None,
        9,
        None,
        None,
        None,
        None,
        5,
        None,
    ]


def test_a_piece_in_which_no_row_has_a_user_is_said_to_be_not_grouped_by_it():
    """Nothing in it tells it from an export that was not grouped by user: its tokens count, but as "not grouped"."""
    usage = tidy([MORNING, EVENING])
    assert kinds(usage, "user_id") == [("value", "u", 9), ("not grouped", None, 5)]
    query = Query(group_by="model", filters=(("user_id", ("u",)),))
    assert sums(usage, "model", filters=query.filters) == {"a": 9}
    assert lacking(usage, query) == [
        "1 results from 2026-01-05 18:00 UTC on are not grouped by user_id and left out by the filter: their export has "
        "to be made again with it."
    ]


def test_a_piece_does_not_make_another_of_the_same_day_superfluous():
    """Both hold the same batch, but at different hours; only the day ties these together."""
    usage = tidy(
        [
            export(hour("2026-01-05T03:00", tokens(9, batch="true", user_id="u"))),
            export(hour("2026-01-05T18:00", tokens(5, batch="true")), name="b.json"),
            export(day(MONDAY, tokens(9, project_id="q"), tokens(5, project_id="p")), name="days.json"),
        ]
    )
    assert left_out(usage) == [0, 0, 0]
    assert sums(usage, "user_id") == {"u": 9, None: 5}
    assert sums(usage, "batch") == {"true": 14}
    assert sums(usage, "project_id") == {"q": 9, "p": 5}


def test_pieces_that_only_a_day_tied_together_do_not_compete_once_it_is_left_out():
    usage = tidy(
        [export(day(MONDAY, tokens(9)), name="days.json"), MORNING, export(hour("2026-01-05T18:00", tokens(1)))]
    )
    assert (usage.contested, left_out(usage), whole(usage)) == (False, [1, 0, 0], 10)


def test_hours_that_several_pieces_divide_are_not_mixed_with_the_day():
    """By hour and user: row by row, the day's second project would displace the third piece, which it is no part of."""
    pieces = [
        [tokens(9, user_id="u", project_id="p"), tokens(2)],
        [tokens(4, project_id="p")],
        [tokens(5)],
    ]
    usage = tidy(
        [
            *(
                export(hour(f"2026-01-05T{3 + 8 * index:02}:00", *rows), name=f"{index}.json")
                for index, rows in enumerate(pieces)
            ),
            export(
                day(MONDAY, tokens(9, user_id="u", project_id="p"), tokens(4, project_id="p"), tokens(7)),
                name="days.json",
            ),
        ]
    )
    assert sums(usage, "user_id", interval="hour") == {"u": 9, None: 11}
    assert total(usage, Query(interval="hour")).over_time("total_tokens")[3::8] == [11, 4, 5]


def test_that_layers_meet_is_told_of_those_alone_that_do():
    days = export(day(MONDAY, tokens(9, project_id="p"), tokens(5, project_id="q")), name="days.json")
    reasons = {problem.file: problem.reason for problem in tidy([days, MORNING, EVENING]).problems}
    assert reasons["evening.json"] == (
        "completions in 1h buckets grouped by model cover time that completions in 1d buckets grouped by project_id cover, "
        "too; each question is answered from one of them, never from both"
    )


def test_a_layer_is_described_in_words():
    assert (
        described(Layer("completions", "", ("model", "project_id"), 86400))
        == "completions in 1d buckets grouped by model, project_id"
    )
    assert described(Layer("images", "", (), 7200)) == "images in 7,200 s buckets not grouped"


# --- properties ----------------------------------------------------------------------------------------------------
#
# A true organization is a list of uses, each in one minute. Any export of it is what the API would answer: a grouping,
# a width and a window; and files are any pieces of such answers, in any order, some of them twice.

DIMENSIONS = ("model", "project_id", "user_id", "batch")
VALUES = {"model": ("a", "b"), "project_id": ("p", "q", None), "user_id": ("u", "v", None), "batch": ("true", "false")}
HOURS_IN_ALL = 72
START = at(MONDAY)

fewer = settings(max_examples=30)  # each builds several files and asks several questions

uses = st.lists(
    st.fixed_dictionaries(
        {
            "minute": st.integers(0, HOURS_IN_ALL * 60 - 1),
            "count": st.integers(1, 9) | st.just(2**62),
            **{name: st.sampled_from(values) for name, values in VALUES.items()},
        }
    ),
    max_size=25,
)
groupings = st.sets(st.sampled_from(DIMENSIONS)).map(lambda names: tuple(sorted(names)))


def answer(truth: Sequence[dict], grouping: Sequence[str], width: int, first: int, last: int) -> list[Bucket]:
    """What the API would answer for the hours from `first` to `last`: clipped at both ends, rows summed by grouping."""
    since, until = START + first * 3600, START + last * 3600
    buckets = []
    for slot in range(since - since % width, until, width):
        start, end = max(slot, since), min(slot + width, until)
        rows: dict[tuple, int] = {}
        for use in truth:
            if start <= START + use["minute"] * 60 < end:
                key = tuple(use[name] for name in grouping)
                rows[key] = rows.get(key, 0) + use["count"]
        split = [(key, part) for key, count in rows.items() for part in _countable(count)]
        buckets.append((start, end, [tokens(part, **dict(zip(grouping, key, strict=True))) for key, part in split]))
    return buckets


def _countable(count: int) -> list[int]:
    """A count beyond what one row can hold comes as several rows, which a bucket may."""
    most = 2**63 - 1
    return [most] * (count // most) + ([count % most] if count % most else [])


def truth_of(truth: Sequence[dict], hours: set[int], dimension: str | None) -> dict[str | None, int]:
    found: dict[str | None, int] = {}
    for use in truth:
        if use["minute"] // 60 in hours:
            value = use[dimension] if dimension else None
            found[value] = found.get(value, 0) + use["count"]
    return found


@st.composite
def files(draw: st.DrawFn, answers: Sequence[Sequence[Bucket]]) -> list[list[Bucket]]:
    """Any split of the answers into files, some of it twice, in any order."""
    pieces = []
    for buckets in answers:
        cuts = sorted(draw(st.sets(st.integers(1, max(len(buckets) - 1, 1)), max_size=2)))
        mine = [buckets[one:two] for one, two in zip([0, *cuts], [*cuts, len(buckets)], strict=True)]
        pieces += mine + [mine[index] for index in draw(st.lists(st.integers(0, len(mine) - 1), max_size=1))]
    return [pieces[index] for index in draw(st.permutations(range(len(pieces))))]


def tidied(pieces: Sequence[Sequence[Bucket]]) -> tuple[Usage, list[Export]]:
    exports = [export(*piece, name=f"{index}.json") for index, piece in enumerate(pieces)]
    return tidy(exports), exports


def counts_add_up(usage: Usage, exports: Sequence[Export]) -> bool:
    kept = [0] * len(exports)
    for file in usage.results["file"].to_pylist():
        kept[file] += 1
    return [(file.accepted, file.total) for file in usage.files] == [
        (kept[index], each.results.num_rows) for index, each in enumerate(exports)
    ]


@fewer
@given(st.data(), uses, groupings, st.sampled_from([60, 3600, 86400]))
def test_any_order_split_and_repetition_of_one_export_gives_the_same_totals(data, truth, grouping, width):
    first = data.draw(st.integers(0, 40))
    hours = 4 if width == 60 else 30
    buckets = answer(truth, grouping, width, first, first + hours)
    usage, exports = tidied(data.draw(files([buckets])))
    window = set(range(first, first + hours))
    for dimension in (None, *grouping):
        assert sums(usage, dimension) == truth_of(truth, window, dimension)
    assert counts_add_up(usage, exports)


@fewer
@given(
    st.data(),
    uses,
    groupings,
    st.lists(st.tuples(st.integers(0, 70), st.integers(1, 40)), min_size=1, max_size=5),
    st.sampled_from([3600, 86400]),
)
def test_exports_of_any_parts_of_the_time_give_the_truth_of_all_of_it(data, truth, grouping, windows, width):
    """Days clipped at both ends may overlap in part only; then nobody can say how much: whole days for those."""
    unit = 24 if width == 86400 else 1
    spans = {(one // unit * unit, min(-(-(one + long) // unit) * unit, HOURS_IN_ALL)) for one, long in windows}
    usage, exports = tidied(data.draw(files([answer(truth, grouping, width, one, two) for one, two in sorted(spans)])))
    hours = {each for one, two in spans for each in range(one, two)}
    for dimension in (None, *grouping):
        assert sums(usage, dimension) == truth_of(truth, hours, dimension)
    assert counts_add_up(usage, exports)


@fewer
@given(st.data(), uses, groupings, st.lists(st.integers(1, HOURS_IN_ALL), min_size=1, max_size=4))
def test_an_export_repeated_as_time_goes_on_gives_what_the_last_one_says(data, truth, grouping, ends):
    usage, exports = tidied(data.draw(files([answer(truth, grouping, 86400, 0, end) for end in ends])))
    for dimension in (None, *grouping):
        assert sums(usage, dimension) == truth_of(truth, set(range(max(ends))), dimension)
    assert counts_add_up(usage, exports)


@fewer
@given(
    st.data(),
    uses,
    st.lists(
        st.tuples(groupings, st.sampled_from([3600, 86400]), st.integers(0, 2), st.integers(1, 3)),
        min_size=1,
        max_size=5,
    ),
)
def test_exports_of_any_groupings_and_widths_answer_all_that_one_of_them_can(data, truth, asked):
    """A question by one dimension that exports can answer gets the truth, wherever they were cut; no total is any other.

    What has no value and what was not grouped are one here. A piece in which no row has, say, a user cannot be told from
    an export that was not grouped by it, so it says "not grouped" of usage that has none. The counts are the same.
    """
    answers = [
        (grouping, width, 24 * first, min(24 * (first + days), HOURS_IN_ALL)) for grouping, width, first, days in asked
    ]
    usage, exports = tidied(data.draw(files([answer(truth, *answered) for answered in answers])))
    days = {each // 24 for *_, one, two in answers for each in range(one, two)}
    hours = {24 * day + each for day in days for each in range(24)}
    in_all = truth_of(truth, hours, None)
    assert sums(usage) == in_all
    for dimension in DIMENSIONS:
        known = {each for grouping, _, one, two in answers if dimension in grouping for each in range(one, two)}
        expected = Counter(truth_of(truth, hours & known, dimension)) + Counter(truth_of(truth, hours - known, None))
        assert sums(usage, dimension, interval=data.draw(st.sampled_from([None, "hour"]))) == expected
    one, two = data.draw(st.permutations(DIMENSIONS))[:2]
    assert sum(sums(usage, one, filters=((two, (*VALUES[two], None)),)).values()) == sum(in_all.values())
    by_hour = {each for _, width, one, two in answers if width == 3600 for each in range(one, two)}
    if by_hour == hours:
        assert list(filter(None, total(usage, Query(interval="hour")).over_time("total_tokens"))) == [
            sum(truth_of(truth, {each}, None).values()) for each in sorted(hours) if truth_of(truth, {each}, None)
        ]
    assert counts_add_up(usage, exports)


@fewer
@given(st.data(), uses, groupings)
def test_the_sum_over_intervals_is_the_grand_total_in_every_interval_and_zone(data, truth, grouping):
    """Also over the weekends in which clocks are changed."""
    shift = (
        at(data.draw(st.sampled_from(["2026-03-28", "2026-10-24", "2026-03-07", "2026-10-31", "2026-04-04"]))) - START
    )
    buckets = answer(truth, grouping, data.draw(st.sampled_from([3600, 86400])), 0, HOURS_IN_ALL)
    usage = tidy([export(*((start + shift, end + shift, rows) for start, end, rows in buckets))])
    zone = data.draw(
        st.sampled_from(
            ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia"]
        )
    )
    for interval in ("hour", "day", "week", "month"):
        found = total(usage, Query(interval=interval, zone=zone))
        for name, grand in found.grand.items():
            over_time = [value for value in found.over_time(name) if value is not None]
            assert (sum(over_time) if over_time else None) == grand
        edges = [found.spans[0].start, *(span.end for span in found.spans)]
        assert edges[0] <= found.start
        assert edges[-1] >= found.end
        assert edges == sorted(set(edges))


@fewer
@given(uses, st.sampled_from(DIMENSIONS), st.integers(1, 3))
def test_other_and_the_shown_groups_are_the_total(truth, dimension, shown):
    found = total(tidy([export(*answer(truth, DIMENSIONS, 86400, 0, 72))]), Query(group_by=dimension), shown=shown)
    assert sum(group.sums["total_tokens"] for group in found.groups) == sum(use["count"] for use in truth)
    assert sum(group.groups for group in found.groups) == len(found.table)


@fewer
@given(uses, st.sampled_from(DIMENSIONS), st.data())
def test_filters_part_the_total(truth, dimension, data):
    usage = tidy([export(*answer(truth, DIMENSIONS, 3600, 0, 72))])
    values = VALUES[dimension]
    kept = data.draw(st.sets(st.sampled_from(values), min_size=1, max_size=len(values) - 1))
    rest = set(values) - kept
    parts = [whole(usage, filters=((dimension, tuple(each)),)) for each in (kept, rest)]
    assert sum(parts) == sum(use["count"] for use in truth)
