"""What files of a view hold: the table, costs, what changed, and the results behind it. Knows no Streamlit."""

import json
from collections.abc import Iterator
from typing import Any

from components.breakdown import Cell, Number
from components.money import records as money
from components.tables import breakdown_of
from components.view import View
from data.changes import Change
from data.cost import Comparison, Cost, comparison, cost
from data.engine import summed
from data.naming import Names
from data.totals import Totals
from data.writing import as_csv, csv_pieces, json_pieces, name_column, readable, zipped
from data.zones import utc

MOST_PLAIN = 100_000
"""Results that are written as they are: 32 MB of CSV or 105 MB of JSON. More are gzipped, to about a tenth."""

NO_NAMES: Names = {}

# --- the table -----------------------------------------------------------------------------------------------------


def table_csv(grouped: Totals, names: Names = NO_NAMES) -> bytes:
    """A line per group and last the total; `group` tells a group without a value from what was not grouped."""
    rows = records(grouped, names)
    return as_csv(list(rows[-1]), (list(row.values()) for row in rows)).encode()


def table_json(grouped: Totals, names: Names = NO_NAMES) -> bytes:
    """What was asked, the groups, and their total."""
    *rows, total = records(grouped, names)
    return json.dumps({**about(grouped), "rows": rows, "total": total}, ensure_ascii=False, indent=1).encode()


def records(grouped: Totals, names: Names = NO_NAMES) -> list[dict[str, Any]]:
    """The table's rows and last its total, by OpenAI's names: counts exact, shares as fractions, None for a blank.

    Where ids have names, these stand beside them.
    """
    table = breakdown_of(grouped, trends=False)
    keys = [column.key.replace(" ", "_") for column in table.columns[1:]]
    groups = [*((group.value, group.kind.replace(" ", "_")) for group in grouped.table), (None, "total")]
    return [
        {
            **_named(grouped.query.group_by, value, names),
            "group": kind,
            **dict(zip(keys, map(_number, cells), strict=True)),
        }
        for (value, kind), (_, *cells) in zip(groups, (row.cells for row in (*table.rows, table.total)), strict=True)
    ]


def _named(dimension: str | None, value: str | None, names: Names) -> dict[str, str | None]:
    """A group's value and, where the dimension has names, its name."""
    known = names.get(dimension or "")
    name = {name_column(dimension): known.get(value or "")} if dimension and known else {}
    return {dimension or "usage": value, **name}


def changes_csv(change: Change, names: Names = NO_NAMES) -> bytes:
    """A line per group of two periods and last their total, with what each effect brought: exact, and adding up."""
    of_none, kinds = _named(change.after.query.group_by, None, names), ("group", "before", "after", "change")
    rows = [
        [
            *_named(change.after.query.group_by, each.group.value, names).values(),
            each.group.kind.replace(" ", "_"),
            *each.amount,
            each.amount.change,
            *each.effects.values(),
        ]
        for each in change.moved
    ]
    sums = [*change.amount, change.amount.change, *map(change.effect, change.effects)]
    total = [*of_none.values(), "total", *sums]
    return as_csv([*of_none, *kinds, *change.effects], [*rows, total]).encode()


def _number(cell: Cell) -> Number | float | None:
    """A share is out of something, a count is not."""
    return cell.value if cell.of is None or cell.value is None else cell.value / cell.of


def about(totals: Totals) -> dict[str, Any]:
    """What a file says about itself: the question, and the period it is about."""
    query = totals.query
    return {
        "object": query.object,
        "group_by": query.group_by,
        "filters": dict(query.filters),
        "start_time": utc(totals.start).isoformat(),
        "end_time": utc(totals.end).isoformat(),
        "zone": totals.zone,
    }


# --- costs ---------------------------------------------------------------------------------------------------------


def costs_csv(view: View) -> bytes:
    """A line per group and last the total, amounts in US dollars to the last digit."""
    rows = _named_rows(money.records(*_priced(view)), view.usage.names)
    return as_csv(list(rows[-1]), (list(row.values()) for row in rows)).encode()


def costs_json(view: View) -> bytes:
    """What was asked, the prices, the groups and their total, and the causes of the difference to the bill."""
    found, both = _priced(view)
    named = _named_rows(money.records(found, both), view.usage.names)
    *rows, total = [{name: money.plain(value) for name, value in row.items()} for row in named]
    told = {**about(found.totals), "prices": money.basis(view.prices), "rows": rows, "total": total}
    return json.dumps(
        told | ({"difference": money.difference(both)} if both else {}), ensure_ascii=False, indent=1
    ).encode()


def _named_rows(rows: list[dict[str, Any]], names: Names) -> list[dict[str, Any]]:
    """Rows whose first column is the dimension, with the names of its values beside it."""
    return [{**_named(next(iter(row)), next(iter(row.values())), names), **row} for row in rows]


def _priced(view: View) -> tuple[Cost, Comparison | None]:
    """Asked anew: a file is made outside of a visitor's run, where nothing is kept."""
    found = (view.usage, view.query, view.prices)
    return cost(*found), comparison(*found)


# --- the results behind it -----------------------------------------------------------------------------------------


def is_zipped(rows: int) -> bool:
    """Whether so many results are gzipped."""
    return rows > MOST_PLAIN


def results_csv(view: View) -> bytes:
    """The results, a line each; all columns that hold something."""
    rows = readable(view.usage, summed(view.usage, view.totals))
    return _together(csv_pieces(rows), rows.num_rows)


def results_json(view: View) -> bytes:
    """What was asked and the results, an object each; null where one does not report what others do."""
    rows = readable(view.usage, summed(view.usage, view.totals))
    return _together(json_pieces(rows, about(view.totals)), rows.num_rows)


def _together(pieces: Iterator[bytes], rows: int) -> bytes:
    return zipped(pieces) if is_zipped(rows) else b"".join(pieces)
