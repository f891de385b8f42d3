"""How soon a link of a million results is drawn, beside the page's own sample, in a real browser.

    python -m benchmarks.links             # nine rounds
    python -m benchmarks.links --rounds 3

Each opening is in a new browser profile, which has no copy of the page's scripts; from going to the address until the
first chart is drawn, by the page's own clock. The ways take turns on one server; each was opened once before, so that
what is kept on a server is there. Medians are shown. `new server` is the first opening after the server was started
anew: the data are read from the store and counted again.
"""

import argparse
import shutil
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from data.link import to_params
from data.query import Query
from data.store import Settings, Store
from tests.browser import chromium
from tests.browser.conftest import IDLE, PROJECT, Server, free_port, start
from tests.store.made import many

MOST = 1.5
"""Times the sample's, for a link whose data this server has opened before."""

# When the first chart is there, and when the charts, the table and all else are.
WATCH = """
window.drawn = new Promise(done => new MutationObserver((_, watcher) => {
    if (document.querySelector('.js-plotly-plot .main-svg .point')) { watcher.disconnect(); done(performance.now()); }
}).observe(document, { childList: true, subtree: true }));
"""


@contextmanager
def running(folder: Path) -> Iterator[Server]:
    environment = {"USAGE_STORE_URL": (folder / "kept").as_uri()}
    server = start(folder / "log", environment, free_port(), PROJECT / "app.py")
    try:
        yield server
    finally:
        server.stop()


def opening(browser: Browser, address: str) -> tuple[float, float]:
    """Seconds until the first chart is drawn, and until the page has nothing left to do."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    try:
        context.add_init_script(WATCH)
        page = context.new_page()
        page.goto(address, timeout=120_000)
        first = page.evaluate("window.drawn")
        page.wait_for_function(IDLE, arg=3, timeout=120_000)
        return first / 1000, (page.evaluate("performance.now()") - 250) / 1000
    finally:
        context.close()


def asked(**fields: Any) -> str:
    return "&".join(f"{name}={value}" for name, values in to_params(Query(**fields)).items() for value in values)


def measure(rows: int, rounds: int, folder: Path) -> dict[str, list[tuple[float, float]]]:
    """By way, what each round took."""
    small, large = (
        Store(Settings((folder / "kept").as_uri())).save(many(count), "year").links.view for count in (1_000, rows)
    )
    found: dict[str, list[tuple[float, float]]] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(playwright), args=chromium.ARGUMENTS)
        addresses = {
            "sample": "/",
            "link, 1,000 results": f"/?data={small}",
            f"link, {rows:,} results": f"/?data={large}",
            "the same, by user": f"/?data={large}&{asked(group_by='user_id', period='90d')}",
        }
        with running(folder) as server:
            for _ in range(2):  # once for the server, once for the browser
                for path in addresses.values():
                    opening(browser, server.url + path)
            for _ in range(rounds):
                for name, path in addresses.items():
                    found.setdefault(name, []).append(opening(browser, server.url + path))
        for _ in range(min(rounds, 3)):
            with running(folder) as server:
                opening(browser, server.url)  # a server that has drawn something
                found.setdefault("new server", []).append(opening(browser, f"{server.url}/?data={large}"))
        browser.close()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="links-"))
    try:
        found = measure(options.rows, options.rounds, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    medians = {name: [statistics.median(each) for each in zip(*those, strict=True)] for name, those in found.items()}
    print(f"\nOpening a link, medians of {options.rounds} interleaved rounds")
    print(f"  {'':24}{'first chart':>12}{'ratio':>8}{'all drawn':>12}{'ratio':>8}")
    for name, (first, whole) in medians.items():
        ratios = [value / base for value, base in zip((first, whole), medians["sample"], strict=True)]
        print(f"  {name:24}{first:10.2f} s{ratios[0]:7.2f}x{whole:10.2f} s{ratios[1]:7.2f}x")
    ratio = medians[f"link, {options.rows:,} results"][0] / medians["sample"][0]
    print(f"\nTarget\n  link of {options.rows:,} results / sample  {ratio:.2f}   at most {MOST}")


if __name__ == "__main__":
    main()
