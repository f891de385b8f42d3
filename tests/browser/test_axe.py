"""axe-core on every tab, light and dark: nothing serious, nothing critical.

axe-core 4.14.1 lies beside this file as npm has it (MPL-2.0), so that the tests need no network.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from components.address import TABS

AXE = Path(__file__).parent / "axe" / "axe-core-4.14.1.min.js"
COLOURS = ["color-contrast", "link-in-text-block"]
"""What can differ in the dark; the rest is the same page."""

# Found in Streamlit's own widgets, where a page cannot mend it: the rule and where.
NOT_OURS = [
    # What a filter keeps. Streamlit 1.67 writes it in white on the theme's primary colour, and no colour is 4.5 : 1
    # both below white and on the dark page, where the same one is the text of links and of what is chosen.
    ("color-contrast", "[data-testid=stMultiSelect]"),
]

RUN = """([only, notOurs]) => axe.run(document, {
    preload: false,
    ...(only ? { runOnly: { type: 'rule', values: only } } : {}),
}).then(({ violations }) => violations.flatMap(({ id, impact, nodes }) => nodes
    .filter(({ target: [first] }) => !notOurs.some(([rule, where]) =>
        rule === id && typeof first === 'string' && document.querySelector(first)?.closest(where)))
    .map(({ target, failureSummary }) => [impact, id, target.flat().join(' '), failureSummary])))"""


def serious(page: Page, only: list[str] | None = None) -> list[Any]:
    """What a visitor with a screen reader, a keyboard or weak eyes would stumble over."""
    return [each for each in page.evaluate(RUN, [only, NOT_OURS]) if each[0] in ("serious", "critical")]


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


@pytest.mark.slow
def test_what_opens_has_no_serious_finding_either(page, settled):
    page.goto("/?tab=quality&group_by=project_id&subgroup=model&interval=day&model=gpt-5-2025-08-07")
    settled(page)
    dark(page, settled)
    for name in ("Filters · 1", "Export", "Share"):
        page.get_by_test_id("stMain").get_by_role("button").filter(has_text=name).first.click()
        settled(page)
        assert not serious(page), name
        page.keyboard.press("Escape")
        settled(page)
