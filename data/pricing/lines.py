"""Line items of a bill taken apart: model, part of the tokens, batch and service tier, as far as their text says.

OpenAI writes them as free text (`batch api | gpt-4.1-nano-2025-04-14, input`, `web search tool calls`); what is not
understood stays as it is.
"""

import re
from functools import lru_cache
from typing import Literal, NamedTuple

_PARTS: dict[str, str] = {
    "input": "uncached_input",
    "text input": "uncached_input",
    "image input": "uncached_input",
    "cached input": "cached_input",
    "cached text input": "cached_input",
    "cached image input": "cached_input",
    "cache write": "cache_write",
    "cache writes": "cache_write",
    "output": "output",
    "text output": "output",
    "image output": "output",
    "audio input": "audio_input",
    "cached audio input": "audio_input",
    "audio output": "audio_output",
}
_MODEL = re.compile(r"[A-Za-z0-9][\w.:/-]*")
_TIERS = ("flex", "priority", "scale", "default", "incentivized-tier")
_MOST_KEPT = 8_192


class Line(NamedTuple):
    """What a line item says."""

    text: str | None
    kind: Literal["tokens", "credit", "other"]
    """`other`: tools, storage, and what is not understood."""
    model: str | None = None
    part: str | None = None
    batch: bool = False
    service_tier: str | None = None
    """None where the text names none."""


@lru_cache(_MOST_KEPT)
def parse(text: str | None) -> Line:
    """The line item taken apart; case and spaces do not matter."""
    if text is None:
        return Line(None, "other")
    *marks, rest = (piece.strip() for piece in text.split("|"))
    name, comma, what = (piece.strip() for piece in rest.rpartition(","))
    part = _PARTS.get(" ".join(what.lower().split()))
    if not comma or part is None or not _MODEL.fullmatch(name):
        return Line(text, "credit" if "credit" in text.lower() else "other")
    words = [mark.lower() for mark in marks]
    batch = any(word.startswith("batch") for word in words)
    tier = next((tier for tier in _TIERS for word in words if word.split()[:1] == [tier]), None)
    return Line(text, "tokens", name, part, batch, tier)


def billed_name(model: str | None) -> str | None:
    """What a bill calls a model: fine-tuned ones stand under their base, `ft-gpt-4.1-mini-2025-04-14`."""
    if model and model.startswith("ft:") and model.count(":") > 1:
        return f"ft-{model.split(':')[1]}"
    return model
