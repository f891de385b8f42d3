"""What a made-up organization used: the same rows for the same bucket, whoever asks and however the pages fall.

The kinds, their measures and what each can be grouped by are stated here once more, from OpenAI's API reference
(August and November 2026), and not taken from the code that is tested.
"""

from random import Random
from typing import Any

PEOPLE = {
    "project_id": ("proj_alpha", "proj_beta"),
    "user_id": ("user-ada", "user-bob", "user-cyd"),
    "api_key_id": ("key_one", "key_two"),
}
MODELS = {**PEOPLE, "model": ("gpt-5.4-2026-03-05", "gpt-4o-2024-08-06")}
TOKENS = {
    **MODELS,
    "batch": (True, False),
    "service_tier": ("default", "flex"),
    "api_source": ("agents_api", "unlabeled"),
}
PARTS = ("text", "audio", "image")

# path: name of the result, dimensions, measures
PATHS: dict[str, tuple[str, dict[str, tuple[Any, ...]], tuple[str, ...]]] = {
    "usage/completions": ("usage.completions", TOKENS, ()),
    "usage/decisions": ("usage.decisions", TOKENS, ()),
    "usage/embeddings": ("usage.embeddings", MODELS, ("input_tokens", "num_model_requests")),
    "usage/moderations": ("usage.moderations", MODELS, ("input_tokens", "num_model_requests")),
    "usage/images": (
        "usage.images",
        {**MODELS, "size": ("1024x1024", "256x256"), "source": ("image.generation", "image.edit")},
        ("images", "num_model_requests"),
    ),
    "usage/audio_speeches": ("usage.audio_speeches", MODELS, ("characters", "num_model_requests")),
    "usage/audio_transcriptions": ("usage.audio_transcriptions", MODELS, ("seconds", "num_model_requests")),
    "usage/vector_stores": ("usage.vector_stores", {"project_id": PEOPLE["project_id"]}, ("usage_bytes",)),
    "usage/code_interpreter_sessions": (
        "usage.code_interpreter_sessions",
        {"project_id": PEOPLE["project_id"]},
        ("num_sessions",),
    ),
    "usage/file_search_calls": ("usage.file_searches", {**PEOPLE, "vector_store_id": ("vs_1",)}, ("num_requests",)),
    "usage/web_search_calls": (
        "usage.web_searches",
        {**MODELS, "context_level": ("low", "high"), "api_source": TOKENS["api_source"]},
        ("num_requests", "num_model_requests"),
    ),
    "costs": (
        "costs",
        {
            "project_id": PEOPLE["project_id"],
            "user_id": PEOPLE["user_id"],
            "line_item": ("gpt-5.4, input", "gpt-5.4, cached input"),
            "api_key_id": PEOPLE["api_key_id"],
            "api_source": TOKENS["api_source"],
        },
        (),
    ),
}


def results(path: str, start: int, end: int, group_by: list[str]) -> list[dict[str, Any]]:
    """A bucket's rows; every tenth bucket is empty, and so is the future."""
    name, dimensions, measures = PATHS[path]
    chance = Random(f"{path} {start} {end}")  # noqa: S311 — a seeded generator is meant to be predictable
    if start // 60 % 10 == 7 or (start // 86_400 % 10 == 7 and (end - start) > 3_600):
        return []
    rows: dict[tuple[Any, ...], dict[str, Any]] = {}
    for _ in range(3):
        drawn = {dimension: chance.choice(values) for dimension, values in dimensions.items()}
        shown = {dimension: value if dimension in group_by else None for dimension, value in drawn.items()}
        row = {"object": f"organization.{name}.result", **_measured(path, chance, measures), **shown}
        rows.setdefault(tuple(shown.values()), row)
    return list(rows.values())


def _measured(path: str, chance: Random, measures: tuple[str, ...]) -> dict[str, Any]:
    if path == "costs":
        # As it has been seen: a decimal string with more digits than a float can hold.
        value = f"{chance.randrange(10**6)}.{chance.randrange(10**28):028d}"
        return {
            "amount": {"value": value, "currency": "usd"},
            "quantity": chance.randrange(10**6),
            "quantity_unit": None,
        }
    if measures:
        return {measure: chance.randrange(1, 10**6) for measure in measures}
    return _tokens(chance)


def _tokens(chance: Random) -> dict[str, int]:
    """Counts for which the identities of the inclusive generation hold."""
    uncached, cached, output = ({part: chance.randrange(10**5) for part in PARTS} for _ in range(3))
    written = chance.randrange(10**4)
    return {
        "input_tokens": sum(uncached.values()) + sum(cached.values()) + written,
        "output_tokens": sum(output.values()),
        "num_model_requests": chance.randrange(1, 10**3),
        "input_cached_tokens": sum(cached.values()),
        "input_uncached_tokens": sum(uncached.values()),
        "input_cache_write_tokens": written,
        **{f"input_{part}_tokens": uncached[part] for part in PARTS},
        **{f"input_cached_{part}_tokens": cached[part] for part in PARTS},
        **{f"output_{part}_tokens": output[part] for part in PARTS},
    }
