"""Whose prices a session estimates by, through the page."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from components import own_prices
from tests.test_app import MILLION, bucket, opened, page, said, sound, tiles

UNLISTED = page(bucket(1, {**MILLION, "model": "gpt-9"}))


@pytest.fixture(autouse=True)
def _caches() -> Iterator[None]:
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()


def house(monkeypatch: pytest.MonkeyPatch, folder: Path, line: str) -> None:
    """The operator names a price file of this one line."""
    (folder / "house.csv").write_text(f"model,uncached_input\n{line}\n")
    monkeypatch.setenv("USAGE_PRICES", str(folder / "house.csv"))
    st.cache_resource.clear()


def price(at: AppTest, line: str) -> None:
    """The visitor drops a price file of this one line."""
    at.file_uploader[-1].set_value(("mine.csv", f"model,uncached_input\n{line}\n".encode(), "text/csv"))
    sound(at.run())


def test_an_operators_price_file_counts_for_everyone_and_a_broken_one_is_told(monkeypatch, tmp_path) -> None:
    for line, estimated, told in (("gpt-9,7", "$7.00", []), ("gpt-9,cheap", "–", ["line 2: uncached_input"])):
        house(monkeypatch, tmp_path, line)
        at = opened(UNLISTED, tab="cost")
        assert tiles(at)["Estimated"] == estimated
        assert all(any(each in warning for warning in said(at.warning)) for each in told)


def test_an_operators_price_file_that_is_not_there_is_told(monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("USAGE_PRICES", str(tmp_path / "gone.csv"))

    assert own_prices.at_fault() == "The price file in USAGE_PRICES could not be opened: No such file or directory."
    assert not own_prices.current().own


def test_prices_of_ones_own_come_before_the_operators_and_are_for_one_session_alone(monkeypatch, tmp_path) -> None:
    house(monkeypatch, tmp_path, "gpt-9,7")
    one, other = (opened(UNLISTED, tab="cost") for _ in range(2))
    price(one, "gpt-9,8")

    assert tiles(one)["Estimated"] == "$8.00"
    assert tiles(sound(other.run()))["Estimated"] == "$7.00"
