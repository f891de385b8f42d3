"""What the organization was billed: daily cost results by line item and project, priced from the usage.

From September 2026 on every line is listed every day, as in a real export. Before, to stay small, a line waits until it
has reached `SMALLEST`, then it is billed with everything that has gathered, so that sums agree over weeks only.

It does not quite match what the usage would cost by the list, for reasons that can be found: web searches, storage,
embeddings and a credit are in no usage file, priority is dearer than the list says, the last day is not billed yet, and
the price of one model rose on a day.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from data.samples.organization import (
    AUDIO_PRICES,
    EMPTY_DAYS,
    FIRST_DAY,
    IMAGE_PRICES,
    ORGANIZATION,
    PRICES,
    RISE,
    TIER_FACTORS,
)

Result = dict[str, Any]
Line = tuple[str | None, str]  # project, line item

RESULT = "organization.costs.result"
SMALLEST = Decimal(12)  # dollars
EVERY_LINE_SINCE = date(2026, 9, 1)
CREDIT_DAY = date(2026, 10, 5)


def cost_results(days: list[tuple[date, list[Result]]]) -> list[list[Result]]:
    """The cost results of each day, from the usage results of that day."""
    owed: defaultdict[Line, Decimal] = defaultdict(Decimal)
    billed = []
    for day, usage in days:
        for line, amount in lines_of(usage, day):
            owed[line] += amount
        least = SMALLEST if day < EVERY_LINE_SINCE else 0
        due = [line for line in sorted(owed, key=str) if owed[line] >= least and day not in EMPTY_DAYS]
        billed.append([cost(*line, owed.pop(line)) for line in due] + extras(day))
    return billed


def lines_of(usage: list[Result], day: date) -> Iterator[tuple[Line, Decimal]]:
    """Each ((project, line item), dollars) of a day's results."""
    for result in usage:
        factor = Decimal(TIER_FACTORS[result["service_tier"]]) * (Decimal("0.5") if result["batch"] else 1)
        factor *= rise(result["model"], day)
        prefix = ("batch api | " if result["batch"] else "") + line_model(result["model"])
        for kind, tokens, price in priced(result):
            if dollars := tokens * Decimal(price) * factor / 1_000_000:
                yield (result["project_id"], f"{prefix}, {kind}"), dollars


def rise(model: str, day: date) -> Decimal:
    risen, since, times = RISE
    return Decimal(times) if model == risen and day >= since else Decimal(1)


def line_model(model: str) -> str:
    """Fine-tuned models are billed under their base: `ft-gpt-4.1-mini-2025-04-14`."""
    return "ft-" + model.split(":")[1] if model.startswith("ft:") else model


def priced(result: Result) -> tuple[tuple[str, int, str], ...]:
    input_price, cached_price, output_price = PRICES[result["model"]]
    image_price, cached_image_price = IMAGE_PRICES.get(result["model"], (input_price, cached_price))
    audio_in = result["input_audio_tokens"] + result["input_cached_audio_tokens"]
    image, cached_image = (
        (result["input_image_tokens"], result["input_cached_image_tokens"])
        if result["model"] in IMAGE_PRICES
        else (0, 0)
    )
    text = result["input_tokens"] - result["input_cached_tokens"] - result["input_audio_tokens"] - image
    cached = result["input_cached_tokens"] - result["input_cached_audio_tokens"] - cached_image
    return (
        ("input", text, input_price),
        ("cached input", cached, cached_price),
        ("image input", image, image_price),
        ("cached image input", cached_image, cached_image_price),
        ("output", result["output_tokens"] - result["output_audio_tokens"], output_price),
        ("audio input", audio_in, AUDIO_PRICES[0]),
        ("audio output", result["output_audio_tokens"], AUDIO_PRICES[1]),
    )


def extras(day: date) -> list[Result]:
    """What usage cannot explain."""
    if day in EMPTY_DAYS:
        return []
    age = (day - FIRST_DAY).days
    calls = (400 + 37 * age % 211) if day.weekday() < 5 else 0
    searches = [cost("proj_support-assistant-web", "web search tool calls", Decimal(calls) / 100)] if calls else []
    storage = [cost("proj_document-search-engine", "file search storage", Decimal(age) / 250)]
    embedded = Decimal(31_000_000 + 97_000 * (age % 53)) * Decimal("0.02") / 1_000_000
    embeddings = [cost("proj_document-search-engine", "text-embedding-3-small, input", embedded)]
    credit = [cost(None, "service credit", Decimal("-150.00"))] if day == CREDIT_DAY else []
    return searches + storage + (embeddings if day >= EVERY_LINE_SINCE else []) + credit


def cost(project: str | None, line_item: str, amount: Decimal) -> Result:
    """The amount as a decimal string; some arrive with thirty decimals."""
    value = f"{amount:.30f}" if line_item.endswith("cached input") else f"{amount:f}"
    return {
        "object": RESULT,
        "amount": {"value": value, "currency": "usd"},
        "line_item": line_item,
        "project_id": project,
        "organization_id": ORGANIZATION,
    }
