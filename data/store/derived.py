"""The dataset of a shared link: what its maker chose to show, and the same question asked of it.

Everything happens to the usage, in which each token is counted once already: what is left out here cannot change what
is counted there. Nothing of what was left out or hidden goes along, in no table, name, notice or hash.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from data.held import asked_rows, chosen_rows
from data.intervals import bucket_width, fitting
from data.naming import NAMED, TEAM
from data.overlap import Mask
from data.periods import period, zone_of
from data.pseudonyms import pseudonyms
from data.query import Query, Values
from data.store.content import Content
from data.store.hidden import Hidden, hide
from data.store.kept import chosen_costs, keep
from data.usage import Usage
from data.zones import begins_day, day_of

Treatment = Literal["keep", "pseudonymise", "drop"]

HIDEABLE: dict[str, str] = {
    "user_id": "user",
    "api_key_id": "key",
    "project_id": "project",
    "organization": "organization",
    TEAM: "team",
}
"""Dimensions that name someone or something, and what their pseudonyms begin with."""


@dataclass(frozen=True)
class Choices:
    """What the maker of a link decides about its content."""

    ids: Mapping[str, Treatment] = field(default_factory=dict)
    """By the names of HIDEABLE; what is not named is kept, but for teams where the ids that they belong to are not."""
    only_filtered: bool = False
    """Only the rows of this view: its kind of result, period and filters; no costs."""

    @property
    def hidden(self) -> dict[str, Literal["pseudonymise", "drop"]]:
        return {name: how for name, how in self.ids.items() if name in HIDEABLE and how != "keep"}


class Derived(NamedTuple):
    content: Content
    query: Query
    """The same question, as it has to be asked of this content."""
    notes: tuple[str, ...]
    """A sentence about each part of the view that the link cannot show."""
    told: dict[str, object]
    """For `Store.save(content, title, days, **told)`."""


def derive(content: Content, usage: Usage, query: Query, choices: Choices) -> Derived:
    """What a link to this view leads to. `usage` is the content's, tidied as the query asks.

    A dataset that is shared whole stays what it is. Any other is saved as usage: its generation can't be changed.
    """
    hidden = _hidden(usage, choices)
    if not hidden and not choices.only_filtered:
        return Derived(content, query, (), {})
    dropped = {name for name, how in hidden.items() if how == "drop"}
    part, asked = _kept(usage, query, choices, dropped)
    away = Hidden({name: _shown_for(name, how, usage, query) for name, how in hidden.items()}, frozenset(dropped))
    asked, notes = _without(asked, dropped, choices.only_filtered)
    return Derived(
        content=hide(part, away),
        query=_renamed(asked, away),
        notes=notes,
        told={"hidden": hidden, "filtered": choices.only_filtered},
    )


def _hidden(usage: Usage, choices: Choices) -> dict[str, Literal["pseudonymise", "drop"]]:
    """What is done to which dimension of this usage."""
    hidden = choices.hidden
    if not any(TEAM in layer.grouping for layer in (*usage.layers, *usage.cost_layers)):
        return {name: how for name, how in hidden.items() if name != TEAM}
    if TEAM not in choices.ids and hidden.keys() & set(NAMED):
        return {**hidden, TEAM: "drop"}
    return hidden


def unshown(query: Query, choices: Choices) -> tuple[str, ...]:
    """A sentence about each part of the view that a link of these choices cannot show."""
    dropped = {name for name, how in choices.hidden.items() if how == "drop"}
    return _without(query, dropped, choices.only_filtered)[1]


def _kept(usage: Usage, query: Query, choices: Choices, dropped: set[str]) -> tuple[Usage, Query]:
    """The rows that go along. Where layers compete and what tells them apart goes, only those this view counts."""
    asked = _pinned(usage, query)
    if not choices.only_filtered:
        if not dropped - {TEAM} or not (usage.contested or usage.costs_contested):
            return usage, query
        costs = chosen_costs(usage)
        return keep(usage, _counted(usage, query), costs, None), asked
    start, end = period(usage, query)
    rows = _counted(usage, query) & asked_rows(usage, query, start, end)
    return keep(usage, rows, None, (query.object, start, end)), asked


def _counted(usage: Usage, query: Query) -> Mask:
    """Rows that the question is answered from."""
    return chosen_rows(usage, query.asked, bucket_width(usage, query))


def _pinned(usage: Usage, query: Query) -> Query:
    """The question with what the data decided about it written out: with less data they might decide otherwise."""
    zone = zone_of(usage, query)
    fixed: dict[str, object] = {"interval": fitting(usage, query), "zone": zone}
    start, end = period(usage, query)
    if query.back:
        fixed["back"] = 0
        if begins_day(start, zone) and begins_day(end, zone):
            fixed |= {"start_time": day_of(start, zone), "end_time": day_of(end, zone), "period": "all"}
    return query.model_copy(update=fixed)


def _shown_for(name: str, how: Treatment, usage: Usage, query: Query) -> dict[str, str | None]:
    """What stands for each id: a pseudonym, or nothing."""
    columns = [usage.results[name], usage.costs[name]]
    if name == "organization":
        columns.append(usage.costs["organization_id"])
    ids = {value for column in columns for value in column.unique().drop_null().to_pylist()}
    ids |= {value for value in (*query.filtered(name), *query.left_out(name)) if value is not None}
    if name == "organization":
        ids |= {file.organization for file in usage.files if file.organization}
        ids |= {layer.organization for layer in (*usage.layers, *usage.cost_layers) if layer.organization}
    return dict.fromkeys(ids) if how == "drop" else dict(pseudonyms(HIDEABLE[name], ids))


def _without(query: Query, dropped: set[str], filtered: bool) -> tuple[Query, tuple[str, ...]]:
    """The question without the dimensions that are gone."""
    notes = []
    for name in sorted(dropped):
        if query.group_by == name:
            notes.append(f"Without {name} the link shows token parts: there is nothing to group by.")
            query = query.by(None)
        if query.subgroup == name:
            notes.append(f"Without {name} the link shows the groups as a whole.")
            query = query.by(query.group_by)
        if query.left_out(name):
            if not filtered:
                notes.append(f"Without {name} the link cannot leave any of it out, and shows the other rows, too.")
            query = query.leaving_out(name, ())
        if query.filtered(name):
            if not filtered:
                notes.append(f"Without {name} the link cannot filter by it, and shows the other rows, too.")
            query = query.with_filter(name, ())
    return query, tuple(notes)


def _renamed(query: Query, hidden: Hidden) -> Query:
    """Filters by the names that the link's data have."""
    scrubbed = hidden.scrubber()

    def renamed(name: str, values: Values) -> list[str | None]:
        rename = hidden.shown[name].get if name in hidden.shown else scrubbed
        return [None if value is None else rename(value) for value in values]

    for name, kept in query.filters:
        query = query.with_filter(name, renamed(name, kept))
    for name, kept in query.without:
        query = query.leaving_out(name, renamed(name, kept))
    return query
