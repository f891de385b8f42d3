"""A query as SQL: columns from a fixed list, values bound. Knows nothing of what becomes of the answer.

Rows are summed once, by interval and groups, into `base`; groups and what is drawn of them are taken from those sums.
"""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from data.held import shown_names
from data.parts import PARTS
from data.query import Query, is_text
from data.resident import Resident
from data.sql import quoted
from data.usage import Usage

_Sums = TypeVar("_Sums")

OTHER, NONE, NOT_GROUPED = 0, -1, -2
"""Places of what is no value that is drawn: the rest, without a value, from an export that does not tell."""


class Asked:
    """What a query asks of a table of results."""

    def __init__(self, usage: Usage, query: Query, results: Resident) -> None:
        self._usage, self._query, self._results = usage, query, results
        self.measures = tuple(results.columns)
        self.columns = tuple(dict.fromkeys(results.columns.values()))
        """What is summed: measures that are equal row by row have one column."""
        has_total = any(part in self.measures for part in PARTS)
        self.named = (*self.measures, *(("total_tokens",) if has_total else ()))
        """Measures of an answer: sums of the columns, and of the parts."""
        self.values: dict[str, object] = {}
        """What `base` and `found` have to be given."""
        self._told = {
            "value": self._value(query.group_by),
            "known": self._known(query.group_by),
            "inner_value": self._value(query.subgroup),
            "inner_known": self._known(query.subgroup),
        }
        self._where = ["true"]
        for dimension, values in query.filters:
            self._where.append(self._one_of(f"{dimension}_kept", dimension, values))
        for dimension, values in query.without:
            self._where.append(f"NOT {self._one_of(f'{dimension}_left_out', dimension, values)}")

    def names(self, dimension: str | None) -> dict[str, str]:
        """What the values of a dimension are called, as far as the query wants names and there are any."""
        return shown_names(self._usage, self._query, dimension)

    def by_measure(self, sums: Iterable[_Sums]) -> dict[str, _Sums]:
        """Sums of `columns` by the measures that they are the sums of."""
        found = dict(zip(self.columns, sums, strict=True))
        return {name: found[column] for name, column in self._results.columns.items()}

    def base(self) -> str:
        """Rows of: tick, what tells groups apart, results, sums of `columns`; `ticks` has bucket, since, tick.

        Of a level, such as stored bytes, the latest bucket of each tick counts.
        """
        source = f"FROM {self._results.name} JOIN ticks USING (bucket) WHERE {' AND '.join(self._where)}"
        if self._is_level:
            latest = "CASE WHEN since = max(since) OVER (PARTITION BY tick) THEN usage_bytes END AS usage_bytes"
            source = f"FROM (SELECT * REPLACE ({latest}) {source})"
        # Constants are written where they are asked for: without them the grouping is one over small integers.
        told = {name: sql for name, sql in self._told.items() if not _is_constant(sql)}
        grouping = "".join(f", {sql}" for sql in told.values())
        named = "".join(f", {sql} AS {name}" for name, sql in told.items())
        sums = "".join(f", {self._sum(name)} AS sum_{name}" for name in self.columns)
        counted = f"count({'usage_bytes' if self._is_level else '*'})"
        if self._results.is_summed:
            counted = (
                f"coalesce(sum({'CASE WHEN usage_bytes IS NOT NULL THEN many END' if self._is_level else 'many'}), 0)"
            )
        return f"SELECT tick {named}, {counted}::BIGINT AS results {sums} {source} GROUP BY tick {grouping}"

    def _sum(self, name: str) -> str:
        return "0::HUGEINT" if name in self._results.zeros else f"sum({quoted(name)})"

    def groups(self) -> str:
        """Rows of: value, known, sums of `columns` over the whole time; of a level those that are left in the end."""
        return self._groups()

    def subgroups(self) -> str:
        """The same by the second dimension."""
        return self._groups("inner_")

    def within(self, kind: str) -> str:
        """The same, of one group: that of value `$group`, or of a kind."""
        value, known = self._base("value"), self._base("known")
        conditions = {
            "value": f"{value}::VARCHAR = $group",
            "none": f"{value} IS NULL AND {known}",
            "not grouped": f"{value} IS NULL AND NOT {known}",
        }
        return self._groups("inner_", conditions.get(kind, "true"))

    def _groups(self, prefix: str = "", where: str = "true") -> str:
        value, known = self._base(f"{prefix}value"), self._base(f"{prefix}known")
        last = "CASE WHEN tick = (SELECT max(tick) FROM base) THEN sum_{0} END" if self._is_level else "sum_{0}"
        sums = "".join(f", sum({last.format(name)})" for name in self.columns)
        return f"SELECT {value}::VARCHAR, {known} {sums} FROM base WHERE {where} GROUP BY {value}, {known}"

    def cells(self) -> str:
        """Rows of: tick, place, results, sums of `columns`. A value's place is that in `$shown`, from 1 on."""
        sums = "".join(f", sum(sum_{name})" for name in self.columns)
        place = self._place("$shown")
        return f"SELECT tick, {place} AS place, sum(results)::BIGINT {sums} FROM base GROUP BY tick, place"

    def subcells(self) -> str:
        """Rows of: tick, place, place of the subgroup in `$inner_shown`, the measure asked for."""
        place, inner = self._place("$shown"), self._place("$inner_shown", "inner_")
        size = self._size("sum(sum_{0})")
        return (
            f"SELECT tick, {place} AS place, {inner} AS inner_place, {size} FROM base GROUP BY tick, place, inner_place"
        )

    def found(self) -> str:
        """Rows of: value, how many there are: values of the group that contain `$text` or are `$named`, `$most`.

        The largest come first.
        """
        size = self._size("max({0})" if self._is_level else "sum({0})")
        where = " AND ".join((*self._where, self._known(self._query.group_by)))
        return f"""
            SELECT value::VARCHAR, count(*) OVER () FROM (
                SELECT {self._value(self._query.group_by)} AS value, {size} AS size
                FROM {self._results.name} WHERE {where} GROUP BY value
            )
            WHERE contains(lower(coalesce(value::VARCHAR, '')), lower($text))
                OR list_contains($named::VARCHAR[], value::VARCHAR)
            ORDER BY coalesce(size, 0) DESC, value::VARCHAR NULLS LAST LIMIT $most
        """

    def _base(self, name: str) -> str:
        """What `base` tells a group by."""
        return self._told[name] if _is_constant(self._told[name]) else name

    def _place(self, shown: str, prefix: str = "") -> str:
        value, known = self._base(f"{prefix}value"), self._base(f"{prefix}known")
        there = f"coalesce(list_position({shown}::VARCHAR[], {value}::VARCHAR), {OTHER})"
        return f"CASE WHEN {value} IS NOT NULL THEN {there} WHEN {known} THEN {NONE} ELSE {NOT_GROUPED} END"

    def _one_of(self, name: str, dimension: str, values: Sequence[str | None]) -> str:
        """Whether a row has one of the values; never unknown."""
        self.values[name] = [value for value in values if value is not None and is_text(value)]
        column = self._value(dimension)
        there = f"coalesce(list_contains(${name}::VARCHAR[], {column}::VARCHAR), false)"
        return f"({there} OR {column} IS NULL)" if None in values else there

    def _value(self, dimension: str | None) -> str:
        return quoted(dimension) if dimension in self._results.dimensions else "NULL::VARCHAR"

    def _known(self, dimension: str | None) -> str:
        """Whether a row's export was grouped by a dimension."""
        if dimension is None:
            return "true"
        if dimension == "organization":
            return "organization IS NOT NULL" if dimension in self._results.dimensions else "false"
        mine = [index for index, layer in enumerate(self._usage.layers) if layer.object == self._query.object]
        known = [index for index in mine if dimension in self._usage.layers[index].grouping]
        if len(known) in (0, len(mine)):
            return "true" if known else "false"
        return f"layer IN ({', '.join(map(str, known))})"

    @property
    def _is_level(self) -> bool:
        return "usage_bytes" in self.measures

    def _size(self, sql: str) -> str:
        """The measure asked for; null where none of its parts was reported."""
        measure = self._query.measure
        names = [name for name in (PARTS if measure == "total_tokens" else (measure,)) if name in self.measures]
        if not names:
            return "NULL::HUGEINT"
        columns = [self._results.columns[name] for name in names]
        sums = [sql.format(name if "sum_" in sql else quoted(name)) for name in columns]
        added = " + ".join(f"coalesce({each}, 0)::HUGEINT" for each in sums)
        return f"CASE WHEN coalesce({', '.join(sums)}) IS NOT NULL THEN {added} END"


def _is_constant(sql: str) -> bool:
    return sql in ("true", "false", "NULL::VARCHAR")
