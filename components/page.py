"""The page, top to bottom: load, ask, total, draw. No logic."""

from pathlib import Path

import streamlit as st

from components import controls, others, panels, quality, sharing, sources, states, theme, viewport
from components.report import View
from data.lacking import lacking

st.set_page_config(page_title="Token usage", page_icon=Path(__file__).parents[1] / "static" / "icon.png", layout="wide")

if (token := controls.manage_token()) is not None:
    sharing.manage(token)
    st.stop()

dataset = states.opened(controls.dataset_key())
usage = sources.usage(dataset.identity, controls.generation_asked(), dataset)
query, misread = controls.asked(dataset, usage)
if not usage.results.num_rows:
    panels.header(dataset, usage, query)
    states.welcome(dataset)
    states.nothing_read(usage)
    st.stop()

lacks = lacking(usage, query)
values = sources.values_of(dataset.identity, query, usage)
totals = sources.answer(dataset.identity, query, usage)
before = sources.answer_before(dataset.identity, query, usage)
grouped = sources.answer(dataset.identity, controls.grouped(query, usage), usage)
palette = panels.palette(totals, values)
view = View(dataset.title, dataset.is_sample, usage, query, totals, before, grouped, palette)

panels.header(dataset, usage, query, view)
states.welcome(dataset)
controls.Toolbar(dataset, usage, query, values).show()

state = states.empty(dataset, usage, totals, lacks)
tab = controls.current_tab()
# Where nothing can be drawn, the state says what is lacking; Data quality says itself what was not read.
panels.notices(list(filter(None, [sources.not_saved(dataset)])), ":material/cloud_off:")
panels.notices([*misread, *(lacks if state is None or tab == "quality" else ())])
panels.notices(states.incomplete(usage) if tab != "quality" else [], ":material/rule:")
panels.tiles(totals, before)

with st.container(horizontal=True, key="tab-bar"):
    controls.tabs()
    narrow = viewport.is_narrow()
if tab == "quality":
    quality.show(dataset, usage, query)
elif state is not None:
    state()
else:
    look = theme.THEMES[controls.appearance()]
    panels.overview(totals, grouped, look, palette, narrow)
    others.show(usage, query, lambda each: sources.answer(dataset.identity, each, usage), look)
