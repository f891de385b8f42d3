"""What changed between two periods, and what changed it: by group, exact and adding up.

Two changes are told: of the measure that was asked for (requests × mix between groups × size of a request) and of the
input that was not read from the cache (the same × share not cached). Knows nothing of how the totals were taken.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

from data.effects import Pair, effects, splits
from data.totals import Group, Sums, Totals, added

REQUESTS = "num_model_requests"
INPUT = ("uncached_input", "cached_input", "cache_write", "audio_input")
"""The parts of all input."""
NOT_CACHED = "input_not_cached"
"""All input but what was read from the cache: what is paid for in full, audio and writes to the cache included."""

VOLUME, MIX, SIZE = "all_requests", "mix", "per_request"
CACHE, UNSPLIT = "share_cached", "requests_not_reported"
"""Effects: of all requests, of a group's share of them, of what a request holds, of the share cached; and the rest."""


class Moved(NamedTuple):
    """A group in both periods; what it did not have in one of them is 0."""

    group: Group
    """As it is after, or as it was before where it is gone."""
    amount: Pair
    size: Pair
    """What its requests held: the amount itself, or the input of which it is a share."""
    requests: Pair | None
    """None where a period does not report them."""
    effects: dict[str, int]
    """What changed the amount; they add up to its change."""


@dataclass(frozen=True)
class Change:
    """A measure in two periods. Groups and effects both add up to its change."""

    measure: str
    before: Totals
    after: Totals
    effects: tuple[str, ...]
    """Those told apart, in order; none where there are no requests to split by."""
    moved: tuple[Moved, ...]
    """The largest change first, in either direction."""
    left_out: tuple[Group, ...]
    """Groups that do not report the measure in one of the periods, as they are in it."""

    @property
    def amount(self) -> Pair:
        return Pair(*(sum(each.amount[period] for each in self.moved) for period in (0, 1)))

    @property
    def requests(self) -> Pair | None:
        known = [each.requests for each in self.moved if each.requests]
        return Pair(*(sum(each[period] for each in known) for period in (0, 1))) if known else None

    def effect(self, name: str) -> int:
        """Of all groups together."""
        return sum(each.effects[name] for each in self.moved)


class _Read(NamedTuple):
    """What one period says of a group."""

    amount: int | None = 0
    size: int | None = 0
    requests: int | None = 0


def changed(before: Totals, after: Totals) -> Change:
    """How the measure asked for changed; requests themselves are not split."""
    measure = after.query.measure

    def read(sums: Sums) -> _Read:
        return _Read(sums.get(measure), sums.get(measure), sums.get(REQUESTS))

    names = () if measure in (REQUESTS, "num_requests") else (VOLUME, MIX, SIZE)
    return _changed(measure, before, after, read, names)


def not_cached(before: Totals, after: Totals) -> Change:
    """How the input that was not read from the cache changed."""

    def read(sums: Sums) -> _Read:
        size, cached = added([sums.get(part) for part in INPUT]), sums.get("input_cached_tokens")
        # More than all input is a mistake in the export; the parts are cut to fit in the same way.
        amount = None if size is None or cached is None else size - min(cached, size)
        return _Read(amount, size, sums.get(REQUESTS))

    return _changed(NOT_CACHED, before, after, read, (VOLUME, MIX, SIZE, CACHE))


def _changed(
    measure: str, before: Totals, after: Totals, read: Callable[[Sums], _Read], names: tuple[str, ...]
) -> Change:
    """Absent from a period that was measured is 0; there without the measure is left out."""
    was, now = ({(each.kind, each.value): each for each in totals.table} for totals in (before, after))
    moved, left_out = [], []
    for key, group in {**was, **now}.items():
        pair = [read(found[key].sums) if key in found else _Read() for found in (was, now)]
        amount, size, requests = (_pair(*values) for values in zip(*pair, strict=True))
        if amount is None or size is None:
            left_out.append(group)
        else:
            moved.append(Moved(group, amount, size, requests, {}))
    return _split(Change(measure, before, after, names, tuple(moved), tuple(left_out)))


def _pair(before: int | None, after: int | None) -> Pair | None:
    return None if before is None or after is None else Pair(before, after)


def _split(change: Change) -> Change:
    """The same with effects, as far as requests are reported to split by, in the order of the groups' changes."""
    known = [each for each in change.moved if change.effects and _can_split(each)]
    every = Pair(*(sum(each.requests[period] for each in known if each.requests) for period in (0, 1)))
    names = change.effects if any(every) else ()
    split = {id(each) for each in known} if names else set()
    if names and len(split) < len(change.moved):
        names = (*names, UNSPLIT)
    moved = [each._replace(effects=_effects(each, every, names, id(each) in split)) for each in change.moved]
    moved.sort(key=lambda each: (-abs(each.amount.change), each.group.kind, each.group.value or ""))
    return replace(change, effects=names, moved=tuple(moved))


def _can_split(moved: Moved) -> bool:
    return moved.requests is not None and splits(moved.requests, moved.size) and splits(moved.size, moved.amount)


def _effects(moved: Moved, every: Pair, names: tuple[str, ...], split: bool) -> dict[str, int]:
    found = dict.fromkeys(names, 0)
    if split and moved.requests:
        kept = moved.amount if CACHE in names else None
        return found | dict(zip(names, effects(every, moved.requests, moved.size, kept), strict=False))
    return found | {UNSPLIT: moved.amount.change} if names else {}
