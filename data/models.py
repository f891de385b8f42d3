"""What OpenAI's organization usage API sends: pages, buckets and one class per result object.

Field names are OpenAI's to the letter (openai 3.54.0 on PyPI, `openai/types/admin/organization/`, and the OpenAPI
description of August 2026). Unknown fields are kept, because OpenAI added a dozen in four months. This module knows no
file format.
"""

import re
from functools import lru_cache
from typing import Annotated, Literal, get_args

from pydantic import AliasChoices, BaseModel, ConfigDict, Field

from data.values import Count, Flag, Number, Text


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
