"""The tabs: a file each, with what it shows, and a row here. Their names and order are the address bar's."""

from collections.abc import Callable
from typing import NamedTuple

from components import address
from components.tabs import audio, cache, changes, cost, explore, overview, quality, tiers
from components.view import Later, Screen, View
from data.query import Query
from data.usage import Usage

__all__ = ["TABS", "Tab", "current", "offered"]


class Tab(NamedTuple):
    show: Callable[[View, Screen], Later | None]
    """Draws the charts, and gives what draws the rest."""
    has_something: Callable[[Usage, Query], bool] = lambda _usage, _query: True
    """Whether the data have anything for it; a tab without is not offered."""
    answers_nothing: bool = False
    """It has something to say where the question itself has no answer."""
    shows_others: bool = False
    """It has cards for other kinds of result."""


TABS: dict[str, Tab] = {
    "overview": Tab(overview.show, shows_others=True),
    "explore": Tab(explore.show, explore.has_something),
    "changes": Tab(changes.show, changes.has_something),
    "cache": Tab(cache.show, cache.has_something),
    "audio": Tab(audio.show, audio.has_something),
    "tiers": Tab(tiers.show, tiers.has_something),
    "cost": Tab(cost.show, cost.has_something),
    "quality": Tab(quality.show, answers_nothing=True),
}


def offered(usage: Usage, query: Query) -> list[str]:
    """The names of the tabs that the data have something for."""
    return [name for name, tab in TABS.items() if tab.has_something(usage, query)]


def current() -> Tab:
    """The one that the address names."""
    return TABS[address.current_tab()]
