"""A store in a folder of the test's own, by a clock that can be put forward."""

from pathlib import Path

import pytest

from data.store import Settings, Store
from tests.store.place import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "kept here"


@pytest.fixture
def store(folder: Path, clock: Clock) -> Store:
    return Store(Settings(folder.as_uri(), may_last=True), pause=0, clock=clock)
