"""How much each factor of a product changed it: exact, in whole units that add up.

An effect is what changing one factor brings, averaged over all orders in which the factors could change one after the
other (the Shapley value): no order is favoured and nothing is left over. Where a group's requests are all requests ×
its share of them, their effect is taken first and then split in two (the Owen value), so that what is said of a group's
own requests does not depend on how the other groups did.
"""

from collections.abc import Sequence
from typing import NamedTuple


class Pair(NamedTuple):
    """An amount in the two periods that are compared."""

    before: int
    after: int

    @property
    def change(self) -> int:
        return self.after - self.before


class _Ratio(NamedTuple):
    """A ratio in both periods, over one denominator."""

    before: int
    after: int
    of: int


_ALWAYS = _Ratio(1, 1, 1)


def effects(every: Pair, requests: Pair, size: Pair, kept: Pair | None = None) -> tuple[int, ...]:
    """What changed `size` (or `kept`, which is a share of it) of one group: integers that add up to its change.

    In order: all requests (`every`), the group's share of them, size per request and, with `kept`, the share that was
    kept. A ratio that one period has none of, since the group was not there, is taken from the other period. A size
    without requests, or something kept of nothing, has no such factors: ValueError.
    """
    if not splits(requests, size) or (kept and not splits(size, kept)):
        raise ValueError("an amount without what it is a ratio of cannot be split")
    each, share = _ratio(size, requests), _ratio(kept, size) if kept else _ALWAYS
    volume, mix, over = _volume_and_mix(every, requests)
    own = _worth(each, share)
    found = [
        volume * own,
        mix * own,
        (each.after - each.before) * _worth(requests, share) * over,
        (share.after - share.before) * _worth(requests, each) * over,
    ]
    return whole(found if kept else found[:3], 6 * each.of * share.of * over)


def splits(base: Pair, amount: Pair) -> bool:
    """Whether an amount is a ratio times its base in both periods: nothing has to come of nothing."""
    return (bool(base.before) or not amount.before) and (bool(base.after) or not amount.after)


def _worth(one: Pair | _Ratio, other: Pair | _Ratio) -> int:
    """What a unit more of the third factor is worth, summed over the six orders in which three can change.

    In two of them it changes first, in two last, and in two after the one or the other.
    """
    return (2 * one.before + one.after) * other.before + (one.before + 2 * one.after) * other.after


def _ratio(amount: Pair, base: Pair) -> _Ratio:
    if not base.before or not base.after:
        known = (amount.after, base.after) if base.after else (amount.before, base.before or 1)
        return _Ratio(known[0], known[0], known[1])
    return _Ratio(amount.before * base.after, amount.after * base.before, base.before * base.after)


def _volume_and_mix(every: Pair, own: Pair) -> tuple[int, int, int]:
    """The change of a group's requests by what all requests grew and by what its share of them did, over a denominator.

    Where a period has no requests at all, and so no shares of them, the shares count as unchanged.
    """
    if not every.before or not every.after:
        return own.change, 0, 1
    grown = every.change * (own.before * every.after + own.after * every.before)
    shifted = (own.after * every.before - own.before * every.after) * (every.before + every.after)
    return grown, shifted, 2 * every.before * every.after


def whole(shares: Sequence[int], of: int) -> tuple[int, ...]:
    """Fractions over one denominator whose sum is a whole number, as whole numbers of the same sum.

    Each is rounded down; the units that are missing go to those that lost most.
    """
    rounded = [share // of for share in shares]
    lost = [share % of for share in shares]
    missing = sum(lost) // of
    for at in sorted(range(len(lost)), key=lambda at: -lost[at])[:missing]:
        rounded[at] += 1
    return tuple(rounded)
