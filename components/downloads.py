"""Export: the view as files. A report to read, the table and the results behind it to work on.

What a file holds is worked out when its button is clicked, in a thread that knows nothing of the page: it gets all it
needs beforehand, and Streamlit keeps the file in memory until the page is left.
"""

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

import streamlit as st

from components import address, answers, report, theme
from components.breakdown import Cell, Number
from components.money import records as money
from components.sources import Dataset
from components.tables import breakdown_of
from components.view import View, viewed
from data.changes import Change
from data.cost import Comparison, Cost, by_dimension, comparison, cost, is_priced
from data.engine import summed
from data.naming import Names
from data.totals import Totals
from data.warehouse.source import MOST_RESULTS, Warehouse
from data.writing import as_csv, csv_pieces, json_pieces, name_column, readable, zipped
from data.zones import utc

MOST_PLAIN = 100_000
"""Results that are written as they are: 32 MB of CSV or 105 MB of JSON. More are gzipped, to about a tenth."""

MIME = {"html": "text/html", "csv": "text/csv", "json": "application/json", "gz": "application/gzip"}
ICON = ":material/download:"
NO_NAMES: Names = {}
WIDTH = 430
"""Of the menu, px; less on a phone."""


class File(NamedTuple):
    label: str
    name: str
    content: Callable[[], bytes]


class Entry(NamedTuple):
    """What there is to take, in the forms it comes in, said in one line."""

    about: str
    files: tuple[File, ...]


def show(dataset: Dataset) -> None:
    """The Export menu. What it offers is worked out once it is open, of the question of that moment."""
    menu = st.popover("Export", icon=ICON, key="export", on_change="rerun")
    if not menu.open:
        return
    usage = answers.usage(dataset, address.generation_asked())
    view = viewed(dataset, usage, address.asked(dataset, usage)[0])
    with menu:
        if not view.totals.results:
            st.caption("This view holds nothing to export.")
            return
        for entry in entries(view):
            with st.container(gap="xsmall", width=WIDTH):
                with st.container(horizontal=True, gap="small"):
                    for file in entry.files:
                        _button(file)
                st.caption(theme.markdown(entry.about))


def _button(file: File) -> None:
    ending = file.name.rpartition(".")[2]
    st.download_button(
        file.label,
        file.content,
        file_name=file.name,
        mime=MIME[ending],
        icon=ICON,
        key=f"export.{file.label}",
        on_click="ignore",
    )


def entries(view: View) -> tuple[Entry, ...]:
    """All that a view can be taken away as."""
    totals, grouped = view.totals, view.grouped
    costs = (_costs(view, days_of(totals)),) if is_priced(view.query) else ()
    groups, rows = len(grouped.table), totals.results
    days = days_of(totals)
    packed = ".gz" if rows > MOST_PLAIN else ""
    return (
        Entry(
            f"This view, {days}, in one file that opens offline and asks no server: tiles, figures, table and sources",
            (_file("Report", "report", grouped, "html", lambda: report.html(view, datetime.now(UTC))),),
        ),
        Entry(
            f"{_title(grouped)}, {days}: {groups:,} {'group' if groups == 1 else 'groups'} and their total",
            (
                _file("Table as CSV", "", grouped, "csv", lambda: table_csv(grouped, view.usage.names)),
                _file("Table as JSON", "", grouped, "json", lambda: table_json(grouped, view.usage.names)),
            ),
        ),
        *costs,
        Entry(
            f"{_those(view, rows)} exported {'result' if rows == 1 else 'results'} behind this view, {days}"
            f"{'; gzipped' if packed else ''}",
            (
                _file("Results as CSV", "results", totals, f"csv{packed}", lambda: results_csv(view)),
                _file("Results as JSON", "results", totals, f"json{packed}", lambda: results_json(view)),
            ),
        ),
    )


def days_of(totals: Totals) -> str:
    return theme.period(totals.start, totals.end, totals.zone)


def _costs(view: View, days: str) -> Entry:
    by = theme.by(by_dimension(view.query).group_by or "model")
    named = f"costs by {by}"
    return Entry(
        f"Costs by {by}, {days}: estimated, without a price and, where there are costs exports, billed",
        (
            File("Costs as CSV", filename(named, view.totals, "csv"), lambda: costs_csv(view)),
            File("Costs as JSON", filename(named, view.totals, "json"), lambda: costs_json(view)),
        ),
    )


def _file(label: str, what: str, totals: Totals, ending: str, content: Callable[[], bytes]) -> File:
    return File(label, filename(f"{what} {_title(totals)}", totals, ending), content)


def _title(totals: Totals) -> str:
    """Usage by model; `usage` alone is about completions."""
    about = "" if totals.query.object == "completions" else f" of {theme.label(totals.query.object).lower()}"
    return f"Usage{about}{f' by {theme.by(totals.query.group_by)}' if totals.query.group_by else ''}"


def filename(title: str, totals: Totals, ending: str) -> str:
    """What it holds, by grouping and period: results-usage-by-model_2026-10-22_2026-11-20.csv."""
    slug = re.sub("[^a-z0-9]+", "-", title.lower()).strip("-")
    days = theme.period(totals.start, totals.end, totals.zone).split(" – ")
    return f"{'_'.join([slug, *days])}.{ending}"


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


def _those(view: View, rows: int) -> str:
    """All, or of a warehouse the first so many."""
    if isinstance(view.usage, Warehouse) and rows > MOST_RESULTS:
        return f"The first {MOST_RESULTS:,} of the {rows:,}"
    return f"The {rows:,}"


def results_csv(view: View) -> bytes:
    """The results, a line each; all columns that hold something."""
    rows = readable(view.usage, summed(view.usage, view.totals))
    return _together(csv_pieces(rows), rows.num_rows)


def results_json(view: View) -> bytes:
    """What was asked and the results, an object each; null where one does not report what others do."""
    rows = readable(view.usage, summed(view.usage, view.totals))
    return _together(json_pieces(rows, about(view.totals)), rows.num_rows)


def _together(pieces: Iterator[bytes], rows: int) -> bytes:
    return zipped(pieces) if rows > MOST_PLAIN else b"".join(pieces)
