"""The page, top to bottom: load, ask, total, draw. No logic.

A click on what asks something reruns from the question on: what stands above it stays.
"""

import time
from functools import partial
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components import (
    address,
    answers,
    panels,
    sharing,
    signin,
    sources,
    states,
    tabs,
    toolbar,
    upload,
    viewport,
    warehouse,
)
from components.sources import Dataset
from components.view import Later, View, viewed
from data.lacking import lacking

st.set_page_config(page_title="Token usage", page_icon=Path(__file__).parents[1] / "static" / "icon.png", layout="wide")


WHOLE = "whole page"
"""In the session's state while a run draws all of the page."""
APART = 0.08
"""Seconds. What reaches the browser in one piece it draws as one, and the controls take it as long as the charts. After
a click they are there already, and wait until the charts are being drawn.
"""


@st.fragment
def answered(dataset: Dataset, header: list[str]) -> None:
    """From the question to the charts; the whole page anew where the link is dead or what its header says is not so."""
    states.still_open(dataset)
    usage = answers.usage(dataset, address.generation_asked())
    query, misread = address.asked(dataset, usage)
    if panels.facts(dataset, usage, query) != header:
        st.rerun()
    warehouse.wait(usage, query, others=tabs.current().shows_others)
    view = viewed(dataset, usage, query)

    bar, above = st.container(), st.container()
    tab_bar = st.container(horizontal=True, horizontal_alignment="distribute", key="tab-bar")
    try:
        later = _answer(view, misread, above)
    except Exception:
        _controls(view, tab_bar, bar)  # what one tab or question stumbles over, another may not
        raise
    if not st.session_state.pop(WHOLE, False):
        time.sleep(APART)
    _controls(view, tab_bar, bar)
    if later:
        later()


def _answer(view: View, misread: list[str], above: DeltaGenerator) -> Later | None:
    """Charts take the browser longest, so they come first; what stands above them is there before they are drawn.

    What is left to draw comes back.
    """
    tab, usage = tabs.current(), view.usage
    lacks = partial(view.ask, lacking)  # where there are charts, asked when they are on their way
    state = states.empty(view.dataset, usage, view.totals, lacks)
    screen = viewport.screen()
    show = partial(tab.show, view, screen) if state is None or tab.answers_nothing else state
    later = show()
    with above:
        # Where nothing can be drawn, the state says what is lacking; Data quality says itself what was not read.
        panels.notices(list(filter(None, [sources.not_saved(view.dataset)])), ":material/cloud_off:")
        panels.notices([*misread, *(lacks() if state is None or tab.answers_nothing else ())])
        panels.notices(states.incomplete(usage) if not tab.answers_nothing else [], ":material/rule:")
        panels.tiles(view.totals, view.before)
    return later


def _controls(view: View, tab_bar: DeltaGenerator, bar: DeltaGenerator) -> None:
    controls = toolbar.Toolbar(view.dataset, view.usage, view.query, view.values)
    with tab_bar:
        toolbar.tabs(tabs.offered(view.usage, view.query))
        controls.names()
    with bar:
        controls.show()


def page() -> None:
    """What it shows is in no global of this module: a run's globals go only when garbage is collected."""
    signin.gate()
    states.wake_after_restart()
    panels.notices(upload.not_taken(), ":material/block:")
    if (token := address.manage_token()) is not None:
        sharing.manage(token)
        st.stop()

    dataset = states.opened(address.dataset_key())
    usage = answers.usage(dataset, address.generation_asked())
    panels.header(dataset, usage, address.asked(dataset, usage)[0])
    states.welcome(dataset)
    if not usage.results.num_rows:
        states.nothing_read(usage)
        st.stop()
    st.session_state[WHOLE] = True
    answered(dataset, panels.facts(dataset, usage, address.asked(dataset, usage)[0]))


page()
