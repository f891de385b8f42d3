"""The cells of a table, validated row by row or, which is much faster, column by column.

A cell is validated by the model's own field, once per distinct text of a column: the result is that of validating every
row with the model (a test holds the two together), at a fraction of the cost.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, get_type_hints

import numpy as np
from pydantic import TypeAdapter, ValidationError

from data.exports.draft import Draft
from data.exports.export import COUNTS
from data.exports.flat import FlatRows, RowTimeError, row_times
from data.exports.names import COMMENTARY, TIMES
from data.exports.results import full
from data.exports.rows import Batch
from data.exports.times import NoMomentError, moment
from data.models import BY_OBJECT

_REMEMBERED = 1 << 16

IntegerArray = np.ndarray[tuple[int], np.dtype[np.int64]]

_Span = tuple[str, str]


class Header(NamedTuple):
    """The first line of a table."""

    delimiter: str
    names: tuple[str, ...]
    """Under OpenAI's names; empty for a column that has none."""
    content: tuple[int, ...]
    """Indexes of the columns that hold more than times."""
    kind: str
    """What its rows are, empty where each says so itself."""


class Cells:
    """Reads row by row."""

    def __init__(self, header: Header, draft: Draft, flat: FlatRows) -> None:
        self.header, self.draft, self.flat = header, draft, flat

    def read(self, batch: Batch) -> None:
        for line, cells in zip(batch.lines, batch.rows, strict=True):
            place = f"line {line}"
            if cells is None:
                self.draft.problem("rejected", place, "holds a quote that never ends or goes on after its end")
            elif len(cells) >= len(self.header.names) and self._is_blank(cells):
                # It may have come back from a spreadsheet with more cells than there are columns (seen in 2025).
                self._empty_bucket(self._fields(cells), place)
            elif len(cells) != len(self.header.names):
                self.draft.problem("rejected", place, f"has {len(cells)} cells, the header {len(self.header.names)}")
            else:
                self.flat.add(_typed(self._fields(cells), self.header.kind), place, self.draft.name)
        self.flat.flush()

    def _is_blank(self, cells: list[str]) -> bool:
        """Whether a row says nothing but the time of its bucket."""
        beyond = cells[len(self.header.names) :]
        return not any(beyond) and not any(cells[index] for index in self.header.content)

    def _fields(self, cells: list[str]) -> dict[str, Any]:
        named = zip(self.header.names, cells, strict=False)
        return {name: cell for name, cell in named if name and cell != ""}

    def _empty_bucket(self, fields: dict[str, Any], place: str) -> None:
        """A row that holds nothing but its time is a measured zero, not a result."""
        try:
            start, end = row_times(fields)
        except RowTimeError as error:
            if fields:
                self.draft.problem("notice", place, str(error), field=error.field, value=error.value)
        else:
            self.flat.bucket(self.header.kind or None, start, end, place)


def _typed(fields: dict[str, Any], kind: str) -> dict[str, Any]:
    """A row's cells as a result's fields."""
    if kind == "costs" or "amount_value" in fields:
        fields["amount"] = {"value": fields.pop("amount_value", None), "currency": fields.pop("amount_currency", None)}
    return {"object": full(kind), **fields} if kind else fields


class _Memory(dict[str, Any]):
    """A column's texts → what validation makes of them; each is validated once."""

    def __init__(self, validate: Callable[[Any], Any]) -> None:
        super().__init__({"": None})
        self.validate = validate

    def __missing__(self, text: str) -> Any:
        value = self[text] = self.validate(text)
        return value

    def trim(self) -> None:
        """Forget texts that will hardly come again, before there are too many."""
        if len(self) > _REMEMBERED:
            self.clear()
            self[""] = None


def whole_numbers(texts: Sequence[str]) -> IntegerArray | None:
    """A column of counts at once, if every cell is digits, perhaps with `.0`, of 18 characters at most; else none.

    What it accepts is part of what a model's count accepts.
    """
    joined = (",".join(texts) + ",").replace(".0,", ",")
    digits = joined.replace(",", "")
    if len(joined) - len(digits) != len(texts) or not (digits.isascii() and digits.isdigit()):
        return None
    if joined[0] == "," or ",," in joined or max(map(len, texts)) > 18:
        return None
    return np.fromstring(joined[:-1], dtype=np.int64, sep=",")


class Columns:
    """Reads column by column; a batch in which anything is wrong is read row by row."""

    def __init__(self, header: Header, draft: Draft, flat: FlatRows) -> None:
        self.header, self.draft, self.flat = header, draft, flat
        self.slow = Cells(header, draft, flat)
        model = BY_OBJECT[full(header.kind)]
        hints = get_type_hints(model, include_extras=True)
        names = [name for name in header.names if name in model.model_fields and name != "object"]
        self.counts = frozenset(names) & frozenset(COUNTS)
        self.fields = {name: _Memory(TypeAdapter(hints[name]).validate_python) for name in names}
        self.required = [name for name, field in model.model_fields.items() if field.is_required() and name != "object"]
        known = {"", *names, *TIMES, *COMMENTARY, "organization_id"}
        self.unknown = [name for name in header.names if name not in known]

    def read(self, batch: Batch) -> None:
        columns = batch.columns(len(self.header.names))
        if columns is None or not self._read_columns(batch.lines, columns):
            self.slow.read(batch)
        for memory in self.fields.values():
            memory.trim()

    def _read_columns(self, lines: Sequence[int], columns: list[Sequence[str]]) -> bool:
        """Whether every cell is valid; if not, nothing was read."""
        texts = dict(zip(self.header.names, columns, strict=True))
        # Among them rows without any content, which are empty buckets.
        if any(name not in texts or "" in texts[name] for name in self.required):
            return False
        spans = [*zip(texts["start_time"], texts["end_time"], strict=True)]
        try:
            times = {span: (moment(span[0]), moment(span[1])) for span in dict.fromkeys(spans)}
            values = {name: self._validated(name, texts[name]) for name in self.fields}
        except (ValidationError, NoMomentError):
            return False
        if any(start >= end for start, end in times.values()):
            return False
        self._keep(lines, spans, times, values)
        for name in self.unknown:
            count = len(lines) - texts[name].count("")
            if count:
                self.draft.unknown_fields[f"{self.header.kind}.{name}"] += count
        return True

    def _validated(self, name: str, texts: Sequence[str]) -> Sequence[Any] | IntegerArray:
        numbers = whole_numbers(texts) if name in self.counts else None
        return [*map(self.fields[name].__getitem__, texts)] if numbers is None else numbers

    def _keep(
        self, lines: Sequence[int], spans: list[_Span], times: dict[_Span, tuple[int, int]], values: dict[str, Any]
    ) -> None:
        counts = Counter(spans)
        numbers = {}
        for span, count in counts.items():
            place = f"line {lines[spans.index(span)]}"
            number = numbers[span] = self.flat.bucket(self.header.kind, *times[span], place)
            self.flat.counts[number] += count
        self.draft.rows(self.header.kind, [numbers[span] for span in spans], values)
