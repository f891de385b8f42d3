"""Audio over time: facts about the figure and its words."""

from components.charts.audio import audio_over_time
from components.theme import LIGHT
from data.engine import total
from data.query import Query
from tests.build import Row, day, usage_of
from tests.conftest import checked

CACHED: Row = {
    "input_tokens": 100,
    "input_cached_tokens": 40,
    "input_uncached_tokens": 60,
    "input_text_tokens": 40,
    "input_audio_tokens": 20,
    "input_cached_text_tokens": 25,
    "input_cached_audio_tokens": 15,
    "output_tokens": 9,
    "output_audio_tokens": 8,
    "num_model_requests": 1,
}
OLD: Row = {
    "input_tokens": 100,
    "output_tokens": 9,
    "num_model_requests": 1,
    "input_audio_tokens": 20,
    "output_audio_tokens": 800,
}


def test_cached_audio_is_a_piece_of_its_own_and_all_pieces_have_the_pattern_of_audio():
    drawn = audio_over_time(total(usage_of(day("2026-01-05", CACHED)), Query()), LIGHT)
    _, *bars = checked(drawn).data
    assert [(bar.name, list(bar.y), bar.marker.color) for bar in bars] == [
        ("Uncached audio input", [20], "#147A5A"),
        ("Cached audio input", [15], "#569AC7"),
        ("Audio output", [8], "#B68813"),
    ]
    assert {bar.marker.pattern.shape for bar in bars} == {"/"}
    assert drawn.conclusion == (
        "43 audio tokens, 39.4% of all tokens; Uncached audio input 20 (46.5%); Cached audio input 15 (34.9%); "
        "Audio output 8 (18.6%)"
    )


def test_where_cached_audio_is_not_given_audio_input_is_not_called_uncached():
    drawn = audio_over_time(total(usage_of(day("2025-01-05", OLD)), Query(group_by="model")), LIGHT)
    _, *bars = checked(drawn).data
    assert [(bar.name, list(bar.y)) for bar in bars] == [("Audio input", [20]), ("Audio output", [800])]
    assert drawn.title == "Daily audio tokens"


def test_a_day_without_audio_is_zero_and_a_day_without_a_bucket_blank():
    silent = {"input_tokens": 5, "output_tokens": 1, "num_model_requests": 1}
    usage = usage_of(day("2025-01-05", OLD), day("2025-01-06", silent), day("2025-01-08", OLD))
    headline = checked(audio_over_time(total(usage, Query()), LIGHT)).data[0]
    assert list(headline.hovertext) == ["<b>Total: 820</b>", "<b>Total: 0</b>", "Not exported", "<b>Total: 820</b>"]
