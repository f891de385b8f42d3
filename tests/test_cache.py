"""What came from the prompt cache."""

from fractions import Fraction

import pytest

from data.cache import Cache, cache_of, course, hardly_cached, shift, shifts, together
from data.engine import total
from data.query import Query
from tests.build import Row, day, usage_of

WHOLE = {
    "input_tokens": 100,
    "input_cached_tokens": 40,
    "input_uncached_tokens": 50,
    "input_cache_write_tokens": 10,
    "input_cache_write_30m_tokens": 7,
    "input_cache_write_12h_tokens": 3,
    "output_tokens": 5,
    "num_model_requests": 1,
}


def sent(input_tokens: int, cached: int | None, **more: object) -> Row:
    """A row of input of which `cached` was read from the cache."""
    counts = {"input_tokens": input_tokens, "input_cached_tokens": cached, "output_tokens": 0}
    return {**counts, "num_model_requests": 1, **more}


def test_a_row_with_all_fields_is_taken_apart():
    cache = cache_of(total(usage_of(day("2026-01-05", WHOLE)), Query()).grand)
    assert cache == Cache(input=100, read=40, written=10, written_30m=7, written_12h=3)
    assert (cache.hit_rate, cache.missed, cache.reads_per_write) == (Fraction(2, 5), 60, 4)


def test_audio_is_input_too():
    row = {**WHOLE, "input_audio_tokens": 20, "input_text_tokens": 30, "input_cached_audio_tokens": 8}
    cache = cache_of(total(usage_of(day("2026-01-05", row)), Query()).grand)
    assert (cache.input, cache.read) == (100, 40)


def test_what_is_not_reported_has_no_rate_and_nothing_in_has_none_either():
    assert Cache(100, None, None).hit_rate is None
    assert Cache(100, None, None).missed is None
    assert Cache(0, 0, 0).hit_rate is None
    assert Cache(100, 40, 0).reads_per_write is None


@pytest.mark.parametrize(
    ("percent", "more"),
    [(40, 0), (39, 0), (60, 20), (90, 50), (99, 50)],
)
def test_a_higher_rate_reads_more_but_never_what_was_written(percent, more):
    """Of 100 tokens 40 were read and 10 written: 50 are left that could have been read."""
    assert Cache(100, 40, 10).more_read(percent) == more


def test_a_rate_of_odd_tokens_counts_whole_ones():
    assert Cache(7, 0, None).more_read(50) == 3
    assert Cache(10**20 + 1, 0, 0).more_read(50) == 5 * 10**19


def test_without_a_report_no_rate_can_change_anything():
    assert Cache(100, None, None).more_read(90) is None


def test_caches_add_up_where_they_are_reported():
    assert together([Cache(100, 40, None), Cache(50, 10, 5)]) == Cache(150, 50, 5)
    assert together([]) == Cache(None, None, None)


def test_the_course_is_that_of_a_group_or_of_all():
    usage = usage_of(
        day("2026-01-05", sent(100, 50, model="a"), sent(10, 1, model="b")),
        day("2026-01-06", sent(100, 20, model="a")),
    )
    totals = total(usage, Query(group_by="model"))
    assert [(cache.input, cache.read) for cache in course(totals)] == [(110, 51), (100, 20)]
    assert [(cache.input, cache.read) for cache in course(totals, 1)] == [(10, 1), (None, None)]


def test_much_input_with_hardly_any_cache_is_named_and_little_input_is_not():
    usage = usage_of(
        day(
            "2026-01-05",
            sent(1000, 900, model="cached"),
            sent(800, 100, model="hardly"),  # 12.5 %
            sent(700, 105, model="just enough"),  # 15 %
            sent(100, 0, model="small"),  # 100 of 2,600 are less than 5 %
        )
    )
    assert [group.value for group, _ in hardly_cached(total(usage, Query(group_by="model")))] == ["hardly"]


def rates(*percents: int | None) -> list[Cache]:
    """Days of 100 tokens each; on None nothing went in."""
    return [Cache(None, None, None) if percent is None else Cache(100, percent, 0) for percent in percents]


def test_a_change_of_level_is_found_where_it_happened():
    found = shift(rates(70, 72, 68, 70, 5, 6, 4))
    assert found is not None
    assert found.at == 4
    assert (found.before.hit_rate, found.after.hit_rate) == (Fraction(7, 10), Fraction(1, 20))
    assert found.tokens == -195  # 65 points of 300 tokens


def test_days_without_input_are_passed_over():
    found = shift(rates(70, None, 70, 70, None, 5, 5, 5))
    assert found is not None
    assert found.at == 5


@pytest.mark.parametrize(
    "course_",
    [
        rates(50, 50, 50, 50, 50, 50),
        rates(50, 52, 48, 55, 57, 53),  # 5 points
        rates(70, 70, 5, 5, 5, 5)[1:],  # one day on one side
        [],
    ],
    ids=["level", "a small change", "too few days", "nothing"],
)
def test_no_change_is_told_of_small_steps_or_too_few_days(course_):
    assert shift(course_) is None


def test_the_changes_of_most_tokens_come_first():
    days = [
        day(
            f"2026-01-0{date}",
            sent(1000, 700 if date < 4 else 500, model="large"),
            sent(100, 90 if date < 4 else 0, model="small"),
            sent(100, 50, model="even"),
        )
        for date in range(1, 7)
    ]
    found = shifts(total(usage_of(*days), Query(group_by="model")))
    assert [(group.value, change.at, change.tokens) for group, change in found] == [
        ("large", 3, -600),
        ("small", 3, -270),
    ]
