"""The mapping that the operator keeps, named by USAGE_NAMES: a path, or the address of an object in a store."""

import logging
import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from data.exports import Export, read
from data.store.objects import StoreError, read_object

KEPT = "the server's names"
"""What notices call the file: its place is nobody's business but the operator's."""

_TOLD = 10
"""Problems in the log."""

_log = logging.getLogger(__name__)


def kept_mapping(environ: Mapping[str, str] = os.environ) -> Export | None:
    """What the file holds, None where none is named; a problem where it cannot be read or is no mapping."""
    place = environ.get("USAGE_NAMES", "").strip()
    if not place:
        return None
    try:
        export = read(_content(place), KEPT)
    except (OSError, StoreError):
        _log.exception("USAGE_NAMES cannot be read")
        return Export(KEPT, "", 0, "")
    told = [" ".join(filter(None, (each.place, each.field, each.reason))) for each in export.problems[:_TOLD]]
    _log.log(logging.WARNING if told else logging.INFO, "USAGE_NAMES: %d names %s", len(export.mapping), told)
    return export


def _content(place: str) -> bytes:
    return read_object(place) if urlsplit(place).scheme and "://" in place else Path(place).read_bytes()
