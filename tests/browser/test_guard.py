"""The guard around a running dashboard: what a foreign page, a flood of files and a guesser get, and what ours gets."""

import http.client
import socket
import subprocess
import sys
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import WATCHED, Server
from tests.browser.test_journeys import bucket, drop, file, numbers, row, uploaded, usage


def port(server: Server) -> int:
    return urlsplit(server.url).port or 0


def handshake(server: Server, **headers: str) -> bytes:
    """The first line of what a client is told that asks for a websocket."""
    lines = [
        "GET /_stcore/stream HTTP/1.1",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    with socket.create_connection(("127.0.0.1", port(server)), timeout=5) as asking:
        asking.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        return asking.recv(1000).split(b"\r\n")[0]


def asked(server: Server, method: str, path: str, **headers: str) -> int:
    asking = http.client.HTTPConnection("127.0.0.1", port(server), timeout=30)
    asking.request(method, path, headers=headers)
    status = asking.getresponse().status
    asking.close()
    return status


def test_a_foreign_page_gets_no_connection_at_once_and_ours_does(server):
    host = urlsplit(server.url).netloc
    for headers in (
        {"Host": host, "Origin": "https://evil.example"},
        {"Host": host, "Origin": "http://localhost:1"},
        {"Host": host},
        {"Host": "evil.example", "Origin": "http://evil.example"},
    ):
        # Streamlit would answer after it has asked the internet for its own address.
        assert handshake(server, **headers) == b"HTTP/1.1 403 Forbidden", headers
    assert handshake(server, Host=host, Origin=server.url) == b"HTTP/1.1 101 Switching Protocols"
    assert asked(server, "GET", "/", Host="evil.example") == 403
    assert asked(server, "GET", "/_stcore/metrics") == 404
    assert asked(server, "GET", "/_stcore/agent/openapi.json") == 404
    assert asked(server, "POST", "/_stcore/agent/interact") == 404
    assert asked(server, "GET", "/_stcore/bidi-components/usage.breakdown/__init__.py") == 404
    assert asked(server, "GET", "/_stcore/health", Host="10.0.0.7") == 200


def test_whatever_a_server_calls_is_noted(server, tmp_path):
    calls = tmp_path / "calls"
    code = "import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.connect(('192.0.2.1', 9))"
    environment = {"PYTHONPATH": str(WATCHED), "WATCHED_CALLS": str(calls)}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)
    assert calls.read_text(encoding="utf-8").splitlines()[1:] == ["socket.connect 192.0.2.1"]
    # That there is nothing of the kind is looked at when all browser tests are done, for all they did.
    assert server.calls_file.read_text(encoding="utf-8").startswith("process -m streamlit run")
    assert server.called_outside() == []


def test_what_reads_an_upload_is_watched_as_well(page, settled, server):
    uploaded(page, settled, file("usage.json", usage(bucket(1, row(1001)))))
    assert "process -X utf8 -m data.exports" in server.calls_file.read_text(encoding="utf-8")


def test_a_public_address_is_served_and_no_other(start_server):
    public = start_server({"USAGE_PUBLIC_URL": "https://usage.example.com"})
    opened, refused = b"HTTP/1.1 101 Switching Protocols", b"HTTP/1.1 403 Forbidden"
    ours = "https://usage.example.com"
    assert handshake(public, Host="usage.example.com", Origin=ours) == opened
    assert handshake(public, Host="usage.example.com", Origin="http://usage.example.com") == refused
    assert handshake(public, Host="other.example.com", Origin=ours) == refused
    # A proxy that does not pass the name on.
    assert handshake(public, Host=f"127.0.0.1:{port(public)}", Origin=ours) == opened
    assert asked(public, "GET", "/", Host="usage.example.com") == 200


def test_the_page_needs_nothing_its_policy_forbids(page, settled):
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if "Content Security Policy" in said.text else None)
    page.goto("/")
    settled(page, 3)
    page.get_by_role("radio", name="Data quality").click()
    settled(page)
    page.locator(".st-key-share button").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert complaints == []
    inline = "document.body.append(Object.assign(document.createElement('script'), {textContent: 'window.ran = 1'}))"
    page.evaluate(inline)
    assert page.evaluate("window.ran") is None
    assert len(complaints) == 1


@pytest.fixture(scope="module")
def strict(start_server: Callable[..., Server]) -> Server:
    """A dashboard that takes one megabyte a tab."""
    return start_server({"USAGE_TAB_UPLOADS_MB": "1"})


@pytest.mark.slow
def test_files_beyond_what_a_tab_may_upload_are_left_out_with_a_sentence(strict, new_context, settled):
    page = new_context(base_url=strict.url).new_page()
    small = file("small.json", usage(bucket(1, row(1001))))
    large = file("large.json", usage(bucket(2, row(2002))) + b" " * 1024**2)
    uploaded(page, settled, small, large)
    expect(page.get_by_role("alert")).to_contain_text("1 file was not taken. A browser tab may upload 1 MB at a time.")
    assert numbers(page)["Total 1 row"] == "1,001"

    page.goto("/?data=none")
    drop(page, large)
    expect(page.get_by_role("alert")).to_contain_text("1 file was not taken.")
    drop(page, small)
    page.wait_for_url(lambda url: "data=none" not in url)
    settled(page, 3)
    assert numbers(page)["Total 1 row"] == "1,001"
    expect(page.get_by_role("alert")).to_have_count(0)
