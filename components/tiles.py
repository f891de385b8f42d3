"""The period in a few numbers, as text: what a tile shows is data before it is drawn."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from components.theme import BLANK, compact, exact, label, percent
from data.cache import INPUT
from data.totals import Sums, Totals, added

OUTPUT = ("output", "audio_output")
AUDIO = ("audio_input", "audio_output")


WHOLE = ("completions", "decisions")
"""Kinds of usage of which every tile is shown, also what this export does not report."""

Arrow = Literal["up", "down", "off"]


class Tile(NamedTuple):
    label: str
    value: str
    change: str | None
    arrow: Arrow
    course: tuple[float | None, ...]
    """Value per interval, for the sparkline; None where nothing was exported."""
    help: str


def noted(label: str, value: str, note: str | None, about: str) -> Tile:
    """A tile without a course, and with a note where others have their change."""
    return Tile(label, value, note, "off", (), about)


class _Kind(NamedTuple):
    label: str
    names: tuple[str, ...]
    """Measures whose sum it is."""
    help: str

    def of(self, sums: Sums) -> int | None:
        return added([sums.get(name) for name in self.names])


KINDS: tuple[_Kind, ...] = (
    _Kind("Total tokens", ("total_tokens",), "Input and output, audio included. The chart's parts add up to it."),
    _Kind("Input", INPUT, "Text, image and audio input: uncached, cached and written to the cache."),
    _Kind("Cached", ("input_cached_tokens",), "Share of all input that was read from the cache."),
    _Kind("Output", OUTPUT, "Text, image and audio output."),
    _Kind("Audio", AUDIO, "Audio in and out; part of input and output."),
    _Kind("Requests", ("num_model_requests",), "Calls to a model, as num_model_requests counts them."),
)


def tiles_of(totals: Totals, before: Totals | str) -> tuple[Tile, ...]:
    """The tiles of an answer, changes against the same question for the period before.

    Tokens have six, embeddings those of them that they report; another kind of usage has one per measure it reports.
    """
    kinds = KINDS if "total_tokens" in totals.grand else tuple(map(_plain_kind, totals.grand))
    if totals.query.object not in WHOLE:
        kinds = tuple(kind for kind in kinds if any(name in totals.grand for name in kind.names))
    at = [_sums_at(totals, index) if span.buckets else {} for index, span in enumerate(totals.spans)]
    return tuple(_tile(kind, totals, before, at) for kind in kinds)


def _plain_kind(measure: str) -> _Kind:
    return _Kind(label(measure), (measure,), f"As {measure} counts them.")


def _tile(kind: _Kind, totals: Totals, before: Totals | str, at: Sequence[Sums]) -> Tile:
    """Take what was summed `at` each interval."""
    then = None if isinstance(before, str) else before.grand
    if kind.label == "Cached":
        return _cached(kind, totals.grand, then, at)
    value = kind.of(totals.grand)
    change, arrow = _change(value, None if then is None else kind.of(then))
    return Tile(
        label=kind.label,
        value=compact(value),
        change=change,
        arrow=arrow,
        course=tuple(float(kind.of(sums) or 0) if sums else None for sums in at) if value is not None else (),
        help=f"{kind.help} Exactly {exact(value)}." if value is not None else f"{kind.help} Not reported here.",
    )


def _cached(kind: _Kind, grand: Sums, then: Sums | None, at: Sequence[Sums]) -> Tile:
    share, before = cached_share(grand), None if then is None else cached_share(then)
    points = None if share is None or before is None else (share - before) * 100
    return Tile(
        label=kind.label,
        value=BLANK if grand.get("input_cached_tokens") is None else percent(share),
        change=None if points is None else f"{'+' if points >= 0 else '−'}{abs(points):.1f} points",
        arrow="off" if not points else "up" if points > 0 else "down",
        course=tuple(cached_share(sums) for sums in at) if share is not None else (),
        help=f"{kind.help} {_of_input(kind.of(grand), added([grand.get(name) for name in INPUT]))}",
    )


def _of_input(cached: int | None, whole: int | None) -> str:
    return "Not reported here." if cached is None else f"{exact(cached)} of {exact(whole)} tokens."


def _sums_at(totals: Totals, index: int) -> Sums:
    return {name: added([row[index] for row in rows]) for name, rows in totals.cells.items()}


def _change(value: int | None, then: int | None) -> tuple[str | None, Arrow]:
    if value is None or not then:
        return None, "off"
    ratio = value / then - 1
    size = percent(abs(ratio))
    sign = "" if size.startswith("<") else "+" if ratio >= 0 else "−"
    return f"{sign}{size}", "up" if ratio > 0 else "down" if ratio < 0 else "off"


def cached_share(sums: Sums) -> float | None:
    """Cached over all input; None where either is not reported or nothing went in."""
    cached, whole = sums.get("input_cached_tokens"), added([sums.get(name) for name in INPUT])
    return None if cached is None or not whole else cached / whole
