"""What the page shows, and on what: all that a tab, the report and the exports need. Draws nothing."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from components import charts, sources, theme
from components.sources import Dataset
from data.pricing import Prices
from data.query import Query
from data.table import Usage
from data.totals import Totals

Answer = TypeVar("Answer")


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
    before: Totals | str
    """The same for the period to compare with, or why there is none."""
    grouped: Totals
    """The same by a dimension, where the question is about token parts."""
    palette: charts.Palette | None = None
    prices: Prices = field(default_factory=Prices)
    """What tokens are estimated by."""

    def ask(self, what: Callable[[Usage, Query], Answer], query: Query | None = None) -> Answer:
        """What a function of `data` finds in this usage, kept for all who ask the same; the view's own question."""
        return sources.answer(self.dataset.identity, what, self.query if query is None else query, self.usage)

    def price(self, what: Callable[[Usage, Query, Prices], Answer]) -> Answer:
        """What a function of `data` finds in this usage at the view's prices, kept like an answer."""
        return sources.priced(self.dataset.identity, what, self.query, self.prices, self.usage)
