"""Elements of our own, whose JavaScript is a file of the page's origin.

Given as text, Streamlit would send it along with every change and run it from a blob: address, which the page's
policy would have to allow.
"""

from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v2.get_bidi_component_manager import get_bidi_component_manager
from streamlit.components.v2.manifest_scanner import ComponentConfig, ComponentManifest

APP = "usage"
ADDRESS = "_stcore/bidi-components"
"""Where Streamlit serves the files of elements, by `APP.element/file`."""

_made: list["Element"] = []


def announce() -> None:
    """Have the running Streamlit serve the files of all elements that were made, before one is drawn.

    The elements of an installed package it finds by itself; an app is none.
    """
    for element in _made:
        element.announce()


class Element:
    """What a folder holds: `chart/chart.js` is the element `usage.chart`. Call it to draw one.

    Style stays text: as a file it would come after the first drawing.
    """

    def __init__(self, folder: Path, css: str | None = None, isolate_styles: bool = True) -> None:
        self._folder = folder
        self._name = f"{APP}.{folder.name}"
        self._style = {"css": css, "isolate_styles": isolate_styles}
        self._mount: Any = None
        _made.append(self)

    def announce(self) -> None:
        """Have the running Streamlit serve its files."""
        manifest = ComponentManifest(APP, "1", [ComponentConfig(self._folder.name, self._folder.name)])
        get_bidi_component_manager().register_from_manifest(manifest, self._folder.parent)

    def __call__(self, **options: Any) -> Any:
        if self._mount is None or get_bidi_component_manager().get_component_asset_root(self._name) is None:
            self.announce()
            self._mount = st.components.v2.component(self._name, js=f"{self._folder.name}.js", **self._style)
        return self._mount(**options)
