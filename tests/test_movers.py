"""Who moved, in sentences generated from literal exports; the chart, the table and the file of the same numbers."""

import pytest

from components.charts import waterfall
from components.charts.waterfall import steps
from components.downloads import changes_csv
from components.movers import conclusion, largest, name, relative, story, title
from components.tables import changes_of
from components.theme import DARK, LIGHT
from data.changes import Change, not_cached
from data.effects import Pair
from tests.conftest import checked
from tests.test_changes import change, row


def stories(found: Change) -> list[str]:
    return [f"{name(each, found)} {story(each, found)}" for each in found.moved]


def test_a_group_moved_because_of_one_thing_although_another_went_against_it():
    # At a mean of 9.5 tokens 20 more requests bring 190; at a mean of 20 requests a token less takes 20.
    found = change([row("a", 10, 100), row("b", 5, 50)], [row("a", 30, 270), row("b", 5, 50)])
    assert stories(found)[0] == (
        "a +170 tokens (+170.0%), because requests rose from 10 to 30, although tokens per request fell 10.0% to 9.0."
    )
    assert found.moved[0].effects["per_request"] == -20


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        (row("a", 10, 100), row("a", 10, 200), "a +100 tokens (+100.0%), because tokens per request rose 100.0% to 20.0."),
        (row("a", 9999, 10**6), row("a", 1000, 10**5), "a −900K tokens (−90.0%), because requests fell from 9,999 to 1,000."),
        (row("a", 2, 10), row("b", 1, 9000), "b +9K tokens (new): 1 request of 9,000 tokens each."),
        (row("b", 4, 9000), row("a", 2, 10), "b −9K tokens (gone): before it made 4 requests of 2,250 tokens each."),
        (row("a", None, 10), row("a", None, 30), "a +20 tokens (+200.0%), from 10 to 30."),
    ],
)  # fmt: skip
def test_one_sentence_says_how_much_and_why(before, after, sentence):
    assert stories(change([before], [after]))[0] == sentence


def test_beside_groups_with_requests_one_without_says_that_it_cannot_be_told():
    found = change([row("a", 1, 10), row("b", None, 10)], [row("a", 1, 10), row("b", None, 30)])
    assert stories(found)[0] == "b +20 tokens (+200.0%); its requests are not reported, so it cannot be told why."


def test_a_cache_that_stops_working_is_said_with_its_shares():
    found = change([row("a", 10, 300, 700)], [row("a", 10, 950, 50)], not_cached)
    assert stories(found) == ["a +650 tokens (+216.7%), because the share cached fell from 70.0% to 5.0%."]
    found = change([row("a", 1, 1)], [row("a", 1, 1), row("b", 4, 30, 10)], not_cached)
    assert stories(found)[0] == "b +30 tokens (new): 4 requests of 10.0 input tokens each, 25.0% of it cached."


def test_requests_are_told_from_what_to_what():
    found = change([row("a", 10, 1)], [row("a", 1200, 1)], measure="num_model_requests")
    assert stories(found) == ["a +1.19K requests (+11,900.0%), from 10 to 1,200."]


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (Pair(100, 150), "+50.0%"),
        (Pair(100, 50), "−50.0%"),
        (Pair(10**6, 10**6 + 1), "<0.1%"),
        (Pair(0, 5), "new"),
        (Pair(5, 0), "gone"),
        (Pair(0, 0), "no change"),
        (Pair(5, 5), "no change"),
    ],
)
def test_a_change_relative_to_nothing_is_new(amount, said):
    assert relative(amount) == said


THREE = (
    [row("a", 10, 100), row("b", 10, 100), row("<b>$", 10, 50)],
    [row("a", 30, 270), row("b", 10, 100), row("<b>$", 10, 20)],
)


def test_the_largest_in_either_direction():
    found = change(*THREE)
    up, down = largest(found, 3)
    assert [each.group.value for each in up] == ["a"]
    assert [each.group.value for each in down] == ["<b>$"]


def test_the_conclusion_names_amounts_effects_and_the_first_in_either_direction():
    assert title(change(*THREE)) == "Change in tokens"
    found = conclusion(change(*THREE))
    assert found.startswith("250 became 390 (+56.0%); Requests +")
    assert found.endswith("; most more: a +170; most less: <b>$ −30")


# --- the chart -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", [LIGHT, DARK])
@pytest.mark.parametrize("narrow", [False, True])
def test_each_bar_begins_where_the_one_above_ends_and_the_last_is_the_change(theme, narrow):
    found = change([row("a", 10, 100)], [row("a", 30, 270)])
    # All requests, then tokens per request; a mix of one group does not change.
    assert [(step.name, step.amount) for step in steps(found)] == [("Requests", 190), ("Tokens per request", -20)]
    _targets, up, down, whole = checked(waterfall(found, theme, narrow=narrow)).data
    assert [(bar.base, bar.x) for bar in (up, down, whole)] == [
        ((0.0,), (190.0,)),
        ((190.0,), (-20.0,)),
        ((0.0,), (170.0,)),
    ]


def test_without_effects_the_steps_are_the_groups_and_the_rest_of_them():
    before = [row(f"m{index}", 1, 1) for index in range(10)]
    after = [row(f"m{index}", 1 + 10 - index, 1) for index in range(10)]
    found = steps(change(before, after, measure="num_model_requests"))
    assert [(step.name, step.amount) for step in found] == [
        *((f"m{index}", 10 - index) for index in range(7)),
        ("Other · 3 models", 6),
    ]


def test_names_in_the_chart_are_text():
    figure = checked(waterfall(change(*THREE, measure="num_model_requests"), LIGHT))
    assert "<b>$" not in figure.to_json()
    hover = checked(waterfall(change([row("<i>", None, 1)], [row("<i>", None, 3)]), LIGHT)).data[0].hovertext[0]
    assert hover == "<b>&lt;i&gt;: +2</b><br>+2 tokens (+200.0%), from 1 to 3."


def test_a_change_of_nothing_is_drawn_too():
    figure = checked(waterfall(change([row("a", 1, 10)], [row("a", 1, 10)]), LIGHT))
    assert figure.data[-1].x == (0.0,)


# --- the table and the file ----------------------------------------------------------------------------------------


def test_every_column_of_the_table_adds_up_to_its_total():
    table = changes_of(change(*THREE))
    assert [column.label for column in table.columns] == [
        "Model", "Before", "After", "Change", "Requests", "Mix of models", "Tokens per request",
    ]  # fmt: skip
    assert [cell.text for cell in table.rows[0].cells[:4]] == ["a", "100", "270", "+170"]
    for at in range(1, len(table.columns)):
        assert sum(row.cells[at].value for row in table.rows) == table.total.cells[at].value
    assert [cell.text for cell in table.total.cells[1:4]] == ["250", "390", "+140"]


def test_the_file_holds_the_same_numbers():
    found = change([row("a", 10, 100)], [row("a", 30, 270)])
    assert changes_csv(found).decode().splitlines() == [
        "model,group,before,after,change,all_requests,mix,per_request",
        "a,value,100,270,170,190,0,-20",
        ",total,100,270,170,190,0,-20",
    ]
