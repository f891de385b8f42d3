"""One store under several processes: on a folder, and on S3, for which a server in its own process stands in."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from data.store import Links, NotOpenedError, Saved, Settings, Store, StoreError
from data.store.manifest import Manifest, piece_name, unsealed
from data.store.objects import Objects
from tests.conftest import PROJECT
from tests.store import made

WRITERS = 16

pytest_plugins = ("tests.store.fixtures",)

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="forks and kills")


class Replica:
    """A worker process (tests/store/worker.py) that does what it is told."""

    def __init__(self, copies: Path) -> None:
        command = [sys.executable, "-m", "tests.store.worker", str(copies)]
        self._process = subprocess.Popen(command, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __call__(self, do: str, url: str, **order: Any) -> Any:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps({"do": do, "url": url, **order}) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def stop(self) -> None:
        self._process.communicate(timeout=30)


@contextmanager
def replicas(*copies: Path) -> Iterator[list[Replica]]:
    started = [Replica(each) for each in copies]
    try:
        yield started
    finally:
        for each in started:
            each.stop()


@pytest.fixture(params=["folder", "s3"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return str(request.getfixturevalue("bucket")) if request.param == "s3" else (tmp_path / "kept").as_uri()


def test_what_one_replica_publishes_the_other_opens_until_it_is_revoked(bucket: str, tmp_path: Path) -> None:
    tokens, saved = made.tokens_of(made.many(3_000, 5)), {}
    urls = [bucket, (tmp_path / "kept").as_uri()]
    with replicas(tmp_path / "a", tmp_path / "b") as (a, b):
        for url in urls:
            view, manage = saved[url] = a("save", url, rows=3_000, seed=5)
            assert [b("open", url, view=view), b("open", url, view=view), a("open", url, view=view)] == [tokens] * 3
            assert b("live", url, manage=manage, days=90) > time.time() + 89 * 86400
    with replicas(tmp_path / "a", tmp_path / "b") as (a, b):  # both started anew
        for url in urls:
            view, manage = saved[url]
            kept_view, _ = b("save", url, rows=3_000, seed=6)
            assert [a("open", url, view=view), b("open", url, view=view)] == [tokens] * 2
            assert b("open", url, view=manage) == a("revoke", url, manage=view) == "not opened"
            assert a("revoke", url, manage=manage) is None
            assert [b("open", url, view=view), a("open", url, view=view), b("revoke", url, manage=manage)] == [
                "not opened"
            ] * 3
            assert a("open", url, view=kept_view) == made.tokens_of(made.many(3_000, 6))


def test_of_writers_that_race_for_one_name_one_wins(url: str) -> None:
    stores = [Store(Settings(url), pause=0) for _ in range(WRITERS)]

    def save(number: int) -> Saved | StoreError:
        try:
            return stores[number].save(
                made.many(200 + number, number), str(number), links=Links("the one view token", f"manage {number}")
            )
        except StoreError as error:
            return error

    with ThreadPoolExecutor(WRITERS) as pool:
        answers = list(pool.map(save, range(WRITERS)))
    won = [number for number, answer in enumerate(answers) if isinstance(answer, Saved)]
    assert len(won) == 1
    assert {str(answer) for answer in answers if isinstance(answer, StoreError)} == {
        "There is a dataset behind this link already."
    }
    entry = stores[0].look("the one view token")
    assert entry.title == str(won[0])
    assert made.tokens_of(stores[1].load(entry)) == made.tokens_of(made.many(200 + won[0], won[0]))
    for number in range(WRITERS):
        if number != won[0]:
            with pytest.raises(NotOpenedError):
                stores[2].revoke(f"manage {number}")
    assert stores[2].look("the one view token") == entry


def test_copies_are_verified_and_go_with_the_dataset(bucket: str, tmp_path: Path) -> None:
    cache = tmp_path / "copies"
    store = Store(Settings(bucket, cache=cache), pause=0)
    view, manage = store.save(made.many(2_000), "").links
    tokens = made.tokens_of(store.load(store.look(view)))
    copies = sorted(cache.iterdir())
    assert len(copies) == 4
    for path in copies:
        whole = bytearray(path.read_bytes())
        whole[len(whole) // 2] ^= 1
        path.write_bytes(whole)
    assert made.tokens_of(store.load(store.look(view))) == tokens
    entry = store.look(view)
    store._objects.read = None  # type: ignore[assignment,method-assign]  # from the copies alone
    assert made.tokens_of(store.load(entry)) == tokens
    del store._objects.read
    store.revoke(manage)
    store.sweep()
    assert list(cache.iterdir()) == []


def test_copies_take_no_more_room_than_they_may(bucket: str, tmp_path: Path) -> None:
    store = Store(Settings(bucket, cache=tmp_path / "copies", most_cached_bytes=150_000), pause=0)
    views = [store.save(made.many(2_000, seed), "").links.view for seed in range(5)]
    for view in views:
        store.load(store.look(view))
    assert 0 < sum(path.stat().st_size for path in (tmp_path / "copies").iterdir()) <= 150_000
    blocked = tmp_path / "a file"
    blocked.write_text("no folder can be here")
    without = Store(Settings(bucket, cache=blocked), pause=0)
    assert without.load(without.look(views[0]))


def test_the_sweep_works_on_s3(bucket: str) -> None:
    ahead = [0.0]
    store = Store(Settings(bucket), pause=0, clock=lambda: time.time() + ahead[0])
    short, long = (store.save(made.exports(), "", days).links for days in (1, 90))
    ahead[0] = 86400 + 7200
    assert store.sweep() == (1, 0, 0, 0)
    with pytest.raises(NotOpenedError):
        store.look(short.view)
    assert made.tokens_of(store.load(store.look(long.view))) == 524
    assert len(store._objects.listed()) == 6


def test_a_store_that_cannot_be_reached_is_told_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    for key, value in {
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
        "AWS_ACCESS_KEY_ID": "x",
        "AWS_SECRET_ACCESS_KEY": "x",
        "AWS_REGION": "x",
    }.items():
        monkeypatch.setenv(key, value)
    store = Store(Settings("s3://nowhere"), pause=0)
    began = time.monotonic()
    for attempt in (
        lambda: store.look("x"),
        lambda: store.save(made.exports(), ""),
        lambda: store.revoke("x"),
        store.sweep,
    ):
        with pytest.raises(StoreError, match=r"^The place where datasets are kept cannot be reached just now\.$"):
            attempt()
    assert time.monotonic() - began < 30


# --- kill -9

ROWS = 3_000


def _kill_while_saving(folder: Path, times: int) -> None:
    """Each dataset is whole or absent, and none that was reported as saved is lost."""
    chance = random.Random(times)  # noqa: S311  # nothing to guess here
    notes = folder.parent / "notes"
    notes.touch()
    nursery = Replica(folder.parent / "copies")
    try:
        for _ in range(times):
            before = len(list(folder.glob("datasets/*")))
            process = nursery("saver", folder.as_uri(), told=str(notes), rows=ROWS)
            _wait_for(folder, before, chance)
            os.kill(process, signal.SIGKILL)
            assert os.WTERMSIG(nursery("reap", folder.as_uri(), process=process)) == signal.SIGKILL
    finally:
        nursery.stop()
    store = Store(Settings(folder.as_uri()), pause=0, clock=lambda: time.time() + 7200)
    reported = [json.loads(line) for line in notes.read_text().splitlines() if line.endswith("]")]
    for view, tokens in reported:
        assert made.tokens_of(store.load(store.look(view))) == tokens
    whole = _whole_datasets(folder)
    assert len(reported) <= whole <= len(reported) + times
    assert len(list(folder.glob("datasets/*/*"))) > 5 * whole  # some were killed halfway, or this would prove nothing
    for path in folder.rglob("*#*"):
        os.utime(path, (0, 0))
    store.sweep()
    assert len(list(folder.glob("datasets/*/*"))) == 5 * whole == 5 * _whole_datasets(folder)
    for view, tokens in reported:
        assert made.tokens_of(store.load(store.look(view))) == tokens


def _wait_for(folder: Path, before: int, chance: random.Random) -> None:
    """Until the child has begun to write a dataset, and then for as long as it takes to write one or two."""
    until = time.monotonic() + 20
    while len(list(folder.glob("datasets/*"))) == before and time.monotonic() < until:
        time.sleep(0.0005)
    time.sleep(chance.uniform(0, 0.05))


def _whole_datasets(folder: Path) -> int:
    objects = Objects(folder.as_uri())
    manifests = [each.name for each in objects.listed() if each.name.endswith("/manifest")]
    for name in manifests:
        manifest = unsealed(Manifest, name, objects.read(name))
        assert manifest
        for piece in manifest.pieces.values():
            content = objects.read(piece_name(manifest.dataset, piece))
            assert content
            assert len(content) == piece.size
    return len(manifests)


def test_a_killed_save_leaves_a_whole_dataset_or_none(tmp_path: Path) -> None:
    _kill_while_saving(tmp_path / "kept", 12)


@pytest.mark.slow
def test_a_hundred_killed_saves_leave_whole_datasets_or_none(tmp_path: Path) -> None:
    _kill_while_saving(tmp_path / "kept", 100)
