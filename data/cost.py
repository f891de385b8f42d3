"""What the usage of a question costs: by group and over time, by model and tier, beside the bill, and against a budget.

Puts the engine's choice of results (each token once), the prices and the bills together. Estimates and bills are two
measures; nothing here adds one to the other.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from math import ceil
from typing import NamedTuple, TypeVar

import pyarrow as pa
import pyarrow.compute as pc

from data.answering import priceable
from data.billed import Bill, Billed, as_billed, billed, exact_sum
from data.engine import SHOWN, total
from data.held import grouped_rows
from data.measured import partial
from data.overlap import DAY
from data.periods import period
from data.pricing import STANDARD, Estimate, Priced, Prices, estimate, together
from data.query import Query
from data.reconcile import Reconciled, Side, Used, beside, reconcile
from data.totals import Kind, Totals
from data.usage import Usage
from data.zones import day_of, utc

_Key = TypeVar("_Key")

KINDS = ("completions", "decisions", "embeddings", "moderations")
"""Kinds of result that are counted, and priced, in tokens."""

STRETCH = 28
"""Complete days that a burn rate is taken from."""


class Unpriced(NamedTuple):
    model: str | None
    reason: str
    tokens: int
    kind: Kind = "value"
    """Without a model: whether the export was grouped by it, as of a group of totals."""


@dataclass(frozen=True)
class Cost:
    """The estimate of one question."""

    totals: Totals
    """The same question in tokens, by a dimension."""
    whole: Estimate
    groups: dict[str | None, Estimate]
    """By value of the dimension, the costliest first."""
    drawn: tuple[str | None, ...]
    """Groups that are told over time on their own; the others are together."""
    cells: tuple[dict[str | None, Estimate], ...]
    """Per span of the totals, by value that is drawn."""
    others: tuple[Estimate | None, ...]
    """Per span, all that is not drawn."""
    bounds: tuple[str | None, ...]
    """Models whose cost is a lower bound, the costliest first."""
    tiers: dict[tuple[str | None, str | None], Estimate]
    """By batch and service tier."""
    unpriced: tuple[Unpriced, ...]
    """The most tokens first."""
    notes: tuple[tuple[str, int], ...]
    """How prices were arrived at that no list says in so many words, and the tokens they were used for."""

    @cached_property
    def over_time(self) -> tuple[Estimate | None, ...]:
        """Per span; None where there is no usage."""
        found = (
            [*cell.values(), *([rest] if rest else [])] for cell, rest in zip(self.cells, self.others, strict=True)
        )
        return tuple(together(cell) if cell else None for cell in found)

    @property
    def saved_by_batch(self) -> Decimal:
        return _sum([each.saved_by_tier for (batch, _), each in self.tiers.items() if batch == "true"])


def is_priced(query: Query) -> bool:
    """Whether the kind of usage asked about is counted in tokens."""
    return query.object in KINDS


def by_dimension(query: Query) -> Query:
    """The same question by a dimension: prices differ by model, so that is what is asked where nothing else is."""
    return query.by(query.group_by or "model").model_copy(update={"measure": "total_tokens"})


def cost(usage: Usage, query: Query, prices: Prices) -> Cost:
    """The estimate of a question's usage, by its grouping or else by model."""
    totals = total(usage, by_dimension(query))
    dimension = totals.query.group_by or "model"
    rows = Priced(priceable(usage, totals, [dimension]), prices)
    groups = _by_first(rows.by([dimension]) if totals.spans else [])
    drawn = _drawn(groups)
    cells, others = _over_time(rows, totals, dimension, drawn)
    grouped = pa.array(grouped_rows(usage, rows.rows, "model"))
    models = rows.with_column("grouped", grouped).by(["model", "reason", "grouped"])
    models.sort(key=lambda each: -(each.cost or 0))
    special = rows.by(["batch", "service_tier", "note"])
    return Cost(
        totals=totals,
        whole=together([*groups.values()]),
        groups=groups,
        drawn=drawn,
        cells=cells,
        others=others,
        bounds=tuple(dict.fromkeys(each.key[0] for each in models if each.lower_bound)),
        tiers={
            key: together(several)
            for key, several in _gathered(special, lambda each: (each.key[0], each.key[1])).items()
        },
        unpriced=_unpriced(models),
        notes=_notes(special),
    )


def _by_first(estimates: Sequence[Estimate]) -> dict[str | None, Estimate]:
    """Estimates of one value each, the costliest first."""
    ordered = sorted(estimates, key=lambda each: (-(each.cost or 0), -each.tokens, each.key[0] or ""))
    return {each.key[0]: each for each in ordered}


def _gathered(estimates: Sequence[Estimate], key: Callable[[Estimate], _Key]) -> dict[_Key, list[Estimate]]:
    found: dict[_Key, list[Estimate]] = {}
    for each in estimates:
        found.setdefault(key(each), []).append(each)
    return found


def _drawn(groups: Mapping[str | None, Estimate]) -> tuple[str | None, ...]:
    """The costliest; one that would be alone in the rest is drawn as well."""
    costed = [value for value, each in groups.items() if each.cost is not None]
    return tuple(costed if len(costed) <= SHOWN + 1 else costed[:SHOWN])


def _over_time(
    rows: Priced, totals: Totals, dimension: str, drawn: Sequence[str | None]
) -> tuple[tuple[dict[str | None, Estimate], ...], tuple[Estimate | None, ...]]:
    """Per span, each group that is drawn, and all others together."""
    cells: list[dict[str | None, Estimate]] = [{} for _ in totals.spans]
    others: list[Estimate | None] = [None for _ in totals.spans]
    if not totals.spans:
        return (), ()
    places = pc.index_in(rows.rows[dimension].cast(pa.string()), value_set=pa.array(drawn, pa.string()))
    ticks = [*(span.start for span in totals.spans), totals.spans[-1].end]
    for each in rows.with_column("drawn", places.combine_chunks()).by(["drawn"], ticks):
        if each.key[0] is None:
            others[each.tick] = each
        else:
            cells[each.tick][drawn[int(each.key[0])]] = each
    return tuple(cells), tuple(others)


def _unpriced(models: Sequence[Estimate]) -> tuple[Unpriced, ...]:
    found = [_unpriced_model(each) for each in models if each.unpriced_tokens]
    return tuple(sorted(found, key=lambda each: (-each.tokens, each.model or "", each.reason)))


def _unpriced_model(found: Estimate) -> Unpriced:
    """By the key that `cost` asks for."""
    (model, reason, grouped), tokens = found.key, found.unpriced_tokens
    if grouped == "false":
        return Unpriced(None, "prices are by model: export it again with group_by=model", tokens, "not grouped")
    return Unpriced(model, reason or "", tokens, "none" if model is None else "value")


def _notes(estimates: Sequence[Estimate]) -> tuple[tuple[str, int], ...]:
    by_note = _gathered(estimates, lambda each: each.key[2])
    found = [(note, sum(each.tokens for each in several)) for note, several in by_note.items() if note]
    return tuple(sorted(found, key=lambda each: -each[1]))


# --- beside the bill -----------------------------------------------------------------------------------------------

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
            estimates = _by_billed(_by_first(estimate(held, prices, [name])), name)
            sides[name] = beside(estimates, bills.by(_told(name)))
    return sides


def _told(name: str) -> Callable[[Bill], str | None]:
    return lambda bill: bill.told(name)


def _by_billed(estimates: dict[str | None, Estimate], name: str) -> dict[str | None, Estimate]:
    """Fine-tuned models under the name that the bill has for all of them."""
    found = _gathered([*estimates.values()], lambda each: as_billed(name, each.key[0]))
    return {value: together(several) for value, several in found.items()}


# --- months and budget ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Month:
    """The month of the last day with usage, so far, beside the one before."""

    days: dict[date, Decimal]
    """Cost of each day that was measured, over all of the data; what has no price is not in it."""
    last: date
    """The last complete day."""
    unpriced_tokens: int
    """In the month so far."""

    @property
    def first(self) -> date:
        return self.last.replace(day=1)

    @property
    def last_month(self) -> date:
        """The first day of the month before."""
        return (self.first - timedelta(days=1)).replace(day=1)

    @property
    def end(self) -> date:
        """The first day of the month after."""
        return (self.first + timedelta(days=32)).replace(day=1)

    @property
    def to_date(self) -> Decimal:
        return self._between(self.first, self.last)

    @property
    def so_far(self) -> int:
        """Days of the month up to the last complete one."""
        return self.last.day

    @property
    def unmeasured(self) -> int:
        """Of these, days that nothing was exported for: their cost is not known, and no 0."""
        return sum(day not in self.days for day in _days(self.first, self.last))

    @property
    def before_to_date(self) -> Decimal | None:
        """The month before, up to the same day of the month; None where its days are not all measured."""
        first = self.last_month
        last = min(first + (self.last - self.first), self.first - timedelta(days=1))
        return self._between(first, last) if self._is_whole(first, last) else None

    @property
    def before(self) -> Decimal | None:
        """The whole month before; None where its days are not all measured."""
        last = self.first - timedelta(days=1)
        return self._between(self.last_month, last) if self._is_whole(self.last_month, last) else None

    @property
    def burn_rate(self) -> Decimal | None:
        """Dollars a day: the mean of the last 28 complete days; None where they are not all measured."""
        first = self.last - timedelta(days=STRETCH - 1)
        return self._between(first, self.last) / STRETCH if self._is_whole(first, self.last) else None

    def exhausted(self, budget: Decimal) -> date | None:
        """The day on which a monthly budget is used up; None where that is not in this month, as far as can be told."""
        spent = Decimal(0)
        for day in _days(self.first, self.last):
            spent += self.days.get(day, Decimal(0))
            if spent >= budget:
                return day
        rate = self.burn_rate
        if not rate:
            return None
        day = self.last + timedelta(days=ceil(min((budget - spent) / rate, Decimal(100))))
        return day if day < self.end else None

    def projected(self) -> Decimal | None:
        """The whole month, if its rest goes on as the last 28 days."""
        rate, rest = self.burn_rate, (self.end - self.last).days - 1
        return None if rate is None else self.to_date + rate * rest

    def _between(self, first: date, last: date) -> Decimal:
        return _sum([self.days[day] for day in _days(first, last) if day in self.days])

    def _is_whole(self, first: date, last: date) -> bool:
        return all(day in self.days for day in _days(first, last))


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=index) for index in range((last - first).days + 1)]


def month(usage: Usage, query: Query, prices: Prices) -> Month | None:
    """Months and burn rate under the question's filters, whatever its period.

    None where no day is complete, or nothing in the month has a price.
    """
    asked = {"period": "all", "start_time": None, "end_time": None, "back": 0, "interval": "day"}
    totals = total(usage, by_dimension(query.model_copy(update=asked)))
    if totals.query.interval != "day" or not totals.spans:
        return None
    ticks = [*(span.start for span in totals.spans), totals.spans[-1].end]
    costs: dict[int, list[Estimate]] = {}
    for each in estimate(priceable(usage, totals), prices, (), ticks):
        costs.setdefault(each.tick, []).append(each)
    days = {
        day_of(span.start, totals.zone): together(costs.get(index, []))
        for index, span in enumerate(totals.spans)
        if not span.partial and span.measured == span.end - span.start
    }
    if not days:
        return None
    last = max(days)
    so_far = together([each for day, each in days.items() if day >= last.replace(day=1)])
    if so_far.cost is None:
        return None
    return Month({day: each.cost or Decimal(0) for day, each in days.items()}, last, so_far.unpriced_tokens)


def _sum(amounts: Sequence[Decimal]) -> Decimal:
    return exact_sum(amounts) or Decimal(0)
