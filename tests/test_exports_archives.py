"""Archives are unpacked within limits, and files of other kinds are named."""

import gzip
import io
import struct
import zipfile
import zlib
from collections.abc import Sequence

import pytest

from data.exports import Export, read
from data.exports.archives import Limits
from data.exports.formats import read as read_within

PAGE = b'{"object":"page","data":[{"object":"bucket","start_time":1754956800,"end_time":1755043200,"results":[{"object":"organization.usage.vector_stores.result","usage_bytes":5}]}],"has_more":false}'
CSV = b"start_time,end_time,usage_bytes\n1754956800,1755043200,7\n1754956800,1755043200,-7\n"


def zipped(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return file.getvalue()


def values(export: Export) -> list[int | None]:
    return export.results["usage_bytes"].to_pylist()


def problems(export: Export) -> list[tuple[str, str]]:
    return [(each.place, each.reason) for each in export.problems]


def test_gzip_is_read_whatever_its_name() -> None:
    export = read(gzip.compress(PAGE), "usage.json")
    assert (values(export), export.format, export.problems) == ([5], "API page", ())
    assert export.buckets["place"].to_pylist() == ["data[0]"]


def test_gzip_of_several_members_is_one_file() -> None:
    half = len(PAGE) // 2
    assert values(read(gzip.compress(PAGE[:half]) + gzip.compress(PAGE[half:]) + b"\0" * 512, "x.gz")) == [5]


def test_what_follows_gzip_data_is_said() -> None:
    export = read(gzip.compress(PAGE) + b"more", "x.gz")
    assert values(export) == [5]
    assert problems(export) == [("", "goes on after the end of its gzip data: not read")]


def test_a_damaged_gzip_is_not_read() -> None:
    content = bytearray(gzip.compress(PAGE))
    content[-6] ^= 1
    export = read(bytes(content), "x.gz")
    assert (export.accepted, problems(export)) == (0, [("", "is damaged: its gzip data cannot be unpacked")])


def test_a_zip_may_hold_any_mix() -> None:
    members = [
        ("a/page.json", PAGE),
        ("b.csv.gz", gzip.compress(CSV)),
        ("c.zip", zipped(("d.jsonl", PAGE + b"\n" + PAGE))),
    ]
    hidden = [("__MACOSX/a/._page.json", b"x"), (".DS_Store", b"x"), ("a/.hidden", b"x"), ("empty/", b"")]
    export = read(zipped(*members, *hidden), "all.zip")
    assert values(export) == [5, 7, 5, 5]
    assert problems(export) == [("b.csv.gz: line 3", "is negative")]
    assert export.format == "API page, dashboard CSV (vector_stores), JSON Lines"
    assert export.buckets["place"].to_pylist() == [
        "a/page.json: data[0]",
        "b.csv.gz: line 2",
        "c.zip/d.jsonl: line 1: data[0]",
        "c.zip/d.jsonl: line 2: data[0]",
    ]


def test_a_member_whose_name_is_cut_to_that_of_a_folder_is_read() -> None:
    """As by a zero byte, which ends a name."""
    assert values(read(zipped(("a/", PAGE)), "x.zip")) == [5]


def test_a_bad_member_does_not_take_the_others() -> None:
    export = read(zipped(("a.json", PAGE), ("b.json", PAGE[:-5]), ("c.pdf", b"%PDF-1.7"), ("d.json", PAGE)), "x.zip")
    assert values(export) == [5, 5]
    assert [place for place, _ in problems(export)] == ["b.json", "c.pdf"]


def test_an_encrypted_member_is_named() -> None:
    content = bytearray(zipped(("a.json", PAGE)))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    assert problems(read(bytes(content), "x.zip")) == [("a.json", "is encrypted: unpack it with its password first")]


def test_a_member_that_was_tampered_with_is_not_read() -> None:
    content = bytearray(zipped(("a.json", PAGE), method=zipfile.ZIP_STORED))
    content[content.index(b'"usage_bytes":5') + 14] = ord("6")
    export = read(bytes(content), "x.zip")
    assert (export.accepted, problems(export)) == (0, [("a.json", "is damaged: it cannot be unpacked")])


def test_archives_in_archives_have_an_end() -> None:
    assert values(read(zipped(("a.gz", gzip.compress(PAGE))), "x.zip")) == [5]
    deep = read(gzip.compress(gzip.compress(gzip.compress(PAGE))), "x.gz")
    assert problems(deep) == [("", "holds archives in archives more than 2 deep")]


def test_honest_files_compress_well_and_are_read() -> None:
    rows = b",".join([PAGE[PAGE.index(b'{"object":"organization') : PAGE.index(b"}]}") + 1]] * 20_000)
    page = PAGE.replace(PAGE[PAGE.index(b'{"object":"organization') : PAGE.index(b"}]}") + 1], rows)
    content = gzip.compress(page)
    assert len(page) / len(content) > 100
    assert read(content, "x.gz").accepted == 20_000


@pytest.mark.parametrize("packed", [gzip.compress, lambda content: zipped(("a.json", content))])
def test_a_bomb_is_not_unpacked(packed: object) -> None:
    export = read(packed(bytes(40 << 20)), "bomb")  # type: ignore[operator]
    assert [each.reason for each in export.problems] == ["unpacks to more than 2 GB or 100 times its size: not read"]


def test_members_share_one_allowance() -> None:
    export = read_within(
        zipped(*((f"{n}.json", PAGE) for n in range(4))), "x.zip", limits=Limits(unpacked=2 * len(PAGE) + 5)
    )
    assert values(export) == [5, 5]
    assert [each.place for each in export.problems] == ["2.json", "3.json"]


def test_too_many_members_are_not_read() -> None:
    export = read_within(zipped(*((f"{n}", b"") for n in range(5))), "x.zip", limits=Limits(members=4))
    assert problems(export) == [("", "holds more than 4 files: not read")]


def test_overlapping_entries_are_a_bomb() -> None:
    assert [reason for _, reason in problems(read(overlapping(["a", "b", "c"]), "x.zip"))] == [
        "is a zip archive whose entries overlap, as only a zip bomb's do: not read"
    ]


def overlapping(names: Sequence[str]) -> bytes:
    """A zip archive whose directory names the same packed bytes again and again."""
    packed = zlib.compressobj(wbits=-15)
    data = packed.compress(PAGE) + packed.flush()
    sizes = struct.pack("<III", zlib.crc32(PAGE), len(data), len(PAGE))
    local = b"PK\x03\x04" + struct.pack("<HHHHH", 20, 0, 8, 0, 0) + sizes + struct.pack("<HH", 1, 0) + b"a" + data
    central = b"".join(
        b"PK\x01\x02"
        + struct.pack("<HHHHHH", 20, 20, 0, 8, 0, 0)
        + sizes
        + struct.pack("<HHHHHII", 1, 0, 0, 0, 0, 0, 0)
        + name.encode()
        for name in names
    )
    end = struct.pack("<HHHHIIH", 0, 0, len(names), len(names), len(central), len(local), 0)
    return local + central + b"PK\x05\x06" + end


def test_a_cut_zip_is_not_read() -> None:
    content = zipped(("a.json", PAGE))
    for length in range(4, len(content)):
        export = read(content[:length], "x.zip")
        assert (export.accepted, export.rejected) == (0, 1), length


def test_an_empty_zip_is_said_to_be_empty() -> None:
    assert "without files" in problems(read(zipped(), "x.zip"))[0][1]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b" \r\n\t", "is empty"),
        (
            b'{"error":{"message":"You have insufficient permissions","type":"invalid_request_error"}}',
            "an error reply of the API",
        ),
        (b"<!DOCTYPE html><html><head><title>Log in</title>", "a web page"),
        (b"  <html lang='en'>", "a web page"),
        (b"<?xml version='1.0'?><a/>", "an XML document"),
        (b"%PDF-1.7\n...", "a PDF document"),
        (b"\x89PNG\r\n\x1a\n", "an image"),
        (zipped(("[Content_Types].xml", b""), ("xl/workbook.xml", b"")), "save the sheet as CSV"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel workbook"),
        (b"PAR1....", "a Parquet file"),
        (b"\x28\xb5\x2f\xfd....", "is compressed in a way"),
        (b"period_start,period_end,name,email,role,user_status,messages,gpt_messages\n", "a ChatGPT workspace report"),
        (b"date,email,credits_used\n2025-09-01,a@example.com,5\n", "a ChatGPT workspace report"),
        (b'[{"title":"Hi","mapping":{},"current_node":"x","conversation_id":"y"}]', "a ChatGPT data export"),
        (
            b'{"data":[{"starting_at":"2025-08-01T00:00:00Z","ending_at":"2025-08-02T00:00:00Z","results":[{"uncached_input_tokens":1500,"output_tokens":5}]}],"has_more":false}',
            "is Anthropic usage",
        ),
        (
            b'{"data":[{"starting_at":"2025-08-01T00:00:00Z","ending_at":"2025-08-02T00:00:00Z","results":[{"amount":"123","currency":"USD"}]}]}',
            "an Anthropic cost report",
        ),
        (
            b"usage_date_utc,model_version,api_key,workspace,usage_input_tokens_no_cache\n2025-08-01,x,y,z,5\n",
            "is Anthropic usage",
        ),
        (
            b'{"data":[{"date":"2025-08-24","model":"openai/gpt-4.1","model_permaslug":"openai/gpt-4.1-2025-04-14","requests":5}]}',
            "is OpenRouter activity",
        ),
        (
            b"generation_id,created_at,cost_total,tokens_prompt,tokens_completion,model_permaslug\n",
            "is OpenRouter activity",
        ),
        (
            b'[{"request_id":"x","call_type":"acompletion","spend":0.1,"custom_llm_provider":"openai","startTime":"2025-01-01"}]',
            "a LiteLLM spend log",
        ),
        (b'{"a":1,"b":[{"c":null}]}', "is JSON, but holds no usage"),
        (b"[]", "is JSON, but holds no usage"),
        (b"null", "no usage export that is known"),
        (b"hello, world\n1, 2\n", "no usage export that is known"),
        (b'[{"input_tokens":5,"output_tokens":2}]', "is JSON, but holds no usage"),
    ],
)
def test_what_was_saved_by_mistake_is_named(content: bytes, says: str) -> None:
    export = read(content, "usage.json")
    assert (export.accepted, export.rejected) == (0, 1)
    assert says in export.problems[0].reason


def test_most_of_what_is_named_says_what_to_do_instead() -> None:
    for content in (b"", b"<html>", b"%PDF", b'{"error":{"message":"no"}}', b"hello"):
        assert "platform.openai.com" in read(content, "x").problems[0].reason


def test_an_error_reply_among_pages_is_told_and_the_pages_stay() -> None:
    export = read(b'[%s,{"error":{"message":"Rate limit reached"}},%s]' % (PAGE, PAGE), "x")
    assert values(export) == [5, 5]
    assert problems(export) == [("[1]", "is an error reply of the API: Rate limit reached")]


def test_an_empty_page_is_an_export_without_usage() -> None:
    export = read(b'{"object":"page","data":[],"has_more":false,"next_page":null}', "x")
    assert (export.format, export.accepted, export.problems) == ("API page", 0, ())
