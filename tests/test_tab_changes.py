"""The tab Changes through Streamlit's AppTest: what is compared, what is said of it, and where nothing can be."""

from streamlit.testing.v1 import AppTest

from tests.conftest import noted, tiles_of
from tests.test_app import app, asked, bucket, button, opened, page, row, said, sound, widget

SAMPLE = {"tab": "changes", "period": "30d", "object": "completions", "measure": "total_tokens"}


def tiles(at: AppTest) -> dict[str, tuple[str, str]]:
    return {each["label"]: (each["value"], each["change"]) for each in tiles_of(at)[-4:]}


def test_the_sample_tells_of_the_key_that_runs_at_night_and_of_the_cache_that_stopped_working():
    at = app(group_by="api_key_id", **SAMPLE)
    assert tiles(at) == {
        "Before": ("2.92B", "30 days"),
        "After": ("3.05B", "30 days"),
        "Change": ("+129M", "+4.4%"),
        "API keys": ("14", "12 up, 2 down"),
    }
    texts = said(at.markdown)
    assert (
        "**key_research-night-crawl** +91.7M tokens (+28.6%), because requests rose from 105,486 to 136,171." in texts
    )
    assert "**Search API** +229M tokens (+140.4%), because the share cached fell from 70.1% to 29.5%." in texts


def test_another_period_to_compare_with_is_a_click_and_in_the_link():
    at = app(group_by="model", **SAMPLE)
    sound(widget(at, "comparing.preset").set_value("last_month").run())
    assert asked(at)["compare"] == "last_month"
    assert "Changes against the same days last month, 2026-09-22 – 2026-10-20." in noted(at)
    assert "The periods are not equally long: 29 days before, 30 days after; nothing is scaled." in said(at.caption)
    at = app(group_by="model", compare_start_time="2026-10-01", compare_end_time="2026-10-31", **SAMPLE)
    assert "Changes against a period of your choice, 2026-10-01 – 2026-10-30." in noted(at)
    assert "The periods overlap: what both hold is in both amounts." in said(at.caption)


FOUR_DAYS = page(*(bucket(day, row(100 * day, requests=10), row(5, model="<img src=x>")) for day in (1, 2, 3, 4)))


def test_where_there_is_no_period_before_the_tab_says_so_and_offers_one():
    at = opened(FOUR_DAYS, tab="changes", group_by="model")
    assert "There is no whole period before this one: the data begin 2026-01-01." in said(at.info)
    sound(button(at, "Compare the 2 days up to 2026-01-04 with the 2 days before").click().run())
    assert asked(at)["start_time"] == "2026-01-03"
    assert tiles(at)["Change"] == ("+400", "+129.0%")  # 100 + 200 + 2 × 5 → 300 + 400 + 2 × 5
    assert any(each.startswith("**gpt-5** +400 tokens") for each in said(at.markdown))


def test_one_bucket_alone_has_no_tab_to_compare_it():
    at = opened(page(bucket(1, row(100))))
    assert "Changes" not in widget(at, "tabs").options
    assert "Changes" in widget(opened(FOUR_DAYS), "tabs").options
