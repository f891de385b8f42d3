"""The questions that the page asks most, beside pandas, polars and a floor in numpy.

    python -m benchmarks.queries                 # 0.5, 2.5 and 10 million rows
    python -m benchmarks.queries --rows 500000   # the quick run

All ways hold the same rows in memory, dimensions as categories, and answer with the sums of all measures: by group over
the period, and by interval for the seven largest groups. The ways take turns, question by question; medians are shown.
Only this dashboard's sums are exact at any size: those of the others wrap beyond 2^63, and the floor's are floats.
"""

import argparse
import importlib.metadata
import statistics
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import polars as pl

from data.engine import SHOWN, total
from data.held import extent, measures
from data.query import Query
from data.table import tidy
from data.usage import Usage
from data.zones import utc
from tests.store.made import many

PROJECTS = ("project_id_0001", "project_id_0004")
QUESTIONS: dict[str, Query] = {
    "parts over time": Query(interval="week"),
    "by model": Query(group_by="model", interval="week"),
    "by user, 90 days": Query(group_by="user_id", period="90d", interval="day"),
    "by key, two projects": Query(group_by="api_key_id", interval="week", filters=(("project_id", PROJECTS),)),
    "by project and model": Query(group_by="project_id", subgroup="model", interval="week"),
}
MOST = {"pandas": 0.7, "polars": 1.5}
"""Times what these take, for all questions together."""

Way = Callable[[Query], Any]


class Data(NamedTuple):
    """One set of rows, as each way wants them."""

    usage: Usage
    frame: pd.DataFrame
    rows: pl.DataFrame
    measures: list[str]

    def since(self, query: Query) -> Any:
        """The first moment of the period."""
        found = extent(self.usage, query.object)
        return utc(found[1] - 86400 * 90 if query.period == "90d" else found[0]) if found else None


def made(rows: int) -> Data:
    usage = tidy(many(rows))
    names = [name for name in measures(usage, "completions") if name != "total_tokens"]
    columns = ["start_time", "model", "user_id", "api_key_id", "project_id", *names]
    table = usage.results.select(columns)
    return Data(usage, table.to_pandas(), pl.from_arrow(table), names)  # type: ignore[arg-type]


# --- the ways ------------------------------------------------------------------------------------------------------


def by_dashboard(data: Data) -> Way:
    return lambda query: total(data.usage, query)


def by_pandas(data: Data) -> Way:
    """Categorical group-by: sums by interval and groups in one pass, the rest from those."""

    def ask(query: Query) -> Any:
        frame = data.frame
        if query.period != "all":
            frame = frame[frame["start_time"] >= data.since(query)]
        for name, values in query.filters:
            frame = frame[frame[name].isin(values)]
        days = frame["start_time"].dt.floor("D")
        tick = days - pd.to_timedelta(days.dt.day_of_week, "D") if query.interval == "week" else days
        groups = [name for name in (query.group_by, query.subgroup) if name]
        base = frame.groupby([tick, *(frame[name] for name in groups)], observed=True, dropna=False)[
            data.measures
        ].sum()
        if not groups:
            return base
        table = base.groupby(level=groups[0], observed=True, dropna=False).sum().sort_values("output", ascending=False)
        shown = base[base.index.get_level_values(groups[0]).isin(table.index[:SHOWN])]
        return table, shown.groupby(level=[0, *groups], observed=True, dropna=False).sum()

    return ask


def by_polars(data: Data) -> Way:
    """A lazy query."""

    def ask(query: Query) -> Any:
        rows = data.rows.lazy()
        if query.period != "all":
            rows = rows.filter(pl.col("start_time") >= data.since(query))
        for name, values in query.filters:
            rows = rows.filter(pl.col(name).is_in(list(values)))
        groups = [name for name in (query.group_by, query.subgroup) if name]
        tick = pl.col("start_time").dt.truncate("1w" if query.interval == "week" else "1d").alias("tick")
        base = rows.group_by(tick, *groups).agg(pl.col(data.measures).sum()).collect()
        if not groups:
            return base
        table = base.group_by(groups[0]).agg(pl.col(data.measures).sum()).sort("output", descending=True)
        return table, base.filter(pl.col(groups[0]).is_in(table[groups[0]].head(SHOWN).implode()))

    return ask


def by_numpy(data: Data) -> Way:
    """The floor: group numbers are there, and so is each row's day; sums by bincount, as floats."""
    moments = data.usage.results["start_time"].cast("int64").to_numpy()
    day = moments // 86400
    day = (day - day.min()).astype(np.int64)
    codes = {name: data.frame[name].cat.codes.to_numpy().astype(np.int64) for name in data.frame if name in _DIMENSIONS}
    columns = [data.frame[name].fillna(0).to_numpy() for name in data.measures]

    def ask(query: Query) -> Any:
        key = day // (7 if query.interval == "week" else 1)
        for name in (query.group_by, query.subgroup):
            if name:
                key = key * (codes[name].max() + 2) + codes[name] + 1
        if query.period == "all" and not query.filters:
            return [np.bincount(key, column) for column in columns]
        kept = moments >= data.since(query).timestamp()
        for name, values in query.filters:
            wanted = [list(data.frame[name].cat.categories).index(value) for value in values]
            kept &= np.isin(codes[name], wanted)
        return [np.bincount(key[kept], column[kept]) for column in columns]

    return ask


_DIMENSIONS = ("model", "user_id", "api_key_id", "project_id")
WAYS: dict[str, Callable[[Data], Way]] = {
    "this dashboard": by_dashboard,
    "pandas": by_pandas,
    "polars": by_polars,
    "numpy floor": by_numpy,
}


def measure(rows: int, rounds: int) -> dict[str, dict[str, float]]:
    """Way → question → median milliseconds."""
    data = made(rows)
    ways = {name: way(data) for name, way in WAYS.items()}
    took: dict[str, dict[str, list[float]]] = {name: {question: [] for question in QUESTIONS} for name in WAYS}
    for number in range(rounds + 1):
        for question, query in QUESTIONS.items():
            for name, ask in ways.items():
                start = time.perf_counter()
                ask(query)
                if number:  # the first round loads what each way loads once
                    took[name][question].append(1000 * (time.perf_counter() - start))
    return {name: {each: statistics.median(those) for each, those in found.items()} for name, found in took.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, action="append", help="may be repeated (default: 0.5, 2.5 and 10 million)")
    parser.add_argument("--rounds", type=int, default=7)
    asked = parser.parse_args()
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("duckdb", "pandas", "polars"))
    print(f"\nQuestions, ms; {versions}; medians of {asked.rounds} interleaved rounds")
    sums: dict[int, dict[str, float]] = {}
    for rows in asked.rows or (500_000, 2_500_000, 10_000_000):
        found = measure(rows, asked.rounds)
        sums[rows] = {name: sum(those.values()) for name, those in found.items()}
        print(f"\n  {rows:,} rows{'':8}" + "".join(f"{name:>16}" for name in WAYS))
        for question in QUESTIONS:
            print(f"  {question:22}" + "".join(f"{found[name][question]:16.1f}" for name in WAYS))
        print(f"  {'sum':22}" + "".join(f"{sums[rows][name]:16.1f}" for name in WAYS))
    print("\nTargets, this dashboard beside")
    for rows, each in sums.items():
        for name, most in MOST.items():
            print(f"  {name}, {rows:>10,} rows {each['this dashboard'] / each[name]:8.2f}   at most {most}")


if __name__ == "__main__":
    main()
