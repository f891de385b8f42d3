"""Tokens × prices, exactly: sums of results by any dimensions and stretches of time, each with what it costs.

Tokens are summed by kind of model, day, tier and batch first, in DuckDB; each sum is multiplied by whole femtodollars.
What overflows 128 bits raises an error of the engine's, it never wraps. Prices are looked up once for each kind: there
may be a hundred thousand models, and only as many kinds as the list has.
"""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import MAX_PREC, Context, Decimal
from functools import reduce
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.pricing.rates import Kind, Prices, rates_of
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
    cost: Decimal | None
    """None where there is usage and none of it has a price: that is not $0."""
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
    def saved_by_tier(self) -> Decimal:
        """What batch and service tiers made cheaper; negative where they made it dearer."""
        return _sum([self.standard, -(self.cost or Decimal(0))])


def estimate(rows: pa.Table, prices: Prices, by: Sequence[str] = (), ticks: Sequence[int] = ()) -> list[Estimate]:
    """One estimate per tick and combination of values, in their order: see Priced."""
    return Priced(rows, prices).by(by, ticks)


class Priced:
    """Results of a kind that is counted in tokens, as the usage holds them, with what decides their prices."""

    def __init__(self, rows: pa.Table, prices: Prices) -> None:
        starts = rows["start_time"].cast(pa.int64()).to_numpy()
        numbers, self._kinds = _kinds(rows["model"], prices)
        self.rows = rows.append_column("kind", numbers).append_column("day", pa.array(starts // _DAY))
        self._starts = starts

    def with_column(self, name: str, values: pa.Array) -> "Priced":
        """The same with one more column that can be asked by."""
        found = copy(self)
        found.rows = self.rows.append_column(name, values)
        return found

    def by(self, names: Sequence[str] = (), ticks: Sequence[int] = ()) -> list[Estimate]:
        """One estimate per tick and combination of values, in their order.

        `names` are dimensions of the results or names of OF_PRICES; `ticks` are the starts of the stretches of time in
        unix seconds, and the end of the last.
        """
        starts = self._starts
        tick = np.searchsorted(np.asarray(ticks[:-1], np.int64), starts, side="right") - 1 if ticks else 0 * starts
        dimensions = [name for name in names if name not in OF_PRICES]
        rows = self.rows.select([*dict.fromkeys((*NEEDED, "kind", "day", *dimensions))])
        with connect(results=rows.append_column("tick", pa.array(tick))) as connection:
            connection.execute(f"CREATE TEMP TABLE sums AS {_tokens_by_key(names)}")
            connection.register("prices", _price_table(connection, self._kinds))
            try:
                return [_estimate(row, names) for row in connection.execute(_costs(names)).fetchall()]
            finally:
                connection.execute("DROP TABLE sums")


def _kinds(models: pa.ChunkedArray, prices: Prices) -> tuple[pa.Array, list[Kind | None]]:
    """Each row's place among the kinds of model there are."""
    if not pa.types.is_dictionary(models.type):
        models = models.cast(pa.string()).dictionary_encode()
    encoded = models.unify_dictionaries().combine_chunks()
    places: dict[Kind | None, int] = {None: 0}
    found = [places.setdefault(prices.kind(model), len(places)) for model in encoded.dictionary.to_pylist()]
    return pc.fill_null(pc.take(pa.array(found, pa.int32()), encoded.indices), 0), list(places)


def _parts() -> tuple[str, ...]:
    return tuple(dict.fromkeys(PART_OF.values()))


_KEY = ("kind", "service_tier", "batch")
NEEDED = (
    "model",
    "service_tier",
    "batch",
    "generation",
    *_parts(),
    *(name for name, _ in _SHARES.values()),
    "num_model_requests",
)
"""Columns that decide what results cost."""


_TEXT = {"kind": ""}
"""What is no text."""


def _tokens_by_key(by: Sequence[str]) -> str:
    """Tokens by unit and requests, summed by whatever decides a price and whatever is asked for."""
    dimensions = dict.fromkeys((*_KEY, *(name for name in by if name not in OF_PRICES)))
    groups = "".join(f", {quoted(name)}{_TEXT.get(name, '::VARCHAR')} AS {quoted(name)}" for name in dimensions)
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


def _price_table(connection: duckdb.DuckDBPyConnection, kinds: Sequence[Kind | None]) -> pa.Table:
    keys = connection.execute("SELECT DISTINCT day, kind, service_tier, batch FROM sums").fetchall()
    found = [rates_of(kinds[kind], _date(day), tier, batch == "true") for day, kind, tier, batch in keys]
    types = (pa.int64(), pa.int32(), pa.string(), pa.string())
    columns = [pa.array([key[at] for key in keys], type_) for at, type_ in enumerate(types)]
    table = dict(zip(("day", *_KEY), columns, strict=True))
    for unit in UNITS:
        table[f"p_{unit}"] = pa.array([rates.paid[unit] for rates in found], pa.int64())
        table[f"s_{unit}"] = pa.array([rates.standard[unit] for rates in found], pa.int64())
    table["reason"] = pa.array([rates.reason for rates in found], pa.string())
    table["note"] = pa.array([rates.note for rates in found], pa.string())
    table["lower_bound"] = pa.array([rates.lower_bound for rates in found], pa.bool_())
    return pa.table(table)


def _date(days: int) -> date:
    return _EPOCH + timedelta(days=days)


_UNITS_OF = {part: [unit for unit in UNITS if PART_OF[unit] == part] for part in _parts()}


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
        *(_known([f"sum(nullif({unit}, 0) * p_{unit})" for unit in units]) for units in _UNITS_OF.values()),
        *(
            _added([f"coalesce(sum({unit}) FILTER (p_{unit} IS NOT NULL), 0)" for unit in units])
            for units in _UNITS_OF.values()
        ),
    ]
    return f"SELECT tick {names}, {', '.join(sums)} FROM sums JOIN prices ON {same} GROUP BY tick {names} ORDER BY ALL"


def _known(terms: Sequence[str]) -> str:
    """The sum of what is not null; null where all is."""
    sums = " + ".join(f"coalesce({term}, 0)" for term in terms)
    return f"(CASE WHEN coalesce({', '.join(terms)}) IS NOT NULL THEN {sums} END)::HUGEINT"


def _added(terms: Sequence[str]) -> str:
    return f"({' + '.join(terms)})::HUGEINT"


def _estimate(row: Sequence[Any], by: Sequence[str]) -> Estimate:
    tick, key, rest = row[0], row[1 : len(by) + 1], row[len(by) + 1 :]
    requests, tokens, unpriced, standard, saved, over, bound, *parts = rest
    costs, priced = parts[: len(_UNITS_OF)], parts[len(_UNITS_OF) :]
    known = [cost for cost in costs if cost is not None]
    return Estimate(
        tick=tick,
        key=tuple(key),
        requests=requests,
        tokens=tokens,
        unpriced_tokens=unpriced,
        cost=dollars(sum(known)) if known or not tokens else None,
        parts=dict(zip(_UNITS_OF, [None if cost is None else dollars(cost) for cost in costs], strict=True)),
        priced=dict(zip(_UNITS_OF, priced, strict=True)),
        standard=dollars(standard),
        saved_by_cache=dollars(saved),
        written_over=dollars(over),
        lower_bound=bool(bound),
    )


def together(estimates: Sequence[Estimate], key: tuple[str | None, ...] = (), tick: int = 0) -> Estimate:
    """The sum of several; what none of them knows stays unknown."""
    requests = [each.requests for each in estimates if each.requests is not None]
    tokens = sum(each.tokens for each in estimates)
    cost = _known_sum([each.cost for each in estimates if each.tokens])
    return Estimate(
        tick=tick,
        key=key,
        requests=sum(requests) if requests else None,
        tokens=tokens,
        unpriced_tokens=sum(each.unpriced_tokens for each in estimates),
        cost=Decimal(0) if cost is None and not tokens else cost,
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


_EXACT = Context(prec=MAX_PREC)
"""The default context would round beyond 28 digits."""


def _sum(amounts: Sequence[Decimal]) -> Decimal:
    return reduce(_EXACT.add, amounts, Decimal(0))
