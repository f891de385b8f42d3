"""What an open tab shows when its server ends, comes back, or meets an error nobody foresaw."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PROJECT, free_port
from tests.browser.test_journeys import bucket, file, numbers, press, query, row, segment, uploaded, usage

BROKEN = Path(__file__).parent / "broken" / "app.py"


def test_an_open_tab_asks_again_when_its_server_is_back(start_server, new_context, settled):
    port = free_port()
    first = start_server(port=port)
    page = new_context(base_url=first.url).new_page()
    uploaded(page, settled, file("usage.json", usage(bucket(1, row(1001, model="mine")))))
    press(page, settled, "Measure", "Requests")
    link = page.url
    first.process.kill()
    first.process.wait()
    asked: list[bytes | str] = []

    def note(frame: bytes | str) -> None:
        asked.append(frame)

    page.on("websocket", lambda connection: connection.on("framesent", note))
    second = start_server(port=port)
    while not asked:  # nobody touches the tab
        page.wait_for_timeout(100)
    settled(page, 3)
    assert page.url == link
    assert numbers(page)["mine"] == "1,001"
    assert "Traceback" not in second.log()


@pytest.mark.slow
def test_a_tab_whose_upload_was_its_own_says_that_it_is_gone(start_server, new_context, settled):
    port = free_port()
    unsaved = {"USAGE_SAVE_UPLOADS": "false"}
    first = start_server(unsaved, port=port)
    page = new_context(base_url=first.url).new_page()
    uploaded(page, settled, file("usage.json", usage(bucket(1, row(1001)))))
    assert query(page)["data"] == ["session"]
    first.process.kill()
    first.process.wait()
    start_server(unsaved, port=port)
    expect(page.get_by_role("heading", name="This upload is no longer there")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("1,001")).to_have_count(0)


def test_an_unforeseen_error_tells_its_id_and_nothing_else(start_server, new_context, settled):
    server = start_server(script=BROKEN)
    page = new_context(base_url=server.url).new_page()
    uploaded(page, settled, file("secret-name.json", usage(bucket(1, row(1001)))))
    token = query(page)["data"][0]
    segment(page, "Bars", "Share").click()
    alert = page.get_by_role("alert").filter(has_text="Something went wrong")
    expect(alert).to_be_visible()
    told = re.search(r"error id (\w{8})\.", alert.inner_text())
    assert told
    shown = page.content()
    for secret in ("Traceback", "RuntimeError", "fault-of-the-test", "answers.py", str(PROJECT)):
        assert secret not in shown
    log = server.log()
    assert f"error id {told[1]}:" in log
    assert "builtins.RuntimeError" in log
    assert "tests/browser/broken/app.py:" in log
    for secret in ("fault-of-the-test", "secret-name", token):
        assert secret not in log
    # The page goes on.
    page.go_back()
    expect(alert).to_have_count(0)
    settled(page, 3)
    assert numbers(page)["Total 1 row"] == "1,001"


def test_where_one_tab_cannot_be_drawn_the_others_are_a_click_away(start_server, new_context, settled):
    page = new_context(base_url=start_server(script=BROKEN).url).new_page()
    page.goto("/?tab=explore")
    alert = page.get_by_role("alert").filter(has_text="Something went wrong")
    expect(alert).to_be_visible()
    segment(page, "Tab", "Overview").click()
    settled(page, 3)
    expect(alert).to_have_count(0)
