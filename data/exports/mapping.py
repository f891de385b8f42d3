"""A mapping: what people call the ids of projects, users and keys, and which team each belongs to.

CSV with the columns `id`, `name` and `team` in any order, or JSON: a list of objects with these keys, or an object that
holds `{"name": …, "team": …}` by id. Either of name and team may be missing.
"""

import csv
import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, NamedTuple

from data.exports.draft import Draft
from data.exports.export import Named
from data.exports.names import shortened, within
from data.exports.rows import batches
from data.exports.source import Source
from data.exports.strict import Document, Doubled, oddity

COLUMNS = ("id", "name", "team")
MOST_NAMES = 100_000
"""Rows of one mapping that are read."""
LONGEST = 200
"""Characters of a name, a team or an id."""
MOST_COLUMNS = 10
"""Columns without a use here that are named; the others are counted."""

_LOOKED_AT = 100
_DOUBLED = "stands twice in one object, so that one of the two would be lost"
# What writing a CSV puts in front of text that a spreadsheet would run.
_GUARD = re.compile(r"\A'(?=\s*[=+\-@])")


class _Row(NamedTuple):
    place: str
    fields: Mapping[str, Any]
    fault: str = ""
    """Why it cannot be read at all."""
    field: str = ""
    """Which field is at fault."""


def is_mapping(source: Source) -> bool:
    """Whether the content names ids; asked after all formats of usage."""
    if not source.is_json:
        return _header(source) is not None
    first = source.first
    if not isinstance(first, Document) or first.line:
        return False
    whole = first.value
    rows = whole.values() if isinstance(whole, dict) else whole if isinstance(whole, list) else ()
    needed = {"id"} if isinstance(whole, list) else set()
    return any(
        isinstance(row, dict) and needed <= row.keys() and {"name", "team"} & row.keys()
        for row in islice(rows, _LOOKED_AT)
    )


def read_mapping(source: Source, draft: Draft) -> None:
    unused: dict[str, str] = {}  # columns, and where each was first seen
    rows = _json_rows(source) if source.is_json else _table_rows(source, draft)
    for count, row in enumerate(rows):
        if count == MOST_NAMES:
            reason = f"a mapping of more than {MOST_NAMES:,} rows: those from here on name nothing"
            draft.problem("notice", row.place, reason)
            break
        for title in row.fields:
            if title not in COLUMNS:
                unused.setdefault(title, row.place)
        _take(row, draft)
    _tell_unused(unused, draft)


def _take(row: _Row, draft: Draft) -> None:
    """Adds a row to the mapping, or says why not."""
    texts = {name: row.fields.get(name) for name in COLUMNS}
    field, fault = (row.field, row.fault) if row.fault else _fault(texts)
    if fault:
        value = texts.get(field) or ...
        draft.problem("notice", row.place, f"{fault}: this row names nothing", field=field, value=value)
        draft.unmapped += 1
        return
    place = shortened(draft.prefix + row.place, 400)
    identity, name, team = (texts[each] or "" for each in COLUMNS)
    draft.mapping.append(Named(identity.strip(), _readable(name), _readable(team), place))


def _fault(texts: Mapping[str, Any]) -> tuple[str, str]:
    """The field at fault and what is wrong with it; nothing where the row is right."""
    for name, text in texts.items():
        if text is not None and not isinstance(text, str):
            return name, "is not a text"
        if text and not text.isascii() and re.search("[\ud800-\udfff]", text):
            return name, "is not UTF-8"
        if text and len(text) > LONGEST:
            return name, f"is longer than {LONGEST} characters"
    if not (texts["id"] or "").strip():
        return "id", "is missing"
    if not _readable(texts["name"] or "") and not _readable(texts["team"] or ""):
        return "", "has neither a name nor a team"
    return "", ""


def _readable(text: str) -> str:
    """Without what does not show, turns the reading direction or breaks the line: names that look alike are alike."""
    if not text.isprintable():
        text = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(text.split())


def _tell_unused(unused: Mapping[str, str], draft: Draft) -> None:
    reason = "is a column of no use here: a mapping has id, name and team"
    for title, place in islice(unused.items(), MOST_COLUMNS):
        draft.problem("notice", place, reason, field=title)
    if len(unused) > MOST_COLUMNS:
        draft.problem("notice", "", f"{len(unused) - MOST_COLUMNS:,} more columns are of no use here")


# --- CSV -----------------------------------------------------------------------------------------------------------


class _Header(NamedTuple):
    delimiter: str
    titles: tuple[str, ...]


def _header(source: Source) -> _Header | None:
    """The header, if the content is a table with ids and names or teams."""
    for delimiter in ",\t;":
        try:
            cells = next(csv.reader([source.title_line], delimiter=delimiter, strict=True), [])
        except csv.Error:
            continue
        titles = tuple(map(_title, cells))
        if "id" in titles and {"name", "team"} & set(titles):
            return _Header(delimiter, titles)
    return None


def _title(cell: str) -> str:
    """The three columns in any case; another one as it is."""
    return cell.strip().lower() if cell.strip().lower() in COLUMNS else cell.strip()


def _table_rows(source: Source, draft: Draft) -> Iterator[_Row]:
    header = _header(source)
    if header is None:
        return
    doubled = next((name for name in COLUMNS if header.titles.count(name) > 1), None)
    if doubled is not None:
        draft.problem("unread", "line 1", "is the title of two columns", field=doubled)
        return
    for batch in batches(source, header.delimiter):
        for line, cells in zip(batch.lines, batch.rows, strict=True):
            if cells is None or any(cells):
                yield _table_row(f"line {line}", header.titles, cells)
        draft.advance(source.position / max(len(source.content), 1))


def _table_row(place: str, titles: tuple[str, ...], cells: list[str] | None) -> _Row:
    """A row without its last cells does not say them; cells that no title names must be empty."""
    if cells is None:
        return _Row(place, {}, "holds a quote that never ends or goes on after its end")
    if any(cells[len(titles) :]):
        return _Row(place, {}, f"has {len(cells)} cells, the header {len(titles)}")
    fields = {title: _GUARD.sub("", cell, count=1) for title, cell in zip(titles, cells, strict=False) if title}
    return _Row(place, fields)


# --- JSON ----------------------------------------------------------------------------------------------------------


def _json_rows(source: Source) -> Iterator[_Row]:
    first = source.first
    if not isinstance(first, Document):
        return
    whole = first.value
    if isinstance(whole, Doubled):
        yield _Row("", {}, _DOUBLED, whole.key)
    listed = isinstance(whole, list)
    for key, value in enumerate(whole) if listed else whole.items():
        place = f"[{key}]" if listed else within("", str(key))
        if not isinstance(value, dict):
            yield _Row(place, {}, "is not an object with a name or a team")
        elif isinstance(value, Doubled):
            yield _Row(place, {}, _DOUBLED, value.key)
        elif first.odd and (reason := oddity(value)):
            yield _Row(place, {}, reason)
        else:
            yield _Row(place, value if listed else {**value, "id": key})
