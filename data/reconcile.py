"""Estimated beside billed, and what the difference between them consists of.

Both are laid into cells of a day, a model and a part of its tokens. The difference of each cell goes, whole, to the
first cause that holds for it; nothing is apportioned. The causes' amounts add up to billed − estimated, to the digit.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from data.billed import CURRENCY, Bill, Billed, exact_sum
from data.pricing import Estimate, billed_name

CAUSES: dict[str, str] = {
    "tools": "Tools, storage, other lines",
    "credits": "Credits",
    "unpriced": "No price known",
    "only billed": "Days without usage",
    "only used": "Days without costs",
    "cut": "Days held in part",
    "unused": "Billed, no usage here",
    "unbilled": "Used, not on the bill",
    "tiers": "Batch and service tiers",
    "long": "Long requests",
    "unexplained": "Unexplained",
}
"""Cause → what the page calls it, in the order in which they are looked for."""

MOST_NAMED = 3


class Used(NamedTuple):
    """What the estimate says of one day, model and tier."""

    day: int
    model: str | None
    is_special: bool
    """In a batch or a service tier, or at a price that no list says in so many words."""
    estimate: Estimate


class Explained(NamedTuple):
    cause: str
    amount: Decimal
    """Its share of billed − estimated."""
    cells: int
    largest: tuple[tuple[str, Decimal], ...]
    """The names behind it and their amounts, the largest first."""
    names: int


class Side(NamedTuple):
    """One value, from both sides; None where a side has nothing of it."""

    value: str | None
    estimated: Decimal | None
    billed: Decimal | None
    unpriced_tokens: int

    @property
    def difference(self) -> Decimal | None:
        """Billed − estimated, where there are both."""
        if self.estimated is None or self.billed is None:
            return None
        return _sum([self.billed, -self.estimated])


@dataclass(frozen=True)
class Reconciled:
    estimated: Decimal
    billed: Decimal
    explained: tuple[Explained, ...]

    @property
    def difference(self) -> Decimal:
        return _sum([self.billed, -self.estimated])


class _Cell:
    """One day, model and part."""

    def __init__(self) -> None:
        self.estimated: list[Decimal] = []
        self.billed: list[Decimal] = []
        self.is_special = self.is_base_only = self.is_used = False

    @property
    def difference(self) -> Decimal:
        return _sum([*self.billed, *(-amount for amount in self.estimated)])


_Key = tuple[int, str | None, str | None]


def reconcile(used: Sequence[Used], billed: Billed, days: frozenset[int], cut: frozenset[int]) -> Reconciled:
    """The difference in US dollars and its causes.

    `days` are those (starts, unix seconds) that usage exports cover, `cut` those that are covered in part only, by
    either side.
    """
    by_line = "line_item" in billed.grouping
    writes = {bill.line.model for bill in billed.bills if bill.line.part == "cache_write"}
    cells: dict[_Key, _Cell] = {}
    for each in used:
        _add_used(cells, each, by_line, billed_name(each.model) in writes)
    found: dict[str, list[tuple[str, Decimal]]] = {}
    bills = [bill for bill in billed.bills if bill.currency == CURRENCY and bill.amount is not None]
    for bill in bills:
        if cause := _of_line(bill, days, by_line):
            found.setdefault(cause, []).append((bill.line.text or "No line item", bill.amount or Decimal(0)))
        else:
            key = (bill.day, bill.line.model, bill.line.part) if by_line else (bill.day, None, None)
            cells.setdefault(key, _Cell()).billed.append(bill.amount or Decimal(0))
    models = {billed_name(each.model) for each in used}
    unpriced = {billed_name(each.model) for each in used if each.estimate.unpriced_tokens}
    for (day, model, _), cell in cells.items():
        if difference := cell.difference:
            cause = _of_cell(cell, day, model, billed.days, cut, models, unpriced)
            found.setdefault(cause, []).append((model or "All models", difference))
    return Reconciled(
        estimated=_sum([cost for each in used if (cost := each.estimate.cost) is not None]),
        billed=_sum([bill.amount for bill in bills if bill.amount is not None]),
        explained=tuple(_explained(cause, found[cause]) for cause in CAUSES if cause in found),
    )


def _add_used(cells: dict[_Key, _Cell], used: Used, by_line: bool, has_writes: bool) -> None:
    """What no line of the bill tells apart, cache writes that cost what uncached input does, is compared together."""
    for part, cost in used.estimate.parts.items():
        if cost is None:
            continue
        line = "uncached_input" if part == "cache_write" and not has_writes else part
        key = (used.day, billed_name(used.model), line) if by_line else (used.day, None, None)
        cell = cells.setdefault(key, _Cell())
        cell.is_used = True
        cell.estimated.append(cost)
        cell.is_special |= used.is_special
        cell.is_base_only |= used.estimate.lower_bound


def _of_line(bill: Bill, days: frozenset[int], by_line: bool) -> str | None:
    """The cause that a bill alone tells; None where it is to be compared."""
    if bill.line.kind == "credit" or (bill.line.kind == "other" and (bill.amount or 0) < 0):
        return "credits"
    if by_line and bill.line.kind == "other":
        return "tools"
    return None if bill.day in days else "only billed"


def _of_cell(
    cell: _Cell,
    day: int,
    model: str | None,
    billed_days: frozenset[int],
    cut: frozenset[int],
    models: set[str | None],
    unpriced: set[str | None],
) -> str:
    holds = {
        "unpriced": not cell.is_used and model in unpriced,
        "only used": day not in billed_days,
        "cut": day in cut,
        "unused": not cell.is_used and model not in models,
        "unbilled": not cell.billed,
        "tiers": cell.is_special,
        "long": cell.is_base_only and cell.difference > 0,
    }
    return next((cause for cause, is_so in holds.items() if is_so), "unexplained")


def _explained(cause: str, found: Iterable[tuple[str, Decimal]]) -> Explained:
    by_name: dict[str, list[Decimal]] = {}
    cells = 0
    for name, amount in found:
        by_name.setdefault(name, []).append(amount)
        cells += 1
    sums = sorted(((name, _sum(amounts)) for name, amounts in by_name.items()), key=lambda each: -abs(each[1]))
    return Explained(cause, _sum([amount for _, amount in sums]), cells, tuple(sums[:MOST_NAMED]), len(sums))


def beside(estimates: Mapping[str | None, Estimate], billed: Mapping[str | None, Decimal | None]) -> tuple[Side, ...]:
    """Both sides by value, the largest first."""
    sides = [
        Side(
            value,
            estimates[value].cost if value in estimates else None,
            billed.get(value),
            estimates[value].unpriced_tokens if value in estimates else 0,
        )
        for value in {*estimates, *billed}
    ]
    return tuple(
        sorted(
            sides, key=lambda side: (-max(side.billed or 0, side.estimated or 0), side.value is None, side.value or "")
        )
    )


def _sum(amounts: Sequence[Decimal]) -> Decimal:
    return exact_sum(amounts) or Decimal(0)
