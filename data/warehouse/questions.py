"""What is asked of results that lie elsewhere, as SQL that every engine runs alike: sums by interval and dimensions.

Names come from fixed lists, numbers of ours are written out, texts are bound. What engines read differently is not in
it: no quoted literal, no alias that is also a column, no sum that can leave 64 bits unless it is a decimal, nothing but
plain columns in a grouping.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from data.exports.export import COUNTS
from data.naming import NEAREST, TEAM
from data.parts import PARTS
from data.query import Filters, Values, is_text
from data.usage import DIMENSIONS

SHARES: dict[str, str] = {
    "input_image_tokens": "uncached_input",
    "input_cached_image_tokens": "cached_input",
    "input_cached_audio_tokens": "audio_input",
    "output_image_tokens": "output",
}
"""Shares that are told beside their whole; row by row, no more of one counts than there is of the other."""

_COLUMNS = frozenset((*DIMENSIONS, "generation"))
_MEASURES = frozenset((*COUNTS, *PARTS, "total_tokens"))
_MOST = 2**63


class Reading(NamedTuple):
    """One question to the results. Hashable, so that answers are kept by it."""

    object: str
    start: int
    end: int
    """Unix seconds; of the buckets that begin from start to end."""
    dimensions: tuple[str, ...]
    measures: tuple[str, ...]
    filters: Filters = ()
    without: Filters = ()
    choices: tuple[int, ...] | None = None
    """Classes of contested rows that answer; None: nothing is contested."""
    edges: tuple[int, ...] = ()
    """Starts of the intervals to sum by, and the end of the last; none: by bucket."""
    apart: bool = False
    """By each dimension for itself, over the whole time."""
    cut: bool = False
    """Whether SHARES are cut to their whole."""

    def is_apart_from(self, other: "Reading") -> bool:
        """Whether no row can answer both, so that one query can ask for both."""
        return self.object != other.object or self.end <= other.start or other.end <= self.start


class Question:
    """SQL for readings that no row answers two of; its columns are those of `columns`."""

    def __init__(
        self,
        readings: Sequence[Reading],
        source: str,
        sums: Mapping[str, int],
        teams: Mapping[str, str],
        most: int,
    ) -> None:
        self.values: dict[str, str | int] = {}
        """What is bound."""
        self._readings, self._source, self._sums, self._teams, self._most = readings, source, sums, teams, most
        self._dimensions = max(len(each.dimensions) for each in readings)
        self.measures = tuple(dict.fromkeys(name for each in readings for name in each.measures))
        assert self._are_known()  # noqa: S101  # no other name may get into SQL
        self.sql = self._apart() if readings[0].apart else self._summed()

    def _are_known(self) -> bool:
        named = {name for each in self._readings for name in each.dimensions}
        named |= {name for each in self._readings for name, _ in (*each.filters, *each.without)}
        return named <= _COLUMNS and set(self.measures) <= _MEASURES

    # --- forms -----------------------------------------------------------------------------------------------------

    def _summed(self) -> str:
        """Columns: since, layer, question where there are several, d0 …, many, s0 …; by bucket its number and end."""
        by_bucket = not self._readings[0].edges
        columns = {"since": self._since(), "layer": "layer"}
        columns |= {"question": self._which()} if len(self._readings) > 1 else {}
        columns |= {"place": "bucket", "until": "end_time"} if by_bucket else {}
        columns |= {f"d{at}": self._value(at) for at in range(self._dimensions)}
        inner = ", ".join(sql if sql == name else f"{sql} AS {name}" for name, sql in columns.items())
        groups = ", ".join(columns)
        return (
            f"SELECT {groups}, count(*) AS many {self._totals()} FROM ("
            f"SELECT {inner} {self._amounts()} FROM {self._source} WHERE {self._where()}"
            f") AS asked GROUP BY {groups} LIMIT {self._most + 1}"
        )

    def _apart(self) -> str:
        """Columns: layer, d0 …, g0 …, many, s0 …; `g` is 0 where a row is of that dimension.

        Summed by all dimensions first: grouping sets of every row would be that many rows times their number.
        """
        places = range(self._dimensions)
        inner = ", ".join(f"{self._value(at)} AS d{at}" for at in places)
        groups = ", ".join(["layer", *(f"d{at}" for at in places)])
        outer = ", ".join([*(f"d{at}" for at in places), *(f"grouping(d{at}) AS g{at}" for at in places)])
        sets = ", ".join(f"(layer, d{at})" for at in places)
        return (
            f"SELECT layer, {outer}, cast(sum(counted) AS bigint) AS many {self._totals('b', 's')} FROM ("
            f"SELECT {groups}, count(*) AS counted {self._totals('a', 'b')} FROM ("
            f"SELECT layer, {inner} {self._amounts()} FROM {self._source} WHERE {self._where()}"
            f") AS asked GROUP BY {groups}) AS summed GROUP BY GROUPING SETS ({sets}) LIMIT {self._most + 1}"
        )

    # --- pieces ----------------------------------------------------------------------------------------------------

    def _which(self) -> str:
        """The place of the reading that a row answers."""
        return _case((self._belongs(each), str(at)) for at, each in enumerate(self._readings))

    def _since(self) -> str:
        """Where the interval of a row begins."""
        if len(self._readings) == 1:
            return _interval(self._readings[0].edges)
        return _case((self._belongs(each), _interval(each.edges)) for each in self._readings)

    def _value(self, at: int) -> str:
        columns = [self._column(each.dimensions[at]) if at < len(each.dimensions) else "" for each in self._readings]
        if len(set(columns)) == 1:
            return columns[0]
        named = [(self._belongs(each), column) for each, column in zip(self._readings, columns, strict=True) if column]
        return _case(named)

    def _belongs(self, reading: Reading) -> str:
        """Whether a row is of a reading's kind and time."""
        kind = self._bound(reading.object)
        return f"object = {kind} AND start_time >= {reading.start} AND start_time < {reading.end}"

    def _where(self) -> str:
        return " OR ".join(f"({self._conditions(each)})" for each in self._readings)

    def _conditions(self, reading: Reading) -> str:
        conditions = [self._belongs(reading)]
        if reading.choices is not None:
            some = f" OR choice IN ({', '.join(map(str, reading.choices))})" if reading.choices else ""
            conditions.append(f"(choice IS NULL{some})")
        conditions += [self._one_of(name, values) for name, values in reading.filters]
        conditions += [self._none_of(name, values) for name, values in reading.without]
        return " AND ".join(conditions)

    def _one_of(self, name: str, values: Values) -> str:
        column = self._column(name)
        texts = [value for value in values if value is not None and is_text(value)]
        found = [f"{column} IN ({', '.join(map(self._bound, texts))})"] if texts else []
        found += [f"{column} IS NULL"] if None in values else []
        return f"({' OR '.join(found)})" if found else "1 = 0"

    def _none_of(self, name: str, values: Values) -> str:
        column = self._column(name)
        texts = [value for value in values if value is not None and is_text(value)]
        found = f"{column} NOT IN ({', '.join(map(self._bound, texts))})" if texts else "1 = 1"
        return f"({column} IS NOT NULL AND {found})" if None in values else f"({column} IS NULL OR {found})"

    def _column(self, name: str) -> str:
        return self._team() if name == TEAM else name

    def _team(self) -> str:
        """The team of the nearest id that has one."""
        by_team: dict[str, list[str]] = {}
        for each, team in sorted(self._teams.items()):
            by_team.setdefault(team, []).append(each)
        if not by_team:
            return "nullif(model, model)"
        named = [(", ".join(map(self._bound, some)), self._bound(team)) for team, some in by_team.items()]
        nearest = ", ".join(_case((f"{column} IN ({some})", team) for some, team in named) for column in NEAREST)
        return f"coalesce({nearest})"

    def _amounts(self) -> str:
        return "".join(f", {self._amount(name)} AS a{at}" for at, name in enumerate(self.measures))

    def _amount(self, name: str) -> str:
        if self._readings[0].cut and name in SHARES:
            return f"least(coalesce({name}, 0), coalesce({SHARES[name]}, 0))"
        return name

    def _totals(self, given: str = "a", named: str = "s") -> str:
        """Sums in 64 bits where all rows together stay within them, else in 38 decimal digits."""
        return "".join(
            f", cast(sum({given}{at}) AS bigint) AS {named}{at}"
            if self._sums.get(name, _MOST) < _MOST
            else f", cast(sum(cast({given}{at} AS decimal(38, 0))) AS decimal(38, 0)) AS {named}{at}"
            for at, name in enumerate(self.measures)
        )

    def _bound(self, text: str) -> str:
        """A name for a text, the same for the same one."""
        for name, value in self.values.items():
            if value == text:
                return f":{name}"
        self.values[f"v{len(self.values)}"] = text
        return f":v{len(self.values) - 1}"


def listed(reading: Reading, source: str, teams: Mapping[str, str], columns: Sequence[str], most: int) -> Question:
    """The rows themselves, the earliest `most` of them."""
    question = Question([reading], source, {}, teams, most)
    named = ", ".join(columns)
    question.sql = f"SELECT {named} FROM {source} WHERE {question._where()} ORDER BY start_time, bucket LIMIT {most}"
    return question


def _case(branches: Iterable[tuple[str, str]]) -> str:
    whens = " ".join(f"WHEN {condition} THEN {value}" for condition, value in branches)
    return f"CASE {whens} END"


def _interval(edges: Sequence[int]) -> str:
    """The start of a row's interval, by arithmetic within each run of intervals of one length."""
    if not edges:
        return "start_time"
    runs: list[tuple[int, int, int]] = []
    for start, end in pairwise(edges):
        if runs and runs[-1][1] == end - start:
            runs[-1] = (runs[-1][0], end - start, end)
        else:
            runs.append((start, end - start, end))
    starts = [f"start_time - (start_time - {start}) % {length}" for start, length, _ in runs]
    if len(runs) == 1:
        return starts[0]
    return _case((f"start_time < {end}", sql) for (_, _, end), sql in zip(runs, starts, strict=True))
