"""Names are text: a few hundred that would like to be something else, in every place of the page and the report.

Looked for is what must not be there, in the page's whole tree: a script that ran, an attribute that would run one, an
element or a style that leads elsewhere, a request, also one that only the page's policy has stopped; and what must be:
the name as it was written, where a person would look for it.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from components.address import TABS
from tests.browser.hostile import BARE, NAMES, WORST
from tests.browser.test_journeys import bucket, file, query, row, uploaded, usage

DIMENSIONS = ("model", "project_id", "user_id", "api_key_id", "service_tier", "api_source")
Settled = Callable[..., None]

# Also inside of elements with a tree of their own. What an address leads to shows in these attributes.
FOUND = """() => {
    const found = window.ran ? [`a script ran: ${window.ran}`] : [];
    const look = root => { for (const element of root.querySelectorAll('*')) {
        for (const { name, value } of element.attributes) {
            if (name.startsWith('on') || (/evil/i.test(value) && /^(href|src|srcset|style|action|data|xlink:href|content|background)$/.test(name)))
                found.push(`<${element.tagName} ${name}="${value}">`.slice(0, 300));
        }
        if (/^(iframe|object|embed|base|math|meta)$/i.test(element.tagName) && element.closest('[data-testid=stMain]')) found.push(element.outerHTML.slice(0, 300));
        if (element.classList.contains('katex')) found.push(`LaTeX: ${element.textContent}`.slice(0, 300));
        if (element.shadowRoot) look(element.shadowRoot);
    } };
    look(document);
    return found;
}"""


@pytest.fixture
def watched(new_context: Callable[..., BrowserContext]) -> Iterator[Page]:
    """A page whose dialogs, windows and stopped requests fail the test; requests that are made do so anyway."""
    context = new_context()
    page = context.new_page()
    strange: list[str] = []
    page.on("dialog", lambda dialog: (strange.append(f"dialog {dialog.message}"), dialog.dismiss()))
    page.on("popup", lambda popup: strange.append(f"window {popup.url}"))
    page.on("console", lambda said: strange.append(said.text) if "Content Security Policy" in said.text else None)
    yield page
    assert strange == []


def costs(names: Sequence[str]) -> bytes:
    results = [
        {
            "object": "organization.costs.result",
            "amount": {"value": f"{1000 - at}.5", "currency": "usd"},
            "line_item": name,
            "project_id": name,
        }
        for at, name in enumerate(names)
    ]
    return usage(bucket(1, *results))


def strange_file(names: Sequence[str]) -> bytes:
    """Names where the format has none: keys, kinds of object, values that are refused."""
    rows: list[dict[str, Any]] = [
        *(row(1, **{name: name}) for name in names),
        *({"object": name, name: 1} for name in names),
        *(row(name, model=name) for name in names),
    ]
    return usage(bucket(5, *rows))


def everywhere(names: Sequence[str]) -> bytes:
    """Each name in each dimension, the first ones with the most tokens, and something for each tab to show."""
    parts = {"input_cached_tokens": 900, "input_audio_tokens": 50, "output_audio_tokens": 0, "batch": True}
    rows = [row(10_000 - at, **parts, **dict.fromkeys(DIMENSIONS, name)) for at, name in enumerate(names)]
    return usage(*(bucket(day, *rows) for day in range(1, 5)))


def files(names: Sequence[str]) -> list[Any]:
    return [
        file(f"{WORST[1]}{WORST[0]}.json", everywhere(names)),
        file(f"={WORST[3]}.json", costs(names)),
        file("strange.json", strange_file(names[:40])),
    ]


def shown(text: str) -> str:
    """A name as a reader sees it: without what cannot be seen, and blanks as one."""
    return " ".join(
        re.sub("[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\u2060\ufeff]", " ", text).split()
    )


def listed(page: Page) -> set[str]:
    """The names of the breakdown, however many it draws at once: those it was given."""
    texts = page.get_by_role("table").first.locator("tbody th").all_inner_texts()
    return {shown(text) for text in texts}


def is_cut_from(text: str, name: str) -> bool:
    """A legend has room for so much; what it leaves out is the middle."""
    head, _, tail = text.partition("…")
    return name.startswith(head) and name.endswith(tail) if tail else name == text


def nothing_happened(page: Page) -> None:
    assert page.evaluate(FOUND) == []


def hover(page: Page) -> None:
    """Over the middle of each chart, so that what it says there is drawn."""
    for chart in page.locator(".js-plotly-plot").all():
        chart.scroll_into_view_if_needed()
        if box := chart.bounding_box():
            page.mouse.move(box["x"] + box["width"] / 2, box["y"] + min(box["height"] / 2, 150))
            page.wait_for_timeout(100)


@pytest.mark.slow
def test_hundreds_of_names_in_every_tab_are_text(watched: Page, settled: Settled):
    names = (*WORST, *(name for name in NAMES if name not in WORST))
    assert len(set(names)) > 300
    uploaded(watched, settled, *files(names), charts=1)
    data = query(watched)["data"][0]
    for tab in TABS:
        watched.goto(f"/?data={data}&tab={tab}&group_by=model&interval=day")
        settled(watched)
        hover(watched)
        nothing_happened(watched)
        if tab == "overview":
            drawn = [shown(text) for text in watched.locator(".chart-legend button").all_text_contents()]
            assert [name for name in WORST if not any(is_cut_from(text, shown(name)) for text in drawn)] == []
            assert set(map(shown, WORST)) <= listed(watched)
    chips = "".join(f"&{name}={json.dumps(WORST[0])[1:-1]}" for name in DIMENSIONS)
    watched.goto(f"/?data={data}&group_by=project_id&{WORST[0]}={WORST[0]}{chips}")
    settled(watched)
    watched.get_by_role("button", name="Filters").click()
    watched.get_by_role("combobox", name="Model").click()
    expect(watched.get_by_role("option").first).to_be_visible()
    nothing_happened(watched)
    watched.keyboard.press("Escape")


@pytest.mark.slow
def test_a_title_is_text_in_the_dialog_the_page_and_the_page_that_manages_it(watched: Page, settled: Settled):
    uploaded(watched, settled, file("usage.json", everywhere(WORST)))
    watched.locator(".st-key-share button").click()
    dialog = watched.get_by_role("dialog")
    title = f"{WORST[1]} {WORST[0]}"
    dialog.get_by_label("Title").fill(title)
    dialog.get_by_role("button", name="Make the link").click()
    expect(dialog.get_by_text("Link to this view")).to_be_visible()
    nothing_happened(watched)
    view, manage = ("".join(text.split()) for text in dialog.get_by_test_id("stCode").all_inner_texts()[:2])
    for link in (view, manage):
        watched.goto(link)
        settled(watched)
        nothing_happened(watched)
        assert shown(title) in shown(watched.get_by_test_id("stMain").inner_text().replace("\u2060", ""))


@pytest.mark.slow
def test_a_report_full_of_names_is_text_from_disk(watched: Page, settled: Settled, browser: Browser, tmp_path: Path):
    uploaded(watched, settled, *files((*WORST, *NAMES[:60])), charts=1)
    watched.goto(f"{watched.url}&group_by=model")
    settled(watched, 3)
    watched.get_by_role("button", name="Export").click()
    with watched.expect_download() as download:
        watched.get_by_role("button", name="Report").click()
    path = tmp_path / "report.html"
    download.value.save_as(path)
    context = browser.new_context()
    page = context.new_page()
    asked: list[str] = []
    page.on(
        "request",
        lambda request: asked.append(request.url) if not request.url.startswith(("file:", "data:", "blob:")) else None,
    )
    page.on("console", lambda said: asked.append(said.text) if "Content Security Policy" in said.text else None)
    page.goto(path.as_uri())
    page.wait_for_selector("html[data-drawn]")
    hover(page)
    assert page.evaluate(FOUND.replace("[data-testid=stMain]", "body")) == []
    assert asked == []
    text = shown(page.locator("body").inner_text())
    assert [name for name in WORST if shown(name) not in text] == []
    context.close()


@pytest.mark.slow
def test_each_name_is_text_in_the_charts(watched: Page, settled: Settled):
    """Seven at a time, which is as many as a chart draws, each told apart by a filter."""
    names = [name for name in dict.fromkeys(BARE) if name.strip() and len(name) < 200]
    uploaded(watched, settled, file("usage.json", everywhere(names)), charts=1)
    dataset = f"/?data={query(watched)['data'][0]}&group_by=model&"
    for at in range(0, len(names), 7):
        some = names[at : at + 7]
        watched.goto(dataset + urlencode([("model", name) for name in some]))
        settled(watched, 3)
        hover(watched)
        nothing_happened(watched)
        assert {shown(name) for name in some} - listed(watched) == set()
