"""The page through Streamlit's AppTest: each of its states, from literal files and links to what a visitor reads."""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from components import address, sources
from data.exports import read
from tests.conftest import PROJECT, drawn, listed, noted, tables_of, tiles_of, titles_of

App = Callable[..., AppTest]
DAY = 86_400
JANUARY = 1_767_225_600  # 2026-01-01, unix seconds


@pytest.fixture(scope="module", autouse=True)
def _caches() -> Iterator[None]:
    """What the page caches belongs to these tests."""
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()


def app(**params: str | list[str]) -> AppTest:
    """The page as someone sees it who opens a link with these parameters."""
    at = AppTest.from_file(PROJECT / "components" / "page.py", default_timeout=60)
    for name, value in params.items():
        at.query_params[name] = value
    return sound(at.run())


def sound(at: AppTest) -> AppTest:
    assert not at.exception
    return at


def upload(*files: tuple[str, bytes], **params: str | list[str]) -> AppTest:
    """Drops files on the page, then asks what the link asks of them."""
    at = app()
    at.file_uploader[0].set_value([(name, content, "application/octet-stream") for name, content in files])
    sound(at.run())
    for name, value in params.items():
        at.query_params[name] = value
    return sound(at.run()) if params else at


def opened(content: bytes, **params: str | list[str]) -> AppTest:
    """A link into a dataset of this one file, which someone else has uploaded."""
    dataset = sources.save("usage.json", [read(content, "usage.json")])
    return app(data=dataset.key, **params)


def bucket(day: int, *rows: dict[str, Any], kind: str = "completions") -> dict[str, Any]:
    """The bucket of a day of January 2026."""
    start = JANUARY + (day - 1) * DAY
    results = [{"object": f"organization.usage.{kind}.result", **row} for row in rows]
    return {"object": "bucket", "start_time": start, "end_time": start + DAY, "results": results}


def page(*buckets: dict[str, Any]) -> bytes:
    return json.dumps({"object": "page", "data": buckets, "has_more": False, "next_page": None}).encode()


def row(input_tokens: Any, output_tokens: int = 0, requests: int = 1, **more: Any) -> dict[str, Any]:
    return {
        "input_tokens": input_tokens,
        "output_tokens": output_tokens,
        "num_model_requests": requests,
        "model": "gpt-5",
        **more,
    }


TWO_MODELS = page(
    bucket(1, row(100, 20, 2, input_cached_tokens=30), row(7, 3, 1, input_cached_tokens=0, model="o4-mini")),
    bucket(2, row(1000, 1, 5, input_cached_tokens=0)),
)
"""1,131 tokens: 1,121 of gpt-5 and, on the first day only, 10 of o4-mini."""
AUDIO = page(bucket(1, row(100, 50, input_audio_tokens=40, output_audio_tokens=20)))
"""A row that does not say whether its totals hold the audio."""


def facts(at: AppTest) -> str:
    """The line under the title."""
    return next(text for text in said(at.caption) if re.search(r" · [\d,]+ results? · ", text))


def tiles(at: AppTest) -> dict[str, str]:
    return {tile["label"]: tile["value"] for tile in tiles_of(at)}


def exactly(at: AppTest) -> dict[str, str]:
    """The exact numbers behind the tiles."""
    found = {tile["label"]: re.search(r"Exactly ([\d,]+)\.$", tile["help"]) for tile in tiles_of(at)}
    return {label: match[1] for label, match in found.items() if match}


def plain(text: str) -> str:
    """Markdown as it is read."""
    return re.sub(r"\\(.)", r"\1", text).replace("\u2060", "")


def said(elements: Sequence[Any]) -> list[str]:
    return [plain(element.value) for element in elements]


def button(at: AppTest, label: str) -> Any:
    return next(each for each in at.button if plain(each.label) == label)


def widget(at: AppTest, key: str) -> Any:
    kinds = (at.selectbox, at.get("button_group"), at.multiselect, at.date_input)
    return next(each for kind in kinds for each in kind if each.key == key)


def inside(at: AppTest, menu: str, key: str) -> Any:
    """A widget of a menu, which is there once that is open."""
    at.session_state[menu] = True
    return widget(at.run(), key)


def asked(at: AppTest) -> dict[str, Any]:
    """The address bar, without the dataset's key."""
    return {name: value for name, value in at.query_params.items() if name != "data"}


# --- cost ----------------------------------------------------------------------------------------------------------

MILLION = {"num_model_requests": 2, "model": "gpt-4o", "input_tokens": 1_000_000, "output_tokens": 0}


def billed(number: int, *lines: tuple[str, str]) -> dict[str, Any]:
    rows = [
        {
            "object": "organization.costs.result",
            "amount": {"value": amount, "currency": "usd"},
            "line_item": item,
            "project_id": None,
        }
        for item, amount in lines
    ]
    return {**bucket(number), "results": rows}


def test_the_cost_tab_shows_estimate_bill_and_difference_and_whose_prices_they_are():
    at = opened(
        page(bucket(1, MILLION), billed(1, ("gpt-4o, input", "2.50"), ("web search tool calls", "4"))), tab="cost"
    )
    shown = tiles(at)
    assert (shown["Estimated"], shown["Billed"]) == ("$2.50", "$6.50")
    assert (
        "Estimated by list prices of genai-prices 0.2.3, last checked 2026-10-26; US dollars. An estimate is no invoice."
        in said(at.caption)
    )
    assert any("a difference of $4.00, of which $0.00 is unexplained" in each for each in said(at.caption))
    assert titles_of(at)[-5:] == [
        "Estimated cost by model",
        "Estimated and billed",
        "What the difference consists of",
        "Estimated beside billed by day",
        "Billed by line item, US dollars",
    ]


def test_unpriced_usage_is_named_with_its_tokens_and_share():
    at = opened(page(bucket(1, MILLION, {**MILLION, "model": "gpt-9"})), tab="cost")
    assert said(at.warning) == [
        "1M tokens (50.0% of all) have no price and are in no estimate: gpt-9 (not in the price list) 1M."
    ]


def test_usage_that_is_all_unpriced_has_no_cost_rather_than_none_at_all():
    at = opened(page(bucket(1, {**MILLION, "model": "gpt-9"})), tab="cost")
    assert not [value for value in tiles(at).values() if "$" in value]
    assert said(at.info) == [
        "No estimate: none of these models has a price. A price file of your own, under Prices, can give them one."
    ]


def test_usage_without_models_says_what_to_export_to_see_its_cost():
    at = opened(page(bucket(1, {**MILLION, "model": None})), tab="cost")
    assert 'Export it again with "model" in group_by' in said(at.info)[0]


def test_files_that_name_too_much_together_are_not_taken_and_that_is_said(monkeypatch):
    monkeypatch.setattr("components.upload.MOST_VALUES", 3)
    pages = [page(bucket(1, row(1, model=f"{file}1"), row(1, model=f"{file}2"))) for file in "ab"]
    at = upload(*((f"{number}.json", content) for number, content in enumerate(pages)))
    assert said(at.warning) == [
        "The files were not taken: together they have more than 3 models, which is as many as the page tells apart. "
        "Upload fewer of them, or exports that are not grouped by model."
    ]
    assert "data" not in at.query_params


def test_a_price_file_comes_before_the_list_and_can_be_taken_back():
    at = opened(page(bucket(1, {**MILLION, "model": "gpt-9"})), tab="cost")
    at.file_uploader[-1].set_value(("mine.csv", b"model,uncached_input\ngpt-9,7\n", "text/csv"))
    sound(at.run())
    assert tiles(at)["Estimated"] == "$7.00"
    assert any("your own prices (mine.csv, 1 row)" in each for each in said(at.caption))
    sound(button(at, "Use the list's prices again").click().run())
    assert tiles(at)["Estimated"] == "–"


def test_a_price_file_that_means_nothing_says_so_and_changes_nothing():
    at = opened(page(bucket(1, MILLION)), tab="cost")
    at.file_uploader[-1].set_value(("mine.csv", b"model,uncached_input\ngpt-4o,cheap\n", "text/csv"))
    sound(at.run())
    assert "line 2: uncached_input" in said(at.error)[0]
    assert tiles(at)["Estimated"] == "$2.50"


def test_a_budget_is_kept_in_the_address_and_told_against_the_month():
    at = opened(page(bucket(1, MILLION), bucket(2, MILLION)), tab="cost")
    at.number_input(key="budget").set_value(4.0)
    sound(at.run())
    assert asked(at)["budget"] == "4"
    assert "The budget of $4.00 was used up on 2026-01-02." in " ".join(said(at.markdown))


def test_a_budget_that_means_nothing_is_named_and_left_out():
    at = app(period="30d", tab="cost", budget="lots")
    assert "budget=lots was left out: a budget is dollars, such as 5000" in said(at.warning)[0]


# --- the sample ----------------------------------------------------------------------------------------------------


def test_a_first_visit_shows_the_sample_under_a_badge_with_a_month_and_its_change():
    at = app()
    assert said(at.title) == ["Token usage"]
    assert any("Sample data" in text for text in said(at.markdown))
    assert tiles(at) == {
        "Total tokens": "3.05B",
        "Input": "2.71B",
        "Cached": "33.8%",
        "Output": "340M",
        "Audio": "17.2M",
        "Requests": "1.23M",
    }
    assert [tile["change"] for tile in tiles_of(at)] == ["+4.4%", "+4.4%", "−12.7 points", "+4.4%", "+2.6%", "+4.0%"]
    assert exactly(at) == {
        "Total tokens": "3,051,264,664",
        "Input": "2,710,833,294",
        "Output": "340,431,370",
        "Audio": "17,169,074",
        "Requests": "1,228,847",
    }
    assert noted(at) == ["Changes against the period before, 2026-09-22 – 2026-10-21."]
    assert titles_of(at)[:4] == [
        "Daily tokens by part",
        "Tokens by part",
        "Input, cached, output and audio tokens by model",
        "Usage by model",
    ]
    assert len(drawn(at)) == 3
    assert not asked(at)


def test_all_of_the_sample_adds_up_to_what_its_description_says():
    at = app(period="all")
    assert exactly(at) == {
        "Total tokens": "32,759,327,466",
        "Input": "29,100,282,785",
        "Output": "3,659,044,681",
        "Audio": "213,438,668",
        "Requests": "13,113,987",
    }
    assert tiles_of(at)[2]["help"].endswith(" 14,125,131,136 of 29,100,282,785 tokens.")
    assert noted(at) == [
        "No change is shown. There is no whole period before this one: the data begin 2025-08-01 09:17 UTC."
    ]
    header = facts(at)
    assert header == (
        "A made-up organization · 16,500 results · 2025-08-01 – 2026-11-20 UTC · last bucket ends 2026-11-20 24:00 UTC"
    )


# --- uploads -------------------------------------------------------------------------------------------------------


def test_an_upload_replaces_the_sample_and_shows_its_exact_numbers():
    at = upload(("usage.json", TWO_MODELS))
    assert exactly(at) == {"Total tokens": "1,131", "Input": "1,107", "Output": "24", "Requests": "8"}
    assert tiles(at)["Cached"] == "2.7%"
    assert tiles_of(at)[2]["help"].endswith(" 30 of 1,107 tokens.")
    assert facts(at) == ("usage.json · 3 results · 2026-01-01 – 2026-01-02 UTC · last bucket ends 2026-01-02 24:00 UTC")
    assert not any("Sample data" in text for text in said(at.markdown))
    assert not at.warning


def test_audio_that_was_not_reported_is_a_dash_and_reported_zero_is_a_zero():
    assert tiles(opened(page(bucket(1, row(5)))))["Audio"] == "–"
    zero = page(bucket(1, row(5, input_audio_tokens=0, output_audio_tokens=0)))
    assert tiles(opened(zero))["Audio"] == "0"


def test_several_files_are_read_at_once_and_added_up():
    csv = (
        "start_time,end_time,start_time_iso,end_time_iso,project_id,num_model_requests,user_id,api_key_id,model,batch,"
        "input_tokens,output_tokens,input_cached_tokens,input_audio_tokens,output_audio_tokens\n"
        f"{JANUARY + 2 * DAY},{JANUARY + 3 * DAY},,,p,4,,,gpt-5,,40000,2,1,0,0\n"
    ).encode()
    at = upload(("january.json", TWO_MODELS), ("more.csv", csv))
    assert exactly(at)["Total tokens"] == "41,133"
    assert facts(at).startswith("january.json and 1 more · 4 results · 2026-01-01 – 2026-01-03 UTC")


def test_the_same_file_twice_counts_once_and_is_listed_as_duplicate():
    at = upload(("a.json", TWO_MODELS), ("copy of a.json", TWO_MODELS), tab="quality")
    assert exactly(at)["Total tokens"] == "1,131"
    assert "3 accepted + 0 rejected + 3 duplicate = 6 results" in said(at.caption)


def test_a_page_whose_next_one_was_not_exported_is_told_on_every_tab_until_it_is_there():
    first = json.dumps({"object": "page", "data": [bucket(1, row(5)), bucket(2, row(7))], "has_more": True}).encode()
    told = (
        "1 page in 1 file says that more pages follow, and the next is not among the files: what only they hold is in "
        "no number here. Data quality lists it."
    )
    at = upload(("1.json", first))
    for tab in ("overview", "cache", "cost", "changes"):
        at.query_params["tab"] = tab
        sound(at.run())
        assert told in said(at.warning)
    at.query_params["tab"] = "quality"
    sound(at.run())
    assert not at.warning
    whole = upload(("1.json", first), ("2.json", page(bucket(3, row(9)))))
    assert (exactly(whole)["Total tokens"], said(whole.warning)) == ("21", [])


def test_a_bad_file_among_good_ones_is_told_and_the_good_ones_are_shown():
    at = upload(
        ("a.json", TWO_MODELS), ("report.pdf", b"%PDF-1.7 no usage"), ("b.json", page(bucket(3, row("12k"), row(9))))
    )
    assert exactly(at)["Total tokens"] == "1,140"
    assert said(at.warning) == [
        "1 result was rejected and 1 of 3 files could not be read, or not whole: that usage is in no number here. "
        "Data quality lists the reasons."
    ]
    at.query_params["tab"] = "quality"
    sound(at.run())
    assert not at.warning
    assert "4 accepted + 2 rejected + 0 duplicate = 6 results" in said(at.caption)
    files, rejected, unread = map(listed, tables_of(at))
    assert [row[:4] for row in files] == [
        ["a.json", "API page", "3", "0"],
        ["report.pdf", "not read", "0", "1"],
        ["b.json", "API page", "1", "1"],
    ]
    assert rejected == [["b.json", 'input_tokens = "12k" is not a whole number', "1", "data[0].results[0]"]]
    ((file, what, *_),) = unread
    assert file == "report.pdf"
    assert what.startswith("is a PDF document: download the usage CSV")


def test_where_every_row_was_rejected_the_page_says_why_and_draws_nothing():
    at = opened(page(bucket(1, row("12k"), row(-1))))
    assert said(at.error) == [
        "Nothing in these files could be read as usage.\n\n"
        'usage.json: data[0].results[0]: input_tokens = "12k" is not a whole number\n\n'
        "usage.json: data[0].results[1]: input_tokens = -1 is negative"
    ]
    assert not at.warning
    assert "0 accepted + 2 rejected + 0 duplicate = 2 results" in said(at.caption)
    assert not tiles_of(at)
    assert not drawn(at)
    assert button(at, "New upload")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"%PDF-1.7", "usage.json: is a PDF document: "),
        (b"<!doctype html><title>Log in</title>", "usage.json: is a web page, as a browser saves it "),
        (b"", "usage.json: is empty: "),
        (b"PK\x03\x04broken", "usage.json: "),
        (TWO_MODELS[:-40], "usage.json: "),
    ],
    ids=["PDF", "HTML", "empty", "broken zip", "cut off"],
)
def test_a_file_that_is_no_export_gets_one_message_with_its_reason(content, reason):
    at = opened(content)
    (message,) = said(at.error)
    heading, *reasons = message.split("\n\n")
    assert heading == "Nothing in these files could be read as usage."
    assert len(reasons) == 1
    assert reasons[0].startswith(reason)


def test_more_reasons_than_fit_are_counted():
    fields = ("input_tokens", "output_tokens", "num_model_requests", "input_cached_tokens")
    rows = [{**row(5), field: value} for field in fields for value in ("x", -1)]
    _, *reasons, last = said(opened(page(bucket(1, *rows))).error)[0].split("\n\n")
    assert len(reasons) == 5
    assert last == "Another 3 reasons are listed below."


def test_a_file_of_costs_only_says_what_is_missing():
    cost = {
        "object": "organization.costs.result",
        "amount": {"value": "1.25", "currency": "usd"},
        "line_item": "gpt-5, input",
        "project_id": None,
    }
    document = {"object": "page", "data": [{**bucket(1), "results": [cost]}], "has_more": False}
    at = opened(json.dumps(document).encode())
    assert said(at.info) == [
        "These files hold 1 cost result and no token usage. Add a usage export of the same period to see tokens."
    ]
    assert not tiles_of(at)
    assert not at.error


def test_a_file_of_empty_buckets_is_no_failure():
    at = opened(page(bucket(1), bucket(2)))
    assert said(at.info) == [
        "These files hold empty buckets only: no usage was measured from 2026-01-01 00:00 UTC to 2026-01-02 24:00 UTC."
    ]
    assert not at.error


def test_embeddings_have_the_tiles_that_they_report():
    vectors = page(bucket(1, {"input_tokens": 1500, "num_model_requests": 3, "model": "e"}, kind="embeddings"))
    at = opened(vectors)
    assert exactly(at) == {"Total tokens": "1,500", "Input": "1,500", "Requests": "3"}
    assert list(tiles(at)) == ["Total tokens", "Input", "Requests"]


def test_another_kind_of_usage_has_a_tile_per_measure():
    pictures = page(bucket(1, {"images": 4, "num_model_requests": 3, "model": "gpt-image-1"}, kind="images"))
    at = opened(pictures)
    assert tiles(at) == {"Requests": "3", "Images": "4"}
    assert titles_of(at)[0] == "Daily images by model" or titles_of(at)[0] == "Daily images"


def test_two_kinds_of_usage_in_one_upload_can_be_switched_between():
    pictures = page(bucket(2, {"images": 4, "num_model_requests": 3}, kind="images"))
    at = upload(("a.json", TWO_MODELS), ("images.json", pictures))
    assert exactly(at)["Total tokens"] == "1,131"
    sound(widget(at, "toolbar.object").set_value("images").run())
    assert exactly(at) == {"Requests": "3", "Images": "4"}
    assert asked(at)["object"] == "images"
    assert asked(at)["measure"] == "images"


# --- nothing to draw -----------------------------------------------------------------------------------------------


def test_filters_that_leave_nothing_can_be_cleared():
    at = opened(TWO_MODELS, model="o4-mini", start_time="2026-01-02", end_time="2026-01-03")
    assert said(at.info) == ["The filters leave no usage in this period."]
    assert not drawn(at)
    sound(button(at, "Clear filters").click().run())
    assert exactly(at)["Total tokens"] == "1,001"
    assert "model" not in asked(at)


def test_a_value_that_is_not_in_the_data_is_named():
    at = opened(TWO_MODELS, model="gpt-gone")
    assert said(at.info) == ["The filters leave no usage in this period.\n\nNo completions result has model gpt-gone."]


def test_a_grouping_the_export_lacks_names_what_to_ask_for():
    at = opened(TWO_MODELS, group_by="user_id")
    assert said(at.info) == [
        'The export is not grouped by user_id: export it again with group_by=["model", "user_id"].'
    ]
    assert exactly(at)["Total tokens"] == "1,131"
    assert not drawn(at)
    sound(button(at, "Show token parts").click().run())
    assert len(drawn(at)) == 3


def test_on_the_tab_of_data_quality_it_is_said_above_what_that_shows():
    at = opened(TWO_MODELS, group_by="user_id", tab="quality")
    assert said(at.warning) == [
        'The export is not grouped by user_id: export it again with group_by=["model", "user_id"].'
    ]


def test_all_zero_is_said():
    at = opened(page(bucket(1, row(0, 0, 0))))
    assert said(at.info) == ["Every bucket of this period reports 0 tokens."]
    assert tiles(at)["Total tokens"] == "0"
    assert tiles(at)["Cached"] == "–"


def test_a_share_of_nothing_is_not_a_number():
    at = opened(page(bucket(1, row(0, 3, 1, input_cached_tokens=0))))
    assert tiles(at)["Cached"] == "n/a"


def test_a_period_outside_the_data_says_how_far_they_reach():
    at = opened(TWO_MODELS, start_time="2030-01-01", end_time="2030-01-08")
    assert said(at.info) == ["The period holds no data: they reach from 2026-01-01 to 2026-01-03."]
    assert tiles(at)["Total tokens"] == "–"
    sound(button(at, "Show all of the data").click().run())
    assert exactly(at)["Total tokens"] == "1,131"


def test_a_period_of_empty_buckets_is_told_from_one_without_an_export():
    content = page(bucket(1, row(5)), bucket(2), bucket(3), bucket(4, row(5)))
    at = opened(content, start_time="2026-01-02", end_time="2026-01-04")
    assert said(at.info) == ["This period holds no usage: its 2 buckets are empty."]


def test_a_measure_that_no_result_reports_is_named():
    at = opened(TWO_MODELS, measure="images")
    assert said(at.info) == ["No completions result reports images."]
    sound(button(at, "Show tokens").click().run())
    assert len(drawn(at)) == 3


def test_a_kind_of_usage_that_is_not_in_the_files_is_named():
    at = opened(TWO_MODELS, object="embeddings")
    assert said(at.info) == ["These files hold no embeddings results, but completions."]
    sound(button(at, "Show completions").click().run())
    assert exactly(at)["Total tokens"] == "1,131"


# --- links ---------------------------------------------------------------------------------------------------------


def test_what_a_link_says_and_nothing_here_understands_is_named_and_left_out():
    at = app(colour="red", interval="fortnight", period="30d", tab="fun")
    assert said(at.warning) == [
        "colour was left out: links here have no such parameter  \n"
        "interval=fortnight was left out: an interval is one of minute, hour, day, week, month  \n"
        f"tab=fun was left out: a tab is one of {', '.join(address.TABS)}"
    ]
    assert exactly(at)["Total tokens"] == "3,051,264,664"


def test_a_link_to_data_that_are_not_here_opens_one_plain_page():
    at = app(data="never-was")
    assert said(at.title) == ["This link doesn't open anything (any more)"]
    assert not tiles_of(at)
    sound(button(at, "Show the sample").click().run())
    assert exactly(at)["Total tokens"] == "3,051,264,664"
    assert at.query_params["data"] in ("sample", ["sample"])


def test_a_link_restores_every_widget():
    at = app(
        data="sample",
        measure="num_model_requests",
        group_by="project_id",
        interval="week",
        start_time="2026-03-02",
        end_time="2026-05-04",
        mode="share",
        model=["gpt-5-2025-08-07", "o4-mini-2025-04-16"],
        batch="false",
    )
    assert {
        key: widget(at, f"toolbar.{key}").value for key in ("measure", "group_by", "interval", "period", "mode")
    } == {
        "measure": "num_model_requests",
        "group_by": "project_id",
        "interval": "week",
        "period": None,
        "mode": "share",
    }
    assert inside(at, "days", "toolbar.dates").value == (date(2026, 3, 2), date(2026, 5, 3))
    assert inside(at, "filters", "toolbar.filter.model").value == ["gpt-5-2025-08-07", "o4-mini-2025-04-16"]
    assert inside(at, "filters", "toolbar.filter.batch").value == ["false"]
    assert titles_of(at)[0] == "Share of weekly requests by project"


def test_widgets_write_the_link():
    at = app()
    sound(widget(at, "toolbar.group_by").set_value("model").run())
    sound(widget(at, "toolbar.interval").set_value("week").run())
    sound(widget(at, "toolbar.period").set_value("90d").run())
    sound(inside(at, "filters", "toolbar.filter.batch").set_value(["true"]).run())
    assert {name: value[0] if isinstance(value, list) else value for name, value in asked(at).items()} == {
        "tab": "overview",
        "object": "completions",
        "measure": "total_tokens",
        "group_by": "model",
        "interval": "week",
        "period": "90d",
        "zone": "UTC",
        "compare": "previous",
        "mode": "absolute",
        "batch": "true",
    }
    assert titles_of(at)[0] == "Weekly tokens by model"
    sound(button(at, "Reset").click().run())
    assert exactly(at)["Total tokens"] == "3,051,264,664"
    assert titles_of(at)[0] == "Daily tokens by part"


def test_of_two_clicks_in_one_moment_none_is_lost():
    at = app()
    widget(at, "toolbar.measure").set_value("num_model_requests")
    widget(at, "toolbar.mode").set_value("share")
    sound(at.run())
    assert titles_of(at)[0] == "Share of daily requests"


def test_a_range_with_one_date_yet_asks_nothing_new():
    at = app(period="7d")
    before = exactly(at)
    sound(inside(at, "days", "toolbar.dates").set_value((date(2026, 11, 1),)).run())
    assert exactly(at) == before
    sound(inside(at, "days", "toolbar.dates").set_value((date(2026, 11, 1), date(2026, 11, 2))).run())
    assert asked(at)["start_time"] in ("2026-11-01", ["2026-11-01"])
    assert asked(at)["end_time"] in ("2026-11-03", ["2026-11-03"])


def test_a_filter_tells_long_names_apart_that_differ_where_they_are_cut():
    one, two = "a" * 100 + "1" + "b" * 100, "a" * 100 + "2" + "b" * 100
    at = opened(page(bucket(1, row(10, model=one), row(7, model=two))))
    labels = inside(at, "filters", "toolbar.filter.model").options
    assert len(set(labels)) == 2
    sound(inside(at, "filters", "toolbar.filter.model").set_value([one]).run())
    assert exactly(at)["Total tokens"] == "10"


def test_rows_without_a_value_can_be_filtered_for():
    at = opened(page(bucket(1, row(10, model="a"), row(7, model=None))), model="")
    assert exactly(at)["Total tokens"] == "7"
    assert button(at, "Model: No model")


# --- the switch of generation --------------------------------------------------------------------------------------


def test_the_generation_switch_changes_the_totals_and_lives_in_the_link():
    at = opened(AUDIO, tab="quality")
    assert exactly(at)["Total tokens"] == "150"
    assert "usage.json: 1 row with audio counted as “audio inside”" in said(at.caption)
    sound(widget(at, "generation").set_value("text-only").run())
    assert exactly(at)["Total tokens"] == "210"
    assert asked(at)["generation"] in ("text-only", ["text-only"])
    sound(widget(at, "generation").set_value("as found").run())
    assert exactly(at)["Total tokens"] == "150"
    assert "generation" not in asked(at)


# --- two dimensions, and a zone ------------------------------------------------------------------------------------


def hourly(count: int) -> bytes:
    """Hours of one token from the first of January on."""
    rows = [{"object": "organization.usage.completions.result", **row(1)}]
    hours = [JANUARY + number * 3600 for number in range(count)]
    return page(*({"object": "bucket", "start_time": at, "end_time": at + 3600, "results": rows} for at in hours))


def test_a_second_dimension_is_offered_once_there_is_a_first():
    at = app()
    assert "toolbar.subgroup" not in {each.key for each in at.selectbox}
    sound(widget(at, "toolbar.group_by").set_value("project_id").run())
    sound(widget(at, "toolbar.subgroup").set_value("model").run())
    assert asked(at)["subgroup"] == "model"
    assert "Usage by project and model" in titles_of(at)
    sound(widget(at, "toolbar.group_by").set_value("model").run())
    assert "subgroup" not in asked(at)


def unfolded_in(at: AppTest) -> dict[str, list[str]]:
    """Rows of the breakdown that show what they are made of, and of what."""
    (table,) = (each for each in tables_of(at) if each["unfolds"])
    return {key: [row[0][0] for row in inside["rows"]] for key, inside in table["inside"].items()}


CROSSED = page(
    {
        "object": "bucket",
        "start_time": JANUARY,
        "end_time": JANUARY + 86_400,
        "results": [
            {"object": "organization.usage.completions.result", **row(tokens, model=model, project_id=project)}
            for project, model, tokens in (("a", "gpt-5", 5), ("a", "o3", 3), ("b", "o3", 2))
        ],
    }
)


def test_a_link_carries_the_rows_that_are_unfolded_and_not_to_other_groupings():
    key = opened(CROSSED).query_params["data"]
    at = app(data=key, group_by="project_id", subgroup="model", unfolded="value:a")
    assert unfolded_in(at) == {"value:a": ["gpt-5", "o3"]}
    sound(widget(at, "toolbar.measure").set_value("num_model_requests").run())
    assert unfolded_in(at) == {"value:a": ["gpt-5", "o3"]}
    sound(widget(at, "toolbar.group_by").set_value("model").run())
    assert "unfolded" not in at.query_params


def test_rows_that_a_link_unfolds_without_a_subgroup_are_named():
    at = app(data=opened(CROSSED).query_params["data"], group_by="project_id", unfolded="value:a")
    assert "unfolded was left out: rows unfold into a subgroup, and none is asked for" in said(at.warning)[0]


@pytest.mark.parametrize(("length", "kept"), [(2, 20), (100, 14), (5000, 1)])
def test_a_link_stays_short_however_many_rows_are_unfolded(length, kept):
    script = "from components import address\nfor at in range(25): address.unfold(f'value:{at:0LENGTH}')"
    at = AppTest.from_string(script.replace("LENGTH", str(length))).run()
    assert not at.exception
    left = at.query_params["unfolded"]
    left = [left] if isinstance(left, str) else left  # AppTest has one as a text
    assert [int(key[-2:]) for key in left] == list(range(25 - kept, 25))


def test_a_link_whose_ids_are_others_unfolds_none_of_the_rows():
    """A pseudonym's row would carry the id that it stands for."""
    script = """
import streamlit as st
from components import address
from data.query import Query
st.query_params.from_dict({"group_by": "project_id", "subgroup": "model", "unfolded": "value:proj_secret"})
query = Query(group_by="project_id", subgroup="model")
st.text(address.view_url("key", query))
st.text(address.view_url("key", query, same_ids=False))
"""
    open_, hidden = (each.value for each in AppTest.from_string(script).run().text)
    assert "unfolded=value%3Aproj_secret" in open_
    assert "secret" not in hidden


def test_a_row_that_is_unfolded_again_is_folded():
    at = AppTest.from_string("from components import address\nfor key in 'aba': address.unfold(key)").run()
    assert at.query_params["unfolded"] == "b"
    at = AppTest.from_string("from components import address\nfor key in 'aa': address.unfold(key)").run()
    assert "unfolded" not in at.query_params


def test_hours_are_shown_in_the_zone_that_is_chosen():
    at = opened(hourly(48))
    sound(inside(at, "days", "toolbar.zone").set_value("America/New_York").run())
    assert asked(at)["zone"] == "America/New_York"
    assert any("2025-12-31 – 2026-01-02 America/New_York" in text for text in said(at.caption))
    assert exactly(at)["Total tokens"] == "48"


def test_days_have_no_other_zone_and_the_page_says_why():
    at = opened(TWO_MODELS)
    zone = inside(at, "days", "toolbar.zone")
    assert (zone.disabled, zone.value, zone.options) == (True, "UTC", ["UTC"])
    assert any(text.startswith("UTC days: this period has buckets of a day") for text in said(at.caption))


def test_what_other_holds_opens_and_a_chip_takes_it_back():
    rows = [row(100 - number, model=f"m{number}") for number in range(9)]
    at = opened(page(bucket(1, *rows)), group_by="model")
    assert "7 of 9 models shown." in said(at.caption)
    sound(at.button(key="open-other").click().run())
    assert asked(at)["not_model"] == [f"m{number}" for number in range(7)]
    assert exactly(at)["Total tokens"] == "185"
    sound(at.button(key="chip.not_model").click().run())
    assert "not_model" not in asked(at)


# --- names ---------------------------------------------------------------------------------------------------------

TWO_PROJECTS = page(
    bucket(1, row(100, project_id="proj_shop_1"), row(7, project_id="proj_shop_2"), row(3, project_id="proj_shop_3"))
)
NAMES = b"id,name,team\nproj_shop_1,*Web*,Sales\nproj_shop_2,*Web*,\nproj_shop_9,Gone,\n,Nobody,\n"


def test_a_mapping_dropped_beside_the_usage_shows_names_and_adds_teams():
    at = upload(
        ("usage.json", TWO_PROJECTS),
        ("anything.bin", NAMES),
        group_by="project_id",
        project_id=["proj_shop_1", "proj_shop_3"],
    )
    assert (
        plain(next(each for each in at.button if each.key == "chip.project_id").label)
        == "Project: *Web* · …shop_1 and 1 more"
    )
    assert inside(at, "filters", "toolbar.filter.project_id").options == [
        "*Web* · …shop_1 · proj_shop_1",
        "proj_shop_3",
        "*Web* · …shop_2 · proj_shop_2",
    ]
    assert "By team" in widget(at, "toolbar.group_by").options
    widget(at, "toolbar.show").set_value("ids")
    sound(at.run())
    assert asked(at)["show"] == "ids"
    assert (
        plain(next(each for each in at.button if each.key == "chip.project_id").label)
        == "Project: proj_shop_1 and 1 more"
    )


def test_data_quality_tells_what_became_of_a_mapping():
    at = upload(("usage.json", TWO_PROJECTS), ("names.csv", NAMES), tab="quality")
    told = next(text for text in said(at.caption) if text.startswith("The files name"))
    assert told.replace("  \n", "\n").split("\n") == [
        "The files name 3 ids; 1 of them is not in these data.",
        "1 row was not taken: Good to know says why.",
        "Named: 2 of 3 projects.",
    ]
    assert listed(tables_of(at)[-1]) == [["proj_shop_3", "Project"]]


def test_a_mapping_alone_says_what_is_missing():
    at = upload(("names.csv", NAMES))
    assert said(at.info) == ["These files name ids and hold no usage. Add the exports that the ids are in."]


def test_a_link_by_team_without_teams_says_what_to_add():
    at = upload(("usage.json", TWO_PROJECTS), group_by="team")
    assert any("add a file with the columns id, name and team" in text for text in said([*at.info, *at.warning]))
