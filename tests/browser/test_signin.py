"""Sign-in at a provider of this computer: whom the page lets in, and what anybody else sees."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Server, free_port
from tests.browser.test_journeys import tiles

pytest.importorskip("authlib", reason="sign-in is optional: requirements-signin.txt")
provider = pytest.importorskip("tests.browser.provider")

pytestmark = pytest.mark.slow


@pytest.fixture
def signing_in(start_server: Callable[..., Server], new_context, tmp_path: Path) -> Callable[..., Page]:
    """A page of a dashboard for example.com, after a click on its sign-in."""

    def signing_in(at: str) -> Page:
        port = free_port()
        secrets = tmp_path / "secrets.toml"
        secrets.write_text(
            f"""[auth]
            redirect_uri = "http://localhost:{port}/oauth2callback"
            cookie_secret = "a secret of this test, and of no other"
            client_id = "{provider.CLIENT}"
            client_secret = "x"
            server_metadata_url = "{at}/.well-known/openid-configuration"
            """,
            encoding="utf-8",
        )
        environment = {"USAGE_SIGN_IN_DOMAINS": "example.com", "STREAMLIT_SECRETS_FILES": str(secrets)}
        server = start_server(environment, port=port)
        page = new_context(base_url=server.url).new_page()
        page.goto("/")
        expect(page.get_by_role("heading", name="Sign in to see token usage")).to_be_visible()
        assert not tiles(page)
        page.get_by_role("button", name="Sign in").click()
        return page

    return signing_in


def test_a_colleague_is_let_in(signing_in, settled):
    with provider.running(email="ann@example.com", email_verified=True) as at:
        page = signing_in(at.url)
        expect(page.get_by_role("heading", name="Token usage")).to_be_visible()
        settled(page, 2)
        assert tiles(page)[0] == "3.05B"


def test_a_stranger_is_told_whom_the_page_takes_them_for_and_nothing_else(signing_in):
    with provider.running(email="eve![](//evil.example/x)@evil.example", email_verified=True) as at:
        page = signing_in(at.url)
        expect(page.get_by_role("heading", name="This account may not see token usage")).to_be_visible()
        told = page.get_by_text("You are signed in as").inner_text().replace("\u2060", "")
        assert told == "You are signed in as eve![](//evil.example/x)@evil.example."
        assert not tiles(page)
        assert page.locator("input[type=file]").count() == 0
