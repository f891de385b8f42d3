"""The breakdown table in a real browser: exact to the digit, text only, and the visitor's own sorting and search."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.conftest import Server

# Rows can be asked for in the address; the button sends other numbers for the same table.
SCRIPT = """
import streamlit as st
from components import breakdown
from components.breakdown import Column, Row, Table, count, name, ratio, trend

NAMES = {
    "gpt-5.2": 2**53 + 1,
    "gpt-5.2-mini": 2**53,
    "o4-mini": 2**63,
    "<img src=x onerror=alert(1)>": 12,
    "ft:gpt-4.1-mini-2025-04-14:acme-research:support-triage:BxYz12Ab": 0,
    "gpt-image-1": None,
}
st.session_state.setdefault("more", 0)
if st.button("New data"):
    st.session_state["more"] += 1
usage = {key: number and number + st.session_state["more"] for key, number in NAMES.items()}
usage |= {f"key_{i:05}": i for i in range(int(st.query_params.get("keys", 8)))}
total = sum(number or 0 for number in usage.values())
COLUMNS = (
    Column("model", "Model", "text"),
    Column("trend", "Trend", "trend"),
    Column("tokens", "Total tokens", help="Input and output"),
    *(Column(f"part{i}", f"Part {i} of the tokens") for i in range(6)),
    Column("share", "Share", "share"),
)


def row(key, number):
    return Row(key, (name(key), trend([1, 3, 2] if number else []), *[count(number)] * 7, ratio(number, total)))


table = Table("Tokens by model", COLUMNS, tuple(row(*item) for item in usage.items()), row("Total", total))
breakdown.show(table, key="table", on_open=lambda key: st.session_state.update(opened=key))
st.write("Opened:", st.session_state.get("opened", "none"))
st.write(f"Update {st.session_state['more']}")
"""


@pytest.fixture(scope="module")
def server(start_server: Callable[..., Server], tmp_path_factory: pytest.TempPathFactory) -> Server:
    """In place of the dashboard: a page with nothing but the table."""
    script = tmp_path_factory.mktemp("breakdown") / "page.py"
    script.write_text(SCRIPT, encoding="utf-8")
    return start_server(script=script)


def names(page: Page) -> list[str]:
    return page.locator("tbody th").all_inner_texts()


def values(page: Page, row: Locator | None = None) -> list[str]:
    return (row or page.locator("tbody tr")).locator("td:nth-child(3)").all_inner_texts()


def header(page: Page, label: str) -> Locator:
    return page.get_by_role("columnheader", name=label)


def opened(page: Page, address: str = "/") -> Page:
    page.goto(address)
    expect(page.locator("tbody tr").first).to_be_visible()
    return page


def test_whole_numbers_beyond_2_to_the_53_are_shown_to_the_last_digit(page):
    opened(page)
    assert values(page)[:3] == ["9,007,199,254,740,993", "9,007,199,254,740,992", "9,223,372,036,854,775,808"]
    assert values(page, page.locator("tfoot .total")) == ["9,241,386,435,364,257,833"]


def test_they_are_sorted_exactly_largest_first_and_what_was_not_reported_comes_last_either_way(page):
    opened(page)
    assert header(page, "Total tokens").get_attribute("aria-sort") is None
    sort = page.get_by_role("button", name="Total tokens")
    sort.click()
    assert names(page)[:3] == ["o4-mini", "gpt-5.2", "gpt-5.2-mini"]
    assert names(page)[-1] == "gpt-image-1"
    assert header(page, "Total tokens").get_attribute("aria-sort") == "descending"
    sort.press("Enter")
    assert names(page)[-4:] == ["gpt-5.2-mini", "gpt-5.2", "o4-mini", "gpt-image-1"]
    assert header(page, "Total tokens").get_attribute("aria-sort") == "ascending"
    sort.press("Space")
    assert names(page)[:2] == ["gpt-5.2", "gpt-5.2-mini"]
    assert header(page, "Total tokens").get_attribute("aria-sort") is None


def test_names_are_sorted_from_a_to_z_first(page):
    opened(page)
    page.get_by_role("button", name="Model", exact=True).click()
    assert header(page, "Model").get_attribute("aria-sort") == "ascending"
    assert names(page)[-1] == "o4-mini"


def test_zero_and_not_reported_look_and_sound_different(page):
    opened(page)
    zero, blank = (page.locator("tbody tr").nth(at).locator("td").nth(1) for at in (4, 5))
    expect(zero).to_have_text("0")
    expect(blank).to_have_text("–")
    expect(blank.get_by_role("img", name="not reported")).to_be_visible()


def test_a_trend_without_numbers_is_no_claim_that_nothing_was_reported(page):
    opened(page)
    trends = page.locator("tbody td:nth-child(2)")
    expect(trends.nth(0).get_by_role("img", name="3 values: first 1, highest 3, last 2")).to_be_visible()
    expect(trends.nth(4)).to_be_empty()


def test_a_search_finds_names_in_any_case_and_leaves_the_total_of_all_rows(page):
    opened(page)
    expect(page.get_by_role("status")).to_have_text("14 rows")
    page.get_by_role("searchbox").fill("GPT-5")
    assert names(page) == ["gpt-5.2", "gpt-5.2-mini"]
    expect(page.get_by_role("status")).to_have_text("2 of 14 shown")
    total = page.locator("tfoot .total")
    expect(total.locator("th")).to_have_text("Total all 14 rows")
    assert values(page, total) == ["9,241,386,435,364,257,833"]


def test_a_search_without_a_match_says_so_and_can_be_cleared(page):
    opened(page)
    page.get_by_role("searchbox").fill("claude")
    expect(page.locator("tbody")).to_contain_text("No name contains “claude”.")
    page.get_by_role("button", name="Clear search").click()
    expect(page.get_by_role("searchbox")).to_be_focused()
    assert len(names(page)) == 14


def test_letters_typed_into_the_search_are_no_shortcuts_of_the_page(page, settled):
    opened(page)
    settled(page)
    states = "window.states = []; const app = document.querySelector('[data-testid=stApp]');"
    states += "new MutationObserver(() => states.push(app.dataset.testScriptState)).observe(app, {attributes: true})"
    page.evaluate(states)
    page.get_by_role("searchbox").press_sequentially("rc")
    page.wait_for_timeout(500)
    assert page.evaluate("states") == []
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_name_with_markup_stays_text(page):
    dialogs = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    opened(page)
    page.get_by_role("searchbox").fill("<img src=x onerror=alert(1)>")
    assert names(page) == ["<img src=x onerror=alert(1)>"]
    page.get_by_role("searchbox").fill("<img src=x onerror=alert(2)>")
    expect(page.locator("tbody")).to_contain_text("No name contains “<img src=x onerror=alert(2)>”.")
    assert page.locator("table img").count() == 0
    assert dialogs == []


def test_a_long_name_is_cut_in_its_middle_but_copied_whole(page):
    opened(page)
    long = "ft:gpt-4.1-mini-2025-04-14:acme-research:support-triage:BxYz12Ab"
    cell = page.get_by_role("rowheader", name=long)
    expect(cell.get_by_title(long)).to_be_visible()
    end = cell.locator(".end")
    expect(end).to_have_text("BxYz12Ab")
    inside = "(end) => end.getBoundingClientRect().right <= end.closest('.name').getBoundingClientRect().right"
    assert end.evaluate(inside)
    row = "(cell) => { getSelection().selectAllChildren(cell.closest('tr')); return getSelection().toString() }"
    assert cell.evaluate(row).split("\t") == [long, "", *["0"] * 7, "0.0%"]


def test_new_data_leave_search_sorting_and_what_is_typed_alone(page):
    opened(page)
    page.get_by_role("button", name="Total tokens").click()
    page.get_by_role("searchbox").fill("gpt-5")
    page.get_by_role("button", name="New data").click()
    expect(page.get_by_text("Update 1")).to_be_visible()
    expect(page.locator("tbody td:nth-child(3)").first).to_have_text("9,007,199,254,740,994")
    expect(page.get_by_role("searchbox")).to_have_value("gpt-5")
    assert names(page) == ["gpt-5.2", "gpt-5.2-mini"]
    assert header(page, "Total tokens").get_attribute("aria-sort") == "descending"


def test_the_table_is_changed_in_place_when_new_data_arrive(page):
    opened(page)
    page.locator("table").evaluate("(table) => { window.table = table }")
    page.get_by_role("button", name="New data").click()
    expect(page.locator("tbody td:nth-child(3)").first).to_have_text("9,007,199,254,740,994")
    assert page.locator("table").evaluate("(table) => table === window.table")


def test_a_clicked_name_reaches_python_as_its_row_key_and_keeps_the_focus(page):
    opened(page)
    page.get_by_role("button", name="<img src=x onerror=alert(1)>").click()
    expect(page.get_by_text("Opened: <img src=x onerror=alert(1)>")).to_be_visible()
    page.get_by_role("button", name="o4-mini").press("Enter")
    expect(page.get_by_text("Opened: o4-mini")).to_be_visible()
    expect(page.get_by_role("button", name="o4-mini")).to_be_focused()


def test_many_rows_are_drawn_a_hundred_at_a_time(page):
    opened(page, "/?keys=344")
    assert page.locator("tbody tr").count() == 100
    expect(page.get_by_role("status")).to_have_text("100 of 350 shown")
    page.get_by_role("button", name="Show 100 more (of 350)").click()
    expect(page.get_by_role("status")).to_have_text("200 of 350 shown")
    page.get_by_role("searchbox").fill("key_")
    expect(page.get_by_role("status")).to_have_text("100 of 344 found, in 350 rows")
    for more in (100, 100, 44):
        page.get_by_role("button", name=f"Show {more} more (of 344)").click()
    expect(page.get_by_role("status")).to_have_text("344 of 350 shown")
    assert len(set(names(page))) == 344


def test_head_and_total_stay_in_view_while_the_rows_scroll(page):
    opened(page, "/?keys=90")
    frame = page.get_by_role("region", name="Tokens by model")
    before = [page.locator(part).bounding_box() for part in ("thead", "tfoot")]
    frame.evaluate("(frame) => { frame.scrollTop = 1000 }")
    assert [page.locator(part).bounding_box() for part in ("thead", "tfoot")] == before
    assert frame.evaluate("(frame) => frame.scrollTop") == 1000


def test_more_rows_than_are_listed_are_summed_and_said(page):
    opened(page, "/?keys=5010")
    expect(page.get_by_text("Too many to list: the first 5,000 of 5,016 rows")).to_be_visible()
    expect(page.locator("tfoot th").first).to_have_text("Other · 16 rows")
    assert values(page, page.locator("tfoot tr").first) == [f"{sum(range(4_994, 5_010)):,}"]
    page.get_by_role("button", name="Total tokens").click()
    assert names(page)[:4] == ["o4-mini", "gpt-5.2", "gpt-5.2-mini", "key_04993"]


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_on_a_phone_only_the_table_scrolls_sideways_and_the_names_stay(
    new_context: Callable[..., BrowserContext], color_scheme: str
):
    page = opened(new_context(viewport=(360, 740), color_scheme=color_scheme).new_page())
    page.get_by_role("region", name="Tokens by model").evaluate("(frame) => { frame.scrollLeft = 200 }")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    first, frame = page.locator("tbody th").first.bounding_box(), page.get_by_role("region").last.bounding_box()
    assert first is not None
    assert frame is not None
    assert first["x"] == pytest.approx(frame["x"], abs=2)
    assert first["width"] < frame["width"] / 2


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_every_text_has_a_contrast_of_at_least_4_5(new_context: Callable[..., BrowserContext], color_scheme: str):
    page = opened(new_context(color_scheme=color_scheme).new_page())
    for text in (".helped", "tbody th", "tbody td", "tbody .muted", ".total th", ".scope", ".status"):
        assert page.locator(text).last.evaluate(CONTRAST) >= 4.5, text


# The colours as painted on a canvas, which also understands color-mix(); the ground is the nearest that is not clear.
CONTRAST = """(element) => {
    const paint = (colour) => {
        const pen = document.createElement('canvas').getContext('2d');
        pen.fillStyle = colour;
        pen.fillRect(0, 0, 1, 1);
        return [...pen.getImageData(0, 0, 1, 1).data];
    };
    const light = ([red, green, blue]) => [red, green, blue]
        .map((part) => part / 255)
        .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
        .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
    let ground = element;
    while (paint(getComputedStyle(ground).backgroundColor)[3] === 0) ground = ground.parentElement ?? ground.getRootNode().host;
    const [text, behind] = [paint(getComputedStyle(element).color), paint(getComputedStyle(ground).backgroundColor)].map(light);
    return (Math.max(text, behind) + 0.05) / (Math.min(text, behind) + 0.05);
}"""
