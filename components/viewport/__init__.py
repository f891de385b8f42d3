"""What the visitor looks at: a figure is laid out before it is drawn, and only the browser knows how wide it can be."""

from pathlib import Path

import streamlit as st

from components import theme
from components.element import Element
from components.view import Screen

_HERE = Path(__file__).parent
_element = Element(_HERE, css=(_HERE / "viewport.css").read_text(encoding="utf-8"), isolate_styles=False)


def screen() -> Screen:
    """Light or dark, and whether it is a phone's width; a wide window costs no second run."""
    narrow = bool(_element(key="viewport", on_narrow_change=lambda: None).narrow)
    return Screen(theme.THEMES[st.context.theme.type or "light"], narrow)
