"""Of two versions of an amount the larger counts, to the last digit."""

from decimal import Decimal

from data.table import tidy
from tests.build import bucket, day, export


def test_the_amounts_of_a_clipped_day_are_replaced_by_those_of_the_whole_one():
    early = export(bucket("2026-01-01", "2026-01-01T06:00", {"amount": "0.1", "currency": "usd", "line_item": "a"}))
    whole = export(
        day("2026-01-01", {"amount": "0.30000000000000000001", "currency": "usd", "line_item": "a"}), name="b.json"
    )
    assert tidy([whole, early]).costs["amount"].to_pylist() == [Decimal("0.30000000000000000001")]


def test_amounts_that_differ_in_the_thirtieth_digit_give_the_same_total_in_any_order():
    files = [
        export(day("2026-01-01", {"amount": amount, "currency": "usd", "line_item": "a"}), name=amount)
        for amount in ("0.100000000000000000000000000001", "0.100000000000000000000000000002")
    ]
    assert tidy(files).costs["amount"].to_pylist() == tidy(files[::-1]).costs["amount"].to_pylist()


def test_an_amount_may_be_null_or_negative():
    rows = [
        {"amount": "-5.25", "currency": "usd", "line_item": "credit"},
        {"amount": "1", "currency": "usd", "line_item": "a"},
    ]
    unknown = day("2026-01-02", {"amount": None, "line_item": "a"})
    usage = tidy(
        [export(day("2026-01-01", *rows)), export(unknown), export(day("2026-01-01", *rows), unknown, name="b.json")]
    )
    assert usage.costs["amount"].to_pylist() == [Decimal("-5.25"), Decimal(1), None]
    assert usage.files[2].duplicate == 3
