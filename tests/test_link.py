"""A link means one question, and what it says beyond that is named."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.link import MOST_PROBLEMS, from_params, to_params
from data.query import INTERVALS, PERIODS, Query
from data.usage import DIMENSIONS, MEASURES
from data.values import MAX_TEXT

HOSTILE = [
    "",
    '"',
    '""',
    '"""',
    " ",
    "\x00",
    "a\x00b",
    "a&b=c#d?e",
    "a,b",
    "null",
    "None",
    "'; DROP TABLE usage; --",
    "é",
    "\u202eabc",
    "\ud800",
    "😀",
    "a\nb",
]

values = st.one_of(st.none(), st.sampled_from(HOSTILE), st.text(max_size=20))
days = st.none() | st.dates()


@st.composite
def queries(draw: st.DrawFn) -> Query:
    start, end = draw(days), draw(days)
    if start and end and start >= end:
        start = None
    group_by, subgroup = draw(st.none() | st.sampled_from(DIMENSIONS)), draw(st.none() | st.sampled_from(DIMENSIONS))
    lists = st.dictionaries(st.sampled_from(DIMENSIONS), st.lists(values, max_size=4).map(tuple), max_size=3)
    one, other = sorted(draw(st.lists(st.dates(), min_size=2, max_size=2, unique=True)))
    compared = draw(
        st.sampled_from(["previous", "last_month"]).map(lambda name: {"compare": name})
        | st.just({"compare_start_time": one, "compare_end_time": other})
    )
    return Query(
        object=draw(st.sampled_from(["completions", "decisions", "costs", "vector_stores"])),
        measure=draw(st.sampled_from(MEASURES)),
        group_by=group_by,
        subgroup=subgroup if group_by and subgroup != group_by else None,
        interval=draw(st.none() | st.sampled_from(INTERVALS)),
        period="all" if start or end else draw(st.sampled_from(sorted(PERIODS))),
        back=draw(st.integers(0, 1)),
        start_time=start,
        end_time=end,
        **compared,
        mode=draw(st.sampled_from(["absolute", "share"])),
        zone=draw(st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kolkata", "America/Argentina/Buenos_Aires"])),
        filters=tuple(draw(lists).items()),
        without=tuple(draw(lists).items()),
        generation=draw(st.sampled_from([None, "inclusive", "text-only"])),
    )


@given(queries())
def test_a_link_to_a_question_asks_that_question(query):
    assert from_params(to_params(query)) == (query, [])


@given(queries())
def test_a_link_holds_texts_only_and_no_empty_list(query):
    for name, texts in to_params(query).items():
        assert texts
        assert all(isinstance(text, str) for text in [name, *texts])


def test_a_question_in_openais_words():
    query = Query(
        measure="num_model_requests", group_by="model", interval="week", start_time=date(2026, 1, 5), end_time=date(2026, 2, 2), mode="share"
    ).with_filter("project_id", ["proj_2", None, "proj_1"])  # fmt: skip
    assert to_params(query) == {
        "object": ["completions"],
        "measure": ["num_model_requests"],
        "group_by": ["model"],
        "interval": ["week"],
        "start_time": ["2026-01-05"],
        "end_time": ["2026-02-02"],
        "zone": ["UTC"],
        "compare": ["previous"],
        "mode": ["share"],
        "project_id": ["proj_1", "proj_2", ""],
    }


def test_the_plainest_question_is_written_out_too_so_that_a_new_default_does_not_change_it():
    assert to_params(Query()) == {
        "object": ["completions"],
        "measure": ["total_tokens"],
        "period": ["all"],
        "zone": ["UTC"],
        "compare": ["previous"],
        "mode": ["absolute"],
    }


def test_a_link_without_anything_asks_for_all():
    assert from_params({}) == (Query(), [])


def test_null_the_empty_text_and_texts_of_quotes_are_told_apart():
    query = Query(filters=(("model", ("", '"', '""', None)),))
    assert to_params(query)["model"] == ['""', '"""', '""""', ""]
    assert from_params({"model": ['"']})[0].filtered("model") == ('"',)


def test_dates_count_and_the_preset_beside_them_does_not():
    query, problems = from_params({"period": ["7d"], "start_time": ["2026-01-05"]})
    assert "period" not in to_params(query)
    assert problems == []


def test_what_is_left_out_is_named_in_the_link_beside_what_is_kept():
    query = Query().with_filter("model", ["a", "b"]).leaving_out("user_id", ["u", None])
    assert to_params(query)["not_user_id"] == ["u", ""]
    assert from_params({"model": ["a", "b"], "not_user_id": ["u", ""]}) == (query, [])
    assert query.leaving_out("user_id", []) == Query().with_filter("model", ["a", "b"])


@pytest.mark.parametrize(
    ("params", "sentence"),
    [
        ({"measure": ["x"]}, "measure=x was left out: no measure has that name"),
        ({"group_by": ["x"]}, "group_by=x was left out: no dimension has that name"),
        ({"group_by": [""]}, "group_by= was left out: no dimension has that name"),
        (
            {"object": ["<b>"]},
            "object=<b> was left out: a kind of result is named in small letters, such as completions or embeddings",
        ),
        (
            {"interval": ["second"]},
            "interval=second was left out: an interval is one of minute, hour, day, week, month",
        ),
        ({"period": ["1d"]}, "period=1d was left out: a period is one of 24h, 7d, 30d, 90d, 365d, all"),
        ({"start_time": ["yesterday"]}, "start_time=yesterday was left out: a day is written like 2026-01-31"),
        ({"start_time": ["0000-01-01"]}, "start_time=0000-01-01 was left out: a day is written like 2026-01-31"),
        ({"end_time": ["99999-01-01"]}, "end_time=99999-01-01 was left out: a day is written like 2026-01-31"),
        ({"zone": ["Berlin"]}, "zone=Berlin was left out: a time zone has a name such as Europe/Berlin or UTC"),
        ({"zone": ["../UTC"]}, "zone=../UTC was left out: a time zone has a name such as Europe/Berlin or UTC"),
        ({"subgroup": ["x"]}, "subgroup=x was left out: no dimension has that name"),
        ({"subgroup": ["model"]}, "subgroup was left out: it is another dimension, within the one of group_by"),
        ({"not_x": ["a"]}, "not_x was left out: links here have no such parameter"),
        ({"mode": ["x"]}, "mode=x was left out: it is absolute or share"),
        ({"compare": ["yesterday"]}, "compare=yesterday was left out: it is previous or last_month"),
        (
            {"compare_start_time": ["2026-02-01"]},
            "compare_start_time was left out: it needs compare_end_time",
        ),
        ({"compare_end_time": ["2026-02-01"]}, "compare_end_time was left out: it needs compare_start_time"),
        (
            {"compare_start_time": ["2026-02-01"], "compare_end_time": ["2026-02-01"]},
            "compare_start_time and compare_end_time were left out: the period ends before it begins",
        ),
        ({"back": ["7"]}, "back=7 was left out: it is 0 or 1"),
        ({"generation": ["x"]}, "generation=x was left out: it is inclusive or text-only"),
        ({"colour": ["red"]}, "colour was left out: links here have no such parameter"),
        ({"filters": ["x"]}, "filters was left out: links here have no such parameter"),
        ({"model": []}, "model was left out: it has no value"),
        ({"measure": []}, "measure was left out: it has no value"),
        ({"measure": ["a\x00\n\u202eb"]}, "measure=a\ufffd\ufffd\ufffdb was left out: no measure has that name"),
        (
            {"start_time": ["2026-02-01"], "end_time": ["2026-02-01"]},
            "start_time and end_time were left out: the period ends before it begins",
        ),
    ],
)
def test_each_part_that_means_nothing_is_named_and_the_rest_is_asked(params, sentence):
    query, problems = from_params({**params, "batch": ["true"]})
    assert problems == [sentence]
    assert query == Query().with_filter("batch", ["true"])


def test_of_a_parameter_given_twice_the_last_counts_and_it_is_said():
    query, problems = from_params({"measure": ["output_tokens", "input_tokens"]})
    assert query.measure == "input_tokens"
    assert problems == ["measure is given 2 times; the last counts"]


def test_a_value_too_long_to_occur_keeps_nothing_and_is_not_carried_on():
    query, problems = from_params({"model": ["x" * 10_000_000]})
    assert problems == [f"model={'x' * 59}… can be no value: it has 10,000,000 characters"]
    assert query.filtered("model") == ("x" * (MAX_TEXT + 1),)


@pytest.mark.parametrize("name", ["measure", "start_time", "object", "x" * 10_000_000])
def test_ten_megabytes_are_named_in_a_short_sentence(name):
    (sentence,) = from_params({name: ["y" * 10_000_000]})[1]
    assert len(sentence) < 250


def test_a_link_with_thousands_of_unknown_parameters_is_answered_with_a_few_sentences():
    problems = from_params({f"p{index}": ["1"] for index in range(5000)})[1]
    assert len(problems) == MOST_PROBLEMS + 1
    assert problems[-1] == f"{5000 - MOST_PROBLEMS:,} more parts of the link were left out"


@given(
    st.dictionaries(
        st.sampled_from(["measure", "start_time", "compare_start_time", "compare_end_time", "object", "back", "model"])
        | st.text(max_size=9),
        st.lists(st.text(max_size=30), max_size=3),
    )
)
def test_no_link_breaks_the_page(params):
    query, _ = from_params(params)
    assert from_params(to_params(query)) == (query, [])
