"""What OpenAI's organization usage API sends: pages, buckets and one class per result object.

Field names are OpenAI's to the letter (openai 3.54.0 on PyPI, `openai/types/admin/organization/`, and the OpenAPI
description of August 2026). Unknown fields are kept, because OpenAI added a dozen in four months; types are strict,
because a guessed number is worse than a rejected one. This module knows no file format.
"""

import math
import re
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator
from pydantic_core import PydanticCustomError

MAX_COUNT = 2**63 - 1
# Beyond 2^53 a JSON number with a fraction part has already lost digits when a parser hands it over.
MAX_EXACT_FLOAT = 2.0**53

MAX_TEXT = 4096
"""Characters of the longest name anyone has reason to send; it also bounds what one cell can put on a screen."""

# `1.000` may be a thousand in one country and one in the next; `1.0` and `1.00` are written by programs only.
_WHOLE_TEXT = re.compile(r"([0-9]{1,25})(\.|\.0|\.00|\.0{4,})?")
_GROUPED_TEXT = re.compile(r"[+-]?[0-9]{1,3}([.,'\u00a0\u202f ][0-9]{3})+([.,][0-9]*)?")
_NUMBER_TEXT = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,9})?")
_SCIENTIFIC_TEXT = re.compile(r"[+-]?[0-9]+([.,][0-9]*)?[eE][+-]?[0-9]+")


def _whole_number(value: Any) -> int:
    """A count that did not arrive as a plain integer: `3608.0`, or a CSV cell `"3608.0"`."""
    if isinstance(value, str):
        value = _whole_text(value)
    elif isinstance(value, float) and math.isfinite(value) and value.is_integer():
        if abs(value) > MAX_EXACT_FLOAT:
            raise PydanticCustomError("inexact_count", "has lost digits: a float above 2^53 is not exact")
        value = int(value)
    elif isinstance(value, Decimal) and value.is_finite():
        value = _whole_decimal(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise PydanticCustomError("whole_number", "is not a whole number")
    if value < 0:
        raise PydanticCustomError("negative_count", "is negative")
    if value > MAX_COUNT:
        raise PydanticCustomError("count_too_large", "is larger than 2^63 - 1")
    return value


def _whole_text(value: str) -> int:
    if whole := _WHOLE_TEXT.fullmatch(value):
        return int(whole[1])
    if _GROUPED_TEXT.fullmatch(value):
        raise PydanticCustomError("thousands_separator", "may hold a thousands separator: digits alone are read")
    if _SCIENTIFIC_TEXT.fullmatch(value):
        raise PydanticCustomError("scientific_notation", "is in scientific notation, which has lost digits")
    if value.startswith("-") and _WHOLE_TEXT.fullmatch(value[1:]):
        raise PydanticCustomError("negative_count", "is negative")
    raise PydanticCustomError("whole_number", "is not a whole number")


def _whole_decimal(value: Decimal) -> Any:
    """A JSON number with a point or an exponent, read without a detour through binary fractions."""
    if value.adjusted() >= 20:  # before int(): 1e999999999 would be a gigabyte of digits
        raise PydanticCustomError("count_too_large", "is larger than 2^63 - 1" if value > 0 else "is negative")
    return int(value) if value == value.to_integral_value() else value


def _truth(value: Any) -> bool:
    """A CSV cell `False` or, back from a spreadsheet, `FALSE`."""
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    raise PydanticCustomError("true_or_false", "is neither true nor false")


def _storable(value: Decimal) -> Decimal:
    """Up to 30 decimals have been seen; what 38 digits on either side of the point cannot hold is no amount."""
    if not value.is_finite():
        raise PydanticCustomError("finite_number", "is not a finite number")
    if not value:
        return Decimal(0)  # also `0E-28`, and a zero with a million decimals
    digits = "".join(map(str, value.as_tuple().digits)) if value.adjusted() < 38 else ""
    lowest = value.adjusted() + 1 - len(digits.rstrip("0"))  # `normalize()` would round to 28 digits
    if not digits or lowest < -38:
        raise PydanticCustomError("number_out_of_range", "has more than 38 digits before or after the point")
    return value


def _number(value: Any) -> Any:
    """Money and quantities: a decimal string or a number, read as it was written, never through binary fractions."""
    if isinstance(value, bool) or (isinstance(value, str) and not _NUMBER_TEXT.fullmatch(value)):
        raise PydanticCustomError("number", "is not a number")
    return repr(value) if isinstance(value, float) else value


# The first arm is what nearly every count is and costs nothing; the second explains what is wrong with the rest.
Count = Annotated[
    Annotated[int, Field(strict=True, ge=0, le=MAX_COUNT)] | Annotated[int, PlainValidator(_whole_number)],
    Field(union_mode="left_to_right"),
]
Flag = Annotated[
    Annotated[bool, Field(strict=True)] | Annotated[bool, PlainValidator(_truth)],
    Field(union_mode="left_to_right"),
]
Number = Annotated[Decimal, BeforeValidator(_number), AfterValidator(_storable)]
# The length limit is also what makes pydantic look for lone surrogates, which no table can store.
Text = Annotated[str, Field(strict=True, max_length=MAX_TEXT)]


class Result(BaseModel):
    """One row of a bucket. Null means "not reported"; a dimension that is null in every row was not grouped by."""

    model_config = ConfigDict(extra="allow", frozen=True)

    object: Text
    project_id: Text | None = None


class CompletionsResult(Result):
    """Tokens of chat, responses and realtime calls: 25 fields, two generations of meaning (FORMAT section 3)."""

    object: Literal["organization.usage.completions.result"]
    input_tokens: Count
    output_tokens: Count
    num_model_requests: Count
    user_id: Text | None = None
    api_key_id: Text | None = None
    model: Text | None = None
    batch: Flag | None = None
    service_tier: Text | None = None
    api_source: Text | None = None
    input_cached_tokens: Count | None = None
    input_uncached_tokens: Count | None = None
    input_cache_write_tokens: Count | None = None
    input_cache_write_30m_tokens: Count | None = None
    input_cache_write_12h_tokens: Count | None = None
    input_text_tokens: Count | None = None
    input_audio_tokens: Count | None = None
    input_image_tokens: Count | None = None
    input_cached_text_tokens: Count | None = None
    input_cached_audio_tokens: Count | None = None
    input_cached_image_tokens: Count | None = None
    output_text_tokens: Count | None = None
    output_audio_tokens: Count | None = None
    output_image_tokens: Count | None = None


class DecisionsResult(CompletionsResult):
    """The same keys as completions, reported apart."""

    object: Literal["organization.usage.decisions.result"]  # type: ignore[assignment]


class EmbeddingsResult(Result):
    object: Literal["organization.usage.embeddings.result"]
    input_tokens: Count
    num_model_requests: Count
    user_id: Text | None = None
    api_key_id: Text | None = None
    model: Text | None = None


class ModerationsResult(EmbeddingsResult):
    object: Literal["organization.usage.moderations.result"]  # type: ignore[assignment]


class ImagesResult(Result):
    object: Literal["organization.usage.images.result"]
    images: Count
    num_model_requests: Count
    source: Text | None = None
    size: Text | None = None
    user_id: Text | None = None
    api_key_id: Text | None = None
    model: Text | None = None


class AudioSpeechesResult(Result):
    object: Literal["organization.usage.audio_speeches.result"]
    characters: Count
    num_model_requests: Count
    user_id: Text | None = None
    api_key_id: Text | None = None
    model: Text | None = None


class AudioTranscriptionsResult(Result):
    object: Literal["organization.usage.audio_transcriptions.result"]
    seconds: Count
    num_model_requests: Count
    user_id: Text | None = None
    api_key_id: Text | None = None
    model: Text | None = None


class VectorStoresResult(Result):
    """`usage_bytes` is a level, not a flow: it is never summed over time."""

    object: Literal["organization.usage.vector_stores.result"]
    usage_bytes: Count


class CodeInterpreterSessionsResult(Result):
    object: Literal["organization.usage.code_interpreter_sessions.result"]
    # The published examples say num_sessions, the older spec said sessions.
    num_sessions: Count = Field(validation_alias=AliasChoices("num_sessions", "sessions"))


class FileSearchesResult(Result):
    object: Literal["organization.usage.file_searches.result"]
    num_requests: Count
    user_id: Text | None = None
    api_key_id: Text | None = None
    vector_store_id: Text | None = None


class WebSearchesResult(Result):
    object: Literal["organization.usage.web_searches.result"]
    num_requests: Count
    num_model_requests: Count
    user_id: Text | None = None
    api_key_id: Text | None = None
    model: Text | None = None
    context_level: Text | None = None
    api_source: Text | None = None


class Amount(BaseModel):
    model_config = ConfigDict(extra="allow", frozen=True)

    value: Number | None = None
    currency: Text | None = None


class CostsResult(Result):
    object: Literal["organization.costs.result"]
    amount: Amount | None = None
    line_item: Text | None = None
    user_id: Text | None = None
    api_key_id: Text | None = None
    api_source: Text | None = None
    quantity: Number | None = None
    quantity_unit: Text | None = None
    organization_id: Text | None = None


RESULTS: tuple[type[Result], ...] = (
    CompletionsResult,
    DecisionsResult,
    EmbeddingsResult,
    ModerationsResult,
    ImagesResult,
    AudioSpeechesResult,
    AudioTranscriptionsResult,
    VectorStoresResult,
    CodeInterpreterSessionsResult,
    FileSearchesResult,
    WebSearchesResult,
    CostsResult,
)


def full_name(result: type[Result]) -> str:
    """The `object` a class answers to: `organization.usage.completions.result`."""
    name: str = get_args(result.model_fields["object"].annotation)[0]
    return name


KIND = re.compile(r"[a-z][a-z0-9_.]{0,99}")
"""What the short name of a kind of result looks like, known or not: links and queries name kinds by it."""


@lru_cache(maxsize=256)
def short_name(object_name: str) -> str:
    """`completions` for `organization.usage.completions.result`; what is not of that shape stays whole."""
    return re.sub(r"^organization\.(usage\.)?(.+)\.result$", r"\2", object_name)


BY_OBJECT: dict[str, type[Result]] = {full_name(result): result for result in RESULTS}

AnyResult = Annotated[
    CompletionsResult
    | DecisionsResult
    | EmbeddingsResult
    | ModerationsResult
    | ImagesResult
    | AudioSpeechesResult
    | AudioTranscriptionsResult
    | VectorStoresResult
    | CodeInterpreterSessionsResult
    | FileSearchesResult
    | WebSearchesResult
    | CostsResult,
    Field(discriminator="object"),
]


class Bucket(BaseModel):
    """A stretch of time, `start_time` inclusive to `end_time` exclusive, in unix seconds, and what was used in it."""

    model_config = ConfigDict(extra="allow", frozen=True)

    object: Literal["bucket"] = "bucket"
    start_time: Count
    end_time: Count
    results: tuple[AnyResult, ...]


class Page(BaseModel):
    model_config = ConfigDict(extra="allow", frozen=True)

    object: Literal["page"] = "page"
    data: tuple[Bucket, ...]
    has_more: bool = False
    next_page: Text | None = None
