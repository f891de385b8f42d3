"""The Export menu in a real browser, and the report as its reader opens it: from disk, with no network."""

import csv
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect

from components import report
from components.sources import Dataset
from components.theme import DARK, LIGHT
from components.view import View
from data.engine import total
from data.lacking import previous
from data.query import Query
from data.table import tidy
from tests.build import day, export, tokens

HOSTILE = [
    "<img src=x onerror=window.ran=1>",
    "</script><script>window.ran=2</script>",
    "<span style='background:url(https://example.com/beacon)'>beacon</span>",
    '"><svg onload=window.ran=3>',
    "<a href='https://example.com'>phish</a>",
    "$x^2$ %{x} {y}",
]
FIGURES = 3
# Every figure is as wide as its place, and its place as high as the figure.
FITS = """() => [...document.querySelectorAll('[data-figure]')].every(place => {
    const { width, height } = place.querySelector('.main-svg').getBoundingClientRect();
    return Math.abs(width - place.clientWidth) < 1 && place.clientHeight >= height;
})"""

Opened = Callable[..., Page]


@pytest.fixture
def opened(browser: Browser) -> Iterator[Opened]:
    """Open a report from disk, offline; the test fails if it asks for anything or complains."""
    contexts, faults = [], []

    def complained(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            faults.append(f"console: {message.text}")

    def opened(path: Path, width: int = 1440, color_scheme: str = "light") -> Page:
        context = browser.new_context(offline=True, color_scheme=color_scheme, viewport={"width": width, "height": 900})
        contexts.append(context)
        context.on("request", lambda request: asked(request.url, path))
        page = context.new_page()
        page.on("console", complained)
        page.on("pageerror", lambda error: faults.append(f"JavaScript error: {error}"))
        page.goto(path.as_uri())
        page.wait_for_selector("html[data-drawn]")
        return page

    def asked(url: str, path: Path) -> None:
        # Its own pictures of itself aside, which Chromium calls requests.
        if url != path.as_uri() and urlsplit(url).scheme not in ("data", "blob"):
            faults.append(f"it asked for {url}")

    yield opened
    for context in contexts:
        context.close()
    assert not faults


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report of usage whose every name is an attack."""
    rows = [tokens(90 - index, model=name) for index, name in enumerate(HOSTILE)]
    usage = tidy([export(day("2026-01-01", *rows), day("2026-01-02", *rows), name=HOSTILE[0])])
    query = Query(group_by="model", interval="day", filters=(("model", tuple(HOSTILE)),))
    totals, before = total(usage, query), previous(usage, query)
    assert isinstance(before, str)
    path = tmp_path_factory.mktemp("report") / "hostile.html"
    view = View(Dataset("", HOSTILE[1], usage), usage, query, totals, lambda: before, lambda: totals)
    path.write_bytes(report.html(view, datetime(2026, 1, 3, tzinfo=UTC)))
    return path


def taken(page: Page, label: str, folder: Path) -> Path:
    """Click an entry of the menu; gives the file under the name it would be saved as."""
    if not page.get_by_test_id("stPopoverBody").is_visible():
        page.get_by_role("button", name="Export", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("button", name=label).click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


@pytest.fixture
def dashboard(page: Page, settled: Callable[..., None]) -> Page:
    page.goto("/?group_by=model&period=30d")
    settled(page, FIGURES)
    return page


def total_of(page: Page) -> list[str]:
    """The numbers of the totals row, on the page as in the report."""
    return [text for text in table_of(page).locator("tfoot tr").last.locator("td").all_inner_texts() if text.strip()]


def names_of(page: Page) -> list[str]:
    return [text.strip() for text in table_of(page).locator("tbody th").all_inner_texts()]


def table_of(page: Page) -> Locator:
    """That of usage; a report has those of costs after it."""
    return page.locator("section.breakdown, .st-key-card-breakdown").first


def ground(page: Page, figure: str = "over_time") -> str:
    return str(
        page.evaluate("name => document.querySelector(`[data-figure=${name}]`)._fullLayout.paper_bgcolor", figure)
    )


def is_too_wide(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def test_the_report_opens_from_disk_with_the_figures_and_numbers_of_the_page(dashboard, opened, tmp_path):
    path = taken(dashboard, "Report", tmp_path)
    assert path.name == "report-usage-by-model_2026-10-22_2026-11-20.html"
    page = opened(path)
    assert page.locator("[data-figure] .main-svg").count() >= FIGURES
    tiles = dashboard.locator(".tile .value").all_inner_texts()
    assert page.locator(".tiles .value").all_inner_texts() == tiles
    assert total_of(page) == total_of(dashboard)
    assert names_of(page) == names_of(dashboard)
    bars = (page.locator("[data-figure=over_time]"), dashboard.locator(".st-key-card-over_time"))
    drawn = [each.locator(".barlayer path").count() for each in bars]
    assert drawn[0] == drawn[1] > 200


@pytest.mark.parametrize("width", [1440, 360])
@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_it_is_finished_in_both_modes_and_on_a_phone(hostile, opened, width, theme):
    page = opened(hostile, width, theme.name)
    assert ground(page) == theme.ground
    expect(page.locator(":root")).to_have_css("background-color", rgb(theme.ground))
    assert not is_too_wide(page)
    assert page.evaluate(FITS)


def rgb(color: str) -> str:
    return f"rgb({', '.join(str(int(color[at : at + 2], 16)) for at in (1, 3, 5))})"


def test_it_follows_the_mode_and_the_width_while_it_is_open(hostile, opened):
    page = opened(hostile)
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(
        "color => document.querySelector('[data-figure=ranking]')._fullLayout.paper_bgcolor === color", arg=DARK.ground
    )
    page.set_viewport_size({"width": 360, "height": 900})
    page.wait_for_function("() => document.querySelector('[data-figure=over_time]').dataset.narrow === 'true'")
    assert ground(page) == DARK.ground
    assert not is_too_wide(page)
    for width in (1280, 1200):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_function(FITS)
    assert page.locator("[data-figure=over_time]").get_attribute("data-narrow") == "false"


def test_it_is_printed_in_light_on_the_width_of_paper(hostile, opened, tmp_path):
    page = opened(hostile, color_scheme="dark")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert ground(page) == LIGHT.ground
    assert page.locator("main").evaluate("main => main.clientWidth") == 960
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert ground(page) == DARK.ground
    page.pdf(path=tmp_path / "report.pdf", prefer_css_page_size=True)


def test_names_are_text(hostile, opened):
    page = opened(hostile)
    page.wait_for_timeout(500)
    assert page.evaluate("window.ran") is None
    assert page.locator("h1 + .dataset").inner_text() == HOSTILE[1]
    assert names_of(page) == HOSTILE
    assert page.locator("dd li").all_inner_texts() == sorted(HOSTILE)
    assert page.locator("a, img, iframe, object, link").count() == 0
    assert "<a href='https:…com'>phish</a>" in page.locator("[data-figure=ranking]").inner_text()


def test_it_can_do_nothing_but_draw(hostile, browser):
    context = browser.new_context()
    page = context.new_page()
    page.goto(hostile.as_uri())
    refused = """async () => {
        const script = document.createElement('script');
        script.textContent = 'window.ran = 1';
        document.body.append(script);
        const tries = [fetch('http://127.0.0.1:9/'), fetch('data:,x'), import('data:text/javascript,0')];
        const all = await Promise.allSettled(tries);
        return [window.ran ?? null, ...all.map(each => each.status)];
    }"""
    assert page.evaluate(refused) == [None, "rejected", "rejected", "rejected"]
    context.close()


def test_a_figure_can_be_saved_as_a_picture(dashboard, opened, tmp_path):
    page = opened(taken(dashboard, "Report", tmp_path))
    page.locator("[data-figure=ranking]").hover()
    with page.expect_download() as download:
        page.locator("[data-figure=ranking] .modebar-btn").click()
    assert download.value.suggested_filename == "models-by-tokens_2026-10-22_2026-11-20.png"


def test_the_keyboard_reaches_what_scrolls(hostile, opened):
    page = opened(hostile, 360)
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.getAttribute('role')") == "region":
            break
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Usage by model"


def test_table_and_results_are_taken_away_as_csv_and_json(dashboard, tmp_path):
    labels = ("Table as CSV", "Table as JSON", "Results as CSV", "Results as JSON")
    files = {label: taken(dashboard, label, tmp_path) for label in labels}
    held = "The 4,857 exported results behind this view, 2026-10-22 – 2026-11-20"
    expect(dashboard.get_by_text(held)).to_be_visible()
    with files["Table as CSV"].open(encoding="utf-8", newline="") as table:
        *groups, whole = csv.DictReader(table)
    with files["Results as CSV"].open(encoding="utf-8", newline="") as results:
        assert sum(int(row["total_tokens"]) for row in csv.DictReader(results)) == int(whole["total_tokens"])
    assert len(json.loads(files["Table as JSON"].read_text(encoding="utf-8"))["rows"]) == len(groups)
    assert len(json.loads(files["Results as JSON"].read_text(encoding="utf-8"))["rows"]) == 4857
    assert f"{int(whole['total_tokens']):,}" in total_of(dashboard)
