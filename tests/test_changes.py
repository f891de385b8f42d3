"""What changed between two periods, by group: literal exports, and effects that can be worked out by hand."""

from hypothesis import given
from hypothesis import strategies as st

from data.changes import CACHE, MIX, NOT_CACHED, SIZE, UNSPLIT, VOLUME, Change, changed, not_cached
from data.comparison import compared
from data.effects import Pair
from data.engine import total
from data.query import Query
from data.totals import Group, Totals
from tests.build import Row, day, usage_of


def row(model: str, requests: int | None, uncached: int, cached: int | None = None, output: int = 0) -> Row:
    whole = uncached + (cached or 0)
    return {
        "model": model,
        "input_tokens": whole,
        "input_cached_tokens": cached,
        "output_tokens": output,
        "num_model_requests": requests,
    }


def change(before: list[Row], after: list[Row], what=changed, **asked: object) -> Change:
    """Between the first and the second of January."""
    usage = usage_of(day("2026-01-01", *before), day("2026-01-02", *after))
    query = Query.model_validate({"group_by": "model", "start_time": "2026-01-02", "end_time": "2026-01-03", **asked})
    return what(total(usage, compared(usage, query)), total(usage, query))


def table(found: Change) -> dict[str | None, tuple[int, int, dict[str, int]]]:
    return {each.group.value: (*each.amount, each.effects) for each in found.moved}


def test_effects_of_each_group_add_up_to_its_change_and_to_that_of_all():
    found = change([row("a", 10, 80), row("b", 10, 20)], [row("a", 30, 240), row("b", 10, 40)])
    # Requests 20 → 40. a: 10 → 30 at 8 tokens, from a half to three quarters of all; b: 2 → 4 tokens each.
    assert table(found) == {
        "a": (80, 240, {VOLUME: 100, MIX: 60, SIZE: 0}),
        "b": (20, 40, {VOLUME: 23, MIX: -23, SIZE: 20}),  # 22.5 either way
    }
    assert found.amount == Pair(100, 280)
    assert [found.effect(name) for name in found.effects] == [123, 37, 20]
    assert found.requests == Pair(20, 40)


def test_a_group_that_is_new_and_one_that_is_gone_have_0_on_the_other_side():
    found = change([row("old", 10, 80)], [row("new", 10, 120)])
    assert table(found) == {
        "new": (0, 120, {VOLUME: 0, MIX: 120, SIZE: 0}),
        "old": (80, 0, {VOLUME: 0, MIX: -80, SIZE: 0}),
    }


def test_a_cache_that_stops_working_changes_no_token_but_what_is_paid_in_full():
    before, after = [row("a", 10, 300, 700, 50)], [row("a", 10, 950, 50, 50)]
    assert change(before, after).amount == Pair(1050, 1050)
    found = change(before, after, not_cached)
    assert found.measure == NOT_CACHED
    assert table(found) == {"a": (300, 950, {VOLUME: 0, MIX: 0, SIZE: 0, CACHE: 650})}


def test_audio_and_cache_writes_are_input_that_is_not_from_the_cache():
    spoken = {
        "model": "a",
        "input_tokens": 100,
        "input_uncached_tokens": 60,
        "input_text_tokens": 40,
        "input_audio_tokens": 20,
        "input_cached_tokens": 30,
        "input_cached_text_tokens": 25,
        "input_cached_audio_tokens": 5,
        "output_tokens": 0,
        "num_model_requests": 1,
    }
    assert change([spoken], [spoken, spoken], not_cached).amount == Pair(70, 140)


def test_without_requests_a_change_is_told_but_not_split():
    found = change([row("a", None, 80), row("b", None, 5)], [row("a", None, 90), row("b", None, 1)])
    assert found.effects == ()
    assert found.requests is None
    assert table(found) == {"a": (80, 90, {}), "b": (5, 1, {})}


def test_groups_without_requests_stand_beside_those_that_have_them():
    found = change([row("a", 10, 80), row("b", None, 5)], [row("a", 10, 90), row("b", 2, 9)])
    assert found.effects == (VOLUME, MIX, SIZE, UNSPLIT)
    assert table(found) == {
        "a": (80, 90, {VOLUME: 0, MIX: 0, SIZE: 10, UNSPLIT: 0}),
        "b": (5, 9, {VOLUME: 0, MIX: 0, SIZE: 0, UNSPLIT: 4}),
    }
    assert found.requests == Pair(10, 10)


def test_tokens_that_no_request_was_counted_for_are_not_split_either():
    found = change([row("a", 0, 80), row("b", 1, 1)], [row("a", 10, 90), row("b", 1, 1)])
    assert table(found)["a"] == (80, 90, {VOLUME: 0, MIX: 0, SIZE: 0, UNSPLIT: 10})


def test_a_group_that_does_not_say_what_was_cached_is_left_out_and_named():
    found = change([row("a", 1, 10, 5), row("b", 1, 10)], [row("a", 1, 9, 6), row("b", 1, 10, 5)], not_cached)
    assert table(found) == {"a": (10, 9, {VOLUME: 0, MIX: 0, SIZE: 0, CACHE: -1})}
    assert [group.value for group in found.left_out] == ["b"]


def test_requests_themselves_are_counted_and_not_split():
    found = change([row("a", 10, 1)], [row("a", 12, 1), row("b", 5, 1)], measure="num_model_requests")
    assert found.effects == ()
    assert table(found) == {"b": (0, 5, {}), "a": (10, 12, {})}


def test_a_period_without_any_usage_is_one_of_0():
    found = change([], [row("a", 10, 80)])
    assert table(found) == {"a": (0, 80, {VOLUME: 80, MIX: 0, SIZE: 0})}


def test_the_largest_change_comes_first_in_either_direction():
    found = change(
        [row("a", 1, 10), row("b", 1, 50), row("c", 1, 7)], [row("a", 1, 30), row("b", 1, 10), row("c", 1, 7)]
    )
    assert [each.group.value for each in found.moved] == ["b", "a", "c"]


amounts = st.tuples(st.none() | st.integers(0, 2**40), st.integers(0, 2**40), st.none() | st.integers(0, 2**40))
groups = st.dictionaries(st.sampled_from(["a", "b", "c", "d"]), amounts, min_size=1)


def totals(rows: dict[str, tuple[int | None, int, int | None]]) -> Totals:
    sums = {
        name: {"total_tokens": size + (cached or 0), "uncached_input": size, "cached_input": cached,
               "input_cached_tokens": cached, "num_model_requests": requests}
        for name, (requests, size, cached) in rows.items()
    }  # fmt: skip
    table = tuple(Group("value", name, each) for name, each in sums.items())
    return Totals(Query(group_by="model"), "UTC", 0, 1, (), (), {}, table, {}, 0, 0)


@given(groups, groups, st.sampled_from([changed, not_cached]))
def test_groups_and_effects_add_up_whatever_is_reported(before, after, what):
    found = what(totals(before), totals(after))
    for each in found.moved:
        if found.effects:
            assert sum(each.effects.values()) == each.amount.change
    assert sum(each.amount.change for each in found.moved) == found.amount.change
    assert len(found.moved) + len(found.left_out) == len(before.keys() | after.keys())
    if what is changed:
        assert found.amount == Pair(
            *(sum(size + (cached or 0) for _, size, cached in rows.values()) for rows in (before, after))
        )
