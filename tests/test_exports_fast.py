"""Speed changes nothing: cut and whole, fast and slow, packed and plain give the same rows and the same problems."""

import gzip
import json
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from data.exports import Export, read
from data.exports.cut import Cut
from data.exports.fast import FastBuckets, has_keys
from data.models import BY_OBJECT, short_name

DAY = 86400
START = 1_754_956_800

LEAF = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 5),
    st.sampled_from(
        [
            2**53 + 1,
            2**63 - 1,
            2**63,
            10**30,
            3608.0,
            12.5,
            1e300,
            "",
            "3608.0",
            "12k",
            "NA",
            "a\u00e9",
            '{"object":"bucket"',
            ": x",
        ]
    ),
    st.text(max_size=3),
)
COUNT_LIKE = st.one_of(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**6), LEAF)
TEXT_LIKE = st.one_of(st.sampled_from(["gpt-5", "ft:gpt-4o:x", "", None]), LEAF)


@st.composite
def results(draw: st.DrawFn) -> dict[str, Any]:
    """Results that are often right and sometimes wrong, incomplete or unknown."""
    name = draw(
        st.sampled_from(
            [*BY_OBJECT][:4] + ["organization.usage.completions.result"] * 4 + ["organization.usage.new.result"]
        )
    )
    model = BY_OBJECT.get(name, BY_OBJECT["organization.usage.completions.result"])
    row: dict[str, Any] = {"object": name}
    for field, info in model.model_fields.items():
        if field != "object" and (draw(st.integers(0, 20)) if info.is_required() else draw(st.booleans())):
            row[field] = draw(COUNT_LIKE if "tokens" in field or info.is_required() else TEXT_LIKE)
    if draw(st.integers(0, 8)) == 0:
        row[draw(st.sampled_from(["new", "newTokens", "inputTokens", "metrics", "images"]))] = draw(LEAF)
    return row


BUCKETS = st.lists(
    st.tuples(st.lists(results(), max_size=4), st.sampled_from([DAY, DAY, DAY, 0, 3600])), min_size=1, max_size=5
)
LAYOUTS = st.sampled_from(
    [
        {"separators": (",", ":")},
        {},
        {"indent": 2},
        {"indent": 1, "separators": (" ,", " : ")},
        {"sort_keys": True},
        {"ensure_ascii": False, "indent": 0},
    ]
)


def objects(buckets: list[tuple[list[dict[str, Any]], int]]) -> list[dict[str, Any]]:
    return [
        {"object": "bucket", "start_time": START + n * DAY, "end_time": START + n * DAY + width, "results": rows}
        for n, (rows, width) in enumerate(buckets)
    ]


def told(export: Export) -> tuple[Any, ...]:
    tables = (export.results, export.costs, export.buckets)
    unknown = (export.unknown_fields, export.unknown_objects)
    return (*(table.to_pylist() for table in tables), sorted(export.problems), *unknown)


def slowly(content: bytes) -> Export:
    with patch.object(FastBuckets, "read", lambda *_: False):
        return read(content, "x.json")


def uncut(content: bytes) -> Export:
    with patch.object(Cut, "_find", lambda *_: None):
        return read(content, "x.json")


@given(BUCKETS, LAYOUTS, st.sampled_from(["page", "list", "lines", "pages", "wrapped"]))
def test_the_fast_way_the_slow_way_and_the_whole_way_say_the_same(
    buckets: list[tuple[list[dict[str, Any]], int]], layout: dict[str, Any], shape: str
) -> None:
    content = laid_out(objects(buckets), layout, shape)
    fast = told(read(content, "x.json"))
    assert fast == told(slowly(content))
    assert fast == told(uncut(content))


def laid_out(found: list[dict[str, Any]], layout: dict[str, Any], shape: str) -> bytes:
    page = {"object": "page", "data": found, "has_more": False, "next_page": None}
    if shape == "lines":
        return "\n".join(json.dumps(each, **layout) for each in found).encode()
    whole = {"page": page, "list": found, "pages": [page, page], "wrapped": {"a": found[0], "b": {"c": page}}}[shape]
    return json.dumps(whole, **layout).encode()


@given(BUCKETS)
def test_what_is_accepted_and_what_is_rejected_is_what_the_models_say(
    buckets: list[tuple[list[dict[str, Any]], int]],
) -> None:
    export = read(json.dumps(objects(buckets)).encode(), "x.json")
    expected = []
    for rows, width in buckets:
        for row in rows if width else []:
            model = BY_OBJECT.get(row["object"])
            try:
                expected.append(
                    (
                        short_name(row["object"]),
                        getattr(model.model_validate(row), "input_tokens", None) if model else None,
                    )
                )
            except ValidationError:
                if "inputTokens" not in row and "metrics" not in row:
                    continue
                return  # another name of a known field: the models alone do not decide
    if any({"inputTokens", "metrics"} & row.keys() for rows, _ in buckets for row in rows):
        return
    known = [each for each in expected if each[0] != "new"]
    got = list(zip(*(export.results[name].to_pylist() for name in ("object", "input_tokens")), strict=True))
    assert sorted(map(str, (each for each in got if each[0] != "new"))) == sorted(map(str, known))
    lost = sum(1 for rows, width in buckets if not rows and not width)
    assert export.accepted + export.rejected == sum(len(rows) for rows, _ in buckets)
    assert len([each for each in export.problems if each.kind == "notice" and each.field == "end_time"]) >= lost


@given(st.dictionaries(st.text(max_size=4), st.text(max_size=4), max_size=5), LAYOUTS)
@example({":": '":', "a": ' ":"'}, {"separators": (",", " :")})
def test_keys_are_never_counted_too_low(value: dict[str, str], layout: dict[str, Any]) -> None:
    text = json.dumps(value, **layout).encode()
    assert not any(has_keys(text, fewer) for fewer in range(len(value)))


def small_page() -> bytes:
    rows = [
        {
            "object": "organization.usage.completions.result",
            "input_tokens": n,
            "output_tokens": 2,
            "num_model_requests": 3,
            "model": "é",
        }
        for n in (1, 22)
    ]
    return laid_out(objects([(rows, DAY), ([], DAY), (rows[:1], DAY)]), {"ensure_ascii": False}, "page")


def test_a_page_cut_at_any_byte_is_not_read_and_said_to_be_cut() -> None:
    content = small_page()
    for length in range(len(content)):
        export = read(content[:length], "x.json")
        assert (export.accepted, export.rejected, export.buckets.num_rows) == (0, 1, 0), length


def test_a_pretty_page_and_a_list_cut_at_any_byte_are_not_read() -> None:
    value = json.loads(small_page())
    for content in (json.dumps(value, indent=1).encode(), json.dumps(value["data"], indent=1).encode()):
        for length in range(len(content)):
            export = read(content[:length], "x.json")
            assert (export.accepted, export.rejected) == (0, 1), length


@pytest.mark.parametrize("shape", ["buckets", "pages"])
def test_json_lines_cut_at_any_byte_keep_their_whole_lines(shape: str) -> None:
    page = small_page()
    lines = (
        [page, page.replace(b"22", b"33"), page]
        if shape == "pages"
        else [json.dumps(each).encode() for each in json.loads(page)["data"]]
    )
    content = b"\n".join(lines)
    whole = [read(line, "x").accepted for line in lines]
    for length in range(len(content)):
        cut = content[:length]
        complete = cut.count(b"\n") + (cut.rpartition(b"\n")[2] in lines)
        export = read(cut, "x.json")
        assert export.accepted == sum(whole[:complete]), length
        partial = bool(cut.rpartition(b"\n")[2]) and cut.rpartition(b"\n")[2] not in lines
        assert export.rejected == (partial or not cut), length


def test_a_compressed_export_cut_at_any_byte_is_not_read() -> None:
    for content in (
        gzip.compress(small_page()),
        gzip.compress(b"start_time,end_time,usage_bytes\n1773360000,1773446400,5\n"),
    ):
        for length in range(len(content)):
            export = read(content[:length], "x.gz")
            assert (export.accepted, export.rejected) == (0, 1), length


def test_a_table_cut_at_any_byte_never_has_a_wrong_row_but_the_last() -> None:
    content = b"start_time,end_time,usage_bytes,project_id\n1773360000,1773446400,555,p\n1773446400,1773532800,777,q\n"
    for length in range(len(content)):
        export = read(content[:length], "x.csv")
        rows = export.results["usage_bytes"].to_pylist()
        assert rows in ([], [555], [555, 777]), length
        complete = content[:length].count(b"\n") - 1
        assert export.accepted + export.rejected >= max(complete, 0), length


@given(st.binary(max_size=60))
def test_no_bytes_make_it_fail(content: bytes) -> None:
    export = read(content, "x")
    assert export.rejected + export.accepted + len(export.problems) > 0


@given(st.integers(0, 2000), st.integers(0, 255), st.booleans())
def test_a_flipped_byte_never_makes_it_fail_nor_read_more(position: int, byte: int, lines: bool) -> None:
    content = bytearray(small_page())
    if lines:
        content = bytearray(b"\n".join([bytes(content)] * 2))
    content[position % len(content)] = byte
    export = read(bytes(content), "x.json")
    assert told(export) == told(slowly(bytes(content))) == told(uncut(bytes(content)))
    assert not any("the reader failed" in each.reason for each in export.problems)
