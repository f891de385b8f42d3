"""What a question is answered."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.engine import Found, find, opened, total
from data.held import measures, objects
from data.lacking import lacking
from data.parts import PARTS
from data.query import Query
from data.table import tidy
from data.totals import Totals, added
from tests.build import MONDAY, day, export, tokens, usage_of


def groups(found: Totals) -> list[tuple[str, str | None, int | None]]:
    return [(group.kind, group.value, group.sums.get("total_tokens")) for group in found.groups]


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


# --- two groupings -------------------------------------------------------------------------------------------------


def pairs(found: Totals) -> dict[tuple[str | None, str | None], list[int | None]]:
    """By the names of group and subgroup: the measure per interval."""
    names = [[group.value or group.kind for group in groups] for groups in (found.groups, found.subgroups)]
    return {
        (one, two): list(row)
        for one, rows in zip(names[0], found.subcells, strict=True)
        for two, row in zip(names[1], rows, strict=True)
        if any(value is not None for value in row)
    }


def test_each_group_is_told_apart_by_a_second_dimension():
    usage = usage_of(
        day(MONDAY, tokens(1, project_id="p", model="a"), tokens(2, project_id="p", model="b")),
        day("2026-01-06", tokens(4, project_id="q", model="a"), tokens(8, project_id="q"), tokens(16, model="b")),
    )
    query = Query(group_by="project_id", subgroup="model")
    found = total(usage, query)
    assert groups(found) == [("value", "q", 12), ("value", "p", 3), ("none", None, 16)]
    assert [(group.value or group.kind, group.sums["total_tokens"]) for group in found.subgroups] == [
        ("b", 18),
        ("a", 5),
        ("none", 8),
    ]
    assert pairs(found) == {
        ("q", "a"): [None, 4],
        ("q", "none"): [None, 8],
        ("p", "b"): [2, None],
        ("p", "a"): [1, None],
        ("none", "b"): [None, 16],
    }
    assert [[(each.value, each.sums["total_tokens"]) for each in opened(usage, query, one)] for one in found.table] == [
        [("b", 16)],
        [(None, 8), ("a", 4)],
        [("b", 2), ("a", 1)],
    ]


def test_where_exports_cannot_be_crossed_one_answers_and_the_rest_is_not_grouped():
    by_model = export(day(MONDAY, tokens(6, model="a"), tokens(4, model="b")))
    by_project = export(day(MONDAY, tokens(7, project_id="p"), tokens(3, project_id="q")), name="b.json")
    usage = tidy([by_model, by_project])
    found = total(usage, Query(group_by="project_id", subgroup="model"))
    assert found.grand["total_tokens"] == 10
    assert found.left_out == 2
    kinds = {group.kind for group in (*found.groups, *found.subgroups)}
    assert kinds == {"value", "not grouped"}
    later = tidy([by_model, export(day("2026-01-06", tokens(5, project_id="p", model="a")), name="c.json")])
    assert pairs(total(later, Query(group_by="project_id", subgroup="model"))) == {
        ("p", "a"): [None, 5],
        ("not grouped", "a"): [6, None],
        ("not grouped", "b"): [4, None],
    }
    (group, _) = total(later, Query(group_by="project_id", subgroup="model")).table
    assert (
        group.kind,
        [each.value for each in opened(later, Query(group_by="project_id", subgroup="model"), group)],
    ) == (
        "not grouped",
        ["a", "b"],
    )


def test_both_levels_show_the_largest_and_count_the_rest():
    rows = [
        tokens(1 + group * inner, user_id=f"u{group}", model=f"m{inner}") for group in range(9) for inner in range(5)
    ]
    found = total(usage_of(day(MONDAY, *rows)), Query(group_by="user_id", subgroup="model"), shown=3)
    assert [group.value for group in found.groups] == ["u8", "u7", "u6", None]
    assert [group.value for group in found.subgroups] == ["m4", "m3", "m2", None]
    assert (found.groups[-1].groups, found.subgroups[-1].groups, found.shown) == (6, 2, (3, 9))
    assert pairs(found)["other", "other"] == [6 * 2 + sum(range(6))]


names = st.none() | st.sampled_from("abcdef")
numbers = st.integers(0, 2**62)
cells = st.lists(st.tuples(st.integers(0, 2), names, names, numbers), min_size=1, max_size=14)


@settings(max_examples=25)
@given(cells, st.integers(0, 5))
def test_what_is_shown_and_other_add_up_to_the_total_in_both_levels(rows, shown):
    usage = usage_of(
        *(
            day(f"2026-01-0{number + 1}", *(tokens(n, user_id=u, model=m) for at, u, m, n in rows if at == number))
            for number in range(3)
        )
    )
    query = Query(group_by="user_id", subgroup="model", interval="day")
    found = total(usage, query, shown=shown)
    whole = sum(number for *_, number in rows)
    assert found.grand["total_tokens"] == whole
    for groups in (found.groups, found.table, found.subgroups):
        assert sum(group.sums["total_tokens"] or 0 for group in groups) == whole
    for group, rows_of, cells_of in zip(found.groups, found.subcells, found.cells["total_tokens"], strict=True):
        by_day = [added(column) for column in zip(*rows_of, strict=True)]
        assert by_day == cells_of
        assert added(by_day) == group.sums["total_tokens"]
    for group in found.table:
        inner = opened(usage, query, group)
        assert {name: added([each.sums[name] for each in inner]) for name in group.sums} == group.sums


@settings(max_examples=15)
@given(cells, st.integers(1, 3))
def test_all_but_the_groups_shown_is_what_other_holds(rows, shown):
    query = Query(group_by="user_id")
    usage = usage_of(day(MONDAY, *(tokens(number, user_id=user) for _, user, _, number in rows)))
    found = total(usage, query, shown=shown)
    named = [group.value for group in found.groups if group.kind == "value"]
    rest = total(usage, query.leaving_out("user_id", [*named, None]), shown=shown)
    other = next((group for group in found.groups if group.kind == "other"), None)
    assert rest.grand.get("total_tokens") == (other.sums["total_tokens"] if other else None)
    assert len(rest.table) == (other.groups if other else 0)


def test_a_level_is_told_apart_by_two_dimensions_as_it_is_by_one():
    def stored(count: int, project: str, user: str) -> dict[str, object]:
        return {"object": "vector_stores", "usage_bytes": count, "project_id": project, "user_id": user}

    usage = usage_of(
        day(MONDAY, stored(100, "p", "u"), stored(5, "q", "u")),
        day("2026-01-06", stored(130, "p", "u"), stored(1, "p", "v")),
    )
    query = Query(
        object="vector_stores", measure="usage_bytes", group_by="project_id", subgroup="user_id", interval="day"
    )
    found = total(usage, query)
    assert pairs(found) == {("p", "u"): [100, 130], ("p", "v"): [None, 1], ("q", "u"): [5, None]}
    assert [(each.value, each.sums["usage_bytes"]) for each in opened(usage, query, found.table[0])] == [
        ("u", 130),
        ("v", 1),
    ]
    assert [each.sums["usage_bytes"] for each in opened(usage, query, found.table[1])] == [None]


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


def test_what_is_left_out_is_not_counted_and_null_only_where_it_is_named():
    usage = usage_of(day(MONDAY, tokens(1, model="a"), tokens(2, model="b"), tokens(4)))
    assert total(usage, Query(without=(("model", ("a",)),))).grand["total_tokens"] == 6
    assert total(usage, Query(without=(("model", ("a", None)),))).grand["total_tokens"] == 2
    assert total(usage, Query(without=(("model", ("gone",)),))).grand["total_tokens"] == 7
    assert total(usage, Query(without=(("user_id", ("u",)),))).grand["total_tokens"] == 7
    assert total(usage, Query(without=(("user_id", (None,)),))).grand.get("total_tokens") is None


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


# --- search --------------------------------------------------------------------------------------------------------


def test_values_that_contain_a_text_are_found_the_largest_first_and_counted():
    rows = [tokens(1, user_id="user-Ann"), tokens(9, user_id="user-bob"), tokens(5, user_id="user-BANNER"), tokens(7)]
    usage, query = usage_of(day(MONDAY, *rows)), Query(group_by="user_id")
    assert find(usage, query) == Found(("user-bob", None, "user-BANNER", "user-Ann"), 4)
    assert find(usage, query, "ann") == Found(("user-BANNER", "user-Ann"), 2)
    assert find(usage, query, "user", most=1) == Found(("user-bob",), 3)
    assert find(usage, query, "%") == find(usage, query, "\ud800") == find(usage, query, "x") == Found((), 0)
    assert find(usage, Query(group_by="api_key_id")) == Found((), 0)


def test_a_hundred_thousand_ids_are_searched():
    ids = [f"key_{number:06}" for number in range(100_000)]
    usage = usage_of(day(MONDAY, *(tokens(number, api_key_id=each) for number, each in enumerate(ids))))
    assert find(usage, Query(group_by="api_key_id"), "KEY_09999", most=3) == Found(
        ("key_099999", "key_099998", "key_099997"), 10
    )
