"""What only a browser can prove: files dropped, links shared, names that would like to be more than names."""

import gzip
import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import BrowserContext, FilePayload, Locator, Page, Route, expect

from tests.browser.conftest import Server

DAY = 86_400
JANUARY = 1_767_225_600  # 2026-01-01, unix seconds

Settled = Callable[..., None]
NewContext = Callable[..., BrowserContext]


def bucket(day: int, *rows: dict[str, Any]) -> dict[str, Any]:
    """A day of January 2026."""
    start = JANUARY + (day - 1) * DAY
    results = [{"object": "organization.usage.completions.result", **row} for row in rows]
    return {"object": "bucket", "start_time": start, "end_time": start + DAY, "results": results}


def usage(*buckets: dict[str, Any]) -> bytes:
    return json.dumps({"object": "page", "data": buckets, "has_more": False, "next_page": None}).encode()


def row(tokens: Any, **more: Any) -> dict[str, Any]:
    return {"input_tokens": tokens, "output_tokens": 0, "num_model_requests": 1, "model": "gpt-5", **more}


def file(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def drop(page: Page, *files: FilePayload | Path) -> None:
    """Uploads files, all at once."""
    page.locator("input[type=file]").set_input_files(list(files))  # type: ignore[arg-type]


def uploaded(page: Page, settled: Settled, *files: FilePayload | Path, charts: int = 3) -> None:
    """Uploads files on the page of a dead link, which has nothing to draw before."""
    page.goto("/?data=none")
    drop(page, *files)
    page.wait_for_url(lambda url: "data=none" not in url)
    settled(page, charts)


def query(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query, keep_blank_values=True)


def breakdown(page: Page) -> list[list[str]]:
    """The breakdown's rows as they are read: names, then numbers."""
    table = page.get_by_role("table").first
    rows = table.locator("tbody tr, tfoot tr.total")
    return [[text.strip() for text in rows.nth(at).locator("th, td").all_inner_texts()] for at in range(rows.count())]


def numbers(page: Page) -> dict[str, str]:
    """Name → total tokens, exactly; the trend and the share stand before them."""
    return {cells[0]: cells[3] for cells in breakdown(page)}


def tiles(page: Page) -> list[str]:
    return page.locator(".tile .value").all_inner_texts()


def grounds(page: Page) -> list[str]:
    """The colour on which each chart is drawn."""
    found = page.evaluate("[...document.querySelectorAll('.js-plotly-plot')].map(c => c._fullLayout.paper_bgcolor)")
    return [str(colour).upper() for colour in found]


def choose(page: Page, settled: Settled, box: str, option: str) -> None:
    page.get_by_role("combobox", name=box).click()
    page.get_by_role("option", name=option, exact=True).click()
    settled(page, 1)


def press(page: Page, settled: Settled, group: str, option: str) -> None:
    segment(page, group, option).click()
    settled(page, 1)


def segment(page: Page, group: str, option: str) -> Locator:
    return page.get_by_role("radiogroup", name=group).get_by_role("radio", name=option, exact=True)


def heading(page: Page) -> str:
    return page.get_by_role("heading", level=2).first.inner_text()


INNERMOST = "let e = document.activeElement; while (e.shadowRoot?.activeElement) e = e.shadowRoot.activeElement;"
FOCUSED = f"""() => {{ {INNERMOST}
    return e.closest('[role=radiogroup]')?.getAttribute('aria-label') || e.getAttribute('aria-label')
        || e.querySelector('p')?.innerText || (e === document.body ? '' : e.innerText) }}"""
OUTLINE = f"() => {{ {INNERMOST} const s = getComputedStyle(e); return [s.outlineWidth, s.outlineStyle, s.outlineColor].join(' ') }}"

PLACE = "element => element.getBoundingClientRect().top - document.querySelector('.st-key-header').getBoundingClientRect().top"


# --- looking -------------------------------------------------------------------------------------------------------


def test_a_first_visit_sees_the_sample_drawn(page, settled):
    page.goto("/")
    settled(page, 3)
    expect(page.locator(".stMarkdownBadge")).to_contain_text("Sample data")
    assert tiles(page) == ["3.05B", "2.71B", "33.8%", "340M", "17.2M", "1.23M"]
    chart = page.get_by_role("img", name="Daily tokens by part, 2026-10-22 – 2026-11-20: Uncached input holds 58.1%")
    assert chart.locator(".point path").count() == 30 * 6
    assert numbers(page)["gpt-5-mini-2025-08-07"] == "1,019,169,099"
    assert numbers(page)["Total all 10 rows"] == "3,051,264,664"


@pytest.mark.parametrize("width", [1280, 800, 360])
def test_tiles_that_come_after_the_charts_do_not_push_them_down(new_context, width):
    page = new_context(viewport=(width, 800)).new_page()
    held: list[Route] = []
    page.route("**/tile.js", lambda route: held.append(route))  # noqa: PLW0108 - Playwright looks into what it calls
    page.goto("/")
    chart = page.locator(".st-key-chart-over_time")
    expect(chart.locator(".main-svg").first).to_be_visible()
    expect(page.locator(".st-key-toolbar, .st-key-tab-bar").get_by_test_id("stSkeleton")).to_have_count(0)
    before = chart.evaluate(PLACE)
    for route in held:
        route.continue_()
    expect(page.locator(".tile .value").first).to_be_visible()
    assert chart.evaluate(PLACE) == pytest.approx(before, abs=2)


def test_by_keyboard_the_controls_come_in_the_order_in_which_they_are_read(page, settled):
    page.goto("/")
    settled(page, 3)
    reached = []
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.append(page.evaluate(FOCUSED))
    order = ["Share", "Three ways to get an export", "Upload", "Measure", "Group by", "Interval"]
    order += ["Period, counted back from the last bucket", "2026-10-22 – 2026-11-20 UTC", "Bars", "Filters"]
    order += ["About Total tokens", "About Requests", "Tab", "Save as PNG", "The numbers", "Usage by model"]
    order += ["gpt-5-mini-2025-08-07", "gpt-image-1-mini"]
    assert [name for name in dict.fromkeys(reached) if name in order] == order
    assert reached[0] in reached[1:]  # out of the last row, and round again


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_where_the_focus_is_can_be_seen_on_tiles_charts_and_tables(new_context, settled, color_scheme):
    page = new_context(color_scheme=color_scheme).new_page()
    page.goto("/")
    settled(page, 3)
    accent = {"light": "rgb(10, 110, 85)", "dark": "rgb(61, 176, 141)"}[color_scheme]
    seen = {}
    for _ in range(50):
        page.keyboard.press("Tab")
        seen[page.evaluate(FOCUSED)] = page.evaluate(OUTLINE)
    names = ("About Total tokens", "Save as PNG", "Cached input", "Usage by model", "Total tokens")
    for name in (*names, "gpt-5-mini-2025-08-07"):
        assert seen[name] == f"2px solid {accent}", name


def test_in_the_dark_the_charts_are_dark_from_the_first_moment(new_context, settled):
    page = new_context(color_scheme="dark").new_page()
    page.add_init_script(
        """window.grounds = new Set();
        setInterval(() => document.querySelectorAll('.js-plotly-plot').forEach(
            chart => chart._fullLayout && window.grounds.add(chart._fullLayout.paper_bgcolor)), 10)"""
    )
    page.goto("/")
    settled(page, 3)
    assert page.evaluate("[...window.grounds]") == ["#0E1113"]
    assert page.evaluate("getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor") == (
        "rgb(14, 17, 19)"
    )


def test_on_a_phone_nothing_is_wider_than_the_screen_and_tiles_stand_two_by_two(new_context, settled):
    page = new_context(viewport=(360, 740)).new_page()
    page.goto("/")
    settled(page, 3)
    wide = """[document.documentElement, document.querySelector('[data-testid=stMain]')].map(e => e.scrollWidth)"""
    assert page.evaluate(wide) == [360, 360]
    boxes = [tile.bounding_box() or {} for tile in page.locator(".tile").all()]
    assert len(boxes) == 6
    lefts, tops = {round(box["x"]) for box in boxes}, sorted({round(box["y"]) for box in boxes})
    assert (len(lefts), len(tops)) == (2, 3)
    # The charts are those of a phone: names above bars that use the whole width.
    assert page.evaluate("Math.max(...[...document.querySelectorAll('.main-svg')].map(e => e.clientWidth))") <= 360


# --- asking --------------------------------------------------------------------------------------------------------


def test_clicks_change_the_view_and_the_address_and_back_undoes_them(page, settled):
    page.goto("/")
    settled(page, 3)
    choose(page, settled, "Group by", "By project")
    choose(page, settled, "Interval", "By week")
    press(page, settled, "Period, counted back from the last bucket", "90 d")
    assert heading(page) == "Weekly tokens by project"
    before = numbers(page)
    assert len(before) > 2

    page.get_by_role("button", name="Filters").click()
    page.get_by_role("combobox", name="Batch").click()
    page.get_by_role("option", name="Batch", exact=True).or_(
        page.get_by_role("option", name="true", exact=True)
    ).click()
    settled(page, 1)
    page.keyboard.press("Escape")
    filtered = numbers(page)
    assert len(filtered) < len(before)
    assert query(page)["group_by"] == ["project_id"]
    assert query(page)["interval"] == ["week"]
    assert query(page)["period"] == ["90d"]
    assert query(page)["batch"] == ["true"]

    page.reload()
    settled(page, 1)
    assert numbers(page) == filtered
    page.go_back()
    page.wait_for_url(lambda url: "batch" not in url)
    settled(page, 1)
    assert numbers(page) == before
    expect(segment(page, "Period, counted back from the last bucket", "90 d")).to_be_checked()


def test_of_two_quick_clicks_both_count(page, settled):
    page.goto("/")
    settled(page, 3)
    segment(page, "Measure", "Requests").click()
    segment(page, "Bars", "Share").click()
    expect(page.get_by_role("heading", name="Share of daily requests")).to_be_visible()
    settled(page, 1)
    assert query(page)["measure"] == ["num_model_requests"]
    assert query(page)["mode"] == ["share"]


@pytest.mark.slow
def test_a_copied_address_shows_the_same_numbers_elsewhere_on_earth_and_in_the_dark(page, new_context, settled):
    page.goto("/?data=sample&group_by=user_id&interval=day&start_time=2026-11-01&end_time=2026-11-08")
    settled(page, 3)
    choose(page, settled, "Group by", "By API key")
    elsewhere = new_context(color_scheme="dark", timezone_id="Pacific/Auckland", locale="de-DE").new_page()
    elsewhere.goto(page.url)
    settled(elsewhere, 3)
    assert heading(elsewhere) == heading(page) == "Daily tokens by API key"
    assert breakdown(elsewhere) == breakdown(page)
    assert tiles(elsewhere) == tiles(page)
    axes = [each.locator(".xaxislayer-above").first.text_content() for each in (page, elsewhere)]
    assert axes[0] == axes[1]
    assert set(grounds(elsewhere)) == {"#0E1113"}
    assert set(grounds(page)) == {"#FFFFFF"}


def test_the_shared_link_opens_the_same_view(page, new_context, settled):
    uploaded(page, settled, file("usage.json", usage(bucket(1, row(10), row(7, model="o4-mini")), bucket(2, row(4)))))
    press(page, settled, "Measure", "Requests")
    page.locator(".st-key-share button").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Make the link").click()
    expect(dialog.get_by_text("Link to this view")).to_be_visible()
    link = "".join(dialog.get_by_test_id("stCode").first.inner_text().split())
    assert urlsplit(link).netloc == urlsplit(page.url).netloc
    other = new_context().new_page()
    other.goto(link)
    settled(other, 3)
    assert breakdown(other) == breakdown(page)
    expect(segment(other, "Measure", "Requests")).to_be_checked()


# --- files ---------------------------------------------------------------------------------------------------------


def test_a_real_export_is_added_up_exactly(page, settled, exports):
    (export,) = exports.glob("07_*")
    page.goto("/")
    settled(page, 3)
    drop(page, export)
    page.wait_for_url(re.compile(r"\?data="))
    settled(page, 3)
    assert list(numbers(page).values())[-1] == "889,170"
    expect(page.locator(".tile .value").last).to_have_text("53")
    page.reload()
    settled(page, 3)
    assert list(numbers(page).values())[-1] == "889,170"


def test_visitors_never_see_the_files_of_another(new_context, settled):
    one, two = new_context().new_page(), new_context().new_page()
    uploaded(one, settled, file("one.json", usage(bucket(1, row(1001, model="secret-one")))))
    uploaded(two, settled, file("two.json", usage(bucket(1, row(2002, model="secret-two")))))
    assert numbers(one) == {"secret-one": "1,001", "Total 1 row": "1,001"}
    assert numbers(two) == {"secret-two": "2,002", "Total 1 row": "2,002"}
    assert query(one)["data"] != query(two)["data"]
    for page, mine, other in ((one, "secret-one", "secret-two"), (two, "secret-two", "secret-one")):
        press(page, settled, "Measure", "Requests")
        assert mine in page.content()
        assert other not in page.content()
    one.goto("/")
    settled(one, 3)
    assert "secret" not in one.content()


def test_reading_can_be_cancelled(page, settled):
    page.goto("/")
    settled(page, 3)
    # A hundred thousand results that are all wrong take some seconds.
    slow = usage(*(bucket(day - 3000, *[row("12k")] * 200) for day in range(500)))
    drop(page, file("slow.json.gz", gzip.compress(slow, 1)))
    expect(page.get_by_text("Reading slow.json.gz")).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("button", name="Cancel")).to_be_hidden()
    settled(page, 3)
    assert "data" not in query(page)
    assert tiles(page)[0] == "3.05B"
    expect(page.get_by_text("slow.json.gz")).to_be_hidden()


def test_files_that_are_no_exports_get_one_message(page, settled):
    files = [
        file("report.pdf", b"%PDF-1.7\n1 0 obj"),
        file("login.html", b"<!doctype html><html><title>Log in</title>"),
        file("pictures.zip", b"PK\x03\x04 not whole"),
        file("cut.json", usage(bucket(1, row(1)))[:-30]),
    ]
    uploaded(page, settled, *files, charts=0)
    expect(page.get_by_role("alert").filter(has_text="Nothing in these files")).to_have_count(1)
    alert = page.get_by_role("alert").filter(has_text="Nothing in these files")
    for words in ("report.pdf: is a PDF document", "login.html: is a web page", "pictures.zip: ", "cut.json: "):
        expect(alert).to_contain_text(words)
    assert "Traceback" not in page.content()


def test_what_was_rejected_can_be_downloaded_whole_and_runs_nowhere(page, settled, tmp_path):
    content = usage(bucket(1, row(5), row("=1+1"), row(-1)))
    uploaded(page, settled, file("=cmd.json", content))
    expect(page.get_by_role("alert")).to_contain_text("2 results were rejected")
    press_tab(page, settled)
    with page.expect_download() as download:
        page.get_by_role("button", name="All as CSV").click()
    saved = tmp_path / download.value.suggested_filename
    download.value.save_as(saved)
    assert saved.name == "rejected.csv"
    assert saved.read_bytes().decode() == (
        "kind,file,place,field,value,reason,count\r\n"
        'rejected,\'=cmd.json,data[0].results[1],input_tokens,"""=1+1""",is not a whole number,1\r\n'
        "rejected,'=cmd.json,data[0].results[2],input_tokens,'-1,is negative,1\r\n"
    )


def press_tab(page: Page, settled: Settled) -> None:
    segment(page, "Tab", "Data quality").click()
    settled(page)


# --- names ---------------------------------------------------------------------------------------------------------

HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "[x](http://evil.example)",
    "$x$",
    ":material/home:",
    "![](http://127.0.0.1:1/x)",
    "%{y}",
    "<b>bold</b>",
)
LONG = "long-" + "x" * 300 + "-end"
RTL = "\u202egnp.exe"


def test_a_name_is_shown_as_it_is_and_nothing_in_it_happens(new_context, settled, server: Server):
    page = new_context().new_page()
    strange: list[str] = []
    page.on("dialog", lambda dialog: (strange.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: strange.append(request.url) if not mine(request.url, server) else None)
    rows = [row(1000 - at, model=name, project_id=name, user_id=name) for at, name in enumerate((*HOSTILE, LONG, RTL))]
    uploaded(page, settled, file("![](http://127.0.0.1:1/x)<b>$x$.json", usage(bucket(1, *rows), bucket(2, *rows))))
    header = page.get_by_text("18 results").inner_text().replace("\u2060", "")
    assert header.startswith("![](http://127.0.0.1:1/x)<b>$x$.json · 18 results")

    for dimension, label in (("model", "Model"), ("project_id", "Project")):
        page.goto(f"/?data={query(page)['data'][0]}&group_by={dimension}&interval=day&{dimension}={HOSTILE[0]}")
        settled(page, 3)
        expect(page.get_by_role("button", name=f"{label}: {HOSTILE[0]}")).to_be_visible()
        page.get_by_role("button", name=f"{label}: {HOSTILE[0]}").click()
        page.wait_for_url(lambda url: "onerror" not in url)
        settled(page, 3)
        assert_literal(page, HOSTILE)
        hover(page)
    page.goto(
        f"/?data={query(page)['data'][0]}&{HOSTILE[4]}=1&model={HOSTILE[0]}&model={HOSTILE[1]}&user_id=![]({RTL})"
    )
    settled(page)
    told = page.get_by_role("alert").first.inner_text().replace("\u2060", "")
    assert f"{HOSTILE[4]} was left out" in told
    press_tab(page, settled)
    assert not strange
    assert not page.locator("a[href*=evil], img[src*='127.0.0.1:1']").count()


def mine(url: str, server: Server) -> bool:
    return url.startswith((server.url, "data:", "blob:"))


def assert_literal(page: Page, names: Sequence[str]) -> None:
    """In the table, and in the chart's legend."""
    listed = list(numbers(page))
    legend = page.locator(".chart-legend button").all_text_contents()
    for name in names:
        assert name in listed
        assert name in legend, legend
    assert any(name.startswith("long-xx") and name.endswith("-end") for name in listed)


def hover(page: Page) -> None:
    """Over the first bar: what is shown there is text as well."""
    page.locator(".js-plotly-plot").first.locator(".point path").first.hover(force=True)
    expect(page.locator(".hoverlayer").first).to_contain_text("<img src=x onerror=alert(1)>")
