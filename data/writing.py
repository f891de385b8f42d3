"""Tables as text for other programs: exact integers, times with their offset, cells that no spreadsheet runs.

In CSV nothing stands for null. In JSON a count is a plain integer, however large: exact wherever a parser knows
integers, as Python's does; JavaScript reads numbers as floats and rounds beyond 2^53.
"""

import csv
import json
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc

from data.usage import Usage

# What a spreadsheet takes for the start of a formula: these four, and all that is the same but for its width, height
# or size (NFKC), and the minus sign of typographers.
_SIGNS = re.escape("=+-@⁺⁼₊₌⩵⩶﬩﹢﹣﹦﹫＋－＝＠−")
# What it may pass over on its way there: blanks, controls, and what takes no room.
_UNSEEN = (
    r"\s\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufeff\ufff9-\ufffb"
)
_SEEN_AFTER = rf"(?=[{_UNSEEN}]*[\t\r\n{_SIGNS}])"
# Where commas are for decimals, a spreadsheet cuts lines at semicolons, whatever is in quotes: what follows one, a tab
# or a line's end is the start of a cell there.
_CUT = rf"(?<=[;\t\r\n])(?=[^\S\t\r\n]*[{_SIGNS}])"
_RUN = re.compile(rf"\A{_SEEN_AFTER}|{_CUT}")

_QUOTED = re.compile('[",\r\n]')

PIECE = 1 << 16
"""Rows that are written at once: what bounds the memory it takes."""


def as_csv(header: Sequence[str], rows: Iterable[Sequence[object]], end: str = "\r\n") -> str:
    """RFC 4180 lines. Text that a spreadsheet would run gets an apostrophe in front; numbers stay as they are."""
    lines = _Lines()
    # Told of both signs of a line's end, the writer puts quotes around cells that hold one of them.
    writer = csv.writer(lines, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return "".join(line.removesuffix("\r\n") + end for line in lines)


class _Lines(list[str]):
    def write(self, line: str) -> None:
        self.append(line)


def safe(cell: object) -> object:
    """A cell as it may be written; None is an empty one, half a character the sign for what cannot be shown."""
    if cell is None:
        return ""
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    if not isinstance(cell, str):
        return cell
    return _RUN.sub("'", cell.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))


# --- many rows -----------------------------------------------------------------------------------------------------

_OURS = ("bucket", "layer", "share")
"""Numbers of rows in other tables, which mean nothing outside."""


def readable(usage: Usage, rows: pa.Table) -> pa.Table:
    """Rows of a usage without the columns that hold nothing here; files by their names."""
    names = pa.array([file.name.encode(errors="replace").decode() for file in usage.files], pa.string())
    files = pa.chunked_array([names.take(each) for each in rows["file"].chunks], pa.string())
    rows = rows.set_column(rows.column_names.index("file"), "file", files)
    rows = _with_names(usage, rows)
    empty = [name for name in rows.column_names if rows[name].null_count == rows.num_rows]
    return rows.drop_columns([*_OURS, *(name for name in empty if name not in _OURS)])


def _with_names(usage: Usage, rows: pa.Table) -> pa.Table:
    """Beside each id that people have named, the name, too."""
    for dimension, names in usage.names.items():
        if pa.types.is_null(rows[dimension].type):
            continue
        ids = rows[dimension].unify_dictionaries().combine_chunks()
        labels = pa.array([names.get(value) for value in ids.dictionary.to_pylist()], pa.string())
        column = pa.DictionaryArray.from_arrays(ids.indices, labels)
        rows = rows.add_column(rows.column_names.index(dimension) + 1, name_column(dimension), column)
    return rows


def name_column(dimension: str) -> str:
    """`project_name` for `project_id`."""
    return f"{dimension.removesuffix('_id')}_name"


def csv_pieces(rows: pa.Table) -> Iterator[bytes]:
    """A table as CSV, piece by piece: `as_csv` for columns."""
    yield (",".join(rows.column_names) + "\r\n").encode()
    for piece in _pieces(rows):
        cells = [_texts(column, _csv_cell) for column in piece.columns]
        lines = pc.binary_join_element_wise(*cells, ",", null_handling="replace", null_replacement="")
        yield "".join(f"{line}\r\n" for line in lines.to_pylist()).encode()


def json_pieces(rows: pa.Table, about: Mapping[str, object]) -> Iterator[bytes]:
    """A table as JSON, piece by piece: an object with what is to be said about it and `rows`, one object a line."""
    head = json.dumps({**about, "rows": []}, ensure_ascii=False)
    yield head.removesuffix("]}").encode(errors="replace")
    between = "\n"
    for piece in _pieces(rows):
        lines = pc.binary_join_element_wise(*_fields(piece), "}", "", null_handling="replace", null_replacement="null")
        yield (between + ",\n".join(lines.to_pylist())).encode()
        between = ",\n"
    yield b"\n]}\n"


def zipped(pieces: Iterable[bytes]) -> bytes:
    """The pieces as one gzip file, which holds a tenth of them in memory and not all."""
    packer = zlib.compressobj(level=3, wbits=31)
    return b"".join([*map(packer.compress, pieces), packer.flush()])


def _pieces(rows: pa.Table) -> Iterator[pa.Table]:
    for start in range(0, rows.num_rows, PIECE):
        yield rows.slice(start, PIECE).combine_chunks()


def _fields(piece: pa.Table) -> Iterator[str | pa.Array]:
    """What a line of JSON is joined from: keys and values in turn."""
    opening = "{"
    for name, column in zip(piece.column_names, piece.columns, strict=True):
        yield f"{opening}{json.dumps(name)}: "
        yield _texts(column, _json_cell)
        opening = ", "


def _texts(column: pa.ChunkedArray, write: Callable[[object], str]) -> pa.Array:
    """A column as text. Counts are written by Arrow; of all else each value once, for they repeat."""
    if pa.types.is_integer(column.type) or pa.types.is_decimal(column.type):
        return _one(column.cast(pa.string()))
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    encoded = _one(column).dictionary_encode()
    texts = pa.array([write(value) for value in encoded.dictionary.to_pylist()], pa.string())
    return texts.take(encoded.indices)


def _one(column: pa.ChunkedArray) -> pa.Array:
    """A column of a piece, which has one chunk, or of a table without columns none."""
    return column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)


def _csv_cell(value: object) -> str:
    text = str(safe(value)) if isinstance(value, str) else _plain(value)
    return '"' + text.replace('"', '""') + '"' if not text or _QUOTED.search(text) else text


def _json_cell(value: object) -> str:
    return json.dumps(value if isinstance(value, str) else _plain(value), ensure_ascii=False)


def _plain(value: object) -> str:
    """A moment as ISO 8601 with its offset."""
    return value.isoformat() if isinstance(value, datetime) else str(value)
