"""A usage whose results stay where they lie: all that is small is here, an engine sums up the rest."""

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.engines import PATIENCE, Engine, EngineError, Running, at
from data.engines.flights import Flight, Flights
from data.exports import Export
from data.naming import NAMED, TEAM, Naming, knowing_team, mapped, names_of, with_team
from data.overlap import Mask
from data.store.settings import from_environment as store_settings
from data.usage import Usage
from data.warehouse.append import read_state
from data.warehouse.location import Location
from data.warehouse.manifest import Choice, State, latest_number
from data.warehouse.questions import Question, Reading, listed

MOST_ROWS = 2_000_000
"""Of one answer. More is not what anyone reads, but a sign that the question is too fine."""
MOST_RESULTS = 1_000_000
"""Of the results behind a view, as files."""

_TOO_MANY = (
    f"The answer has more than {MOST_ROWS:,} rows, so it is not shown: choose a shorter period, a wider interval or a "
    "filter."
)


@dataclass(frozen=True)
class Warehouse(Usage):
    """Its `results` are a summary: per bucket and layer, how many `rows` there are."""

    engine: Engine = field(kw_only=True, repr=False)
    choices: tuple[Choice, ...] = field(kw_only=True, repr=False)
    sums: Mapping[str, int] = field(kw_only=True, repr=False)
    """Measure → what no sum exceeds."""
    teams: Mapping[str, str] = field(kw_only=True, repr=False)
    occurring: Mapping[str, Sequence[str]] = field(kw_only=True, repr=False)
    """Dimension → ids."""
    seconds: float = field(kw_only=True)
    """A question may take."""
    identity: str = field(kw_only=True)
    """Another one for each state."""

    def chosen(self, asked: frozenset[str], width: int) -> Mask:
        place = pc.fill_null(self.results["choice"], -1).to_numpy()
        counts = np.array([*(choice.counts(asked, width) for choice in self.choices), True], bool)
        found: Mask = counts[place]
        return found

    def count(self, rows: Mask) -> int:
        return int(self.results["rows"].to_numpy()[rows].sum())

    def has_any(self, measure: str) -> bool:
        return bool(self.sums.get(measure))

    def ids(self) -> dict[str, Sequence[str]]:
        return {name: self.occurring[name] for name in NAMED if name in self.occurring}

    def choosing(self, asked: frozenset[str], width: int) -> tuple[int, ...] | None:
        """The classes of contested rows that answer a question."""
        if not self.contested:
            return None
        return tuple(at for at, choice in enumerate(self.choices) if choice.counts(asked, width))

    @cached_property
    def _flights(self) -> Flights[Reading]:
        return Flights(self._fetch, self.seconds)

    def ask(self, reading: Reading) -> pa.Table:
        """Rows of: since, layer, place (bucket) and until where it is by bucket, dimensions, many, measures.

        many: how many results were summed. Of `apart` there is no since, and `of` names the dimension of a row's value.
        """
        if reading.start >= reading.end:
            return _named(pa.table({}), reading)
        return self._flights.ask(reading)

    def asking(self, readings: Sequence[Reading]) -> list[Flight[Reading]]:
        """Starts what is not known, in as few queries as may be; `left` has to follow."""
        return self._flights.join(_together([each for each in readings if each.start < each.end]))

    def left(self, flights: Sequence[Flight[Reading]]) -> None:
        """Stops what nobody else waits for."""
        self._flights.leave(flights)

    def behind(self, reading: Reading, columns: Sequence[str]) -> pa.Table:
        """Results themselves, at most MOST_RESULTS, the earliest."""
        lying = self.engine.within(reading.start, reading.end)
        question = listed(reading, lying, self.teams, columns, MOST_RESULTS)
        return self.engine.run(question.sql, question.values, Running(self.seconds))

    def _fetch(self, readings: Sequence[Reading], running: Running) -> dict[Reading, pa.Table]:
        lying = self.engine.within(min(each.start for each in readings), max(each.end for each in readings))
        question = Question(readings, lying, self.sums, self.teams, MOST_ROWS)
        rows = self.engine.run(question.sql, question.values, running)
        if rows.num_rows > MOST_ROWS:
            raise EngineError(_TOO_MANY)
        if len(readings) == 1:
            return {readings[0]: _named(rows, readings[0], question.measures)}
        of = rows["question"].to_numpy()
        return {
            each: _named(rows.filter(pa.array(of == place)), each, question.measures)
            for place, each in enumerate(readings)
        }


class Settings(NamedTuple):
    """What the operator decides."""

    source: str
    """The location; empty where there is none."""
    engine: str = ""
    table: str = ""
    seconds: float = PATIENCE
    cache: Path | None = None
    """A folder for copies of what lies on an object store, for the embedded engine."""


def from_environment(environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings by their USAGE_ variables; raises EngineError about one that means nothing."""
    text = environ.get("USAGE_ENGINE_SECONDS", "").strip() or str(PATIENCE)
    if not re.fullmatch(r"\d{1,5}(\.\d+)?", text, re.ASCII) or not float(text):
        raise EngineError("USAGE_ENGINE_SECONDS is set to something that is no number of seconds.")
    folder = store_settings(environ).cache
    return Settings(
        environ.get("USAGE_SOURCE", "").strip(),
        environ.get("USAGE_ENGINE", "").strip(),
        environ.get("USAGE_TABLE", "").strip(),
        float(text),
        folder / "warehouse" if folder else None,
    )


def opened(settings: Settings, kept: Export | None = None) -> Warehouse:
    """The warehouse, asked by its engine; raises LocationError or EngineError with a sentence.

    kept: the operator's names.
    """
    location, engine, cache = Location(settings.source), settings.engine, settings.cache
    state = read_state(location)
    if not state.manifest.days:
        raise EngineError("There is no usage in the warehouse yet: add some with python -m data export.")
    names = [day.name for day in state.manifest.days.values()]
    if not engine and not location.is_folder and cache is not None:
        files = location.copied(names, cache)
    else:
        files = [location.path(name) for name in names]
    running = at(engine, files, settings.table)
    held = running.run(f"SELECT count(*) AS many FROM {running.source}", {})["many"][0].as_py()  # noqa: S608
    if held != state.manifest.rows:
        raise EngineError(f"The engine has {held:,} of the {state.manifest.rows:,} results of the warehouse.")
    return _warehouse(state, running, kept, settings.seconds, f"{location.url}#{state.manifest.number}")


def number(settings: Settings) -> int:
    """Which state is the last: another one needs to be opened anew."""
    return latest_number(Location(settings.source)) or 0


def _warehouse(state: State, engine: Engine, kept: Export | None, seconds: float, identity: str) -> Warehouse:
    manifest, usage = state
    own, operators = Export("", "", 0, "", mapping=manifest.mapping), mapped([kept] if kept else [])
    found = mapped([own]).over(operators)
    occurring = {each for ids in manifest.ids.values() for each in ids}
    given = {row.id for row in manifest.mapping}
    parts = {name: getattr(usage, name) for name in usage.__dataclass_fields__ if name != "memo"}
    return replace(
        Warehouse(
            **parts,
            engine=engine,
            choices=manifest.choices,
            sums=manifest.sums,
            teams=found.teams,
            occurring=manifest.ids,
            seconds=seconds,
            identity=identity,
        ),
        costs=with_team(usage.costs.drop_columns([TEAM]), found.teams),
        layers=knowing_team(usage.layers, manifest.ids, found.teams),
        cost_layers=knowing_team(usage.cost_layers, manifest.ids, found.teams),
        names=names_of(manifest.ids, found.names),
        naming=Naming(
            given=len(given),
            unused=len(given - occurring),
            rejected=usage.naming.rejected,
            kept=len(occurring & (operators.names.keys() | operators.teams.keys()) - given),
            is_lost=kept is not None and not kept.mapping,
        ),
    )


def _together(readings: Sequence[Reading]) -> list[list[Reading]]:
    """Readings in groups that one query can answer."""
    groups: list[list[Reading]] = []
    for each in dict.fromkeys(readings):
        fitting = (
            group for group in groups if all(each.is_apart_from(other) and _is_alike(each, other) for other in group)
        )
        group = next(fitting, None)
        if group is None:
            groups.append([each])
        else:
            group.append(each)
    return groups


def _is_alike(one: Reading, two: Reading) -> bool:
    return not one.apart and not two.apart and one.cut == two.cut and bool(one.edges) == bool(two.edges)


def _named(rows: pa.Table, reading: Reading, measures: Sequence[str] = ()) -> pa.Table:
    """An engine's columns under the names that the usage has for them."""
    many = rows.num_rows
    columns: dict[str, pa.ChunkedArray] = {}
    for name in ("since", "layer", "place", "until", "many"):
        if name in rows.column_names:
            columns[name] = rows[name].cast(pa.int64())
    if reading.apart:
        of = [rows[f"g{place}"].cast(pa.int64()).to_numpy() for place in range(len(reading.dimensions))]
        columns["of"] = pa.array(np.argmin(np.stack(of), axis=0)) if of else pa.nulls(many)
    for place, name in enumerate(reading.dimensions):
        column = rows[f"d{place}"] if f"d{place}" in rows.column_names else pa.chunked_array([pa.nulls(many)])
        columns[name] = column.cast(pa.string()).dictionary_encode()
    for name in reading.measures:
        columns[name] = rows[f"s{measures.index(name)}"] if name in measures else pa.nulls(many, pa.int64())
    if not many:
        columns = {name: pa.array([], pa.int64()) for name in ("since", "layer", "place", "until", "many")} | columns
    return pa.table(columns)
