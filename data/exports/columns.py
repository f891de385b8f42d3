"""Typed columns that grow while a file is read: 8 bytes per count and 4 per name instead of a Python object each.

A column that nobody fills costs nothing, and ends as one of type null. The arrays are made from buffers: neither is a
byte copied, nor does pyarrow look for pandas.
"""

import struct
from array import array
from collections.abc import Iterable, Sequence
from decimal import Context, Decimal
from typing import Any, Literal

import numpy as np
import pyarrow as pa

from data.exports.export import AMOUNT, COST_SCHEMA, COST_TEXTS, COUNTS, DIMENSIONS, RESULT_SCHEMA

_EXACT = Context(prec=80)
"""Enough for 38 digits on either side of the point."""


class Integers:
    """Integers of 4 (`i`) or 8 (`q`) bytes, some of them null."""

    def __init__(self, size: Literal["i", "q"]) -> None:
        self.values = array(size)
        self.valid: bytearray | None = None  # None while every value is there

    def __len__(self) -> int:
        return len(self.values)

    def pad(self, length: int) -> None:
        """Nulls up to a row."""
        missing = length - len(self.values)
        if missing > 0:
            self._known().extend(bytes(missing))
            self.values.frombytes(bytes(self.values.itemsize * missing))

    def extend(self, values: Sequence[int | None]) -> None:
        try:
            packed = self._pack(values)
        except struct.error:  # a null among them
            packed = self._pack([value or 0 for value in values])
            self._known().extend([value is not None for value in values])
        else:
            if self.valid is not None:
                self.valid.extend(b"\x01" * len(values))
        self.values.frombytes(packed)

    def _pack(self, values: Sequence[Any]) -> bytes:
        if isinstance(values, np.ndarray):
            return values.tobytes()
        # A third of the time of array.extend(), which asks each value for its next.
        return struct.pack(f"{len(values)}{self.values.typecode}", *values)

    def _known(self) -> bytearray:
        if self.valid is None:
            self.valid = bytearray(b"\x01") * len(self.values)
        return self.valid

    def cut(self, length: int) -> None:
        """Forget what came after a row."""
        del self.values[length:]
        if self.valid is not None:
            del self.valid[length:]

    def arrow(self) -> pa.Array:
        kind = pa.int32() if self.values.typecode == "i" else pa.int64()
        return pa.Array.from_buffers(kind, len(self.values), [_bits(self.valid), pa.py_buffer(self.values)])


class _Codes(dict[Any, int]):
    """Text → number of its first appearance; null and the empty text are -1."""

    def __init__(self) -> None:
        super().__init__({None: -1, "": -1})
        self.texts: list[str] = []

    def __missing__(self, value: Any) -> int:
        text = str(value).lower() if isinstance(value, bool) else value
        code = self[value] = len(self.texts)
        self.texts.append(text)
        return code


class Names:
    """Texts of which many are equal, some of them null."""

    def __init__(self) -> None:
        self.codes = _Codes()
        self.values = array("i")

    def __len__(self) -> int:
        return len(self.values)

    def pad(self, length: int) -> None:
        if length > len(self.values):
            self.values.extend([-1] * (length - len(self.values)))

    def extend(self, values: Sequence[Any]) -> None:
        self.values.frombytes(struct.pack(f"{len(values)}i", *map(self.codes.__getitem__, values)))

    def beyond(self, values: Sequence[Any], most: int) -> list[int]:
        """Places of those values with which there would be more than `most` different ones."""
        room = most - len(self.codes.texts)
        if len(values) <= room:
            return []
        new = dict.fromkeys(value for value in values if value not in self.codes)
        late = set([*new][max(room, 0) :])
        return [place for place, value in enumerate(values) if value in late] if late else []

    def repeat(self, value: str | None, times: int) -> None:
        self.values.extend(array("i", [self.codes[value]]) * times)

    def cut(self, length: int) -> None:
        del self.values[length:]

    def arrow(self) -> pa.Array:
        codes = np.frombuffer(self.values, dtype=np.int32)
        valid = codes >= 0
        if not valid.any():
            return pa.nulls(len(codes))
        known = None if valid.all() else pa.py_buffer(np.packbits(valid, bitorder="little"))
        indices = pa.Array.from_buffers(pa.int32(), len(codes), [known, pa.py_buffer(self.values)])
        return pa.DictionaryArray.from_arrays(indices, text_array(self.codes.texts))


class Amounts:
    """Exact decimals, some of them null."""

    def __init__(self) -> None:
        self.values: list[Decimal | None] = []

    def __len__(self) -> int:
        return len(self.values)

    def pad(self, length: int) -> None:
        self.values.extend([None] * (length - len(self.values)))

    def extend(self, values: Iterable[Decimal | None]) -> None:
        self.values.extend(values)

    def cut(self, length: int) -> None:
        del self.values[length:]

    def arrow(self) -> pa.Array:
        valid = bytearray(value is not None for value in self.values)
        known = None if all(valid) else _bits(valid)
        scaled = [int(_EXACT.scaleb(value or Decimal(0), 38)) for value in self.values]
        packed = b"".join(value.to_bytes(32, "little", signed=True) for value in scaled)
        return pa.Array.from_buffers(AMOUNT, len(self.values), [known, pa.py_buffer(packed)])


Column = Integers | Names | Amounts


class Table:
    """Columns of one length."""

    def __init__(self, schema: pa.Schema, columns: dict[str, Column]) -> None:
        self.schema = schema
        self.columns = columns
        self.length = 0

    @property
    def objects(self) -> Names:
        """The column that every usage result fills."""
        column = self.columns["object"]
        assert isinstance(column, Names)  # noqa: S101
        return column

    def extend(self, length: int, columns: dict[str, Sequence[Any]]) -> None:
        """`length` rows more, at least one; the columns not given are null in them."""
        for name, values in columns.items():
            column = self.columns[name]
            if values[0] is not None or values.count(None) < length:
                column.pad(self.length)
                column.extend(values)
        self.length += length

    def cut(self, length: int) -> None:
        self.length = min(length, self.length)
        for column in self.columns.values():
            column.cut(self.length)

    def arrow(self) -> pa.Table:
        """The table, taken over from the columns: they are empty afterwards."""
        if not self.length:
            return empty_table(self.schema)
        arrays = []
        for name in list(self.columns):
            column = self.columns.pop(name)
            if len(column):
                column.pad(self.length)
            arrays.append(column.arrow() if len(column) else pa.nulls(self.length))
        fields = [pa.field(name, each.type) for name, each in zip(self.schema.names, arrays, strict=True)]
        return pa.Table.from_arrays(arrays, schema=pa.schema(fields))


def usage_table() -> Table:
    columns: dict[str, Column] = {name: Names() for name in ("object", *DIMENSIONS)}
    columns |= {"bucket": Integers("i"), **{name: Integers("q") for name in COUNTS}}
    return Table(RESULT_SCHEMA, {name: columns[name] for name in RESULT_SCHEMA.names})


def cost_table() -> Table:
    columns: dict[str, Column] = {name: Names() for name in COST_TEXTS}
    columns |= {"bucket": Integers("i"), "amount": Amounts(), "quantity": Amounts()}
    return Table(COST_SCHEMA, {name: columns[name] for name in COST_SCHEMA.names})


def empty_table(schema: pa.Schema) -> pa.Table:
    return pa.Table.from_arrays([pa.nulls(0, field.type) for field in schema], schema=schema)


def text_array(texts: Sequence[str]) -> pa.Array:
    """An Arrow array of texts; `pa.array()` would import pandas, which takes longer than to read most files."""
    encoded = [text.encode() for text in texts]
    ends = np.cumsum([0, *map(len, encoded)], dtype=np.int32)
    return pa.Array.from_buffers(pa.string(), len(texts), [None, pa.py_buffer(ends), pa.py_buffer(b"".join(encoded))])


def _bits(valid: bytearray | None) -> pa.Buffer | None:
    """One bit per row, as Arrow wants to be told what is null."""
    if valid is None:
        return None
    return pa.py_buffer(np.packbits(np.frombuffer(valid, dtype=np.uint8), bitorder="little"))
