"""When usage happens, by the hour of the week."""

from fractions import Fraction

import pytest

from data.query import Query
from data.rhythm import Rhythm, rhythm, window
from data.table import tidy
from tests.build import bucket, day, export, hour, hours, tokens, usage_of

HOUR = 3600
MONDAY_06, TUESDAY_00 = 6, 24


def asked(*buckets, **query) -> Rhythm:
    found = rhythm(usage_of(*buckets), Query(**query))
    assert found is not None
    return found


def test_an_hour_of_the_week_is_the_mean_of_those_that_were_measured():
    """Two Mondays at six with 10 and 30 tokens; the Monday between them was not exported."""
    found = asked(hour("2026-01-05T06", tokens(10)), hour("2026-01-19T06", tokens(30)))
    assert found.sums[0][MONDAY_06] == 40
    assert found.measured[MONDAY_06] == 2 * HOUR
    assert found.mean([MONDAY_06]) == 20


def test_an_hour_with_an_empty_bucket_is_zero_and_one_without_a_bucket_is_blank():
    found = asked(hour("2026-01-05T06", tokens(10)), hour("2026-01-05T07"), hour("2026-01-05T09", tokens(1)))
    assert found.sums[0][6:10] == (10, 0, None, 1)
    assert found.mean([7]) == 0
    assert found.mean([8]) is None


def test_half_an_hour_that_was_measured_counts_half():
    found = asked(hour("2026-01-05T05", tokens(1)), bucket("2026-01-05T06", "2026-01-05T06:30", tokens(10)))
    assert found.mean([MONDAY_06]) == 20


def test_hours_are_those_of_the_zone():
    """Monday 23:00 in UTC is midnight of Tuesday in Berlin."""
    found = asked(hour("2026-01-05T23", tokens(10)), zone="Europe/Berlin")
    assert found.sums[0][TUESDAY_00] == 10
    assert sum(found.measured) == HOUR


def test_the_two_hours_of_the_night_when_clocks_go_back_are_one_hour_of_the_week_measured_twice():
    """2026-10-25 in Berlin: 00:00 and 01:00 UTC are both 02:00."""
    found = asked(hour("2026-10-25T00", tokens(10)), hour("2026-10-25T01", tokens(30)), zone="Europe/Berlin")
    sunday_02 = 6 * 24 + 2
    assert (found.sums[0][sunday_02], found.measured[sunday_02]) == (40, 2 * HOUR)


def test_minutes_are_added_to_their_hour():
    found = asked(
        bucket("2026-01-05T06:00", "2026-01-05T06:01", tokens(1)),
        bucket("2026-01-05T06:01", "2026-01-05T06:02", tokens(2)),
    )
    assert found.sums[0][MONDAY_06] == 3
    assert found.mean([MONDAY_06]) == 90  # 3 tokens in two minutes


def test_days_know_no_hours():
    assert rhythm(usage_of(day("2026-01-05", tokens(10))), Query()) is None


def test_what_only_days_are_known_of_is_left_out():
    usage = tidy([export(day("2026-01-05", tokens(1000))), export(hour("2026-01-06T06", tokens(10)), name="b.json")])
    found = rhythm(usage, Query())
    assert found is not None
    assert found.sums[0][24 + 6] == 10
    assert sum(found.measured) == HOUR


def test_hours_that_were_not_grouped_by_what_is_asked_do_not_count_as_measured():
    ungrouped, grouped = (
        hour("2026-01-05T06", tokens(5)),
        hour("2026-01-05T07", tokens(10, model="a")),
    )
    usage = tidy([export(ungrouped), export(grouped, name="b.json")])
    found = rhythm(usage, Query(group_by="model"))
    assert found is not None
    assert (found.measured[6], found.measured[7]) == (0, HOUR)
    assert [(group.value, sums[6], sums[7]) for group, sums in zip(found.groups, found.sums, strict=True)] == [
        ("a", None, 10)
    ]


def test_filters_keep_their_values_and_nothing_else():
    buckets = [hour("2026-01-05T06", tokens(5, model="a"), tokens(7, model="b"), tokens(1))]
    assert asked(*buckets, filters=(("model", ("a",)),)).sums[0][6] == 5
    assert asked(*buckets, filters=(("model", ("b", None)),)).sums[0][6] == 8
    assert asked(*buckets, filters=(("model", ("gone",)),)).sums[0][6] == 0


def test_what_is_left_out_is_not_in_any_hour():
    buckets = [hour("2026-01-05T06", tokens(5, model="a"), tokens(7, model="b"))]
    assert asked(*buckets, without=(("model", ("a",)),)).sums[0][6] == 7


def test_groups_come_by_size_with_the_unnamed_and_other_last():
    rows = [tokens(100 - at, model=f"m{at:02}") for at in range(15)]
    found = asked(hour("2026-01-05T06", *rows, tokens(1000)), group_by="model")
    assert [(group.kind, group.value) for group in found.groups[:2]] == [("value", "m00"), ("value", "m01")]
    assert [(group.kind, group.groups, sums[6]) for group, sums in zip(found.groups, found.sums, strict=True)][-2:] == [
        ("none", 1, 1000),
        ("other", 3, 88 + 87 + 86),
    ]


def test_sums_are_exact_beyond_what_a_float_holds():
    found = asked(hour("2026-01-05T06", tokens(2**62, model="a"), tokens(2**62 + 1, model="b")))
    assert found.sums[0][6] == 2**63 + 1
    assert found.mean([6]) == 2**63 + 1


def test_a_level_has_no_rhythm():
    row = {"object": "vector_stores", "usage_bytes": 5}
    usage = usage_of(hour("2026-01-05T06", row))
    assert rhythm(usage, Query(object="vector_stores", measure="usage_bytes")) is None


# --- windows -------------------------------------------------------------------------------------------------------


def by_key(**hours_: dict[int, int]) -> Rhythm:
    """A Monday of 24 hours; per key the tokens of some of them."""
    buckets = [
        hour(
            f"2026-01-05T{clock:02}",
            *(tokens(used[clock], api_key_id=key) for key, used in hours_.items() if clock in used),
        )
        for clock in range(24)
    ]
    return asked(*buckets, group_by="api_key_id")


def test_a_key_that_runs_at_night_keeps_to_three_hours():
    found = window(by_key(night={1: 10, 2: 20, 3: 30}), 0)
    assert found is not None
    assert (found.first, found.hours, found.share, found.mean) == (1, 3, 1, 20)


def test_a_window_may_go_around_midnight():
    found = window(by_key(late={23: 10, 0: 10}), 0)
    assert found is not None
    assert (found.first, found.hours) == (23, 2)


@pytest.mark.parametrize(("stray", "hours_", "share"), [(5, 1, Fraction(95, 100)), (6, 5, Fraction(1))])
def test_a_twentieth_may_lie_outside(stray, hours_, share):
    found = window(by_key(key={8: 100 - stray, 12: stray}), 0)
    assert found is not None
    assert (found.hours, found.share) == (hours_, share)


def test_half_a_day_of_data_tells_of_no_window():
    found = asked(*hours(12), group_by="model")
    assert window(found, 0) is None
