"""Takes away what opens nothing any more: expired datasets, remains of writes that were killed, copies of both."""

import contextlib
import time
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

from data.store.cache import Cache
from data.store.manifest import (
    Expiry,
    Manage,
    Manifest,
    expiry_name,
    manage_name,
    manifest_name,
    piece_name,
    unsealed,
)
from data.store.objects import Listed, Objects

GRACE = 3600
"""Seconds for which nothing is taken away: it may be a dataset that is being saved, or a link being extended."""


class Swept(NamedTuple):
    expired: int
    """Datasets."""
    orphans: int
    """Objects that belong to no dataset."""
    leftovers: int
    """Temporary files."""
    damaged: int
    """Datasets whose records are damaged: they open nothing, and are left for the operator to look at."""


class Lifetime(NamedTuple):
    """What the records of a dataset say."""

    manifest: Manifest
    expires: int | None

    def is_over(self, now: float) -> bool:
        return self.expires is not None and self.expires <= now


def lifetime(dataset: str, manifest: bytes | None, expiry: bytes | None) -> Lifetime | None:
    """None where there is no dataset, or a record of it is damaged."""
    held = unsealed(Manifest, manifest_name(dataset), manifest)
    if held is None or held.dataset != dataset:
        return None
    if expiry is None:
        return Lifetime(held, held.expires)
    later = unsealed(Expiry, expiry_name(dataset), expiry)
    return Lifetime(held, later.expires) if later and later.dataset == dataset else None


def sweep(objects: Objects, cache: Cache | None, now: float) -> Swept:
    listed = objects.listed()
    by_dataset: dict[str, list[Listed]] = defaultdict(list)
    for each in listed:
        if each.name.startswith("datasets/"):
            by_dataset[each.name.split("/")[1]].append(each)
    expired = damaged = 0
    used: set[str] = set()
    live: set[str] = set()
    for dataset, held in by_dataset.items():
        if manifest_name(dataset) not in (each.name for each in held):
            continue
        found = lifetime(dataset, objects.read(manifest_name(dataset)), objects.read(expiry_name(dataset)))
        if found is None:
            damaged += 1
            used.update(each.name for each in held)
        elif found.is_over(now - GRACE):
            expired += 1
            remove(objects, found.manifest)
            used.update(each.name for each in held)
            used.add(manage_name(found.manifest.manage))
        else:
            live.add(dataset)
            used.update(names_of(found.manifest))
    orphans = [each.name for each in listed if each.name not in used and each.modified < now - GRACE]
    taken = sum(_take_away(objects, name, by_dataset) for name in orphans)
    if cache:
        cache.keep(live)
    return Swept(expired, taken, _remove_leftovers(objects), damaged)


def names_of(manifest: Manifest) -> tuple[str, ...]:
    """All objects of a dataset, the manifest first."""
    return (
        manifest_name(manifest.dataset),
        expiry_name(manifest.dataset),
        manage_name(manifest.manage),
        *(piece_name(manifest.dataset, piece) for piece in manifest.pieces.values()),
    )


def remove(objects: Objects, manifest: Manifest) -> None:
    """The manifest first: from then on there is no dataset, whatever becomes of the rest."""
    for name in names_of(manifest):
        objects.delete(name)


def _take_away(objects: Objects, name: str, by_dataset: dict[str, list[Listed]]) -> bool:
    if name.startswith("manage/"):
        record = unsealed(Manage, name, objects.read(name))
        if record and manifest_name(record.dataset) in (each.name for each in by_dataset.get(record.dataset, ())):
            return False  # of a dataset that is damaged
    elif not name.startswith("datasets/"):
        return False  # not ours
    objects.delete(name)
    return True


def _remove_leftovers(objects: Objects) -> int:
    """By the clock of the machine whose disk it is."""
    now, count = time.time(), 0
    for path in sorted(objects.leftovers(), reverse=True):  # what a folder holds before the folder
        with contextlib.suppress(OSError):  # a folder that is not empty stays
            if path.stat().st_mtime < now - GRACE:
                count += _unlink(path)
    return count


def _unlink(path: Path) -> bool:
    if path.is_dir():
        path.rmdir()
        return False
    path.unlink()
    return True
