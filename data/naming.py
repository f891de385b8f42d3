"""Names and teams for the ids of a usage, by mappings that people keep. Knows no file and no screen.

A row's team is that of its API key, else of its user, else of its project: the nearest one that has any.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, count
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from data.exports.draft import written
from data.exports.export import Export, Named, Problem
from data.overlap import Layer

TEAM = "team"
NAMED: tuple[str, ...] = ("project_id", "user_id", "api_key_id")
"""Dimensions whose values people give names."""
NEAREST: tuple[str, ...] = ("api_key_id", "user_id", "project_id")
"""Whose team a row's is, the first that has one."""

Names = dict[str, dict[str, str]]
"""Dimension → id → the name it is shown by; only ids of the usage, and no name twice in a dimension."""

BETWEEN = " · "
"""Between a name and what of the id is added to it."""
_TAIL = 6
"""Characters of an id, at its end, that tell it from another of the same name."""


class Naming(NamedTuple):
    """What became of the mappings: counts of ids, and of rows that were not taken."""

    given: int = 0
    """By the files of the dataset."""
    unused: int = 0
    """Of these, not in the data."""
    rejected: int = 0
    kept: int = 0
    """Ids of the data that only the mapping kept by the operator names."""
    is_lost: bool = False
    """Whether that one is there and says nothing, most likely since it could not be read."""


UNNAMED = Naming()


class Mapped(NamedTuple):
    """All mappings together."""

    names: dict[str, str]
    teams: dict[str, str]
    problems: tuple[Problem, ...]

    def over(self, kept: "Mapped") -> "Mapped":
        """These, and what they leave open as another has it."""
        return Mapped({**kept.names, **self.names}, {**kept.teams, **self.teams}, self.problems)


def mapped(exports: Iterable[Export]) -> Mapped:
    """The mappings of these files; of two names for one id the first counts, and a notice says so."""
    found = Mapped({}, {}, ())
    problems = []
    for export in exports:
        for row in export.mapping:
            for field, texts in (("name", found.names), ("team", found.teams)):
                text = getattr(row, field)
                if text and texts.setdefault(row.id, text) != text:
                    problems.append(_conflict(export.name, row, field))
    return found._replace(problems=tuple(problems))


def _conflict(file: str, row: Named, field: str) -> Problem:
    reason = f"is another {field} than this id was given before, which counts"
    return Problem("notice", file, row.place, field, written(getattr(row, field)), reason)


def ids(tables: Sequence[pa.Table]) -> dict[str, list[str]]:
    """Dimension → the ids that occur in any of the tables."""
    return {name: sorted({value for table in tables for value in _values(table[name])}) for name in NAMED}


def _values(column: pa.ChunkedArray) -> list[str]:
    found: list[str] = column.unique().drop_null().to_pylist()
    return found


def names_of(there: Mapping[str, Sequence[str]], given: Mapping[str, str]) -> Names:
    """The names of the ids that occur."""
    named = {name: told_apart(values, given) for name, values in there.items()}
    return {name: labels for name, labels in named.items() if labels}


def told_apart(values: Sequence[str], given: Mapping[str, str]) -> dict[str, str]:
    """The name of each id that has one; where several have the same, with some of the id: no two labels are alike."""
    called = Counter(given.get(value, value) for value in values)
    taken = set(called)
    labels = {}
    for value in values:
        name = given.get(value)
        if name is None:
            continue
        labels[value] = name if called[name] == 1 else next(each for each in _longer(name, value) if each not in taken)
        taken.add(labels[value])
    return labels


def _longer(name: str, value: str) -> Iterator[str]:
    tail = [f"{name}{BETWEEN}…{value[-_TAIL:]}"] if len(value) > _TAIL else []
    full = f"{name}{BETWEEN}{value}"
    return chain(tail, [full], (f"{full} ({number})" for number in count(2)))


# --- teams ---------------------------------------------------------------------------------------------------------


def with_team(rows: pa.Table, teams: Mapping[str, str]) -> pa.Table:
    """The rows with a column for their team."""
    found = pa.nulls(rows.num_rows, pa.string())
    for name in NEAREST:
        if not pa.types.is_null(rows[name].type) and teams:
            encoded = rows[name].unify_dictionaries().combine_chunks()
            of_id = pa.array([teams.get(value) for value in encoded.dictionary.to_pylist()], pa.string())
            found = pc.coalesce(found, of_id.take(encoded.indices))
    filled = found.null_count < len(found)
    return rows.append_column(TEAM, found.dictionary_encode() if filled else pa.nulls(rows.num_rows))


def exported(layer: Layer) -> Layer:
    """The layer by what its export was grouped by: a team comes from a mapping."""
    return layer._replace(grouping=tuple(name for name in layer.grouping if name != TEAM))


def knowing_team(
    layers: tuple[Layer, ...], there: Mapping[str, Sequence[str]], teams: Mapping[str, str]
) -> tuple[Layer, ...]:
    """The layers, of which those that are grouped by something that has teams can be grouped by them, too."""
    having = {name for name, values in there.items() if any(value in teams for value in values)}
    return tuple(
        layer._replace(grouping=(*layer.grouping, TEAM)) if having & set(layer.grouping) else layer for layer in layers
    )
