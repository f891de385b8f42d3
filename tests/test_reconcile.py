"""Billed − estimated taken apart: each cause by a literal pair of usage and bill, and all causes add up."""

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from data.cost import comparison
from data.pricing import Prices
from data.query import Query
from tests.build import Bucket, bucket, day, usage_of
from tests.test_billed import bill
from tests.test_pricing import M, wide

DAY = "2026-11-02"


def causes(*buckets: Bucket, **query: object) -> dict[str, str]:
    """Cause → dollars."""
    found = comparison(usage_of(*buckets), Query.model_validate(query), Prices())
    assert found is not None
    explained = found.reconciled.explained
    assert sum(each.amount for each in explained) == found.reconciled.difference
    return {each.cause: f"{each.amount:f}" for each in explained}


def test_what_is_billed_at_the_list_price_leaves_no_difference() -> None:
    used = wide(model="gpt-5", text=M, cached_text=2 * M, output_text=M)
    bills = [bill("1.25", "gpt-5, input"), bill("0.250", "gpt-5, cached input"), bill("10", "gpt-5, output")]

    assert causes(day(DAY, used), day(DAY, *bills)) == {}


def test_tools_and_credits_have_no_tokens() -> None:
    used = wide(model="gpt-5", text=M)
    bills = [bill("1.25", "gpt-5, input"), bill("3", "web search tool calls"), bill("-2", "service credit")]

    assert causes(day(DAY, used), day(DAY, *bills)) == {"tools": "3", "credits": "-2"}


def test_what_is_billed_of_an_unpriced_model_or_of_audio_without_a_price_is_named() -> None:
    used = [wide(model="gpt-9", text=M), wide(model="gpt-4o-audio-preview", text=M, audio=M)]
    bills = [
        bill("7", "gpt-9, input"),
        bill("2.5", "gpt-4o-audio-preview, input"),
        bill("40", "gpt-4o-audio-preview, audio input"),
    ]

    assert causes(day(DAY, *used), day(DAY, *bills)) == {"unpriced": "47"}


def test_days_that_only_one_side_has() -> None:
    used = wide(model="gpt-5", text=M)
    line = bill("1.25", "gpt-5, input")

    assert causes(day(DAY, used), day("2026-11-03", used), day("2026-11-03", line)) == {"only used": "-1.25"}
    assert causes(day("2026-11-03", used), day("2026-11-03", line), day(DAY, line)) == {}
    assert causes(
        day("2026-11-03", used),
        day("2026-11-05", used),
        day("2026-11-03", line),
        day("2026-11-04", line),
        day("2026-11-05", line),
    ) == {"only billed": "1.25"}


def test_a_day_of_which_an_export_holds_a_part_only() -> None:
    used = wide(model="gpt-5", text=M)

    assert causes(
        day("2026-11-01"), bucket(DAY, "2026-11-02T06:30", used), day("2026-11-01"), day(DAY, bill("5", "gpt-5, input"))
    ) == {"cut": "3.75"}


def test_models_that_only_one_side_has() -> None:
    used = [wide(model="gpt-5", text=M), wide(model="gpt-4o", text=M)]
    bills = [bill("1.25", "gpt-5, input"), bill("0.5", "text-embedding-3-small, input")]

    assert causes(day(DAY, *used), day(DAY, *bills)) == {"unused": "0.5", "unbilled": "-2.5"}


def test_a_difference_where_a_tier_was_used_is_the_tiers() -> None:
    used = [wide(model="gpt-5", text=M), wide(model="gpt-5", text=M, service_tier="priority")]

    assert causes(day(DAY, *used), day(DAY, bill("4", "gpt-5, input"))) == {"tiers": "0.25"}


def test_more_than_the_base_price_of_a_long_context_model_is_its_long_requests() -> None:
    used = wide(model="gpt-5.5", text=M)

    assert causes(day(DAY, used), day(DAY, bill("6", "gpt-5.5, input"))) == {"long": "1"}
    assert causes(day(DAY, used), day(DAY, bill("4", "gpt-5.5, input"))) == {"unexplained": "-1"}


def test_the_rest_is_unexplained_and_named() -> None:
    found = comparison(
        usage_of(day(DAY, wide(model="gpt-5", text=M)), day(DAY, bill("2", "gpt-5, input"))), Query(), Prices()
    )

    assert found is not None
    [rest] = found.reconciled.explained
    assert (rest.cause, rest.amount, rest.cells, rest.largest) == (
        "unexplained",
        Decimal("0.75"),
        1,
        (("gpt-5", Decimal("0.75")),),
    )


def test_cache_writes_at_the_price_of_input_are_compared_with_the_line_that_holds_them() -> None:
    used = wide(model="gpt-5.2", text=M, written=M)

    assert causes(day(DAY, used), day(DAY, bill("3.5", "gpt-5.2, input"))) == {}


def test_costs_without_line_items_are_compared_by_the_day() -> None:
    used = [wide(model="gpt-5", text=M), wide(model="gpt-4o", text=M)]

    assert causes(day(DAY, *used), day(DAY, bill("4"))) == {"unexplained": "0.25"}


amounts = st.decimals(-100, 100, places=12, allow_nan=False)
models = st.sampled_from(["gpt-5", "gpt-5.5", "gpt-9", "gpt-4o"])
days = st.sampled_from(["2026-11-02", "2026-11-03", "2026-11-04"])


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(days, models, st.sampled_from([None, "flex"]), st.integers(0, M)), max_size=5),
    st.lists(
        st.tuples(days, models, st.sampled_from([", input", ", output", " credit", ""]), amounts),
        min_size=1,
        max_size=5,
    ),
)
def test_the_causes_add_up_to_the_difference_whatever_there_is(
    used: list[tuple[str, str, str | None, int]], bills: list[tuple[str, str, str, Decimal]]
) -> None:
    buckets = [day(on, wide(model=model, service_tier=tier, text=text)) for on, model, tier, text in used]
    buckets += [day(on, bill(str(amount), model + line)) for on, model, line, amount in bills]

    causes(*buckets)
