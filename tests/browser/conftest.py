"""A running dashboard and a browser that watches it: whatever a page does wrong on its own fails its test."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import ProxyHandler, build_opener

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser import chromium

PROJECT = Path(__file__).parents[2]
WATCHED = Path(__file__).parent / "watched"
LOCAL = ("localhost", "127.0.0.1", "::1", "None", "")
STARTS_WITHIN = 60  # seconds; a cold start on a busy machine takes ten
ANSWERS_WITHIN = 30

expect.set_options(timeout=ANSWERS_WITHIN * 1000)

# Idle, and nothing added or gone, for a quarter of a second: just after a click the page is still in its old, settled
# state. Then, no element that waits to be replaced or is only a placeholder, and each chart drawn.
IDLE = """charts => {
    window.idleWatch ??= new MutationObserver(() => { window.idleSince = undefined; });
    window.idleWatch.observe(document, { childList: true, subtree: true });
    const settled = document.querySelector('[data-testid=stApp][data-test-script-state=notRunning]')
        && !document.querySelector('[data-stale=true], [data-testid=stSkeleton]')
        && document.querySelectorAll('.js-plotly-plot .main-svg').length >= charts
        && [...document.querySelectorAll('[data-chart]')].every(c => c.dataset.chart === 'drawn');
    if (!settled) { window.idleSince = undefined; return false; }
    window.idleSince ??= performance.now();
    return performance.now() - window.idleSince > 250;
}"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test in this folder is a browser test: `pytest -m "not browser"` leaves them out."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)


@dataclass
class Server:
    """A dashboard that runs in a process of its own, as `streamlit run` starts it."""

    url: str
    process: subprocess.Popen[bytes]
    log_file: Path
    calls_file: Path
    """What it and the processes it started have called: see `watched`."""

    def called_outside(self) -> list[str]:
        """Every call to what is not this computer."""
        lines = [line.partition(" ") for line in self.calls_file.read_text(encoding="utf-8").splitlines()]
        return [f"{event} {host}" for event, _, host in lines if event != "process" and host not in LOCAL]

    def log(self) -> str:
        return self.log_file.read_text(encoding="utf-8", errors="replace")

    def answers(self) -> bool:
        try:
            # Without the proxies of the environment: they do not know this machine's localhost.
            with build_opener(ProxyHandler({})).open(f"{self.url}/_stcore/health", timeout=5) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def start(log_file: Path, environment: dict[str, str], port: int, script: Path) -> Server:
    command = [sys.executable, "-m", "streamlit", "run", str(script)]
    options = ["--server.port", str(port), "--server.headless", "true"]
    calls_file = log_file.with_suffix(".calls")
    watched = {"PYTHONUNBUFFERED": "1", "PYTHONPATH": str(WATCHED), "WATCHED_CALLS": str(calls_file)}
    with log_file.open("wb") as log:
        process = subprocess.Popen(
            command + options,
            cwd=PROJECT,
            env={**os.environ, **watched, **environment},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    server = Server(f"http://localhost:{port}", process, log_file, calls_file)
    give_up = time.monotonic() + STARTS_WITHIN
    while not server.answers():
        if process.poll() is not None or time.monotonic() > give_up:
            server.stop()
            pytest.fail(f"the dashboard did not start within {STARTS_WITHIN} s:\n{server.log()}", pytrace=False)
        time.sleep(0.1)
    return server


@pytest.fixture(scope="session")
def start_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Server]]:
    """Start one more dashboard: `start_server({"STREAMLIT_…": "…"}, port=…)`. All are stopped at the end."""
    servers: list[Server] = []
    logs = tmp_path_factory.mktemp("servers")

    def start_server(
        environment: dict[str, str] | None = None, port: int | None = None, script: Path = PROJECT / "app.py"
    ) -> Server:
        log_file = logs / f"{len(servers)}.log"
        servers.append(start(log_file, environment or {}, port or free_port(), script))
        return servers[-1]

    yield start_server
    for server in servers:
        server.stop()
    if called := [call for server in servers for call in server.called_outside()]:
        pytest.fail(f"a dashboard called somebody: {called}", pytrace=False)


@pytest.fixture(scope="session")
def server(start_server: Callable[..., Server]) -> Server:
    """The dashboard as it comes, shared by all tests."""
    return start_server()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        path = chromium.find(playwright)
        if path is None:
            pytest.fail(chromium.missing(), pytrace=False)
        browser = playwright.chromium.launch(executable_path=path, args=chromium.ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def new_context(browser: Browser, server: Server) -> Iterator[Callable[..., BrowserContext]]:
    """Open a browser of its own, with no memory: `new_context(color_scheme="dark", timezone_id="Asia/Tokyo")`.

    The test fails if a page asks any other host for anything, if its JavaScript throws, or if the shared dashboard
    logs a traceback meanwhile.
    """
    contexts: list[BrowserContext] = []
    faults: list[str] = []
    logged_before = len(server.log())

    def watch_host(url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.hostname not in {"localhost", "127.0.0.1"}:
            faults.append(f"the page asked another host: {url}")

    def watch_page(page: Page) -> None:
        page.on("websocket", lambda socket: watch_host(socket.url))

    def new_context(
        color_scheme: Literal["light", "dark"] = "light",
        viewport: tuple[int, int] = (1440, 900),
        timezone_id: str = "UTC",
        locale: str = "en-US",
        **options: Any,
    ) -> BrowserContext:
        width, height = viewport
        context = browser.new_context(
            color_scheme=color_scheme,
            viewport={"width": width, "height": height},
            timezone_id=timezone_id,
            locale=locale,
            **{"base_url": server.url, **options},
        )
        context.set_default_timeout(ANSWERS_WITHIN * 1000)
        context.on("request", lambda request: watch_host(request.url))
        context.on("page", watch_page)
        context.on("weberror", lambda error: faults.append(f"JavaScript error: {error.error}"))
        contexts.append(context)
        return context

    yield new_context
    for context in contexts:
        context.close()
    logged = server.log()[logged_before:]
    if "Traceback (most recent call last)" in logged:
        faults.append(f"the dashboard logged an error:\n{logged}")
    if faults:
        pytest.fail("\n".join(faults), pytrace=False)


@pytest.fixture
def page(new_context: Callable[..., BrowserContext]) -> Page:
    """An empty page in a wide, light browser; `page.goto("/")` opens the dashboard."""
    return new_context().new_page()


@pytest.fixture(scope="session")
def settled() -> Callable[..., None]:
    """Wait until the page has nothing left to do: `settled(page)`, or `settled(page, charts=2)` for two charts drawn."""

    def settled(page: Page, charts: int = 0) -> None:
        page.evaluate("window.idleSince = undefined")
        page.wait_for_function(IDLE, arg=charts)

    return settled
