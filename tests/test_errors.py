"""Errors nobody foresaw: what the log keeps of them, and what it never holds."""

import logging
import threading
from collections.abc import Iterator

import pytest

from components.errors import error_id, keep_log_private, place, without_secrets
from data.store import Links

TOKEN = "kY3vJ8wq0Zb-1TnL5x_RfGh2MsUoPcDaE4iV7e9WXyQ"  # noqa: S105 - made up
SESSION = "0b9e2f3c-5d6a-4c1e-8f7b-9a0d1e2f3a4b"


def fail(secret: str) -> None:
    try:
        raise KeyError(secret)
    except KeyError as error:
        raise ValueError(f"{secret} is not what was expected") from error


def caught(secret: str) -> ValueError:
    with pytest.raises(ValueError, match="expected") as told:
        fail(secret)
    return told.value


@pytest.fixture
def log() -> Iterator[logging.Logger]:
    """A logger of a process that keeps its log private."""
    made, hook = logging.getLogRecordFactory(), threading.excepthook
    keep_log_private()
    yield logging.getLogger("components.errors")
    logging.setLogRecordFactory(made)
    threading.excepthook = hook


def test_the_log_says_where_and_not_what(log, caplog):
    error = caught("gpt-secret")
    log.error("Uncaught app execution", exc_info=error)
    assert "gpt-secret" not in caplog.text
    said, *lines = caplog.text.splitlines()
    assert said.endswith("Uncaught app execution")
    assert lines[0] == f"Traceback (most recent call last), error id {error_id(error)}:"
    assert lines[1] == "builtins.ValueError"
    assert lines[-2] == "after builtins.KeyError"
    assert lines[-1].startswith("  tests/test_errors.py:")
    assert lines[-1].endswith(" fail")


def test_an_error_has_one_id_wherever_it_is_asked_and_another_fault_another():
    first, second = [caught(secret) for secret in ("a", "b")]
    assert error_id(first) == error_id(second)
    assert len(error_id(first)) == 8
    assert error_id(first) in place(second)
    assert error_id(first) != error_id(ValueError("a"))


def test_an_error_that_is_its_own_cause_is_told_once():
    error = ValueError("x")
    error.__context__ = error
    assert place(error).splitlines()[1:] == ["builtins.ValueError"]


def test_no_line_holds_a_token_a_session_or_a_query(log, caplog):
    log.warning("Refused /?data=%s&tab=x of %s", TOKEN, SESSION)
    log.warning("Links %s", Links(TOKEN, TOKEN))
    log.warning("PUT /_stcore/upload_file/%s/%s", SESSION, SESSION.upper())
    assert caplog.messages == [
        "Refused /?[query] of [session]",
        "Links Links(view='[token]', manage='[token]')",
        "PUT /_stcore/upload_file/[session]/[session]",
    ]


def test_what_a_log_needs_to_say_stays():
    said = "The store was swept: 3 datasets, 0.2 s; streamlit.web.server.starlette.starlette_websocket"
    assert without_secrets(said) == said


@pytest.mark.usefixtures("log")
def test_a_threads_error_is_told_the_same_way(caplog):
    thread = threading.Thread(target=fail, args=("gpt-secret",))
    thread.start()
    thread.join()
    assert "gpt-secret" not in caplog.text
    assert "A thread ended with an error\nTraceback (most recent call last), error id " in caplog.text
