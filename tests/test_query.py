"""One question has one form, and what is none is refused."""

import pytest
from pydantic import ValidationError

from data.query import Query


def test_one_question_has_one_form_whatever_order_it_is_asked_in():
    one = Query(filters=(("user_id", ("b", "a", "b")), ("model", ("m",)), ("batch", ())))
    two = Query().with_filter("model", ["m"]).with_filter("user_id", ["a", "b"])
    assert one == two
    assert hash(one) == hash(two)
    assert one.filters == (("user_id", ("a", "b")), ("model", ("m",)))
    assert one.with_filter("model", []).filters == (("user_id", ("a", "b")),)


def test_a_second_dimension_is_asked_for_within_another_one():
    query = Query(
        group_by="project_id", subgroup="model", filters=(("batch", ("true",)),), without=(("user_id", (None,)),)
    )
    assert query.asked == {"project_id", "model", "batch", "user_id"}
    assert query.by("model", "model") == query.by("model")
    assert query.by(None, "model").subgroup is None
    for wrong in ({"subgroup": "model"}, {"group_by": "model", "subgroup": "model"}):
        with pytest.raises(ValidationError, match="subgroup"):
            Query(**wrong)


def test_two_filters_on_one_dimension_are_no_question():
    with pytest.raises(ValidationError, match="one list of values"):
        Query(filters=(("model", ("a",)), ("model", ("b",))))
