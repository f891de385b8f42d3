"""Explore: the rhythm of the week, peaks by the minute, and days unlike their weekday."""

from components.tabs.explore import peaks, rhythm, unusual
from components.view import Screen, View
from data.held import extent
from data.overlap import DAY, HOUR
from data.query import Query
from data.unusual import LEAST
from data.usage import Usage


def has_something(usage: Usage, query: Query) -> bool:
    """Buckets of an hour or less, or enough weeks to know a weekday's level: a month has them."""
    first, last = extent(usage, query.object) or (0, 0)
    narrow = any(layer.object == query.object and layer.width <= HOUR for layer in usage.layers)
    return narrow or last - first >= LEAST * 7 * DAY


def show(view: View, screen: Screen) -> None:
    rhythm.show(view, screen)
    peaks.show(view, screen)
    unusual.show(view, screen)
