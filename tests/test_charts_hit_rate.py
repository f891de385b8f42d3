"""The charts of the Cache tab: facts about figures and their words."""

from components.charts.hit_rate import hit_rate, missed, sentence
from components.tabs.cache import over_time_of
from components.theme import DARK, LIGHT
from data.cache import shifts
from data.engine import total
from data.query import Query
from data.totals import Totals
from tests.build import Row, day, usage_of
from tests.conftest import checked


def sent(input_tokens: int, cached: int | None, **more: object) -> Row:
    counts = {"input_tokens": input_tokens, "input_cached_tokens": cached, "output_tokens": 0}
    return {**counts, "num_model_requests": 1, **more}


def by_model() -> Totals:
    """A model whose rate falls from 70 % to 5 % on the fourth day, beside a small one that has 50 % and a day off."""
    days = [
        day(f"2026-01-0{date}", sent(1000, 700 if date < 4 else 50, model="falls"), *small)
        for date in range(1, 7)
        for small in [[] if date == 2 else [sent(100, 50, model="<b>$x$")]]
    ]
    return total(usage_of(*days), Query(group_by="model", measure="input_tokens"))


def test_each_group_has_a_line_and_all_input_a_dotted_one():
    figure = checked(hit_rate(by_model(), LIGHT))
    assert [(line.name, line.line.dash) for line in figure.data] == [
        ("falls", "solid"),
        ("&lt;b>&#36;x&#36;".replace(">", "&gt;"), "solid"),
        ("All input", "dot"),
    ]
    assert list(figure.data[0].y) == [0.7, 0.7, 0.7, 0.05, 0.05, 0.05]


def test_a_day_without_input_is_a_gap_and_no_zero():
    assert list(checked(hit_rate(by_model(), LIGHT)).data[1].y) == [0.5, None, 0.5, 0.5, 0.5, 0.5]


def test_pointing_at_a_day_tells_the_tokens_of_the_rate():
    assert checked(hit_rate(by_model(), LIGHT)).data[0].hovertext[3] == "falls: 5.0% (50 of 1K)"


def test_title_and_conclusion_come_from_the_numbers():
    drawn = hit_rate(by_model(), DARK)
    assert drawn.title == "Daily cache hit rate by model"
    assert drawn.conclusion == (
        "38.5% of 6.5K input tokens were read from the cache; highest <b>$x$ with 50.0%; lowest falls with 37.5%; "
        "falls: 70.0% of input from the cache before 2026-01-04, 5.0% since: 1.95K tokens fewer read from the cache "
        "than at the rate before"
    )


def test_a_rise_is_told_like_a_fall():
    days = [day(f"2026-01-0{date}", sent(100, 10 if date < 4 else 40, model="a")) for date in range(1, 7)]
    totals = total(usage_of(*days), Query(group_by="model"))
    ((group, change),) = shifts(totals)
    assert sentence(totals, group, change) == (
        "a: 10.0% of input from the cache before 2026-01-04, 40.0% since: 90 tokens more read from the cache than at "
        "the rate before"
    )


def test_one_line_needs_no_legend():
    totals = total(usage_of(day("2026-01-05", sent(10, 5))), Query())
    assert [line.name for line in checked(hit_rate(totals, LIGHT)).data] == ["All usage"]
    assert not checked(hit_rate(totals, LIGHT)).layout.showlegend


def test_groups_are_ranked_by_what_missed_the_cache():
    drawn = missed(by_model(), LIGHT)
    assert drawn.title == "Models by input not from the cache"
    assert drawn.conclusion == "falls: 3.75K · 37.5% hit, <b>$x$: 250 · 50.0% hit"


def test_a_group_that_reports_no_cache_has_neither_line_nor_row():
    totals = total(
        usage_of(day("2026-01-05", sent(10, 5, model="a"), sent(20, None, model="b"))), Query(group_by="model")
    )
    assert [line.name for line in checked(hit_rate(totals, LIGHT)).data] == ["a"]
    assert missed(totals, LIGHT).conclusion == "a: 5 · 50.0% hit"


def test_a_group_without_input_has_no_row_among_those_that_missed_the_cache():
    totals = total(usage_of(day("2026-01-05", sent(10, 5, model="a"), sent(0, 0, model="b"))), Query(group_by="model"))
    assert missed(totals, LIGHT).conclusion == "a: 5 · 50.0% hit"


def test_the_numbers_behind_the_lines_hold_the_rate_of_each_group():
    table = over_time_of(by_model())
    assert [column.label for column in table.columns] == ["Day", "Input", "From cache", "Hit rate", "falls", "<b>$x$"]
    assert [[cell.text for cell in row.cells] for row in table.rows[:2]] == [
        ["2026-01-01", "1,100", "750", "68.2%", "70.0%", "50.0%"],
        ["2026-01-02", "1,000", "700", "70.0%", "70.0%", "n/a"],
    ]
    assert [cell.text for cell in table.total.cells] == ["Total", "6,500", "2,500", "38.5%", "37.5%", "50.0%"]
