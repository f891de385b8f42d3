"""The twelve kinds of results: how each is called, what it can be grouped by, and how many buckets a page may hold.

Source: openai 3.54.0 on PyPI, `openai/types/admin/organization/usage_*_params.py` (November 2026); a test compares.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

Interval = Literal["1d", "1h", "1m"]
INTERVALS: tuple[Interval, ...] = get_args(Interval)
SECONDS: Mapping[Interval, int] = {"1d": 86_400, "1h": 3_600, "1m": 60}

_USAGE_LIMITS: Mapping[Interval, int] = {"1d": 31, "1h": 168, "1m": 1_440}
_PEOPLE = ("project_id", "user_id", "api_key_id")
_MODELS = (*_PEOPLE, "model")
_TOKENS = (*_MODELS, "batch", "service_tier", "api_source")


@dataclass(frozen=True)
class Kind:
    """One kind of results."""

    name: str
    """As in `organization.usage.<name>.result`, and as `totals --object` says it."""
    call: str
    """The last part of its path, which is also the client's method."""
    dimensions: tuple[str, ...]
    limits: Mapping[Interval, int]
    """The most buckets of one page; an interval that is not in it cannot be had."""
    left_out: tuple[str, ...] = ()
    """Dimensions that are fetched only when they are asked for."""

    @property
    def default_grouping(self) -> tuple[str, ...]:
        return tuple(name for name in self.dimensions if name not in self.left_out)

    def finest(self, interval: Interval) -> Interval:
        """The interval that was asked for, or the nearest there is."""
        return interval if interval in self.limits else "1d"


USAGE: tuple[Kind, ...] = (
    Kind("completions", "completions", _TOKENS, _USAGE_LIMITS),
    Kind("decisions", "decisions", _TOKENS, _USAGE_LIMITS),
    Kind("embeddings", "embeddings", _MODELS, _USAGE_LIMITS),
    Kind("moderations", "moderations", _MODELS, _USAGE_LIMITS),
    Kind("images", "images", (*_MODELS, "size", "source"), _USAGE_LIMITS),
    Kind("audio_speeches", "audio_speeches", _MODELS, _USAGE_LIMITS),
    Kind("audio_transcriptions", "audio_transcriptions", _MODELS, _USAGE_LIMITS),
    Kind("vector_stores", "vector_stores", ("project_id",), _USAGE_LIMITS),
    Kind("code_interpreter_sessions", "code_interpreter_sessions", ("project_id",), _USAGE_LIMITS),
    Kind("file_searches", "file_search_calls", (*_PEOPLE, "vector_store_id"), _USAGE_LIMITS),
    Kind("web_searches", "web_search_calls", (*_MODELS, "context_level", "api_source"), _USAGE_LIMITS),
)
COSTS = Kind(
    "costs",
    "costs",
    ("project_id", "user_id", "line_item", "api_key_id", "api_source"),
    {"1d": 180},
    # `user_id` beside `project_id` is refused for some organizations and periods, says the API's own description.
    left_out=("user_id", "api_source"),
)
KINDS: Mapping[str, Kind] = {kind.name: kind for kind in (*USAGE, COSTS)}
CALLS: Mapping[str, Kind] = {kind.call: kind for kind in (*USAGE, COSTS)}
