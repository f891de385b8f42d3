"""From a click on a grouping, period or filter until the last chart has changed for the last time."""

import json
import statistics
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from benchmarks.driven import BARE, DRAWN, answered, choose, press, running, session
from data.exports import Export
from data.link import to_params
from data.query import Query
from data.store import Settings, Store
from tests.browser.conftest import PROJECT
from tests.store.made import many

CLICKS = ("grouping", "period", "filter")


def year(rows: int) -> tuple[Export, ...]:
    """As many rows, and as many hours for each number of rows."""
    return many(rows, per=-(-rows // (365 * 24)))


def models() -> list[str]:
    """The names that the made rows have."""
    [export] = many(1_000)
    column = export.results["model"].combine_chunks()
    return [str(name) for name in column.dictionary.to_pylist()]


def asked(key: str, kept: tuple[str, ...]) -> str:
    params = to_params(Query(period="90d", filters=(("model", kept),)))
    return "&".join([f"data={key}", *(f"{name}={value}" for name, values in params.items() for value in values)])


def filtered(page: Page) -> None:
    page.get_by_role("button", name="Filters").click()
    page.get_by_role("combobox", name="Service tier").click()
    page.get_by_role("option").first.click()


OURS: dict[str, Callable[[Page], None]] = {
    "grouping": lambda page: choose(page, "Group by", "By project"),
    "period": lambda page: press(page, "Period, counted back from the last bucket", "30 d"),
    "filter": filtered,
}


def round_of_clicks(browser: Browser, address: str, acts: dict[str, Callable[[Page], None]]) -> dict[str, float]:
    page = session(browser, address)
    try:
        return {name: answered(page, act) for name, act in acts.items()}
    finally:
        page.context.close()


def drawn(browser: Browser, address: str) -> dict[str, list[Any]]:
    """By state what our page draws in it, the one before the first click too."""
    page = session(browser, address)
    states = {"start": page.evaluate(DRAWN)}
    for name, act in OURS.items():
        answered(page, act)
        states[name] = page.evaluate(DRAWN)
    page.context.close()
    return states


def clicks(browser: Browser, folder: Path, rounds: int, sizes: tuple[int, ...]) -> dict[str, list[float]]:
    """By page, what each click took."""
    store = Store(Settings((folder / "kept").as_uri()))
    keys = {f"{rows:,} rows": store.save(year(rows), "year").links.view for rows in sizes}
    chosen = list(combinations(models(), 3))
    found: dict[str, list[float]] = {}
    with running(folder, "ours", PROJECT / "app.py", USAGE_STORE_URL=(folder / "kept").as_uri()) as ours:
        states = drawn(browser, f"{ours.url}/?{asked(next(iter(keys.values())), chosen.pop())}")
        figures = folder / "figures.json"
        figures.write_text(json.dumps(states), encoding="utf-8")
        with running(folder, "bare", BARE, BARE_FIGURES=str(figures)) as bare:
            acts = {name: lambda page, name=name: press(page, "State", name) for name in CLICKS}
            for number in range(rounds + 1):
                # In turn from the front and from the back: who comes after whom makes a difference.
                for name in [*keys, "bare"][:: -1 if number % 2 else 1]:
                    address = bare.url if name == "bare" else f"{ours.url}/?{asked(keys[name], chosen.pop())}"
                    took = round_of_clicks(browser, address, acts if name == "bare" else OURS)
                    for click, each in took.items() if number else ():  # the first is for the servers
                        found.setdefault(name, []).append(each)
                        found.setdefault(f"{name}, {click}", []).append(each)
    return found


def high(values: list[float]) -> float:
    """The 95th percentile."""
    return statistics.quantiles(values, n=20, method="inclusive")[-1]


def show_clicks(found: dict[str, list[float]], rounds: int, sizes: tuple[int, ...]) -> None:
    print(f"\nFrom a click to the last chart changed, {rounds} interleaved rounds of a grouping, a period and a filter")
    print(f"  {'':28}{'median':>10}{'ratio':>8}{'95 %':>10}{'ratio':>8}")
    base = statistics.median(found["bare"]), high(found["bare"])
    for name, values in sorted(found.items()):
        median, most = statistics.median(values), high(values)
        print(f"  {name:28}{median:7.0f} ms{median / base[0]:7.2f}x{most:7.0f} ms{most / base[1]:7.2f}x")
    print("\nTargets")
    for rows in sizes:
        values = found[f"{rows:,} rows"]
        print(f"  {rows:,} rows / bare, median  {statistics.median(values) / base[0]:.2f}   at most 0.7")
        print(f"  {rows:,} rows / bare, 95 %    {high(values) / base[1]:.2f}   at most 1.0")
    ends = [statistics.median(found[f"{rows:,} rows"]) for rows in (sizes[0], sizes[-1])]
    print(f"  {sizes[-1]:,} / {sizes[0]:,} rows       {ends[1] / ends[0]:.2f}   at most 1.5")
