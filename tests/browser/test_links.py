"""Links between servers: what one process saves another one opens, elsewhere on earth, until it is taken back."""

import contextlib
import re
import secrets
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from data.store import Settings, Store
from data.store.manifest import hashed
from tests.browser.conftest import PROJECT, Server, free_port, start
from tests.browser.test_journeys import (
    breakdown,
    drop,
    file,
    press,
    query,
    row,
    segment,
    tiles,
    uploaded,
    usage,
)
from tests.browser.test_journeys import bucket as day_of
from tests.store.made import exports
from tests.store.place import files
from tests.test_store_share import texts

pytest_plugins = ("tests.store.fixtures",)

Settled = Callable[..., None]
NewContext = Callable[..., BrowserContext]

DEAD = "This link doesn't open anything (any more)"
ELSEWHERE = {"color_scheme": "dark", "timezone_id": "Pacific/Auckland", "locale": "de-DE"}

USERS = ("user-Alice7Lm2", "user-Bob9Kp4xy", "user-Carol1Rt8")
KEYS = ("key_1111aaaa", "key_2222bbbb")
PROJECTS = ("proj_alpha_77", "proj_beta_88")
FILE = f"usage of {USERS[1]}.json"
TUNED = f"ft:gpt-4o:{USERS[0]}:x"


def people(day: int) -> dict[str, Any]:
    """A day on which each id stands in a column, and some inside a model's name and a refused value as well."""
    return day_of(
        day,
        row(1000 + day, user_id=USERS[0], api_key_id=KEYS[0], project_id=PROJECTS[0], model=TUNED),
        row(200 + day, user_id=USERS[0], api_key_id=KEYS[1], project_id=PROJECTS[0]),
        row(30 + day, user_id=USERS[1], api_key_id=KEYS[0], project_id=PROJECTS[0]),
        row(4 + day, user_id=USERS[2], api_key_id=KEYS[0], project_id=PROJECTS[1]),
        row(f"12k of {USERS[1]}", user_id=USERS[1], api_key_id=KEYS[0], project_id=PROJECTS[0]),
    )


PEOPLE = usage(people(1), people(2), people(9))


class Replicas:
    """Two dashboards in processes of their own on one store."""

    def __init__(self, url: str, logs: Path, **environment: str) -> None:
        self.url, self.logs = url, logs
        self.environment = {"USAGE_STORE_URL": url, **environment}
        self.ports = (free_port(), free_port())
        self.tokens: list[str] = []
        """All that was ever in an address, to be looked for in the logs."""
        self.turn = 0
        self.start()

    def start(self) -> None:
        self.turn += 1
        with ThreadPoolExecutor() as pool:
            self.a, self.b = pool.map(self._start, "ab", self.ports)

    def _start(self, name: str, port: int) -> Server:
        environment = {**self.environment, "USAGE_CACHE_DIR": str(self.logs / f"copies-{name}")}
        return start(self.logs / f"{name}-{self.turn}.log", environment, port, PROJECT / "app.py")

    def stop(self) -> None:
        for each in (self.a, self.b):
            each.stop()

    def restart(self) -> None:
        self.stop()
        self.start()

    def elsewhere(self, link: str) -> str:
        """The same link on the other server."""
        self.tokens += re.findall(r"(?:data|manage)=([\w-]{20,})", link)
        return link.replace(self.a.url, self.b.url)

    def assert_quiet(self) -> None:
        """No server has logged a link or an error."""
        for log in self.logs.glob("*.log"):
            text = log.read_text(encoding="utf-8", errors="replace")
            assert "Traceback" not in text
            assert not [token for token in self.tokens if token in text]


@pytest.fixture(scope="module")
def replicas(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replicas]:
    folder = tmp_path_factory.mktemp("replicas")
    both = Replicas((folder / "kept").as_uri(), folder)
    yield both
    both.stop()
    both.assert_quiet()


@pytest.fixture(scope="module")
def server(replicas: Replicas) -> Server:
    """The one that pages without a host open."""
    return replicas.a


@pytest.fixture(scope="module")
def store(replicas: Replicas) -> Store:
    """Another look at their store."""
    return Store(Settings(replicas.url), pause=0)


def share(page: Page) -> Locator:
    page.locator(".st-key-share button").click()
    return page.get_by_role("dialog")


def choose(dialog: Locator, group: str, option: str) -> None:
    radio = dialog.get_by_role("radiogroup", name=group).get_by_role("radio", name=option)
    radio.click()
    expect(radio).to_be_checked()


def made(dialog: Locator) -> tuple[str, str]:
    """The links that the dialog makes: to view and to manage."""
    dialog.get_by_role("button", name="Make the link").click()
    expect(dialog.get_by_text("Link to this view")).to_be_visible()
    links = dialog.get_by_test_id("stCode")
    expect(links).to_have_count(2)
    view, manage = ("".join(text.split()) for text in links.all_inner_texts())
    return view, manage


def is_dead(page: Page) -> None:
    expect(page.get_by_role("heading", name=DEAD)).to_be_visible()
    expect(page.locator("input[type=file]")).to_have_count(1)
    expect(page.locator(".tile")).to_have_count(0)
    assert page.title() == "Token usage"


def seen(page: Page, settled: Settled, link: str) -> tuple[list[str], list[list[str]]]:
    """What a link shows: tiles and table."""
    page.goto(link)
    return shown(page, settled)


def shown(page: Page, settled: Settled) -> tuple[list[str], list[list[str]]]:
    settled(page, 3)
    assert page.title() == "Token usage"
    return tiles(page), breakdown(page)


# --- from server to server -----------------------------------------------------------------------------------------


def test_an_upload_is_behind_its_address_at_once_on_every_server_also_after_a_restart(
    page, new_context, settled, replicas, store
):
    uploaded(page, settled, file(FILE, PEOPLE))
    assert re.fullmatch(r"[\w-]{43}", query(page)["data"][0])
    assert len(files(store._objects.folder)) == 6
    before = tiles(page), breakdown(page)
    assert before[1][-1][3] == "3,750"
    link = page.url
    other = new_context(**ELSEWHERE).new_page()
    for restarted in (False, True):
        if restarted:
            replicas.restart()
        page.goto(link)
        other.goto(replicas.elsewhere(link))  # both at a time
        assert shown(page, settled) == before
        assert shown(other, settled) == before


def test_a_shared_link_shows_the_same_numbers_and_none_of_the_ids(
    page, new_context, settled, replicas, store, tmp_path
):
    uploaded(page, settled, file(FILE, PEOPLE))
    asked = f"group_by=user_id&interval=day&user_id={USERS[0]}&user_id={USERS[1]}&project_id={PROJECTS[0]}"
    here = seen(page, settled, f"{page.url}&{asked}")
    dialog = share(page)
    dialog.get_by_label("Title").fill("For the board")
    choose(dialog, "User ids", "Pseudonymise")
    choose(dialog, "API key ids", "Drop")
    choose(dialog, "Data behind the link", "Only what this view shows")
    choose(dialog, "Lives for", "7 days")
    planned = dialog.get_by_text("Behind the link:")
    expect(planned).to_contain_text(
        "9 results · 2026-01-01 – 2026-01-09 UTC · by project, user, model · users as pseudonyms"
    )
    expect(planned).to_contain_text("without API keys · only what one view shows · for 7 days")
    view, manage = made(dialog)

    there = new_context(**ELSEWHERE).new_page()
    received: list[bytes] = []
    there.on("websocket", lambda socket: socket.on("framereceived", lambda frame: received.append(raw(frame))))
    found = seen(there, settled, replicas.elsewhere(view))
    assert found[0] == here[0]
    assert here[1][-1][3] == "3,726"
    assert [cells[1:] for cells in found[1]] == [cells[1:] for cells in here[1]]
    assert re.fullmatch(r"user-[0-9a-f]{8}", found[1][0][0])
    expect(there.get_by_text("For the board · 9 results")).to_contain_text("users as pseudonyms · without API keys")
    there.get_by_role("button", name="Export").click()
    with there.expect_download() as download:
        there.get_by_role("button", name="Report").click()
    report = tmp_path / "report.html"
    download.value.save_as(report)
    there.keyboard.press("Escape")
    segment(there, "Tab", "Data quality").click()
    settled(there)
    assert "file 1" in b"".join(received).decode(errors="replace")

    token = query(there)["data"][0]
    places = {
        "the page": [there.content().encode(), there.url.encode()],
        "the websocket": received,
        "the report": [report.read_bytes()],
        "the store": texts(store._objects.folder / "datasets" / hashed(token)),
    }
    assert len(places["the store"]) > 20
    for secret in (*USERS, *KEYS, PROJECTS[1], FILE, "12k of"):
        for place, held in places.items():
            assert not [text for text in held if secret.encode() in text], (secret, place)
    for place in ("the page", "the websocket", "the store"):
        assert any(b"user-" in text or PROJECTS[0].encode() in text for text in places[place])

    dies_everywhere(there, page, settled, replicas, view, manage)


def raw(frame: str | bytes) -> bytes:
    return frame.encode() if isinstance(frame, str) else frame


def dies_everywhere(there: Page, here: Page, settled: Settled, replicas: Replicas, view: str, manage: str) -> None:
    """Managed on one server, gone on the other."""
    here.goto(view)
    there.goto(replicas.elsewhere(manage))
    settled(here, 3)
    day = re.compile(r"until (\d{4}-\d\d-\d\d)")
    line = there.get_by_test_id("stCaptionContainer").filter(has_text="until")
    first = day.search(line.inner_text())
    segment(there, "From now on it lives for", "90 days").click()
    there.get_by_role("button", name="Change").click()
    expect(there.get_by_test_id("stAlert")).to_contain_text("From now on the link lives for 90 days.")
    later = day.search(line.inner_text())
    assert first
    assert later
    assert later[1] > first[1]

    there.get_by_role("button", name="Revoke the link").click()
    expect(there.get_by_role("heading", name="The link is revoked")).to_be_visible()
    expect(here.locator(".tile").first).to_be_visible()
    segment(here, "Measure", "Requests").click()
    is_dead(here)
    there.goto(replicas.elsewhere(view))
    is_dead(there)


@pytest.mark.slow
def test_on_s3_as_well_what_one_server_shares_the_other_opens_until_it_is_revoked(
    new_context, settled, bucket, tmp_path
):
    both = Replicas(bucket, tmp_path)
    try:
        page = new_context(base_url=both.a.url).new_page()
        uploaded(page, settled, file(FILE, PEOPLE))
        link, before = page.url, (tiles(page), breakdown(page))
        dialog = share(page)
        choose(dialog, "User ids", "Drop")
        view, manage = made(dialog)
        there = new_context(**ELSEWHERE).new_page()
        assert seen(there, settled, both.elsewhere(link)) == before
        assert seen(there, settled, both.elsewhere(view))[0] == before[0]
        both.restart()
        assert seen(there, settled, both.elsewhere(view))[0] == before[0]
        dies_everywhere(there, page, settled, both, view, manage)
        assert seen(there, settled, both.elsewhere(link)) == before
    finally:
        both.stop()
    both.assert_quiet()


# --- links that open nothing ---------------------------------------------------------------------------------------


@pytest.mark.slow
def test_every_link_that_opens_nothing_shows_one_page(page, settled, replicas, store):
    links = {name: store.save(exports(), "Ours").links for name in ("revoked", "damaged", "good")}
    store.revoke(links["revoked"].manage)
    damage(store, links["damaged"].view, lambda content: content[:-9] + b"?" + content[-8:])
    expired = Store(store.settings, pause=0, clock=lambda: time.time() - 8 * 86400).save(exports(), "Old", 7).links
    dead = {
        "malformed": "data=../../etc/passwd",
        "unknown": f"data={secrets.token_urlsafe(32)}",
        "expired": f"data={expired.view}",
        **{name: f"data={each.view}" for name, each in links.items() if name != "good"},
        "manage as view": f"data={links['good'].manage}",
        "view as manage": f"manage={links['good'].view}",
    }
    told = {}
    for name, asked in dead.items():
        replicas.elsewhere(asked)  # to be looked for in the logs
        page.goto(f"/?{asked}")
        is_dead(page)
        settled(page)
        told[name] = page.get_by_test_id("stMain").inner_text()
    assert len(set(told.values())) == 1, told
    page.goto(f"/?data={links['good'].view}")
    settled(page, 3)
    page.goto(f"/?data={links['revoked'].view}")
    is_dead(page)
    drop(page, file("usage.json", usage(day_of(1, row(7)))))
    page.wait_for_url(lambda url: links["revoked"].view not in url)
    settled(page, 3)
    assert breakdown(page)[-1][3] == "7"


def damage(store: Store, view: str, change: Callable[[bytes], bytes]) -> None:
    """Changes every piece of the data, and leaves the manifest as it is."""
    for path in files(store._objects.folder / "datasets" / hashed(view)):
        if path.name != "manifest":
            path.write_bytes(change(path.read_bytes()))


@pytest.mark.slow
def test_a_link_that_asks_for_what_the_data_lack_says_so_and_shows_the_rest(page, settled):
    uploaded(page, settled, file("usage.json", usage(day_of(1, row(7)), day_of(2, row(8)))))
    page.goto(f"{page.url}&group_by=model&colour=red&interval=minute&back=x&tab=secrets&model=gpt-5&model=gpt-gone")
    settled(page, 3)
    said = page.get_by_test_id("stAlert").first.inner_text().replace("\u2060", "")
    for words in ("colour was left out", "back=x was left out", "tab=secrets was left out", "minute", "gpt-gone"):
        assert words in said
    assert breakdown(page)[-1][3] == "15"


# --- uploads that cannot be saved ----------------------------------------------------------------------------------


@pytest.mark.slow
def test_where_uploads_are_not_saved_nothing_is_written_and_the_session_has_them(
    new_context, settled, start_server, tmp_path
):
    folder, temporary = tmp_path / "kept", tmp_path / "temporary"
    temporary.mkdir()
    alone = start_server({"USAGE_SAVE_UPLOADS": "false", "USAGE_STORE_URL": folder.as_uri(), "TMPDIR": str(temporary)})
    page = new_context(base_url=alone.url).new_page()
    page.goto("/")
    settled(page, 3)
    expect(page.get_by_text("kept for this browser tab alone")).to_be_visible()
    upload_unsaved(page, settled, "This server does not save uploads.")
    page.reload()
    expect(page.get_by_role("heading", name="This upload is no longer there")).to_be_visible()
    expect(page.locator(".tile")).to_have_count(0)
    assert files(folder) == []
    assert files(temporary) == []
    assert "Traceback" not in alone.log()


def upload_unsaved(page: Page, settled: Settled, reason: str) -> None:
    """The person is told at once, and the view can be used."""
    uploaded(page, settled, file(FILE, PEOPLE))
    assert query(page)["data"] == ["session"]
    told = page.get_by_role("alert").filter(has_text=reason)
    expect(told).to_contain_text("in this browser tab only: reloading or closing it loses it")
    press(page, settled, "Measure", "Requests")
    press(page, settled, "Measure", "Tokens")
    assert breakdown(page)[-1][3] == "3,750"
    dialog = share(page)
    expect(dialog.get_by_role("status")).to_contain_text(f"There is no link to share. {reason}")
    expect(dialog.get_by_role("button", name="Make the link")).to_have_count(0)
    page.keyboard.press("Escape")


@pytest.mark.slow
def test_a_full_or_read_only_disk_is_told_and_the_view_stays_usable(new_context, settled, start_server, tiny_disk):
    full = start_server({"USAGE_STORE_URL": (tiny_disk / "kept").as_uri()})
    page = new_context(base_url=full.url).new_page()
    uploaded(page, settled, file(FILE, PEOPLE))
    link = page.url
    fill(tiny_disk)
    dialog = share(page)
    dialog.get_by_role("button", name="Make the link").click()
    expect(dialog.get_by_role("alert")).to_contain_text("There is no space left where datasets are kept.")
    page.keyboard.press("Escape")
    upload_unsaved(page, settled, "There is no space left where datasets are kept.")
    subprocess.run(["mount", "-o", "remount,ro", str(tiny_disk)], check=True)
    upload_unsaved(page, settled, "The place where datasets are kept can only be read.")
    assert seen(page, settled, link)[1][-1][3] == "3,750"
    assert "Traceback" not in full.log()


def fill(disk: Path) -> None:
    with (disk / "filling").open("wb", buffering=0) as filling, contextlib.suppress(OSError):
        while filling.write(b"." * 1024) == 1024:
            pass


# --- what every answer carries -------------------------------------------------------------------------------------


def test_no_answer_lets_an_address_travel_or_a_type_be_guessed(page, settled):
    page.goto("/")
    settled(page, 3)
    assert page.evaluate("document.fonts.check('14px Inter')")
    assert page.evaluate("[...document.fonts].some(font => font.family.includes('Inter') && font.status === 'loaded')")
    script = urlsplit(page.locator("script[src]").first.get_attribute("src") or "").path.removeprefix(".")
    paths = {
        "/?data=x": 200,
        f"/{script.lstrip('/')}": 200,
        "/app/static/inter-latin-wght-normal.woff2": 200,
        "/app/static/../app.py": 404,
        "/_stcore/health": 200,
        "/_stcore/stream": 404,
        "/media/none.csv": 404,
    }
    for path, status in paths.items():
        answer = page.request.get(path)
        assert answer.headers["referrer-policy"] == "no-referrer", path
        assert answer.headers["x-content-type-options"] == "nosniff", path
        assert answer.status == status or status == 404, path


# --- the dialog ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("width", "scheme"), [(360, "dark"), pytest.param(1280, "light", marks=pytest.mark.slow)], ids=["phone", "wide"]
)
def test_the_dialog_is_usable_by_keyboard_and_on_a_phone(new_context, settled, width, scheme):
    context = new_context(viewport=(width, 800), color_scheme=scheme, permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto("/")
    settled(page, 3)
    opener = page.locator(".st-key-share button")
    opener.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    link = dialog.get_by_test_id("stCode").inner_text()
    copy = dialog.get_by_role("button", name="Copy to clipboard")
    expect(copy).to_be_visible()
    for _ in range(6):
        page.keyboard.press("Tab")
        if copy.evaluate("button => button === document.activeElement"):
            break
    page.keyboard.press("Enter")
    page.wait_for_function("async link => await navigator.clipboard.readText() === link", arg="".join(link.split()))
    box = dialog.bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(opener).to_be_focused()


@pytest.mark.slow
def test_what_a_tab_has_made_can_be_shown_again_until_the_link_is_taken_back(page, new_context, settled, replicas):
    uploaded(page, settled, file(FILE, PEOPLE))
    upload = query(page)["data"][0]
    view, manage = made(share(page))
    page.keyboard.press("Escape")
    dialog = share(page)
    dialog.get_by_text("Links made in this tab · 2").click()
    links = dialog.get_by_test_id("stCode")
    expect(links).to_have_count(4)
    listed = ["".join(text.split()) for text in links.all_inner_texts()]
    assert listed[0] == f"{replicas.a.url}/?data={view.partition('data=')[2].partition('&')[0]}"
    assert listed[1] == manage
    assert listed[2] == f"{replicas.a.url}/?data={upload}"
    other = new_context().new_page()
    other.goto(replicas.elsewhere(listed[3]))
    other.get_by_role("button", name="Revoke the link").click()
    expect(other.get_by_role("heading", name="The link is revoked")).to_be_visible()
    dialog.get_by_role("radiogroup", name="Lives for").get_by_role("radio", name="7 days").click()
    is_dead(page)  # a dialog runs without its page, and asks all the same
