"""What a token costs by model, day, service tier and batch: the list's price and a person's own put together."""

from bisect import bisect
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import NamedTuple

from data.pricing.listed import TIERS, Found, Listed, PerMillion, listed
from data.pricing.own import OwnPrice
from data.pricing.units import AUDIO, UNITS, femto

STANDARD = (None, "default", "auto", "standard")
FREE = "incentivized-tier"
PREPAID = "scale"
HALF = Fraction(1, 2)
"""What batch and flex cost where no price list says so: OpenAI's rule for both."""

_UNKNOWN = "\0"
"""Stands for every service tier that nobody has a price for."""
_MOST_KEPT = 32_768

Femto = Mapping[str, int | None]


class Rates(NamedTuple):
    """Femtodollars per token by unit, None where there is no price."""

    paid: Femto
    standard: Femto
    """Without batch or a service tier: what a saving is measured against."""
    reason: str = ""
    """Why tokens are unpriced, where some are; empty where all units a model can have are priced."""
    note: str = ""
    """How a price was arrived at that no list says in so many words."""
    lower_bound: bool = False
    """Long requests cost more, and a sum of requests does not tell which were long."""


_NONE: Femto = MappingProxyType(dict.fromkeys(UNITS))
_ZERO: Femto = MappingProxyType(dict.fromkeys(UNITS, 0))


class Kind(NamedTuple):
    """What of a model decides its prices: models of one kind have the same."""

    found: Found | None
    own: tuple[OwnPrice, ...] = ()

    @property
    def listed(self) -> Listed | None:
        return self.found.listed if self.found else None

    def since(self, day: date) -> date:
        """The last day on which a price changed: all days from then on have the same."""
        days = sorted({*(self.listed.changes if self.listed else ()), *(price.start_date for price in self.own)})
        before = bisect(days, day)
        return days[before - 1] if before else date.min


@dataclass(frozen=True)
class Prices:
    """The list's prices, and those of one's own, which come first."""

    own: tuple[OwnPrice, ...] = ()
    name: str = field(default="", compare=False)
    """Of the file that the own prices are from."""

    def kind(self, model: str | None) -> Kind | None:
        """None for a model that is not known."""
        return Kind(listed(model), self._own(model)) if model else None

    def rates(self, model: str | None, day: date, service_tier: str | None, batch: bool) -> Rates:
        return rates_of(self.kind(model), day, service_tier, batch)

    def _own(self, model: str) -> tuple[OwnPrice, ...]:
        """Those that are for the model, in the order of the file."""
        if not self.own:
            return ()
        begins = [model[:length] for length in self._lengths if length <= len(model)]
        places = [*self._exact.get(model, ()), *(place for begin in begins for place in self._begins.get(begin, ()))]
        return tuple(self.own[place] for place in sorted(places))

    @cached_property
    def _exact(self) -> dict[str, list[int]]:
        return _places({place: price.model for place, price in enumerate(self.own) if not price.is_pattern})

    @cached_property
    def _begins(self) -> dict[str, list[int]]:
        return _places({place: price.model[:-1] for place, price in enumerate(self.own) if price.is_pattern})

    @cached_property
    def _lengths(self) -> list[int]:
        return sorted({len(begin) for begin in self._begins})


def _places(names: Mapping[int, str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for place, name in names.items():
        found.setdefault(name, []).append(place)
    return found


def rates_of(kind: Kind | None, day: date, service_tier: str | None, batch: bool) -> Rates:
    """What tokens of a kind of model cost on a day."""
    if service_tier == FREE:
        standard = rates_of(kind, day, None, False).standard if kind else _NONE
        return Rates(_ZERO, standard, note="incentivized tier is free")
    if kind is None:
        return Rates(_NONE, _NONE, "the model is not known")
    tier = "" if batch else service_tier or "default"
    if tier == PREPAID:
        return Rates(_NONE, _NONE, "scale tier is prepaid")
    known = not tier or tier in STANDARD or tier in TIERS or any(price.service_tier == tier for price in kind.own)
    found = _rates(kind.listed, kind.since(day), tier if known else _UNKNOWN, batch, kind.own)
    if not known:  # of which an upload may have as many as it likes
        found = found._replace(reason=found.reason.replace(_UNKNOWN, tier))
    if not kind.found or not kind.found.stands_in:
        return found
    return found._replace(note="; ".join(filter(None, [found.note, f"by the price of {kind.found.stands_in}"])))


@lru_cache(_MOST_KEPT)
def _rates(found: Listed | None, day: date, tier: str, batch: bool, own: tuple[OwnPrice, ...]) -> Rates:
    standard, paid, note = _with_own(found, day, tier, batch, own)
    is_bound = bool(found and found.is_base_only)
    return Rates(_femto(paid), _femto(standard), _reason(found, tier, standard, paid), note, is_bound)


def _with_own(
    found: Listed | None, day: date, tier: str, batch: bool, own: tuple[OwnPrice, ...]
) -> tuple[PerMillion, PerMillion, str]:
    """Standard price, price paid, and how the latter was found."""
    standard = found.per_million(day, {}) if found and found.is_priced_by_token else dict.fromkeys(UNITS)
    standard = _laid_over(standard, _latest([price for price in own if price.is_standard], day))
    if tier in STANDARD and not batch:
        exact = [price for price in own if not price.is_standard and _is_for(price, tier, batch)]
        return standard, _laid_over(standard, _latest(exact, day)), ""
    ratio, note = _ratio(found, day, tier, batch)
    paid: PerMillion = {unit: _times(standard[unit], ratio.get(unit)) for unit in UNITS}
    exact = [price for price in own if not price.is_standard and _is_for(price, tier, batch)]
    return standard, _laid_over(paid, _latest(exact, day)), note


def _is_for(price: OwnPrice, tier: str, batch: bool) -> bool:
    """A row for batch is one whatever the tier; a row for a tier is not one for batch."""
    if batch:
        return bool(price.batch)
    return not price.batch and price.service_tier in (None, tier)


def _latest(own: list[OwnPrice], day: date) -> OwnPrice | None:
    return max((price for price in own if price.start_date <= day), key=lambda price: price.start_date, default=None)


def _laid_over(under: PerMillion, over: OwnPrice | None) -> PerMillion:
    return {**under, **{unit: Fraction(price) for unit, price in over.per_million.items()}} if over else under


def _ratio(found: Listed | None, day: date, tier: str, batch: bool) -> tuple[PerMillion, str]:
    """By unit, the price of a kind of processing over the standard one.

    The list has such prices from October 2026 on only; for a day before that the first one's ratio is taken.
    """
    context = {"processing": "batch"} if batch else {"service_tier": tier}
    since = found.since(context) if found else None
    name = "batch" if batch else tier
    if found is None or since is None:
        if batch or tier == "flex":
            return dict.fromkeys(UNITS, HALF), f"{name} at half the standard price, which no list says of this model"
        return dict.fromkeys(UNITS), ""
    then = max(day, since)
    standard, paid = found.per_million(then, {}), found.per_million(then, context)
    note = f"{name} in the proportion to the standard price that the list has since {since}" if since > day else ""
    return {unit: _over(paid[unit], standard[unit]) for unit in UNITS}, note


def _over(paid: Fraction | None, standard: Fraction | None) -> Fraction | None:
    if paid is None or standard is None:
        return None
    return paid / standard if standard else Fraction(1)


def _times(price: Fraction | None, ratio: Fraction | None) -> Fraction | None:
    return None if price is None or ratio is None else price * ratio


def _reason(found: Listed | None, tier: str, standard: PerMillion, paid: PerMillion) -> str:
    lacking = [unit for unit in UNITS if paid[unit] is None]
    if len(lacking) < len(UNITS):
        return "no audio price" if set(lacking) & set(AUDIO) else "no output price" if lacking else ""
    if any(price is not None for price in standard.values()):
        return f"no price for service tier {tier}"
    return "not priced by the token" if found else "not in the price list"


def _femto(prices: PerMillion) -> Femto:
    return MappingProxyType({unit: None if price is None else femto(price) for unit, price in prices.items()})
