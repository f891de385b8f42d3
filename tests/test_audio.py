"""Audio in and out, cached audio apart."""

from data.audio import Audio, audio_of
from data.engine import total
from data.query import Query
from tests.build import Row, day, usage_of

INCLUSIVE = {
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


def heard(row: Row, date: str) -> Audio:
    return audio_of(total(usage_of(day(date, row)), Query()).grand)


def test_cached_audio_is_apart_where_it_is_given():
    assert heard(INCLUSIVE, "2026-01-05") == Audio(input=20, cached_input=15, output=8)
    assert heard(INCLUSIVE, "2026-01-05").total == 43


def test_where_it_is_not_given_audio_input_is_one():
    row = {
        "input_tokens": 100,
        "output_tokens": 9,
        "num_model_requests": 1,
        "input_cached_tokens": 0,
        "input_audio_tokens": 20,
        "output_audio_tokens": 800,
    }
    assert heard(row, "2025-01-05") == Audio(input=20, cached_input=None, output=800)


def test_more_cached_audio_than_there_was_cached_input_is_cut_to_fit():
    row = {**INCLUSIVE, "input_audio_tokens": 0, "input_text_tokens": 60, "input_cached_audio_tokens": 90}
    assert heard(row, "2026-01-05") == Audio(input=0, cached_input=40, output=8)


def test_no_report_is_no_zero():
    assert audio_of({}) == Audio(None, None, None)
    assert audio_of({}).total is None
