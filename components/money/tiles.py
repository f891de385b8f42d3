"""Costs in a few numbers."""

from decimal import Decimal

from components.money.words import bounded, exactly, short, unit_price
from components.theme import BLANK, NO_ANSWER, money, percent
from components.tiles import Tile, noted
from data.billed import CURRENCY
from data.cost import Comparison, Cost, Month


def tiles_of(cost: Cost, comparison: Comparison | None, month: Month | None) -> tuple[Tile, ...]:
    """Estimated and billed, the month so far, what cache and batch saved, and unit costs."""
    return (
        noted("Estimated", bounded(cost.whole), _unpriced(cost), f"Tokens × price. {_exactly(cost)}"),
        *_billed(comparison),
        *_month(month),
        _cache(cost),
        _tiers(cost),
        _unit(cost),
    )


def _exactly(cost: Cost) -> str:
    return "None of these tokens has one." if cost.whole.cost is None else f"Exactly {exactly(cost.whole.cost)}."


def _unpriced(cost: Cost) -> str:
    if not cost.whole.unpriced_tokens:
        return "all tokens priced"
    return f"{percent(cost.whole.unpriced_tokens / cost.whole.tokens)} unpriced"


def _billed(comparison: Comparison | None) -> list[Tile]:
    """One per currency: they are never added."""
    if comparison is None:
        return []
    bills = comparison.billed
    return [
        noted(
            "Billed" if currency == CURRENCY else f"Billed, {currency.upper()}",
            short(bills.total(currency), currency),
            "by costs exports",
            f"By costs exports in this period, credits included: {money(bills.total(currency), currency)}.",
        )
        for currency in bills.currencies
    ]


def _month(month: Month | None) -> list[Tile]:
    if month is None:
        return []
    before = month.before_to_date
    return [
        noted(
            "Month to date",
            short(month.to_date),
            _against(month),
            f"Estimated, {month.first} – {month.last}, beside the same days of the month before: {money(before)}.",
        )
    ]


def _against(month: Month) -> str:
    """Beside the same days of the month before; of $0.00 nothing is a percent."""
    before, named = month.before_to_date, f"{month.last_month:%b}"
    if before is None:
        return f"not measured in {named}"
    return f"{_change(month.to_date, before)} on {named}" if before else f"{money(before)} in {named}"


def _change(now: Decimal, then: Decimal) -> str:
    ratio = float(now / then - 1)
    return f"{'+' if ratio >= 0 else '−'}{percent(abs(ratio))}"


def _cache(cost: Cost) -> Tile:
    whole = cost.whole
    written = whole.parts["cache_write"]
    note = f"writes cost {money(written)}" if written is not None else "no cache writes"
    over = f" Cache writes cost {money(whole.written_over)} more than as uncached input." if written is not None else ""
    if whole.cost is None:
        note = "no price known"
    return noted(
        "Saved by caching",
        short(whole.saved_by_cache if whole.cost is not None else None),
        note,
        f"Cached input against its uncached price.{over}",
    )


def _tiers(cost: Cost) -> Tile:
    tiers = sum((each.saved_by_tier for (batch, _), each in cost.tiers.items() if batch != "true"), Decimal(0))
    if cost.whole.cost is None:
        return noted("Saved by batch", BLANK, "no price known", "Batches against the standard price.")
    note = f"tiers saved {money(tiers)}" if tiers >= 0 else f"tiers cost {money(-tiers)} more"
    return noted(
        "Saved by batch",
        short(cost.saved_by_batch),
        note if tiers else "no other tiers",
        "Batches against the standard price. Tiers: flex, free and priority against the standard price.",
    )


def _unit(cost: Cost) -> Tile:
    whole = cost.whole
    priced = whole.tokens - whole.unpriced_tokens
    per_million = NO_ANSWER if not priced or whole.cost is None else unit_price(whole.cost / priced * 10**6)
    return noted(
        "Per 1M tokens",
        per_million,
        "no price known" if whole.cost is None else f"{per_request(whole.cost, whole.requests)} a request",
        "Estimated cost over the tokens that have a price; all requests count.",
    )


def per_request(amount: Decimal | None, requests: int | None) -> str:
    return NO_ANSWER if amount is None or not requests else unit_price(amount / requests)
