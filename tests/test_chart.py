"""What the chart element sends to the browser, and from where the browser gets the rest."""

import json

import pytest
from plotly.offline import get_plotlyjs_version
from streamlit.testing.v1 import AppTest

from components import chart, charts
from components.charts.figure import Figure, bar
from components.theme import DARK, LIGHT, THEMES
from tests.conftest import PROJECT

SCRIPT = """
from components import chart
from components.charts.figure import Figure, bar

figure = Figure([bar(x=["a"], y=[9.0], meta="gpt-5")], {{}})
chart.show(figure, key="chart", alt="One bar", filename="bar", on_click={on_click})
"""


def sent(on_click: str = "None") -> AppTest:
    at = AppTest.from_string(SCRIPT.format(on_click=on_click)).run()
    assert not at.exception
    return at


def test_a_figure_is_sent_with_what_is_seen_and_the_name_of_its_picture():
    figure = Figure([bar(x=["a"], y=[9.0], meta="gpt-5")], {"height": 240})
    found = json.loads(chart.wire(figure, "One bar", "bar", "Bars", "All of it"))
    modes = found.pop("modes")
    assert found == {
        "figure": {"data": [{"type": "bar", "x": ["a"], "y": [9.0], "meta": "gpt-5"}], "layout": {"height": 240}},
        "title": "Bars",
        "aside": "All of it",
        "alt": "One bar",
        "filename": "bar",
        "clicks": False,
    }
    assert [mode[0] for mode in modes] == ["#FFFFFF", "#0E1113"]


@pytest.mark.parametrize(("on_click", "clicks"), [("None", False), ("print", True)])
def test_clicks_are_reported_only_to_who_asks_for_them(on_click, clicks):
    [element] = sent(on_click).get("bidi_component")
    assert json.loads(element.proto.bytes)["clicks"] is clicks


def test_its_script_is_a_file_of_the_page_that_is_not_sent_along():
    [element] = sent().get("bidi_component")
    assert element.proto.component_name == "usage.chart"
    assert element.proto.js_source_path == "chart.js"
    assert element.proto.js_content == ""


def test_plotly_is_loaded_from_the_page_and_of_the_release_that_made_the_figures():
    assert f"plotly.js (cartesian - minified) v{get_plotlyjs_version()}\n" in charts.PLOTLY.read_text()[:100]
    assert charts.PLOTLY.parent == PROJECT / "static"
    assert f'"../../../app/static/{charts.PLOTLY.name}"' in (PROJECT / "components/chart/chart.js").read_text()
    assert (charts.PLOTLY.parent / "plotly-LICENSE.txt").read_text().startswith("MIT License")


def test_each_colour_of_a_mode_has_its_place_in_the_other():
    assert len(LIGHT.colors) == len(DARK.colors)
    assert dict(zip(LIGHT.colors, DARK.colors, strict=True))["#AD4D17"] == "#E97750"
    assert THEMES["light"].colors[0] == LIGHT.ground


def test_a_click_names_the_group_of_its_trace_or_of_its_row():
    assert chart.Click(trace="value:gpt-5", point=3).group == "value:gpt-5"
    assert chart.Click(trace="", point=1, customdata="value:o4-mini").group == "value:o4-mini"
    assert chart.Click(trace="", point=1, customdata="").group == ""


@pytest.mark.parametrize("said", [None, 5, "value:gpt-5", [], {}, {"point": 3}, {"trace": "a", "colour": "red"}])
def test_what_is_no_click_is_not_one(said: object):
    assert chart.clicked_at(said) is None
    assert chart.clicked_at({"trace": "a", "point": 3}) == chart.Click("a", 3)
