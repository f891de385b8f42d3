"""Files people drop in by mistake: told what they are and what to download instead."""

import re
from collections.abc import Callable
from typing import NamedTuple

from data.exports.source import Source
from data.exports.strict import Document

INSTEAD = (
    "download the usage CSV from platform.openai.com under Usage, Export, "
    "or save the replies of GET /v1/organization/usage/completions"
)


class Mistake(NamedTuple):
    name: str
    detect: Callable[[Source], bool]
    reason: str


def _starts(*beginnings: bytes) -> Callable[[Source], bool]:
    return lambda source: bytes(source.content[:16]).startswith(beginnings)


def _mentions(*words: str) -> Callable[[Source], bool]:
    """Whether one of these keys of a JSON object, or column titles, occurs at the file's beginning."""

    def detect(source: Source) -> bool:
        if source.is_json:
            return any(re.search(rf'"{word}"\s*:', source.head) for word in words if f'"{word}"' in source.head)
        return not _title_set(source).isdisjoint(words)

    return detect


def _title_set(source: Source) -> set[str]:
    return {title.strip('" ') for title in re.split("[,;\t]", source.title_line.lower())}


def _are_both(one: str, other: str) -> Callable[[Source], bool]:
    return lambda source: _mentions(one)(source) and _mentions(other)(source)


def _is_workspace_report(source: Source) -> bool:
    titles = set() if source.is_json else _title_set(source)
    counted = {"gpt_messages", "model_to_messages", "messages_rank", "credits_used", "tool_messages"} & titles
    return bool(counted) or ("email" in titles and bool({"messages", "user_status"} & titles))


def _is_html(source: Source) -> bool:
    return bool(re.match(r"\s*(<!--.*?-->\s*)*<(!doctype html|html|head|body)\b", source.head[:4096], re.I | re.S))


def _is_error(source: Source) -> bool:
    value = source.first.value if isinstance(source.first, Document) else None
    if not isinstance(value, dict) or not isinstance(value.get("error"), (dict, str)):
        return False
    return not any(isinstance(each, (dict, list)) for key, each in value.items() if key != "error")


def _foreign(*words: str) -> Callable[[Source], bool]:
    """Whether one of these keys or titles occurs, and none that only OpenAI's usage has."""
    mentions = _mentions(*words)
    return lambda source: not any(own in source.head for own in _OWN) and mentions(source)


_OWN = ("organization.usage.", "organization.costs.", "num_model_requests")
_OTHER_VENDOR = "this dashboard shows OpenAI organization usage: " + INSTEAD
_UNPACK = "unpack it first; .gz and .zip are read as they are"

MISTAKES: tuple[Mistake, ...] = (
    Mistake("empty file", lambda source: not source.head.strip("\0 \t\r\n"), f"is empty: {INSTEAD}"),
    Mistake("PDF", _starts(b"%PDF"), f"is a PDF document: {INSTEAD}"),
    Mistake(
        "image",
        _starts(b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"II*\0", b"MM\0*", b"BM"),
        f"is an image: {INSTEAD}",
    ),
    Mistake("old Excel workbook", _starts(b"\xd0\xcf\x11\xe0"), "is an old Excel workbook: save the sheet as CSV"),
    Mistake("Parquet", _starts(b"PAR1"), "is a Parquet file, not an export as OpenAI writes it: " + INSTEAD),
    Mistake("SQLite", _starts(b"SQLite format 3"), "is an SQLite database: " + INSTEAD),
    Mistake(
        "compressed file",
        _starts(b"7z\xbc\xaf", b"Rar!", b"\xfd7zXZ", b"BZh", b"\x28\xb5\x2f\xfd"),
        f"is compressed in a way that is not read: {_UNPACK}",
    ),
    Mistake("HTML page", _is_html, f"is a web page, as a browser saves it when it is not logged in: {INSTEAD}"),
    Mistake("XML", lambda source: source.head.lstrip().startswith("<?xml"), f"is an XML document: {INSTEAD}"),
    Mistake(
        "API error",
        _is_error,
        "is an error reply of the API instead of usage: ask again with an admin key, or " + INSTEAD,
    ),
    Mistake(
        "Anthropic usage",
        _foreign(
            "uncached_input_tokens",
            "cache_creation_input_tokens",
            "cache_read_input_tokens",
            "usage_input_tokens_no_cache",
            "usage_date_utc",
            "ephemeral_5m_input_tokens",
        ),
        f"is Anthropic usage: {_OTHER_VENDOR}",
    ),
    Mistake("Anthropic costs", _are_both("starting_at", "ending_at"), f"is an Anthropic cost report: {_OTHER_VENDOR}"),
    Mistake(
        "OpenRouter activity",
        _foreign("model_permaslug", "native_tokens_prompt", "tokens_prompt", "byok_usage_inference"),
        f"is OpenRouter activity: {_OTHER_VENDOR}",
    ),
    Mistake(
        "LiteLLM spend",
        _foreign("custom_llm_provider", "model_group", "total_spend"),
        f"is a LiteLLM spend log: {_OTHER_VENDOR}",
    ),
    Mistake(
        "ChatGPT workspace",
        _is_workspace_report,
        f"is a ChatGPT workspace report, which counts messages and not API tokens: {INSTEAD}",
    ),
    Mistake(
        "ChatGPT conversations",
        lambda source: source.is_json and _mentions("mapping")(source) and '"current_node"' in source.head,
        f"is a ChatGPT data export, which holds conversations: {INSTEAD}",
    ),
)
"""Looked through in this order, before the formats."""
