"""What a click on a group asks for."""

from components.clicks import asked
from data.engine import total
from data.query import Query
from tests.build import MONDAY, day, tokens, usage_of

USAGE = usage_of(day(MONDAY, *(tokens(10 + size, model=f"m{size}") for size in range(4)), tokens(3)))
QUERY = Query(group_by="model")


def test_a_group_is_filtered_to():
    found = total(USAGE, QUERY)
    assert [asked(QUERY, found, group.key, "model").filters for group in found.groups[-2:]] == [
        (("model", ("m0",)),),
        (("model", (None,)),),
    ]


def test_other_opens_into_its_members_alone_and_again():
    found = total(USAGE, QUERY, shown=1)
    first = asked(QUERY, found, "other:", "model")
    assert first.without == (("model", ("m3", None)),)
    opened = total(USAGE, first, shown=1)
    assert opened.grand["total_tokens"] == found.groups[-1].sums["total_tokens"] == 33
    assert asked(first, opened, "other:", "model").without == (("model", ("m2", "m3", None)),)


def test_a_value_that_looks_like_a_kind_is_a_value():
    assert asked(QUERY, total(USAGE, QUERY), "value:other:", "model").filters == (("model", ("other:",)),)
