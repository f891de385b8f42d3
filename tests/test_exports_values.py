"""How many different values a dimension may have: those beyond are rejected and counted, in every format."""

import json

import pytest

from data.exports import Export, crowded, draft, read

DAY = 86400
START = 1_754_956_800  # 2025-08-12
OBJECT = "organization.usage.completions.result"


def result(tokens: int, **dimensions: str | None) -> dict[str, object]:
    return {"object": OBJECT, "input_tokens": tokens, "output_tokens": 0, "num_model_requests": 1, **dimensions}


def bucket(*results: dict[str, object], day: int = 0) -> dict[str, object]:
    start = START + day * DAY
    return {"object": "bucket", "start_time": start, "end_time": start + DAY, "results": results}


def page(*buckets: dict[str, object]) -> bytes:
    return json.dumps({"object": "page", "data": buckets, "has_more": False, "next_page": None}).encode()


@pytest.fixture(autouse=True)
def three_values(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draft, "MOST_VALUES", 3)


def kept(export: Export) -> list[tuple[str | None, int]]:
    return list(zip(*(export.results[name].to_pylist() for name in ("model", "input_tokens")), strict=True))


def told(export: Export) -> list[tuple[str, str, str, int]]:
    return [(each.place, each.field, each.value, each.count) for each in export.problems if each.kind == "rejected"]


def test_results_with_a_value_too_many_are_rejected_and_others_stay() -> None:
    models = ["a", "b", "a", None, "c", "d", "b", "e", "d"]
    one, two = (
        bucket(*(result(10**at, model=model) for at, model in enumerate(models))),
        bucket(result(7, model="a"), result(8, model="e"), day=1),
    )

    export = read(page(one, two), "usage.json")

    assert kept(export) == [("a", 1), ("b", 10), ("a", 100), (None, 1000), ("c", 10_000), ("b", 10**6), ("a", 7)]
    assert (export.accepted, export.rejected) == (7, 4)
    assert told(export) == [("data[0]", "model", '"d"', 4)]


@pytest.mark.parametrize("many", [5, 3000])
def test_rows_of_a_table_are_counted_as_well(many: int) -> None:
    lines = "".join(f"{START},{START + DAY},{OBJECT},model-{number % (many - 1)},1,0,1\n" for number in range(many))
    text = "start_time,end_time,object,model,input_tokens,output_tokens,num_model_requests\n" + lines

    export = read(text.encode(), "usage.csv")

    assert [model for model, _ in kept(export)] == ["model-0", "model-1", "model-2", "model-0"]
    assert (export.accepted, export.rejected) == (4, many - 4)


def test_a_result_with_two_values_too_many_is_one_that_is_rejected() -> None:
    rows = [result(1, model=f"m{at}", project_id=f"p{at}") for at in range(5)]

    export = read(page(bucket(*rows)), "usage.json")

    assert (export.accepted, export.rejected) == (3, 2)


def test_line_items_of_bills_are_counted_as_well() -> None:
    costs = [
        {"object": "organization.costs.result", "amount": {"value": "1", "currency": "usd"}, "line_item": f"item {at}"}
        for at in range(4)
    ]

    export = read(page(bucket(*costs)), "costs.json")

    assert export.costs["line_item"].to_pylist() == ["item 0", "item 1", "item 2"]
    assert (export.accepted, export.rejected) == (3, 1)


def test_kinds_that_are_not_known_are_counted_as_well() -> None:
    rows = [{**result(1), "object": f"organization.usage.kind{at % 150}.result"} for at in range(300)]

    export = read(page(bucket(*rows)), "usage.json")

    assert len(export.unknown_objects) == 100
    assert (export.accepted, export.rejected) == (200, 100)


def test_files_that_are_within_the_limit_may_together_be_beyond_it() -> None:
    files = [page(bucket(*(result(1, model=f"{file}{at}") for at in range(2)))) for file in "ab"]
    one, two = (read(content, "usage.json") for content in files)

    assert crowded([one, two], most=4) == ""
    assert crowded([one, two], most=3) == "model"
    assert crowded([one, one], most=2) == ""
