"""What the usage of a question costs: by group and over time, by model and tier.

Puts the engine's choice of results (each token once) and the prices together.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple, TypeVar

import pyarrow as pa
import pyarrow.compute as pc

from data.answering import priceable
from data.billed import exact_sum
from data.engine import SHOWN, total
from data.held import grouped_rows
from data.pricing import Estimate, Priced, Prices, together
from data.query import Query
from data.totals import Kind, Totals
from data.usage import Usage

_Key = TypeVar("_Key")

KINDS = ("completions", "decisions", "embeddings", "moderations")
"""Kinds of result that are counted, and priced, in tokens."""


class Unpriced(NamedTuple):
    model: str | None
    reason: str
    tokens: int
    kind: Kind = "value"
    """Without a model: whether the export was grouped by it, as of a group of totals."""


@dataclass(frozen=True)
class Cost:
    """The estimate of one question."""

    totals: Totals
    """The same question in tokens, by a dimension."""
    whole: Estimate
    groups: dict[str | None, Estimate]
    """By value of the dimension, the costliest first."""
    drawn: tuple[str | None, ...]
    """Groups that are told over time on their own; the others are together."""
    cells: tuple[dict[str | None, Estimate], ...]
    """Per span of the totals, by value that is drawn."""
    others: tuple[Estimate | None, ...]
    """Per span, all that is not drawn."""
    bounds: tuple[str | None, ...]
    """Models whose cost is a lower bound, the costliest first."""
    tiers: dict[tuple[str | None, str | None], Estimate]
    """By batch and service tier."""
    unpriced: tuple[Unpriced, ...]
    """The most tokens first."""
    notes: tuple[tuple[str, int], ...]
    """How prices were arrived at that no list says in so many words, and the tokens they were used for."""

    @cached_property
    def over_time(self) -> tuple[Estimate | None, ...]:
        """Per span; None where there is no usage."""
        found = (
            [*cell.values(), *([rest] if rest else [])] for cell, rest in zip(self.cells, self.others, strict=True)
        )
        return tuple(together(cell) if cell else None for cell in found)

    @property
    def saved_by_batch(self) -> Decimal:
        saved = [each.saved_by_tier for (batch, _), each in self.tiers.items() if batch == "true"]
        return exact_sum(saved) or Decimal(0)


def is_priced(query: Query) -> bool:
    """Whether the kind of usage asked about is counted in tokens."""
    return query.object in KINDS


def by_dimension(query: Query) -> Query:
    """The same question by a dimension: prices differ by model, so that is what is asked where nothing else is."""
    return query.by(query.group_by or "model").model_copy(update={"measure": "total_tokens"})


def cost(usage: Usage, query: Query, prices: Prices) -> Cost:
    """The estimate of a question's usage, by its grouping or else by model."""
    totals = total(usage, by_dimension(query))
    dimension = totals.query.group_by or "model"
    rows = Priced(priceable(usage, totals, [dimension]), prices)
    groups = by_first(rows.by([dimension]) if totals.spans else [])
    drawn = _drawn(groups)
    cells, others = _over_time(rows, totals, dimension, drawn)
    grouped = pa.array(grouped_rows(usage, rows.rows, "model"))
    models = rows.with_column("grouped", grouped).by(["model", "reason", "grouped"])
    models.sort(key=lambda each: -(each.cost or 0))
    special = rows.by(["batch", "service_tier", "note"])
    return Cost(
        totals=totals,
        whole=together([*groups.values()]),
        groups=groups,
        drawn=drawn,
        cells=cells,
        others=others,
        bounds=tuple(dict.fromkeys(each.key[0] for each in models if each.lower_bound)),
        tiers={
            key: together(several)
            for key, several in gathered(special, lambda each: (each.key[0], each.key[1])).items()
        },
        unpriced=_unpriced(models),
        notes=_notes(special),
    )


def by_first(estimates: Sequence[Estimate]) -> dict[str | None, Estimate]:
    """Estimates of one value each, the costliest first."""
    ordered = sorted(estimates, key=lambda each: (-(each.cost or 0), -each.tokens, each.key[0] or ""))
    return {each.key[0]: each for each in ordered}


def gathered(estimates: Sequence[Estimate], key: Callable[[Estimate], _Key]) -> dict[_Key, list[Estimate]]:
    """Estimates by whatever they have in common, in the order in which it first comes."""
    found: dict[_Key, list[Estimate]] = {}
    for each in estimates:
        found.setdefault(key(each), []).append(each)
    return found


def _drawn(groups: Mapping[str | None, Estimate]) -> tuple[str | None, ...]:
    """The costliest; one that would be alone in the rest is drawn as well."""
    costed = [value for value, each in groups.items() if each.cost is not None]
    return tuple(costed if len(costed) <= SHOWN + 1 else costed[:SHOWN])


def _over_time(
    rows: Priced, totals: Totals, dimension: str, drawn: Sequence[str | None]
) -> tuple[tuple[dict[str | None, Estimate], ...], tuple[Estimate | None, ...]]:
    """Per span, each group that is drawn, and all others together."""
    cells: list[dict[str | None, Estimate]] = [{} for _ in totals.spans]
    others: list[Estimate | None] = [None for _ in totals.spans]
    if not totals.spans:
        return (), ()
    places = pc.index_in(rows.rows[dimension].cast(pa.string()), value_set=pa.array(drawn, pa.string()))
    ticks = [*(span.start for span in totals.spans), totals.spans[-1].end]
    for each in rows.with_column("drawn", places.combine_chunks()).by(["drawn"], ticks):
        if each.key[0] is None:
            others[each.tick] = each
        else:
            cells[each.tick][drawn[int(each.key[0])]] = each
    return tuple(cells), tuple(others)


def _unpriced(models: Sequence[Estimate]) -> tuple[Unpriced, ...]:
    found = [_unpriced_model(each) for each in models if each.unpriced_tokens]
    return tuple(sorted(found, key=lambda each: (-each.tokens, each.model or "", each.reason)))


def _unpriced_model(found: Estimate) -> Unpriced:
    """By the key that `cost` asks for."""
    (model, reason, grouped), tokens = found.key, found.unpriced_tokens
    if grouped == "false":
        return Unpriced(None, "prices are by model: export it again with group_by=model", tokens, "not grouped")
    return Unpriced(model, reason or "", tokens, "none" if model is None else "value")


def _notes(estimates: Sequence[Estimate]) -> tuple[tuple[str, int], ...]:
    by_note = gathered(estimates, lambda each: each.key[2])
    found = [(note, sum(each.tokens for each in several)) for note, several in by_note.items() if note]
    return tuple(sorted(found, key=lambda each: -each[1]))
