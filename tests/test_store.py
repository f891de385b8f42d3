"""Saving datasets and opening them by their links."""

import stat
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import pytest

from data.exports import Export, read
from data.store import NotOpenedError, Settings, Store, StoreError
from data.store.content import packed, unpacked
from data.table import tidy
from tests.build import export
from tests.conftest import PROJECT
from tests.store import made
from tests.store.place import Clock, files, is_dead, opened

pytest_plugins = ("tests.store.fixtures",)

MINUTE, DAY = 60, 86400


# --- round trips


def test_exports_come_back_as_they_were_read() -> None:
    exports = made.exports()
    back = unpacked("exports", packed(exports))
    assert isinstance(back, tuple)
    for one, two in zip(exports, back, strict=True):
        for name in ("results", "costs", "buckets"):
            assert getattr(one, name).schema == getattr(two, name).schema
            assert getattr(one, name).to_pydict() == getattr(two, name).to_pydict()
        without = {"results": None, "costs": None, "buckets": None}
        assert replace(one, **without) == replace(two, **without)
    assert made.facts(tidy(back)) == made.facts(tidy(exports))
    assert made.facts(tidy(back, "text-only")) == made.facts(tidy(exports, "text-only"))


def test_a_usage_comes_back_as_it_was() -> None:
    usage = tidy(made.exports())
    back = unpacked("usage", packed(usage))
    assert made.facts(back) == made.facts(usage)


def test_the_samples_come_back_exactly() -> None:
    exports = tuple(
        read(path.read_bytes(), path.name) for path in sorted((PROJECT / "data" / "samples").glob("c*_*.*"))
    )
    assert len(exports) == 5
    _same(exports)


@pytest.mark.slow
def test_real_exports_come_back_exactly(exports: Path) -> None:
    everything = tuple(read(path.read_bytes(), path.name) for path in sorted(exports.rglob("*")) if path.is_file())
    _same(everything)


def _same(exports: tuple[Export, ...]) -> None:
    back = unpacked("exports", packed(exports))
    assert made.facts(tidy(back)) == made.facts(tidy(exports))
    assert [tidy((each,)).problems for each in back] == [tidy((each,)).problems for each in exports]


def test_exports_without_a_row_or_of_an_odd_name_come_back() -> None:
    exports = (export(name="\udcff.json"), read(b"", "nothing.json"), export(name="\udcff.json"))
    back = unpacked("exports", packed(exports))
    assert [each.name for each in back] == ["\udcff.json", "nothing.json", "\udcff.json"]
    assert back[1].problems == exports[1].problems
    assert made.facts(tidy(back)) == made.facts(tidy(exports))
    assert unpacked("exports", packed(())) == ()


def test_equal_datasets_are_equal_bytes() -> None:
    assert packed(made.exports()) == packed(made.exports())


# --- links


def test_a_saved_dataset_opens_and_says_what_it_holds(store: Store) -> None:
    saved = store.save(made.exports(), "Ours", 7)
    entry, content = opened(store, saved.links.view)
    assert made.tokens_of(content) == made.tokens_of(made.exports())
    assert entry == saved.entry
    assert (entry.title, entry.expires) == ("Ours", entry.created + 7 * DAY)
    assert entry.contents.model_dump() == {
        "results": 13,
        "costs": 3,
        "files": 2,
        "start": 1_767_225_600,
        "end": 1_767_225_600 + 7 * DAY,
        "dimensions": ("project_id", "user_id", "api_key_id", "model", "organization"),
        "hidden": {},
        "filtered": False,
    }
    assert len(saved.links.view) == len(saved.links.manage) == 43


def test_nothing_on_the_disk_holds_a_link_and_nobody_else_can_read_it(store: Store, folder: Path) -> None:
    saved = store.save(made.exports(), "Ours")
    assert len(files(folder)) == 6
    for path in files(folder):
        for token in saved.links:
            assert token not in str(path)
            assert token.encode() not in path.read_bytes()
    for path in [folder, *folder.rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)


@pytest.mark.parametrize(
    "junk",
    [
        "",
        ".",
        "..",
        "../manifest",
        "../../etc/passwd",
        "/etc/passwd",
        "datasets",
        "a" * 43,
        "a" * 10**6,
        "\0",
        "\ud800",
        "%2e%2e%2f",
        "file:///etc",
        "x/../../manage",
        "ü" * 43,
        "manifest\n",
        "*",
        "~root",
    ],
)
def test_hostile_tokens_open_nothing(store: Store, folder: Path, junk: str) -> None:
    before = [path.read_bytes() for path in files(folder)]
    for method in (store.look, store.managed, store.revoke, lambda token: store.set_lifetime(token, 1)):
        with pytest.raises(NotOpenedError):
            method(junk)
    assert [path.read_bytes() for path in files(folder)] == before


def test_neither_link_does_what_the_other_does(store: Store) -> None:
    view, manage = store.save(made.exports(), "Ours").links
    for method in (store.managed, store.revoke, lambda token: store.set_lifetime(token, 1)):
        with pytest.raises(NotOpenedError):
            method(view)
    assert is_dead(store, manage)
    assert not is_dead(store, view)


def test_a_token_with_a_bit_flipped_or_named_by_its_hash_opens_nothing(store: Store, folder: Path) -> None:
    view = store.save(made.exports(), "Ours").links.view
    for index in range(len(view)):
        for bit in (1, 2, 4, 32):
            assert is_dead(store, view[:index] + chr(ord(view[index]) ^ bit) + view[index + 1 :])
    for path in folder.rglob("*"):
        assert is_dead(store, path.name)


def test_a_revoked_link_opens_nothing_and_leaves_nothing(store: Store, folder: Path) -> None:
    view, manage = store.save(made.exports(), "Ours").links
    other = store.save(made.exports(), "Theirs").links
    entry = store.look(view)
    store.revoke(manage)
    for method in (
        store.look,
        lambda _: store.load(entry),
        lambda _: store.managed(manage),
        lambda _: store.revoke(manage),
    ):
        with pytest.raises(NotOpenedError):
            method(view)
    assert not is_dead(store, other.view)
    assert len(files(folder)) == 6


def test_links_expire_and_can_be_given_another_time(store: Store, clock: Clock) -> None:
    view, manage = store.save(made.exports(), "Ours", 1).links
    clock.ahead = DAY - MINUTE
    assert not is_dead(store, view)
    assert store.set_lifetime(manage, 7).expires == store.look(view).expires
    clock.ahead = 7 * DAY
    assert not is_dead(store, view)
    clock.ahead = 8 * DAY
    assert is_dead(store, view)
    with pytest.raises(NotOpenedError):
        store.set_lifetime(manage, 90)


def test_a_link_lives_for_ever_only_where_the_operator_allows_it(folder: Path, clock: Clock) -> None:
    store = Store(Settings(folder.as_uri()), pause=0, clock=clock)
    links = store.save(made.exports(), "Ours").links
    with pytest.raises(StoreError, match="cannot live that long"):
        store.save(made.exports(), "Ours", None)
    with pytest.raises(StoreError, match="cannot live that long"):
        store.set_lifetime(links.manage, None)
    lasting = Store(Settings(folder.as_uri(), may_last=True), pause=0, clock=clock)
    assert lasting.set_lifetime(links.manage, None).expires is None
    clock.ahead = 100 * 365 * DAY
    assert not is_dead(store, links.view)


def test_revoking_wins_over_a_later_expiry(store: Store, folder: Path) -> None:
    """Whoever changes the expiry while the link is being revoked cannot bring it back."""
    view, manage = store.save(made.exports(), "Ours", 1).links
    store.set_lifetime(manage, 90)
    expiry = next(path for path in files(folder) if path.name == "expiry")
    kept = expiry.read_bytes()
    store.revoke(manage)
    expiry.parent.mkdir(exist_ok=True)
    expiry.write_bytes(kept)
    assert is_dead(store, view)


def test_golden_links_open(tmp_path: Path) -> None:
    """Made by the first release that saved datasets, and never made again."""
    with ZipFile(PROJECT / "tests" / "store" / "golden-1.zip") as archive:
        archive.extractall(tmp_path)
    store = Store(Settings((tmp_path / "golden-1").as_uri()), pause=0)
    entry, content = opened(store, "golden-exports-of-release-1-abcdefghijklmnop")
    assert made.tokens_of(content) == 524
    assert [each.accepted for each in content] == [12, 4]
    assert content[0].costs["amount"].to_pylist()[1].as_tuple().digits == (3,) * 37 + (0,)
    assert len(content[0].problems) == 3
    entry, content = opened(store, "golden-usage-of-release-1-abcdefghijklmnopqr")
    assert entry.contents.hidden == {"user_id": "pseudonymise", "project_id": "drop"}
    assert made.tokens_of(content) == 524
