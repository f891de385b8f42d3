"""Estimates against prices of OpenAI's list, worked out by hand: tokens × dollars per million."""

from datetime import date
from decimal import Decimal

import pytest
from genai_prices.data_snapshot import find_provider_by_id, get_snapshot
from hypothesis import given, settings
from hypothesis import strategies as st

from data.pricing import CHECKED, UNITS, Estimate, Prices, estimate, together
from data.pricing.listed import listed
from tests.build import at, bucket, day, tokens, usage_of

NONE = Prices()


def wide(**counts: object) -> dict[str, object]:
    """A row of the inclusive generation; what is not given is 0."""
    names = ("text", "audio", "image", "cached_text", "cached_audio", "cached_image")
    parts = {name: counts.pop(name, 0) for name in (*names, "output_text", "output_audio", "output_image", "written")}
    fresh = parts["text"] + parts["audio"] + parts["image"]
    cached = parts["cached_text"] + parts["cached_audio"] + parts["cached_image"]
    inputs = {f"input_{name}_tokens": parts[name] for name in names}
    outputs = {f"{name}_tokens": parts[name] for name in ("output_text", "output_audio", "output_image")}
    return {
        **inputs,
        **outputs,
        "input_tokens": fresh + cached + parts["written"],
        "input_uncached_tokens": fresh,
        "input_cached_tokens": cached,
        "input_cache_write_tokens": parts["written"],
        "output_tokens": sum(outputs.values()),
        "num_model_requests": 1,
        **counts,
    }


def priced(row: dict[str, object], on: str = "2026-11-02", prices: Prices = NONE) -> Estimate:
    [found] = estimate(usage_of(day(on, row)).results, prices)
    return found


M = 1_000_000

CASES = {
    # name: (day, row, dollars); the sum behind each in the comment is what a calculator gives
    "text": ("2026-11-02", wide(model="gpt-4o-2024-08-06", text=3 * M, output_text=M // 2), "12.50"),  # 3×2.50 + 0.5×10
    "cached": ("2026-11-02", wide(model="gpt-5-2025-08-07", text=M, cached_text=4 * M), "1.750"),  # 1.25 + 4×0.125
    "cache write": (
        "2026-11-02",
        wide(model="gpt-6-sol", text=M, cached_text=2 * M, written=4 * M, output_text=M),
        "22.4",  # 2 + 2×0.20 + 4×2.50 + 10
    ),
    "cache write where writing costs no more than reading": (
        "2026-11-02",
        wide(model="gpt-5.2-2025-12-11", written=2 * M),
        "3.50",  # 2×1.75
    ),
    "audio": (
        "2026-11-02",
        wide(model="gpt-realtime-2025-08-28", text=M, audio=M, cached_audio=M, output_text=M, output_audio=M),
        "116.4",  # 4 + 32 + 0.40 + 16 + 64
    ),
    "image": (
        "2026-11-02",
        wide(model="gpt-image-1.5", text=M, image=M, cached_image=M, output_image=M, output_text=M),
        "57",  # 5 + 8 + 2 + 32 + 10
    ),
    "image in a model that counts images as text": (
        "2026-11-02",
        wide(model="gpt-5-mini-2025-08-07", text=M, image=3 * M),
        "1.00",  # 4×0.25
    ),
    "batch": ("2026-11-02", wide(model="gpt-5-mini-2025-08-07", text=M, output_text=M, batch="true"), "1.125"),
    "batch before the list had its price": (
        "2026-05-04",
        wide(model="gpt-5-mini-2025-08-07", text=M, cached_text=M, output_text=M, batch="true"),
        "1.1375",  # (0.25 + 0.025 + 2) / 2
    ),
    "batch of a model whose cached input is not cheaper in a batch": (
        "2026-05-04",
        wide(model="gpt-4.1-2025-04-14", text=M, cached_text=M, output_text=M, batch="true"),
        "5.5",  # 1 + 0.50 + 4
    ),
    "flex": ("2026-11-02", wide(model="gpt-5-2025-08-07", text=M, output_text=M, service_tier="flex"), "5.625"),
    "flex before the list had its price": (
        "2025-09-01",
        wide(model="gpt-5-2025-08-07", text=M, cached_text=M, output_text=M, service_tier="flex"),
        "5.6875",  # (1.25 + 0.125 + 10) / 2
    ),
    "priority": (
        "2026-11-02",
        wide(model="gpt-4o-2024-08-06", text=M, output_text=M, service_tier="priority"),
        "21.25",
    ),
    "priority before the list had its price": (
        "2026-05-04",
        wide(model="gpt-5-mini-2025-08-07", text=M, output_text=M, service_tier="priority"),
        "4.05",  # 0.45 + 3.60
    ),
    "fine-tune": ("2026-11-02", wide(model="ft:gpt-4o-2024-08-06:acme::x", text=M, output_text=M), "18.75"),
    "fine-tune, cached": (
        "2026-11-02",
        wide(model="ft:gpt-4o-2024-08-06:acme::x", cached_text=4 * M),
        "7.5",
    ),  # 4×1.875
    "fine-tune in a batch": (
        "2026-11-02",
        wide(model="ft:gpt-4o-mini-2024-07-18:acme::x", text=M, output_text=M, batch="true"),
        "0.75",  # (0.30 + 1.20) / 2
    ),
    "dated snapshot that has a price of its own": (
        "2026-11-02",
        wide(model="gpt-4o-2024-05-13", text=M, output_text=M),
        "20",  # 5 + 15
    ),
    "dated snapshot that only its model's name has": (
        "2026-11-02",
        wide(model="gpt-4o-mini-tts-2025-12-15", text=M),
        "0.60",
    ),
    "before a price was cut": ("2025-06-09", wide(model="o3-2025-04-16", text=M, output_text=M), "50"),
    "on the day a price was cut": ("2025-06-10", wide(model="o3-2025-04-16", text=M, output_text=M), "10"),
    "long-context model, far above the length of its tier": (
        "2026-11-02",
        wide(model="gpt-5.5-2026-04-23", text=400 * M, output_text=M),
        "2030",  # 400×5 + 30, the price of short requests
    ),
    "embeddings": (
        "2026-11-02",
        {"object": "embeddings", "model": "text-embedding-3-small", "input_tokens": 5 * M, "num_model_requests": 1},
        "0.10",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_an_estimate_is_what_the_price_list_says(name: str) -> None:
    on, row, expected = CASES[name]

    found = priced(row, on)

    assert (found.cost, found.unpriced_tokens) == (Decimal(expected), 0)


def test_free_usage_costs_nothing_and_is_priced() -> None:
    found = priced(wide(model="gpt-5-2025-08-07", text=M, service_tier="incentivized-tier"))

    assert (found.cost, found.unpriced_tokens, found.saved_by_tier) == (Decimal(0), 0, Decimal("1.25"))


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (wide(model="gpt-9-unheard-of", text=7), "not in the price list"),
        (wide(model="ft:gpt-4.1-mini-2025-04-14:acme::x", text=7), "not in the price list"),
        (wide(model="gpt-5-2025-08-07", text=7, service_tier="scale"), "scale tier is prepaid"),
        (wide(model="gpt-4.1-nano", text=7, service_tier="gold"), "no price for service tier gold"),
        (wide(model="whisper-1", text=7), "not priced by the token"),
        (wide(text=7), "the model is not known"),
        (wide(model="gpt-4o-audio-preview-2025-06-03", audio=7), "no audio price"),
    ],
)
def test_what_has_no_price_is_counted_with_its_reason_and_never_costs_0(row: dict[str, object], reason: str) -> None:
    [found] = estimate(usage_of(day("2026-11-02", row)).results, NONE, ["reason"])

    assert (found.key, found.cost, found.tokens, found.unpriced_tokens) == ((reason,), None, 7, 7)


def test_a_group_with_some_unpriced_usage_has_a_cost_and_unpriced_tokens() -> None:
    found = priced(wide(model="gpt-4o-audio-preview-2025-06-03", text=M, output_text=M, audio=5, output_audio=6))

    assert (found.cost, found.tokens, found.unpriced_tokens) == (Decimal("12.5"), 2 * M + 11, 11)
    assert found.parts["audio_input"] is None


def test_measured_zero_tokens_cost_0() -> None:
    assert priced(wide(model="gpt-9-unheard-of")).cost == 0


def test_only_models_that_charge_long_requests_more_are_a_lower_bound() -> None:
    rows = usage_of(day("2026-11-02", tokens(1, model="gpt-5.5"), tokens(1, model="gpt-5"))).results

    assert [(each.key, each.lower_bound) for each in estimate(rows, NONE, ["model"])] == [
        (("gpt-5",), False),
        (("gpt-5.5",), True),
    ]


def test_what_the_cache_saved_and_what_writing_to_it_cost() -> None:
    found = priced(wide(model="gpt-6-sol", cached_text=2 * M, written=4 * M))

    # Cached at 0.20 where uncached is 2.00, written at 2.50.
    assert (found.saved_by_cache, found.written_over) == (Decimal("3.60"), Decimal("2.00"))


def test_what_a_batch_saved() -> None:
    assert priced(wide(model="gpt-4o", text=4 * M, output_text=M, batch="true")).saved_by_tier == Decimal(10)


def test_audio_of_the_older_generation_lies_on_top_and_all_of_it_is_priced_as_uncached() -> None:
    row = {
        "model": "gpt-4o-realtime-preview",
        "input_tokens": M,
        "output_tokens": M,
        "input_audio_tokens": M,
        "output_audio_tokens": M,
        "num_model_requests": 1,
    }

    assert priced(row, "2025-02-03").cost == Decimal(5 + 20 + 40 + 80)


def test_sums_are_by_any_dimension_and_stretch_of_time() -> None:
    rows = usage_of(
        day("2026-11-02", wide(model="gpt-5", project_id="a", text=M), wide(model="gpt-4o", project_id="b", text=M)),
        day("2026-11-03", wide(model="gpt-4o", project_id="a", text=M)),
    ).results

    found = estimate(rows, NONE, ["project_id"], [at("2026-11-02"), at("2026-11-03"), at("2026-11-04")])

    assert [(each.tick, each.key, each.cost) for each in found] == [
        (0, ("a",), Decimal("1.25")),
        (0, ("b",), Decimal("2.50")),
        (1, ("a",), Decimal("2.50")),
    ]


def test_counts_near_the_limit_are_priced_to_the_last_digit() -> None:
    count = 2**62 - 1

    rows = [tokens(count, model="o1-pro", project_id="a"), tokens(count, model="o1-pro", project_id="b")]

    found = estimate(usage_of(day("2026-11-02", *rows)).results, NONE)

    assert found[0].cost == Decimal(2 * count) * 150 / M


def test_the_prices_say_when_they_were_checked() -> None:
    assert str(CHECKED) == "2026-10-26"


def test_an_estimate_of_no_row_is_empty() -> None:
    assert estimate(usage_of(bucket("2026-11-02", "2026-11-03")).results, NONE) == []


@settings(max_examples=20, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["gpt-5", "gpt-4o", "gpt-realtime", "gpt-9", None]),
            st.sampled_from([None, "default", "flex", "priority", "scale", "incentivized-tier"]),
            st.sampled_from([None, "true", "false"]),
            st.integers(0, 10**15),
            st.integers(0, 10**15),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_however_usage_is_grouped_the_costs_add_up_and_each_token_is_priced_or_not(
    drawn: list[tuple[str | None, str | None, str | None, int, int]],
) -> None:
    rows = [
        wide(model=model, service_tier=tier, batch=batch, project_id=str(index), text=text, audio=audio)
        for index, (model, tier, batch, text, audio) in enumerate(drawn)
    ]
    table = usage_of(day("2026-11-02", *rows)).results

    [whole] = estimate(table, NONE)
    apart = together(estimate(table, NONE, ["model", "project_id"]))

    assert (apart.cost, apart.tokens, apart.unpriced_tokens) == (whole.cost, whole.tokens, whole.unpriced_tokens)
    assert sum(whole.priced.values()) + whole.unpriced_tokens == whole.tokens == sum(t + a for *_, t, a in drawn)


def test_each_unit_of_a_text_model_is_priced_or_told_to_have_none() -> None:
    rates = NONE.rates("gpt-5", date(2026, 11, 2), None, False)

    assert {unit for unit in UNITS if rates.paid[unit] is None} == {"audio_input", "cached_audio", "audio_output"}


NAMES = ("gpt-5", "GPT-5-2025-08-07", "gpt-5-20250807", "gpt-6-sol-2026-01-01", "omni-moderation-latest", "model-7", "")


@pytest.mark.parametrize("name", [*NAMES, *(f"{name}-x" for name in NAMES), *(f"x{name}" for name in NAMES)])
def test_a_model_is_found_as_the_list_itself_finds_it(name: str) -> None:
    openai = find_provider_by_id(get_snapshot().providers, "openai")
    assert openai is not None
    own = openai.find_model(name)
    found = listed(name)
    assert (found is not None and not found.stands_in) == (own is not None)
    assert found is None or own is None or found.listed._model is own


def test_models_that_are_priced_alike_are_one_kind() -> None:
    tuned = {NONE.kind(f"ft:gpt-4o-2024-08-06:acme::{number}") for number in range(1000)}
    unknown = {NONE.kind(f"model-{number}") for number in range(1000)}

    assert (len(tuned), len(unknown)) == (1, 1)
    assert tuned != unknown


def test_each_service_tier_without_a_price_is_named() -> None:
    rows = [wide(model="gpt-4o", service_tier=f"tier-{number}", text=7) for number in range(3)]

    found = estimate(usage_of(day("2026-11-02", *rows)).results, NONE, ["reason"])

    assert [(each.key, each.cost, each.unpriced_tokens) for each in found] == [
        ((f"no price for service tier tier-{number}",), None, 7) for number in range(3)
    ]
