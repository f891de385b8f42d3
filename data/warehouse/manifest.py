"""What makes a warehouse: a numbered manifest that names all of its pieces, written last.

A reader takes the highest number and sees nothing of an append that was interrupted. Of two that append at once, one
finds its number taken.
"""

import json
import re
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, ValidationError

from data.exports.export import Named
from data.overlap import DAY
from data.usage import Usage
from data.warehouse.location import Location, LocationError
from data.zones import utc

_FOLDER = "manifests"


class Choice(NamedTuple):
    """Which questions a class of contested rows answers: those of exports that cannot be added to one another."""

    dimensions: tuple[str, ...]
    """Those that matter: other dimensions a question may ask for change nothing."""
    widths: tuple[int, ...]
    """Seconds, ascending: a question in buckets of `width` is like one of the widest of these that is not wider."""
    answers: str
    """`1` or `0` for each of the widths, for each combination of the dimensions, as a binary number."""

    def counts(self, asked: frozenset[str], width: int) -> bool:
        combination = sum(1 << bit for bit, name in enumerate(self.dimensions) if name in asked)
        wide = max(sum(each <= width for each in self.widths) - 1, 0)
        return self.answers[combination * len(self.widths) + wide] == "1"


class Day(NamedTuple):
    """The results whose buckets start on one UTC day."""

    name: str
    rows: int


class Manifest(BaseModel):
    """One state of a warehouse."""

    model_config = ConfigDict(frozen=True, extra="ignore")  # a later release may say more

    version: Literal[1] = 1
    number: int = 0
    days: dict[int, Day] = {}
    """By the start of the day, unix seconds."""
    details: dict[str, str] = {}
    """Names of the small tables, as a saved usage has them; its results are those of `summary`."""
    choices: tuple[Choice, ...] = ()
    sums: dict[str, int] = {}
    """Measure → what all rows that were ever added sum to at most."""

    ids: dict[str, tuple[str, ...]] = {}
    """Dimension → the ids that rows have or had."""
    mapping: tuple[Named, ...] = ()
    """Names and teams for ids, those that count first."""

    @property
    def pieces(self) -> set[str]:
        return {day.name for day in self.days.values()} | set(self.details.values())

    @property
    def rows(self) -> int:
        return sum(day.rows for day in self.days.values())


class State(NamedTuple):
    """What a warehouse holds: its manifest, and a usage whose results are only a summary (`rows.summary_of`)."""

    manifest: Manifest
    usage: Usage


def latest(location: Location, before: int | None = None) -> Manifest:
    """The last state, or the last one before a number; an empty one where there is none."""
    number = latest_number(location, before)
    if number is None:
        return Manifest()
    name = manifest_name(number)
    try:
        return Manifest.model_validate_json(location.read(name))
    except ValidationError as error:
        raise LocationError(f"{name} in {location.url} is damaged, or of a later release.") from error


def latest_number(location: Location, before: int | None = None) -> int | None:
    """That of the last state, or of the last one before a number."""
    numbers = [int(found[1]) for name in location.names(_FOLDER) if (found := re.search(r"/(\d{8})\.json$", name))]
    return max((number for number in numbers if before is None or number < before), default=None)


def publish(location: Location, manifest: Manifest) -> None:
    """Makes it the state that readers see."""
    content = json.dumps(manifest.model_dump(mode="json"), sort_keys=True).encode()
    if not location.create(manifest_name(manifest.number), content):
        raise LocationError(f"Another export was added to {location.url} at the same time. Run the command again.")


def manifest_name(number: int) -> str:
    return f"{_FOLDER}/{number:08}.json"


def day_name(day: int, token: str) -> str:
    return f"results/day={utc(day * DAY):%Y-%m-%d}/{token}.parquet"
