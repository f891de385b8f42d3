"""What a result has to be."""

from typing import Any

import pytest
from pydantic import TypeAdapter

from data.models import (
    BY_OBJECT,
    RESULTS,
    AnyResult,
    CompletionsResult,
    Page,
    full_name,
    short_name,
)

RESULT = TypeAdapter[Any](AnyResult)


def test_null_is_null_and_not_zero() -> None:
    row = {"input_tokens": 1, "output_tokens": 2, "num_model_requests": 3, "input_cached_tokens": None}
    result = CompletionsResult.model_validate({"object": "organization.usage.completions.result", **row})
    assert result.input_cached_tokens is None
    assert result.model is None


def test_there_is_a_class_for_each_of_the_twelve_objects() -> None:
    assert len(RESULTS) == len(BY_OBJECT) == 12
    assert short_name("organization.usage.completions.result") == "completions"
    assert short_name("organization.costs.result") == "costs"
    assert short_name("something.else") == "something.else"
    assert len(CompletionsResult.model_fields) == 25


@pytest.mark.parametrize("model", RESULTS, ids=full_name)
def test_the_object_chooses_the_class(model: type) -> None:
    required = {name: 1 for name, field in model.model_fields.items() if field.is_required()}  # type: ignore[attr-defined]
    assert type(RESULT.validate_python({**required, "object": full_name(model)})) is model


def test_sessions_is_an_older_name_of_num_sessions() -> None:
    result = RESULT.validate_python({"object": "organization.usage.code_interpreter_sessions.result", "sessions": 4})
    assert result.num_sessions == 4


def test_an_unknown_field_is_kept() -> None:
    row = {"object": "organization.usage.vector_stores.result", "usage_bytes": 1, "new": 2}
    assert RESULT.validate_python(row).model_extra == {"new": 2}


def test_a_page_holds_buckets_and_buckets_hold_results() -> None:
    page = Page.model_validate_json(
        """{"object": "page", "has_more": false, "next_page": null, "data": [{"object": "bucket",
        "start_time": 1754956800, "end_time": 1755043200, "results": [{"object": "organization.usage.images.result",
        "images": 2, "num_model_requests": 1}]}]}"""
    )
    assert page.data[0].results[0].images == 2  # type: ignore[union-attr]
