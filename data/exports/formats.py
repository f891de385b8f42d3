"""All formats, one row each, and `read`, which finds the one a file is in by its content and reads it."""

from collections.abc import Callable
from typing import Any, NamedTuple

from data.exports.archives import LIMITS, Limits, Member, Unpacker
from data.exports.delimited import is_table, read_table
from data.exports.draft import Draft
from data.exports.export import Export
from data.exports.json import read_json, shaped
from data.exports.mapping import is_mapping, read_mapping
from data.exports.mistakes import INSTEAD, MISTAKES
from data.exports.source import Source
from data.models import BY_OBJECT, short_name

OUT_OF_MEMORY = "needs more memory to read than there is"


class Format(NamedTuple):
    name: str
    """As a person reads it on the screen."""
    detect: Callable[[Source], bool]
    read: Callable[[Source, Draft], None]


FORMATS: tuple[Format, ...] = (
    Format("API page", shaped("page"), read_json),
    Format("list of pages", shaped("list of pages"), read_json),
    Format("single bucket", shaped("bucket"), read_json),
    Format("list of buckets", shaped("list of buckets"), read_json),
    Format("single result", shaped("row"), read_json),
    Format("flat rows", shaped("list of rows"), read_json),
    Format("legacy activity export", shaped("list of old rows"), read_json),
    Format("legacy usage export", shaped("list of old minutes"), read_json),
    Format("JSON Lines", shaped("lines"), read_json),
    Format("concatenated JSON", shaped("concatenated"), read_json),
    Format("exports inside other JSON", shaped("wrapper"), read_json),
    *(Format(f"dashboard CSV ({short_name(name)})", is_table(short_name(name)), read_table) for name in BY_OBJECT),
    Format("flat rows as CSV", is_table(""), read_table),
    Format("names of ids", is_mapping, read_mapping),
)


def read(
    content: Any,
    name: str,
    *,
    organization: str = "",
    progress: Callable[[float], None] | None = None,
    limits: Limits = LIMITS,
) -> Export:
    """An upload's results, columns and problems, whatever its bytes are: it never raises.

    `content` is bytes, a bytearray, a memory map or a contiguous memoryview; `progress` is called with the fraction
    read so far.
    """
    content = _searchable(content)
    draft = Draft(name, progress)
    try:
        _read_members(content, draft, limits)
        return draft.export(content, organization)
    except MemoryError:
        reason = OUT_OF_MEMORY
    except Exception as error:  # noqa: BLE001 - nobody can foresee all bytes, and a page must not die of any
        reason = f"could not be read: the reader failed with {type(error).__name__}"
    draft = Draft(name)
    draft.problem("unread", "", reason)
    return draft.export(content, organization)


def _searchable(content: Any) -> Any:
    """A memoryview cannot be searched; what is behind it can."""
    if not isinstance(content, memoryview):
        return content
    whole = isinstance(content.obj, (bytes, bytearray)) and len(content.obj) == content.nbytes
    return content.obj if whole else content.tobytes()


def _read_members(content: Any, draft: Draft, limits: Limits) -> None:
    read_any = False
    for member in Unpacker(len(content), limits).members_of(content):
        read_any = True
        draft.prefix = f"{member.place}: " if member.place else ""
        draft.share = member.fraction - draft.base
        if member.problem:
            draft.problem("unread", "", member.problem)
        else:
            _read_member(member, draft)
        draft.base = member.fraction
    if not read_any:
        draft.problem("unread", "", f"is an archive without files: {INSTEAD}")


def _read_member(member: Member, draft: Draft) -> None:
    source = Source(member.content, member.place.rsplit("/", 1)[-1] or draft.name)
    mistake = next((each for each in MISTAKES if each.detect(source)), None)
    if mistake:
        draft.problem("unread", "", mistake.reason)
        return
    found = next((each for each in FORMATS if each.detect(source)), None)
    if found:
        draft.formats.append(found.name)
        found.read(source, draft)
    elif source.is_json:
        read_json(source, draft)  # to say what is wrong with it
    else:
        draft.problem("unread", "", f"is no usage export that is known here: {INSTEAD}")
