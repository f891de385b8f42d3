"""The mapping file: names for the ids of projects, users and project API keys, as `id,name,team`.

The team is left to people: the API knows none. What they wrote there stays. Admin keys are not listed.
"""

import csv
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from data.fetch.api import Api
from data.fetch.failure import Failure
from data.writing import as_csv

HEADER = ("id", "name", "team")


class NamesError(Exception):
    """Its text says why the mapping is not written."""


def names(api: Api, tell: Callable[[str], None]) -> dict[str, str]:
    """Name by id, people first, then each project with its keys. An unnamed user goes by the e-mail address."""
    found: dict[str, str] = {}
    for user in api.listed("users"):
        _put(found, user, "email")
    for project in api.listed("projects", include_archived=True):
        _put(found, project)
        for key in _keys(api, project, tell):
            _put(found, key)
            for owner in _owners(key):
                _put(found, owner, "email")
    return found


def _keys(api: Api, project: dict[str, Any], tell: Callable[[str], None]) -> Iterator[dict[str, Any]]:
    """A project's keys. Those of an archived project may be gone, which is worth a line and no more."""
    try:
        # `any`: without it, keys of owners who have left the project may be missing.
        yield from api.listed("api_keys", str(project.get("id")), owner_project_access="any")
    except Failure as failure:
        if failure.ends or project.get("status") != "archived":
            raise
        tell(f"names: no keys of the archived project {project.get('id')}: {failure.reason}")


def _owners(key: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Who owns a key: service accounts are in no other list."""
    owner = key.get("owner")
    for kind in ("user", "service_account"):
        each = owner.get(kind) if isinstance(owner, dict) else None
        if isinstance(each, dict):
            yield each


def _put(found: dict[str, str], item: dict[str, Any], instead: str = "name") -> None:
    identity, name = item.get("id"), item.get("name") or item.get(instead)
    if isinstance(identity, str) and isinstance(name, str) and identity and name:
        found.setdefault(identity, name)


def write_names(path: Path, found: dict[str, str]) -> None:
    """The mapping as CSV, replaced as a whole. A name that a spreadsheet would run gets an apostrophe in front.

    Teams that the file had stay with their ids, and so do rows of ids that the API does not list.
    """
    before = _before(path)
    rows = [(identity, name, before.pop(identity, ("", ""))[1]) for identity, name in found.items()]
    rows += [(identity, name, team) for identity, (name, team) in before.items()]
    other = path.with_name(path.name + ".new")
    with other.open("w", encoding="utf-8", newline="") as out:
        out.write(as_csv(HEADER, rows))
        out.flush()
        os.fsync(out.fileno())
    other.replace(path)


def _before(path: Path) -> dict[str, tuple[str, str]]:
    """Name and team by id, of a mapping that is there already."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.DictReader(lines))
    except FileNotFoundError:
        return {}
    except (ValueError, csv.Error):
        raise NamesError(f"{path.name} is there and is no mapping: move it away") from None
    return {row["id"]: (row.get("name") or "", row.get("team") or "") for row in rows if row.get("id")}


def names_file(file: Path) -> Path:
    """`usage.names.csv` for `usage.jsonl.gz`."""
    stem = file.name.removesuffix(".gz").removesuffix(".jsonl")
    return file.with_name(f"{stem}.names.csv")
