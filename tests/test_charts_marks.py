"""Unusual days on the bars: facts about figures and their words."""

from datetime import date, timedelta

from components.charts.marks import marked, sentence
from components.theme import LIGHT
from data.engine import total
from data.query import Query
from data.unusual import unusual
from tests.build import Bucket, day, tokens, usage_of
from tests.conftest import checked


def seven_weeks(amount: int) -> list[Bucket]:
    """Days of 10 tokens of a, and 0 to 2 of b; on the fourth Monday `amount` of b."""
    return [
        day(
            f"{date(2026, 1, 5) + timedelta(at)}",
            tokens(10, model="a"),
            tokens(amount if at == 21 else at % 3, model="b"),
        )
        for at in range(49)
    ]


def test_a_triangle_stands_on_the_unusual_day():
    usage, query = usage_of(*seven_weeks(90)), Query(group_by="model")
    drawn = marked(total(usage, query), unusual(usage, query), LIGHT)
    triangles = checked(drawn).data[-1]
    assert (list(triangles.x), list(triangles.y)) == (["2026-01-26T12:00:00"], [103.0])
    assert triangles.hovertext[0].startswith("Usual on this weekday: 11<br>")
    assert drawn.title == "Daily tokens by model, unusual days marked"


def test_a_mark_says_how_far_from_what_and_who_moved():
    usage, query = usage_of(*seven_weeks(90)), Query(group_by="model")
    found = unusual(usage, query)
    assert found is not None
    (mark,) = found.marks
    assert sentence(mark, found) == (
        "Monday 2026-01-26: 100 tokens, 809.1% above the 11 of a usual Monday (60.0 deviations above); most of it b +89"
    )


def test_of_a_usual_level_of_0_nothing_is_told_in_percent():
    days = [day(f"{date(2026, 1, 5) + timedelta(at)}", tokens(50 if at == 21 else 0)) for at in range(49)]
    query = Query()
    found = unusual(usage_of(*days), query)
    assert found is not None
    (mark,) = found.marks
    assert sentence(mark, found).startswith("Monday 2026-01-26: 50 tokens, above the 0 of a usual Monday (")


def test_without_unusual_days_there_is_no_triangle_and_that_is_said():
    usage, query = usage_of(*seven_weeks(1)), Query(group_by="model")
    drawn = marked(total(usage, query), unusual(usage, query), LIGHT)
    assert list(checked(drawn).data[-1].x) == []
    assert drawn.conclusion == "no day is far from its weekday’s level"
