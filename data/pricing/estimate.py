"""Tokens × prices, exactly: sums of results by any dimensions and stretches of time, each with what it costs.

Tokens are summed by model, day, tier and batch first, in DuckDB; each sum is multiplied by whole femtodollars. What
overflows 128 bits raises an error of the engine's, it never wraps.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import MAX_PREC, Context, Decimal, localcontext

import duckdb
import numpy as np
import pyarrow as pa

from data.pricing.rates import Prices
from data.pricing.units import FRESH, PART_OF, UNITS, dollars
from data.sql import connect, quoted

_DAY = 86_400
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC).date()

# A share that is told beside its whole (images in text) is cut to what holds it, as the parts are.
_SHARES: dict[str, tuple[str, str]] = {
    "image_input": ("input_image_tokens", "uncached_input"),
    "cached_image": ("input_cached_image_tokens", "cached_input"),
    "cached_audio": ("input_cached_audio_tokens", "audio_input"),
    "image_output": ("output_image_tokens", "output"),
}
_REST = {"text_input": "image_input", "cached_text": "cached_image", "audio_input": "cached_audio"} | {
    "text_output": "image_output"
}

OF_PRICES = ("reason", "note")
"""What sums can be taken by besides dimensions: why tokens are unpriced, and how a price was arrived at."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What the usage of one group in one stretch of time costs, in US dollars."""

    tick: int
    """Place in the ticks asked for; 0 where none were."""
    key: tuple[str | None, ...]
    """Values of the dimensions asked for."""
    requests: int | None
    tokens: int
    unpriced_tokens: int
    parts: dict[str, Decimal | None]
    """Cost by token part; None where the part has no priced token."""
    priced: dict[str, int]
    """Tokens by part that have a price."""
    standard: Decimal
    """The priced tokens at the standard price: without batch and service tiers."""
    saved_by_cache: Decimal
    """What cached tokens would have cost more as uncached ones."""
    written_over: Decimal
    """What cache writes cost more than the same tokens as uncached input."""
    lower_bound: bool
    """Long requests, which cost more, cannot be told apart."""

    @property
    def cost(self) -> Decimal | None:
        """None where there is usage and none of it has a price: that is not $0."""
        known = [cost for cost in self.parts.values() if cost is not None]
        if not known:
            return None if self.tokens else Decimal(0)
        return _sum(known)

    @property
    def saved_by_tier(self) -> Decimal:
        """What batch and service tiers made cheaper; negative where they made it dearer."""
        return _sum([self.standard, -(self.cost or Decimal(0))])


def estimate(rows: pa.Table, prices: Prices, by: Sequence[str] = (), ticks: Sequence[int] = ()) -> list[Estimate]:
    """One estimate per tick and combination of values, in their order.

    `rows` are results of a kind that is counted in tokens, as the usage holds them; `by` are dimensions of theirs or
    names of OF_PRICES; `ticks` are the starts of the stretches of time in unix seconds, and the end of the last.
    """
    starts = rows["start_time"].cast(pa.int64()).to_numpy()
    tick = np.searchsorted(np.asarray(ticks[:-1], np.int64), starts, side="right") - 1 if ticks else 0 * starts
    rows = _needed(rows, by).append_column("day", pa.array(starts // _DAY)).append_column("tick", pa.array(tick))
    with connect(results=rows) as connection:
        connection.execute(f"CREATE TEMP TABLE sums AS {_tokens_by_key(by)}")
        connection.register("prices", _price_table(connection, prices))
        try:
            return [_estimate(row, by) for row in connection.execute(_costs(by)).fetchall()]
        finally:
            connection.execute("DROP TABLE sums")


def _needed(rows: pa.Table, by: Sequence[str]) -> pa.Table:
    dimensions = [name for name in by if name not in OF_PRICES]
    return rows.select([*dict.fromkeys((*NEEDED, *dimensions))])


def _parts() -> tuple[str, ...]:
    return tuple(dict.fromkeys(PART_OF.values()))


_KEY = ("model", "service_tier", "batch")
NEEDED = (*_KEY, "generation", *_parts(), *(name for name, _ in _SHARES.values()), "num_model_requests")
"""Columns that decide what results cost."""


def _tokens_by_key(by: Sequence[str]) -> str:
    """Tokens by unit and requests, summed by whatever decides a price and whatever is asked for."""
    dimensions = dict.fromkeys((*_KEY, *(name for name in by if name not in OF_PRICES)))
    groups = "".join(f", {quoted(name)}::VARCHAR AS {quoted(name)}" for name in dimensions)
    sums = "".join(f", coalesce(sum({_unit(unit)}), 0)::HUGEINT AS {quoted(unit)}" for unit in UNITS)
    requests = "sum(num_model_requests::BIGINT)::HUGEINT AS requests"
    return f"SELECT tick, day {groups} {sums}, {requests} FROM results GROUP BY ALL"


def _unit(unit: str) -> str:
    if unit in _SHARES:
        name, whole = _SHARES[unit]
        share = f"least(coalesce({quoted(name)}::BIGINT, 0), coalesce({quoted(whole)}::BIGINT, 0))"
        # In the older generation audio is told without what of it was cached.
        return f"CASE WHEN generation = 'text-only' THEN 0 ELSE {share} END" if unit == "cached_audio" else share
    whole = f"coalesce({quoted(PART_OF[unit])}::BIGINT, 0)"
    return f"({whole} - {_unit(_REST[unit])})" if unit in _REST else whole


def _price_table(connection: duckdb.DuckDBPyConnection, prices: Prices) -> pa.Table:
    keys = connection.execute("SELECT DISTINCT day, model, service_tier, batch FROM sums").fetchall()
    found = [prices.rates(model, _date(day), tier, batch == "true") for day, model, tier, batch in keys]
    text = pa.string()
    columns = (
        [
            pa.array(column, kind)
            for column, kind in zip(zip(*keys, strict=True), (pa.int64(), text, text, text), strict=True)
        ]
        if keys
        else [pa.array([], text)] * 4
    )
    table = dict(zip(("day", *_KEY), columns, strict=True))
    for unit in UNITS:
        table[f"p_{unit}"] = pa.array([rates.paid[unit] for rates in found], pa.int64())
        table[f"s_{unit}"] = pa.array([rates.standard[unit] for rates in found], pa.int64())
    table["reason"] = pa.array([rates.reason for rates in found], text)
    table["note"] = pa.array([rates.note for rates in found], text)
    table["lower_bound"] = pa.array([rates.lower_bound for rates in found], pa.bool_())
    return pa.table(table)


def _date(days: int) -> date:
    return _EPOCH + timedelta(days=days)


def _costs(by: Sequence[str]) -> str:
    names = "".join(f", {'prices' if name in OF_PRICES else 'sums'}.{quoted(name)}" for name in by)
    same = " AND ".join(f"sums.{name} IS NOT DISTINCT FROM prices.{name}" for name in ("day", *_KEY))
    sums = [
        "sum(requests)::HUGEINT",
        _added([f"sum({unit})" for unit in UNITS]),
        _added([f"coalesce(sum({unit}) FILTER (p_{unit} IS NULL), 0)" for unit in UNITS]),
        _added([f"coalesce(sum({unit} * s_{unit}) FILTER (p_{unit} IS NOT NULL), 0)" for unit in UNITS]),
        _added([f"coalesce(sum({unit} * (p_{fresh} - p_{unit})), 0)" for unit, fresh in FRESH.items()]),
        "coalesce(sum(cache_write * (p_cache_write - p_text_input)), 0)::HUGEINT",
        "coalesce(bool_or(lower_bound), false)",
        *(f"sum(nullif({unit}, 0) * p_{unit})::HUGEINT" for unit in UNITS),
        *(f"coalesce(sum({unit}) FILTER (p_{unit} IS NOT NULL), 0)::HUGEINT" for unit in UNITS),
    ]
    return f"SELECT tick {names}, {', '.join(sums)} FROM sums JOIN prices ON {same} GROUP BY tick {names} ORDER BY ALL"


def _added(terms: Sequence[str]) -> str:
    return f"({' + '.join(terms)})::HUGEINT"


def _estimate(row: Sequence[object], by: Sequence[str]) -> Estimate:
    tick, key, rest = row[0], row[1 : len(by) + 1], row[len(by) + 1 :]
    requests, tokens, unpriced, standard, saved, over, bound, *units = rest
    costs, priced = units[: len(UNITS)], units[len(UNITS) :]
    return Estimate(
        tick=tick,  # type: ignore[arg-type]  # DuckDB's rows have no types
        key=tuple(key),  # type: ignore[arg-type]
        requests=requests,  # type: ignore[arg-type]
        tokens=tokens,  # type: ignore[arg-type]
        unpriced_tokens=unpriced,  # type: ignore[arg-type]
        parts={part: _of_part(costs, part) for part in _parts()},
        priced={part: _count(priced, part) for part in _parts()},
        standard=dollars(standard),  # type: ignore[arg-type]
        saved_by_cache=dollars(saved),  # type: ignore[arg-type]
        written_over=dollars(over),  # type: ignore[arg-type]
        lower_bound=bool(bound),
    )


def _of_part(costs: Sequence[object], part: str) -> Decimal | None:
    known = [cost for cost, unit in zip(costs, UNITS, strict=True) if PART_OF[unit] == part and isinstance(cost, int)]
    return dollars(sum(known)) if known else None


def _count(tokens: Sequence[object], part: str) -> int:
    return sum(
        count for count, unit in zip(tokens, UNITS, strict=True) if PART_OF[unit] == part and isinstance(count, int)
    )


def together(estimates: Sequence[Estimate], key: tuple[str | None, ...] = (), tick: int = 0) -> Estimate:
    """The sum of several; what none of them knows stays unknown."""
    requests = [each.requests for each in estimates if each.requests is not None]
    return Estimate(
        tick=tick,
        key=key,
        requests=sum(requests) if requests else None,
        tokens=sum(each.tokens for each in estimates),
        unpriced_tokens=sum(each.unpriced_tokens for each in estimates),
        parts={part: _known_sum([each.parts[part] for each in estimates]) for part in _parts()},
        priced={part: sum(each.priced[part] for each in estimates) for part in _parts()},
        standard=_sum([each.standard for each in estimates]),
        saved_by_cache=_sum([each.saved_by_cache for each in estimates]),
        written_over=_sum([each.written_over for each in estimates]),
        lower_bound=any(each.lower_bound for each in estimates),
    )


def _known_sum(amounts: Sequence[Decimal | None]) -> Decimal | None:
    known = [amount for amount in amounts if amount is not None]
    return _sum(known) if known else None


def _sum(amounts: Sequence[Decimal]) -> Decimal:
    """Exact: the default context would round beyond 28 digits."""
    with localcontext(Context(prec=MAX_PREC)):
        return sum(amounts, Decimal(0))
