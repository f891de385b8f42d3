"""`python -m data fetch`: its options, its key, and what holds however it ends."""

import argparse
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any

from data.fetch.asked import Exit, asked
from data.fetch.key import KEY, Secret, UnusableError, admin_key, base_url
from data.fetch.kinds import CALLS, INTERVALS, KINDS
from data.fetch.plan import CannotPlanError
from data.fetch.progress import Progress

_NEEDS_CLIENT = "fetch needs the openai package: python -m pip install -r requirements-fetch.txt"


def add_to(commands: Any) -> None:
    """The `fetch` command's options."""
    parser = commands.add_parser(
        "fetch",
        help="usage from OpenAI, as one file of API pages",
        description="Writes the usage of an organization to one file of API pages, one a line, as they came. "
        f"The admin key is taken from {KEY} in the environment, and only from there.",
        epilog="Exit codes: 0 all is there, 1 something is missing (it says which period), 2 nothing could be fetched.",
    )
    parser.add_argument("--from", dest="first", type=date.fromisoformat, metavar="DATE", help="first day (UTC)")
    parser.add_argument(
        "--to", dest="last", type=date.fromisoformat, metavar="DATE", help="last day, included; or today"
    )
    parser.add_argument("--interval", choices=INTERVALS, help="width of a bucket, else 1d; costs come by day only")
    parser.add_argument(
        "--group-by", action="append", type=_words, metavar="DIMENSION,…", help="else all that go together; or none"
    )
    parser.add_argument(
        "--usage",
        action="append",
        type=_kinds,
        metavar="KIND,…",
        help=f"else completions; all; none; {', '.join(KINDS)}",
    )
    parser.add_argument("--costs", action="store_true", help="also what was billed, by project, line item and key")
    parser.add_argument("--names", action="store_true", help="also FILE's .names.csv: names of projects, users, keys")
    parser.add_argument("--resume", action="store_true", help="go on where a fetch of FILE was interrupted")
    parser.add_argument("--update", type=Path, metavar="FILE", help="add what is new since FILE was fetched")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="a .jsonl, or .jsonl.gz")


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _kinds(text: str) -> list[str]:
    names = [CALLS[word].name if word in CALLS else word for word in _words(text)]
    for name in names:
        if name not in KINDS and name not in ("all", "none"):
            raise argparse.ArgumentTypeError(f"{name} is none of all, none, {', '.join(KINDS)}")
    return names


def run(options: argparse.Namespace, environment: Mapping[str, str] = os.environ) -> int:
    """Runs the command; gives its exit code. All it has to say goes to stderr, without the key."""
    progress = Progress(sys.stderr)
    try:
        what, key, address = asked(options), admin_key(environment), base_url(environment)
    except (UnusableError, CannotPlanError) as error:
        progress.say(str(error))
        return Exit.UNUSABLE
    try:
        from data.fetch.work import work  # noqa: PLC0415 — the one module that leads to openai, which may not be there
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("openai", "httpx2"):
            raise
        progress.say(_NEEDS_CLIENT)
        return Exit.UNUSABLE
    progress.key = key
    _keep_out_of_tracebacks(key)
    with _terminated_like_interrupted():
        return work(what, key, address, progress, int(time.time()))


def _keep_out_of_tracebacks(key: Secret) -> None:
    def tell(kind: type[BaseException], error: BaseException, at: TracebackType | None) -> None:
        sys.stderr.write(key.hidden_in("".join(traceback.format_exception(kind, error, at))))

    sys.excepthook = tell


@contextmanager
def _terminated_like_interrupted() -> Iterator[None]:
    """SIGTERM ends a fetch as Ctrl-C does: with whole pages and a word on what is missing."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
