"""A page of charts in a real browser: clicked on, watched until it is still, and taken down as it is drawn."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.browser.conftest import Server, free_port, start

BARE = Path(__file__).with_name("bare.py")

# When a chart last changed, and when the last click was.
CHANGES = """
window.changed = 0; window.clicked = 0;
addEventListener('click', event => { window.clicked = event.timeStamp; window.changed = 0; }, true);
const inside = node => node.nodeType === 1 && node.closest('.js-plotly-plot');
const holds = node => node.nodeType === 1 && node.querySelector('.js-plotly-plot .main-svg');
new MutationObserver(seen => {
    if (seen.some(each => inside(each.target) || [...each.addedNodes].some(holds))) window.changed = performance.now();
}).observe(document, { childList: true, subtree: true, attributes: true, characterData: true });
"""
# Half a second without a change, nothing running, and every chart there.
STILL = """charts => window.changed && performance.now() - window.changed > 500
    && document.querySelector('[data-testid=stApp][data-test-script-state=notRunning]')
    && !document.querySelector('[data-stale=true], [data-testid=stSkeleton]')
    && document.querySelectorAll('.js-plotly-plot .main-svg').length >= charts"""
POLL = 50  # ms; looking at each frame would take the page's own time
# What is drawn, as Python can read it. What our page draws itself, words and the legend, Plotly draws on the bare one.
DRAWN = """[...document.querySelectorAll('.js-plotly-plot')].map(({ data, layout, words, asked }) => JSON.parse(
    JSON.stringify({ data, layout: { ...layout, showlegend: asked.showlegend, height: asked.height,
                                     annotations: [...(layout.annotations ?? []), ...words] } },
        (name, value) => ArrayBuffer.isView(value) ? [...value] : value)))"""


@contextmanager
def running(folder: Path, name: str, script: Path, **environment: str) -> Iterator[Server]:
    server = start(folder / f"{name}.log", environment, free_port(), script)
    try:
        yield server
    finally:
        server.stop()


def choose(page: Page, box: str, option: str) -> None:
    page.get_by_role("combobox", name=box).click()
    page.get_by_role("option", name=option).first.click()


def press(page: Page, group: str, option: str) -> None:
    page.get_by_role("radiogroup", name=group).get_by_role("radio", name=option, exact=True).click()


def answered(page: Page, act: Callable[[Page], None]) -> float:
    """Milliseconds from the click until the last chart changed for the last time."""
    page.evaluate("window.changed = 0")
    act(page)
    page.wait_for_function(STILL, arg=1, timeout=60_000, polling=POLL)
    return float(page.evaluate("window.changed - window.clicked"))


def session(browser: Browser, address: str) -> Page:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.add_init_script(CHANGES)
    page = context.new_page()
    page.goto(address, timeout=120_000)
    page.wait_for_function(STILL, arg=1, timeout=120_000, polling=POLL)
    return page
