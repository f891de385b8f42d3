"""What a cost looks like: amounts as text, tiles, figures and tables, as literal facts about them."""

from decimal import Decimal

import pytest

from components.breakdown import LIMIT, wire
from components.money import figures, tables, tiles, words
from components.theme import LIGHT
from data.cost import Comparison, Cost, comparison, cost, month
from data.pricing import Prices, read_prices
from data.query import Query
from data.table import tidy
from tests.build import Bucket, day, export, usage_of
from tests.conftest import checked
from tests.test_billed import bill
from tests.test_cost_months import november, october
from tests.test_pricing import M, wide

PRICES = Prices()
DAY = "2026-11-02"


def costed(*buckets: Bucket, **asked: object) -> Cost:
    return cost(usage_of(*buckets), Query.model_validate(asked), PRICES)


def compared(*buckets: Bucket) -> Comparison:
    found = comparison(usage_of(*buckets), Query(), PRICES)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("amount", "short", "unit"),
    [
        (None, "–", "–"),
        ("0", "$0.00", "$0.00"),
        ("0.00385", "$0.0039", "$0.0039"),
        ("0.00000001", "<$0.0001", "<$0.0001"),
        ("0.4567", "$0.46", "$0.4567"),
        ("999.99", "$999.99", "$999.99"),
        ("1234.5", "$1,235", "$1,234.50"),
        ("-1234.4", "−$1,234", "−$1,234.40"),
    ],
)
def test_amounts_are_short_in_tiles_and_finer_by_request(amount: str | None, short: str, unit: str) -> None:
    found = None if amount is None else Decimal(amount)

    assert (words.short(found), words.unit_price(found)) == (short, unit)


def test_a_lower_bound_shows_its_sign_and_names_the_models() -> None:
    found = costed(day(DAY, wide(model="gpt-5.5", text=M), wide(model="gpt-5", text=M)))

    assert words.bounded(found.whole) == "≥ $6.25"
    assert words.bound(found).startswith("≥: at the base price of gpt-5.5; requests above 272K")
    assert words.bound(costed(day(DAY, wide(model="gpt-5", text=M)))) == ""


def test_own_prices_are_named_with_the_list_behind_them() -> None:
    own = Prices(read_prices(b"model,output\ngpt-5,1\n"), "mine.csv")

    assert words.source(own).startswith(
        "Estimated by your own prices (mine.csv, 1 row), else by list prices of genai-prices"
    )
    assert words.source(own).endswith("An estimate is no invoice.")


def test_tiles_tell_estimate_bill_savings_and_unit_costs() -> None:
    buckets = [
        day(DAY, wide(model="gpt-4o", text=M, cached_text=M), wide(model="gpt-4o", text=M, batch="true")),
        day(DAY, bill("9", "gpt-4o, input"), bill("2", "x", currency="eur")),
    ]

    shown = {
        tile.label: (tile.value, tile.change) for tile in tiles.tiles_of(costed(*buckets), compared(*buckets), None)
    }

    assert shown == {
        "Estimated": ("$5.00", "all tokens priced"),
        "Billed": ("$9.00", "by costs exports"),
        "Billed, EUR": ("EUR 2.00", "by costs exports"),
        "Saved by caching": ("$1.25", "no cache writes"),
        "Saved by batch": ("$1.25", "no other tiers"),
        "Per 1M tokens": ("$1.67", "$2.50 a request"),
    }


def test_currencies_that_are_not_shown_are_counted_in_a_sentence() -> None:
    few = compared(day(DAY, wide(model="gpt-4o", text=M)), day(DAY, bill("1", "x"), bill("1", "x", currency="eur")))
    bills = [bill("1", "x", currency=f"c{number}") for number in range(1000)]
    many = compared(day(DAY, wide(model="gpt-4o", text=M)), day(DAY, *bills))

    assert (few and words.more_currencies(few.billed)) == ""
    assert many
    assert words.more_currencies(many.billed) == (
        "Amounts are in 1,000 currencies, which are never added: the 8 that come most often are shown here, "
        "992 are not."
    )
    assert len(tiles.tiles_of(costed(day(DAY, wide(model="gpt-4o", text=M))), many, None)) == 12


def test_a_bill_is_by_whatever_it_tells() -> None:
    both = compared(
        day(DAY, wide(model="gpt-4o", text=M)),
        day(DAY, bill("2", "gpt-4o, input", project_id="a"), bill("1", "web search", project_id="a")),
    )

    assert both.billed.dimensions == ("line_item", "model", "project_id")
    assert [[cell.text for cell in row.cells] for row in tables.bill(both.billed, "usd", "project_id").rows] == [
        ["a", "3"]
    ]


@pytest.mark.parametrize(
    ("october_", "said"), [(october(8), "+25.0% on Oct"), (october(0), "$0.00 in Oct"), ([], "not measured in Oct")]
)
def test_the_month_is_beside_the_same_days_of_the_month_before(october_, said) -> None:
    buckets = (*october_, *november(10))
    tile = tiles.tiles_of(costed(*buckets), None, month(usage_of(*buckets), Query(), PRICES))[1]
    assert (tile.label, tile.value, tile.change) == ("Month to date", "$10.00", said)


def test_where_nothing_has_a_price_no_request_has_a_cost() -> None:
    found = costed(day(DAY, wide(model="gpt-9", text=M)))
    assert tiles.tiles_of(found, None, None)[-1][:3] == ("Per 1M tokens", "n/a", "no price known")


def test_the_month_runs_up_to_its_last_day_goes_on_straight_and_has_the_budget_across() -> None:
    found = month(usage_of(*october(10), *november(10, 20)), Query(), PRICES)
    assert found is not None

    figure = checked(figures.month(found, Decimal(100), LIGHT, narrow=False))

    before, now, ahead = figure.data
    assert (before.name, before.y[0], before.y[-1]) == ("Last month", 10.0, 300.0)  # 30 of its 31 days fit
    assert list(now.y) == [10.0, 30.0]
    assert (ahead.x[0], ahead.y[0], ahead.x[-1]) == ("2026-11-02", 30.0, "2026-11-30")
    assert figure.layout.shapes[0].y0 == 100.0
    days = [[cell.text for cell in row.cells] for row in tables.month(found).rows]
    assert days[0] == ["2026-10-01", "$10.00", "$10.00"]
    assert days[-2:] == [["2026-11-01", "$10.00", "$10.00"], ["2026-11-02", "$20.00", "$30.00"]]


def test_days_before_the_first_export_are_blank_and_counted_and_no_0_dollars() -> None:
    found = month(usage_of(*november(10, 20, 30, 40)[2:]), Query(), PRICES)
    assert found is not None
    (now,) = checked(figures.month(found, None, LIGHT, narrow=False)).data
    assert list(now.y) == [None, None, 30.0, 70.0]
    assert words.outlook(found, None) == (
        "$70.00 estimated so far, 2 of 4 days not measured. No pace is told: the 28 days before are not all measured."
    )


def test_the_outlook_says_what_it_is_drawn_from_and_when_the_budget_ends() -> None:
    found = month(usage_of(*october(10), *november(10, 10)), Query(), PRICES)
    assert found is not None

    assert words.outlook(found, Decimal(100)) == (
        "$20.00 estimated so far. A straight line from the last 28 complete days, $10.00 a day, leads to $300.00. "
        "The budget of $100.00 is used up on 2026-11-10."
    )
    assert words.outlook(found, Decimal(300)).endswith("The budget of $300.00 is used up on 2026-11-30.")
    assert words.outlook(found, Decimal(400)).endswith("The budget of $400.00 lasts the month by that line.")


def test_the_table_tells_unit_costs_and_leaves_blank_what_has_no_price() -> None:
    found = costed(day(DAY, wide(model="gpt-4o", text=2 * M, num_model_requests=4), wide(model="gpt-9", text=M)))

    table = tables.estimated(found)

    rows = {row.cells[0].text: dict(zip([c.key for c in table.columns], row.cells, strict=True)) for row in table.rows}
    assert (rows["gpt-4o"]["per_request"].text, rows["gpt-4o"]["per_million"].text) == ("$1.25", "$2.50")
    assert (rows["gpt-9"]["estimated_cost"].text, rows["gpt-9"]["unpriced_tokens"].text) == ("", "1,000,000")
    assert table.total.cells[1].text == "$5.00"


def mixed() -> Cost:
    """A file by model, with a row that has none, and one by project: both without a price."""
    by_model = export(day(DAY, wide(model="gpt-4o", text=85), wide(text=5)))
    by_project = export(day("2026-11-03", wide(project_id="a", text=10)), name="b.json")
    return cost(tidy([by_model, by_project]), Query(), PRICES)


def test_usage_that_was_not_grouped_by_model_is_never_called_no_model() -> None:
    assert [[cell.text for cell in row.cells] for row in tables.unpriced(mixed()).rows] == [
        ["Not grouped by model", "prices are by model: export it again with group_by=model", "10", "10.0%"],
        ["No model", "the model is not known", "5", "5.0%"],
    ]
    assert words.unpriced(mixed()) == (
        "15 tokens (15.0% of all) have no price and are in no estimate: usage not grouped by model (prices are by "
        "model: export it again with group_by=model) 10, usage without a model (the model is not known) 5."
    )
    assert [row.cells[0].text for row in tables.estimated(mixed()).rows] == ["gpt-4o", "None or not grouped"]


def test_unpriced_models_beyond_the_rows_of_a_table_are_other() -> None:
    found = costed(day(DAY, *(wide(model=f"unheard-of-{number}", text=1) for number in range(LIMIT + 2))))
    last = tables.unpriced(found).rows[-1]
    assert (last.cells[0].text, last.cells[2].text, last.many) == ("Other", "2", 2)


def test_every_table_can_be_sent_to_the_browser() -> None:
    buckets = [
        day(DAY, wide(model="<b>*x*", text=M), wide(model="gpt-4o", text=M)),
        day(DAY, bill("9", "gpt-4o, input"), bill("-2", "<img>"), bill(None, "y")),
    ]
    both, found = compared(*buckets), costed(*buckets)

    drawn = [
        tables.estimated(found),
        tables.unpriced(found),
        tables.causes(both.reconciled),
        tables.bill(both.billed, "usd"),
    ]
    drawn += [tables.beside(name, sides, both.reconciled) for name, sides in both.by.items()]

    assert [wire(table)["size"] for table in drawn] == [2, 1, 2, 3, 1, 3]
