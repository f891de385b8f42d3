"""The page, top to bottom: load, ask, total, draw. No logic."""

from pathlib import Path

import streamlit as st

from components import address, panels, sharing, signin, sources, states, tabs, toolbar, upload, viewport, warehouse
from components.view import View
from data.engine import total
from data.lacking import lacking

st.set_page_config(page_title="Token usage", page_icon=Path(__file__).parents[1] / "static" / "icon.png", layout="wide")

signin.gate()
states.wake_after_restart()
panels.notices(upload.not_taken(), ":material/block:")
if (token := address.manage_token()) is not None:
    sharing.manage(token)
    st.stop()

dataset = states.opened(address.dataset_key())
usage = sources.usage(dataset, address.generation_asked())
query, misread = address.asked(dataset, usage)
if not usage.results.num_rows:
    panels.header(dataset, usage, query)
    states.welcome(dataset)
    states.nothing_read(usage)
    st.stop()

warehouse.wait(usage, query, others=tabs.current().shows_others)
lacks = sources.answer(dataset.identity, lacking, query, usage)
values = sources.values_of(dataset.identity, query, usage)
totals = sources.answer(dataset.identity, total, query, usage)
before = sources.answer(dataset.identity, sources.before, query, usage)
grouped = sources.answer(dataset.identity, total, address.grouped(query, usage), usage)
palettes = (
    panels.palette(totals.groups, query.group_by, values),
    panels.palette(totals.subgroups, query.subgroup, values),
)
view = View(dataset, usage, query, totals, before, grouped, *palettes, sources.prices())

panels.header(dataset, usage, query, view)
states.welcome(dataset)
controls = toolbar.Toolbar(dataset, usage, query, values)
controls.show()

tab = tabs.current()
state = states.empty(dataset, usage, totals, lacks)
# Where nothing can be drawn, the state says what is lacking; Data quality says itself what was not read.
panels.notices(list(filter(None, [sources.not_saved(dataset)])), ":material/cloud_off:")
panels.notices([*misread, *(lacks if state is None or tab.answers_nothing else ())])
panels.notices(states.incomplete(usage) if not tab.answers_nothing else [], ":material/rule:")
panels.tiles(totals, before)

with st.container(horizontal=True, horizontal_alignment="distribute", key="tab-bar"):
    toolbar.tabs(tabs.offered(usage, query))
    screen = viewport.screen()
    controls.names()
if state is None or tab.answers_nothing:
    tab.show(view, screen)
else:
    state()
