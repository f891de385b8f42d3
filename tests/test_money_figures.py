"""Figures of money, as literal facts about them."""

from decimal import Decimal

from components.money import figures
from components.theme import LIGHT
from data.cost import month
from data.query import Query
from tests.build import Bucket, day, usage_of
from tests.conftest import checked
from tests.test_cost_months import november, october
from tests.test_money import DAY, PRICES, costed
from tests.test_pricing import M, wide


def many(models: int) -> Bucket:
    return day(
        DAY, *(wide(model="gpt-4o", project_id=f"p{number}", text=number * M) for number in range(1, models + 1))
    )


def test_bars_of_a_day_are_its_parts_in_dollars() -> None:
    found = costed(day(DAY, wide(model="gpt-4o", text=M, output_text=M)), day("2026-11-03"), interval="day")
    drawn = figures.series(found, LIGHT, None, by_part=True)

    figure = checked(figures.over_time(found, drawn, LIGHT, narrow=False))

    assert [(bar.name, list(bar.y)) for bar in figure.data[1:]] == [
        ("Uncached input", [2.5, None]),
        ("Output", [10.0, None]),
    ]
    assert list(figure.data[0].hovertext) == ["<b>Total: &#36;12.50</b>", "<b>Total: –</b>"]


def test_in_share_mode_bars_are_shares_of_the_cost() -> None:
    found = costed(day(DAY, wide(model="gpt-4o", text=M, output_text=M)), mode="share")

    drawn = figures.series(found, LIGHT, None, by_part=True)

    figure = checked(figures.over_time(found, drawn, LIGHT, narrow=False))

    assert [list(bar.y) for bar in figure.data[1:]] == [[0.2], [0.8]]
    assert figure.data[1].hovertext == ("Uncached input: &#36;2.50 (20.0%)",)


def test_groups_are_drawn_by_what_they_cost_and_the_rest_is_other() -> None:
    found = costed(many(10), group_by="project_id")

    drawn = figures.series(found, LIGHT, {"p10": 3}, by_part=False)

    assert [one.name for one in drawn] == ["p10", "p9", "p8", "p7", "p6", "p5", "p4", "Other · 3 projects"]
    assert drawn[0].color == LIGHT.groups[3]
    assert drawn[-1].total == Decimal("15")
    assert len({one.color for one in drawn}) == 8


def test_a_group_without_a_price_has_no_bar() -> None:
    found = costed(day(DAY, wide(model="gpt-4o", text=M), wide(model="gpt-9", text=M)))

    assert [one.name for one in figures.series(found, LIGHT, None, by_part=False)] == ["gpt-4o"]


def test_a_month_before_that_cost_more_is_whole_on_the_chart() -> None:
    found = month(usage_of(*october(10), *november(1)), Query(), PRICES)
    assert found is not None
    assert checked(figures.month(found, None, LIGHT, narrow=False)).layout.yaxis.range[1] >= 310
