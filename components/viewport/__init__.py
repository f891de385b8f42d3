"""What the visitor looks at: a figure is laid out before it is drawn, and only the browser knows how wide it can be."""

from pathlib import Path

import streamlit as st

from components import theme
from components.element import Element
from components.view import Screen

_element = Element(Path(__file__).parent)


def screen() -> Screen:
    """Light or dark, and whether it is a phone's width; a wide window costs no second run."""
    narrow = bool(_element(key="viewport", on_narrow_change=lambda: None).narrow)
    return Screen(theme.THEMES[st.context.theme.type or "light"], narrow)
