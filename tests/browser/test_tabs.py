"""Every tab in a browser: its link shows the same elsewhere, its charts say what follows, its groups can be clicked."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from components.address import TABS

Settled = Callable[..., None]
SEEN = """() => ({
    title: document.title,
    tab: document.querySelector('[role=radiogroup][aria-label=Tab] [aria-checked=true]')?.innerText,
    texts: [...document.querySelectorAll('h2, h3, [data-testid=stCaptionContainer]')].map(e => e.innerText),
    charts: [...document.querySelectorAll('[data-chart] [role=img]')].map(e => e.getAttribute('aria-label')),
})"""


def seen(page: Page) -> dict[str, Any]:
    """What a tab shows: titles, sentences, charts by their words, tiles and tables by their numbers."""
    numbers = [page.locator(of).all_inner_texts() for of in (".tile", "tbody tr, tfoot tr")]
    return {**page.evaluate(SEEN), "numbers": numbers}


@pytest.mark.slow
def test_the_link_of_each_tab_shows_the_same_tab_and_the_same_numbers_elsewhere(new_context, settled):
    here = new_context().new_page()
    there = new_context(color_scheme="dark", timezone_id="Pacific/Auckland", locale="de-DE").new_page()
    here.goto("/?group_by=api_key_id&period=90d&interval=day&measure=total_tokens&tab=changes")
    for tab, name in TABS.items():
        settled(here)
        here.get_by_role("radiogroup", name="Tab").get_by_role("radio", name=name, exact=True).click()
        here.wait_for_url(f"**tab={tab}*")
        settled(here)
        there.goto(here.url)
        settled(there)
        shown = seen(here)
        assert shown["tab"] == name
        assert shown["charts"] or tab == "quality"
        assert seen(there) == shown, name
        for words in shown["charts"]:
            heading, _, conclusion = words.partition(": ")
            assert heading.strip(), words
            assert conclusion.strip(), words


def chip(page: Page, label: str) -> Locator:
    return page.locator(".st-key-chips").get_by_role("button", name=label)


def undone(page: Page, settled: Settled, label: str) -> None:
    """The chip is there, and takes the filter back."""
    chip(page, label).click()
    expect(chip(page, label)).to_have_count(0)
    settled(page)


@pytest.mark.parametrize(
    ("tab", "chart", "label"),
    [
        ("overview", ".st-key-card-ranking", "Model: gpt-5-mini-2025-08-07"),
        pytest.param("cache", ".st-key-card-missed", "Model: gpt-5-mini-2025-08-07", marks=pytest.mark.slow),
        pytest.param("explore", ".st-key-card-hours", "Model: gpt-5", marks=pytest.mark.slow),
    ],
)
def test_a_click_on_a_groups_row_filters_to_it_and_a_chip_undoes_it(page, settled, tab, chart, label):
    page.goto(f"/?tab={tab}&group_by=model&period=30d&interval=day")
    settled(page, 1)
    first = page.locator(f"{chart} .nsewdrag").first
    first.scroll_into_view_if_needed()
    first.hover(position={"x": 60, "y": 14})
    first.click(position={"x": 60, "y": 14})
    expect(chip(page, label)).to_be_visible()
    settled(page)
    undone(page, settled, label)


def test_a_name_in_a_tabs_table_filters_to_it(page, settled):
    page.goto("/?tab=changes&group_by=project_id&period=30d&interval=day")
    settled(page)
    page.get_by_role("rowheader").get_by_role("button", name="Code helper").first.click()
    expect(chip(page, "Project: Code helper")).to_be_visible()
    settled(page)
    undone(page, settled, "Project: Code helper")


def test_a_legend_entry_of_the_hit_rate_filters_to_its_group(page, settled):
    page.goto("/?tab=cache&group_by=project_id&period=30d&interval=day")
    settled(page, 2)
    page.locator(".st-key-card-hit-rate .chart-legend button").first.click()
    expect(chip(page, "Project: ")).to_be_visible()


def test_at_200_percent_no_chart_has_another_beside_it(new_context, settled):
    """A window of 1440 px, twice as large: names and numbers of a third of it would run into one another."""
    page = new_context(viewport=(720, 450), device_scale_factor=2).new_page()
    page.goto("/")
    settled(page, 3)
    first, second = (page.locator(f".st-key-card-{name}").bounding_box() for name in ("over_time", "ranking"))
    assert first["y"] + first["height"] <= second["y"]
    assert first["width"] == second["width"] > 600
    assert page.evaluate("document.documentElement.scrollWidth") <= 720


@pytest.mark.slow
def test_a_row_that_is_unfolded_is_in_the_link_and_so_for_whoever_opens_it(new_context, settled):
    page = new_context().new_page()
    page.goto("/?group_by=project_id&subgroup=model&period=30d")
    settled(page, 3)
    table = page.locator(".st-key-card-breakdown")
    table.get_by_role("button", name="What Document search is made of").click()
    page.wait_for_url("**unfolded=value%3Aproj_document-search-engine*")
    expect(table.locator("tr.inside")).not_to_have_count(0)
    settled(page)
    there = new_context().new_page()
    there.goto(page.url)
    settled(there)
    assert there.locator("tr.inside").all_inner_texts() == table.locator("tr.inside").all_inner_texts()
    table.get_by_role("button", name="What Document search is made of").click()
    page.wait_for_url(lambda url: "unfolded" not in url)
    expect(table.locator("tr.inside")).to_have_count(0)
