"""Costs as rows for other programs: exact amounts by the question's grouping, and what they rest on."""

from decimal import Decimal
from typing import Any

from data.billed import exact_sum
from data.cost import Comparison, Cost
from data.parts import PARTS
from data.pricing import CHECKED, SOURCE, VERSION, Estimate, Prices
from data.reconcile import CAUSES


def records(cost: Cost, both: Comparison | None) -> list[dict[str, Any]]:
    """A row per group and last the total; amounts in US dollars, None where there is no price."""
    dimension = cost.totals.query.group_by or "model"
    sides = {side.value: side.billed for side in both.by.get(dimension, ())} if both else {}
    rows = [{dimension: value, **_row(found)} for value, found in cost.groups.items()]
    rows.append({dimension: None, **_row(cost.whole)})
    if sides:
        billed = [sides.pop(value, None) for value in cost.groups]
        rows = [{**row, "billed_cost": amount} for row, amount in zip(rows, [*billed, None], strict=True)]
        blank = dict.fromkeys(_row(cost.whole))
        rows[-1:-1] = [{dimension: value, **blank, "billed_cost": amount} for value, amount in sides.items()]
        rows[-1]["billed_cost"] = both.billed.total() if both else None
    kinds = [*["value"] * (len(rows) - 1), "total"]
    return [{dimension: row.pop(dimension), "row": kind, **row} for row, kind in zip(rows, kinds, strict=True)]


def _row(found: Estimate) -> dict[str, Any]:
    return {
        "estimated_cost": exact_sum([found.cost]),
        "is_lower_bound": found.lower_bound,
        "unpriced_tokens": found.unpriced_tokens,
        "total_tokens": found.tokens,
        "num_model_requests": found.requests,
        **{f"{part}_cost": exact_sum([found.parts[part]]) for part in PARTS},
        "saved_by_cache": exact_sum([found.saved_by_cache]),
        "saved_by_tier": exact_sum([found.saved_by_tier]),
    }


def basis(prices: Prices) -> dict[str, Any]:
    """What amounts are estimated by."""
    return {
        "source": SOURCE,
        "version": VERSION,
        "checked": CHECKED.isoformat(),
        "own": prices.name if prices.own else None,
        "currency": "usd",
    }


def difference(both: Comparison) -> dict[str, Any]:
    """Billed − estimated and its causes, amounts as decimal strings."""
    found = both.reconciled
    return {
        "estimated": plain(found.estimated),
        "billed": plain(found.billed),
        "causes": [{"cause": CAUSES[each.cause], "amount": plain(each.amount)} for each in found.explained],
    }


def plain(value: object) -> object:
    """An amount as JSON has it: a decimal string, to the last digit."""
    return f"{exact_sum([value]):f}" if isinstance(value, Decimal) else value
