"""Prices of one's own, from a CSV or JSON file: what a contract says, or what the list does not know yet.

One row says, from a day on and for one model, what a million tokens of each part cost in US dollars:

    model,start_date,service_tier,batch,uncached_input,cached_input,output
    gpt-5.2*,2026-01-01,,,1.50,0.15,12
    ft:gpt-4.1-mini-2025-04-14:*,2026-01-01,,true,0.40,,1.60

A model that ends in `*` stands for all that begin so. Without service_tier and batch it is the standard price, which
batch, flex and priority follow in the list's proportions. An empty cell leaves the list's price. JSON is a list of
such rows as objects.
"""

import csv
import io
import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from data.pricing.units import PART_OF, UNITS

MOST_BYTES = 1_000_000
MOST_ROWS = 5_000
MOST_TOLD = 10

PerMillion = Annotated[Decimal, Field(ge=0, le=1_000_000, decimal_places=9)] | None


class OwnPrice(BaseModel):
    """US dollars per million tokens; a price of a part counts for all in it that has no price of its own here."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: Annotated[str, Field(min_length=1, max_length=4096)]
    start_date: date = date.min
    service_tier: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    batch: bool | None = None
    uncached_input: PerMillion = None
    cached_input: PerMillion = None
    cache_write: PerMillion = None
    output: PerMillion = None
    audio_input: PerMillion = None
    audio_output: PerMillion = None
    image_input: PerMillion = None
    cached_image: PerMillion = None
    cached_audio: PerMillion = None
    image_output: PerMillion = None

    @property
    def is_pattern(self) -> bool:
        """Whether it is for all models that begin so."""
        return self.model.endswith("*")

    @property
    def is_standard(self) -> bool:
        return self.service_tier is None and self.batch is None

    @cached_property
    def per_million(self) -> Mapping[str, Decimal]:
        """By unit, what this row says."""
        found = {unit: getattr(self, unit, None) for unit in UNITS}
        found = {unit: getattr(self, PART_OF[unit]) if price is None else price for unit, price in found.items()}
        return {unit: price for unit, price in found.items() if price is not None}


class PriceFileError(ValueError):
    """A price file that cannot be used: the message says which row and why."""


def read_prices(content: bytes) -> tuple[OwnPrice, ...]:
    """The rows of a price file, all or none: half a price list would be a wrong one."""
    if len(content) > MOST_BYTES:
        raise PriceFileError(f"The price file has {len(content):,} bytes; at most {MOST_BYTES:,} are read.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise PriceFileError("The price file is not UTF-8 text.") from None
    rows = _json_rows(text) if text.lstrip()[:1] in ("[", "{") else _csv_rows(text)
    if not rows:
        raise PriceFileError("The price file has no row.")
    if len(rows) > MOST_ROWS:
        raise PriceFileError(f"The price file has {len(rows):,} rows; at most {MOST_ROWS:,} are read.")
    return _checked(rows)


def _json_rows(text: str) -> list[tuple[str, Any]]:
    try:
        found = json.loads(text, parse_float=Decimal, parse_constant=lambda name: name)
    except (ValueError, RecursionError) as error:
        raise PriceFileError(f"The price file is no JSON: {error}") from None
    found = found.get("prices") if isinstance(found, dict) else found
    if not isinstance(found, list):
        raise PriceFileError("The price file is no list of rows.")
    return [(f"row {index}", row) for index, row in enumerate(found, 1)]


def _csv_rows(text: str) -> list[tuple[str, Any]]:
    reader = csv.DictReader(io.StringIO(text), strict=True)
    try:
        titles = list(reader.fieldnames or ())
        if twice := next((title for title in titles if titles.count(title) > 1), None):
            raise PriceFileError(f"The price file has the column {twice[:60]} twice.")
        return [
            (f"line {reader.line_num}", {name: cell for name, cell in row.items() if cell not in ("", None)})
            for row in reader
        ]
    except csv.Error as error:
        raise PriceFileError(f"The price file is no CSV: {error}") from None


def _checked(rows: list[tuple[str, Any]]) -> tuple[OwnPrice, ...]:
    prices, wrong = [], []
    places: dict[object, str] = {}
    for place, row in rows:
        try:
            price = OwnPrice.model_validate(row)
            if not price.per_million:
                wrong.append(f"{place}: it has no price")
            first = places.setdefault((price.model, price.start_date, price.service_tier, price.batch), place)
            if first != place:  # which of two prices is meant would be guessed
                wrong.append(f"{place}: it is about the same as {first}")
            prices.append(price)
        except ValidationError as error:
            wrong += [f"{place}: {'.'.join(map(str, each['loc']))[:60]}: {each['msg']}" for each in error.errors()]
    if wrong:
        more = f"; and {len(wrong) - MOST_TOLD:,} more" if len(wrong) > MOST_TOLD else ""
        raise PriceFileError(f"The price file is not used: {'; '.join(wrong[:MOST_TOLD])}{more}.")
    return tuple(prices)
