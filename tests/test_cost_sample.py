"""Estimates against the bill of the sample: line by line, and what is planted in the difference."""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from functools import cache

from data.billed import billed
from data.cost import comparison, cost
from data.exports import read
from data.pricing import Prices, billed_name, estimate
from data.query import Query
from data.samples.make import FOLDER
from data.table import tidy
from data.usage import Usage
from tests.build import at

FILES = (
    "completions_2026-03_2026-10_pages.json.gz",
    "completions_2026-11_hours.jsonl.gz",
    "costs_2026-03_2026-11_page.json.gz",
)
OCTOBER = Query(start_time=date(2026, 10, 1), end_time=date(2026, 11, 1))


@cache
def sample() -> Usage:
    return tidy([read((FOLDER / name).read_bytes(), name) for name in FILES])


def test_every_line_of_a_month_is_estimated_to_the_cent_but_those_with_a_planted_price() -> None:
    usage = sample()
    start, end = at("2026-10-01"), at("2026-11-01")
    in_october = usage.results.filter(
        [start <= moment.timestamp() < end for moment in usage.results["start_time"].to_pylist()]
    )
    estimated: defaultdict[tuple[str | None, str, bool], Decimal] = defaultdict(Decimal)
    for each in estimate(in_october, Prices(), ["model", "batch"]):
        for part, amount in each.parts.items():
            # The bill has cache writes in the line of uncached input: they cost the same.
            line = "uncached_input" if part == "cache_write" else part
            if amount:
                estimated[billed_name(each.key[0]), line, each.key[1] == "true"] += amount
    lines = billed(usage, (), start, end).by(lambda bill: (bill.line.model, bill.line.part or "", bill.line.batch))
    both = {key: (estimated[key], amount) for key, amount in lines.items() if amount and key in estimated}

    far = {key for key, (guess, amount) in both.items() if abs(guess - amount) >= Decimal("0.01")}

    assert len(both) == 28
    # Priority, which is in these lines as well, is billed at twice the standard price instead of 1.8 times.
    assert far == {("gpt-5-mini-2025-08-07", part, False) for part in ("uncached_input", "cached_input", "output")}


def test_the_differences_of_a_month_are_those_that_are_planted() -> None:
    found = comparison(sample(), Query(start_time=date(2026, 11, 1), end_time=date(2026, 11, 21)), Prices())

    assert found is not None
    named = {each.cause: {name for name, _ in each.largest} for each in found.reconciled.explained}
    assert named == {
        "tools": {"web search tool calls", "file search storage"},
        "unpriced": {"gpt-4o-audio-preview-2025-06-03", "ft-gpt-4.1-mini-2025-04-14"},
        "only used": {"gpt-5.5-2026-04-23", "gpt-5-2025-08-07", "gpt-5.2-2025-12-11"},
        "unused": {"text-embedding-3-small"},
        "tiers": {"gpt-5-mini-2025-08-07"},
        "unexplained": {"gpt-5.2-2025-12-11"},
    }


def test_what_has_no_price_in_the_sample_is_a_fine_tune_and_audio() -> None:
    assert [(each.model, each.reason) for each in cost(sample(), OCTOBER, Prices()).unpriced] == [
        ("ft:gpt-4.1-mini-2025-04-14:acme::CbQ3kT7w", "not in the price list"),
        ("gpt-4o-audio-preview-2025-06-03", "no audio price"),
    ]
