"""What a value has to be, and why another one is none."""

from decimal import Decimal
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from data.values import Count, Flag, Number, Text

COUNT, FLAG, NUMBER, TEXT = (TypeAdapter[Any](each) for each in (Count, Flag, Number, Text))


def reason(adapter: TypeAdapter[Any], value: Any) -> str:
    with pytest.raises(ValidationError) as caught:
        adapter.validate_python(value)
    return str(caught.value.errors()[-1]["msg"])


@pytest.mark.parametrize(
    ("given", "count"),
    [
        (0, 0),
        (2**63 - 1, 2**63 - 1),
        (2**53 + 1, 2**53 + 1),
        (3608.0, 3608),
        ("3608", 3608),
        ("3608.0", 3608),
        ("3608.00", 3608),
        (Decimal("9007199254740993.0"), 9007199254740993),
        (Decimal("1E+3"), 1000),
    ],
)
def test_a_count_is_a_whole_number_in_whatever_form(given: Any, count: int) -> None:
    assert COUNT.validate_python(given) == count


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (12.5, "is not a whole number"),
        ("12.5", "is not a whole number"),
        (True, "is not a whole number"),
        ("12k", "is not a whole number"),
        ("", "is not a whole number"),
        (float("nan"), "is not a whole number"),
        (float("inf"), "is not a whole number"),
        (None, "is not a whole number"),
        (-1, "is negative"),
        ("-1.0", "is negative"),
        (2**63, "is larger than 2^63 - 1"),
        (Decimal("1e999999999"), "is larger than 2^63 - 1"),
        (2.0**60, "has lost digits: a float above 2^53 is not exact"),
        ("1,234", "may hold a thousands separator: digits alone are read"),
        ("1.234,5", "may hold a thousands separator: digits alone are read"),
        ("1.000", "may hold a thousands separator: digits alone are read"),
        ("1.23E+11", "is in scientific notation, which has lost digits"),
    ],
)
def test_anything_else_is_no_count_and_the_reason_is_said(given: Any, why: str) -> None:
    assert reason(COUNT, given) == why


@pytest.mark.parametrize(("given", "flag"), [(True, True), ("False", False), ("TRUE", True)])
def test_a_flag_may_come_from_a_spreadsheet(given: Any, flag: bool) -> None:
    assert FLAG.validate_python(given) is flag


def test_one_and_zero_are_no_flags() -> None:
    assert reason(FLAG, 1) == "is neither true nor false"


@pytest.mark.parametrize(
    ("given", "amount"),
    [
        ("0.003835980000000000000000000000", Decimal("0.00383598")),
        (Decimal("0." + "1" * 30), Decimal("0." + "1" * 30)),
        (2.25, Decimal("2.25")),
        (0.1, Decimal("0.1")),
        (3, Decimal(3)),
        ("-12.5", Decimal("-12.5")),
        ("0E-28", Decimal(0)),
        ("1e37", Decimal("1e37")),
    ],
)
def test_money_is_exact(given: Any, amount: Decimal) -> None:
    assert NUMBER.validate_python(given) == amount


@pytest.mark.parametrize("given", ["1,5", "1_0", " 1", "abc", "", True, "NaN", "1e400", "1e-39", "0." + "1" * 39])
def test_what_cannot_be_stored_exactly_is_no_money(given: Any) -> None:
    assert reason(NUMBER, given)


def test_half_a_character_is_no_text() -> None:
    assert "unicode" in reason(TEXT, "\ud800")
