"""What the page shows, and on what: all that a tab, the report and the exports need. Draws nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple, TypeVar

from components import address, answers, charts, own_prices, theme
from components.answers import Values
from components.sources import Dataset
from data.engine import total
from data.held import groupings
from data.pricing import Prices
from data.query import Query
from data.totals import Group, Totals
from data.usage import Usage

Answer = TypeVar("Answer")


Later = Callable[[], None]
"""Draws what can come after the charts."""


class Screen(NamedTuple):
    """What it is shown on."""

    look: theme.Theme
    narrow: bool
    """A phone's width."""


@dataclass(frozen=True)
class View:
    """One question to one dataset, with the answers that every tab rests on."""

    dataset: Dataset
    usage: Usage
    query: Query
    """As asked."""
    totals: Totals
    find_before: Callable[[], Totals | str]
    find_grouped: Callable[[], Totals]
    palette: charts.Palette | None = None
    inner_palette: charts.Palette | None = None
    """That of the subgroups."""
    prices: Prices = field(default_factory=Prices)
    """What tokens are estimated by."""

    @property
    def before(self) -> Totals | str:
        """The same for the period to compare with, or why there is none. Asked when it is needed: the first chart is
        on its way by then.
        """
        return self.find_before()

    @property
    def grouped(self) -> Totals:
        """The same by a dimension, where the question is about token parts; asked when it is needed."""
        return self.find_grouped()

    def ask(self, what: Callable[[Usage, Query], Answer], query: Query | None = None) -> Answer:
        """What a function of `data` finds in this usage, kept for all who ask the same; the view's own question."""
        return answers.answer(self.dataset.identity, what, self.query if query is None else query, self.usage)

    def price(self, what: Callable[[Usage, Query, Prices], Answer]) -> Answer:
        """What a function of `data` finds in this usage at the view's prices, kept like an answer."""
        return answers.priced(self.dataset.identity, what, self.query, self.prices, self.usage)

    def totals_by(self, dimension: str | None, **fields: Any) -> Totals:
        """The totals of the same question by a dimension, with other fields where they are given."""
        return self.ask(total, self.query.by(dimension).model_copy(update=fields))

    def dimension(self, *preferred: str) -> str | None:
        """What the question groups by; else the first of these that the exports were grouped by."""
        there = groupings(self.usage, self.query.object)
        return self.query.group_by or next((name for name in (*preferred, *there) if name in there), None)

    def colors(self, totals: Totals) -> charts.Palette:
        """A colour per drawn group, by its rank in the whole usage: the same on every tab."""
        if not totals.query.group_by:
            return {}
        return _palette(totals.groups, totals.query.group_by, self.values)

    @property
    def values(self) -> Values:
        """What filters offer and colours follow."""
        return answers.values_of(self.dataset.identity, self.query, self.usage)


def viewed(dataset: Dataset, usage: Usage, query: Query) -> View:
    """The answers to a question, each worked out once for all sessions that may see the dataset, the totals at once."""
    identity = dataset.identity
    values = answers.values_of(identity, query, usage)
    totals = answers.answer(identity, total, query, usage)
    return View(
        dataset,
        usage,
        query,
        totals,
        find_before=partial(answers.answer, identity, answers.before, query, usage),
        find_grouped=partial(answers.answer, identity, total, address.grouped(query, usage), usage),
        palette=_palette(totals.groups, query.group_by, values),
        inner_palette=_palette(totals.subgroups, query.subgroup, values),
        prices=own_prices.current(),
    )


def _palette(groups: Sequence[Group], dimension: str | None, values: Values) -> charts.Palette:
    """A colour per drawn group, by its rank in the whole usage: filtering does not repaint it."""
    if not dimension:
        return {}
    ranking = [value for value in values(dimension) if value is not None]
    return charts.palette_index(ranking, [group.value for group in groups if group.value is not None])
