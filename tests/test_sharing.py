"""Links through the page: those of the first release, those that open nothing, and what is said where saving fails."""

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs
from zipfile import ZipFile

import obstore
import pytest
from streamlit.testing.v1 import AppTest

from components import answers, memory, sources
from components.sharing.contents import planned
from data.query import Query
from data.store import Choices, Settings, Store, StoreError, derive
from data.store.manifest import hashed
from data.table import tidy
from tests.conftest import PROJECT, drawn, tiles_of, titles_of
from tests.store import made
from tests.store.place import files
from tests.test_app import bucket, button, exactly, facts, row, said, sound, widget
from tests.test_app import page as page_of

DAY = 86400
DEAD = "This link doesn't open anything (any more)"
SMALL = page_of(bucket(1, row(100, user_id="u1"), row(7, model="o4-mini", user_id="u2")), bucket(2, row(1000)))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the page keeps its datasets during a test."""
    return use(monkeypatch, tmp_path / "kept")


@pytest.fixture
def store(folder: Path) -> Store:
    return Store(Settings(folder.as_uri(), may_last=True), pause=0)


def use(monkeypatch: pytest.MonkeyPatch, folder: Path, **environment: str) -> Path:
    for name, value in {"USAGE_STORE_URL": folder.as_uri(), **environment}.items():
        monkeypatch.setenv(name, value)
    forget()
    monkeypatch.setattr(Store, "keep_swept", lambda _: None)
    return folder


def forget() -> None:
    """As if this server had just been started."""
    sources.store.clear()
    memory.held.clear()


@pytest.fixture(autouse=True)
def _forgotten(monkeypatch: pytest.MonkeyPatch) -> Any:
    yield
    monkeypatch.undo()
    forget()


def link(asked: str) -> AppTest:
    """What a link shows, from its literal query string."""
    at = AppTest.from_file(str(PROJECT / "components" / "page.py"), default_timeout=60)
    for name, values in parse_qs(asked, keep_blank_values=True).items():
        at.query_params[name] = values
    return sound(at.run())


def upload(content: bytes) -> AppTest:
    at = link("data=none")
    at.file_uploader[0].set_value([("usage.json", content, "application/json")])
    return sound(at.run())


def key_of(at: AppTest) -> str:
    """What the address names; AppTest has it as a text or as a list of one."""
    key = at.query_params["data"]
    return key if isinstance(key, str) else key[0]


def all_text(at: AppTest) -> list[str]:
    return [
        *said(at.title),
        *titles_of(at),
        *said(at.markdown),
        *said(at.caption),
        *said(at.info),
        *said(at.error),
    ]


# --- links of the first release ------------------------------------------------------------------------------------

EXPORTS = "data=golden-exports-of-release-1-abcdefghijklmnop"
USAGE = "data=golden-usage-of-release-1-abcdefghijklmnopqr"


@pytest.mark.parametrize(
    ("asked", "total", "title"),
    [
        (EXPORTS, "519", "Daily tokens by part"),
        (
            f"{EXPORTS}&tab=overview&object=completions&measure=total_tokens&period=all&mode=absolute",
            "519",
            "Daily tokens by part",
        ),
        (
            f"{EXPORTS}&tab=overview&object=completions&measure=num_model_requests&group_by=user_id&interval=day"
            "&start_time=2026-01-01&end_time=2026-01-05&mode=share&user_id=user-Aq7Lm2&user_id=",
            "79",  # 1 and 8 of that user, 70 of nobody
            "Share of daily requests by user",
        ),
        (
            f"{EXPORTS}&object=completions&measure=total_tokens&group_by=model&interval=week&period=30d&mode=absolute"
            "&model=o3",
            "432",  # 16, 32, 128 and 256
            "Weekly tokens by model",
        ),
        (f"{EXPORTS}&generation=text-only&period=all&project_id=proj+beta+88", "388", "Daily tokens by part"),
        (
            f"{USAGE}&tab=overview&object=completions&measure=total_tokens&group_by=user_id&period=all&mode=absolute",
            "519",
            "Daily tokens by user",
        ),
        (f"{USAGE}&group_by=model&period=all&user_id=user-82b9133e", "388", "Daily tokens by model"),
    ],
)
def test_links_of_the_first_release_open_for_ever(tmp_path, monkeypatch, asked, total, title):
    """Never changed: these are on people's walls and in their mails."""
    with ZipFile(PROJECT / "tests" / "store" / "golden-1.zip") as archive:
        archive.extractall(tmp_path)
    use(monkeypatch, tmp_path / "golden-1")
    at = link(asked)
    assert exactly(at)["Total tokens"] == total
    assert titles_of(at)[0] == title
    assert facts(at).startswith("Golden · 14 results · 2026-01-01 – 2026-01-07 UTC")


# --- links that open nothing ---------------------------------------------------------------------------------------


def test_whatever_the_reason_a_link_that_opens_nothing_shows_the_same_page(folder, store):
    good, revoked, damaged = (store.save(made.exports(), "Ours").links for _ in range(3))
    expired = Store(store.settings, pause=0, clock=lambda: time.time() - 2 * DAY).save(made.exports(), "", 1).links
    store.revoke(revoked.manage)
    for path in files(folder / "datasets" / hashed(damaged.view)):
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
    dead = [
        *(f"data={token}" for token in ("", "x", "..%2Fmanifest", "a" * 43, "%00", "SAMPLE")),
        *(f"data={links.view}" for links in (revoked, damaged, expired)),
        *(f"data={links.manage}" for links in (good, revoked)),
        *(f"manage={token}" for token in ("", "x", "a" * 43, good.view, revoked.manage, expired.manage)),
        f"manage=x&data={good.view}",
    ]
    pages = [link(asked) for asked in dead]
    assert {tuple(all_text(at)) for at in pages} == {tuple(all_text(pages[0]))}
    assert said(pages[0].title) == [DEAD]
    assert all(len(at.file_uploader) == 1 and not tiles_of(at) for at in pages)
    assert exactly(link(f"data={good.view}"))["Total tokens"] == "519"


def test_a_tab_that_is_open_while_its_link_is_revoked_shows_that_at_the_next_click(store):
    links = store.save(made.exports(), "Ours").links
    at = link(f"data={links.view}")
    store.revoke(links.manage)
    sound(widget(at, "toolbar.group_by").set_value("model").run())
    assert said(at.title) == [DEAD]
    assert not tiles_of(at)


def test_where_the_store_does_not_answer_the_link_is_not_called_dead(store, monkeypatch):
    links = store.save(made.exports(), "Ours").links

    def refused(*_: object) -> None:
        raise StoreError("The place where datasets are kept cannot be reached just now.")

    with monkeypatch.context() as away:
        away.setattr(Store, "look", refused)
        away.setattr(Store, "managed", refused)
        at = link(f"data={links.view}")
        for each in (at, link(f"manage={links.manage}"), link("data=x")):
            assert said(each.title) == ["Saved data can't be opened just now"]
            assert said(each.markdown) == [
                "The place where datasets are kept cannot be reached just now. The link may be as good as ever."
            ]
        assert not link("").exception
    sound(button(at, "Try again").click().run())
    assert exactly(at)["Total tokens"] == "519"


# --- what is behind a link -----------------------------------------------------------------------------------------


def test_whoever_opens_a_shared_link_reads_what_it_does_not_show(store):
    exports = made.exports()
    choices = Choices({"user_id": "pseudonymise", "project_id": "drop", "organization": "drop"}, only_filtered=True)
    derived = derive(exports, tidy(exports), Query(group_by="model"), choices)
    view = store.save(derived.content, "For the board", **derived.told).links.view
    at = link(f"data={view}&tab=quality")
    assert facts(at).startswith("For the board · ")
    assert facts(at).endswith(" · users as pseudonyms · without projects, organizations · only what one view shows")
    assert "This shared link is counted as whoever made it saw it." in said(at.caption)
    assert not [each for each in at.get("button_group") if each.key == "generation"]


@pytest.mark.parametrize(
    ("choices", "told"),
    [
        (Choices(), "3 results · 2026-01-01 – 2026-01-02 UTC · by user, model"),
        (Choices({"user_id": "keep"}, True), "2 results · 2026-01-01 UTC · by user, model · only what one view shows"),
        (
            Choices({"user_id": "pseudonymise"}),
            "3 results · 2026-01-01 – 2026-01-02 UTC · by user, model · users as pseudonyms",
        ),
        (Choices({"user_id": "drop"}), "3 results · 2026-01-01 – 2026-01-02 UTC · by model · without users"),
    ],
)
def test_before_a_link_is_made_it_is_told_what_would_be_behind_it(folder, choices, told):
    assert not files(folder)
    at = upload(SMALL)
    dataset = sources.opened(key_of(at))
    usage = answers.usage(dataset, None)
    query = Query(start_time="2026-01-01", end_time="2026-01-02")
    assert planned(dataset, usage, query, choices) == told


def test_the_dialog_offers_for_ever_only_where_links_may_last(tmp_path, monkeypatch):
    for allowed, offered in (("false", 4), ("true", 5)):
        use(monkeypatch, tmp_path / allowed, USAGE_LINKS_MAY_LAST=allowed)
        at = upload(SMALL)
        sound(button(at, "Share").click().run())
        assert len(widget(at, "share.days").options) == offered


def test_a_link_without_a_title_does_not_tell_the_files_name(folder):
    at = upload(SMALL)
    sound(button(at, "Share").click().run())
    assert at.text_input[0].placeholder == "Shared view"
    assert "Links made in this tab · 1" in [each.label for each in at.expander]
    assert len(files(folder)) == 6


# --- managing ------------------------------------------------------------------------------------------------------


def test_the_manage_link_changes_how_long_a_link_lives_and_shows_none_of_its_data(store):
    links = store.save(made.exports(), "Ours", 7).links
    at = link(f"manage={links.manage}")
    assert said(at.title) == ["Manage a shared link"]
    assert not tiles_of(at)
    assert not drawn(at)
    sound(widget(at, "manage.days").set_value(90).run())
    sound(button(at, "Change").click().run())
    assert said(at.success) == ["From now on the link lives for 90 days."]
    entry = store.look(links.view)
    assert entry.expires - time.time() == pytest.approx(90 * DAY, abs=60)
    assert time.strftime("until %Y-%m-%d %H:%M UTC", time.gmtime(entry.expires)) in said(at.caption)[0]
    assert not said(at.run().success)


def test_a_revoked_link_is_gone_for_everyone_at_once(store):
    links = store.save(made.exports(), "Ours", 7).links
    at, other = link(f"manage={links.manage}"), link(f"manage={links.manage}")
    sound(button(at, "Revoke the link").click().run())
    assert said(at.title) == ["The link is revoked"]
    sound(button(other, "Change").click().run())
    assert said(other.title) == [DEAD]
    for asked in (f"data={links.view}", f"manage={links.manage}"):
        assert said(link(asked).title) == [DEAD]


def test_where_the_store_cannot_be_written_managing_says_so(store, monkeypatch):
    links = store.save(made.exports(), "Ours", 7).links

    def refused(*_: object) -> None:
        raise StoreError("The place where datasets are kept can only be read.")

    monkeypatch.setattr(Store, "set_lifetime", refused)
    monkeypatch.setattr(Store, "revoke", refused)
    at = link(f"manage={links.manage}")
    for label in ("Change", "Revoke the link"):
        sound(button(at, label).click().run())
        assert said(at.error) == ["The place where datasets are kept can only be read."]
        assert said(at.title) == ["Manage a shared link"]


# --- uploads that cannot be saved ----------------------------------------------------------------------------------


def off(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("USAGE_SAVE_UPLOADS", "false")
    return r"This server does not save uploads\."


def full(monkeypatch: pytest.MonkeyPatch) -> str:
    def no_space(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(obstore, "put", no_space)
    return r"There is no space left where datasets are kept\."


def read_only(monkeypatch: pytest.MonkeyPatch) -> str:
    def refused(*_: object, **__: object) -> None:
        raise obstore.exceptions.GenericError("Read-only file system (os error 30)")

    monkeypatch.setattr(obstore, "put", refused)
    return r"The place where datasets are kept can only be read\."


def quota(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("USAGE_MAX_DATASET_MB", "0.001")
    return r"The dataset takes 0\.0 MB; this server keeps up to 0\.0 MB of each\."


def misconfigured(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("USAGE_STORE_URL", "nowhere")
    return r"USAGE_STORE_URL is no address of a store: write file:///folder or s3://bucket\."


@pytest.mark.parametrize("refuse", [off, full, read_only, quota, misconfigured])
def test_an_upload_that_is_not_saved_says_so_at_once_and_can_be_used(
    folder: Path, monkeypatch: pytest.MonkeyPatch, refuse: Callable[[pytest.MonkeyPatch], str]
):
    reason = refuse(monkeypatch)
    forget()
    at = upload(SMALL)
    (told,) = said(at.warning)
    assert re.fullmatch(f"{reason} The upload is in this browser tab only: reloading or closing it loses it\\.", told)
    sound(widget(at, "toolbar.group_by").set_value("model").run())
    assert exactly(at)["Total tokens"] == "1,107"
    sound(button(at, "Share").click().run())
    assert said(at.info) == [f"There is no link to share. {told}"]
    assert not [each for each in at.button if "Make the link" in each.label]
    assert not files(folder)
    forget()
    assert said(link("data=session").title) == ["This upload is no longer there"]


def test_what_is_said_about_uploads_is_true_where_they_are_not_saved(tmp_path, monkeypatch):
    use(monkeypatch, tmp_path / "kept", USAGE_SAVE_UPLOADS="false")
    assert any("kept for this browser tab alone" in text for text in said(link("").caption))
    use(monkeypatch, tmp_path / "kept", USAGE_SAVE_UPLOADS="true")
    assert any("saved behind a link that only you get" in text for text in said(link("").caption))
