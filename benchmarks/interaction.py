"""How soon a click is answered and a first visit drawn, beside a bare Streamlit page, in a real browser.

    python -m benchmarks.interaction             # fifteen rounds, 0.1 M and 2.5 M rows
    python -m benchmarks.interaction --rounds 2 --rows 100000

The bare page has one choice and the very figures that ours drew, made beforehand, through `st.plotly_chart`; both run
with the same settings on servers of their own, and take turns. A click counts from the moment the browser sees it until
the last chart has changed for the last time. No question is asked twice: in each round other models are filtered for.
A first visit is made by a browser without a copy of anything, from going to the address until a chart is drawn.
"""

import argparse
import json
import shutil
import statistics
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import combinations
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.links import WATCH
from data.exports import Export
from data.link import to_params
from data.query import Query
from data.store import Settings, Store
from tests.browser import chromium
from tests.browser.conftest import PROJECT, Server, free_port, start
from tests.store.made import many

SIZES = (100_000, 2_500_000)
BARE = Path(__file__).with_name("bare.py")
CLICKS = ("grouping", "period", "filter")

# When a chart last changed, and when the last click was.
CHANGES = """
window.changed = 0; window.clicked = 0;
addEventListener('click', event => { window.clicked = event.timeStamp; window.changed = 0; }, true);
const inside = node => node.nodeType === 1 && node.closest('.js-plotly-plot');
const holds = node => node.nodeType === 1 && node.querySelector('.js-plotly-plot .main-svg');
new MutationObserver(seen => {
    if (seen.some(each => inside(each.target) || [...each.addedNodes].some(holds))) window.changed = performance.now();
}).observe(document, { childList: true, subtree: true, attributes: true, characterData: true });
"""
# Half a second without a change, nothing running, and every chart there.
STILL = """charts => window.changed && performance.now() - window.changed > 500
    && document.querySelector('[data-testid=stApp][data-test-script-state=notRunning]')
    && !document.querySelector('[data-stale=true], [data-testid=stSkeleton]')
    && document.querySelectorAll('.js-plotly-plot .main-svg').length >= charts"""
POLL = 50  # ms; looking at each frame would take the page's own time
# What is drawn, as Python can read it. What our page draws itself, words and the legend, Plotly draws on the bare one.
DRAWN = """[...document.querySelectorAll('.js-plotly-plot')].map(({ data, layout, words, asked }) => JSON.parse(
    JSON.stringify({ data, layout: { ...layout, showlegend: asked.showlegend, height: asked.height,
                                     annotations: [...(layout.annotations ?? []), ...words] } },
        (name, value) => ArrayBuffer.isView(value) ? [...value] : value)))"""


@contextmanager
def running(folder: Path, name: str, script: Path, **environment: str) -> Iterator[Server]:
    server = start(folder / f"{name}.log", environment, free_port(), script)
    try:
        yield server
    finally:
        server.stop()


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


def choose(page: Page, box: str, option: str) -> None:
    page.get_by_role("combobox", name=box).click()
    page.get_by_role("option", name=option).first.click()


def filtered(page: Page) -> None:
    page.get_by_role("button", name="Filters").click()
    page.get_by_role("combobox", name="Service tier").click()
    page.get_by_role("option").first.click()


def press(page: Page, group: str, option: str) -> None:
    page.get_by_role("radiogroup", name=group).get_by_role("radio", name=option, exact=True).click()


OURS: dict[str, Callable[[Page], None]] = {
    "grouping": lambda page: choose(page, "Group by", "By project"),
    "period": lambda page: press(page, "Period, counted back from the last bucket", "30 d"),
    "filter": filtered,
}


def answered(page: Page, act: Callable[[Page], None]) -> float:
    """Milliseconds from the click until the last chart changed for the last time."""
    page.evaluate("window.changed = 0")
    act(page)
    page.wait_for_function(STILL, arg=1, timeout=60_000, polling=POLL)
    return float(page.evaluate("window.changed - window.clicked"))


def session(browser: Browser, address: str) -> Page:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.add_init_script(CHANGES)
    page = context.new_page()
    page.goto(address, timeout=120_000)
    page.wait_for_function(STILL, arg=1, timeout=120_000, polling=POLL)
    return page


class Wire:
    """Bytes that a page takes from the network: as they were sent, the websocket's too."""

    def __init__(self, page: Page) -> None:
        self.bytes = 0.0
        network = page.context.new_cdp_session(page)
        network.send("Network.enable")
        network.on("Network.loadingFinished", lambda event: self._add(event["encodedDataLength"]))
        network.on("Network.webSocketFrameReceived", lambda event: self._add(_length(event["response"])))

    def _add(self, size: float) -> None:
        self.bytes += size


def _length(frame: dict[str, Any]) -> float:
    """A binary frame is told as base64."""
    data = frame["payloadData"]
    return len(data) * 3 / 4 if frame["opcode"] == 2 else len(data)


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


def visit(browser: Browser, address: str) -> tuple[float, float]:
    """Milliseconds until a chart is drawn, and bytes until the page is still."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.add_init_script(WATCH + CHANGES)
    page = context.new_page()
    wire = Wire(page)
    page.goto(address, timeout=120_000)
    first = float(page.evaluate("window.drawn"))
    page.wait_for_function(STILL, arg=1, timeout=60_000)
    context.close()
    return first, wire.bytes


def bytes_of_a_grouping(browser: Browser, address: str) -> float:
    page = session(browser, address)
    page.get_by_role("combobox", name="Group by").click()
    wire = Wire(page)
    answered(page, lambda page: page.get_by_role("option", name="By model").first.click())
    page.context.close()
    return wire.bytes


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


def visits(browser: Browser, folder: Path, rounds: int) -> tuple[dict[str, list[tuple[float, float]]], float]:
    """By page, time and bytes of each first visit; and the bytes of a change of grouping on ours."""
    found: dict[str, list[tuple[float, float]]] = {}
    with running(folder, "visited", PROJECT / "app.py", USAGE_STORE_URL=(folder / "none").as_uri()) as ours:
        page = session(browser, ours.url)
        figures = folder / "sample.json"
        figures.write_text(json.dumps({"start": page.evaluate(DRAWN)}), encoding="utf-8")
        page.context.close()
        with running(folder, "bare", BARE, BARE_FIGURES=str(figures)) as bare:
            for counted in [False] + [True] * rounds:  # the first for the servers
                for name, address in (("ours", ours.url), ("bare", bare.url)):
                    took = visit(browser, address)
                    if counted:
                        found.setdefault(name, []).append(took)
        return found, bytes_of_a_grouping(browser, ours.url)


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


def show_visits(found: dict[str, list[tuple[float, float]]], grouping: float, rounds: int) -> None:
    medians = {name: [statistics.median(each) for each in zip(*those, strict=True)] for name, those in found.items()}
    print(f"\nFirst visit, nothing cached: until a chart is drawn, medians of {rounds} interleaved rounds")
    for name, (first, size) in medians.items():
        print(f"  {name:28}{first:7.0f} ms{first / medians['bare'][0]:7.2f}x{size / 1e6:9.2f} MB")
    print("\nTargets")
    print(f"  ours / bare               {medians['ours'][0] / medians['bare'][0]:.2f}   at most 0.8")
    print(f"  over the wire             {medians['ours'][1] / 1e6:.2f} MB   at most 3.5")
    print(f"  a change of grouping      {grouping / 1000:.0f} kB   at most 150")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--rows", type=int, nargs="+", default=SIZES)
    options = parser.parse_args()
    sizes = tuple(options.rows)
    folder = Path(tempfile.mkdtemp(prefix="interaction-"))
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium.find(playwright), args=chromium.ARGUMENTS)
            seen, grouping = visits(browser, folder, options.rounds)
            show_visits(seen, grouping, options.rounds)
            show_clicks(clicks(browser, folder, options.rounds, sizes), options.rounds, sizes)
            browser.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
