"""The chart element in a real browser: changed in place, clicked, in the page's colours and at its width."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Server

APP = """
from pathlib import Path
import streamlit as st
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

app = st.App(Path(__file__).with_name("page.py"), routes=[Mount("/app/static", StaticFiles(directory=STATIC))])
"""

# The button sends other bars for the same chart.
PAGE = """
import streamlit as st
from components import chart, theme
from components.charts.figure import Figure, bar, heatmap

more = st.session_state.setdefault("more", 0)
days = [f"2026-01-0{day}" for day in range(1, 8)]
MINI = "gpt-5-mini <b>"


def bars(name, meta, height, color):
    return bar(x=days, y=[height + more] * 7, name=name, meta=meta, customdata=[f"{name} {day}" for day in days],
                  marker={"color": color, "pattern": theme.LIGHT.stripes})


traces = [bars("gpt-5", "gpt-5", 4.0, "#1746BE"), bars("mini", MINI, 2.0, "#AD4D17"), bars("#1746BE", None, 1.0, "#569AC7")]
layout = {"template": theme.LIGHT.template, "barmode": "stack", "hovermode": "x unified", "height": 300, "dragmode": "zoom",
          "xaxis": {"type": "date", "range": ["2025-12-31", "2026-01-08"], "fixedrange": False}}
st.button("New data", on_click=lambda: st.session_state.update(more=more + 1))
chart.show(Figure.of(traces, layout), key="bars", alt=f"Update {more}", filename="bars",
           on_click=lambda click: st.session_state.update(click=click))
chart.show(Figure([heatmap(z=[[1, 2], [3, 4]])], {"height": 200}), key="plain", alt="Four fields", filename="fields")
st.text(f"Clicked: {st.session_state.get('click')}")
"""

# Two charts with the same words; a ground that is not seen makes Plotly write those of the second.
WORDS = """
import streamlit as st
from components import chart
from components.charts.figure import Figure, bar

note = {"x": 0, "xanchor": "left", "xshift": -2, "showarrow": False}
head = '<b>Head</b><br><span style="color:#6B747B">&lt;i&gt; below</span>'
words = [
    {**note, "text": "A &amp; B", "xref": "x domain", "y": 0, "yref": "y", "font": {"weight": 600}},
    {**note, "text": "9", "x": 1, "xanchor": "right", "xshift": 2, "xref": "x domain", "y": 1, "yref": "y"},
    {**note, "text": head, "xref": "paper", "y": 1, "yref": "paper", "yanchor": "bottom", "yshift": 2, "font": {"size": 12}},
    {**note, "text": "foot", "xref": "paper", "y": 0, "yref": "paper", "yanchor": "top", "yshift": -4},
]
for key, more in (("ours", {}), ("theirs", {"bgcolor": "rgba(0,0,0,0)"})):
    layout = {"annotations": [word | more for word in words], "height": 240, "margin": {"t": 50}, "template": "usage-light"}
    figure = Figure.of([bar(x=[1, 2], y=[0, 1], orientation="h")], layout)
    chart.show(figure, key=key, alt=key, filename=key)
"""


@pytest.fixture(scope="module")
def server(start_server: Callable[..., Server], tmp_path_factory: pytest.TempPathFactory) -> Server:
    """In place of the dashboard: a page with nothing but charts."""
    folder = tmp_path_factory.mktemp("chart")
    (folder / "page.py").write_text(PAGE, encoding="utf-8")
    static = Path(__file__).parents[2] / "static"
    (folder / "app.py").write_text(APP.replace("STATIC", repr(str(static))), encoding="utf-8")
    return start_server(script=folder / "app.py")


def opened(page: Page) -> Page:
    page.goto("/")
    expect(page.get_by_role("img", name="Update 0")).to_be_visible()
    expect(page.get_by_role("img", name="Four fields")).to_be_visible()
    return page


def renew(page: Page) -> None:
    page.get_by_role("button", name="New data").click()
    expect(page.get_by_role("img", name="Update 1")).to_be_visible()


def bars(page: Page) -> Locator:
    return page.locator(".js-plotly-plot").first


def entry(page: Page, name: str) -> Locator:
    """Of the first chart's legend."""
    return page.locator(".chart-legend").first.get_by_role("button", name=name, exact=True)


def state(page: Page, what: str) -> object:
    return page.evaluate(f"(chart => {what})(document.querySelector('.js-plotly-plot'))")


def zoom(page: Page) -> None:
    box = bars(page).locator(".nsewdrag").bounding_box() or {}
    page.mouse.move(box["x"] + 100, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 300, box["y"] + 40, steps=5)
    page.mouse.up()
    page.wait_for_function("document.querySelector('.js-plotly-plot')._fullLayout.xaxis.range[0] !== '2025-12-31'")


def test_new_data_change_the_drawing_and_keep_zoom_and_hidden_entries(page):
    opened(page)
    zoom(page)
    entry(page, "#1746BE").click()  # the one without a key: it is not to be asked for
    page.wait_for_function("document.querySelector('.js-plotly-plot')._fullData[2].visible === 'legendonly'")
    shown = state(page, "chart._fullLayout.xaxis.range")
    page.evaluate("""window.gone = 0; window.before = document.querySelector('.main-svg');
        new MutationObserver(seen => seen.forEach(each => window.gone += [...each.removedNodes].includes(window.before)))
            .observe(document, { childList: true, subtree: true })""")
    renew(page)
    assert state(page, "[...chart._fullData[0].y]") == [5.0] * 7
    assert state(page, "chart._fullLayout.xaxis.range") == shown
    assert state(page, "chart._fullData.map(trace => trace.visible)") == [True, True, "legendonly"]
    assert state(page, "chart.querySelector('.main-svg') === window.before && window.gone === 0")


def test_a_click_says_which_bar_of_a_stack_it_was(page):
    opened(page)
    bar = bars(page).locator(".trace.bars").nth(1).locator(".point").nth(3).bounding_box() or {}
    page.mouse.click(bar["x"] + bar["width"] / 2, bar["y"] + bar["height"] / 2)
    expect(page.get_by_text("Clicked: Click(")).to_have_text(
        "Clicked: Click(trace='gpt-5-mini <b>', point=3, customdata='mini 2026-01-04', x='2026-01-04')"
    )


def test_a_click_on_a_legend_entry_says_whose_it_is_and_hides_nothing(page):
    opened(page)
    entry(page, "gpt-5").click()
    expect(page.get_by_text("Clicked: Click(")).to_have_text(
        "Clicked: Click(trace='gpt-5', point=None, customdata=None, x=None)"
    )
    assert state(page, "chart._fullData.map(trace => trace.visible)") == [True, True, True]


def test_a_legend_entry_hides_its_trace_by_keyboard_and_two_clicks_leave_it_alone(page):
    opened(page)
    entry(page, "#1746BE").focus()
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelector('.js-plotly-plot')._fullData[2].visible === 'legendonly'")
    expect(entry(page, "#1746BE")).to_be_focused()
    expect(entry(page, "#1746BE")).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("Enter")
    expect(entry(page, "#1746BE")).to_have_attribute("aria-pressed", "true")
    entry(page, "#1746BE").dblclick()
    page.wait_for_function("document.querySelector('.js-plotly-plot')._fullData[0].visible === 'legendonly'")
    assert state(page, "chart._fullData.map(trace => trace.visible)") == ["legendonly", "legendonly", True]


def test_a_chart_is_as_high_as_asked_for_with_its_legend(page):
    opened(page)
    assert page.locator("[data-chart]").first.evaluate("chart => chart.offsetHeight") == 300


def test_it_takes_the_colours_of_the_page_at_once_and_leaves_names_alone(page):
    opened(page)
    page.emulate_media(color_scheme="dark")
    page.wait_for_function("document.querySelector('.js-plotly-plot')._fullLayout.paper_bgcolor === '#0E1113'")
    assert state(page, "chart._fullData.map(trace => trace.marker.color)") == ["#4E7EE3", "#E97750", "#AFCBE8"]
    assert state(page, "chart._fullData[2].name") == "#1746BE"


def test_it_is_as_wide_as_its_place(page):
    opened(page)
    page.set_viewport_size({"width": 360, "height": 740})
    page.wait_for_function(
        "[...document.querySelectorAll('[data-chart]')].every(e => e.querySelector('.main-svg').clientWidth === e.clientWidth)"
        " && document.documentElement.scrollWidth === 360"
    )


def test_plotly_is_loaded_once_and_every_script_comes_from_the_page(page):
    scripts: list[str] = []
    page.on("request", lambda request: scripts.append(request.url) if request.resource_type == "script" else None)
    opened(page)
    renew(page)
    assert [url.rpartition("/")[2] for url in scripts if "plotly" in url.lower()] == ["plotly-cartesian-4.1.1.min.js"]
    assert not [url for url in scripts if url.startswith("blob:")]
    assert page.evaluate("document.querySelectorAll('script[src^=blob]').length") == 0


def test_patterns_are_found_and_pictures_named(page):
    opened(page)
    fills = bars(page).locator(".point path").evaluate_all("all => all.map(path => path.style.fill)")
    assert all(
        page.evaluate("id => Boolean(document.getElementById(id))", fill.split("#")[1].rstrip('")'))
        for fill in set(fills)
    )
    bars(page).hover()
    with page.expect_download() as download:
        bars(page).get_by_role("button", name="Save as PNG").click()
    assert download.value.suggested_filename == "bars.png"


def test_words_stand_where_plotly_would_write_them(
    start_server: Callable[..., Server], tmp_path: Path, page: Page
) -> None:
    (tmp_path / "page.py").write_text(WORDS, encoding="utf-8")
    static = Path(__file__).parents[2] / "static"
    (tmp_path / "app.py").write_text(APP.replace("STATIC", repr(str(static))), encoding="utf-8")
    page.goto(start_server(script=tmp_path / "app.py").url)
    ours, theirs = (page.locator(f".st-key-{key} .js-plotly-plot") for key in ("ours", "theirs"))
    expect(theirs.locator(".annotation")).to_have_count(4)
    expect(ours.locator(".annotation")).to_have_count(0)
    expect(ours.locator(".words text")).to_have_text(["A & B", "9", "Head", "<i> below", "foot"])
    for text in ("A & B", "9", "<i> below", "foot"):
        (one, other) = (place_of(chart, text) for chart in (ours, theirs))
        assert one == pytest.approx(other, abs=1.5)
    page.set_viewport_size({"width": 700, "height": 900})
    for chart in (ours, theirs):
        expect(chart.locator(".main-svg").first).to_have_attribute("width", "672")
    assert place_of(ours, "9") == pytest.approx(place_of(theirs, "9"), abs=1.5)


def place_of(chart: Locator, text: str) -> tuple[float, float, float]:
    """Left, right and middle of a text, from the chart's corner."""
    box, corner = (each.bounding_box() or {} for each in (chart.get_by_text(text, exact=True).last, chart))
    left, top = box["x"] - corner["x"], box["y"] - corner["y"]
    return left, left + box["width"], top + box["height"] / 2
