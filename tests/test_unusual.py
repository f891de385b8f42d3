"""Days far from their own weekday's level."""

from datetime import date, timedelta
from fractions import Fraction

import pytest

from data.query import Query
from data.table import tidy
from data.unusual import Level, Unusual, level_of, unusual
from tests.build import MONDAY, Bucket, at, bucket, day, export, hours, tokens, usage_of

FIRST = date(2026, 1, 5)
"""A Monday."""


def weeks(number: int, **other: int) -> list[Bucket]:
    """Mondays of 100, 101, 102, 101, 100, 101 … tokens, all other days 50; `w4=500` changes the fourth Monday."""
    buckets = []
    for place in range(number * 7):
        when = FIRST + timedelta(place)
        week = place // 7 + 1
        usual = [100, 101, 102, 101][(week - 1) % 4] if place % 7 == 0 else 50
        amount = other.get(f"w{week}", usual) if place % 7 == 0 else usual
        buckets.append(day(f"{when}", tokens(amount, model="a")) if amount else day(f"{when}"))
    return buckets


def asked(*buckets: Bucket, **query) -> Unusual:
    found = unusual(usage_of(*buckets), Query(**query))
    assert found is not None
    return found


# --- levels --------------------------------------------------------------------------------------------------------


def test_a_level_is_the_median_and_the_median_deviation_made_comparable():
    level = level_of([10, 12, 14, 16, 100])
    assert level == Level(Fraction(14), Fraction("1.4826") * 2)  # deviations 4, 2, 0, 2, 86
    assert level.distance(100) == 86 / (Fraction("1.4826") * 2)


def test_where_most_days_are_alike_the_mean_deviation_stands_in():
    level = level_of([0, 0, 0, 0, 50])
    assert level == Level(Fraction(0), Fraction("1.2533") * 10)
    assert level.is_far(50)  # 3.99 deviations


def test_of_days_that_are_else_alike_the_one_that_differs_is_far_from_five_on():
    assert not level_of([0, 0, 0, 1000]).is_far(1000)
    assert level_of([0, 0, 0, 0, 1000]).is_far(1000)


def test_where_all_days_are_alike_nothing_is_far():
    level = level_of([7, 7, 7, 7, 7])
    assert level == Level(Fraction(7), Fraction(0))
    assert not level.is_far(7)


@pytest.mark.parametrize(("value", "far"), [(135, False), (136, True), (65, False), (64, True)])
def test_far_is_more_than_three_and_a_half_deviations(value, far):
    assert Level(Fraction(100), Fraction(10)).is_far(value) is far


def test_a_flutter_of_less_than_a_fifth_is_not_far_however_steady_the_weekday():
    steady = Level(Fraction(100), Fraction(1))
    assert not steady.is_far(119)
    assert steady.is_far(120)


def test_levels_are_exact_at_any_size():
    assert level_of([2**70, 2**70 + 1]).median == 2**70 + Fraction(1, 2)


# --- days ----------------------------------------------------------------------------------------------------------


def test_a_monday_unlike_other_mondays_is_marked_and_the_busy_mondays_are_not():
    found = asked(*weeks(6, w4=500))
    (mark,) = found.marks
    assert (mark.value, mark.level.median) == (500, 101)
    assert mark.span.start == 1_769_385_600  # 2026-01-26
    assert (found.compared, found.alone) == (42, 0)


def test_a_day_on_which_nothing_happened_is_a_low_one():
    (mark,) = asked(*weeks(6, w3=0)).marks
    assert (mark.value, mark.level.median) == (0, Fraction(201, 2))  # 0, 100, 100, 101, 101, 101
    assert mark.level.distance(0) < 0


def test_three_weeks_are_too_few_and_four_are_enough():
    found = asked(*weeks(3, w2=500))
    assert (found.marks, found.compared, found.alone) == ((), 0, 21)
    found = asked(*weeks(4, w2=500))
    assert (found.compared, found.alone) == (28, 0)
    (mark,) = found.marks
    assert (mark.value, mark.level.median) == (500, Fraction(203, 2))  # 100, 101, 102, 500


def test_in_a_month_that_begins_late_a_weekday_with_three_days_is_not_compared():
    found = asked(*weeks(4, w2=500)[1:])  # without its first Monday
    assert (found.marks, found.compared, found.alone) == ((), 24, 3)


def test_a_short_period_is_compared_with_the_weeks_around_it():
    found = asked(*weeks(8, w8=500), period="7d")
    assert found.compared == 7
    assert [mark.value for mark in found.marks] == [500]


def test_the_level_is_that_of_the_nearest_weeks():
    """Twenty Mondays of about 100, then twenty of about 1,000: a Monday of 100 among the latter stands out."""
    buckets = [*weeks(40, **{f"w{week}": 1000 + week % 3 for week in range(21, 41)})]
    buckets[34 * 7] = day("2026-08-31", tokens(100, model="a"))
    marks = asked(*buckets).marks
    assert [(mark.value, mark.level.median) for mark in marks if mark.span.start > 1_786_000_000] == [(100, 1001)]


def test_partial_days_and_gaps_are_neither_compared_nor_marked():
    buckets = weeks(7, w7=500)
    buckets[42] = bucket("2026-02-16", "2026-02-16T06", tokens(5000, model="a"))  # six hours of a Monday
    del buckets[8]  # a Tuesday
    found = asked(*buckets)
    assert (found.marks, found.compared) == ((), 47)


def test_days_are_those_of_the_zone_where_buckets_can_be_cut_so():
    """The last hour of a Sunday in UTC is the first of a Monday in Berlin."""
    buckets = hours(7 * 7 * 24)
    late = at("2026-01-25T23")
    buckets[(late - at(MONDAY)) // 3600] = (late, late + 3600, [tokens(500, model="a")])
    marked = {zone: [mark.span.start for mark in asked(*buckets, zone=zone).marks] for zone in ("UTC", "Europe/Berlin")}
    assert marked == {"UTC": [at("2026-01-25")], "Europe/Berlin": [late]}


def test_what_is_not_known_by_day_has_no_weekdays():
    month = bucket("2026-01-01", "2026-02-01", tokens(10))
    assert unusual(usage_of(month), Query()) is None


# --- drivers -------------------------------------------------------------------------------------------------------


def grouped(number: int, fourth: dict[str, int]) -> list[Bucket]:
    """Days of 100 tokens of a and 10 of b, but the fourth Monday."""
    return [
        day(
            f"{FIRST + timedelta(place)}",
            *(tokens(count, model=name) for name, count in (fourth if place == 21 else {"a": 100, "b": 10}).items()),
        )
        for place in range(number * 7)
    ]


def test_the_groups_that_moved_most_in_the_day_s_direction_are_named():
    (mark,) = asked(*grouped(6, {"a": 90, "b": 400, "c": 70}), group_by="model").marks
    assert [(driver.group.value, driver.value, driver.usual, driver.change) for driver in mark.drivers] == [
        ("b", 400, 10, 390),
        ("c", 70, 0, 70),
    ]


def test_of_a_low_day_it_is_those_that_fell():
    (mark,) = asked(*grouped(6, {"b": 20}), group_by="model").marks
    assert [(driver.group.value, driver.change) for driver in mark.drivers] == [("a", -100)]


def test_days_that_were_not_grouped_tell_nothing_about_a_group():
    """Of the fourth Monday only the sum is known, so who made it is not."""
    days = grouped(6, {"a": 0})
    days[21] = day("2026-01-26", tokens(1, model="a"))
    usage = tidy([export(*days[:21], *days[22:]), export(day("2026-01-26", tokens(900)), name="sum.json")])
    found = unusual(usage, Query(group_by="model"))
    assert found is not None
    assert [(mark.value, mark.drivers) for mark in found.marks] == [(900, ())]
