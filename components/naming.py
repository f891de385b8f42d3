"""What is told of names: how many ids have one, which have none, and what became of the mappings."""

from collections.abc import Iterable
from typing import NamedTuple

import streamlit as st

from components import breakdown, theme
from components.breakdown import Cell, Column, Row, Table
from components.cards import head
from data.usage import Usage

MOST = 20
"""Ids without a name that are listed, of each kind."""


class Line(NamedTuple):
    """The ids of one dimension."""

    dimension: str
    there: int
    named: int
    unnamed: tuple[str, ...]


def lines(usage: Usage) -> list[Line]:
    """How many ids of projects, users and keys are in the data, and which of them have no name."""
    found = []
    for dimension, values in usage.ids().items():
        names = usage.names.get(dimension, {})
        unnamed = tuple(value for value in values if value not in names)
        found.append(Line(dimension, len(values), len(values) - len(unnamed), unnamed))
    return [line for line in found if line.there]


def sentences(usage: Usage) -> list[str]:
    """What the mappings gave, in sentences; nothing where there is none."""
    return list(_told(usage))


def _told(usage: Usage) -> Iterable[str]:
    naming = usage.naming
    if naming.given or naming.rejected:
        are = "is" if naming.unused == 1 else "are"
        unused = f"; {naming.unused:,} of them {are} not in these data" if naming.unused else ""
        yield f"The files name {naming.given:,} {_ids(naming.given)}{unused}."
    if naming.rejected:
        rows = "row was" if naming.rejected == 1 else "rows were"
        yield f"{naming.rejected:,} {rows} not taken: Good to know says why."
    if naming.kept:
        yield f"This server knows names or teams of {naming.kept:,} more {_ids(naming.kept)}."
    if naming.is_lost:
        yield "The names that this server keeps could not be read."
    if usage.names or naming.given or naming.kept:
        for line in lines(usage):
            words = theme.one(line.dimension) if line.there == 1 else theme.many(line.dimension)
            yield f"Named: {line.named:,} of {line.there:,} {words}."


def _ids(count: int) -> str:
    return "id" if count == 1 else "ids"


def show(usage: Usage) -> None:
    """A card with the counts, and the ids that nobody has named yet."""
    with st.container(border=True, key="card-names"):
        head("Names")
        told = sentences(usage)
        if not told:
            st.caption(
                "No file says what people call these projects, users and keys. Add one with the columns id, name and "
                "team, as CSV or JSON, and they are shown by name; teams can be grouped by."
            )
            return
        st.caption("  \n".join(map(theme.markdown, told)))
        unnamed = [line for line in lines(usage) if line.unnamed]
        if unnamed:
            _unnamed(unnamed)


def _unnamed(found: list[Line]) -> None:
    listed = [(theme.label(line.dimension), value) for line in found for value in line.unnamed[:MOST]]
    rows = tuple(Row(str(at), (Cell(value), Cell(what))) for at, (what, value) in enumerate(listed))
    st.markdown(f"**Without a name** · {sum(len(line.unnamed) for line in found):,}")
    columns = (Column("id", "Id", "text"), Column("what", "What", "text"))
    breakdown.show(Table("Ids that have no name", columns, rows), key="unnamed")
    if any(len(line.unnamed) > MOST for line in found):
        st.caption(f"The first {MOST} of each kind are listed.")
