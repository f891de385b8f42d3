"""Saves datasets and opens them by their links.

Each link is a token of its own: the view token opens, the manage token revokes and changes the expiry, and neither
leads to the other. What opens nothing, for whatever reason, is answered alike and after the same time.
"""

import hashlib
import logging
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pyarrow as pa

from data.store.cache import Cache, is_whole
from data.store.content import Content, contents, form_of, packed, unpacked
from data.store.entry import Entry, Links, NotOpenedError, Saved
from data.store.manifest import (
    Expiry,
    Manage,
    Manifest,
    Piece,
    expiry_name,
    hashed,
    manage_name,
    manifest_name,
    piece_name,
    sealed,
    unsealed,
)
from data.store.objects import Objects, StoreError, total
from data.store.settings import DEFAULT_DAYS, GB, MB, Settings
from data.store.sweep import GRACE, Lifetime, Swept, lifetime, remove, sweep

DAY = 86400
HOUR = 3600
MOST_TITLE = 120

_log = logging.getLogger(__name__)


class Store:
    """Safe to share between threads; any number of processes may use one place.

    pause: seconds after which a link that opens nothing is answered. clock: unix seconds.
    """

    def __init__(self, settings: Settings, *, pause: float = 0.25, clock: Callable[[], float] = time.time) -> None:
        self.settings = settings
        self._objects = Objects(settings.url)
        near = self._objects.folder is not None
        self._cache = None if near or settings.cache is None else Cache(settings.cache, settings.most_cached_bytes)
        self._pause, self._clock = pause, clock
        self._pool = ThreadPoolExecutor(16, thread_name_prefix="store")

    # --- saving

    def save(
        self, content: Content, title: str, days: int | None = DEFAULT_DAYS, *, links: Links | None = None, **told: Any
    ) -> Saved:
        """Saves a dataset, wholly or not at all; raises StoreError with a sentence.

        days: None is for ever. told: what `derive` says was hidden and filtered, for `Contents`.
        """
        if days not in self.settings.lifetimes:
            raise StoreError("Links on this server cannot live that long.")
        links = links or Links(secrets.token_urlsafe(32), secrets.token_urlsafe(32))
        pieces = packed(content)
        self._check_quotas(sum(map(len, pieces.values())))
        now = int(self._clock())
        manifest = Manifest(
            dataset=hashed(links.view),
            manage=hashed(links.manage),
            form=form_of(content),
            title=_fit(title),
            created=now,
            expires=None if days is None else now + days * DAY,
            contents=contents(content, **told),
            pieces={name: Piece(sha256=_sha256(each), size=len(each)) for name, each in pieces.items()},
        )
        self._write(manifest, pieces)
        return Saved(links, self._entry(Lifetime(manifest, manifest.expires), time.monotonic()))

    def _check_quotas(self, size: int) -> None:
        most, all_most = self.settings.most_dataset_bytes, self.settings.most_bytes
        if size > most:
            raise StoreError(
                f"The dataset takes {size / MB:,.1f} MB; this server keeps up to {most / MB:,.1f} MB of each."
            )
        held = total(self._objects.listed())
        if held + size > all_most:
            raise StoreError(
                f"Saved datasets take {held / GB:,.2f} GB of {all_most / GB:,.2f} GB on this server: "
                f"{size / MB:,.1f} MB more do not fit."
            )

    def _write(self, manifest: Manifest, pieces: dict[str, bytes]) -> None:
        """Data, manage record, and the manifest last: what is killed before it leaves nothing that opens."""
        began = time.monotonic()
        writing = [
            self._pool.submit(self._objects.write, piece_name(manifest.dataset, manifest.pieces[name]), content)
            for name, content in pieces.items()
        ]
        for each in writing:
            each.result()
        manage = manage_name(manifest.manage)
        self._objects.write(manage, sealed(manage, Manage(dataset=manifest.dataset)))
        if time.monotonic() - began > GRACE / 2:  # a sweep may soon take the data for remains
            raise StoreError("Saving the dataset took too long.")
        name = manifest_name(manifest.dataset)
        if not self._objects.create(name, sealed(name, manifest)):
            raise StoreError("There is a dataset behind this link already.")

    # --- opening

    def look(self, view: str) -> Entry:
        """What a link leads to, as it is this moment; raises NotOpenedError. To be called at every interaction."""
        asked = time.monotonic()
        with self._alike(asked):
            return self._entry(self._lifetime(hashed(view)), asked)

    def load(self, entry: Entry) -> Content:
        """The data, every byte verified; raises NotOpenedError where they are not what was saved."""
        with self._alike(entry.asked):
            names = list(entry.manifest.pieces)
            pieces = self._pool.map(lambda name: self._piece(entry.key, entry.manifest.pieces[name]), names)
            try:
                return unpacked(entry.manifest.form, dict(zip(names, pieces, strict=True)))
            except (pa.ArrowException, OSError, ValueError, KeyError, TypeError) as error:
                _log.exception("A dataset that is whole cannot be read by this release")
                raise NotOpenedError from error

    def _piece(self, dataset: str, piece: Piece) -> bytes:
        content = self._cache.read(dataset, piece) if self._cache else None
        if content is None:
            content = self._objects.read(piece_name(dataset, piece))
            if content is None or not is_whole(content, piece):
                raise NotOpenedError
            if self._cache:
                self._cache.write(dataset, piece, content)
        return content

    def _lifetime(self, dataset: str) -> Lifetime:
        # A folder has answered before a thread has begun, and each click waits for this.
        at_once = map if self._objects.folder else self._pool.map
        records = at_once(self._objects.read, (manifest_name(dataset), expiry_name(dataset)))
        found = lifetime(dataset, *records)
        if found is None or found.is_over(self._clock()):
            raise NotOpenedError
        return found

    def _entry(self, found: Lifetime, asked: float) -> Entry:
        manifest = found.manifest
        return Entry(
            key=manifest.dataset,
            title=manifest.title,
            created=manifest.created,
            expires=found.expires,
            contents=manifest.contents,
            manifest=manifest,
            asked=asked,
        )

    @contextmanager
    def _alike(self, asked: float) -> Iterator[None]:
        """Lets every refusal take the same time, so that it does not tell what there was to look at."""
        try:
            yield
        except NotOpenedError:
            if self._pause:
                time.sleep(self._pause - (time.monotonic() - asked) % self._pause)
            raise

    # --- managing

    def managed(self, manage: str) -> Entry:
        """What a manage link is for; raises NotOpenedError."""
        asked = time.monotonic()
        with self._alike(asked):
            name = manage_name(hashed(manage))
            record = unsealed(Manage, name, self._objects.read(name))
            found = self._lifetime(record.dataset) if record else None
            if found is None or found.manifest.manage != hashed(manage):
                raise NotOpenedError
            return self._entry(found, asked)

    def revoke(self, manage: str) -> None:
        """When this returns, the view link opens nothing, on any replica; raises NotOpenedError or StoreError."""
        manifest = self.managed(manage).manifest
        self._objects.delete(manifest_name(manifest.dataset))
        try:
            remove(self._objects, manifest)
        except StoreError:
            _log.warning("Data of a revoked dataset are left to the sweep")

    def set_lifetime(self, manage: str, days: int | None) -> Entry:
        """Lets a dataset live for this many days from now; None is for ever. Raises NotOpenedError or StoreError."""
        if days not in self.settings.lifetimes:
            raise StoreError("Links on this server cannot live that long.")
        dataset = self.managed(manage).key
        expires = None if days is None else int(self._clock()) + days * DAY
        name = expiry_name(dataset)
        self._objects.write(name, sealed(name, Expiry(dataset=dataset, expires=expires)))
        return self.managed(manage)  # it may have been revoked meanwhile

    # --- keeping order

    def sweep(self) -> Swept:
        """Takes away what has expired for an hour, and remains of writes that were killed."""
        return sweep(self._objects, self._cache, self._clock())

    def keep_swept(self) -> None:
        """Sweeps now and every hour, in a thread that ends with the process."""
        threading.Thread(target=self._sweep_hourly, name="store-sweep", daemon=True).start()

    def _sweep_hourly(self) -> None:
        while True:
            try:
                swept = self.sweep()
            except StoreError as error:
                _log.warning("The store was not swept: %s", error)
            else:
                if any(swept):
                    _log.info("The store was swept: %s", swept)
            time.sleep(HOUR)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _fit(title: str) -> str:
    return title.encode("utf-8", "replace").decode()[:MOST_TITLE]
