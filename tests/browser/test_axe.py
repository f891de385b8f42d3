"""axe-core on every tab, light and dark: nothing serious, nothing critical.

axe-core 4.14.1 lies beside this file as npm has it (MPL-2.0), so that the tests need no network.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from components.address import TABS
from tests.browser.test_journeys import bucket, drop, file, row, usage

AXE = Path(__file__).parent / "axe" / "axe-core-4.14.1.min.js"
COLOURS = ["color-contrast", "link-in-text-block"]
"""What can differ in the dark; the rest is the same page."""

# What is right need not be described as well.
RUN = """only => axe.run(document, {
    preload: false,
    resultTypes: ['violations'],
    ...(only ? { runOnly: { type: 'rule', values: only } } : {}),
}).then(({ violations }) => violations.flatMap(({ id, impact, nodes }) => nodes
    .map(({ target, failureSummary }) => [impact, id, target.flat().join(' '), failureSummary])))"""


def serious(page: Page, only: list[str] | None = None) -> list[Any]:
    """What a visitor with a screen reader, a keyboard or weak eyes would stumble over."""
    return [each for each in page.evaluate(RUN, only) if each[0] in ("serious", "critical")]


@pytest.fixture
def page(new_context: Callable[..., Any]) -> Page:
    """One with axe in it, on which no colour is on its way to another one."""
    page: Page = new_context(bypass_csp=True, reduced_motion="reduce").new_page()
    page.add_init_script(path=AXE)
    return page


def dark(page: Page, settled: Callable[..., None]) -> None:
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    page.wait_for_function(
        "getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor === 'rgb(14, 17, 19)'"
    )
    settled(page)


def open_menu(page: Page, settled: Callable[..., None], name: str) -> None:
    page.get_by_test_id("stMain").get_by_role("button").filter(has_text=name).first.click()
    settled(page)


def test_no_tab_has_a_serious_finding_in_either_theme(page, settled):
    page.goto("/")
    settled(page, 3)
    tabs = page.get_by_role("radiogroup", name="Tab").get_by_role("radio")
    assert tabs.all_inner_texts() == list(TABS.values())
    for scheme, only in (("light", None), ("dark", COLOURS)):
        if scheme == "dark":
            dark(page, settled)
        for name in TABS.values():
            tabs.and_(page.get_by_role("radio", name=name, exact=True)).click()
            settled(page)
            assert not serious(page, only), (scheme, name)


TWO_MODELS = "model=gpt-5-2025-08-07&model=gpt-5-mini-2025-08-07"


def test_in_the_dark_what_is_chosen_or_typed_in_a_menu_can_be_read(page, settled):
    """Streamlit's own colours for these are below 4.5 : 1: see components/viewport/viewport.css."""
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    page.goto(f"/?tab=quality&{TWO_MODELS}")
    settled(page)
    open_menu(page, settled, "Filters · 1")
    expect(page.locator("[data-testid=stMultiSelect] [data-tag]")).to_have_count(2)
    assert not serious(page, COLOURS)
    page.keyboard.press("Escape")
    open_menu(page, settled, "UTC")
    page.get_by_test_id("stDateInputField").get_by_role("spinbutton").first.click()
    expect(page.get_by_test_id("stDateInputCalendar")).to_be_visible()
    assert not serious(page, COLOURS)
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    open_menu(page, settled, "Three ways")
    assert not serious(page, COLOURS)


@pytest.mark.slow
@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_what_opens_has_no_serious_finding_either(page, settled, color_scheme):
    page.emulate_media(color_scheme=color_scheme, reduced_motion="reduce")
    page.goto(f"/?tab=overview&group_by=project_id&subgroup=model&interval=day&{TWO_MODELS}")
    settled(page, 1)
    for name in ("Filters · 1", "UTC", "Three ways", "Export", "Share"):
        open_menu(page, settled, name)
        assert not serious(page), name
        page.keyboard.press("Escape")
        settled(page)
    page.get_by_role("table").first.locator("tbody button").first.click()
    page.get_by_text("The numbers").first.click()
    settled(page, 1)
    assert not serious(page), "unfolded"


@pytest.mark.slow
@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_a_dead_link_and_what_an_upload_lacks_are_told_without_a_serious_finding(page, settled, color_scheme):
    page.emulate_media(color_scheme=color_scheme, reduced_motion="reduce")
    page.goto("/?data=none")
    settled(page)
    assert not serious(page), "dead link"
    drop(page, file("usage.json", usage(bucket(1, row(1), row("12k"), row(-4)))), file("no.txt", b"hello"))
    page.wait_for_url(lambda url: "data=none" not in url)
    settled(page, 1)
    expect(page.get_by_role("alert").first).to_be_visible()
    assert not serious(page), "rejected rows"
