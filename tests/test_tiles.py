"""What the tiles say: values, changes and courses as text and numbers, before they are drawn."""

import pytest

from components.tiles import Tile, cached_share, tiles_of
from data.engine import total
from data.lacking import previous
from data.query import Query
from data.table import tidy
from tests.build import Bucket, day, export, hour, tokens


def tiles(*buckets: Bucket, **query: object) -> dict[str, Tile]:
    """The tiles of an export of these buckets, with the change against the period before where there is one."""
    usage = tidy([export(*buckets)])
    question = Query.model_validate(query)
    before = previous(usage, question)
    found = tiles_of(total(usage, question), before if isinstance(before, str) else total(usage, before))
    return {tile.label: tile for tile in found}


def row(uncached: int, cached: int, output: int, requests: int = 1) -> dict[str, object]:
    return {
        "input_tokens": uncached + cached,
        "input_cached_tokens": cached,
        "output_tokens": output,
        "num_model_requests": requests,
    }


SECOND_DAY = {"start_time": "2026-01-02", "end_time": "2026-01-03"}


def test_six_tiles_tell_the_period():
    found = tiles(day("2026-01-01", row(1000, 500, 30, 7)), day("2026-01-02", row(2000, 0, 4)))
    assert {label: tile.value for label, tile in found.items()} == {
        "Total tokens": "3.53K",
        "Input": "3.5K",
        "Cached": "14.3%",
        "Output": "34",
        "Audio": "–",
        "Requests": "8",
    }
    assert found["Total tokens"].help.endswith(" Exactly 3,534.")
    assert found["Cached"].help.endswith(" 500 of 3,500 tokens.")
    assert found["Audio"].help.endswith(" Not reported here.")


def test_audio_is_a_part_of_input_and_of_output():
    spoken = {
        "input_tokens": 100,
        "input_text_tokens": 60,
        "input_audio_tokens": 40,
        "output_tokens": 30,
        "output_audio_tokens": 20,
        "num_model_requests": 1,
    }
    found = tiles(day("2026-01-01", spoken))
    assert {label: tile.value for label, tile in found.items() if label in ("Input", "Output", "Audio")} == {
        "Input": "100",
        "Output": "30",
        "Audio": "60",
    }


def test_changes_are_against_the_equal_period_before():
    found = tiles(day("2026-01-01", row(80, 20, 8, 4)), day("2026-01-02", row(30, 120, 7, 4)), **SECOND_DAY)
    assert {label: (tile.change, tile.arrow) for label, tile in found.items()} == {
        "Total tokens": ("+45.4%", "up"),
        "Input": ("+50.0%", "up"),
        "Cached": ("+60.0 points", "up"),
        "Output": ("−12.5%", "down"),
        "Audio": (None, "off"),
        "Requests": ("+0.0%", "off"),
    }


def test_a_change_too_small_to_write_is_still_one():
    found = tiles(day("2026-01-01", tokens(1_000_000)), day("2026-01-02", tokens(1_000_001)), **SECOND_DAY)
    assert (found["Total tokens"].change, found["Total tokens"].arrow) == ("<0.1%", "up")


def test_without_a_period_before_there_is_no_change():
    assert {tile.change for tile in tiles(day("2026-01-01", row(1, 1, 1))).values()} == {None}


def test_a_change_from_nothing_is_none():
    found = tiles(day("2026-01-01", row(0, 0, 0, 0)), day("2026-01-02", row(1, 1, 1)), **SECOND_DAY)
    assert {tile.change for tile in found.values()} == {None}


def test_the_course_has_zero_where_a_bucket_was_empty_and_nothing_where_there_was_none():
    found = tiles(
        day("2026-01-01", row(3, 1, 2, 5)), day("2026-01-02"), day("2026-01-04", row(1, 0, 0)), interval="day"
    )
    assert found["Total tokens"].course == (6.0, 0.0, None, 1.0)
    assert found["Requests"].course == (5.0, 0.0, None, 1.0)
    assert found["Cached"].course == (0.25, None, None, 0.0)


def test_what_was_not_reported_has_no_course():
    found = tiles(day("2026-01-01", tokens(3)), day("2026-01-02", tokens(3)))
    assert found["Audio"].course == ()
    assert found["Cached"].course == ()
    assert found["Cached"].value == "–"


def test_a_share_of_no_input_is_no_number():
    found = tiles(day("2026-01-01", row(0, 0, 5)))
    assert found["Cached"].value == "n/a"
    assert found["Cached"].help.endswith(" 0 of 0 tokens.")


def test_counts_beyond_what_floats_hold_are_exact_in_words():
    found = tiles(day("2026-01-01", tokens(2**63 - 1)), day("2026-01-02", tokens(2**63 - 1)))
    assert found["Total tokens"].value == "18,446,744T"
    assert found["Total tokens"].help.endswith(" Exactly 18,446,744,073,709,551,614.")


def test_where_nothing_matches_every_tile_is_a_dash():
    found = tiles(day("2026-01-01", row(1, 1, 1)), filters=(("model", ("gone",)),))
    assert {tile.value for tile in found.values()} == {"–"}
    assert len(found) == 6


def test_other_usage_has_a_tile_for_each_measure_it_reports():
    speech = {"object": "audio_speeches", "characters": 1200, "num_model_requests": 3}
    found = tiles(day("2026-01-01", speech), object="audio_speeches", measure="characters")
    assert {label: tile.value for label, tile in found.items()} == {"Requests": "3", "Characters": "1.2K"}


def test_embeddings_have_no_tile_for_output():
    vectors = {"object": "embeddings", "input_tokens": 12, "num_model_requests": 3}
    found = tiles(hour("2026-01-01T05:00", vectors), object="embeddings")
    assert list(found) == ["Total tokens", "Input", "Requests"]


@pytest.mark.parametrize(
    ("sums", "share"),
    [
        ({"input_cached_tokens": 3, "uncached_input": 6, "cached_input": 2, "audio_input": 1, "cache_write": 1}, 0.3),
        ({"input_cached_tokens": 0, "uncached_input": 6}, 0.0),
        ({"input_cached_tokens": 0, "uncached_input": 0}, None),
        ({"uncached_input": 6}, None),
        ({}, None),
    ],
)
def test_the_cached_share_is_of_all_input_audio_included(sums, share):
    assert cached_share(sums) == share
