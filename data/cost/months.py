"""Months by the estimate: so far, beside the month before, and on to the day when a budget is used up."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from math import ceil

from data.answering import priceable
from data.billed import exact_sum
from data.cost.estimated import by_dimension
from data.engine import total
from data.pricing import Estimate, Prices, estimate, together
from data.query import Query
from data.usage import Usage
from data.zones import day_of

STRETCH = 28
"""Complete days that a burn rate is taken from."""


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
        return exact_sum([self.days[day] for day in _days(first, last) if day in self.days]) or Decimal(0)

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
