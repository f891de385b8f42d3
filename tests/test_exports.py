"""Literal bytes in, literal rows out: every shape of JSON that people have, and its quirks."""

import codecs
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pytest

from data.exports import FORMATS, Export, read

DAY = 86400
START = 1_754_956_800  # 2025-08-12
ROW = '{"object":"organization.usage.completions.result","input_tokens":%s,"output_tokens":2,"num_model_requests":1,"model":"gpt-5"}'


def row(tokens: Any = 1) -> str:
    return ROW % tokens


def bucket(*rows: str, day: int = 0) -> str:
    start = START + day * DAY
    return f'{{"object":"bucket","start_time":{start},"end_time":{start + DAY},"results":[{",".join(rows)}]}}'


def page(*buckets: str, more: str = "false") -> str:
    return f'{{"object":"page","data":[{",".join(buckets)}],"has_more":{more},"next_page":null}}'


def load(text: str | bytes, name: str = "usage.json") -> Export:
    return read(text if isinstance(text, bytes) else text.encode(), name)


def tokens(export: Export, column: str = "input_tokens") -> list[int | None]:
    return export.results[column].to_pylist()


def problems(export: Export) -> list[tuple[str, str, str, str, str]]:
    return [(each.kind, each.place, each.field, each.value, each.reason) for each in export.problems]


def reasons(export: Export) -> list[str]:
    return [each.reason for each in export.problems]


@pytest.mark.parametrize(
    ("text", "format_name"),
    [
        (page(bucket(row(1), row(2))), "API page"),
        (f"[{page(bucket(row(1)))},{page(bucket(row(2), day=1))}]", "list of pages"),
        (f"[{bucket(row(1))}, {bucket(row(2), day=1)}]", "list of buckets"),
        (bucket(row(1), row(2)), "single bucket"),
        (f'{{"data":[{bucket(row(1))},{bucket(row(2), day=1)}]}}', "list of buckets"),
        (
            f'{{"mine":{page(bucket(row(1)))},"deep":{{"er":[{page(bucket(row(2)))}]}}}}',
            "exports inside other JSON",
        ),
        (f"{bucket(row(1))}\n{bucket(row(2), day=1)}\n", "JSON Lines"),
        (f"{page(bucket(row(1)))}\r\n\r\n{page(bucket(row(2)))}", "JSON Lines"),
        (f"{page(bucket(row(1)))}{page(bucket(row(2)))}", "concatenated JSON"),
    ],
)
def test_results_are_found_in_every_shape(text: str, format_name: str) -> None:
    export = load(text)
    assert tokens(export) == [1, 2]
    assert (export.format, export.accepted, export.rejected, export.problems) == (format_name, 2, 0, ())


@pytest.mark.parametrize("indent", [None, 0, 2, 8])
def test_how_a_file_is_laid_out_makes_no_difference(indent: int | None) -> None:
    value = json.loads(f"[{page(bucket(row(1)), bucket(day=1))},{page(bucket(row(2), day=2))}]")
    export = load(json.dumps(value, indent=indent))
    assert tokens(export) == [1, 2]
    assert export.buckets["results"].to_pylist() == [1, 0, 1]
    assert export.buckets["place"].to_pylist() == ["[0].data[0]", "[0].data[1]", "[1].data[0]"]


@pytest.mark.parametrize("sort_keys", [False, True])
def test_the_sdk_s_dump_with_every_optional_key_null_is_read(sort_keys: bool) -> None:
    nulls = dict.fromkeys(("project_id", "user_id", "batch", "input_cached_tokens", "input_audio_tokens"))
    value = json.loads(page(bucket(row(5))))
    value["data"][0]["results"][0].update(nulls)
    export = load(json.dumps(value, sort_keys=sort_keys))
    assert (tokens(export), tokens(export, "input_cached_tokens"), tokens(export, "batch")) == ([5], [None], [None])


def test_all_columns_of_a_row_arrive() -> None:
    export = load(page(bucket(row(7).replace('"model"', '"batch":true,"service_tier":"flex","model"'))))
    filled = {name: value for name, value in export.results.to_pylist()[0].items() if value is not None}
    assert filled == {
        "object": "completions",
        "bucket": 0,
        "model": "gpt-5",
        "batch": "true",
        "service_tier": "flex",
        "num_model_requests": 1,
        "input_tokens": 7,
        "output_tokens": 2,
    }
    assert export.buckets.to_pylist() == [
        {"start_time": START, "end_time": START + DAY, "results": 1, "object": "completions", "place": "data[0]"}
    ]


def test_a_column_that_is_never_filled_is_of_type_null() -> None:
    export = load(page(bucket(row())))
    assert str(export.results.schema.field("images").type) == "null"
    assert str(export.results.schema.field("input_tokens").type) == "int64"


def test_an_empty_text_is_null() -> None:
    export = load(page(bucket(row().replace("gpt-5", ""), row())))
    assert tokens(export, "model") == [None, "gpt-5"]


def test_the_old_name_result_and_a_missing_object_are_understood() -> None:
    text = bucket(row(3)).replace('"results"', '"result"').replace('"object":"bucket",', "")
    assert tokens(load(f"[{text}]")) == [3]


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ('"input_tokens":1,"output_tokens":2,"num_model_requests":1', "completions"),
        ('"input_tokens":1,"num_model_requests":1', "embeddings"),
        ('"input_tokens":1,"num_model_requests":1,"model":"omni-moderation-latest"', "moderations"),
        ('"images":1,"num_model_requests":1', "images"),
        ('"characters":1,"num_model_requests":1', "audio_speeches"),
        ('"seconds":1,"num_model_requests":1', "audio_transcriptions"),
        ('"usage_bytes":1', "vector_stores"),
        ('"num_sessions":1', "code_interpreter_sessions"),
        ('"sessions":1', "code_interpreter_sessions"),
        ('"num_requests":1', "file_searches"),
        ('"num_requests":1,"num_model_requests":1', "web_searches"),
    ],
)
def test_a_result_that_does_not_say_what_it_is_shows_it(fields: str, kind: str) -> None:
    export = load(page(bucket(f"{{{fields}}}")))
    assert tokens(export, "object") == [kind]
    assert export.buckets["object"].to_pylist() == [kind]


def test_a_result_with_an_amount_is_a_cost() -> None:
    export = load(page(bucket('{"amount":{"value":"1.5","currency":"usd"}}')))
    assert (export.results.num_rows, export.costs["amount"].to_pylist()) == (0, [Decimal("1.5")])


@pytest.mark.parametrize(
    "amount", ['"amount":{"value":1.5,"currency":"usd"}', '"amount_value":1.5,"amount_currency":"usd"']
)
def test_flat_costs_are_read(amount: str) -> None:
    costs = load(f'[{{"start_time":{START},"end_time":{START + DAY},{amount},"line_item":"x"}}]').costs
    assert (costs["amount"].to_pylist(), costs["currency"].to_pylist()) == ([Decimal("1.5")], ["usd"])


def test_the_file_s_name_tells_moderations_from_embeddings() -> None:
    text = page(bucket('{"input_tokens":1,"num_model_requests":1}'))
    assert tokens(load(text, "moderations_2025.json"), "object") == ["moderations"]


def test_costs_keep_every_digit() -> None:
    digits = "0.123456789012345678901234567891"
    rows = [
        f'{{"object":"organization.costs.result","amount":{{"value":{digits},"currency":"usd"}},"line_item":"x"}}',
        f'{{"object":"organization.costs.result","amount":{{"value":"{digits}","currency":"usd"}},"quantity":10000}}',
        '{"object":"organization.costs.result","amount":{"value":"0E-28","currency":"usd"},"organization_id":"org-1"}',
        '{"object":"organization.costs.result","amount":{"value":-2.25,"currency":"usd"}}',
        '{"object":"organization.costs.result","amount":null}',
    ]
    costs = load(page(bucket(*rows))).costs
    assert costs["amount"].to_pylist() == [Decimal(digits), Decimal(digits), 0, Decimal("-2.25"), None]
    assert costs["currency"].to_pylist() == ["usd", "usd", "usd", "usd", None]
    assert (costs["line_item"][0].as_py(), costs["quantity"][1].as_py()) == ("x", 10000)
    assert costs["organization_id"][2].as_py() == "org-1"


def test_two_equal_rows_of_a_bucket_both_count() -> None:
    assert tokens(load(page(bucket(row(4), row(4))))) == [4, 4]


def test_an_empty_bucket_is_a_measured_zero_of_its_neighbours_kind() -> None:
    export = load(f'{{"a":{page(bucket(row()), bucket(day=1))},"b":{page(bucket())}}}')
    assert export.buckets["results"].to_pylist() == [1, 0, 0]
    assert export.buckets["object"].to_pylist() == ["completions", "completions", "completions"]
    assert export.accepted == 1


def test_an_empty_page_is_of_the_kind_its_key_names() -> None:
    export = load(f'{{"completions":{page(bucket(row()))},"costs":{page(bucket())}}}')
    assert export.buckets["object"].to_pylist() == ["completions", "costs"]


def test_an_empty_bucket_among_several_kinds_is_of_none() -> None:
    images = '{"object":"organization.usage.images.result","images":1,"num_model_requests":1}'
    export = load(f'{{"a":{page(bucket(row()))},"b":{page(bucket(images))},"c":{page(bucket())}}}')
    assert export.buckets["object"].to_pylist() == ["completions", "images", None]


def test_a_bucket_of_two_kinds_becomes_two() -> None:
    images = '{"object":"organization.usage.images.result","images":1,"num_model_requests":1}'
    export = load(page(bucket(row(), images, row())))
    assert export.buckets["object"].to_pylist() == ["completions", "images"]
    assert export.buckets["results"].to_pylist() == [2, 1]
    assert export.accepted == 3


def test_an_unknown_object_is_kept_with_the_dimensions_it_has() -> None:
    export = load(page(bucket('{"object":"organization.usage.videos.result","clips":3,"model":"sora"}', row())))
    assert tokens(export, "object") == ["videos", "completions"]
    assert tokens(export, "model") == ["sora", "gpt-5"]
    assert export.unknown_objects == {"organization.usage.videos.result": 1}
    assert export.rejected == 0


@pytest.mark.parametrize(
    "name", ["organizatio!.usage.completions.result", "Videos", " ", "organization.usage.<b>.result"]
)
def test_an_unknown_object_that_is_no_name_is_rejected(name: str) -> None:
    export = load(page(bucket(row().replace("organization.usage.completions.result", name), row())))
    assert tokens(export, "object") == ["completions"]
    assert problems(export) == [
        ("rejected", "data[0].results[0]", "object", f'"{name}"', "is no name of a kind of result")
    ]


@pytest.mark.parametrize("value", ["5", '"x"', "null", "[1]", "1.5", "true"])
def test_unknown_fields_are_counted_and_named(value: str) -> None:
    new = row().replace('"model"', f'"new_tokens":{value},"model"')
    export = load(page(bucket(new, new, row()), bucket(new, day=1)).replace('"start_time"', '"shape":1,"start_time"'))
    assert export.unknown_fields == {"completions.new_tokens": 3, "bucket.shape": 2}
    assert (tokens(export), export.rejected) == ([1, 1, 1, 1], 0)


def test_a_bad_result_is_a_problem_and_its_neighbours_stay() -> None:
    export = load(f"[{page()},{page(bucket(row(1)), bucket(row(2), row(-3), row(4), day=1))}]")
    assert tokens(export) == [1, 2, 4]
    assert problems(export) == [("rejected", "[1].data[1].results[1]", "input_tokens", "-3", "is negative")]
    assert (export.accepted, export.rejected) == (3, 1)
    assert export.buckets["results"].to_pylist() == [1, 3]


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("12.5", "is not a whole number"),
        ("true", "is not a whole number"),
        ('"12k"', "is not a whole number"),
        ("[1]", "is not a whole number"),
        ("NaN", "is not a finite number, which JSON does not know"),
        ("-Infinity", "is not a finite number, which JSON does not know"),
        ("1e400", "is larger than 2^63 - 1"),
        ("1e99999999999999999999", "is not a finite number, which JSON does not know"),
        ("9223372036854775808", "is larger than 2^63 - 1"),
        ("9" * 5000, "is larger than 2^63 - 1"),
        ("null", "is not a whole number"),
        ('"1,234"', "may hold a thousands separator: digits alone are read"),
    ],
)
def test_what_is_no_count_is_rejected(value: str, reason: str) -> None:
    export = load(page(bucket(row(1), row(value), row(2))))
    assert tokens(export) == [1, 2]
    assert [each[:3] + each[4:] for each in problems(export)] == [
        ("rejected", "data[0].results[1]", "input_tokens", reason)
    ]


@pytest.mark.parametrize(("value", "count"), [("3608.0", 3608), ("9223372036854775807", 2**63 - 1), ("1e3", 1000)])
def test_what_is_a_count_in_another_form_is_read_exactly(value: str, count: int) -> None:
    assert tokens(load(page(bucket(row(value))))) == [count]


@pytest.mark.parametrize(
    ("bad", "field", "value", "reason"),
    [
        ('"model":5', "model", "5", "is not text"),
        ('"model":"\\ud800"', "model", '"\\ud800"', "holds half a character (a lone surrogate)"),
        ('"model":"m","model":"n"', "model", "", "stands twice in one object"),
        ('"batch":"maybe"', "batch", '"maybe"', "is neither true nor false"),
        ('"new":"\\ud800"', "new", '"\\ud800"', "holds half a character (a lone surrogate)"),
    ],
)
def test_every_problem_says_where_what_and_why(bad: str, field: str, value: str, reason: str) -> None:
    export = load(page(bucket(row().replace('"model":"gpt-5"', bad), row(2))))
    assert tokens(export) == [2]
    assert problems(export) == [("rejected", "data[0].results[0]", field, value, reason)]


def test_a_missing_field_and_a_bad_amount_are_named() -> None:
    lacks = row().replace('"num_model_requests":1,', "")
    amount = '{"object":"organization.costs.result","amount":{"value":"much"}}'
    export = load(page(bucket(lacks, amount, "7")))
    assert problems(export) == [
        ("rejected", "data[0].results[0]", "num_model_requests", "", "is missing"),
        ("rejected", "data[0].results[1]", "amount.value", '"much"', "is not a number"),
        ("rejected", "data[0].results[2]", "", "7", "is not an object"),
    ]


def test_bytes_that_are_not_utf8_reject_their_result_only() -> None:
    export = load(page(bucket(row(), row(2))).encode().replace(b"gpt-5", b"gpt-\xff", 1))
    assert tokens(export) == [2]
    assert problems(export)[0][2:] == ("model", '"gpt-\\udcff"', "is not valid UTF-8")


def test_utf_16_that_is_none_rejects_its_result_or_says_where_it_breaks() -> None:
    def recoded(model: bytes, more: bytes = b"") -> Export:
        before, after = page(bucket(row(), row(2))).split("gpt-5", 1)
        return load(codecs.BOM_UTF16_LE + before.encode("utf-16-le") + model + after.encode("utf-16-le") + more)

    lone = recoded(b"\x00\xd8")
    assert tokens(lone) == [2]
    assert problems(lone)[0][2:] == ("model", '"\\udced\\udca0\\udc80"', "is not valid UTF-8")
    half = recoded(b"a\x00", b"]")
    assert (half.accepted, half.rejected) == (0, 1)
    assert "the reader failed" not in reasons(half)[0]


@pytest.mark.parametrize(
    ("times", "field", "reason"),
    [
        (
            f'"start_time":{START}000,"end_time":{START + DAY}000',
            "start_time",
            "looks like milliseconds: seconds are expected",
        ),
        (f'"start_time":{START},"end_time":{START}', "end_time", "is not after start_time"),
        ('"start_time":0,"end_time":86400', "start_time", "is not a time between 2015 and 2100"),
        ('"start_time":"soon","end_time":86400', "start_time", "is not a time: unix seconds or ISO 8601 are read"),
        (f'"start_time":{START}', "end_time", "is missing"),
        (
            f'"start_time":{START},"start_time":{START},"end_time":{START + DAY}',
            "start_time",
            "stands twice in one object",
        ),
    ],
)
def test_a_bucket_without_a_time_rejects_each_of_its_results(times: str, field: str, reason: str) -> None:
    bad = f'{{"object":"bucket",{times},"results":[{row(1)},{row(2)}]}}'
    export = load(page(bad, bucket(row(3))))
    assert tokens(export) == [3]
    assert [(each.place, each.field, each.reason, each.count) for each in export.problems] == [
        ("data[0]", field, reason, 2)
    ]
    assert export.rejected == 2


def test_unusual_widths_and_starts_are_said_and_read() -> None:
    week = bucket(row(1)).replace(str(START + DAY), str(START + 7 * DAY))
    local = (
        bucket(row(2), day=1)
        .replace(str(START + DAY), str(START + DAY + 7200))
        .replace(str(START + 2 * DAY), str(START + 2 * DAY + 7200))
    )
    export = load(page(week, local, bucket(row(3), day=3)))
    assert tokens(export) == [1, 2, 3]
    assert [(each.kind, each.place, each.reason) for each in export.problems] == [
        ("notice", "data[0]", "makes a bucket of 604,800 seconds, not of a minute, an hour or a day"),
        ("notice", "data[1]", "is not the start of a bucket of one day (UTC)"),
    ]


def test_a_clipped_first_and_last_bucket_are_usual() -> None:
    first = bucket(row(1)).replace(str(START) + ",", str(START + 60_300) + ",")
    last = bucket(row(2), day=1).replace(str(START + 2 * DAY), str(START + DAY + 23_400))
    assert load(page(first, last)).problems == ()


def test_has_more_without_the_next_page_is_said() -> None:
    export = load(page(bucket(row()), more="true"))
    assert problems(export) == [
        (
            "notice",
            "data[0]",
            "has_more",
            "true",
            "says that more pages follow, but the next one is not among the files",
        )
    ]
    assert export.rejected == 0


def test_the_next_page_of_a_list_completes_the_one_before() -> None:
    first, second = page(bucket(row()), more="true"), page(bucket(row(), day=1))
    assert load(f"[{first},{second}]").problems == ()
    assert load(f"{first}\n{second}").problems == ()
    twice = load(f"[{first},{first}]")
    assert [each.place for each in twice.problems] == ["[0].data[0]", "[1].data[0]"]
    assert [each.place for each in load('{"object":"page","data":[],"has_more":true}').problems] == [""]


def test_flat_rows_are_gathered_into_buckets() -> None:
    rows = [
        {"start_time": START + DAY * (n // 2), "end_time": START + DAY * (n // 2 + 1), **json.loads(row(n))}
        for n in range(4)
    ]
    export = load(json.dumps(rows))
    assert (export.format, tokens(export), tokens(export, "bucket")) == ("flat rows", [0, 1, 2, 3], [0, 0, 1, 1])
    assert export.buckets["results"].to_pylist() == [2, 2]


def test_camel_case_metrics_and_iso_times_are_understood() -> None:
    rows = [
        {
            "windowStartIso": "2025-08-12T00:00:00.000Z",
            "windowEndIso": "2025-08-13T00:00:00.000Z",
            "apiKeyId": "key_1",
            "serviceTier": "default",
            "batch": False,
            "metrics": {"inputTokens": 5, "output_tokens": 1, "numModelRequests": 1, "inputCacheWrite30mTokens": 4},
            "csvSource": "x",
        }
    ]
    export = load(json.dumps({"missing": rows, "note": "n"}))
    filled = {name: value for name, value in export.results.to_pylist()[0].items() if value is not None}
    assert filled == {
        "object": "completions",
        "bucket": 0,
        "api_key_id": "key_1",
        "batch": "false",
        "service_tier": "default",
        "num_model_requests": 1,
        "input_tokens": 5,
        "input_cache_write_30m_tokens": 4,
        "output_tokens": 1,
    }
    assert export.buckets["start_time"].to_pylist() == [START]
    assert export.unknown_fields == {"completions.csvSource": 1}


@pytest.mark.parametrize(
    ("time", "width"),
    [
        ({"date": "2025-08-12"}, DAY),
        ({"start_time": START}, DAY),
        ({"start_time": f"{START + 3600}.0"}, 3600),
        ({"timestamp": START + 60}, 60),
        ({"start_time_iso": "2025-08-12T02:00:00+02:00", "end_time": START + 3600}, 3600),
    ],
)
def test_a_row_s_time_may_be_told_in_many_ways(time: dict[str, Any], width: int) -> None:
    (found,) = load(json.dumps([{**time, **json.loads(row())}])).buckets.to_pylist()
    assert found["end_time"] - found["start_time"] == width


def test_a_bare_result_has_no_time() -> None:
    export = load(row())
    assert problems(export) == [
        ("rejected", "", "start_time", "", "has no time: it cannot be placed in a bucket"),
    ]
    assert export.format == "single result"


def test_json_lines_keep_their_whole_lines() -> None:
    export = load(f"{bucket(row(1))}\n{bucket(row(2), day=1)[:-40]}\n\n{page(bucket(row(3), day=2))}\nNaN nonsense\n")
    assert tokens(export) == [1, 3]
    assert [(each.kind, each.place) for each in export.problems] == [("unread", "line 2"), ("unread", "line 5")]
    assert export.buckets["place"].to_pylist() == ["line 1", "line 4: data[0]"]


def test_a_bad_first_line_does_not_take_the_others() -> None:
    export = load(f'{{"object":"page","da\n{bucket(row(2))}\n{bucket(row(3), day=1)}\n')
    assert tokens(export) == [2, 3]
    assert [each.place for each in export.problems] == ["line 1"]


def test_results_on_lines_of_their_own_name_their_line() -> None:
    export = load("\n".join([bucket(row(1)), bucket(row(-1), day=1), bucket(row(3), day=2)]))
    assert problems(export) == [("rejected", "line 2: results[0]", "input_tokens", "-1", "is negative")]
    assert tokens(export) == [1, 3]


@pytest.mark.parametrize("tail", ["x", "]", " {}}", '"', ",[]"])
def test_what_follows_the_end_of_a_document_is_not_overlooked(tail: str) -> None:
    export = load(page(bucket(row())) + tail)
    assert [each.kind for each in export.problems] == ["unread"]


@pytest.mark.parametrize(
    "text",
    [
        "[" * 40_000,
        '{"a":' * 70 + "1" + "}" * 70,
        page(bucket(row().replace('"gpt-5"', "[" * 70 + "]" * 70))),
        f'["x {bucket(row())}"]',
        f"{{{bucket(row())}:1}}",
        f"[{bucket(row())} {bucket(row())}]",
        f"{bucket(row())},{bucket(row())}",
        f'{{"a":{bucket(row())},{bucket(row())}}}',
        page(bucket(row())).replace('"has_more":false', '"has_more":NaN'),
        page(bucket(row())).replace('"has_more":false', '"data":[]'),
        page(bucket(row())).replace("]}", "],}"),
        page(bucket(row())).replace('"gpt-5"', '"gpt\n5"'),
        page(bucket(row())).replace('"gpt-5"', "'gpt-5'"),
        page(bucket(row())).replace('"gpt-5"', '"gpt-5" // model'),
    ],
)
def test_what_is_not_json_is_not_read(text: str) -> None:
    export = load(text)
    assert export.rejected >= 1
    assert export.accepted == 0


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_the_encoding_is_seen(encoding: str) -> None:
    text = page(bucket(row().replace("gpt-5", "modèle 🚀")))
    export = load(text.encode(encoding))
    assert tokens(export, "model") == ["modèle 🚀"]
    assert export.problems == ()


def test_a_byte_order_mark_before_json_lines_is_no_fault() -> None:
    assert tokens(load(codecs.BOM_UTF8 + f"{bucket(row(1))}\n{bucket(row(2), day=1)}".encode())) == [1, 2]


def test_size_hash_and_label_are_told() -> None:
    content = page(bucket(row())).encode()
    export = read(memoryview(content), "a.json", organization="acme")
    assert (export.size, export.organization, len(export.sha256)) == (len(content), "acme", 64)


def test_progress_ends_below_or_at_one_and_never_falls() -> None:
    told: list[float] = []
    read("\n".join(bucket(*[row()] * 500, day=n) for n in range(40)).encode(), "a", progress=told.append)
    assert told == sorted(told)
    assert told[-1] <= 1.0


def test_the_legacy_exports_are_translated() -> None:
    usage = {
        "object": "list",
        "data": [
            {
                "aggregation_timestamp": 1_730_696_460,
                "n_requests": 2,
                "operation": "completion",
                "snapshot_id": "gpt-4o-2024-08-06",
                "n_context_tokens_total": 31,
                "n_generated_tokens_total": 12,
                "n_cached_context_tokens_total": 3,
                "email": None,
            }
        ],
        "dalle_api_data": [
            {
                "timestamp": 1_730_696_460,
                "num_images": 4,
                "num_requests": 1,
                "image_size": "1024x1024",
                "model_id": "dall-e-3",
            }
        ],
        "whisper_api_data": [
            {"timestamp": 1_730_696_460, "model_id": "whisper-1", "num_seconds": 9, "num_requests": 1}
        ],
        "tts_api_data": [{"timestamp": 1_730_696_460, "model_id": "tts-1", "num_characters": 7, "num_requests": 1}],
    }
    export = load(json.dumps(usage))
    assert export.format == "legacy usage export"
    assert tokens(export, "object") == ["completions", "images", "audio_transcriptions", "audio_speeches"]
    assert tokens(export, "input_cached_tokens") == [3, None, None, None]
    assert (tokens(export, "images")[1], tokens(export, "seconds")[2], tokens(export, "characters")[3]) == (4, 9, 7)
    assert {each["end_time"] - each["start_time"] for each in export.buckets.to_pylist()} == {60}
    assert tokens(export, "size")[1] == "1024x1024"


def test_formats_have_names_a_person_reads_once_each() -> None:
    names = [each.name for each in FORMATS]
    assert len(names) == len(set(names))
    assert {"API page", "list of pages", "JSON Lines", "dashboard CSV (completions)", "dashboard CSV (costs)"} <= set(
        names
    )


# The real exports.

TOTALS = {
    "01_api_page_12key_group-model_2025-08.json": (984, 47_752_180, 365_077),
    "02_api_bucketlist_12key_audio_2025-01_cookbook.json": (19_347, 16_951_009, 729_421),
    "05_completions_usage_24col_2026-03-13_2026-04-12_hyo.csv": (3, 11_889, 1_570),
    "06_completions_usage_25col_2026-06-13_2026-07-13_pavel.csv": (22, 16_643, 4_311),
    "07_completions_usage_24col_spreadsheet-roundtrip_2025-10_guardian.tsv": (53, 339_711, 549_459),
    "11_derived_flat_camelcase_incentivized-tier_2025-09_cognitrack.json": (1_437, 173_264_675, 2_630_441),
    "12_legacy_activity-2024-02-01-2024-03-01_guard233.json": (22_493, 951_219, 79_568),
}


@pytest.mark.parametrize("name", TOTALS)
def test_the_totals_of_real_exports_come_out_exactly(exports: Path, name: str) -> None:
    export = load((exports / name).read_bytes(), name)
    columns = ("num_model_requests", "input_tokens", "output_tokens")
    assert tuple(pc.sum(export.results[column]).as_py() for column in columns) == TOTALS[name]
    assert export.rejected == 0


def test_the_cached_tokens_of_a_real_page_come_out_exactly(exports: Path) -> None:
    export = load((exports / "01_api_page_12key_group-model_2025-08.json").read_bytes())
    assert pc.sum(export.results["input_cached_tokens"]).as_py() == 43_970_688


def test_real_costs_come_out_to_the_last_digit(exports: Path) -> None:
    amounts = load((exports / "08_cost_10col_ungrouped_2025-10_guardian.tsv").read_bytes()).costs["amount"].to_pylist()
    assert sum(amounts) == Decimal("2.98595375")
    fixture = load((exports / "16_cost_17col_2026-09_aiecon-fixture.csv").read_bytes())
    assert fixture.costs["amount"].to_pylist() == [Decimal("0.00383598")]
    assert fixture.buckets["end_time"].to_pylist() == [1_790_553_600, 1_790_640_000]


def test_the_official_examples_are_read_and_their_bare_results_named(exports: Path) -> None:
    export = load((exports / "20_official_openapi_examples_2026-08.json").read_bytes())
    assert (export.accepted, export.rejected) == (11, 11)
    assert {each.reason for each in export.problems if each.kind == "rejected"} == {
        "has no time: it cannot be placed in a bucket"
    }
    assert export.problems[0].place == 'pages["/organization/usage/completions"].data[0]'


def test_each_real_export_is_read_or_named(exports: Path) -> None:
    for path in sorted(exports.iterdir()):
        export = load(path.read_bytes(), path.name)
        assert export.accepted or export.problems, path.name
