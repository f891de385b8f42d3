"""Months so far, their pace and their budget, in numbers one can add up."""

from datetime import date
from decimal import Decimal

from data.cost import month
from data.pricing import Prices
from data.query import Query
from tests.build import Bucket, bucket, day, hour, usage_of
from tests.test_cost import dollars
from tests.test_pricing import M, wide

PRICES = Prices()


def november(*amounts: int) -> list[Bucket]:
    return [dollars(f"2026-11-{number:02}", amount) for number, amount in enumerate(amounts, 1)]


def october(amount: int) -> list[Bucket]:
    return [dollars(f"2026-10-{number:02}", amount) for number in range(1, 32)]


def test_a_month_so_far_stands_beside_the_same_days_of_the_month_before() -> None:
    found = month(usage_of(*october(5), *november(10, 10, 20)), Query(period="7d"), PRICES)

    assert found is not None
    assert (found.last, found.to_date, found.before_to_date, found.before) == (date(2026, 11, 3), 40, 15, 155)


def test_a_burn_rate_is_the_mean_of_28_complete_days() -> None:
    cut = bucket("2026-11-04", "2026-11-04T03:00", wide(model="gpt-4o", text=400 * M))
    found = month(usage_of(*october(5), *november(10, 10, 20), cut), Query(), PRICES)

    assert found is not None
    # 25 days of October at 5, and 40 in November.
    assert found.burn_rate == Decimal(165) / 28
    assert found.projected() == 40 + Decimal(165) / 28 * 27


def test_no_burn_rate_is_made_up_where_a_day_was_not_measured() -> None:
    found = month(usage_of(*november(10, 10, 20)), Query(), PRICES)

    assert found is not None
    assert (found.burn_rate, found.before, found.projected(), found.exhausted(Decimal(100))) == (None, None, None, None)


def test_the_day_a_budget_is_exhausted() -> None:
    found = month(usage_of(*october(10), *november(10, 10, 10)), Query(), PRICES)

    assert found is not None
    assert found.exhausted(Decimal(25)) == date(2026, 11, 3)  # 10, 20, 30: it is already
    assert found.exhausted(Decimal(100)) == date(2026, 11, 10)
    assert found.exhausted(Decimal(101)) == date(2026, 11, 11)
    assert found.exhausted(Decimal(300)) == date(2026, 11, 30)
    assert found.exhausted(Decimal(301)) is None


def test_months_follow_filters_and_not_the_period() -> None:
    usage = usage_of(dollars("2026-11-01", 5, project_id="a"), dollars("2026-11-02", 10, project_id="b"))

    found = month(usage, Query(period="24h").with_filter("project_id", ["a"]), PRICES)

    assert found is not None
    assert found.to_date == Decimal(5)


def test_hours_make_days() -> None:
    hours = [hour(f"2026-11-02T{clock:02}:00", wide(model="gpt-4o", text=M)) for clock in range(24)]

    found = month(usage_of(*hours), Query(), PRICES)

    assert found is not None
    assert found.days == {date(2026, 11, 2): Decimal(60)}


def test_a_month_of_which_nothing_has_a_price_is_no_month_of_0_dollars() -> None:
    assert month(usage_of(day("2026-11-02", wide(model="gpt-9", text=M))), Query(), PRICES) is None
