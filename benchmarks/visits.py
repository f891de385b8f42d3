"""First visits, with nothing cached: until a chart is drawn, and the bytes over the wire."""

import json
import statistics
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from benchmarks.driven import BARE, CHANGES, DRAWN, STILL, answered, running, session
from benchmarks.links import WATCH
from tests.browser.conftest import PROJECT


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


def show_visits(found: dict[str, list[tuple[float, float]]], grouping: float, rounds: int) -> None:
    medians = {name: [statistics.median(each) for each in zip(*those, strict=True)] for name, those in found.items()}
    print(f"\nFirst visit, nothing cached: until a chart is drawn, medians of {rounds} interleaved rounds")
    for name, (first, size) in medians.items():
        print(f"  {name:28}{first:7.0f} ms{first / medians['bare'][0]:7.2f}x{size / 1e6:9.2f} MB")
    print("\nTargets")
    print(f"  ours / bare               {medians['ours'][0] / medians['bare'][0]:.2f}   at most 0.8")
    print(f"  over the wire             {medians['ours'][1] / 1e6:.2f} MB   at most 3.5")
    print(f"  a change of grouping      {grouping / 1000:.0f} kB   at most 150")
