"""What a click on a group asks for: on a bar, a legend entry or a row of the table."""

from collections.abc import Callable, Sequence
from functools import partial

from components import address
from components.view import View
from data.engine import opened
from data.query import Query, is_text
from data.rhythm import Rhythm
from data.totals import Group, Totals
from data.values import MAX_TEXT


def to_group(view: View, totals: Totals | Rhythm) -> Callable[[str], None] | None:
    """What a click on a group of this answer does, where it has groups."""
    return partial(filter_to, view, totals) if totals.query.group_by else None


def filter_to(view: View, totals: Totals | Rhythm, key: str) -> None:
    """The same question about one group alone; about what Other holds, without the groups that are shown."""
    dimension = totals.query.group_by or ""
    if not is_text(key) or len(key) > 2 * MAX_TEXT:  # no group has such a key: it was sent by hand
        return
    address.change(view.dataset, view.usage, lambda query: asked(query, totals, key, dimension))


def asked(query: Query, totals: Totals | Rhythm, key: str, dimension: str) -> Query:
    kind, _, value = key.partition(":")
    if kind != "other":
        return query.with_filter(dimension, [value if kind == "value" else None])
    shown = [group.value for group in totals.groups if group.kind != "other"]  # None where rows have no value
    return query.leaving_out(dimension, [*query.left_out(dimension), *shown])


def inside(view: View, totals: Totals) -> dict[str, Sequence[Group]]:
    """The subgroups of each row that is unfolded, by its key."""
    keys = set(address.unfolded())
    return {group.key: opened(view.usage, totals.query, group) for group in totals.table if group.key in keys}
