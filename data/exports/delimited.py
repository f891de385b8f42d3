"""Exports in CSV: the dashboard's own, those a spreadsheet has saved, and tables of flat rows. Columns go by name."""

import csv
from collections.abc import Callable

from data.exports.cells import Cells, Columns, Header
from data.exports.draft import Draft
from data.exports.flat import FlatRows
from data.exports.names import TIMES, canonical
from data.exports.results import infer
from data.exports.rows import batches
from data.exports.source import Source


def header_of(source: Source) -> Header | None:
    """The header, if the content is a table of usage."""
    if source.is_json:
        return None
    line = source.title_line
    for delimiter in ",\t;":
        try:
            titles = tuple(next(csv.reader([line], delimiter=delimiter, strict=True), []))
        except csv.Error:
            continue
        names = tuple(_column(title) for title in titles)
        if not TIMES.keys() & set(names):
            continue
        fields = dict.fromkeys(names)
        if "amount_value" in fields:
            fields["amount"] = None
        kind = "" if "object" in fields else infer(fields, source.name)
        if kind is not None:
            content = tuple(index for index, name in enumerate(names) if name and name not in TIMES)
            return Header(delimiter, names, content, kind)
    return None


def _column(title: str) -> str:
    name = canonical(title.strip())
    return "num_sessions" if name == "sessions" else name


def is_table(kind: str) -> Callable[[Source], bool]:
    """A format's detector: a table of results of this kind."""
    return lambda source: (header := header_of(source)) is not None and header.kind == kind


def read_table(source: Source, draft: Draft) -> None:
    header = header_of(source)
    if header is None:
        return
    doubled = next((name for name in header.names if name and header.names.count(name) > 1), None)
    if doubled is not None:
        draft.problem("unread", "line 1", "is the title of two columns", field=doubled)
        return
    flat, since = FlatRows(draft), len(draft.buckets)
    reader = Columns(header, draft, flat) if _has_model_columns(header) else Cells(header, draft, flat)
    for batch in batches(source, header.delimiter):
        reader.read(batch)
        draft.advance(source.position / max(len(source.content), 1))
    flat.finish()
    draft.name_empty_buckets(since)


def _has_model_columns(header: Header) -> bool:
    """Whether rows can be read column by column: one known kind, epochs, and a bucket's end."""
    return header.kind not in ("", "costs") and {"start_time", "end_time"} <= set(header.names)
