"""A question's cost by group and over time, in numbers one can add up."""

from datetime import date
from decimal import Decimal

from data.cost import Unpriced, cost
from data.pricing import Prices
from data.query import Query
from data.table import tidy
from tests.build import Bucket, day, export, usage_of
from tests.test_pricing import M, wide

PRICES = Prices()


def dollars(on: str, amount: int, **more: object) -> Bucket:
    """A day that costs so many dollars."""
    return day(on, wide(model="gpt-4o", text=amount * M * 2 // 5, **more))


def test_cost_is_by_the_grouping_and_else_by_model() -> None:
    usage = usage_of(
        day("2026-11-02", wide(model="gpt-5", project_id="a", text=M), wide(model="gpt-4o", project_id="b", text=M)),
        day("2026-11-03", wide(model="gpt-4o", project_id="a", text=M)),
    )

    by_project = cost(usage, Query(group_by="project_id"), PRICES)
    by_model = cost(usage, Query(), PRICES)

    assert {value: each.cost for value, each in by_project.groups.items()} == {
        "a": Decimal("3.75"),
        "b": Decimal("2.5"),
    }
    assert {value: each.cost for value, each in by_model.groups.items()} == {
        "gpt-4o": Decimal(5),
        "gpt-5": Decimal("1.25"),
    }
    assert [each.cost for each in by_project.over_time if each] == [Decimal("3.75"), Decimal("2.5")]


def test_filters_and_period_hold_for_costs() -> None:
    usage = usage_of(
        day("2026-11-02", wide(model="gpt-5", project_id="a", text=M), wide(model="gpt-5", project_id="b", text=M)),
        day("2026-11-03", wide(model="gpt-5", project_id="a", text=M)),
    )
    query = Query(start_time=date(2026, 11, 3), end_time=date(2026, 11, 4)).with_filter("project_id", ["a"])

    assert cost(usage, query, PRICES).whole.cost == Decimal("1.25")


def test_over_time_the_costliest_stand_alone_and_the_others_together() -> None:
    # Ten projects of $1 to $10, and one without a price.
    rows = [wide(model="gpt-4o", project_id=f"p{at}", text=(at + 1) * M * 2 // 5) for at in range(10)]
    usage = usage_of(day("2026-11-02", *rows, wide(model="gpt-9", project_id="unpriced", text=5)))

    found = cost(usage, Query(group_by="project_id", interval="day"), PRICES)

    assert found.drawn == ("p9", "p8", "p7", "p6", "p5", "p4", "p3")
    [cell], [others] = found.cells, found.others
    assert {value: each.cost for value, each in cell.items()} == {f"p{at}": Decimal(at + 1) for at in range(3, 10)}
    assert others is not None
    assert (others.cost, others.unpriced_tokens) == (Decimal(1 + 2 + 3), 5)
    assert found.whole.cost == Decimal(55)


def test_a_stretch_without_usage_has_no_estimate() -> None:
    found = cost(usage_of(dollars("2026-11-02", 5), dollars("2026-11-04", 5)), Query(interval="day"), PRICES)

    assert [each and each.cost for each in found.over_time] == [Decimal(5), None, Decimal(5)]


def test_unpriced_usage_is_named_with_its_tokens_the_most_first() -> None:
    usage = usage_of(
        day("2026-11-02", wide(model="gpt-9", text=5), wide(model="gpt-8", text=7), wide(model="gpt-5", text=9))
    )

    found = cost(usage, Query(), PRICES)

    assert found.unpriced == (
        Unpriced("gpt-8", "not in the price list", 7),
        Unpriced("gpt-9", "not in the price list", 5),
    )
    assert found.groups["gpt-9"].cost is None


def test_usage_that_was_not_grouped_by_model_is_told_from_usage_that_has_none() -> None:
    by_model = export(day("2026-11-02", wide(model="gpt-4o", text=9), wide(text=5)))
    by_project = export(day("2026-11-03", wide(project_id="a", text=7)), name="b.json")

    found = cost(tidy([by_model, by_project]), Query(), PRICES)

    assert found.unpriced == (
        Unpriced(None, "prices are by model: export it again with group_by=model", 7, "not grouped"),
        Unpriced(None, "the model is not known", 5, "none"),
    )


def test_what_batches_saved_leaves_other_tiers_out() -> None:
    usage = usage_of(
        day(
            "2026-11-02",
            wide(model="gpt-4o", text=4 * M, batch="true"),
            wide(model="gpt-5", text=M, batch="false", service_tier="flex"),
        )
    )

    assert cost(usage, Query(), PRICES).saved_by_batch == Decimal(5)


def test_prices_that_no_list_says_in_so_many_words_are_noted_with_their_tokens() -> None:
    usage = usage_of(day("2026-05-04", wide(model="gpt-5", text=7, service_tier="flex")))

    assert cost(usage, Query(), PRICES).notes == (
        ("flex in the proportion to the standard price that the list has since 2026-10-12", 7),
    )
