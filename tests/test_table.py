"""From results to tidy usage: exact counts, costs, and what became of each file."""

from decimal import Decimal

from data.table import tidy
from data.usage import MEASURES
from tests.build import at, day, export, hour, tokens

MOST = 2**63 - 1


# --- exact counts --------------------------------------------------------------------------------------------------


def test_files_with_small_and_with_huge_totals_stand_in_one_table():
    usage = tidy(
        [
            export(day("2026-01-01", {"input_tokens": MOST, "output_tokens": MOST, "num_model_requests": 1})),
            export(day("2026-01-02", tokens(5)), name="b.json"),
        ]
    )
    assert [int(value) for value in usage.results["total_tokens"].to_pylist()] == [2 * MOST, 5]


def test_each_kind_of_result_reports_its_own_measures():
    usage = tidy([export(day("2026-01-01", tokens(5), {"object": "images", "images": 2, "num_model_requests": 1}))])
    assert usage.reported == {
        "completions": (
            "num_model_requests",
            "input_tokens",
            "output_tokens",
            "uncached_input",
            "output",
            "total_tokens",
        ),
        "images": ("num_model_requests", "images"),
    }


# --- files ---------------------------------------------------------------------------------------------------------


def test_no_file_at_all_is_an_empty_usage():
    usage = tidy([])
    assert (usage.results.num_rows, usage.costs.num_rows, usage.files, usage.problems) == (0, 0, (), ())
    assert set(MEASURES) <= set(usage.results.column_names)


def test_an_empty_bucket_is_kept_as_measured_time():
    usage = tidy([export(day("2026-01-01"))])
    assert (usage.results.num_rows, usage.buckets.num_rows) == (0, 1)
    assert (usage.files[0].first, usage.files[0].last) == (at("2026-01-01"), at("2026-01-02"))


def test_every_row_knows_its_file_and_its_time_in_utc():
    usage = tidy([export(day("2026-01-01", tokens(1))), export(hour("2026-01-02T03:00", tokens(2)), name="b.json")])
    rows = usage.results.select(["file", "start_time", "end_time", "total_tokens"]).to_pylist()
    assert [
        (row["file"], f"{row['start_time']:%d %H:%M %Z}", f"{row['end_time']:%d %H:%M}", row["total_tokens"])
        for row in rows
    ] == [
        (0, "01 00:00 UTC", "02 00:00", 1),
        (1, "02 03:00 UTC", "02 04:00", 2),
    ]


def test_a_label_is_the_organization_of_every_row_of_its_file():
    usage = tidy(
        [
            export(day("2026-01-01", tokens(1)), organization="north"),
            export(day("2026-01-01", tokens(1)), name="b.json"),
        ]
    )
    assert usage.results["organization"].to_pylist() == ["north", None]


def test_accepted_rejected_and_duplicate_add_up_to_all_results_of_a_file():
    one_file = export(day("2026-01-01", tokens(1, model="a"), tokens(2, model="b")))
    usage = tidy([one_file, export(day("2026-01-01", tokens(1, model="a"), tokens(5, model="c")), name="b.json")])
    assert [(file.accepted, file.rejected, file.duplicate, file.total) for file in usage.files] == [
        (2, 0, 0, 2),
        (1, 0, 1, 2),
    ]


# --- costs ---------------------------------------------------------------------------------------------------------


def test_costs_without_an_organization_belong_to_the_only_one_that_is_named():
    csv = export(day("2026-01-01", {"amount": "1.50", "currency": "usd", "organization_id": "org-1", "line_item": "a"}))
    page = export(day("2026-01-01", {"amount": "1.50", "currency": "usd", "line_item": "a"}), name="page.json")
    usage = tidy([csv, page])
    assert usage.costs.select(["amount", "organization"]).to_pylist() == [
        {"amount": Decimal("1.50"), "organization": "org-1"}
    ]
    assert usage.files[1].duplicate == 1


def test_costs_of_two_named_organizations_are_kept_apart():
    rows = [
        {"amount": "1.50", "currency": "usd", "organization_id": name, "line_item": "a"} for name in ("org-1", "org-2")
    ]
    usage = tidy([export(day("2026-01-01", *rows)), export(day("2026-01-01", rows[0]), name="b.json")])
    assert usage.costs["organization"].to_pylist() == ["org-1", "org-2"]


def test_a_label_outranks_the_organization_that_a_costs_file_brings():
    row = {"amount": "1", "currency": "usd", "organization_id": "org-1"}
    assert tidy([export(day("2026-01-01", row), organization="north")]).costs["organization"].to_pylist() == ["north"]


def test_costs_by_line_item_beside_costs_by_project_are_not_added():
    by_item = export(
        day(
            "2026-01-01",
            {"amount": "1.2", "currency": "usd", "line_item": "a"},
            {"amount": "0.3", "currency": "usd", "line_item": "b"},
        )
    )
    by_project = export(day("2026-01-01", {"amount": "1.5", "currency": "usd", "project_id": "p"}), name="b.json")
    usage = tidy([by_item, by_project])
    assert usage.costs_contested
    assert len(usage.cost_layers) == 2
