"""What is damaged, or could not be saved: told plainly, and never other numbers."""

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from data.store import Links, NotOpenedError, Saved, Settings, Store, StoreError
from data.store.cache import Cache
from data.store.manifest import Piece
from tests.conftest import PROJECT
from tests.store import made
from tests.store.place import Clock, files, is_dead, opened

pytest_plugins = ("tests.store.fixtures",)

DAY = 86400


# --- damage


def _flip(store: Store, view: str, path: Path, step: int) -> None:
    whole = bytearray(path.read_bytes())
    for index in range(0, len(whole), step):
        whole[index] ^= 1 << index % 8
        path.write_bytes(whole)
        assert is_dead(store, view), f"{path.name} with byte {index} flipped"
        whole[index] ^= 1 << index % 8
    path.write_bytes(whole)


def _small(store: Store) -> Links:
    links = store.save(made.exports()[1:], "Ours").links
    store.set_lifetime(links.manage, 90)
    return links


def test_a_flipped_byte_opens_nothing(store: Store, folder: Path) -> None:
    view, manage = _small(store)
    for path in files(folder / "datasets"):
        _flip(store, view, path, 1 if path.name in ("manifest", "expiry") else 31)
    assert not is_dead(store, view)
    record = files(folder / "manage")[0]
    for index in range(len(record.read_bytes())):
        whole = bytearray(record.read_bytes())
        whole[index] ^= 1
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(
                store._objects,
                "read",
                lambda name, whole=whole, read=store._objects.read: (
                    bytes(whole) if name.startswith("manage") else read(name)
                ),
            )
            with pytest.raises(NotOpenedError):
                store.managed(manage)


@pytest.mark.slow
def test_every_flipped_byte_opens_nothing(store: Store, folder: Path) -> None:
    view, _ = _small(store)
    for path in files(folder / "datasets"):
        _flip(store, view, path, 1)


def test_a_file_cut_off_longer_emptied_exchanged_or_missing_opens_nothing(store: Store, folder: Path) -> None:
    view, _ = _small(store)
    other = _small(store)
    for path in files(folder / "datasets" / store.look(view).key):
        whole = path.read_bytes()
        stranger = next(
            each
            for each in files(folder / "datasets" / store.look(other.view).key)
            if each.name == path.name or len(each.name) == 64
        )
        for content in (
            whole[:-1],
            whole + b"\0",
            b"",
            stranger.read_bytes() if stranger.read_bytes() != whole else b"x",
        ):
            path.write_bytes(content)
            assert is_dead(store, view)
        path.unlink()
        assert is_dead(store, view) or path.name == "expiry"
        path.write_bytes(whole)
    assert not is_dead(store, view)


def test_every_refusal_reads_the_same_and_takes_the_same_time(folder: Path, clock: Clock) -> None:
    store = Store(Settings(folder.as_uri()), pause=0.1, clock=clock)
    expired = store.save(made.exports(), "", 1).links.view
    clock.ahead = 2 * DAY
    revoked, damaged, cut = (store.save(made.many(20_000), "").links for _ in range(3))
    store.revoke(revoked.manage)
    key = store.look(damaged.view).key
    largest = max(files(folder / "datasets" / key), key=lambda path: path.stat().st_size)
    largest.write_bytes(largest.read_bytes()[:-1] + b"?")
    (folder / "datasets" / store.look(cut.view).key / "manifest").write_bytes(b"")
    took: dict[str, float] = {}
    texts = set()
    for name, view in {
        "malformed": "../x",
        "unknown": "A" * 43,
        "expired": expired,
        "revoked": revoked.view,
        "damaged": damaged.view,
        "cut": cut.view,
    }.items():
        times = []
        for _ in range(5):
            began = time.perf_counter()
            with pytest.raises(NotOpenedError) as refused:
                opened(store, view)
            times.append(time.perf_counter() - began)
            texts.add(*refused.value.args)
        took[name] = min(times)  # a busy machine only adds
    assert texts == {"This link doesn't open anything (any more)."}
    assert max(took.values()) - min(took.values()) < 0.03, took


# --- what can go wrong while saving


def test_quotas_are_told_before_anything_is_written(folder: Path) -> None:
    small = Store(Settings(folder.as_uri(), most_dataset_bytes=5_000), pause=0)
    with pytest.raises(StoreError, match=r"^The dataset takes 0\.\d MB; this server keeps up to 0\.0 MB of each\.$"):
        small.save(made.many(5_000), "")
    assert files(folder) == []
    full = Store(Settings(folder.as_uri(), most_bytes=300_000), pause=0)
    told = r"^Saved datasets take 0\.00 GB of 0\.00 GB on this server: 0\.\d MB more do not fit\.$"
    saved: list[Saved] = []
    with pytest.raises(StoreError, match=told):
        saved.extend(full.save(made.many(2_000, seed), "") for seed in range(20))
    assert 3 * 6 <= len(files(folder)) < 20 * 6


FULL = """
import resource, sys
from data.store import Settings, Store, StoreError
from tests.store import made
store = Store(Settings(sys.argv[1]), pause=0)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
try:
    store.save(made.many(5_000), "")
except StoreError as error:
    sys.stdout.write(str(error))
"""
READ_ONLY = """
import os, sys
from data.store import Settings, Store, StoreError
from tests.store import made
store = Store(Settings(sys.argv[1]), pause=0)
content = made.exports()
if os.getuid() == 0:
    os.setresuid(65534, 65534, 65534)
try:
    store.save(content, "")
except StoreError as error:
    sys.stdout.write(str(error))
links = sys.argv[2]
sys.stdout.write(f" {made.tokens_of(store.load(store.look(links)))}")
"""


def _child(code: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=PROJECT, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="has no limit on the size of files")
def test_a_file_that_finds_no_room_is_told_and_leaves_no_dataset(folder: Path) -> None:
    assert _child(FULL, folder.as_uri()) == "The dataset is too large for the place where datasets are kept."
    assert [path for path in files(folder) if path.name == "manifest"] == []


@pytest.fixture
def public() -> Iterator[Path]:
    """A folder that another user can get to, which those of pytest are not."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.mark.skipif(sys.platform == "win32", reason="has other permissions")
def test_a_read_only_store_is_told_and_still_opens(public: Path) -> None:
    folder = public / "kept"
    view = Store(Settings(folder.as_uri()), pause=0).save(made.exports(), "Ours").links.view
    paths = [folder, *folder.rglob("*")]
    for path in paths:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        assert _child(READ_ONLY, folder.as_uri(), view) == "The server may not write where datasets are kept. 524"
    finally:
        for path in paths:
            path.chmod(0o700)


def test_a_full_disk_is_told_and_keeps_what_it_holds(tiny_disk: Path) -> None:
    store = Store(Settings(tiny_disk.as_uri()), pause=0)
    kept: list[Links] = []
    with pytest.raises(StoreError, match=r"^There is no space left where datasets are kept\.$"):
        kept.extend(store.save(made.many(1_500, seed), "").links for seed in range(20))
    assert kept
    assert [made.tokens_of(opened(store, links.view)[1]) for links in kept] == [
        made.tokens_of(made.many(1_500, seed)) for seed in range(len(kept))
    ]
    store.revoke(kept[0].manage)
    subprocess.run(["mount", "-o", "remount,ro", str(tiny_disk)], check=True)
    with pytest.raises(StoreError, match=r"^The place where datasets are kept can only be read\.$"):
        store.save(made.exports(), "")


# --- a folder that is gone, a clock that is put


def test_a_folder_that_was_taken_away_is_out_of_reach_and_no_link_is_dead(store: Store, folder: Path) -> None:
    view = _small(store).view
    away = folder.with_name("elsewhere")
    folder.rename(away)
    with pytest.raises(StoreError, match="cannot be reached just now"):
        store.look(view)
    away.rename(folder)
    assert not is_dead(store, view)


def test_a_clock_that_is_put_back_kills_no_link_and_the_sweep_takes_nothing(
    store: Store, folder: Path, clock: Clock
) -> None:
    view = _small(store).view
    before = files(folder)
    clock.ahead = -30 * DAY
    store.sweep()
    assert not is_dead(store, view)
    assert files(folder) == before
    clock.ahead = 0
    assert not is_dead(store, view)


def test_a_copy_that_cannot_be_put_where_it_belongs_leaves_nothing_behind(tmp_path: Path) -> None:
    piece = Piece(sha256="0" * 64, size=3)
    (tmp_path / f"{'a' * 64}.{piece.sha256}" / "in the way").mkdir(parents=True)
    cache = Cache(tmp_path, 1_000)
    cache.write("a" * 64, piece, b"abc")
    assert cache.read("a" * 64, piece) is None
    assert [path.name for path in tmp_path.iterdir()] == [f"{'a' * 64}.{piece.sha256}"]
