"""The page, top to bottom: load, ask, total, draw."""

import streamlit as st

from components import controls, others, panels, quality, sources, states, theme, viewport
from data.engine import lacking

st.set_page_config(page_title="Token usage", page_icon="static/icon.png", layout="wide")

dataset = sources.opened(controls.dataset_key())
if dataset is None:
    states.dead_link()
    st.stop()

usage = sources.usage(dataset.content, controls.generation_asked(), dataset)
query, misread = controls.asked(dataset, usage)

panels.header(dataset, usage, query)
states.welcome(dataset)
if not usage.results.num_rows:
    states.nothing_read(usage)
    st.stop()

values = sources.values_of(dataset.content, query, usage)
controls.Toolbar(dataset, usage, query, values).show()
lacks = lacking(usage, query)

totals = sources.answer(dataset.content, query, usage)
state = states.empty(dataset, usage, totals, lacks)
tab = controls.current_tab()
# Where nothing can be drawn, the state says what is lacking; Data quality says itself what was not read.
panels.notices([*misread, *(lacks if state is None or tab == "quality" else ())])
panels.notices(states.incomplete(usage) if tab != "quality" else [], ":material/rule:")
panels.tiles(totals, sources.answer_before(dataset.content, query, usage))

with st.container(horizontal=True, key="tab-bar"):
    controls.tabs()
    narrow = viewport.is_narrow()
if tab == "quality":
    quality.show(dataset, usage, query)
elif state is not None:
    state()
else:
    look, palette = theme.THEMES[controls.appearance()], panels.palette(totals, values)
    grouped = sources.answer(dataset.content, controls.grouped(query, usage), usage)
    panels.overview(totals, grouped, look, palette, narrow)
    others.show(usage, query, lambda each: sources.answer(dataset.content, each, usage), look)
