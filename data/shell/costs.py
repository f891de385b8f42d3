"""What an answer's rows cost: estimated, unpriced, and with costs exports billed."""

from bisect import bisect
from collections.abc import Sequence
from decimal import Decimal

import pyarrow as pa

from data.billed import CURRENCY, Bill, Billed, billed, exact_sum
from data.cost import KINDS
from data.held import grouped_rows
from data.pricing import Estimate, Prices, estimate
from data.shell.answer import Answer
from data.shell.request import CannotAnswerError, Request, reach, ticks_of
from data.shell.totals import rows_asked, written_row
from data.usage import Usage

_Key = tuple[object, ...]


def with_costs(usage: Usage, request: Request, answer: Answer, prices: Prices) -> tuple[Answer, list[str]]:
    """The answer with columns of money in US dollars, and sentences about what they leave out.

    A row that only the bill has comes last, its counts blank.
    """
    if request.object not in KINDS:
        raise CannotAnswerError(f"--cost: {request.object} is not counted in tokens")
    start, end = reach(usage, request)
    ticks = ticks_of(request, start, end) if start < end else []
    used = rows_asked(usage, request) if ticks else usage.results.slice(0, 0)
    keyed = _estimates(used, request, prices, ticks)
    header = (*answer.header, "estimated_cost", "unpriced_tokens")
    keys = len(request.group_by) + bool(request.interval)
    rows = [(*row, *_estimated(keyed.get(row[:keys]))) for row in answer.rows]
    notes = [*_bounds(list(keyed.values())), *_ungrouped(usage, used, prices)]
    if not usage.costs.num_rows:
        return Answer(header, rows), notes
    bills = billed(usage, _filters(request), start, end)
    if lacking := _lacking(request, bills):
        return Answer(header, rows), [*notes, f"billed_cost is left out: {lacking}"]
    amounts = _billed(bills, request, ticks)
    rows = [(*row, amounts.pop(row[:keys], None)) for row in rows]
    blank = (None,) * (len(header) - keys)
    rows += [(*key, *blank, amount) for key, amount in sorted(amounts.items(), key=str)]
    return Answer((*header, "billed_cost"), rows), [*notes, *_about_bills(bills)]


def _estimates(used: pa.Table, request: Request, prices: Prices, ticks: Sequence[int]) -> dict[_Key, Estimate]:
    found = estimate(used, prices, request.group_by, ticks) if ticks else []
    return {written_row((ticks[each.tick], *each.key), request): each for each in found}


def _estimated(found: Estimate | None) -> tuple[Decimal | None, int | None]:
    return (None, None) if found is None else (exact_sum([found.cost]), found.unpriced_tokens)


def _bounds(found: Sequence[Estimate]) -> list[str]:
    if not any(each.lower_bound for each in found):
        return []
    return ["estimated_cost is a lower bound: some models charge long requests more, which sums do not tell apart"]


def _ungrouped(usage: Usage, used: pa.Table, prices: Prices) -> list[str]:
    """What has no price because its export does not tell models apart."""
    found = estimate(used.filter(pa.array(~grouped_rows(usage, used, "model"))), prices)
    tokens = sum(each.unpriced_tokens for each in found)
    if not tokens:
        return []
    return [f"estimated_cost leaves out {tokens:,} tokens not grouped by model: export again with group_by=model"]


def _filters(request: Request) -> tuple[tuple[str, tuple[str | None, ...]], ...]:
    names = dict.fromkeys(name for name, _ in request.where)
    return tuple((name, tuple(value or None for again, value in request.where if again == name)) for name in names)


def _lacking(request: Request, bills: Billed) -> str:
    """Why the bills cannot be laid beside the rows; empty where they can."""
    if request.interval in ("minute", "hour") or request.zone != "UTC":
        return "costs are by the UTC day"
    unknown = [name for name in request.group_by if not bills.tells(name)]
    if unknown or bills.unfiltered:
        return f"the costs exports are not grouped by {(unknown or list(bills.unfiltered))[0]}"
    return ""


def _billed(bills: Billed, request: Request, ticks: Sequence[int]) -> dict[_Key, Decimal | None]:
    def key(bill: Bill) -> _Key:
        tick = ticks[bisect(ticks, bill.day) - 1]
        return written_row((tick, *(bill.told(name) for name in request.group_by)), request)

    return bills.by(key)


def _about_bills(bills: Billed) -> list[str]:
    others = [currency for currency in bills.currencies if currency != CURRENCY]
    return [f"billed_cost is in {CURRENCY}; not in it: {bills.total(each)} {each}" for each in others]
