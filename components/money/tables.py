"""Tables of money: every group with its exact cost, both sides of a bill, and what the difference consists of."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal

from components.breakdown import Cell, Column, Number, Row, Table, count, folded, name, ratio
from components.money.figures import Series, id_of, key_of, name_of, running
from components.money.words import listed, unit_price
from components.tables import by_interval
from components.theme import by, group_label, label, money
from data.billed import CURRENCY, Billed
from data.cost import Cost, Month, Unpriced
from data.parts import PARTS
from data.pricing import Estimate, together
from data.reconcile import CAUSES, Reconciled, Side
from data.totals import Group

NO_NAMES: Mapping[str, str] = {}


def dollars(amount: Decimal | None) -> Cell:
    """Exact to sort by; written as the page writes money."""
    return Cell() if amount is None else Cell(money(amount), amount)


def written(number: Number) -> str:
    return money(Decimal(number))


def estimated(cost: Cost) -> Table:
    """Every group: cost, its parts, what it costs by request and million tokens, and what has no price."""
    parts = [part for part in PARTS if cost.whole.parts[part] is not None]
    dimension = cost.totals.query.group_by or "model"
    columns = (
        Column("name", label(dimension), "text"),
        Column("estimated_cost", "Estimated", help="Tokens × price, US dollars", write=written),
        Column("share", "Share", "share", "Of the estimated cost"),
        *(Column(part, label(part), write=written) for part in parts),
        Column("per_request", "Per request", help="Estimated cost over all requests"),
        Column("per_million", "Per million tokens", help="Over the tokens that have a price: the effective price"),
        Column("saved_by_cache", "Saved by caching", help="Against the uncached price", write=written),
        Column("saved_by_tier", "Saved by batch and tiers", help="Against the standard price", write=written),
        Column("unpriced_tokens", "Unpriced tokens", help="In no amount"),
        Column("total_tokens", "Tokens"),
    )

    def row(key: str, cell: Cell, found: Estimate, many: int = 1) -> Row:
        priced = found.tokens - found.unpriced_tokens
        return Row(
            key,
            (
                cell,
                Cell(f"≥ {money(found.cost)}", found.cost) if found.lower_bound and found.cost else dollars(found.cost),
                ratio(found.cost, cost.whole.cost),
                *(dollars(found.parts[part]) for part in parts),
                _per(found.cost, found.requests),
                _per(found.cost, priced, 10**6),
                dollars(found.saved_by_cache if found.cost is not None else None),
                dollars(found.saved_by_tier if found.cost is not None else None),
                count(found.unpriced_tokens),
                count(found.tokens),
            ),
            many=many,
        )

    return Table(
        title=f"Estimated cost by {by(dimension)}",
        columns=columns,
        rows=tuple(
            row(key_of(value), _named(cost, value) if many == 1 else name("Other"), found, many)
            for (value, found), many in folded([*cost.groups.items()], _as_one)
        ),
        total=row("total", name("Total"), cost.whole),
    )


def _as_one(groups: Sequence[tuple[str | None, Estimate]]) -> tuple[str | None, Estimate]:
    return None, together([found for _, found in groups])


def over_time(cost: Cost, drawn: Sequence[Series]) -> Table:
    """Every interval with what its bar stacks, and their sum."""
    whole = ("Estimated", [each and each.cost for each in cost.over_time], cost.whole.cost)
    courses = [*((one.name, one.values, one.total) for one in drawn), whole]
    return by_interval("Estimated cost over time", cost.totals, courses, dollars, written)


def month(found: Month) -> Table:
    """Every measured day of the month so far and of the one before, with what was spent up to it."""
    spent = {}
    for first, last in ((found.last_month, found.first - timedelta(days=1)), (found.first, found.last)):
        days = [first + timedelta(days=index) for index in range((last - first).days + 1)]
        spent |= dict(zip(days, running(found, first, last), strict=True))
    return Table(
        title="Estimated cost by day",
        columns=(
            Column("name", "Day, UTC", "text"),
            Column("estimated_cost", "Estimated"),
            Column("running", "Since the month began"),
        ),
        rows=tuple(
            Row(str(day), (name(str(day)), dollars(found.days[day]), dollars(amount)))
            for day, amount in spent.items()
            if day in found.days
        ),
    )


def _named(cost: Cost, value: str | None) -> Cell:
    return name(name_of(cost, value), muted=value is None, note=id_of(cost, value))


def _per(amount: Decimal | None, many: int | None, of: int = 1) -> Cell:
    if amount is None:
        return Cell()
    return Cell(unit_price(amount / many * of), amount / many * of) if many else Cell("n/a")


def unpriced_name(each: Unpriced) -> str:
    return "Other" if each.kind == "other" else group_label(Group(each.kind, each.model, {}), "model")


def _unpriced_as_one(several: Sequence[Unpriced]) -> Unpriced:
    return Unpriced(None, "", sum(each.tokens for each in several), "other")


def unpriced(cost: Cost) -> Table:
    """What has no price, with the reason, its tokens and their share of all."""
    return Table(
        title="Tokens without a price",
        columns=(
            Column("name", "Model", "text"),
            Column("reason", "Why", "sentence"),
            Column("unpriced_tokens", "Tokens"),
            Column("share", "Of all tokens", "share"),
        ),
        rows=tuple(
            Row(
                f"{each.kind}:{each.model}:{each.reason}",
                (
                    name(unpriced_name(each), muted=each.model is None),
                    Cell(each.reason),
                    count(each.tokens),
                    ratio(each.tokens, cost.whole.tokens),
                ),
                many=many,
            )
            for each, many in folded(cost.unpriced, _unpriced_as_one)
        ),
        total=Row(
            "total",
            (
                name("Total"),
                Cell(),
                count(cost.whole.unpriced_tokens),
                ratio(cost.whole.unpriced_tokens, cost.whole.tokens),
            ),
        ),
    )


def causes(found: Reconciled) -> Table:
    """What billed − estimated consists of, to the last digit."""
    return Table(
        title="What the difference consists of",
        columns=(
            Column("name", "Cause", "text"),
            Column("amount", "Amount", help="Of billed − estimated, US dollars", write=written),
            Column("names", "Behind it", "sentence"),
        ),
        rows=tuple(
            Row(each.cause, (name(CAUSES[each.cause]), dollars(each.amount), Cell(listed(each.largest, each.names))))
            for each in found.explained
        ),
        total=Row("total", (name("Billed − estimated"), dollars(found.difference), Cell())),
    )


def beside(dimension: str, sides: Sequence[Side], found: Reconciled, names: Mapping[str, str] = NO_NAMES) -> Table:
    """Estimated beside billed by day or dimension, whose values may have names."""
    what = "day" if dimension == "day" else by(dimension)
    return Table(
        title=f"Estimated beside billed by {what}",
        columns=(
            Column("name", "Day, UTC" if dimension == "day" else label(dimension), "text"),
            Column("estimated_cost", "Estimated", write=written),
            Column("billed_cost", "Billed", write=written),
            Column("difference", "Billed − estimated", help="Where there are both", write=written),
            Column("unpriced_tokens", "Unpriced tokens"),
        ),
        rows=tuple(
            Row(
                f"value:{side.value or ''}",
                (
                    _side_name(dimension, side.value, names),
                    dollars(side.estimated),
                    dollars(side.billed),
                    dollars(side.difference),
                    count(side.unpriced_tokens),
                ),
            )
            for side in _ordered(dimension, sides)
        ),
        total=Row(
            "total",
            (
                name("Total"),
                dollars(found.estimated),
                dollars(found.billed),
                dollars(found.difference),
                count(sum(side.unpriced_tokens for side in sides)),
            ),
        ),
    )


def _ordered(dimension: str, sides: Sequence[Side]) -> Iterable[Side]:
    return sorted(sides, key=lambda side: side.value or "") if dimension == "day" else sides


def _side_name(dimension: str, value: str | None, names: Mapping[str, str]) -> Cell:
    if value is None:
        return name(_NAMELESS.get(dimension) or group_label(_NONE, dimension), muted=True)
    return name(names[value], note=value) if value in names else name(value)


_NAMELESS = {"model": "No model on the bill", "line_item": "No line item"}
_NONE = Group("none", None, {})


def bill(billed: Billed, currency: str, dimension: str = "line_item", names: Mapping[str, str] = NO_NAMES) -> Table:
    """Billed by line item or by whatever else the bills tell, the largest first, to the last digit."""
    amounts = billed.by(lambda each: each.told(dimension), currency)
    unit = "US dollars" if currency == CURRENCY else currency.upper()

    def amount(value: Decimal | None) -> Cell:
        return Cell() if value is None else Cell(f"{value:,f}", value)

    return Table(
        title=f"Billed by {by(dimension)}, {unit}",
        columns=(
            Column(dimension, label(dimension), "text"),
            Column("amount", f"Amount, {unit}", help="amount.value", write=lambda number: f"{number:,f}"),
        ),
        rows=tuple(
            Row(f"value:{value or ''}", (_side_name(dimension, value, names), amount(sums)))
            for value, sums in sorted(amounts.items(), key=lambda each: -(each[1] or 0))
        ),
        total=Row("total", (name("Total"), amount(billed.total(currency)))),
    )
