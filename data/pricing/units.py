"""What has a price of its own: ten disjoint kinds of token, and the part of a total each lies in."""

from decimal import Decimal
from fractions import Fraction

PART_OF: dict[str, str] = {
    "text_input": "uncached_input",
    "image_input": "uncached_input",
    "cached_text": "cached_input",
    "cached_image": "cached_input",
    "cache_write": "cache_write",
    "text_output": "output",
    "image_output": "output",
    "audio_input": "audio_input",
    "cached_audio": "audio_input",
    "audio_output": "audio_output",
}
"""Unit → part, in stacking order."""

UNITS: tuple[str, ...] = tuple(PART_OF)

FRESH: dict[str, str] = {"cached_text": "text_input", "cached_image": "image_input", "cached_audio": "audio_input"}
"""Cached unit → what the same tokens are when they are not read from the cache."""

AUDIO = ("audio_input", "cached_audio", "audio_output")

PER_DOLLAR = 10**15
MILLION = 10**6


def femto(per_million: Fraction | Decimal | int) -> int:
    """Dollars per million tokens → femtodollars per token, whole; finer prices are rounded half to even."""
    return round(Fraction(per_million) * PER_DOLLAR / MILLION)


def dollars(femtodollars: int) -> Decimal:
    """Exact, whatever the precision of the moment."""
    return Decimal(f"{femtodollars}e-15")
