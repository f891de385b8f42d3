"""One result: what it is, whether it is valid, and if not, why, in words."""

import re
from typing import Any, NamedTuple

from pydantic import ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from data.exports.draft import Draft
from data.exports.export import DIMENSIONS
from data.exports.names import COMMENTARY, TIMES, canonical
from data.exports.strict import Doubled, oddity
from data.models import BY_OBJECT, KIND, Result, short_name
from data.values import MAX_TEXT, Flag, Text

_FULL_NAMES = {short_name(name): name for name in BY_OBJECT}
_RESULT_OBJECT = re.compile(r"organization\..+\.result")
IGNORED = COMMENTARY | {"start_time", "end_time", "start_time_iso", "end_time_iso", "date", "organization_id"}
"""Fields of which it is known that they are not kept."""
# Reasons that pydantic words for programmers; the models' own reasons are sentences already.
_REASONS = {
    "missing": "is missing",
    "string_type": "is not text",
    "string_unicode": "holds half a character (a lone surrogate)",
    "string_too_long": f"is longer than {MAX_TEXT:,} characters",
    "finite_number": "is not a finite number",
    "decimal_type": "is not a number",
    "decimal_parsing": "is not a number",
    "model_type": "is not an object",
}


MOST_UNKNOWN = 100
"""Kinds of result that are not known, in one file: each has a place of its own on the page."""


class UnknownResult(Result):
    """A result of a kind OpenAI added after this was written: its dimensions are kept, its measures are not known."""

    model_config = ConfigDict(extra="allow", frozen=True)

    user_id: Text | None = None
    api_key_id: Text | None = None
    model: Text | None = None
    batch: Flag | None = None
    service_tier: Text | None = None
    api_source: Text | None = None
    source: Text | None = None
    size: Text | None = None
    vector_store_id: Text | None = None
    context_level: Text | None = None


class Valid(NamedTuple):
    kind: str
    """Short name: `completions`."""
    result: Result


class Invalid(NamedTuple):
    kind: str | None


def infer(fields: dict[str, Any], hint: str) -> str | None:
    """The kind of a result that does not say so, from the measures it has (FORMAT section 7)."""
    for measure, kind in _MEASURES:
        if measure in fields and (measure == "amount" or not isinstance(fields[measure], (dict, list))):
            return kind
    if "num_requests" in fields:
        return "web_searches" if "num_model_requests" in fields else "file_searches"
    for measure, kind in _LATE_MEASURES:
        if measure in fields and not isinstance(fields[measure], (dict, list)):
            return kind
    if "input_tokens" in fields:
        return "moderations" if "moderation" in f"{fields.get('model')} {hint}".lower() else "embeddings"
    return None


_MEASURES = (
    ("amount", "costs"),
    ("usage_bytes", "vector_stores"),
    ("num_sessions", "code_interpreter_sessions"),
    ("sessions", "code_interpreter_sessions"),
)
_LATE_MEASURES = (
    ("images", "images"),
    ("characters", "audio_speeches"),
    ("seconds", "audio_transcriptions"),
    ("output_tokens", "completions"),
)


def renamed(row: dict[str, Any]) -> dict[str, Any]:
    """The row under OpenAI's names, with what a `metrics` sub-object holds beside the rest."""
    fields: dict[str, Any] = {}
    for key, value in row.items():
        name = canonical(key)
        if name == "metrics" and isinstance(value, dict):
            fields = {**renamed(value), **fields}
        elif name == key or (name not in row and name not in fields):
            fields[name] = value
        else:
            fields[key] = value
    if "amount_value" in fields and "amount" not in fields:
        fields["amount"] = {"value": fields.pop("amount_value"), "currency": fields.pop("amount_currency", None)}
    return fields


def looks_like_result(row: dict[str, Any], fields: dict[str, Any]) -> bool:
    """Whether an object that stands in no bucket is meant as a result."""
    name = row.get("object")
    if isinstance(name, str) and _RESULT_OBJECT.fullmatch(name):
        return True
    # Without a time or a dimension it is somebody's sum of results, not one of them.
    return infer(fields, "") is not None and not _TELLING.isdisjoint(fields)


_TELLING = frozenset({*DIMENSIONS, *TIMES, "line_item"})


def read_result(draft: Draft, value: Any, place: str, *, hint: str = "", odd: bool = False) -> Valid | Invalid:
    """A validated result, or a problem in the draft."""
    if not isinstance(value, dict):
        draft.problem("rejected", place, "is not an object", value=value)
        return Invalid(None)
    if isinstance(value, Doubled):
        draft.problem("rejected", place, "stands twice in one object", field=value.key)
        return Invalid(None)
    if odd and (reason := oddity(value)):
        field = next((key for key, each in value.items() if oddity(key) or oddity(each)), "")
        draft.problem("rejected", place, reason, field=field, value=value.get(field))
        return Invalid(None)
    return read_fields(draft, renamed(value), place, hint=hint)


def read_fields(draft: Draft, fields: dict[str, Any], place: str, *, hint: str = "") -> Valid | Invalid:
    """The same for an object whose fields bear OpenAI's names already."""
    name = fields.get("object")
    if name is None:
        kind = infer(fields, hint)
        if kind is None:
            draft.problem("rejected", place, "holds no measure from which its kind could be told", field="object")
            return Invalid(None)
        name = _FULL_NAMES[kind]
        fields = {**fields, "object": name}
    if not isinstance(name, str):
        draft.problem("rejected", place, "is not text", field="object", value=name)
        return Invalid(None)
    kind = short_name(name)
    if not KIND.fullmatch(kind):
        draft.problem("rejected", place, "is no name of a kind of result", field="object", value=name)
        return Invalid(None)
    if name not in BY_OBJECT and name not in draft.unknown_objects and len(draft.unknown_objects) >= MOST_UNKNOWN:
        reason = f"is one unknown kind of result more than the {MOST_UNKNOWN} that one file may hold"
        draft.problem("rejected", place, reason, field="object", value=name)
        return Invalid(None)
    try:
        result = BY_OBJECT.get(name, UnknownResult).model_validate(fields)
    except ValidationError as error:
        _reject(draft, place, error)
        return Invalid(kind)
    _count_unknown(draft, kind, name, result)
    return Valid(kind, result)


def _count_unknown(draft: Draft, kind: str, name: str, result: Result) -> None:
    if name not in BY_OBJECT:
        draft.unknown_objects[name] += 1
        return
    for field in result.model_extra or ():
        if field not in IGNORED:
            draft.unknown_fields[f"{kind}.{field}"] += 1


def _reject(draft: Draft, place: str, error: ValidationError) -> None:
    """One problem: the first field at fault, and the last thing said about it, which is the most exact."""
    errors = error.errors(include_url=False)
    first = [each for each in errors if _field(each) == _field(errors[0])][-1]
    value = ... if first["type"] == "missing" else first["input"]
    reason = oddity(value) or _REASONS.get(first["type"], first["msg"])
    draft.problem("rejected", place, reason, field=_field(first), value=value)


def _field(error: ErrorDetails) -> str:
    """`amount.value`; what pydantic adds about the arms of a union says nothing about the file."""
    names = [part for part in error["loc"] if isinstance(part, str)]
    return ".".join(names[:2] if names[0] == "amount" else names[:1])


def full(kind: str) -> str:
    """`organization.usage.completions.result` for `completions`."""
    return _FULL_NAMES[kind]
