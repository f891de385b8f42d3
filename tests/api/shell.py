"""The command as tests use it: against a server of theirs, in this process or in one of its own."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

import data.fetch.api
from data.__main__ import main
from tests.api.impatient import QUICK, STERN
from tests.api.server import KEY, Api, serving

PROJECT = Path(__file__).parents[2]


@dataclass
class Shell:
    """`fetch`, a folder to write in, and the server it asks."""

    api: Api
    folder: Path
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]
    said: str = ""
    """What the last call wrote to stderr."""

    @property
    def file(self) -> Path:
        return self.folder / "usage.jsonl"

    def fetch(self, options: str, file: str = "usage.jsonl", stern: bool = False, **environment: str) -> int:
        """The exit code of `fetch <options> -o usage.jsonl`, run in this process."""
        target = [] if "--update" in options or "-o" in options.split() else ["-o", str(self.folder / file)]
        for name, text in {**self.environment, **environment}.items():
            self.monkeypatch.setenv(name, text)
        self.monkeypatch.setattr(data.fetch.api, "PATIENCE", STERN if stern else QUICK)
        self.monkeypatch.setattr(sys, "excepthook", sys.excepthook)
        try:
            return main(["fetch", *options.replace("FILE", str(self.file)).split(), *target])
        finally:
            self.said = self.capsys.readouterr().err

    @property
    def environment(self) -> dict[str, str]:
        return {"OPENAI_ADMIN_KEY": KEY, "OPENAI_BASE_URL": self.api.url}

    def start(self, options: str, *python: str, **environment: str) -> "subprocess.Popen[bytes]":
        """The command in a process of its own, as a person would start it, but impatient."""
        return subprocess.Popen(
            [sys.executable, *python, str(PROJECT / "tests/api/impatient.py"), "fetch", *options.split()],
            cwd=self.folder,
            env={**os.environ, **self.environment, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def stopped_at(self, request: int, how: signal.Signals, options: str) -> "tuple[int, str]":
        """Starts the command and sends it a signal while it waits for an answer; its exit code and what it said."""
        self.api.hold = len(self.api.requests) + request
        self.api.held.clear()
        self.api.released.clear()
        process = self.start(options)
        assert self.api.held.wait(120), process.communicate(timeout=20)
        process.send_signal(how)
        said = process.communicate(timeout=120)[1].decode()
        self.api.released.set()
        return process.returncode, said

    def pages(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.file.read_text().splitlines()]

    def buckets(self) -> list[dict[str, Any]]:
        return [bucket for page in self.pages() for bucket in page["data"]]

    def check(self, *files: Path) -> dict[str, Any]:
        """What `check` makes of the file."""
        main(["check", "--format", "json", *map(str, files or (self.file,))])
        found: dict[str, Any] = json.loads(self.capsys.readouterr().out)
        return found


@contextmanager
def a_shell(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    *,
    clock: Callable[[], float] = time.time,
) -> Iterator[Shell]:
    with serving() as api:
        api.now = clock
        yield Shell(api, folder, monkeypatch, capsys)


def days(first: str, count: int) -> list[int]:
    """The starts of so many UTC days."""
    start = date.fromisoformat(first)
    return [(start + timedelta(days=number) - date(1970, 1, 1)).days * 86_400 for number in range(count)]
