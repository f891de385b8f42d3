"""What a usage says it holds."""

from data.held import groupings
from data.table import tidy
from tests.build import MONDAY, day, export, tokens

DATA = [day(MONDAY, tokens(1, model="a", project_id="p")), day("2026-01-06", tokens(2, model="b", project_id="p"))]


def test_groupings_are_what_some_export_was_grouped_by():
    usage = tidy([export(*DATA, organization="north")])
    assert groupings(usage, "completions") == ("model", "project_id", "organization")
    assert groupings(usage, "images") == ("organization",)
