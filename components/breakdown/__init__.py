"""The breakdown table: a real HTML table with a search, sortable columns and a totals row that stays in view.

`st.dataframe` draws on a canvas: it rounds whole numbers beyond 2^53, cannot pin a row of totals and tells a screen
reader little. Here every text is written by Python and shown as it is; the browser only picks, orders and draws.
The Python side knows nothing of queries, the JavaScript beside it nothing of usage.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from operator import index
from pathlib import Path
from typing import Any, Literal, TypeVar

import streamlit as st

from components.element import Element

LIMIT = 5_000
"""Rows that are listed. What is beyond them is summed in one row, so that the column still adds up to its total."""

LIMIT_INSIDE = 200
"""The same for the rows inside another one."""

Item = TypeVar("Item")
Kind = Literal["text", "sentence", "number", "percent", "share", "trend"]
Number = int | Decimal

_HERE = Path(__file__).parent
_element = Element(_HERE, css=(_HERE / "breakdown.css").read_text(encoding="utf-8"))


def exact(number: Number) -> str:
    return f"{number:,}"


@dataclass(frozen=True)
class Column:
    key: str
    label: str
    kind: Kind = "number"
    help: str = ""
    write: Callable[[Number], str] = exact
    """How a sum of this column is written, for the row that sums what is beyond the limit."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell shows and what it is sorted by; `Cell()` is a value that was not reported.

    A percent or a share is `value` out of `of`. A number without a value ("n/a") is muted and comes last.
    """

    text: str = ""
    value: Number | None = None
    of: Number | None = None
    trend: tuple[Number | float | None, ...] = ()
    muted: bool = False
    note: str = ""
    """What is written under a name, and found by a search as well."""


@dataclass(frozen=True, slots=True)
class Row:
    key: str
    cells: tuple[Cell, ...]
    inside: "tuple[Row, ...] | None" = None
    """What it is made of, where that is shown; these rows add up to it."""
    many: int = 1
    """How many rows it stands for: where all would be too many to make, the one after the listed is all the others."""


@dataclass(frozen=True)
class Table:
    """Rows in the order in which they are shown until a column is sorted. The first column names them.

    The total is that of all rows, also of those that a search hides; lists that add up to nothing have none.
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    total: Row | None = None

    @property
    def size(self) -> int:
        """Rows, with those that another stands for."""
        return sum(row.many for row in self.rows)

    def __post_init__(self) -> None:
        for row in (*self.rows, *(each for one in self.rows for each in one.inside or ()), self.total):
            if row and len(row.cells) != len(self.columns):
                raise ValueError(f"row {row.key!r} has {len(row.cells)} cells for {len(self.columns)} columns")


def folded(items: Sequence[Item], as_one: Callable[[Sequence[Item]], Item]) -> list[tuple[Item, int]]:
    """What rows are made of, and how many each stands for: all beyond the limit are one."""
    rest = items[LIMIT:]
    return [*((item, 1) for item in items[:LIMIT]), *([(as_one(rest), len(rest))] if rest else [])]


def name(text: str, *, muted: bool = False, note: str = "") -> Cell:
    """A row's name, with its id as a note. Muted is what stands in for one, such as "not grouped"."""
    return Cell(text, muted=muted, note=note)


def count(number: int | None) -> Cell:
    return Cell() if number is None else Cell(exact(number), number)


def ratio(part: Number | None, whole: Number | None) -> Cell:
    """For a percent or a share column: one decimal, and nothing that is there is called 0."""
    if part is None or whole is None:
        return Cell()
    if not whole:
        return Cell("n/a")
    percent = 100 * part / whole
    return Cell("<0.1%" if 0 < percent < 0.05 else f"{percent:.1f}%", part, whole)


def trend(numbers: Iterable[Number | float | None], text: str = "") -> Cell:
    """A line through the numbers, with gaps where nothing was reported; `text` says the same to a screen reader.

    Without any number there is no line and the cell stays empty.
    """
    points = tuple(numbers)
    known = [point for point in points if point is not None]
    if not known:
        return Cell()
    spoken = text or f"{len(points)} values: first {known[0]:,}, highest {max(known):,}, last {known[-1]:,}"
    return Cell(spoken, trend=points)


def show(
    table: Table,
    *,
    key: str,
    titled: bool = False,
    on_open: Callable[[str], None] | None = None,
    on_unfold: Callable[[str], None] | None = None,
) -> None:
    """Draw the table, `titled` with its title above it.

    With `on_open` each name is a button that calls it with its row's key, before the rerun. With `on_unfold` each row
    has a button that asks for the rows inside it, or for them to be gone again. Sorting, search and the number of rows
    drawn are the browser's own: they outlive new data under the same key.
    """
    calls = {name: call for name, call in (("open", on_open), ("unfold", on_unfold)) if call}

    def called(name: str) -> None:
        if isinstance(row := st.session_state[key].get(name), str):
            calls[name](row)

    handlers = {f"on_{name}_change": partial(called, name) for name in calls}
    content = wire(table) | {"titled": titled, "opens": on_open is not None, "unfolds": on_unfold is not None}
    _element(key=key, data=content, **handlers)


def wire(table: Table) -> dict[str, Any]:
    """The table as the JavaScript reads it: numbers as text, since JSON's are floats there."""
    kinds = [column.kind for column in table.columns]
    listed, beyond = table.rows[:LIMIT], table.rows[LIMIT:]
    return {
        "title": table.title,
        "columns": [{"key": c.key, "label": c.label, "kind": c.kind, "help": c.help} for c in table.columns],
        "keys": [row.key for row in listed],
        "rows": [_wire_row(row, kinds) for row in listed],
        "rest": _wire_row(rest(table.columns, beyond), kinds) if beyond else None,
        "inside": {row.key: _wire_inside(table, row.inside, kinds) for row in listed if row.inside is not None},
        "total": _wire_row(table.total, kinds) if table.total else None,
        "size": table.size,
    }


def _wire_inside(table: Table, rows: Sequence[Row], kinds: Sequence[Kind]) -> dict[str, Any]:
    listed, beyond = rows[:LIMIT_INSIDE], rows[LIMIT_INSIDE:]
    return {
        "rows": [_wire_row(row, kinds) for row in listed],
        "rest": _wire_row(rest(table.columns, beyond), kinds) if beyond else None,
    }


def rest(columns: Sequence[Column], rows: Sequence[Row]) -> Row:
    """One row that stands for many: sums, and ratios of sums."""
    cells = zip(*(row.cells for row in rows), strict=True)
    many = sum(row.many for row in rows)
    named = name(f"Other · {exact(many)} {'row' if many == 1 else 'rows'}", muted=True)
    sums = (_sum(column, several) for column, several in list(zip(columns, cells, strict=True))[1:])
    return Row("", (named, *sums), many=many)


def _sum(column: Column, cells: Sequence[Cell]) -> Cell:
    known = [cell for cell in cells if cell.value is not None]
    match column.kind:
        case "trend":
            return trend(_sum_known(points) for points in zip(*(c.trend for c in cells if c.trend), strict=False))
        case "number" if known:
            total = sum(cell.value for cell in known)
            return Cell(column.write(total), total)
        case "percent" if known:
            return ratio(sum(cell.value for cell in known), sum(cell.of for cell in known))
        case "share" if known:  # each has the same whole
            return ratio(sum(cell.value for cell in known), known[0].of)
        case _:
            return Cell()


def _sum_known(numbers: Iterable[Number | float | None]) -> Number | float | None:
    known = [number for number in numbers if number is not None]
    return sum(known) if known else None


def _wire_row(row: Row, kinds: Sequence[Kind]) -> list[list[Any]]:
    return [_wire_cell(cell, kind) for cell, kind in zip(row.cells, kinds, strict=True)]


def _wire_cell(cell: Cell, kind: Kind) -> list[Any]:
    """Nothing for what was not reported, else the text and, by kind, what is sorted by or drawn; null is muted."""
    if not cell.text:
        return []
    match kind:
        case "text" | "sentence":
            if cell.note:
                return [cell.text, 0, cell.note]
            return [cell.text, None] if cell.muted else [cell.text]
        case "trend":
            return [cell.text, _heights(cell.trend)]
        case _ if cell.value is None:
            return [cell.text, None]
        case "number":
            return [cell.text, _digits(cell.value)]
        case _:
            return [cell.text, float(cell.value / cell.of) if cell.of else None]


def _digits(number: Number) -> str:
    return f"{number:f}" if isinstance(number, Decimal) else str(index(number))


def _heights(points: Sequence[Number | float | None]) -> list[int | None]:
    """From 0 to 100: as fine as a line of 24 pixels can be, and a fifth of the bytes."""
    known = [point for point in points if point is not None]
    low = min(0, *known) if known else 0
    span = (max(0, *known) - low if known else 0) or 1
    return [None if point is None else round(100 * (point - low) / span) for point in points]
