"""Which tabs are offered, and what a visitor reads on those for rhythm, cache, audio, batch and tier."""

import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from components import sources
from data.exports import read
from tests.build import at as seconds
from tests.conftest import PROJECT, drawn, listed, tables_of, tiles_of, titles_of


@pytest.fixture(scope="module", autouse=True)
def _caches() -> Iterator[None]:
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()


def opened(*buckets: dict[str, Any], **params: str) -> AppTest:
    """A link into a dataset of these buckets."""
    page = {"object": "page", "data": buckets, "has_more": False, "next_page": None}
    dataset = sources.save("usage.json", [read(json.dumps(page).encode(), "usage.json")])
    return shown(data=dataset.key, **params)


def shown(**params: str) -> AppTest:
    at = AppTest.from_file(PROJECT / "components" / "page.py", default_timeout=60)
    for name, value in params.items():
        at.query_params[name] = value
    at.run()
    assert not at.exception
    return at


def bucket(start: str, *rows: dict[str, Any], width: int = 86_400) -> dict[str, Any]:
    results = [{"object": "organization.usage.completions.result", **row} for row in rows]
    begin = seconds(start)
    return {"object": "bucket", "start_time": begin, "end_time": begin + width, "results": results}


def row(input_tokens: int, output_tokens: int = 0, **more: Any) -> dict[str, Any]:
    counts = {"input_tokens": input_tokens, "output_tokens": output_tokens, "num_model_requests": 1}
    return {**counts, "model": "gpt-5", **more}


def offered(at: AppTest) -> list[str]:
    return list(next(each for each in at.get("button_group") if each.key == "tabs").options)


def plain(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text).replace("\u2060", "")


def read_out(at: AppTest) -> str:
    """All texts of the page, as they are read."""
    texts = [plain(each.value) for kind in (at.markdown, at.caption, at.info) for each in kind]
    return "\n".join([*titles_of(at), *texts])


def alts(at: AppTest) -> list[str]:
    return [chart["alt"] for chart in drawn(at)]


# --- which ---------------------------------------------------------------------------------------------------------


def test_tabs_are_offered_only_where_the_data_have_something_for_them():
    assert offered(opened(bucket("2026-01-05", row(10)))) == ["Overview", "Cost", "Data quality"]
    everything = row(
        100, 50, input_cached_tokens=3, input_audio_tokens=4, batch=True, service_tier="flex", input_text_tokens=93
    )
    assert offered(opened(bucket("2026-01-05T06", everything, width=3600))) == [
        "Overview",
        "Explore",
        "Cache",
        "Audio",
        "Batch & tier",
        "Cost",
        "Data quality",
    ]


def test_audio_that_is_reported_as_zero_is_no_reason_for_a_tab():
    assert "Audio" not in offered(opened(bucket("2026-01-05", row(10, input_audio_tokens=0, output_audio_tokens=0))))


def test_four_weeks_of_days_are_enough_to_explore_and_a_day_less_is_not():
    days = [bucket(f"{date(2026, 2, 1) + timedelta(at)}", row(10)) for at in range(28)]
    assert "Explore" in offered(opened(*days))
    assert "Explore" not in offered(opened(*days[1:]))


@pytest.mark.parametrize(
    ("tab", "said"),
    [
        ("explore", "its buckets are whole days"),
        ("cache", "No result here reports cached input"),
        ("audio", "has no audio tokens"),
        ("tiers", "grouped neither by batch nor by service_tier"),
    ],
)
def test_a_link_to_a_tab_that_has_nothing_says_why(tab, said):
    assert said in read_out(opened(bucket("2026-01-05", row(10)), tab=tab))


# --- the sample: what is planted can be read -----------------------------------------------------------------------


def test_the_cache_tab_names_the_project_and_the_day():
    at = shown(tab="cache")
    assert (
        "Document search: 69.8% of input from the cache before 2026-11-03, 5.0% since: 321M tokens fewer "
        "read from the cache than at the rate before"
    ) in read_out(at)
    assert "15.0 tokens read again per token written" in read_out(at)
    assert alts(at)[0].startswith("Daily cache hit rate by project, 2026-10-22 – 2026-11-20: 33.8% of 2.71B input")


def test_explore_tells_half_an_hour_as_half_an_hour():
    at = opened(bucket("2026-01-05T06:00", row(10), width=1800), tab="explore")
    assert "1 of the 168 hours of the week, less than once." in read_out(at)
    at.session_state["open-week"] = True
    hours = listed(tables_of(at.run())[0])
    assert hours[5:7] == [["Monday 05:00", "", "0", ""], ["Monday 06:00", "20", "0.50", "10"]]


def test_explore_names_the_key_that_runs_at_night():
    assert (
        "key_research-night-crawl: 100.0% of its tokens between 01:00 and 04:00 UTC, 4.63M in such an hour"
    ) in read_out(shown(tab="explore"))


def test_explore_marks_the_spike_and_names_who_made_it():
    at = shown(tab="explore", period="90d")
    assert "1 of 90 days is far from the level of the weekday" in read_out(at)
    assert "Thursday 2026-09-17: 145M tokens" in read_out(at)
    assert "most of it Contract review app +46.4M" in read_out(at)
    assert (
        "more than 3.5 robust standard deviations (1.4826 × MAD; where most days are alike, 1.2533 × the mean deviation) "
        "and at least 20% off the median" in read_out(at)
    )


def test_batch_and_tier_tells_the_share_of_each_and_free_usage_apart():
    at = shown(tab="tiers")
    values = {tile["label"]: tile["value"] for tile in tiles_of(at)}
    assert {name: values[name] for name in list(values)[6:]} == {
        "Not batch": "93.1%",
        "Batch": "6.9%",
        "default": "79.1%",
        "flex": "10.3%",
        "Free: incentivized-tier": "7.5%",
        "priority": "3.0%",
    }
    assert "Free usage (incentivized-tier): projects by tokens" in read_out(at)
    assert "Usage through batch: API keys by tokens" in read_out(shown(tab="tiers", group_by="api_key_id"))


def test_audio_is_told_in_its_pieces():
    (over_time, by_project) = alts(shown(tab="audio"))
    assert over_time.startswith("Daily audio tokens, 2026-10-22 – 2026-11-20: 17.2M audio tokens")
    assert "Voice concierge leads with 10.2M of 10.2M" in by_project


# --- another hit rate ----------------------------------------------------------------------------------------------

HALF = bucket(
    "2026-01-05", row(100, input_cached_tokens=10, project_id="a"), row(100, input_cached_tokens=60, project_id="b")
)


def test_another_hit_rate_raises_who_is_below_and_leaves_the_others():
    said = read_out(opened(HALF, tab="cache", hit_rate="50"))
    assert (
        "40 more input tokens would be read from the cache instead of uncached, 30.8% of the 130 that were not. "
        "The hit rate of all would be 55.0% instead of 35.0%."
    ) in said


def test_the_hit_rate_chosen_is_in_the_address_and_outlives_another_question():
    at = opened(HALF, tab="cache")
    assert at.slider(key="hit_rate").value == 50
    at.slider(key="hit_rate").set_value(80).run()
    assert "80" in at.query_params["hit_rate"]
    at.selectbox(key="toolbar.group_by").set_value("model").run()
    assert "80" in at.query_params["hit_rate"]
    assert at.slider(key="hit_rate").value == 80


def test_a_hit_rate_that_means_nothing_is_named_and_left_out():
    at = opened(HALF, tab="cache", hit_rate="101")
    assert "hit_rate=101 was left out: it is a percent from 1 to 99" in plain(at.warning[0].value)
    assert at.slider(key="hit_rate").value == 50


def test_names_are_text_wherever_they_stand():
    hostile = "![x](https://example.com/x.png) <b>"
    at = opened(
        *[
            bucket(f"2026-01-0{day}T{hour:02}", row(100, input_cached_tokens=0, api_key_id=hostile), width=3600)
            for day in (5, 6)
            for hour in range(24)
            if hour < 2 or day == 6
        ],
        tab="cache",
    )
    assert not any("![x]" in each.value for each in at.markdown)
    assert hostile in read_out(at)
