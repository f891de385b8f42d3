"""Rows that answer a request, written as CSV, JSON or text."""

import json
from dataclasses import dataclass
from decimal import Decimal

from data.shell.check import printable
from data.writing import as_csv


@dataclass(frozen=True)
class Answer:
    header: tuple[str, ...]
    rows: list[tuple[object, ...]]

    def as_csv(self) -> str:
        return as_csv(self.header, self.rows, end="\n")

    def as_json(self) -> str:
        """Counts as integers, amounts as decimal strings, null where nothing was reported."""
        rows = [dict(zip(self.header, map(_plain, row), strict=True)) for row in self.rows]
        return json.dumps(rows, indent=1, ensure_ascii=False)

    def as_text(self) -> str:
        table = [self.header, *(tuple(_shown(cell) for cell in row) for row in self.rows)]
        widths = [max(len(row[index]) for row in table) for index in range(len(self.header))]
        numbers = [all(not isinstance(row[index], str) for row in self.rows) for index in range(len(self.header))]
        return "\n".join(
            "  ".join(
                cell.rjust(width) if number else cell.ljust(width)
                for cell, width, number in zip(row, widths, numbers, strict=True)
            ).rstrip()
            for row in table
        )


def _plain(cell: object) -> object:
    return f"{cell:f}" if isinstance(cell, Decimal) else cell


def _shown(cell: object) -> str:
    if cell is None:
        return ""
    return f"{cell:,}" if isinstance(cell, int | Decimal) else printable(str(cell))
