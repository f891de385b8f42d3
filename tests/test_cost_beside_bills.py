"""Both sides of a bill, value by value, in numbers one can add up."""

from decimal import Decimal

from data.cost import comparison
from data.pricing import Prices
from data.query import Query
from tests.build import day, usage_of
from tests.test_billed import bill
from tests.test_pricing import M, wide

DAY = "2026-11-02"


def test_both_sides_stand_side_by_side_by_day_model_and_project() -> None:
    used = [
        wide(model="ft:gpt-4o-2024-08-06:acme::x", project_id="a", text=M),
        wide(model="gpt-5", project_id="b", text=M),
    ]
    bills = [bill("4", "ft-gpt-4o-2024-08-06, input", project_id="a"), bill("1", "web search", project_id="c")]

    found = comparison(usage_of(day(DAY, *used), day(DAY, *bills)), Query(), Prices())

    assert found is not None
    sides = {name: [(side.value, side.estimated, side.billed) for side in rows] for name, rows in found.by.items()}
    assert sides["day"] == [(DAY, Decimal(5), Decimal(5))]
    assert sides["model"] == [
        ("ft-gpt-4o-2024-08-06", Decimal("3.75"), Decimal(4)),
        ("gpt-5", Decimal("1.25"), None),
        (None, None, Decimal(1)),
    ]
    assert sides["project_id"] == [
        ("a", Decimal("3.75"), Decimal(4)),
        ("b", Decimal("1.25"), None),
        ("c", None, Decimal(1)),
    ]


def test_without_costs_there_is_nothing_to_compare() -> None:
    assert comparison(usage_of(day(DAY, wide(model="gpt-5", text=M))), Query(), Prices()) is None
