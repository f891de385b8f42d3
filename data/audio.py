"""Audio in and out, what of it came from the cache apart where that is known."""

from typing import NamedTuple

from data.totals import Sums, added


class Audio(NamedTuple):
    """Tokens; disjoint. None is not reported."""

    input: int | None
    """Without what is known to have come from the cache."""
    cached_input: int | None
    output: int | None

    @property
    def total(self) -> int | None:
        return added(self)


def audio_of(sums: Sums) -> Audio:
    """What was cached is part of `audio_input`, and never more than that (a row that says so is cut to fit)."""
    whole, cached = sums.get("audio_input"), sums.get("input_cached_audio_tokens")
    cached = None if cached is None or whole is None else min(cached, whole)
    return Audio(None if whole is None else whole - (cached or 0), cached, sums.get("audio_output"))
