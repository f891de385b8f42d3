"""Shared links: the same numbers with less in them, and no trace of what was left out."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data.engine import total
from data.lacking import lacking
from data.link import to_params
from data.pseudonyms import Scrubber, pseudonyms
from data.query import Query
from data.store import Choices, Settings, Store, derive
from data.store.content import packed, unpacked
from data.table import tidy
from data.usage import Usage
from tests.build import day, export, hour, tokens
from tests.store import made

HIDE_ALL = {
    "user_id": "pseudonymise",
    "api_key_id": "pseudonymise",
    "project_id": "pseudonymise",
    "organization": "pseudonymise",
}
DROP_ALL = dict.fromkeys(HIDE_ALL, "drop")
MIXED = {"user_id": "drop", "api_key_id": "pseudonymise", "project_id": "drop", "organization": "drop"}


def derived(
    query: Query, ids: dict[str, Any] | None = None, *, filtered: bool = False, exports: Any = None
) -> tuple[Usage, Any, Any]:
    """The usage it was made from, what the link holds after it was saved, and everything `derive` says."""
    exports = exports or made.exports()
    usage = tidy(exports, query.generation)
    made_of = derive(exports, usage, query, Choices(ids or {}, filtered))
    content = made_of.content
    form = "usage" if isinstance(content, Usage) else "exports"
    return usage, unpacked(form, packed(content)), made_of


def numbers(usage: Usage, query: Query) -> dict[str, Any]:
    """What the page draws of a question, without names."""
    answer = total(usage, query)
    return {
        "spans": [span for span in answer.spans if span.buckets],
        "grand": answer.grand,
        "reach": (answer.start, answer.end),
        "groups": sorted(
            [(group.kind, sorted((name, value or 0) for name, value in group.sums.items())) for group in answer.groups]
        ),
    }


def texts(folder: Path) -> list[bytes]:
    """All that a store holds, also as it is when taken apart."""
    found = []
    for path in folder.rglob("*"):
        found.append(path.name.encode())
        if path.is_file():
            found.append(path.read_bytes())
            if path.read_bytes()[:4] == b"PAR1":
                table = pq.read_table(path)
                plain = pa.BufferOutputStream()
                pq.write_table(table, plain, compression="none", use_dictionary=False)
                found += [bytes(plain.getvalue()), repr(pq.read_metadata(path).to_dict()).encode()]
                found += [repr(column.unique().to_pylist()).encode() for column in table.columns]
                found += [
                    repr(column.chunk(0).dictionary).encode()
                    for column in table.columns
                    if pa.types.is_dictionary(column.type) and column.num_chunks
                ]
            elif path.read_bytes()[:4] == b"\x28\xb5\x2f\xfd":
                with pa.CompressedInputStream(pa.BufferReader(path.read_bytes()), "zstd") as stream:
                    found.append(stream.read())
    return found


# --- nothing goes along


@pytest.mark.parametrize("ids", [HIDE_ALL, DROP_ALL, MIXED], ids=["pseudonyms", "dropped", "mixed"])
@pytest.mark.parametrize("filtered", [False, True], ids=["all", "filtered"])
def test_no_id_that_is_hidden_is_anywhere_in_the_store(tmp_path: Path, ids: dict[str, Any], filtered: bool) -> None:
    _, _, made_of = derived(Query(group_by="model"), ids, filtered=filtered)
    store = Store(Settings(tmp_path.as_uri()), pause=0)
    store.save(made_of.content, "Shared", **made_of.told)
    held = texts(tmp_path)
    assert len(held) > 30
    for secret in (
        *made.IDS,
        made.ORGANIZATION,
        *(each.name for each in made.exports()),
        *(each.sha256 for each in made.exports()),
    ):
        for text in held:
            assert secret.encode() not in text
            assert json.dumps(secret)[1:-1].encode() not in text


def test_a_filtered_link_holds_nothing_of_other_rows(tmp_path: Path) -> None:
    """Also not in dictionaries, which outlive the rows, nor in what is said about files and rows that were refused."""
    query = Query().with_filter("user_id", [made.USERS[0]])
    _, content, made_of = derived(query, filtered=True)
    store = Store(Settings(tmp_path.as_uri()), pause=0)
    store.save(made_of.content, "Shared", **made_of.told)
    held = b"".join(texts(tmp_path))
    for other in (*made.USERS[1:], *made.KEYS[1:], *made.PROJECTS[1:], "o3", "line_item,", made.exports()[1].name):
        assert other.encode() not in held
    assert made.USERS[0].encode() in held
    assert content.costs.num_rows == 0
    assert content.files[1].name == "(another file)"


def test_pseudonyms_are_stable_in_a_link_and_say_nothing_across_links() -> None:
    exports = made.exports()
    query = Query(group_by="user_id")
    _, one, _ = derived(query, HIDE_ALL)
    _, two, _ = derived(query, HIDE_ALL)
    project = {
        row["start_time"]: row["project_id"] for row in one.results.select(["start_time", "project_id"]).to_pylist()
    }
    assert set(one.costs["project_id"].unique().to_pylist()) < {
        *project.values(),
        *one.results["project_id"].unique().to_pylist(),
    }
    for name in ("user_id", "api_key_id", "project_id"):
        names = set(one.results[name].unique().drop_null().to_pylist())
        assert names.isdisjoint(two.results[name].unique().to_pylist())
        assert len(names) == len(
            {value for each in exports for value in each.results[name].unique().drop_null().to_pylist()}
        )


def test_many_ids_have_as_many_pseudonyms() -> None:
    shown = pseudonyms("user", [str(number) for number in range(200_000)])
    assert len(set(shown.values())) == 200_000
    assert len({len(each) for each in shown.values()}) == 1


def test_the_order_of_rows_does_not_follow_the_ids() -> None:
    rows = [made.row(1, 0) | {"user_id": f"user-{number:04d}"} for number in range(500)]
    _, content, _ = derived(
        Query(),
        {"user_id": "pseudonymise"},
        exports=(
            export(day("2026-01-01", *[{**row, "num_model_requests": number} for number, row in enumerate(rows)])),
        ),
    )
    order = content.results["num_model_requests"].to_numpy()
    assert sorted(order) == list(range(500))
    assert abs(np.corrcoef(order, np.arange(500))[0, 1]) < 0.3


def test_dropped_ids_leave_no_row_for_each_of_them() -> None:
    rows = [made.row(number) | {"user_id": f"user-{number:04d}"} for number in range(1, 101)]
    _, content, _ = derived(Query(), {"user_id": "drop"}, exports=(export(day("2026-01-01", *rows)),))
    assert content.results["total_tokens"].to_pylist() == [5050]
    assert content.results["input_cached_tokens"].to_pylist() == [None]
    assert content.buckets["results"].to_pylist() == [1]
    assert content.files[0].accepted == 100


def test_ids_inside_other_texts_are_replaced() -> None:
    scrubbed = Scrubber({"user-abc": "user-1", "user-abcdef": "user-2", "a b c d": "…", "o1": "never"})
    assert scrubbed("ft:x:user-abcdef,user-abc|(a b c d) o1") == "ft:x:user-2,user-1|(…) o1"


# --- the same numbers

QUESTIONS = [
    Query(),
    Query(group_by="model"),
    Query(group_by="user_id"),
    Query(group_by="project_id", measure="num_model_requests"),
    Query(group_by="model", period="7d"),
    Query(group_by="model", start_time=date(2026, 1, 2), end_time=date(2026, 1, 5)),
    Query(object="embeddings", measure="input_tokens"),
    Query(group_by="model").with_filter("user_id", [made.USERS[0], None]),
    Query(group_by="user_id").with_filter("model", ["o3"]),
    Query(group_by="user_id").with_filter("model", [f"ft:gpt-4o:{made.USERS[0]}:x"]),
    Query(group_by="model").with_filter("project_id", [made.PROJECTS[1], "proj_of_nobody"]),
    Query(group_by="project_id", subgroup="user_id"),
    Query(group_by="model").leaving_out("user_id", [made.USERS[0], None]),
    Query(group_by="user_id", subgroup="model").leaving_out("user_id", [made.USERS[1]]),
    Query(period="24h", back=1),
    Query(period="7d", back=1),
]


@pytest.mark.parametrize(
    "query",
    QUESTIONS,
    ids=lambda query: "&".join(f"{name}={','.join(values)}" for name, values in to_params(query).items()),
)
@pytest.mark.parametrize("filtered", [False, True], ids=["all", "filtered"])
def test_a_link_shows_the_same_numbers_with_pseudonyms(query: Query, filtered: bool) -> None:
    usage, content, made_of = derived(query, HIDE_ALL, filtered=filtered)
    assert numbers(content, made_of.query) == numbers(usage, query)
    for secret in made.IDS:
        assert secret not in str(to_params(made_of.query))


@pytest.mark.parametrize(
    "query", [each for each in QUESTIONS if each.group_by in (None, "model")], ids=lambda query: str(query.filters)
)
def test_a_filtered_link_shows_the_same_numbers_without_ids(query: Query) -> None:
    usage, content, made_of = derived(query, DROP_ALL, filtered=True)
    assert numbers(content, made_of.query) == numbers(usage, query)


def test_overlapping_exports_show_the_same_numbers_without_the_ids_that_tell_them_apart() -> None:
    """By project and user, and by user and model: each token once, also when the user is gone."""
    first = export(
        day("2026-01-01", {**tokens(3), "project_id": "P", "user_id": "u1"}),
        day("2026-01-02", {**tokens(7), "project_id": "P", "user_id": "u2"}),
    )
    second = export(
        day("2026-01-01", {**tokens(3), "model": "m", "user_id": "u1"}, {**tokens(30), "model": "n", "user_id": "u2"}),
        *(hour(f"2026-01-02T{number:02d}", {**tokens(1), "model": "m", "user_id": "u3"}) for number in range(5)),
        name="b.json",
    )
    for query in (
        Query(),
        Query(group_by="project_id"),
        Query(group_by="model"),
        Query(group_by="model").with_filter("model", ["n", None]),
    ):
        for filtered in (False, True):
            usage, content, made_of = derived(query, {"user_id": "drop"}, filtered=filtered, exports=(first, second))
            assert usage.contested
            assert numbers(content, made_of.query) == numbers(usage, query)


def test_sums_beyond_64_bits_stay_exact_without_ids() -> None:
    rows = [{**made.row(2**62, number), "output_tokens": 2**62} for number in range(3)]
    usage, content, made_of = derived(Query(), DROP_ALL, exports=(export(day("2026-01-01", *rows)),))
    assert numbers(content, made_of.query)["grand"]["total_tokens"] == 6 * 2**62
    assert numbers(content, made_of.query) == numbers(usage, Query())


def test_costs_are_summed_exactly_and_left_out_of_filtered_links() -> None:
    _, content, _ = derived(Query(), DROP_ALL)
    assert [str(each).rstrip("0") for each in content.costs["amount"].to_pylist()] == ["1.25", "2." + "3" * 37]
    assert derived(Query(), DROP_ALL, filtered=True)[1].costs.num_rows == 0


def test_what_a_link_cannot_show_is_said() -> None:
    query = Query(group_by="user_id").with_filter("project_id", [made.PROJECTS[0]])
    _, content, made_of = derived(query, DROP_ALL)
    assert made_of.query == Query()
    assert made_of.notes == (
        "Without project_id the link cannot filter by it, and shows the other rows, too.",
        "Without user_id the link shows token parts: there is nothing to group by.",
    )
    assert lacking(content, Query(group_by="user_id")) != []
    assert derived(query, {"user_id": "keep"})[2].notes == ()


def test_what_is_left_out_or_told_apart_by_what_is_gone_is_said() -> None:
    query = Query(group_by="model", subgroup="user_id").leaving_out("project_id", [made.PROJECTS[0]])
    _, _, made_of = derived(query, DROP_ALL)
    assert made_of.query == Query(group_by="model")
    assert made_of.notes == (
        "Without project_id the link cannot leave any of it out, and shows the other rows, too.",
        "Without user_id the link shows the groups as a whole.",
    )


def test_a_dataset_shared_whole_stays_what_it_is() -> None:
    exports = made.exports()
    made_of = derive(exports, tidy(exports), Query(), Choices())
    assert made_of.content is exports
    assert (made_of.query, made_of.notes, made_of.told) == (Query(), (), {})


def test_a_shared_link_can_be_shared_with_less() -> None:
    _, content, made_of = derived(Query(group_by="model"), {"user_id": "pseudonymise"})
    again = derive(content, content, made_of.query, Choices(DROP_ALL))
    assert numbers(again.content, again.query) == numbers(content, made_of.query)
    assert [file.name for file in again.content.files] == ["file 1", "file 2"]


def test_the_other_generation_is_shared_as_it_is_seen() -> None:
    exports = (export(day("2026-01-01", {**made.row(100), "input_audio_tokens": 40})),)
    query = Query(generation="text-only")
    usage, content, made_of = derived(query, HIDE_ALL, exports=exports)
    assert numbers(content, made_of.query)["grand"]["total_tokens"] == 140
    assert numbers(content, made_of.query) == numbers(usage, query)


@pytest.mark.slow
def test_random_usage_shows_the_same_numbers() -> None:
    exports = made.many(20_000)
    for query in (
        Query(group_by="model", period="30d"),
        Query().with_filter("user_id", ["user_id_0001", "user_id_0002"]),
    ):
        for ids in (HIDE_ALL, DROP_ALL):
            usage, content, made_of = derived(query, ids, filtered=True, exports=exports)
            assert numbers(content, made_of.query) == numbers(usage, query)


def test_unused_copies_of_the_answers_are_not_saved() -> None:
    usage = replace(tidy(made.exports()))
    assert set(packed(usage)) == {"results", "costs", "buckets", "shares", "cost_shares", "details"}
