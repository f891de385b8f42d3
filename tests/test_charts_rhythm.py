"""Heat maps of the week: facts about figures and their words."""

from components.charts.rhythm import hours_by_group, known_of, sentences, week
from components.theme import LIGHT
from data.query import Query
from data.rhythm import Rhythm, rhythm
from tests.build import Bucket, bucket, hour, hours, tokens, usage_of
from tests.conftest import checked


def asked(*buckets: Bucket, **query) -> Rhythm:
    found = rhythm(usage_of(*buckets), Query(**query))
    assert found is not None
    return found


def two_keys(**query) -> Rhythm:
    """A Monday: one key with 10 tokens every hour, one with 60 and 30 at one and two in the night."""
    night = {1: [tokens(60, api_key_id="night")], 2: [tokens(30, api_key_id="night")]}
    buckets = [
        hour(f"2026-01-05T{clock:02}", tokens(10, api_key_id="always"), *night.get(clock, [])) for clock in range(24)
    ]
    return asked(*buckets, **query)


def test_the_week_has_a_row_per_weekday_from_monday_on_and_what_was_not_measured_is_blank():
    figure = checked(week(two_keys(), LIGHT))
    (heat,) = figure.data
    assert (len(heat.z), len(heat.z[0])) == (7, 24)
    assert list(heat.z[0][:4]) == [10, 70, 40, 10]
    assert set(heat.z[1]) == {None}
    assert list(figure.layout.yaxis.ticktext) == ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]


def test_a_cell_tells_its_mean_and_how_many_hours_it_rests_on():
    found = asked(hour("2026-01-05T06", tokens(10)), hour("2026-01-12T06", tokens(15)))
    assert checked(week(found, LIGHT)).data[0].text[0][6] == (
        "<b>Monday 06:00–07:00 UTC</b><br>12 tokens in an average measured hour<br>2 hours measured"
    )


def test_the_week_concludes_with_its_busiest_and_quietest_hour():
    drawn = week(two_keys(), LIGHT)
    assert drawn.title == "Tokens by weekday and hour"
    assert drawn.conclusion == (
        "busiest Monday 01:00–02:00 with 70 tokens on average; quietest Monday 00:00–01:00 with 10; "
        "144 of 168 hours of the week were not measured"
    )


def test_a_group_s_row_shows_its_own_hours_whatever_its_size():
    figure = checked(hours_by_group(two_keys(group_by="api_key_id"), LIGHT))
    (heat,) = figure.data
    assert list(figure.layout.yaxis.ticktext) == ["always", "night"]
    assert list(heat.z[0]) == [1 / 24] * 24
    assert list(heat.z[1][:4]) == [0, 2 / 3, 1 / 3, 0]


def test_the_key_that_runs_at_night_is_named():
    found = two_keys(group_by="api_key_id")
    told = "night: 100.0% of its tokens between 01:00 and 03:00 UTC, 45 in such an hour"
    assert sentences(found) == [told]
    assert hours_by_group(found, LIGHT).conclusion == told


def test_names_are_made_harmless_in_the_map():
    found = asked(hour("2026-01-05T06", tokens(10, model="<a href='x'>")), group_by="model")
    assert checked(hours_by_group(found, LIGHT)).layout.yaxis.ticktext == ("&lt;a href='x'&gt;",)


def test_a_map_says_how_often_its_hours_were_measured_and_when_that_is_no_rhythm_yet():
    early = " Before two whole weeks a map shows these very days, and no rhythm yet."
    said = {number: known_of(asked(*hours(number))) for number in (24, 7 * 24, 14 * 24, 15 * 24)}
    assert said == {
        24: f"Hours are known of 2026-01-05 UTC: 24 of the 168 hours of the week, once.{early}",
        168: f"Hours are known of 2026-01-05 – 2026-01-11 UTC: each hour of the week once.{early}",
        336: "Hours are known of 2026-01-05 – 2026-01-18 UTC: each hour of the week 2 times.",
        360: "Hours are known of 2026-01-05 – 2026-01-19 UTC: each hour of the week 2 to 3 times.",
    }


def test_a_part_of_an_hour_is_known_less_than_once_and_never_0_times():
    half = bucket("2026-01-05T06", "2026-01-05T06:30", tokens(10))
    said = known_of(asked(half))
    assert said.startswith("Hours are known of 2026-01-05 UTC: 1 of the 168 hours of the week, less than once. ")
    whole = known_of(asked(hour("2026-01-05T05", tokens(10)), half))
    assert ": 2 of the 168 hours of the week, less than once to once. " in whole
    weeks = known_of(asked(*hours(14 * 24), bucket("2026-01-19", "2026-01-19T00:15", tokens(10))))
    assert weeks.endswith(": each hour of the week 2 times.")
