"""A price file: what a row means, and what is said of one that means nothing."""

from datetime import date
from decimal import Decimal

import pytest

from data.pricing import PriceFileError, Prices, read_prices
from tests.build import tokens
from tests.test_pricing import M, priced, wide


def own(text: str) -> Prices:
    return Prices(read_prices(text.encode()))


def test_a_row_gives_a_model_that_the_list_does_not_know_its_price() -> None:
    prices = own("model,output,uncached_input\nft:gpt-4.1-mini-2025-04-14:*,3.20,0.80\n")

    found = priced(wide(model="ft:gpt-4.1-mini-2025-04-14:acme::x", text=M, output_text=M), prices=prices)

    assert found.cost == Decimal("4.00")


def test_a_row_counts_from_its_day_on_and_leaves_what_it_does_not_name() -> None:
    prices = own("model,start_date,uncached_input\ngpt-4o,2026-11-02,2\n")
    row = wide(model="gpt-4o", text=M, output_text=M)

    assert priced(row, "2026-11-01", prices).cost == Decimal("12.50")
    assert priced(row, "2026-11-02", prices).cost == Decimal("12.00")


def test_the_latest_row_counts() -> None:
    prices = own("model,start_date,output\ngpt-5,2026-01-01,8\ngpt-5,2026-06-01,7\n")

    assert priced(wide(model="gpt-5", output_text=M), prices=prices).cost == Decimal(7)


def test_batch_and_tiers_follow_a_standard_price_of_ones_own() -> None:
    prices = own("model,uncached_input\ngpt-5-mini,0.20\n")

    assert priced(wide(model="gpt-5-mini", text=M, batch="true"), prices=prices).cost == Decimal("0.10")
    assert priced(wide(model="gpt-5-mini", text=M, service_tier="priority"), prices=prices).cost == Decimal("0.36")


def test_a_row_for_batch_or_a_tier_counts_for_that_alone() -> None:
    prices = own("model,batch,service_tier,uncached_input\ngpt-5,true,,0.5\ngpt-5,,priority,3\n")

    costs = [
        priced(wide(model="gpt-5", text=M, **dimensions), prices=prices).cost
        for dimensions in ({}, {"batch": "true"}, {"service_tier": "priority"}, {"service_tier": "flex"})
    ]

    assert costs == [Decimal("1.25"), Decimal("0.5"), Decimal(3), Decimal("0.625")]


def test_a_price_of_a_part_counts_for_what_has_none_of_its_own_in_it() -> None:
    prices = own("model,audio_input,cached_audio,audio_output\ngpt-4o-audio-preview*,40,2.5,80\n")

    row = wide(model="gpt-4o-audio-preview-2025-06-03", audio=M, cached_audio=M, output_audio=M)

    assert priced(row, prices=prices).cost == Decimal("122.5")
    plain = own("model,audio_input\ngpt-4o-audio-preview*,40\n")
    assert priced(wide(model="gpt-4o-audio-preview", audio=M, cached_audio=M), prices=plain).cost == Decimal(80)


def test_json_says_the_same_as_csv() -> None:
    csv = "model,start_date,batch,output\ngpt-5,2026-01-01,true,1.50\n"
    json = '[{"model": "gpt-5", "start_date": "2026-01-01", "batch": true, "output": 1.50}]'

    assert read_prices(json.encode()) == read_prices(csv.encode())
    assert read_prices(b'{"prices": ' + json.encode() + b"}") == read_prices(csv.encode())


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "no row"),
        (b"\xff\xfe", "not UTF-8"),
        (b"[1", "no JSON"),
        (b'{"gpt-5": 1}', "no list of rows"),
        (b"model,output\ngpt-5,-1\n", "line 2: output: Input should be greater than or equal to 0"),
        (b"model,output\ngpt-5,NaN\n", "line 2: output"),
        (b"model,outputs\ngpt-5,1\n", "line 2: outputs: Extra inputs are not permitted"),
        (b"model,output\n,1\n", "line 2: model: Field required"),
        (b"model,start_date,output\ngpt-5,soon,1\n", "line 2: start_date: Input should be a valid date"),
        (b"model,output\ngpt-5,\n", "line 2: it has no price"),
        (b"model,output\ngpt-5,1,2,3\n", "line 2"),
        (b"model,output,output\ngpt-5,1,2\n", "has the column output twice"),
        (b"model,output\ngpt-5,1\ngpt-4o,3\ngpt-5,2\n", "line 4: it is about the same as line 2"),
        (b"x" * 1_000_001, "at most 1,000,000 are read"),
    ],
)
def test_a_file_that_means_nothing_is_not_used_and_says_where(content: bytes, told: str) -> None:
    with pytest.raises(PriceFileError, match=told):
        read_prices(content)


def test_a_price_of_ones_own_does_not_change_other_models() -> None:
    prices = own("model,uncached_input\ngpt-5,100\n")

    assert priced(tokens(M, model="gpt-5-mini"), prices=prices).cost == Decimal("0.25")


def test_a_standard_price_counts_before_the_list_had_the_model() -> None:
    prices = own("model,uncached_input\nhouse-model,1\n")

    assert prices.rates("house-model", date(2020, 1, 1), None, False).paid["text_input"] == 10**9
