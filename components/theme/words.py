"""What the page calls things: every human label in one place, beside OpenAI's names."""

from typing import NamedTuple

from components.theme.look import LIGHT
from data.query import Query
from data.totals import Group


class Words(NamedTuple):
    """A dimension's label, and one and many of its values."""

    label: str
    one: str
    many: str


DIMENSION_WORDS: dict[str, Words] = {
    "project_id": Words("Project", "project", "projects"),
    "user_id": Words("User", "user", "users"),
    "api_key_id": Words("API key", "API key", "API keys"),
    "model": Words("Model", "model", "models"),
    "batch": Words("Batch", "batch value", "batch values"),
    "service_tier": Words("Service tier", "service tier", "service tiers"),
    "api_source": Words("API source", "API source", "API sources"),
    "source": Words("Image source", "image source", "image sources"),
    "size": Words("Image size", "image size", "image sizes"),
    "vector_store_id": Words("Vector store", "vector store", "vector stores"),
    "context_level": Words("Context level", "context level", "context levels"),
    "line_item": Words("Line item", "line item", "line items"),
    "organization": Words("Organization", "organization", "organizations"),
    "team": Words("Team", "team", "teams"),
}

LABELS: dict[str, str] = {
    **{name: words.label for name, words in DIMENSION_WORDS.items()},
    # parts
    "uncached_input": "Uncached input",
    "cached_input": "Cached input",
    "cache_write": "Cache write",
    "output": "Output",
    "audio_input": "Audio input",
    "audio_output": "Audio output",
    # measures
    "total_tokens": "Total tokens",
    "input_not_cached": "Input not from the cache",
    "num_model_requests": "Requests",
    "input_tokens": "Input tokens",
    "input_cached_tokens": "Cached input tokens",
    "input_uncached_tokens": "Uncached input tokens",
    "input_cache_write_tokens": "Cache write tokens",
    "input_cache_write_30m_tokens": "Cache write tokens, 30 min",
    "input_cache_write_12h_tokens": "Cache write tokens, 12 h",
    "input_text_tokens": "Text input tokens",
    "input_audio_tokens": "Audio input tokens",
    "input_image_tokens": "Image input tokens",
    "input_cached_text_tokens": "Cached text input tokens",
    "input_cached_audio_tokens": "Cached audio input tokens",
    "input_cached_image_tokens": "Cached image input tokens",
    "output_tokens": "Output tokens",
    "output_text_tokens": "Text output tokens",
    "output_audio_tokens": "Audio output tokens",
    "output_image_tokens": "Image output tokens",
    "images": "Images",
    "characters": "Characters",
    "seconds": "Seconds",
    "usage_bytes": "Stored bytes",
    "num_sessions": "Sessions",
    "num_requests": "Calls",
    # objects
    "completions": "Completions",
    "decisions": "Decisions",
    "embeddings": "Embeddings",
    "moderations": "Moderations",
    "audio_speeches": "Audio speeches",
    "audio_transcriptions": "Audio transcriptions",
    "vector_stores": "Vector stores",
    "code_interpreter_sessions": "Code interpreter sessions",
    "file_searches": "File searches",
    "web_searches": "Web searches",
    "costs": "Costs",
    # intervals
    "minute": "Minute",
    "hour": "Hour",
    "day": "Day",
    "week": "Week",
    "month": "Month",
}

_BATCH = {"true": "Batch", "false": "Not batch"}
_PART_NOUNS = tuple(LIGHT.parts)


def label(name: str) -> str:
    """What the page calls a dimension, measure, part, kind of result or interval; new ones by their own name."""
    return LABELS.get(name) or name.replace("_", " ").strip().capitalize()


def noun(measure: str) -> str:
    """A measure inside a sentence: 1.2B *tokens*, 3K *cached input tokens*."""
    if measure == "total_tokens":
        return "tokens"
    return f"{_lower(label(measure))} tokens" if measure in _PART_NOUNS else _lower(label(measure))


def by(dimension: str) -> str:
    """A dimension inside a sentence: by *API key*."""
    return _lower(label(dimension))


def one(dimension: str) -> str:
    return DIMENSION_WORDS[dimension].one if dimension in DIMENSION_WORDS else by(dimension)


def many(dimension: str) -> str:
    return DIMENSION_WORDS[dimension].many if dimension in DIMENSION_WORDS else f"{by(dimension)} values"


def compared(query: Query) -> str:
    """What a question's period is compared with: changes against *the period before*."""
    if query.compare_start_time:
        return "a period of your choice"
    return "the same days last month" if query.compare == "last_month" else "the period before"


def _lower(text: str) -> str:
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


def group_label(group: Group, dimension: str | None) -> str:
    """What the page calls a group, whole and unescaped."""
    if group.kind == "all" or dimension is None:
        return "All usage"
    if group.kind == "none":
        return f"No {one(dimension)}"
    if group.kind == "not grouped":
        return f"Not grouped by {by(dimension)}"
    if group.kind == "other":
        return f"Other · {group.groups:,} {many(dimension)}"
    value = group.name or group.value or ""
    return _BATCH.get(value, value) if dimension == "batch" else value
