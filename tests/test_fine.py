"""Where narrow buckets can answer."""

import numpy as np
import pyarrow as pa

from data.fine import fine, rows, summed
from data.query import Query
from data.table import tidy
from tests.build import at, day, export, hour, tokens, usage_of

HOUR = 3600


def test_hours_answer_from_their_first_to_their_last_also_where_days_lie_around_them():
    days = export(day("2026-01-05", tokens(9)), day("2026-01-09", tokens(9)))
    narrow = export(hour("2026-01-07T06", tokens(1)), hour("2026-01-07T08"), name="b.json")
    found = fine(tidy([days, narrow]), Query(), HOUR)
    assert found is not None
    assert (found.start, found.end, found.width) == (at("2026-01-07T06"), at("2026-01-07T09"), HOUR)


def test_a_period_without_narrow_buckets_has_no_answer():
    usage = tidy([export(day("2026-01-05", tokens(9))), export(hour("2026-03-07T06", tokens(1)), name="b.json")])
    assert fine(usage, Query(end_time="2026-02-01"), HOUR) is None


def test_an_export_answers_only_for_what_it_was_grouped_by():
    usage = usage_of(hour("2026-01-07T06", tokens(1, model="a")))
    assert fine(usage, Query(group_by="model"), HOUR) is not None
    assert fine(usage, Query(group_by="project_id"), HOUR) is None
    assert fine(usage, Query(filters=(("project_id", ("p",)),)), HOUR) is None


def test_each_token_answers_once_where_two_exports_hold_the_same_hour():
    ungrouped, grouped = hour("2026-01-07T06", tokens(5)), hour("2026-01-07T06", tokens(5, model="a"))
    usage = tidy([export(ungrouped), export(grouped, name="b.json")])
    query = Query()
    found = fine(usage, query, HOUR)
    assert found is not None
    assert rows(usage, query, found, ["total_tokens"])["total_tokens"].to_pylist() == [5]


def test_sums_are_exact_and_a_pair_that_reports_nothing_is_no_zero():
    first, second = np.array([0, 0, 1, 2]), np.array([7, 7, 7, 8])
    amounts = pa.chunked_array([pa.array([2**62, 2**62, None, 0])])
    assert summed(first, second, amounts) == {(0, 7): 2**63, (1, 7): None, (2, 8): 0}
