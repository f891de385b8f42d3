"""What a single value may be: a count, a flag, an amount or a text, and why another one is none.

Types are strict, because a guessed number is worse than a rejected one.
"""

import math
import re
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator
from pydantic_core import PydanticCustomError

MAX_COUNT = 2**63 - 1
# Beyond 2^53 a JSON number with a fraction part has already lost digits when a parser hands it over.
MAX_EXACT_FLOAT = 2.0**53

MAX_TEXT = 4096
"""Characters of the longest name anyone has reason to send; it also bounds what one cell can put on a screen."""

# `1.000` may be a thousand in one country and one in the next; `1.0` and `1.00` are written by programs only.
_WHOLE_TEXT = re.compile(r"([0-9]{1,25})(\.|\.0|\.00|\.0{4,})?")
_GROUPED_TEXT = re.compile(r"[+-]?[0-9]{1,3}([.,'\u00a0\u202f ][0-9]{3})+([.,][0-9]*)?")
_NUMBER_TEXT = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,9})?")
_SCIENTIFIC_TEXT = re.compile(r"[+-]?[0-9]+([.,][0-9]*)?[eE][+-]?[0-9]+")


def _whole_number(value: Any) -> int:
    """A count that did not arrive as a plain integer: `3608.0`, or a CSV cell `"3608.0"`."""
    if isinstance(value, str):
        value = _whole_text(value)
    elif isinstance(value, float) and math.isfinite(value) and value.is_integer():
        if abs(value) > MAX_EXACT_FLOAT:
            raise PydanticCustomError("inexact_count", "has lost digits: a float above 2^53 is not exact")
        value = int(value)
    elif isinstance(value, Decimal) and value.is_finite():
        value = _whole_decimal(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise PydanticCustomError("whole_number", "is not a whole number")
    if value < 0:
        raise PydanticCustomError("negative_count", "is negative")
    if value > MAX_COUNT:
        raise PydanticCustomError("count_too_large", "is larger than 2^63 - 1")
    return value


def _whole_text(value: str) -> int:
    if whole := _WHOLE_TEXT.fullmatch(value):
        return int(whole[1])
    if _GROUPED_TEXT.fullmatch(value):
        raise PydanticCustomError("thousands_separator", "may hold a thousands separator: digits alone are read")
    if _SCIENTIFIC_TEXT.fullmatch(value):
        raise PydanticCustomError("scientific_notation", "is in scientific notation, which has lost digits")
    if value.startswith("-") and _WHOLE_TEXT.fullmatch(value[1:]):
        raise PydanticCustomError("negative_count", "is negative")
    raise PydanticCustomError("whole_number", "is not a whole number")


def _whole_decimal(value: Decimal) -> Any:
    """A JSON number with a point or an exponent, read without a detour through binary fractions."""
    if value.adjusted() >= 20:  # before int(): 1e999999999 would be a gigabyte of digits
        raise PydanticCustomError("count_too_large", "is larger than 2^63 - 1" if value > 0 else "is negative")
    return int(value) if value == value.to_integral_value() else value


def _truth(value: Any) -> bool:
    """A CSV cell `False` or, back from a spreadsheet, `FALSE`."""
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    raise PydanticCustomError("true_or_false", "is neither true nor false")


def _storable(value: Decimal) -> Decimal:
    """Up to 30 decimals have been seen; what 38 digits on either side of the point cannot hold is no amount."""
    if not value.is_finite():
        raise PydanticCustomError("finite_number", "is not a finite number")
    if not value:
        return Decimal(0)  # also `0E-28`, and a zero with a million decimals
    digits = "".join(map(str, value.as_tuple().digits)) if value.adjusted() < 38 else ""
    lowest = value.adjusted() + 1 - len(digits.rstrip("0"))  # `normalize()` would round to 28 digits
    if not digits or lowest < -38:
        raise PydanticCustomError("number_out_of_range", "has more than 38 digits before or after the point")
    return value


def _number(value: Any) -> Any:
    """Money and quantities: a decimal string or a number, read as it was written, never through binary fractions."""
    if isinstance(value, bool) or (isinstance(value, str) and not _NUMBER_TEXT.fullmatch(value)):
        raise PydanticCustomError("number", "is not a number")
    return repr(value) if isinstance(value, float) else value


# The first arm is what nearly every count is and costs nothing; the second explains what is wrong with the rest.
Count = Annotated[
    Annotated[int, Field(strict=True, ge=0, le=MAX_COUNT)] | Annotated[int, PlainValidator(_whole_number)],
    Field(union_mode="left_to_right"),
]
Flag = Annotated[
    Annotated[bool, Field(strict=True)] | Annotated[bool, PlainValidator(_truth)],
    Field(union_mode="left_to_right"),
]
Number = Annotated[Decimal, BeforeValidator(_number), AfterValidator(_storable)]
# The length limit is also what makes pydantic look for lone surrogates, which no table can store.
Text = Annotated[str, Field(strict=True, max_length=MAX_TEXT)]
