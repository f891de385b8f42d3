"""Names of saved datasets: they travel with whole links, and with nothing that hides the ids they belong to."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from data.engine import total
from data.exports import read
from data.exports.export import Export, Named
from data.naming import TEAM, Naming
from data.query import Query
from data.store import Choices, Settings, Store, StoreError, derive
from data.store.content import packed, unpacked
from data.store.mapping import kept_mapping
from data.store.objects import read_object
from data.table import tidy
from data.usage import Usage
from tests.store import made
from tests.test_store_share import texts

NAMES = {
    made.USERS[0]: ("Amara Okafor", ""),
    made.USERS[1]: ("Jonas Weber", ""),
    made.KEYS[0]: ("Key of Amara Okafor", "Night watch"),
    made.PROJECTS[0]: ("Secret project", "Day shift"),
    "user-nowhere": ("Not in the data", ""),
}
SECRETS = ("Amara Okafor", "Jonas Weber", "Secret project", "Night watch", "Day shift", "Not in the data", "names.csv")


def exports() -> tuple[Export, ...]:
    rows = tuple(Named(key, *named, f"line {line}") for line, (key, named) in enumerate(NAMES.items(), 2))
    twice = Named(made.USERS[0], "Jonas Weber", "", "line 7")
    mapping = Export("names.csv", "names of ids", 9, "a" * 64, mapping=(*rows, twice), unmapped=2)
    return (*made.exports(), mapping)


def shared(ids: dict[str, Any], *, filtered: bool = False, query: Query | None = None) -> tuple[Any, Any]:
    """The content of a link after it was saved, and what `derive` says of it."""
    query = query or Query()
    found = derive(exports(), tidy(exports()), query, Choices(ids, filtered))
    form = "usage" if isinstance(found.content, Usage) else "exports"
    return unpacked(form, packed(found.content)), found


def by_team(usage: Usage) -> list[tuple[str, str | None, int | None]]:
    answer = total(usage, Query(group_by=TEAM))
    return [(group.kind, group.value, group.sums["total_tokens"]) for group in answer.table]


def test_an_upload_is_saved_with_its_names():
    content, _ = shared({})
    assert content == exports()
    usage = tidy(content)
    assert usage.names["user_id"] == {made.USERS[0]: "Amara Okafor", made.USERS[1]: "Jonas Weber"}
    assert usage.naming == Naming(given=5, unused=1, rejected=2)


def test_an_upload_without_names_is_saved_as_before():
    """So that a server of the last release can still open it."""
    details = packed(made.exports())["details"]
    assert b"mapping" not in texts_of(details)


def texts_of(details: bytes) -> bytes:
    with pa.CompressedInputStream(pa.BufferReader(details), "zstd") as stream:
        return bytes(stream.read())


def test_a_filtered_link_has_the_names_and_teams_of_its_rows_alone():
    query = Query().with_filter("user_id", [made.USERS[0]])
    usage, _ = shared({}, filtered=True, query=query)
    assert usage.names["user_id"] == {made.USERS[0]: "Amara Okafor"}
    assert by_team(usage)[0][:2] == ("value", "Night watch")
    assert usage.naming == Naming()


@pytest.mark.parametrize("how", ["pseudonymise", "drop"])
@pytest.mark.parametrize("filtered", [False, True], ids=["all", "filtered"])
def test_no_name_or_team_of_hidden_ids_is_anywhere_in_the_store(tmp_path: Path, how: str, filtered: bool) -> None:
    usage, found = shared(dict.fromkeys(("user_id", "api_key_id", "project_id"), how), filtered=filtered)
    Store(Settings(tmp_path.as_uri()), pause=0).save(found.content, "Shared", **found.told)
    held = b"".join(texts(tmp_path))
    assert [secret for secret in SECRETS if secret.encode() in held] == []
    assert (usage.names, usage.naming) == ({}, Naming())
    assert found.told["hidden"][TEAM] == "drop"
    assert {kind for kind, _, _ in by_team(usage)} == {"not grouped"}


def test_names_of_ids_that_stay_say_nothing_of_those_that_do_not():
    usage, _ = shared({"user_id": "pseudonymise"})
    assert usage.names == {"project_id": {made.PROJECTS[0]: "Secret project"}, "api_key_id": {made.KEYS[0]: "Key of …"}}


def test_teams_go_along_with_pseudonyms_where_the_maker_says_so():
    before = by_team(tidy(exports()))
    usage, found = shared(dict.fromkeys(("user_id", "api_key_id", "project_id"), "pseudonymise") | {TEAM: "keep"})
    assert by_team(usage) == before
    assert {value for _, value, _ in before} == {None, "Night watch"}
    assert TEAM not in found.told["hidden"]
    usage, _ = shared({"api_key_id": "drop", TEAM: "pseudonymise"})
    assert [(kind, tokens) for kind, _, tokens in by_team(usage)] == [(kind, tokens) for kind, _, tokens in before]
    assert {(value or "")[:5] for _, value, _ in by_team(usage)} == {"", "team-"}


def test_a_link_by_team_shows_parts_where_teams_stay_behind():
    _, found = shared({"user_id": "drop"}, query=Query(group_by=TEAM))
    assert found.query.group_by is None
    assert found.notes == ("Without team the link shows token parts: there is nothing to group by.",)


def test_a_usage_without_teams_is_not_said_to_lack_them():
    usage = tidy(made.exports())
    told = derive(made.exports(), usage, Query(), Choices({"user_id": "drop"})).told
    assert told["hidden"] == {"user_id": "drop"}


# --- the operator's ------------------------------------------------------------------------------------------------


def test_the_operators_mapping_is_read_from_a_path_or_an_address(tmp_path: Path):
    file = tmp_path / "names.csv"
    file.write_text("id,name,team\nproj_1,Web,Sales\n", encoding="utf-8")
    for place in (str(file), file.as_uri()):
        export = kept_mapping({"USAGE_NAMES": place})
        assert export is not None
        assert export.mapping == (Named("proj_1", "Web", "Sales", "line 2"),)
        assert export.name == "the server's names"
    assert kept_mapping({}) is None


def test_an_operators_mapping_that_cannot_be_read_costs_the_names_and_no_more(tmp_path: Path):
    for place in (str(tmp_path / "gone.csv"), (tmp_path / "gone.csv").as_uri(), "nonsense://x/y"):
        kept = kept_mapping({"USAGE_NAMES": place})
        assert kept is not None
        assert kept.mapping == ()
        assert tidy(made.exports(), kept=kept).naming.is_lost
    with pytest.raises(StoreError):
        read_object((tmp_path / "gone.csv").as_uri())


def test_the_operators_names_are_in_a_link_that_shows_what_its_maker_saw():
    """A link of the usage keeps what was seen; the server's own names are not put over it again."""
    kept = replace(read(b"id,name\nproj_alpha_77,Kept name\n", "x"), name="kept")
    usage = tidy(made.exports(), kept=kept)
    content = derive(made.exports(), usage, Query(), Choices({"user_id": "pseudonymise"})).content
    assert content.names == {"project_id": {"proj_alpha_77": "Kept name"}}
