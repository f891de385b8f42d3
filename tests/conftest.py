"""What every test can ask for: the real exports, and hypothesis set up for slow machines."""

import asyncio
import json
import os
import re
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import plotly.graph_objects as go
import pytest
from hypothesis import settings
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from components.charts.drawing import Drawing
from components.charts.figure import Figure

PROJECT = Path(__file__).parents[1]

T = TypeVar("T")


def drawn(at: AppTest) -> list[dict[str, Any]]:
    """The charts of a page, as its browser would get them."""
    return [json.loads(proto.bytes) for proto in _elements(at, "usage.chart")]


def tiles_of(at: AppTest) -> list[dict[str, Any]]:
    """The tiles of a page."""
    return [tile for proto in _elements(at, "usage.tile") for tile in json.loads(proto.json)["tiles"]]


def noted(at: AppTest) -> list[str]:
    """What stands below the tiles of a page."""
    return [json.loads(proto.json)["note"] for proto in _elements(at, "usage.tile")]


def titles_of(at: AppTest) -> list[str]:
    """Titles of cards, in the page's order."""
    return [title for node in at.main if (title := _title(node))]


def _title(node: Any) -> str:
    if node.type in ("header", "subheader"):
        return re.sub(r"\\(.)", r"\1", node.value).replace("\u2060", "")  # Markdown as it is read
    if node.type != "bidi_component":
        return ""
    if node.proto.component_name == "usage.chart":
        return str(json.loads(node.proto.bytes)["title"])
    table = json.loads(node.proto.json) if node.proto.component_name == "usage.breakdown" else {}
    return str(table["title"]) if table.get("titled") else ""


def tables_of(at: AppTest) -> list[dict[str, Any]]:
    """The tables of a page."""
    return [json.loads(proto.json) for proto in _elements(at, "usage.breakdown")]


def listed(table: dict[str, Any]) -> list[list[str]]:
    """A table's rows as they are read."""
    return [[cell[0] if cell else "" for cell in row] for row in table["rows"]]


def _elements(at: AppTest, name: str) -> list[Any]:
    found = [element.proto for element in at.get("bidi_component")]
    return [proto for proto in found if proto.component_name == name]


def checked(drawn: Drawing | Figure) -> go.Figure:
    """A figure, built anew by Plotly with all of its checks."""
    figure = drawn.figure if isinstance(drawn, Drawing) else drawn
    return go.Figure(figure._asdict())


# A slow machine is no bug, hence no deadline. In CI the examples are the same each time: a red run can be repeated.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")


@pytest.fixture(scope="session", autouse=True)
def _store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Uploads of these tests, and of the dashboards they start, are saved in a folder of their own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("USAGE_STORE_URL", tmp_path_factory.mktemp("datasets").as_uri())
        yield


@pytest.fixture(scope="session", autouse=True)
def _packages_looked_through_once() -> Iterator[None]:
    """Each run of an AppTest looks for components in all that is installed: a tenth of a second, and there are none."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield


@pytest.fixture(scope="session")
def exports() -> Path:
    """The folder of real exports. They are not part of the project: without them, tests that need them are skipped."""
    folder = Path(os.environ.get("EXPORTS_DIR") or PROJECT.parent / "shared" / "exports")
    if not folder.is_dir():
        pytest.skip(f"needs the real exports, which are not in {folder}; EXPORTS_DIR names their folder")
    return folder


def finished(coroutine: Coroutine[Any, Any, T]) -> T:
    """What a coroutine returns, run in a thread of its own: browser tests leave theirs with a running loop."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()
