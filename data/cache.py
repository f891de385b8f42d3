"""What came from the prompt cache: hit rates, what was written for it, and what another rate would change."""

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from data.totals import Group, Sums, Totals, added

INPUT = ("uncached_input", "cached_input", "cache_write", "audio_input")
"""The parts of all input."""

MUCH, HARDLY = Fraction(1, 20), Fraction(3, 20)
"""A group has much input from this share of all input on, and hardly any cache below this hit rate."""

LEAST = 3
"""Intervals on either side of a change of level."""
STEP = Fraction(1, 10)
"""By how much the hit rate must have changed for it to be told."""


class Cache(NamedTuple):
    """Tokens of input, audio included, and what the cache had to do with them; None is not reported."""

    input: int | None
    read: int | None
    written: int | None
    written_30m: int | None = None
    written_12h: int | None = None

    @property
    def hit_rate(self) -> Fraction | None:
        """Read over all input; None where either is not reported or nothing went in."""
        return Fraction(self.read, self.input) if self.read is not None and self.input else None

    @property
    def missed(self) -> int | None:
        """Input that was not read from the cache; what was written to it is part of that."""
        return None if self.input is None or self.read is None else max(self.input - self.read, 0)

    @property
    def reads_per_write(self) -> Fraction | None:
        """Tokens read again for each one written; None where nothing was."""
        return Fraction(self.read, self.written) if self.read is not None and self.written else None

    def more_read(self, percent: int) -> int | None:
        """Tokens that would be read from the cache and not uncached at a higher rate; 0 where the rate is reached."""
        if self.missed is None or self.input is None or self.read is None:
            return None
        return min(max(self.input * percent // 100 - self.read, 0), max(self.missed - (self.written or 0), 0))


def cache_of(sums: Sums) -> Cache:
    return Cache(
        input=added([sums.get(part) for part in INPUT]),
        read=sums.get("input_cached_tokens"),
        written=sums.get("cache_write"),
        written_30m=sums.get("input_cache_write_30m_tokens"),
        written_12h=sums.get("input_cache_write_12h_tokens"),
    )


def together(caches: Sequence[Cache]) -> Cache:
    return Cache(*(added(column) for column in zip(*caches, strict=True))) if caches else Cache(None, None, None)


def course(totals: Totals, group: int | None = None) -> list[Cache]:
    """Per interval, of one drawn group or of all together."""
    groups = range(len(totals.groups)) if group is None else (group,)
    return [
        cache_of({name: added([rows[each][at] for each in groups]) for name, rows in totals.cells.items()})
        for at in range(len(totals.spans))
    ]


def hardly_cached(totals: Totals) -> list[tuple[Group, Cache]]:
    """Named groups with much input and hardly any of it from the cache, those that missed most first."""
    whole = cache_of(totals.grand).input or 0
    found = [(group, cache_of(group.sums)) for group in totals.table if group.kind == "value"]
    hardly = [
        (group, cache)
        for group, cache in found
        if cache.hit_rate is not None and cache.hit_rate < HARDLY and (cache.input or 0) >= MUCH * whole
    ]
    return sorted(hardly, key=lambda each: -(each[1].missed or 0))


# --- changes of level ----------------------------------------------------------------------------------------------


class Shift(NamedTuple):
    """Where a hit rate changed its level."""

    at: int
    """The first interval of the new level."""
    before: Cache
    after: Cache

    @property
    def change(self) -> Fraction:
        return (self.after.hit_rate or Fraction(0)) - (self.before.hit_rate or Fraction(0))

    @property
    def tokens(self) -> int:
        """Read from the cache since, more or less than the old rate would have had it."""
        return round(self.change * (self.after.input or 0))


def shift(caches: Sequence[Cache]) -> Shift | None:
    """The one change of level that explains most of how a hit rate went; None where it changed by less than STEP.

    The cut that leaves the least squares on both sides, each interval weighing what went in.
    """
    known = [at for at, cache in enumerate(caches) if cache.hit_rate is not None]
    cuts = [
        Shift(known[cut], together([caches[at] for at in known[:cut]]), together([caches[at] for at in known[cut:]]))
        for cut in range(LEAST, len(known) - LEAST + 1)
    ]
    best = max(cuts, key=_explained, default=None)
    return best if best and abs(best.change) >= STEP else None


def _explained(cut: Shift) -> Fraction:
    one, two = cut.before.input or 0, cut.after.input or 0
    return cut.change**2 * one * two / (one + two)


def shifts(totals: Totals) -> list[tuple[Group, Shift]]:
    """The changes of level of the drawn groups that have a name, those of most tokens first."""
    found = [
        (group, shift(course(totals, index))) for index, group in enumerate(totals.groups) if group.kind == "value"
    ]
    told = [(group, change) for group, change in found if change]
    return sorted(told, key=lambda each: -abs(each[1].tokens))
