"""Against a mock server that is not ours: Stoplight's Prism, fed with the paths of OpenAI's public API description.

Prism checks path, key, times, width, limit and cursor of each request. It does not look at `group_by[]`, as the official
client writes it, so the dimensions are compared with that client's own types instead, in test_fetch.py.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from tests.api.server import Api
from tests.api.shell import PROJECT, Shell

pytestmark = pytest.mark.slow  # npm brings 90 MB the first time

VERSION = "5.16.0"
DAY = "--from 2024-11-01 --to 2024-11-01"  # the day of the description's examples
OTHERS = "embeddings,moderations,images,audio_speeches,audio_transcriptions,vector_stores,code_interpreter_sessions,file_searches,web_searches"


@pytest.fixture(scope="module")
def prism() -> Path:
    """The program, installed beside this Python."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("needs npm")
    folder = Path(sys.prefix) / "prism"
    program = folder / "node_modules/.bin/prism"
    if not program.exists():
        folder.mkdir(exist_ok=True)
        install = [npm, "install", "--prefix", str(folder), "--no-save", "--no-audit", "--no-fund", "--ignore-scripts"]
        done = subprocess.run(
            [*install, f"@stoplight/prism-cli@{VERSION}"], check=False, capture_output=True, text=True, timeout=280
        )
        if done.returncode:
            pytest.skip(f"npm could not install Prism: {done.stderr.strip()[-300:]}")
    return program


@contextmanager
def mocking(program: Path, *options: str) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    command = [str(program), "mock", "--port", port, *options, str(PROJECT / "tests/api/openapi.yaml")]
    environment = {**os.environ, "SCARF_ANALYTICS": "false"}
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            _wait_for(f"http://127.0.0.1:{port}/", server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def _wait_for(address: str, server: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and server.poll() is None:
        try:
            urlopen(address, timeout=1).close()  # noqa: S310 — it is ours, and http
        except URLError as error:
            if not isinstance(error.reason, OSError):  # any answer will do, and there is nothing under this path
                return
            time.sleep(0.1)
    pytest.fail("Prism did not start")


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(Api(), tmp_path, monkeypatch, capsys)


def test_the_described_requests_are_valid_and_the_official_pages_are_read(prism: Path, shell: Shell) -> None:
    with mocking(prism) as address:
        shell.api.url = address
        options = f"{DAY} --usage {OTHERS} --costs"
        assert shell.fetch(options) == 0, shell.said
    assert "usage.jsonl: complete, 10 pages, 2024-11-01" in shell.said
    counts = shell.check()
    assert (counts["accepted"], counts["rejected"]) == (10, 0)


def test_the_official_completions_page_says_there_is_more_for_ever(prism: Path, shell: Shell) -> None:
    with mocking(prism) as address:
        shell.api.url = address
        assert shell.fetch(DAY) == 1
        assert "completions: missing 2024-11-01: the server repeats a cursor" in shell.said


def test_what_is_not_described_is_refused_and_said(prism: Path, shell: Shell) -> None:
    with mocking(prism) as address:
        shell.api.url = address
        assert shell.fetch(f"{DAY} --usage decisions,embeddings") == 1
    assert "decisions: missing 2024-11-01: the server answers 404" in shell.said
    assert len(shell.pages()) == 1


def test_random_pages_of_the_described_shape_end_in_sentences(prism: Path, shell: Shell) -> None:
    with mocking(prism, "--dynamic") as address:
        shell.api.url = address
        for number in range(5):
            code = shell.fetch(f"{DAY} --usage {OTHERS} --costs", f"{number}.jsonl")
            assert code in (1, 2)
            assert "missing 2024-11-01: the " in shell.said
