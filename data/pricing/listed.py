"""OpenAI's list prices, as the library `genai-prices` bundles them. Its updater is never started.

What the library is careful about is one request; usage is a sum of many. Hence: prices are asked for one token at a
time with every field given, which never reaches a tier of long requests and never leaves a share to be guessed. A kind
of token that only another kind's price would fit (audio at the price of text) has no price here.
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from fractions import Fraction
from functools import lru_cache

from genai_prices import Usage, __version__
from genai_prices.data_snapshot import find_provider_by_id, get_snapshot
from genai_prices.types import ModelInfo, ModelPrice, StartDateConstraint, TieredPrices

from data.pricing.units import AUDIO, UNITS

SOURCE = "genai-prices"
VERSION = __version__

PerMillion = dict[str, Fraction | None]
"""Unit → dollars per million tokens, None without a price."""

_MOST_NAMES = 32_768
"""Models whose prices are kept: their names come from uploads."""

_TOKEN: dict[str, tuple[str, ...]] = {
    "text_input": ("input_tokens", "input_text_tokens"),
    "image_input": ("input_tokens", "input_image_tokens"),
    "cached_text": ("input_tokens", "input_text_tokens", "cache_read_tokens", "cache_text_read_tokens"),
    "cached_image": ("input_tokens", "input_image_tokens", "cache_read_tokens", "cache_image_read_tokens"),
    "cache_write": ("input_tokens", "input_text_tokens", "cache_write_tokens", "cache_text_write_tokens"),
    "text_output": ("output_tokens", "output_text_tokens"),
    "image_output": ("output_tokens", "output_image_tokens"),
    "audio_input": ("input_tokens", "input_audio_tokens"),
    "cached_audio": ("input_tokens", "input_audio_tokens", "cache_read_tokens", "cache_audio_read_tokens"),
    "audio_output": ("output_tokens", "output_audio_tokens"),
}
"""The library's counts that one token of a unit is in."""
_FIELDS = sorted({field for fields in _TOKEN.values() for field in fields})
_DATED = re.compile(r"-\d{4}-\d{2}-\d{2}$")

_openai = find_provider_by_id(get_snapshot().providers, "openai")
if _openai is None:  # pragma: no cover - a release of the library without OpenAI is not installed by accident
    raise ImportError("genai-prices knows no OpenAI prices")


def _dates(model: ModelInfo) -> set[date]:
    """Days from which a price of the model differs from the day before."""
    conditions = [*(model.prices if isinstance(model.prices, list) else ()), *(model.price_variants or ())]
    found = (each.constraint for each in conditions)
    return {each.start_date for each in found if isinstance(each, StartDateConstraint)}


def _checked(model: ModelInfo) -> set[date]:
    told = re.findall(r"\b20\d{2}-\d{2}-\d{2}\b", model.price_comments or "")
    return {date.fromisoformat(day) for day in told} | _dates(model)


CHECKED = max(day for model in _openai.models for day in _checked(model))
"""The newest day on which the library says that it read or changed one of these prices."""


class Listed:
    """What the list says of one model."""

    def __init__(self, name: str, model: ModelInfo, base: ModelInfo | None) -> None:
        self.name = name
        """As found: without the date where the list has no such snapshot."""
        self._model = model
        self._base = base
        """Of a fine-tuned model the one that was tuned."""
        self.changes = tuple(sorted(_dates(model)))
        self.is_base_only = any(isinstance(price, TieredPrices) for price in vars(self._prices(date.max, {})).values())
        """Whether long requests cost more than these prices, which a sum of requests cannot tell."""

    @property
    def is_priced_by_token(self) -> bool:
        """Not so where the price is by the hour or by the character. Moderation has no price because it is free."""
        prices = vars(self._prices(date.max, {}))
        return "input_mtok" in prices or not prices

    def since(self, context: Mapping[str, str]) -> date | None:
        """The day from which there is a price for a kind of processing; None where there never is."""
        starts = [variant.constraint for variant in self._model.price_variants or () if variant.when == context]
        days = [each.start_date if isinstance(each, StartDateConstraint) else date.min for each in starts]
        return min(days, default=None)

    def per_million(self, day: date, context: Mapping[str, str]) -> PerMillion:
        prices = self._prices(day, context)
        found = {unit: _price(prices, unit) for unit in UNITS}
        if self._base and "cache_read_mtok" not in vars(prices):
            base = self._base.get_prices(_noon(day))
            found |= dict.fromkeys(("cached_text", "cached_image"), _as_in_base(found["text_input"], base))
        return found

    def _prices(self, day: date, context: Mapping[str, str]) -> ModelPrice:
        return self._model.get_prices(_noon(day), context)


@lru_cache(_MOST_NAMES)
def listed(model: str) -> Listed | None:
    """The model's prices; a dated snapshot that the list does not name has those of its model."""
    if found := _find(model):
        base = _find(model.split(":")[1]) if model.startswith("ft:") else None
        return Listed(model, found, base)
    undated = _DATED.sub("", model)
    found = _find(undated) if undated != model and not model.startswith("ft:") else None
    return Listed(undated, found, None) if found else None


def _find(model: str) -> ModelInfo | None:
    return _openai.find_model(model) if _openai else None


def _price(prices: ModelPrice, unit: str) -> Fraction | None:
    if vars(prices) and not _fits(prices, unit):
        return None
    usage = Usage(**{field: int(field in _TOKEN[unit]) for field in _FIELDS})
    try:
        return Fraction(prices.calc_price(usage)["total_price"]) * 10**6
    except ValueError:  # two prices would fit as well as each other
        return None


def _fits(prices: ModelPrice, unit: str) -> bool:
    if unit in AUDIO:
        return ("output_audio_mtok" if unit == "audio_output" else "input_audio_mtok") in vars(prices)
    return ("output_mtok" if unit.endswith("output") else "input_mtok") in vars(prices)


def _as_in_base(fresh: Fraction | None, base: ModelPrice) -> Fraction | None:
    """Cached input of a fine-tuned model: the same share of its input's price as in the model that was tuned."""
    text, cached = _price(base, "text_input"), _price(base, "cached_text")
    return fresh * cached / text if fresh is not None and text and cached is not None else fresh


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
