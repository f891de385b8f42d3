"""How fields are called by those who did not keep OpenAI's names: camelCase, column titles, `windowStartIso`."""

import re
from functools import lru_cache

from data.exports.export import COST_TEXTS, COUNTS, DIMENSIONS
from data.models import BY_OBJECT, short_name

TIMES: dict[str, tuple[str, ...]] = {
    "start_time": ("start_time", "window_start", "bucket_start", "start", "timestamp", "aggregation_timestamp"),
    "end_time": ("end_time", "window_end", "bucket_end", "end"),
    "start_time_iso": ("start_time_iso", "window_start_iso", "bucket_start_iso", "start_iso", "start_date"),
    "end_time_iso": ("end_time_iso", "window_end_iso", "bucket_end_iso", "end_iso", "end_date"),
    "date": ("date", "day"),
}
"""Canonical name of a time → what it is called in hand-made files; epochs go before ISO text, that before a date."""

COMMENTARY = frozenset({"organization_name", "project_name", "user_email", "api_key_name", "api_key_redacted"})
"""Columns of the dashboard's CSVs that name an id a second time, some with personal data: known, and not kept."""

_RESULT_FIELDS = {
    "object",
    "amount",
    "amount_value",
    "amount_currency",
    "quantity",
    "sessions",
    "metrics",
    *DIMENSIONS,
    *COUNTS,
    *(name for name in COST_TEXTS if name != "currency"),
}
_BUCKET_FIELDS = {"results", "result"}
_SQUEEZED = {
    **{name.replace("_", ""): name for name in (*_RESULT_FIELDS, *_BUCKET_FIELDS, *COMMENTARY)},
    **{alias.replace("_", ""): name for name, aliases in TIMES.items() for alias in aliases},
}
_ENDPOINTS = {"file_search_calls": "file_searches", "web_search_calls": "web_searches"}
_SHORT_NAMES = {short_name(name) for name in BY_OBJECT}


@lru_cache(maxsize=4096)
def canonical(key: str) -> str:
    """OpenAI's name of a field: `input_tokens` for `inputTokens` and `Input tokens`; an unknown one stays as it is."""
    return _SQUEEZED.get(re.sub(r"[ ._-]", "", key).lower(), key) if len(key) <= 64 else key


def kind_named(key: str) -> str | None:
    """The kind of result that a key or a path speaks of: `embeddings` for `/organization/usage/embeddings`."""
    last = key.rstrip("/").rsplit("/", 1)[-1].lower()
    last = _ENDPOINTS.get(last, last)
    return last if last in _SHORT_NAMES else None


def within(place: str, key: str) -> str:
    """The JSON path of a key: `completions.data`, `pages["/organization/costs"]`."""
    if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_-]{0,63}", key):
        return f"{place}.{key}" if place and not place.endswith(": ") else f"{place}{key}"
    return f'{place}["{shortened(key)}"]'


def shortened(text: str, length: int = 80) -> str:
    """At most `length` characters, none of which a table or a screen could choke on."""
    if len(text) > length:
        text = text[: length - 1] + "…"
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
