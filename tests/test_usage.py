"""What a usage says of itself."""

import pytest

from data.table import tidy
from data.usage import main_measure
from tests.build import day, export, tokens


@pytest.mark.parametrize(
    ("kind", "measure"),
    [
        ("completions", "total_tokens"),
        ("moderations", "total_tokens"),
        ("vector_stores", "usage_bytes"),
        ("not known yet", "total_tokens"),
    ],
)
def test_what_a_kind_of_result_is_about(kind: str, measure: str):
    assert main_measure(kind) == measure


def test_a_zero_that_was_reported_is_not_any():
    usage = tidy([export(day("2026-01-01", {**tokens(1), "input_cached_tokens": 0}))])
    assert (usage.has_any("input_tokens"), usage.has_any("input_cached_tokens"), usage.has_any("images")) == (
        True,
        False,
        False,
    )


def test_ids_are_those_of_usage_and_costs_together():
    usage = tidy(
        [
            export(
                day("2026-01-01", tokens(1, project_id="p", user_id="u")),
                day("2026-01-02", {"amount": "1", "currency": "usd", "project_id": "q"}),
            )
        ]
    )
    assert {name: sorted(values) for name, values in usage.ids().items() if values} == {
        "project_id": ["p", "q"],
        "user_id": ["u"],
    }
