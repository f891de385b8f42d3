"""The busiest minutes."""

from data.peaks import Minute, peaks
from data.query import Query
from data.table import tidy
from tests.build import Bucket, at, export, hour, tokens, usage_of

MINUTE = 60


def minute(moment: str, *rows) -> Bucket:
    return at(moment), at(moment) + MINUTE, rows


def sent(count: int, requests: int, **more) -> dict:
    return {**tokens(count, **more), "num_model_requests": requests}


NOON = usage_of(
    minute("2026-01-05T12:00", sent(100, 9, model="a"), sent(50, 1, model="b")),
    minute("2026-01-05T12:01", sent(120, 30, model="a")),
    minute("2026-01-05T12:02"),
    minute("2026-01-05T14:00", sent(70, 2, model="a")),
)


def test_an_interval_has_its_highest_minute_tokens_and_requests_each_for_itself():
    found = peaks(NOON, Query(interval="hour"))
    assert found is not None
    starts = [at("2026-01-05T12"), at("2026-01-05T13"), at("2026-01-05T14")]
    assert [span.start for span in found.spans] == starts
    assert found.highest == (Minute(starts[0], 150, 30), None, Minute(starts[2], 70, 2))
    assert found.minutes == 4


def test_the_busiest_minutes_come_by_tokens():
    found = peaks(NOON, Query())
    assert found is not None
    assert [(each.tokens, each.requests) for each in found.busiest] == [(150, 10), (120, 30), (70, 2)]
    assert found.busiest[0].start == at("2026-01-05T12:00")


def test_a_filter_holds_for_peaks_too():
    found = peaks(NOON, Query(filters=(("model", ("a",)),)))
    assert found is not None
    assert [each.tokens for each in found.busiest] == [120, 100, 70]


def test_an_hour_of_nothing_but_empty_minutes_peaks_at_zero():
    usage = usage_of(minute("2026-01-05T12:00", sent(1, 1)), minute("2026-01-05T13:00"))
    found = peaks(usage, Query(interval="hour"))
    assert found is not None
    assert [each and each.tokens for each in found.highest] == [1, 0]


def test_hours_have_no_peaks_by_the_minute():
    assert peaks(usage_of(hour("2026-01-05T12", tokens(5))), Query()) is None


def test_hours_beside_minutes_are_left_out():
    usage = tidy([export(hour("2026-01-05T10", tokens(999))), export(minute("2026-01-05T12:00", sent(5, 1)), name="b")])
    found = peaks(usage, Query())
    assert found is not None
    assert [each.tokens for each in found.busiest] == [5]
    assert found.start == at("2026-01-05T12:00")


def test_peaks_are_exact_beyond_what_an_integer_column_holds():
    usage = usage_of(minute("2026-01-05T12:00", sent(2**62, 1, model="a"), sent(2**62 + 1, 1, model="b")))
    found = peaks(usage, Query())
    assert found is not None
    assert found.busiest[0].tokens == 2**63 + 1
