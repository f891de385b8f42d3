"""Names and teams of a usage's ids: whose a row is, what an id is called, and what is told of the mappings."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.engine import find, total
from data.exports.export import Export, Named
from data.held import groupings
from data.lacking import lacking
from data.link import from_params, to_params
from data.naming import Naming, told_apart
from data.query import Query
from data.rhythm import rhythm
from data.table import tidy
from data.totals import Totals
from data.unusual import unusual
from data.usage import Usage
from tests.build import MONDAY, day, export, hour, tokens


def mapping(*rows: tuple[str, str, str], file: str = "names.csv") -> Export:
    named = tuple(Named(*row, f"line {line}") for line, row in enumerate(rows, 2))
    return Export(file, "names of ids", 1, "", mapping=named)


def groups(found: Totals) -> list[tuple[str, str | None, str | None, int | None]]:
    return [(group.kind, group.value, group.name, group.sums.get("total_tokens")) for group in found.groups]


def by(usage: Usage, dimension: str, **question: str) -> list[tuple[str, str | None, str | None, int | None]]:
    return groups(total(usage, Query(group_by=dimension, **question)))


USAGE = export(
    day(
        MONDAY,
        tokens(8, project_id="proj_web", user_id="user-ana", api_key_id="key_1"),
        tokens(4, project_id="proj_web", user_id="user-ben", api_key_id="key_2"),
        tokens(2, project_id="proj_app", user_id="user-ben", api_key_id=None),
        tokens(1, project_id="proj_lab", user_id=None, api_key_id=None),
    )
)

# --- teams ---------------------------------------------------------------------------------------------------------


def test_a_rows_team_is_its_keys_else_its_users_else_its_projects():
    usage = tidy(
        [
            USAGE,
            mapping(
                ("key_1", "", "Search"), ("user-ben", "", "Core"), ("proj_web", "", "Shop"), ("proj_app", "", "Shop")
            ),
        ]
    )
    assert by(usage, "team") == [("value", "Search", None, 8), ("value", "Core", None, 6), ("none", None, None, 1)]
    usage = tidy([USAGE, mapping(("proj_web", "", "Shop"), ("proj_app", "", "Shop"))])
    assert by(usage, "team") == [("value", "Shop", None, 14), ("none", None, None, 1)]


def test_teams_can_be_filtered_and_are_offered_only_where_there_are_any():
    usage = tidy([USAGE, mapping(("key_1", "", "Search"))])
    assert total(usage, Query().with_filter("team", ["Search"])).grand["total_tokens"] == 8
    assert total(usage, Query().with_filter("team", [None])).grand["total_tokens"] == 7
    assert "team" in groupings(usage, "completions")
    assert "team" not in groupings(
        tidy([USAGE, mapping(("key_1", "Only a name", ""), ("key_9", "", "Not here"))]), "completions"
    )


def test_usage_that_is_grouped_by_nothing_with_a_team_is_not_grouped_by_team():
    """By model alone nobody can say whose it is; by a key without a team it is known that it has none."""
    by_model = export(day("2026-01-06", tokens(16, model="a")), name="b.json")
    usage = tidy([USAGE, by_model, mapping(("key_1", "", "Search"))])
    assert by(usage, "team") == [("value", "Search", None, 8), ("not grouped", None, None, 16), ("none", None, None, 7)]
    assert lacking(usage, Query(group_by="team")) == [
        "1 results from 2026-01-06 on are not grouped by a project, user or key that could have a team: their export has to be made again with it."
    ]


def test_without_a_mapping_a_question_about_teams_says_what_to_add():
    sentence = "No project, user or key in these data has a team: add a file with the columns id, name and team."
    assert lacking(tidy([USAGE]), Query(group_by="team")) == [sentence]
    assert lacking(tidy([USAGE]), Query().with_filter("team", ["Search"])) == [sentence]
    assert by(tidy([USAGE]), "team") == [("not grouped", None, None, 15)]


def test_of_two_exports_of_one_time_the_one_that_knows_the_teams_answers():
    by_model = export(day(MONDAY, tokens(15, model="a")), name="b.json")
    usage = tidy([USAGE, by_model, mapping(("key_1", "", "Search"))])
    assert by(usage, "team") == [("value", "Search", None, 8), ("none", None, None, 7)]
    assert by(usage, "model") == [("value", "a", None, 15)]


def test_a_team_asks_openai_for_no_grouping():
    usage = tidy([export(day(MONDAY, tokens(8, api_key_id="key_1"))), mapping(("key_1", "", "Search"))])
    assert lacking(usage, Query(group_by="model")) == [
        'The export is not grouped by model: export it again with group_by=["api_key_id", "model"].'
    ]


# --- names ---------------------------------------------------------------------------------------------------------


def test_groups_have_names_beside_their_ids_unless_the_question_wants_ids():
    usage = tidy([USAGE, mapping(("proj_web", "Web shop", ""), ("proj_app", "App", ""))])
    assert by(usage, "project_id") == [
        ("value", "proj_web", "Web shop", 12),
        ("value", "proj_app", "App", 2),
        ("value", "proj_lab", None, 1),
    ]
    assert {name for _, _, name, _ in by(usage, "project_id", show="ids")} == {None}


def test_a_link_carries_whether_names_or_ids_are_shown():
    assert to_params(Query(show="ids"))["show"] == ["ids"]
    assert "show" not in to_params(Query())
    assert from_params({"show": ["ids"]}) == (Query(show="ids"), [])
    assert from_params({"show": ["both"]}) == (Query(), ["show=both was left out: it is names or ids"])


@pytest.mark.parametrize(
    ("names", "labels"),
    [
        ({"proj_aaaaaa1": "Web", "proj_aaaaaa2": "App"}, {"proj_aaaaaa1": "Web", "proj_aaaaaa2": "App"}),
        ({"proj_aaaaaa1": "Web", "proj_aaaaaa2": "Web"}, {"proj_aaaaaa1": "Web · …aaaaa1", "proj_aaaaaa2": "Web · …aaaaa2"}),
        ({"one_aaaaaa": "Web", "two_aaaaaa": "Web"}, {"one_aaaaaa": "Web · …aaaaaa", "two_aaaaaa": "Web · two_aaaaaa"}),
        ({"a": "Web", "b": "Web"}, {"a": "Web · a", "b": "Web · b"}),
        ({"a": "b", "b": "", "c": "c"}, {"a": "b · a", "c": "c"}),
    ],
)  # fmt: skip
def test_ids_of_one_name_are_told_apart(names, labels):
    given_names = {key: name for key, name in names.items() if name}
    assert told_apart(sorted(names), given_names) == labels


some = st.text("ab·… ()2", min_size=1, max_size=12)


@given(st.dictionaries(some, some, max_size=12), st.sets(some, max_size=12))
def test_no_two_ids_are_ever_shown_alike(names, others):
    values = sorted(names.keys() | others)
    labels = told_apart(values, names)
    assert labels.keys() == names.keys()
    assert len({labels.get(value, value) for value in values}) == len(values)
    assert all(label.startswith(names[value]) for value, label in labels.items())


# --- mappings ------------------------------------------------------------------------------------------------------


def test_of_two_names_for_one_id_the_first_counts_and_a_notice_has_the_place_of_the_other():
    usage = tidy(
        [
            USAGE,
            mapping(("proj_web", "Web", ""), ("proj_web", "Web", "Shop"), ("proj_web", "Wob", "")),
            mapping(("proj_web", "Web", "Sales"), file="more.csv"),
        ]
    )
    assert usage.names == {"project_id": {"proj_web": "Web"}}
    assert [each[1:6] for each in usage.problems] == [
        ("names.csv", "line 4", "name", '"Wob"', "is another name than this id was given before, which counts"),
        ("more.csv", "line 2", "team", '"Sales"', "is another team than this id was given before, which counts"),
    ]


def test_the_operators_names_fill_what_the_files_leave_open():
    kept = mapping(("proj_web", "Kept web", "Kept team"), ("proj_app", "Kept app", ""), ("proj_zzz", "Not here", ""))
    usage = tidy([USAGE, mapping(("proj_web", "Web", ""), ("user-gone", "Gone", ""))], kept=kept)
    assert usage.names == {"project_id": {"proj_web": "Web", "proj_app": "Kept app"}}
    assert by(usage, "team")[0] == ("value", "Kept team", None, 12)
    assert usage.naming == Naming(given=2, unused=1, rejected=0, kept=1, is_lost=False)
    assert usage.problems == ()
    assert [file.name for file in usage.files] == ["a.json", "names.csv"]


def test_rows_that_were_not_taken_and_names_that_are_not_there_are_counted():
    usage = tidy([USAGE, replace(mapping(("key_1", "A", "")), unmapped=3)], kept=Export("kept", "", 0, ""))
    assert usage.naming == Naming(given=1, unused=0, rejected=3, kept=0, is_lost=True)


def test_costs_have_names_and_teams_too():
    paid = export(day(MONDAY, {"amount": "1.5", "currency": "usd", "project_id": "proj_paid"}))
    usage = tidy([paid, mapping(("proj_paid", "Paid", "Sales"))])
    assert usage.names == {"project_id": {"proj_paid": "Paid"}}
    assert usage.costs["team"].to_pylist() == ["Sales"]
    assert usage.cost_layers[0].grouping == ("project_id", "team")


def test_names_change_no_number():
    usage, named = tidy([USAGE]), tidy([USAGE, mapping(("key_1", "A", "T"), ("proj_web", "B", "U"))])
    assert named.results.drop_columns(["team"]) == usage.results.drop_columns(["team"])
    for dimension in (None, "project_id", "model"):
        one, two = (total(each, Query(group_by=dimension)) for each in (usage, named))
        assert (one.grand, one.cells) == (two.grand, two.cells)


def test_an_id_is_found_by_its_name_or_by_itself():
    usage = tidy([USAGE, mapping(("proj_web", "Online Shop", ""))])
    question = Query(group_by="project_id")
    assert find(usage, question, "shop") == (("proj_web",), 1)
    assert find(usage, question, "PROJ_W") == (("proj_web",), 1)
    assert find(usage, question, "") == (("proj_web", "proj_app", "proj_lab"), 3)


def test_a_second_grouping_has_names_and_teams_too():
    usage = tidy([USAGE, mapping(("proj_web", "Web", "Shop"))])
    found = total(usage, Query(group_by="team", subgroup="project_id"))
    assert [(group.value, group.name) for group in found.subgroups] == [
        ("proj_web", "Web"),
        ("proj_app", None),
        ("proj_lab", None),
    ]
    assert [[sum(cell or 0 for cell in row) for row in rows] for rows in found.subcells] == [[12, 0, 0], [0, 2, 1]]


def test_groups_that_are_not_the_engines_have_names_too():
    """The hours of the week, and what drove an unusual day, are summed elsewhere."""
    hours = [hour(f"2026-01-05T{clock:02}:00", tokens(1, project_id="proj_web")) for clock in range(24)]
    usage = tidy([export(*hours), mapping(("proj_web", "Web", ""))])
    found = rhythm(usage, Query(group_by="project_id"))
    assert [(group.value, group.name) for group in found.groups] == [("proj_web", "Web")]
    days = [
        day(f"2026-{month:02}-{date:02}", tokens(900 if (month, date) == (2, 20) else 9, project_id="proj_web"))
        for month in (1, 2)
        for date in range(1, 29)
    ]
    usage = tidy([export(*days), mapping(("proj_web", "Web", ""))])
    marked = unusual(usage, Query(group_by="project_id"))
    assert {driver.group.name for each in marked.marks for driver in each.drivers} == {"Web"}
