"""A bare Streamlit page beside ours: a choice, and as many figures, made beforehand, through `st.plotly_chart`.

`BARE_FIGURES` names a file with what our page drew: by state a list of figures as JSON. Run with Streamlit.
"""

import json
import os
from pathlib import Path

import plotly.graph_objects as go
import streamlit as st

CONFIG = {"displaylogo": False, "modeBarButtons": [["toImage", "resetScale2d"]]}


@st.cache_resource
def figures() -> dict[str, list[go.Figure]]:
    states = json.loads(Path(os.environ["BARE_FIGURES"]).read_text(encoding="utf-8"))
    return {state: [go.Figure(each, skip_invalid=True) for each in drawn] for state, drawn in states.items()}


st.set_page_config(layout="wide")
st.title("Bare")
chosen = st.segmented_control("State", list(figures()), default=next(iter(figures())), required=True)
for number, figure in enumerate(figures()[chosen]):
    st.plotly_chart(figure, key=f"chart-{number}", theme=None, config=CONFIG)
