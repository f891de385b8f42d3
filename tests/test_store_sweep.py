"""What the sweep takes away, and what the operator decides."""

import json
import os
from pathlib import Path

import pytest

from data.store import Settings, Store, StoreError, from_environment
from tests.store import made
from tests.store.place import Clock, files, is_dead

pytest_plugins = ("tests.store.fixtures",)

MINUTE, HOUR, DAY = 60, 3600, 86400


# --- the sweep


def test_the_sweep_takes_what_has_expired_and_nothing_else(store: Store, folder: Path, clock: Clock) -> None:
    short, long = store.save(made.exports(), "", 1).links, store.save(made.exports(), "", 7).links
    clock.ahead = DAY + MINUTE
    assert store.sweep().expired == 0  # not in the first hour: someone may just be extending it
    clock.ahead = DAY + HOUR + MINUTE
    assert store.sweep() == (1, 0, 0, 0)
    assert is_dead(store, short.view)
    assert not is_dead(store, long.view)
    assert len(files(folder)) == 6


def test_the_sweep_takes_remains_but_not_what_is_being_written(store: Store, folder: Path, clock: Clock) -> None:
    kept = store.save(made.exports(), "").links
    before = files(folder)
    left = store.save(made.exports()[1:], "").links
    (folder / "datasets" / store.look(left.view).key / "manifest").unlink()  # killed before it was written
    (folder / "datasets" / store.look(kept.view).key / ("f" * 64)).write_bytes(b"of a writer that lost")
    (folder / "manage" / ("e" * 64)).write_bytes(b"of nothing")
    temporary = folder / "datasets" / store.look(kept.view).key / "manifest#1"
    temporary.write_bytes(b"half")
    (folder / "README.txt").write_text("not ours")
    assert store.sweep() == (0, 0, 0, 0)
    clock.ahead = HOUR + MINUTE
    os.utime(temporary, (0, 0))
    assert store.sweep() == (0, 7, 1, 0)
    assert files(folder) == sorted([*before, folder / "README.txt"])
    assert not is_dead(store, kept.view)


def test_the_sweep_leaves_damaged_datasets_to_the_operator(store: Store, folder: Path, clock: Clock) -> None:
    view = store.save(made.exports(), "", 1).links.view
    manifest = folder / "datasets" / store.look(view).key / "manifest"
    whole = manifest.read_bytes()
    manifest.write_bytes(whole[:-1])
    clock.ahead = 2 * HOUR
    assert store.sweep() == (0, 0, 0, 1)
    manifest.write_bytes(whole)
    assert not is_dead(store, view)


# --- settings


def test_settings_come_from_the_environment(tmp_path: Path) -> None:
    settings = from_environment(
        {
            "USAGE_STORE_URL": "s3://ours/x",
            "USAGE_MAX_DATASET_MB": "1.5",
            "USAGE_STORE_MAX_GB": "2",
            "USAGE_LINKS_MAY_LAST": "yes",
            "USAGE_SAVE_UPLOADS": "False",
            "USAGE_CACHE_DIR": str(tmp_path),
        }
    )
    assert settings == Settings("s3://ours/x", 1_500_000, 2_000_000_000, tmp_path, may_last=True, saves_uploads=False)
    assert settings.lifetimes == (1, 7, 30, 90, None)
    assert Settings("file:///x").lifetimes == (1, 7, 30, 90)
    assert from_environment({"XDG_DATA_HOME": str(tmp_path)}).url.endswith("/token-usage/datasets")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("USAGE_STORE_MAX_GB", "much"),
        ("USAGE_MAX_DATASET_MB", "0"),
        ("USAGE_MAX_DATASET_MB", "nan"),
        ("USAGE_SAVE_UPLOADS", "maybe"),
    ],
)
def test_settings_that_mean_nothing_are_told(name: str, text: str) -> None:
    with pytest.raises(StoreError, match=f"^{name} is set to something"):
        from_environment({name: text})


@pytest.mark.parametrize("url", ["", "nonsense", "file://host/x", "file:///", "file:x", "ftp://x", "s3://"])
def test_addresses_that_are_no_store_are_told(url: str) -> None:
    with pytest.raises(StoreError, match="USAGE_STORE_URL"):
        Store(Settings(url))


def test_records_are_small_and_plain(store: Store, folder: Path) -> None:
    store.save(made.exports(), "Ours")
    manifest = next(path for path in files(folder) if path.name == "manifest")
    seal, body = manifest.read_bytes().split(b"\n")
    assert len(seal) == 64
    assert json.loads(body)["version"] == 1
    assert len(body) < 2_000
