"""Answers: worked out once for all sessions that may see them, and none stands in for another."""

import threading
import time
from collections.abc import Iterator
from decimal import Decimal

import pytest
import streamlit as st

from components import answers
from components.sources import Dataset
from data.cost import cost
from data.engine import total
from data.pricing import Prices, read_prices
from data.query import Query
from data.totals import Totals
from data.usage import Usage
from tests.build import day, export, tokens, usage_of
from tests.test_app import AUDIO, app, exactly, opened
from tests.test_pricing import M, wide

DAY = day("2026-01-01", tokens(5, model="gpt-5"))


@pytest.fixture(autouse=True)
def _caches() -> Iterator[None]:
    yield
    st.cache_resource.clear()


def test_the_same_question_of_two_sessions_is_worked_out_once() -> None:
    worked_out: list[str] = []
    found: list[Totals] = []

    def ask(usage: Usage, query: Query) -> Totals:
        worked_out.append(query.group_by or "")
        time.sleep(0.1)
        return total(usage, query)

    def session() -> None:
        found.append(answers.answer("a file", ask, Query(group_by="model"), usage_of(DAY)))

    sessions = [threading.Thread(target=session) for _ in range(2)]
    for each in sessions:
        each.start()
    for each in sessions:
        each.join()

    assert worked_out == ["model"]
    assert found[0] is found[1]


def test_another_question_or_another_file_is_another_answer() -> None:
    nine = day("2026-01-01", tokens(9, model="gpt-5"))
    asked = [("a file", "model", DAY), ("a file", "project_id", DAY), ("another file", "model", nine)]

    found = [answers.answer(file, total, Query(group_by=group), usage_of(held)) for file, group, held in asked]

    assert [(each.query.group_by, each.grand["total_tokens"]) for each in found] == [
        ("model", 5),
        ("project_id", 5),
        ("model", 9),
    ]


def test_an_estimate_is_worked_out_once_for_each_price_file() -> None:
    usage, worked_out = usage_of(day("2026-01-01", wide(model="gpt-5", text=M))), []

    def ask(usage: Usage, query: Query, prices: Prices) -> Decimal | None:
        worked_out.append(prices.name)
        return cost(usage, query, prices).whole.cost

    def own(name: str, dollars: int) -> Prices:
        return Prices(read_prices(f"model,uncached_input\ngpt-5,{dollars}\n".encode()), name)

    files = [Prices(), own("mine", 7), own("yours", 8), own("mine again", 7)]

    assert [answers.priced("a file", ask, Query(), each, usage) for each in files] == [Decimal("1.25"), 7, 8, 7]
    assert worked_out == ["", "mine", "yours"]


def test_equal_files_are_tidied_once_for_each_generation() -> None:
    audio = {"input_audio_tokens": 40, "output_audio_tokens": 20}
    files = export(day("2026-01-01", {"input_tokens": 100, "output_tokens": 50, "num_model_requests": 1, **audio}))
    one, other = (Dataset(key, "a.json", (files,)) for key in ("link of one", "link of the other"))

    found = {each: answers.usage(one, each) for each in ("inclusive", "text-only")}

    assert all(answers.usage(other, each) is usage for each, usage in found.items())
    assert [total(each, Query()).grand["total_tokens"] for each in found.values()] == [150, 210]


def test_one_visitors_generation_is_not_in_the_answers_of_another() -> None:
    """The values that filters offer are asked for beforehand: their answer must not stand in for one of the other generation."""
    at = opened(AUDIO, generation="text-only")
    assert exactly(at)["Total tokens"] == "210"
    other = app(data=at.query_params["data"], group_by="model")
    assert exactly(other)["Total tokens"] == "150"
