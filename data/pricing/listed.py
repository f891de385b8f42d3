"""OpenAI's list prices, as the library `genai-prices` bundles them. Its updater is never started.

What the library is careful about is one request; usage is a sum of many. Hence: prices are asked for one token at a
time with every field given, which never reaches a tier of long requests and never leaves a share to be guessed. A kind
of token that only another kind's price would fit (audio at the price of text) has no price here.
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from fractions import Fraction
from functools import cache, lru_cache
from typing import NamedTuple

from genai_prices import Usage, __version__
from genai_prices.data_snapshot import find_provider_by_id, get_snapshot
from genai_prices.types import (
    ClauseContains,
    ClauseEquals,
    ClauseOr,
    ClauseRegex,
    ClauseStartsWith,
    MatchLogic,
    ModelInfo,
    ModelPrice,
    StartDateConstraint,
    TieredPrices,
)

from data.pricing.units import AUDIO, UNITS

SOURCE = "genai-prices"
VERSION = __version__

PerMillion = dict[str, Fraction | None]
"""Unit → dollars per million tokens, None without a price."""

_MOST_DAYS = 4096
"""Prices of a model, day and kind of processing that are kept."""

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
_COMPACT = re.compile(r"-(\d{4})(\d\d)(\d\d)(?=-|:|$)")
"""How some write a date; the library understands it."""

_found = find_provider_by_id(get_snapshot().providers, "openai")
if _found is None:  # pragma: no cover - a release of the library without OpenAI is not installed by accident
    raise ImportError("genai-prices knows no OpenAI prices")
_openai = _found


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


TIERS = frozenset({"flex"}).union(
    *(variant.when.values() for model in _openai.models for variant in model.price_variants or ())
)
"""Service tiers that change a price."""


class Listed:
    """What the list says of one model."""

    def __init__(self, model: ModelInfo, base: ModelInfo | None) -> None:
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
        return dict(_per_million(self, day, tuple(context.items())))

    def worked_out(self, day: date, context: Mapping[str, str]) -> PerMillion:
        prices = self._prices(day, context)
        found = {unit: _price(prices, unit) for unit in UNITS}
        if self._base and "cache_read_mtok" not in vars(prices):
            base = self._base.get_prices(_noon(day))
            found |= dict.fromkeys(("cached_text", "cached_image"), _as_in_base(found["text_input"], base))
        return found

    def _prices(self, day: date, context: Mapping[str, str]) -> ModelPrice:
        return self._model.get_prices(_noon(day), context)


@lru_cache(_MOST_DAYS)
def _per_million(of: Listed, day: date, context: tuple[tuple[str, str], ...]) -> PerMillion:
    return of.worked_out(day, dict(context))


class Found(NamedTuple):
    """A model of the list, however it is called."""

    listed: Listed
    stands_in: str = ""
    """The name it was found by, where the list does not have the model's own."""


def listed(model: str) -> Found | None:
    """The model's prices; a dated snapshot that the list does not name has those of its model."""
    if (place := _find(model)) is not None:
        return Found(_listed(place, _find(model.split(":")[1]) if model.startswith("ft:") else None))
    undated = _DATED.sub("", model)
    place = _find(undated) if undated != model and not model.startswith("ft:") else None
    return None if place is None else Found(_listed(place, None), undated)


@cache
def _listed(place: int, base: int | None) -> Listed:
    """One for all names that mean the same models."""
    return Listed(_openai.models[place], None if base is None else _openai.models[base])


def _find(name: str) -> int | None:
    """The place in the list; to ask each of its models takes fifty times as long as to see that none can be meant."""
    name = name.lower()
    if not _may_be_listed(name) and not _may_be_listed(_COMPACT.sub(r"-\1-\2-\3", name)):
        return None
    found = _openai.find_model(name)
    return None if found is None else _PLACES[id(found)]


def _may_be_listed(name: str) -> bool:
    return name in _NAMES or name.startswith(_STARTS) or _PATTERN.search(name) is not None


def _clauses(match: MatchLogic) -> list[MatchLogic]:
    """Of which one has to hold."""
    return [each for inner in match.or_ for each in _clauses(inner)] if isinstance(match, ClauseOr) else [match]


_NEVER = "(?!)"


def _pattern(clause: MatchLogic) -> str:
    """Matches at least what the clause does."""
    match clause:
        case ClauseEquals() | ClauseStartsWith():
            return _NEVER
        case ClauseRegex():
            return clause.regex
        case ClauseContains():
            return re.escape(clause.contains.lower())
        case _:
            return ""


_PLACES = {id(model): place for place, model in enumerate(_openai.models)}
_CLAUSES = [clause for model in _openai.models for clause in _clauses(model.match)]
_NAMES = frozenset(clause.equals.lower() for clause in _CLAUSES if isinstance(clause, ClauseEquals))
_STARTS = tuple(clause.starts_with.lower() for clause in _CLAUSES if isinstance(clause, ClauseStartsWith))
_PATTERN = re.compile("|".join(f"(?:{each})" for each in map(_pattern, _CLAUSES) if each != _NEVER))
"""What is not asked for by a whole name or its beginning."""


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
