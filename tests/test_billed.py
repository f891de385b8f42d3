"""Bills, to the last digit: currencies apart, credits kept, filtered as far as they tell what is filtered by."""

from decimal import Decimal

from data.billed import billed
from data.table import tidy
from tests.build import at, day, export, usage_of

FROM, TO = at("2026-11-01"), at("2026-12-01")


def bill(amount: str | None, line: str | None = None, **more: object) -> dict[str, object]:
    return {"amount": amount, "currency": "usd", "line_item": line, **more}


def test_currencies_are_never_added_and_credits_stay() -> None:
    usage = usage_of(
        day(
            "2026-11-02",
            bill("10.000000000000000000000000000001"),
            bill("-3"),
            bill("7", currency="EUR"),
            bill("5", currency=None),
        )
    )

    found = billed(usage, (), FROM, TO)

    assert found.currencies == ("usd", "eur")
    assert found.total() == Decimal("12.000000000000000000000000000001")
    assert found.total("eur") == Decimal(7)


def test_the_currencies_that_come_most_often_are_told_and_the_rest_is_counted() -> None:
    codes = [f"c{number:03}" for number in range(500)]
    usage = usage_of(day("2026-11-02", *(bill("1", currency=code) for code in [*codes, "c400", "c300", "usd"])))

    found = billed(usage, (), FROM, TO)

    assert found.currencies == ("usd", "c300", "c400", "c000", "c001", "c002", "c003", "c004")
    assert found.more_currencies == 493


def test_an_amount_that_is_not_told_is_not_0() -> None:
    usage = usage_of(day("2026-11-02", bill(None, "gpt-5, input"), bill("1", "gpt-4o, input")))

    found = billed(usage, (), FROM, TO)

    assert found.by(lambda each: each.told("model")) == {"gpt-5": None, "gpt-4o": Decimal(1)}


def test_bills_are_those_of_the_period_and_a_day_without_one_is_covered() -> None:
    usage = usage_of(day("2026-10-31", bill("1")), day("2026-11-01", bill("2")), day("2026-12-01", bill("4")))

    found = billed(usage, (), FROM, TO)

    assert (found.total(), found.days) == (Decimal(2), {FROM})


def test_a_filter_by_project_or_model_keeps_the_bills_that_tell_it() -> None:
    usage = usage_of(
        day(
            "2026-11-02",
            bill("1", "gpt-5, input", project_id="a"),
            bill("2", "ft-gpt-4.1-2025-04-14, input", project_id="a"),
            bill("4", "gpt-5, input", project_id="b"),
            bill("8", "web search tool calls", project_id="a"),
        )
    )

    assert billed(usage, (("project_id", ("a",)),), FROM, TO).total() == Decimal(11)
    assert billed(usage, (("model", ("gpt-5",)),), FROM, TO).total() == Decimal(5)
    assert billed(usage, (("model", ("ft:gpt-4.1-2025-04-14:acme::x",)),), FROM, TO).total() == Decimal(2)


def test_a_filter_that_bills_do_not_tell_is_named_and_left_out() -> None:
    usage = usage_of(day("2026-11-02", bill("1", "gpt-5, input")))

    found = billed(usage, (("service_tier", ("flex",)), ("user_id", ("u",))), FROM, TO)

    assert (found.total(), found.unfiltered) == (Decimal(1), ("service_tier", "user_id"))


def test_a_bill_that_two_exports_hold_counts_once() -> None:
    one = export(day("2026-11-02", bill("1", "gpt-5, input")), name="a.json")
    two = export(
        day("2026-11-02", bill("1", "gpt-5, input")), day("2026-11-03", bill("2", "gpt-5, input")), name="b.json"
    )

    assert billed(tidy([one, two]), (), FROM, TO).total() == Decimal(3)
