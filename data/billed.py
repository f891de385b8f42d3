"""What was billed: costs exports as the page's question sees them, to the last digit.

Amounts are never added across currencies, negative ones (credits) stay, and each amount counts once.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import MAX_PREC, Context, Decimal, localcontext
from functools import cached_property
from typing import NamedTuple, TypeVar

import pyarrow as pa
import pyarrow.compute as pc

from data.overlap import DAY, choose
from data.pricing import Line, billed_name, parse
from data.query import Filters
from data.usage import COSTS, Usage

Key = TypeVar("Key")

CURRENCY = "usd"
"""What an amount is in that names no currency, and what estimates are in."""

MOST_CURRENCIES = 8
"""Told one by one, each with a table of its own. An organization is billed in one."""

_LINE_DIMENSIONS = ("model", "batch")
"""What a line item may tell. It rarely tells the service tier, so that is no filter."""


class Bill(NamedTuple):
    """One costs result."""

    day: int
    """Start of its UTC day, unix seconds."""
    line: Line
    project_id: str | None
    user_id: str | None
    api_key_id: str | None
    api_source: str | None
    currency: str
    amount: Decimal | None
    """None where the result tells none, which is not 0."""

    def told(self, name: str) -> str | None:
        """Its value of a dimension, as far as it tells one."""
        if name == "line_item":
            return self.line.text
        if name == "model":
            return self.line.model
        if name == "batch":
            return str(self.line.batch).lower() if self.line.kind == "tokens" else None
        value: str | None = getattr(self, name)
        return value


@dataclass(frozen=True)
class Billed:
    bills: tuple[Bill, ...]
    days: frozenset[int]
    """Starts of the UTC days that costs exports cover, with a bill or without."""
    grouping: tuple[str, ...]
    """What the bills can be told apart by."""
    unfiltered: tuple[str, ...]
    """Dimensions that the question keeps some values of, and that these bills do not tell."""

    def tells(self, name: str) -> bool:
        """Whether the bills can be told apart by a dimension."""
        return name in self.grouping or (name in _LINE_DIMENSIONS and "line_item" in self.grouping)

    @property
    def dimensions(self) -> tuple[str, ...]:
        """All that the bills can be told apart by, line items first."""
        first = ("line_item", *_LINE_DIMENSIONS[:1], *COSTS.grouping)
        return tuple(name for name in dict.fromkeys(first) if self.tells(name))

    @property
    def currencies(self) -> tuple[str, ...]:
        """The one that estimates are in first, then those of most amounts; MOST_CURRENCIES at most."""
        known = sorted(self._amounts.items(), key=lambda each: (each[0] != CURRENCY, -each[1], each[0]))
        return tuple(name for name, _ in known[:MOST_CURRENCIES])

    @property
    def more_currencies(self) -> int:
        """How many there are beyond those."""
        return max(0, len(self._amounts) - MOST_CURRENCIES)

    @cached_property
    def _amounts(self) -> Counter[str]:
        """How many amounts each currency has."""
        return Counter(bill.currency for bill in self.bills)

    def total(self, currency: str = CURRENCY) -> Decimal | None:
        return exact_sum([bill.amount for bill in self.bills if bill.currency == currency])

    def by(self, key: Callable[[Bill], Key], currency: str = CURRENCY) -> dict[Key, Decimal | None]:
        """Amounts of one currency by whatever a bill tells."""
        amounts: dict[Key, list[Decimal | None]] = {}
        for bill in self.bills:
            if bill.currency == currency:
                amounts.setdefault(key(bill), []).append(bill.amount)
        return {name: exact_sum(found) for name, found in amounts.items()}


def billed(usage: Usage, filters: Filters, start: int, end: int, without: Filters = ()) -> Billed:
    """The bills of a period, filtered as far as they tell what is filtered by; times are unix seconds."""
    grouping = tuple(name for name in COSTS.grouping if any(name in layer.grouping for layer in usage.cost_layers))
    told = {*grouping, *(_LINE_DIMENSIONS if "line_item" in grouping else ())}
    kept, left = ([(name, values) for name, values in each if name in told] for each in (filters, without))
    rows = _chosen(usage, frozenset({name for name, _ in (*kept, *left) if name in grouping} | {"line_item"}))
    bills = [bill for bill in _bills(rows) if start <= bill.day < end and _is_kept(bill, kept, left)]
    return Billed(
        bills=tuple(bills),
        days=_days(usage, start, end),
        grouping=grouping,
        unfiltered=tuple(dict.fromkeys(name for name, _ in (*filters, *without) if name not in told)),
    )


def _chosen(usage: Usage, asked: frozenset[str]) -> pa.Table:
    if not usage.costs_contested:
        return usage.costs
    return usage.costs.filter(pa.array(choose(usage.costs, usage.cost_shares, usage.cost_layers, COSTS, asked, DAY)))


def _bills(rows: pa.Table) -> list[Bill]:
    names = ("line_item", "project_id", "user_id", "api_key_id", "api_source", "currency", "amount")
    days = rows["start_time"].cast(pa.int64()).to_numpy() // DAY * DAY
    return [
        Bill(day, parse(line), project, user, key, source, (currency or CURRENCY).lower(), amount)
        for day, line, project, user, key, source, currency, amount in zip(
            days.tolist(), *(rows[name].to_pylist() for name in names), strict=True
        )
    ]


_Told = Sequence[tuple[str, Sequence[str | None]]]


def _is_kept(bill: Bill, kept: _Told, left: _Told) -> bool:
    return all(_is_one_of(bill, *each) for each in kept) and not any(_is_one_of(bill, *each) for each in left)


def _is_one_of(bill: Bill, name: str, values: Sequence[str | None]) -> bool:
    return bill.told(name) in [as_billed(name, value) for value in values]


def as_billed(name: str, value: str | None) -> str | None:
    """A value of the usage as bills write it."""
    return billed_name(value) if name == "model" else value


def _days(usage: Usage, start: int, end: int) -> frozenset[int]:
    mine = usage.buckets.filter(pc.fill_null(pc.equal(usage.buckets["object"], "costs"), False))
    spans = zip(mine["start_time"].to_pylist(), mine["end_time"].to_pylist(), strict=True)
    covered = {day for since, until in spans for day in range(since // DAY * DAY, until, DAY)}
    return frozenset(day for day in covered if start <= day < end)


def exact_sum(amounts: Sequence[Decimal | None]) -> Decimal | None:
    """The sum of what was told, without rounding; None where nothing was."""
    known = [amount for amount in amounts if amount is not None]
    if not known:
        return None
    with localcontext(Context(prec=MAX_PREC)):
        total = sum(known, Decimal(0))
        # Without the zeros that only the column's scale put there.
        return total.normalize() + Decimal(0)
