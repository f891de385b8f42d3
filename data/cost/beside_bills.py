"""What usage costs by the estimate, beside what was billed for the same days."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pyarrow as pa

from data.answering import priceable
from data.billed import Bill, Billed, as_billed, billed
from data.cost.estimated import KINDS, by_first, gathered
from data.engine import total
from data.measured import partial
from data.overlap import DAY
from data.periods import period
from data.pricing import STANDARD, Estimate, Prices, estimate, together
from data.query import Query
from data.reconcile import Reconciled, Side, Used, beside, reconcile
from data.usage import Usage
from data.zones import utc

SIDES = ("model", "project_id", "user_id", "api_key_id")
"""What both sides are laid side by side by, beside the day, as far as both exports are grouped by it."""


@dataclass(frozen=True)
class Comparison:
    billed: Billed
    reconciled: Reconciled
    by: dict[str, tuple[Side, ...]]
    """`day` and dimension → both sides by value."""


def comparison(usage: Usage, query: Query, prices: Prices) -> Comparison | None:
    """Billed beside estimated for all usage in tokens of the period, by the UTC days that bills are by.

    None without costs exports.
    """
    if not usage.costs.num_rows:
        return None
    query = query.by("model").model_copy(update={"measure": "total_tokens", "interval": None, "zone": "UTC"})
    start, end = period(usage, query)
    bills = billed(usage, query.filters, start, end, query.without)
    rows = _rows_in_tokens(usage, query, "model")
    days = range(start // DAY * DAY, -(-end // DAY) * DAY + 1, DAY)
    found = estimate(rows, prices, ["model", "service_tier", "batch", "note"], days) if rows.num_rows else []
    used = [Used(days[each.tick], each.key[0], _is_special(each), each) for each in found]
    covered = _days_with_usage(usage, start, end)
    sides = _sides(usage, query, rows, prices, bills, used)
    return Comparison(bills, reconcile(used, bills, covered, _cut(usage)), sides)


def _is_special(found: Estimate) -> bool:
    """Whether its price is not simply the list's standard one, by the key that `comparison` asks for."""
    _, tier, batch, note = found.key
    return tier not in STANDARD or batch == "true" or bool(note)


def _rows_in_tokens(usage: Usage, query: Query, by: str) -> pa.Table:
    totals = [total(usage, query.model_copy(update={"object": kind})) for kind in KINDS if kind in usage.reported]
    tables = [priceable(usage, each, [by]) for each in totals]
    return pa.concat_tables(tables) if tables else usage.results.slice(0, 0)


def _days_with_usage(usage: Usage, start: int, end: int) -> frozenset[int]:
    buckets = usage.buckets
    spans = zip(*(buckets[name].to_pylist() for name in ("object", "start_time", "end_time")), strict=True)
    covered = {day for kind, since, until in spans if kind != "costs" for day in range(since // DAY * DAY, until, DAY)}
    return frozenset(day for day in covered if start <= day < end)


def _cut(usage: Usage) -> frozenset[int]:
    """Days of which usage or costs exports hold a part only."""
    stretches = [each for kind in (*KINDS, "costs") for each in partial(usage, kind)]
    return frozenset(day for since, until in stretches for day in range(since // DAY * DAY, until, DAY))


def _sides(
    usage: Usage, query: Query, rows: pa.Table, prices: Prices, bills: Billed, used: Sequence[Used]
) -> dict[str, tuple[Side, ...]]:
    """By day, and by what both exports are grouped by."""
    by_day: dict[str | None, list[Estimate]] = {}
    for each in used:
        by_day.setdefault(f"{utc(each.day):%Y-%m-%d}", []).append(each.estimate)
    days = {day: together(several) for day, several in by_day.items()}
    sides = {"day": beside(days, bills.by(lambda bill: f"{utc(bill.day):%Y-%m-%d}"))}
    grouped = {name for layer in usage.layers for name in layer.grouping}
    for name in SIDES:
        if name in grouped and bills.tells(name) and rows.num_rows:
            held = rows if name in rows.column_names else _rows_in_tokens(usage, query, name)
            estimates = _by_billed(by_first(estimate(held, prices, [name])), name)
            sides[name] = beside(estimates, bills.by(_told(name)))
    return sides


def _told(name: str) -> Callable[[Bill], str | None]:
    return lambda bill: bill.told(name)


def _by_billed(estimates: dict[str | None, Estimate], name: str) -> dict[str | None, Estimate]:
    """Fine-tuned models under the name that the bill has for all of them."""
    found = gathered([*estimates.values()], lambda each: as_billed(name, each.key[0]))
    return {value: together(several) for value, several in found.items()}
