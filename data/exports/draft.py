"""An export while it is being read: its rows, its buckets and its problems so far."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal, NamedTuple

import pyarrow as pa

from data.exports.columns import Integers, Names, Table, cost_table, empty_table, text_array, usage_table
from data.exports.export import BUCKET_SCHEMA, COST_TEXTS, Export, Named, Problem
from data.exports.names import shortened
from data.exports.widths import Span, width_notices
from data.models import Result

MOST_VALUES = 250_000
"""Different values of a dimension that one file may hold, as all files together that are shown at once."""

Kind = Literal["rejected", "unread", "notice"]


class Mark(NamedTuple):
    """A point to which a draft can be taken back."""

    usage: int
    costs: int
    buckets: int
    problems: int
    unknown_fields: Counter[str]
    unknown_objects: Counter[str]
    prefix: str


class Draft:
    """Everything a format's reader has to tell.

    `prefix` stands before each place: the archive's member and the line of the document being read.
    """

    def __init__(self, name: str, progress: Callable[[float], None] | None = None) -> None:
        self.name = name
        self.prefix = ""
        self.formats: list[str] = []
        self.problems: list[Problem] = []
        self.unknown_fields: Counter[str] = Counter()
        self.unknown_objects: Counter[str] = Counter()
        self.usage = usage_table()
        self.costs = cost_table()
        self.buckets: list[Span] = []
        self.mapping: list[Named] = []
        self.unmapped = 0
        self.progress = progress
        self.base, self.share = 0.0, 1.0  # the part of the progress that the member being read stands for

    def advance(self, fraction: float) -> None:
        """Tell how far the member being read has come."""
        if self.progress:
            self.progress(min(self.base + self.share * fraction, 1.0))

    def problem(
        self, kind: Kind, place: str, reason: str, *, field: str = "", value: Any = ..., count: int = 1
    ) -> None:
        place = shortened(self.prefix + place, 400).removesuffix(": ")
        shown = "" if value is ... else written(value)
        self.problems.append(Problem(kind, self.name, place, shortened(field), shown, reason, count))

    def bucket(self, span: Span) -> int:
        """Its number."""
        self.buckets.append(span._replace(place=shortened(self.prefix + span.place, 400).removesuffix(": ")))
        return len(self.buckets) - 1

    def rows(self, kind: str, buckets: Sequence[int], columns: dict[str, Sequence[Any]]) -> None:
        """Valid results of one kind, column by column, with their buckets; what has a value too many is rejected."""
        table = self.costs if kind == "costs" else self.usage
        known = {name: columns[name] for name in columns if name in table.columns and name != "object"}
        if beyond := self._beyond(table, known):
            self._reject(beyond, buckets, known)
            kept = [row for row in range(len(buckets)) if row not in beyond]
            buckets, known = _only(kept, buckets), {name: _only(kept, values) for name, values in known.items()}
            if not kept:
                return
        if kind != "costs":
            self.usage.objects.repeat(kind, len(buckets))
        table.extend(len(buckets), {"bucket": buckets, **known})

    def _beyond(self, table: Table, columns: Mapping[str, Sequence[Any]]) -> dict[int, str]:
        """Rows that have one value too many of a dimension, and of which."""
        found: dict[int, str] = {}
        for name, values in columns.items():
            if isinstance(column := table.columns[name], Names):
                found |= dict.fromkeys(column.beyond(values, MOST_VALUES), name)
        return found

    def _reject(self, beyond: Mapping[int, str], buckets: Sequence[int], columns: Mapping[str, Sequence[Any]]) -> None:
        reason = f"is one value more than the {MOST_VALUES:,} that one file may hold"
        for field, count in Counter(beyond.values()).items():
            row = next(row for row, name in beyond.items() if name == field)
            place, value = self.buckets[buckets[row]].place, written(columns[field][row])
            self.problems.append(Problem("rejected", self.name, place, field, value, reason, count))

    def mark(self) -> Mark:
        lengths = self.usage.length, self.costs.length, len(self.buckets), len(self.problems)
        return Mark(*lengths, self.unknown_fields.copy(), self.unknown_objects.copy(), self.prefix)

    def go_back(self, mark: Mark) -> None:
        """Forget all that was read since."""
        self.usage.cut(mark.usage)
        self.costs.cut(mark.costs)
        del self.buckets[mark.buckets :]
        del self.problems[mark.problems :]
        self.prefix = mark.prefix
        self.unknown_fields, self.unknown_objects = mark.unknown_fields.copy(), mark.unknown_objects.copy()

    def name_empty_buckets(self, since: int, hint: str | None = None) -> None:
        """Empty buckets are of the kind of their neighbours, if these are all of one; without any, of the hinted."""
        kinds = {span.kind for span in self.buckets[since:]} - {None} or {hint} - {None}
        if len(kinds) == 1:
            kind = kinds.pop()
            self.buckets[since:] = [span if span.kind else span._replace(kind=kind) for span in self.buckets[since:]]

    def export(self, content: Any, organization: str) -> Export:
        self.prefix = ""
        for notice in width_notices(self.buckets):
            place, field, value, reason, count = notice
            self.problem("notice", place, reason, field=field, value=value, count=count)
        return Export(
            name=self.name,
            format=", ".join(dict.fromkeys(self.formats)),
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            results=self.usage.arrow(),
            costs=self.costs.arrow(),
            buckets=_bucket_table(self.buckets),
            problems=tuple(self.problems),
            unknown_fields=dict(self.unknown_fields),
            unknown_objects=dict(self.unknown_objects),
            organization=organization,
            mapping=tuple(self.mapping),
            unmapped=self.unmapped,
        )


def _only(rows: Sequence[int], values: Sequence[Any]) -> Sequence[Any]:
    return [values[row] for row in rows]


def cost_columns(rows: Sequence[Any]) -> dict[str, Sequence[Any]]:
    """Validated costs results, with `amount` taken apart."""
    columns: dict[str, Sequence[Any]] = {
        name: [getattr(row, name) for row in rows] for name in (*COST_TEXTS, "quantity") if name != "currency"
    }
    columns["amount"] = [row.amount.value if row.amount else None for row in rows]
    columns["currency"] = [row.amount.currency if row.amount else None for row in rows]
    return columns


def written(value: Any) -> str:
    """A value as JSON, at most 80 characters of it."""
    if isinstance(value, (dict, list, tuple)):
        return "{…}" if isinstance(value, dict) else "[…]"
    if isinstance(value, Decimal):
        return shortened(str(value))
    if isinstance(value, str):
        value = value[:100]
    elif isinstance(value, int) and not isinstance(value, bool):
        return shortened(str(value) if abs(value) < 10**100 else "an integer of more than 100 digits")
    return shortened(json.dumps(value, ensure_ascii=False, default=str))


def _bucket_table(buckets: Sequence[Span]) -> pa.Table:
    if not buckets:
        return empty_table(BUCKET_SCHEMA)
    kinds = Names()
    kinds.extend([span.kind for span in buckets])
    none_known = not kinds.codes.texts
    times = {"start_time": Integers("q"), "end_time": Integers("q"), "results": Integers("i")}
    for name, column in times.items():
        column.extend([getattr(span, name) for span in buckets])
    objects = pa.nulls(len(buckets), BUCKET_SCHEMA.field("object").type) if none_known else kinds.arrow()
    arrays = [*(column.arrow() for column in times.values()), objects, text_array([span.place for span in buckets])]
    return pa.Table.from_arrays(arrays, schema=BUCKET_SCHEMA)


def rows_of(kind: str, results: Sequence[Result]) -> dict[str, Sequence[Any]]:
    """The columns of validated results of one kind."""
    if kind == "costs":
        return cost_columns(results)
    names = [name for name in type(results[0]).model_fields if name != "object"]
    rows = [vars(each) for each in results]  # twice as fast as asking for each attribute
    return {name: [row[name] for row in rows] for name in names}
