"""How wide the visitor's window is: a figure is laid out before it is drawn, and only the browser knows."""

from pathlib import Path

import streamlit as st

# An app that is not an installed package can hand its files to Streamlit only as text.
_element = st.components.v2.component(
    "viewport", js=(Path(__file__).parent / "viewport.js").read_text(encoding="utf-8")
)


def is_narrow() -> bool:
    """Whether this is a phone's width; a wide window costs no second run."""
    return bool(_element(key="viewport", on_narrow_change=lambda: None).narrow)
