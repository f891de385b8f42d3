"""Links that open nothing, tried one after another: what a guesser gets, and what everybody else does."""

from collections.abc import Iterator

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from components.tries import EACH, Tries, client_of, tries
from data.store import NotOpenedError, StoreError
from tests.conftest import PROJECT


def look(token: str) -> str:
    if token.startswith("guess"):
        raise NotOpenedError
    return f"behind {token}"


def guess(trying: Tries, client: str, many: int) -> None:
    for number in range(many):
        with pytest.raises(NotOpenedError):
            trying.look_up(f"guess {number}", look, client)


def test_a_guesser_is_stopped_and_whoever_has_opened_a_link_is_not():
    trying = Tries()
    assert trying.look_up("mine", look, "a") == "behind mine"
    guess(trying, "a", EACH.burst)
    with pytest.raises(StoreError, match="Too many links that open nothing were tried"):
        trying.look_up("guess more", look, "a")
    with pytest.raises(StoreError):  # good, but nobody can tell before it was tried
        trying.look_up("fresh", look, "a")
    assert trying.look_up("mine", look, "a") == "behind mine"
    assert trying.look_up("fresh", look, "b") == "behind fresh"
    assert trying.look_up("fresh", look, "a") == "behind fresh"


def test_a_link_that_was_taken_back_is_dead_for_whoever_had_opened_it():
    trying = Tries()
    assert trying.look_up("mine", look, "a") == "behind mine"

    def revoked(_: str) -> str:
        raise NotOpenedError

    with pytest.raises(NotOpenedError):
        trying.look_up("mine", revoked, "a")


def test_a_page_that_stays_on_its_dead_link_tries_nothing_new():
    trying = Tries()
    for _ in range(EACH.burst * 2):
        with pytest.raises(NotOpenedError):
            trying.look_up("guess", look, "a", again=True)
    assert trying.look_up("fresh", look, "a") == "behind fresh"


def test_a_client_is_its_address_or_of_version_six_its_network():
    assert client_of("192.0.2.7") != client_of("192.0.2.8")
    assert client_of("2001:db8:1:2::7") == client_of("2001:db8:1:2:ffff::8")
    assert client_of("2001:db8:1:2::7") != client_of("2001:db8:1:3::7")
    assert client_of("::ffff:192.0.2.7") != client_of("::ffff:192.0.2.8")
    assert client_of(None) == client_of("") == client_of("testclient") == ""


@pytest.fixture
def _process() -> Iterator[None]:
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()


@pytest.mark.usefixtures("_process")
@pytest.mark.parametrize("name", ["data", "manage"])
def test_the_page_says_that_too_many_were_tried(name):
    at = AppTest.from_file(PROJECT / "components" / "page.py", default_timeout=60)
    at.query_params[name] = "guess"
    for _ in range(3):
        assert at.run().title[0].value == "This link doesn't open anything (any more)"
    guess(tries(), "", EACH.burst - 1)
    assert at.run().title[0].value == "Saved data can't be opened just now"
    assert "Too many links that open nothing were tried" in at.markdown[0].value
