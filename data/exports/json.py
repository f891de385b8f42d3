"""Exports in JSON: one value, one per line or several in a row, of whatever shape."""

from collections.abc import Callable, Iterator
from typing import Any

from data.exports.cut import TOKEN
from data.exports.draft import Draft
from data.exports.fast import CutFailedError, FastBuckets
from data.exports.legacy import is_legacy
from data.exports.results import looks_like_result, renamed
from data.exports.shapes import Shapes, is_bucket, is_page
from data.exports.source import Source
from data.exports.strict import Broken, Document, documents


def shaped(shape: str) -> Callable[[Source], bool]:
    """A format's detector: the JSON is of this shape."""
    return lambda source: shape_of(source) == shape


def shape_of(source: Source) -> str:
    """`page`, `list of buckets`, `lines`, …; `broken` for no JSON, `other` for JSON of something else, else empty."""
    first = source.first
    if first is None:
        return ""
    if isinstance(first, Broken):
        return "lines" if first.line else "broken"
    run = source.cut.runs[first.value[1]] if source.cut and is_placeholder(first.value) else None
    if first.line or (run and run.size > 1 and not run.commas):
        return "lines" if first.lines or not first.line else "concatenated"
    return _shape(first.value)


def _shape(value: Any) -> str:
    if isinstance(value, list) and not is_placeholder(value):
        kinds = [_element(each) for each in value[:100] if isinstance(each, (dict, list))]
        kind = next((each for each in kinds if each), "")
        return f"list of {kind}s" if kind else _wrapper(value)
    kind = _element(value)
    if kind:
        return kind
    rows = value.get("data") if isinstance(value, dict) else None
    return _shape(rows) if isinstance(rows, list) and rows and _shape(rows) != "other" else _wrapper(value)


def _element(value: Any) -> str:
    if not isinstance(value, dict):
        return "bucket" if is_placeholder(value) else ""
    fields = renamed(value)
    if is_bucket(fields):
        return "bucket"
    if is_page(value):
        return "page"
    if is_legacy(value):
        return "old row" if "aggregation_timestamp" not in value else "old minute"
    return "row" if looks_like_result(value, fields) else ""


def _wrapper(value: Any, depth: int = 8) -> str:
    """Whether there is usage somewhere inside."""
    children = list(value.values()) if isinstance(value, dict) else value[:100]
    for child in children:
        if isinstance(child, (dict, list)) and depth:
            kind = "bucket" if is_placeholder(child) else _element(child)
            if kind or _wrapper(child, depth - 1) == "wrapper":
                return "wrapper"
    return "other"


def is_placeholder(value: Any) -> bool:
    """Whether a list stands for buckets that were cut out."""
    return isinstance(value, list) and len(value) == 2 and value[0] == TOKEN


def read_json(source: Source, draft: Draft) -> None:
    mark = draft.mark()
    try:
        _read(source, draft)
    except CutFailedError:
        draft.go_back(mark)
        source.open_json(documents(source.text()))
        source.cut = None
        _read(source, draft)


def _read(source: Source, draft: Draft) -> None:
    shapes = Shapes(draft, FastBuckets(source.cut, draft) if source.cut else None)
    shapes.read(_told(source.documents(), draft))
    if not shapes.found and not draft.problems:
        draft.problem("unread", "", "is JSON, but holds no usage")


def _told(values: Iterator[Document | Broken], draft: Draft) -> Iterator[tuple[str, Any, bool]]:
    """The values; what is broken between them becomes a problem."""
    outer = draft.prefix
    for each in values:
        prefix = f"line {each.line}: " if each.line else ""
        if isinstance(each, Broken):
            draft.prefix = outer + prefix
            draft.problem("unread", "", each.reason)
        else:
            yield prefix, each.value, each.odd
