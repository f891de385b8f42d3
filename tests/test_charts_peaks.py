"""Peaks by the minute: facts about figures and their words."""

from components.charts.peaks import peaks_over_time
from components.tabs.explore.peaks import highest_of
from components.theme import LIGHT
from data.peaks import Peaks, peaks
from data.query import Query
from tests.build import at, tokens, usage_of
from tests.conftest import checked


def noon() -> Peaks:
    """150 tokens in one minute, 40 requests in the next; two hours later a minute of 70 tokens and 2 requests."""
    sent = [("12:00", 150, 10), ("12:01", 120, 40), ("14:00", 70, 2)]
    buckets = [
        (start, start + 60, [{**tokens(count), "num_model_requests": requests}])
        for clock, count, requests in sent
        for start in [at(f"2026-01-05T{clock}")]
    ]
    found = peaks(usage_of(*buckets), Query(interval="hour"))
    assert found is not None
    return found


def test_bars_are_as_high_as_the_highest_minute_and_an_hour_that_was_not_measured_has_none():
    assert list(checked(peaks_over_time(noon(), "tokens", LIGHT)).data[0].y) == [150, None, 70]
    assert list(checked(peaks_over_time(noon(), "requests", LIGHT)).data[0].y) == [40, None, 2]


def test_title_and_conclusion_name_the_limit_they_are_about():
    drawn = peaks_over_time(noon(), "requests", LIGHT)
    assert drawn.title == "Highest requests per minute (RPM) of each hour"
    assert drawn.conclusion == "the highest minute had 40 requests, in the hour from 2026-01-05 12:00 UTC"


def test_the_numbers_behind_the_bars_say_how_many_minutes_were_measured():
    table = highest_of(noon(), "tokens")
    assert table.title == "Highest tokens per minute of each hour, UTC"
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["2026-01-05 12:00 UTC", "150", "2"],
        ["2026-01-05 13:00 UTC", "", "0"],
        ["2026-01-05 14:00 UTC", "70", "1"],
    ]
    assert [row.cells[1].text for row in highest_of(noon(), "requests").rows] == ["40", "", "2"]
