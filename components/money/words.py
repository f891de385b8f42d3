"""How amounts are written and what is said about them."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from components.theme import by, compact, money, percent, shorten
from data.billed import CURRENCY, Billed
from data.cost import STRETCH, Cost, Month
from data.pricing import CHECKED, SOURCE, VERSION, Estimate, Prices
from data.reconcile import Reconciled

MOST_NAMED = 6
"""Unpriced models that one sentence names; the table has all."""
_MODELLESS = {"none": "usage without a model", "not grouped": "usage not grouped by model"}


def short(amount: Decimal | None, currency: str = CURRENCY) -> str:
    """For a tile: no cents from a thousand on, which leaves at least four figures."""
    if amount is None or abs(amount) < 1000:
        return money(amount, currency)
    return money(amount.quantize(Decimal(1), ROUND_HALF_UP), currency).removesuffix(".00")


def unit_price(amount: Decimal | None) -> str:
    """Of one request or a million tokens: four decimals below a dollar."""
    if amount is None or not 0 < amount < 1:
        return money(amount)
    small = amount.quantize(Decimal("0.0001"), ROUND_HALF_UP)
    return f"${small}" if small else "<$0.0001"


def bounded(estimate: Estimate) -> str:
    """An estimate's cost for a tile; of models that charge long requests more it is the least it can be."""
    sign = "≥ " if estimate.lower_bound and estimate.cost else ""
    return f"{sign}{short(estimate.cost)}"


def exactly(amount: Decimal | None) -> str:
    """To the last digit, with separators."""
    if amount is None:
        return ""
    sign, size = ("−" if amount < 0 else ""), abs(amount)
    whole, _, rest = f"{size:f}".partition(".")
    return f"{sign}${int(whole):,}.{rest.rstrip('0').ljust(2, '0')}"


def source(prices: Prices) -> str:
    """Whose prices these are, of which day and version."""
    listed = f"list prices of {SOURCE} {VERSION}, last checked {CHECKED}"
    if not prices.own:
        return f"Estimated by {listed}; US dollars. An estimate is no invoice."
    rows = f"{len(prices.own):,} {'row' if len(prices.own) == 1 else 'rows'}"
    name = shorten(prices.name, 60)
    return f"Estimated by your own prices ({name}, {rows}), else by {listed}; US dollars. An estimate is no invoice."


def unpriced(cost: Cost) -> str:
    """What has no price and is in no amount; empty where all has."""
    tokens, whole = cost.whole.unpriced_tokens, cost.whole.tokens
    if not tokens:
        return ""
    named = [
        f"{shorten(each.model or _MODELLESS[each.kind], 60)} ({each.reason}) {compact(each.tokens)}"
        for each in cost.unpriced[:MOST_NAMED]
    ]
    rest = cost.unpriced[MOST_NAMED:]
    more = f", and {len(rest):,} more with {compact(sum(each.tokens for each in rest))}" if rest else ""
    share = percent(tokens / whole)
    return f"{compact(tokens)} tokens ({share} of all) have no price and are in no estimate: {', '.join(named)}{more}."


def nothing_priced(cost: Cost) -> str:
    """Why there is nothing to draw, and what to do about it."""
    if all(each.model is None for each in cost.unpriced):
        return (
            'No estimate: prices are by model, and this usage tells none. Export it again with "model" in group_by '
            "to see what it costs."
        )
    return "No estimate: none of these models has a price. A price file of your own, under Prices, can give them one."


def bound(cost: Cost) -> str:
    """Which models make the estimate a lower bound; empty where none does."""
    models = [shorten(model or "", 40) for model in cost.bounds]
    if not models:
        return ""
    many = f"{', '.join(models[:MOST_NAMED])}{f' and {len(models) - MOST_NAMED:,} more' if models[MOST_NAMED:] else ''}"
    return f"≥: at the base price of {many}; requests above 272K input tokens cost more and cannot be told from a sum."


def notes(cost: Cost) -> str:
    """How prices were arrived at that no list says in so many words; empty where all are the list's."""
    said = "; ".join(f"{note} ({compact(tokens)} tokens)" for note, tokens in cost.notes[:MOST_NAMED])
    more = f"; and {len(cost.notes) - MOST_NAMED:,} more" if cost.notes[MOST_NAMED:] else ""
    return f"How some prices were found: {said}{more}." if said else ""


def unfiltered(billed: Billed) -> str:
    """Which filters do not hold for the bill; empty where all do."""
    if not billed.unfiltered:
        return ""
    names = " and ".join(by(name) for name in billed.unfiltered)
    return f"Billed amounts are not filtered by {names}: these costs exports do not tell it."


def more_currencies(billed: Billed) -> str:
    """Where bills are in more currencies than are shown: how many are not."""
    if not billed.more_currencies:
        return ""
    shown = len(billed.currencies)
    return (
        f"Amounts are in {shown + billed.more_currencies:,} currencies, which are never added: the {shown} that come "
        f"most often are shown here, {billed.more_currencies:,} are not."
    )


def listed(names: Sequence[tuple[str, Decimal]], of: int) -> str:
    """The names behind an amount, the largest first."""
    shown = ", ".join(f"{shorten(name, 40)} {money(amount)}" for name, amount in names)
    return f"{shown}, and {of - len(names):,} more" if of > len(names) else shown


def outlook(month: Month, budget: Decimal | None) -> str:
    """Where the month leads if it goes on as the last 28 days, and when a budget is used up."""
    spent = f"{money(month.to_date)} estimated so far"
    if month.unmeasured:
        spent += f", {month.unmeasured} of {month.so_far} days not measured"
    if month.unpriced_tokens:
        spent += f" ({compact(month.unpriced_tokens)} tokens without a price are not in it)"
    rate, projected = month.burn_rate, month.projected()
    if rate is None or projected is None:
        return f"{spent}. No pace is told: the {STRETCH} days before are not all measured.{_used(month, budget)}"
    pace = f"A straight line from the last {STRETCH} complete days, {money(rate)} a day, leads to {money(projected)}."
    return f"{spent}. {pace}{_used(month, budget)}"


def _used(month: Month, budget: Decimal | None) -> str:
    if budget is None:
        return ""
    day = month.exhausted(budget)
    if day is None:
        return f" The budget of {money(budget)} lasts the month by that line." if month.burn_rate is not None else ""
    if day <= month.last:
        return f" The budget of {money(budget)} was used up on {day}."
    return f" The budget of {money(budget)} is used up on {day}."


def difference(found: Reconciled) -> str:
    """Both sums and what lies between them."""
    gap = found.difference
    rest = next((each.amount for each in found.explained if each.cause == "unexplained"), Decimal(0))
    return (
        f"Billed {money(found.billed)}, estimated {money(found.estimated)}: a difference of {money(gap)}, of which "
        f"{money(rest)} is unexplained. Each day, model and part belongs whole to the first cause that holds for it."
    )
