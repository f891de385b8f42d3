"""Optional sign-in: off by default, and whom it lets in where it is on."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.signin import domains, is_let_in
from tests.conftest import PROJECT

OURS = frozenset({"example.com", "example.org"})


def page() -> AppTest:
    return AppTest.from_file(PROJECT / "components" / "page.py", default_timeout=60).run()


def test_domains_are_named_with_commas_and_in_any_case() -> None:
    assert domains({"USAGE_SIGN_IN_DOMAINS": " Example.com, @example.org ,"}) == OURS
    assert domains({}) == domains({"USAGE_SIGN_IN_DOMAINS": " , "}) == frozenset()


@pytest.mark.parametrize(
    ("user", "let_in"),
    [
        ({"is_logged_in": True, "email": "ann@example.com"}, True),
        ({"is_logged_in": True, "email": "Ann@EXAMPLE.org", "email_verified": True}, True),
        ({"is_logged_in": True, "email": "ann@example.com", "email_verified": False}, False),
        ({"is_logged_in": True, "email": "ann@example.com", "email_verified": None}, False),
        ({"is_logged_in": False, "email": "ann@example.com"}, False),
        ({"email": "ann@example.com"}, False),
        ({"is_logged_in": True}, False),
        ({"is_logged_in": True, "email": "example.com"}, False),
        ({"is_logged_in": True, "email": "@example.com"}, False),
        ({"is_logged_in": True, "email": "ann@example.com.evil.example"}, False),
        ({"is_logged_in": True, "email": "ann@sub.example.com"}, False),
        ({"is_logged_in": True, "email": "ann@example.com@evil.example"}, False),
        ({}, False),
    ],
)
def test_only_a_verified_address_of_a_named_domain_is_let_in(user: dict[str, Any], let_in: bool) -> None:
    assert is_let_in(user, OURS) is let_in


def test_by_default_nobody_is_asked() -> None:
    assert page().title[0].value == "Token usage"


def test_where_it_is_on_nothing_is_shown_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USAGE_SIGN_IN_DOMAINS", "example.com")
    at = page()
    assert not at.exception
    assert [title.value for title in at.title] == ["Sign in to see token usage"]
    assert [button.label for button in at.button] == ["Sign in"]
    assert not at.metric
    assert not at.file_uploader


def test_where_it_is_on_but_not_set_up_nobody_gets_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USAGE_SIGN_IN_DOMAINS", "example.com")
    at = page()
    at.button[0].click().run()
    assert not at.exception
    assert at.error[0].value == "Sign-in is not set up on this server: whoever runs it has to do that."
    assert not at.metric
