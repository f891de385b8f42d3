"""Export: the menu of what a view can be taken away as.

What a file holds is worked out when its button is clicked, in a thread that knows nothing of the page: it gets all it
needs beforehand, and Streamlit keeps the file in memory until the page is left.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple

import streamlit as st

from components import address, answers, report, theme
from components.downloads import files
from components.sources import Dataset
from components.view import View, viewed
from data.cost import by_dimension, is_priced
from data.totals import Totals
from data.warehouse.source import MOST_RESULTS, Warehouse

MIME = {"html": "text/html", "csv": "text/csv", "json": "application/json", "gz": "application/gzip"}
ICON = ":material/download:"
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
    packed = ".gz" if files.is_zipped(rows) else ""
    return (
        Entry(
            f"This view, {days}, in one file that opens offline and asks no server: tiles, figures, table and sources",
            (_file("Report", "report", grouped, "html", lambda: report.html(view, datetime.now(UTC))),),
        ),
        Entry(
            f"{_title(grouped)}, {days}: {groups:,} {'group' if groups == 1 else 'groups'} and their total",
            (
                _file("Table as CSV", "", grouped, "csv", lambda: files.table_csv(grouped, view.usage.names)),
                _file("Table as JSON", "", grouped, "json", lambda: files.table_json(grouped, view.usage.names)),
            ),
        ),
        *costs,
        Entry(
            f"{_those(view, rows)} exported {'result' if rows == 1 else 'results'} behind this view, {days}"
            f"{'; gzipped' if packed else ''}",
            (
                _file("Results as CSV", "results", totals, f"csv{packed}", lambda: files.results_csv(view)),
                _file("Results as JSON", "results", totals, f"json{packed}", lambda: files.results_json(view)),
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
            File("Costs as CSV", filename(named, view.totals, "csv"), lambda: files.costs_csv(view)),
            File("Costs as JSON", filename(named, view.totals, "json"), lambda: files.costs_json(view)),
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


def _those(view: View, rows: int) -> str:
    """All, or of a warehouse the first so many."""
    if isinstance(view.usage, Warehouse) and rows > MOST_RESULTS:
        return f"The first {MOST_RESULTS:,} of the {rows:,}"
    return f"The {rows:,}"
