"""What becomes of an error nobody foresaw: a sentence and an id for the visitor, where it happened for the log.

An exception's text can hold rows of an export, and a log line the token of a link: neither is written anywhere. The id
follows from where the error happened, so that the page's is the log's without anything between them, and the same
fault has the same id each time.
"""

import logging
import re
import threading
import traceback
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Any

import streamlit as st

from components import warehouse
from data.engines import EngineError

_ROOT = Path(__file__).resolve().parents[1]
_LIBRARIES = Path(st.__file__).parents[1]
_PRIVATE = (
    (re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", re.IGNORECASE), "[session]"),
    (re.compile(r"(?<![\w-])[\w-]{40,}(?![\w-])"), "[token]"),
    (re.compile(r"\?\S*=\S*"), "?[query]"),
)


def show(error: BaseException) -> bool:
    """Tells the visitor; for `on_script_error`, where True keeps Streamlit from telling it its own way."""
    if isinstance(error, EngineError):
        # Foreseen, wherever on the page a question is asked.
        warehouse.not_answered(error)
        return True
    st.error(
        "Something went wrong on the server. Nothing that was saved is lost: reload the page. If it happens again, "
        f"tell whoever runs this dashboard the error id **{error_id(error)}**.",
        icon=":material/error:",
    )
    return True


def error_id(error: BaseException) -> str:
    return sha256("\n".join(_lines(error)).encode()).hexdigest()[:8]


def place(error: BaseException) -> str:
    """Where it happened, without a word of what it said."""
    return "\n".join([f"Traceback (most recent call last), error id {error_id(error)}:", *_lines(error)])


def _lines(error: BaseException) -> Iterator[str]:
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        yield f"{'' if cause is error else 'after '}{type(cause).__module__}.{type(cause).__qualname__}"
        for frame in traceback.extract_tb(cause.__traceback__):
            yield f"  {_short(frame.filename)}:{frame.lineno} {frame.name}"
        cause = cause.__cause__ or cause.__context__


def _short(filename: str) -> str:
    for root in (_ROOT, _LIBRARIES):
        if Path(filename).is_relative_to(root):
            return Path(filename).relative_to(root).as_posix()
    return Path(filename).name


# --- the log -------------------------------------------------------------------------------------------------------


def keep_log_private() -> None:
    """From now on no line of any logger of this process holds a token, a session id, or what an exception says."""
    made = logging.getLogRecordFactory()

    def make(*args: Any, **kwargs: Any) -> logging.LogRecord:
        return _private(made(*args, **kwargs))

    logging.setLogRecordFactory(make)
    threading.excepthook = _thread_ended


def _private(record: logging.LogRecord) -> logging.LogRecord:
    record.msg, record.args = without_secrets(record.getMessage()), None
    match record.exc_info:
        case (_, BaseException() as error, _):
            record.exc_text = place(error)  # formatters take it as it is
    return record


def without_secrets(text: str) -> str:
    """One line, without what opens or names anything."""
    for pattern, instead in _PRIVATE:
        text = pattern.sub(instead, text)
    return text


def _thread_ended(told: threading.ExceptHookArgs) -> None:
    if told.exc_type is SystemExit:  # how a thread asks to end
        return
    info: tuple[type[BaseException], BaseException, TracebackType | None] | None = (
        (told.exc_type, told.exc_value, told.exc_traceback) if told.exc_value else None
    )
    logging.getLogger(__name__).error("A thread ended with an error", exc_info=info)
