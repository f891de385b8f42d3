"""Tables as CSV: exact, and nothing in it that a spreadsheet would run."""

import csv
import io
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.writing import as_csv, safe


def test_a_table_is_written_as_rfc_4180_says():
    rows = [["plain", 1], ['with "quotes", commas', None], ["two\nlines", 2**63]]
    assert as_csv(["name", "count"], rows) == (
        'name,count\r\nplain,1\r\n"with ""quotes"", commas",\r\n"two\nlines",9223372036854775808\r\n'
    )


def test_lines_can_end_as_a_shell_likes_it_without_touching_what_is_in_cells():
    assert as_csv(["name"], [["a\r\nb"], ["c\rd"], ["e"]], end="\n") == 'name\n"a\r\nb"\n"c\rd"\ne\n'


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "＝1+1", "\u00a0=1", "\ufeff=1"],
)
def test_what_a_spreadsheet_would_run_becomes_text(cell):
    made = str(safe(cell))
    assert made.startswith("'")
    assert made.replace("'", "") == cell


@pytest.mark.parametrize("cell", ["gpt-5", "a=b", "ft:gpt-4.1:x::1", "", "e-mail@example.com", "<img src=x>"])
def test_other_text_stays_as_it_is(cell):
    assert safe(cell) == cell


@pytest.mark.parametrize(
    ("cell", "written"), [(-5, "-5"), (2**64, "18446744073709551616"), (Decimal("-0.50"), "-0.50"), (None, '""')]
)
def test_numbers_are_numbers_also_below_zero(cell, written):
    assert as_csv(["n"], [[cell]]) == f"n\r\n{written}\r\n"


@given(
    st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=2, max_size=2)),
    st.sampled_from(["\n", "\r\n"]),
)
def test_whatever_is_written_is_read_back(rows, end):
    text = as_csv(["a", "b"], rows, end=end)
    read = list(csv.reader(io.StringIO(text, newline="")))
    assert read == [["a", "b"], *([str(safe(cell)) for cell in row] for row in rows)]
