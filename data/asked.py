"""A query as SQL: columns from a fixed list, values bound. Knows nothing of what becomes of the answer.

Rows are summed once, by interval and groups (`base`); everything else is taken from those sums. A group's place is its
rank by the measure asked for, or one of the numbers below.
"""

from collections.abc import Sequence

from data.held import is_text
from data.parts import PARTS
from data.query import Query
from data.resident import Resident
from data.sql import quoted
from data.table import Usage

OTHER, NONE, NOT_GROUPED = 0, -1, -2
"""Places of what is no value of its own: beyond the largest, without a value, from an export that tells none."""


class Asked:
    """What a query asks of a table of results."""

    def __init__(self, usage: Usage, query: Query, results: Resident, shown: int) -> None:
        self._usage, self._query, self._results = usage, query, results
        self.measures = results.measures
        has_total = any(part in self.measures for part in PARTS)
        self.named = (*self.measures, *(("total_tokens",) if has_total else ()))
        """Measures of an answer: sums of the columns, and of the parts."""
        self.values: dict[str, object] = {"shown": shown}
        self._where = ["true"]
        for dimension, values in query.filters:
            self._where.append(self._one_of(f"{dimension}_kept", dimension, values))
        for dimension, values in query.without:
            self._where.append(f"NOT {self._one_of(f'{dimension}_left_out', dimension, values)}")

    @property
    def condition(self) -> str:
        return " AND ".join(self._where)

    def totals(self) -> str:
        """Rows of: what, tick, place, inner place, value, how many, the measure asked for, sums of `measures`.

        `group` all groups · `cell` what is drawn per tick · `inner` subgroups as drawn · `subcell` both, per tick.
        """
        sums = self._each("sum(sum_{0})::HUGEINT")
        size = self._size("sum(sum_{0})")
        parts = [
            f"SELECT 'group', NULL, place, NULL, value, results, NULL::HUGEINT {self._each('sum_{0}')} FROM places",
            f"SELECT 'cell', tick, place, NULL, NULL, sum(results), NULL {sums} FROM placed GROUP BY tick, place",
        ]
        if self._query.subgroup:
            parts += [
                f"""SELECT 'inner', NULL, NULL, place, CASE WHEN place <> {OTHER} THEN any_value(value) END, count(*),
                NULL {sums} FROM inner_places GROUP BY place""",
                f"""SELECT 'subcell', tick, place, inner_place, NULL, NULL, {size} {self._each("NULL::HUGEINT")}
                FROM placed GROUP BY tick, place, inner_place""",
            ]
        return f"WITH {self._base}, {self._placed} {' UNION ALL '.join(parts)}"

    def opened(self, kind: str, value: str | None) -> str:
        """Rows of: place, value, sums of `measures`: all subgroups of one group."""
        condition = {"none": "value IS NULL AND known", "not grouped": "value IS NULL AND NOT known"}
        del self.values["shown"]
        if kind == "value":
            self.values["group"] = value
        return f"""
            WITH {self._base}
            SELECT {_unnamed("inner_value", "inner_known")}, inner_value::VARCHAR
            {self._each("sum({1})::HUGEINT")}
            FROM base WHERE {condition.get(kind, "value::VARCHAR = $group")} GROUP BY inner_value, inner_known
        """

    def found(self) -> str:
        """Rows of: value, how many there are: values of the group that contain `$text`, largest first."""
        del self.values["shown"]
        size = self._size("max({0})" if self._is_level else "sum({0})")
        return f"""
            SELECT value::VARCHAR, count(*) OVER () FROM (
                SELECT {self._value(self._query.group_by)} AS value, {size} AS size FROM {self._results.name}
                WHERE {self.condition} AND {self._known(self._query.group_by)} GROUP BY value
            )
            WHERE contains(lower(coalesce(value::VARCHAR, '')), lower($text))
            ORDER BY coalesce(size, 0) DESC, value::VARCHAR NULLS LAST LIMIT $most
        """

    @property
    def _base(self) -> str:
        """Sums by tick and groups; of a level, such as stored bytes, those of the latest bucket of each tick."""
        columns = "".join(f", {quoted(name)}" for name in self.measures)
        if self._is_level:
            columns = ", CASE WHEN since = max(since) OVER (PARTITION BY tick) THEN usage_bytes END AS usage_bytes"
        return f"""
            asked AS (
                SELECT tick, {self._value(self._query.group_by)} AS value, {self._known(self._query.group_by)} AS known,
                {self._value(self._query.subgroup)} AS inner_value, {self._known(self._query.subgroup)} AS inner_known
                {columns}
                FROM {self._results.name} JOIN ticks USING (bucket) WHERE {self.condition}
            ),
            base AS MATERIALIZED (
                SELECT tick, value, known, inner_value, inner_known, count({self._counted}) AS results {self._sums}
                FROM asked GROUP BY tick, value, known, inner_value, inner_known
            )"""

    @property
    def _placed(self) -> str:
        """Groups with their places, and the sums in those places."""
        if not self._query.subgroup:
            return f"""
            places AS ({self._places("value", "known")}),
            placed AS (
                SELECT base.*, place FROM base JOIN places
                ON places.value IS NOT DISTINCT FROM base.value::VARCHAR AND places.known = base.known
            )"""
        return f"""
            places AS ({self._places("value", "known")}),
            inner_places AS ({self._places("inner_value", "inner_known")}),
            placed AS (
                SELECT base.*, places.place, inner_places.place AS inner_place FROM base
                JOIN places ON places.value IS NOT DISTINCT FROM base.value::VARCHAR AND places.known = base.known
                JOIN inner_places ON inner_places.value IS NOT DISTINCT FROM base.inner_value::VARCHAR
                AND inner_places.known = base.inner_known
            )"""

    def _places(self, value: str, known: str) -> str:
        """Every group over the whole time: the largest have a place of their own, and a last one that is alone."""
        size = f"coalesce({self._size(f'sum({self._overall})')}, 0)"
        return f"""
            SELECT * EXCLUDE (rank, many), CASE WHEN value IS NULL THEN {_unnamed("value", "known")}
                WHEN rank <= $shown OR many <= $shown + 1 THEN rank ELSE {OTHER} END AS place
            FROM (
                SELECT {value}::VARCHAR AS value, {known} AS known, sum(results) AS results
                {self._each("sum({1})::HUGEINT AS sum_{0}")},
                row_number() OVER (PARTITION BY {value} IS NULL ORDER BY {size} DESC, {value}::VARCHAR) AS rank,
                count({value}) OVER () AS many
                FROM base GROUP BY {value}, {known}
            )"""

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

    @property
    def _counted(self) -> str:
        return "usage_bytes" if self._is_level else "*"

    @property
    def _sums(self) -> str:
        return "".join(f", sum({quoted(name)})::HUGEINT AS sum_{name}" for name in self.measures)

    def _each(self, sql: str) -> str:
        """For each measure; {1} is what it adds to the whole time."""
        return "".join(f", {sql.format(name, self._overall.format(name))}" for name in self.measures)

    @property
    def _overall(self) -> str:
        """What a sum of one tick adds to the whole time: of a level only the last one does."""
        return "CASE WHEN tick = (SELECT max(tick) FROM base) THEN sum_{0} END" if self._is_level else "sum_{0}"

    def _size(self, sql: str) -> str:
        """The measure asked for; nothing where none of its parts was reported."""
        measure = self._query.measure
        names = [name for name in (PARTS if measure == "total_tokens" else (measure,)) if name in self.measures]
        if not names:
            return "NULL::HUGEINT"
        sums = [sql.format(name) for name in names]
        added = " + ".join(f"coalesce({each}, 0)" for each in sums)
        return f"CASE WHEN coalesce({', '.join(sums)}) IS NOT NULL THEN {added} END"


def _unnamed(value: str, known: str) -> str:
    return f"CASE WHEN {value} IS NULL THEN CASE WHEN {known} THEN {NONE} ELSE {NOT_GROUPED} END END"
