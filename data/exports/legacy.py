"""The exports of before the organization usage API: `activity-*.json` and `/v1/usage?date=` (seen 2024)."""

from typing import Any

# What a row holds → (kind, measure, the old name of that measure).
_MEDIA = (
    ("num_images", "images", "images"),
    ("num_seconds", "audio_transcriptions", "seconds"),
    ("num_characters", "audio_speeches", "characters"),
)
_OPERATIONS = {"embeddings": "embeddings", "embedding": "embeddings", "moderation": "moderations"}


def is_legacy(row: dict[str, Any]) -> bool:
    """Whether a row is of the old kind; its names do not occur in the new one."""
    return "n_context_tokens_total" in row or any(old in row and "timestamp" in row for old, _, _ in _MEDIA)


def translated(row: dict[str, Any]) -> dict[str, Any]:
    """The row under the new names, `start_time` and, where the old format fixed it, `end_time` included."""
    fields = {
        "project_id": row.get("project_id"),
        "user_id": row.get("user_id") or row.get("user") or row.get("email"),
        "api_key_id": row.get("api_key_id"),
        "model": row.get("snapshot_id") or row.get("model") or row.get("model_id"),
        "num_model_requests": row.get("n_requests", row.get("num_requests")),
        **_times(row),
    }
    for old, kind, measure in _MEDIA:
        if old in row and "n_context_tokens_total" not in row:
            extra = {"size": row.get("image_size"), "source": row.get("operation")} if kind == "images" else {}
            return {**fields, **extra, "object": f"organization.usage.{kind}.result", measure: row[old]}
    return {**fields, **_tokens(row)}


def _tokens(row: dict[str, Any]) -> dict[str, Any]:
    kind = _OPERATIONS.get(str(row.get("operation")), "completions")
    fields = {"object": f"organization.usage.{kind}.result", "input_tokens": row.get("n_context_tokens_total")}
    if kind == "completions":
        fields["output_tokens"] = row.get("n_generated_tokens_total")
        fields["input_cached_tokens"] = row.get("n_cached_context_tokens_total")
        fields["batch"] = True if row.get("request_type") == "batch" else None
    return fields


def _times(row: dict[str, Any]) -> dict[str, Any]:
    """`/v1/usage` counts by the minute; the days of `activity` are seen from their timestamps."""
    start = row.get("aggregation_timestamp")
    if start is None:
        return {"start_time": row.get("timestamp")}
    minute = isinstance(start, int) and not isinstance(start, bool)
    return {"start_time": start, "end_time": start + 60 if minute else None}
