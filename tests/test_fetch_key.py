"""The key: from the environment only, to the right address only, and out of everything that can be read later."""

import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from data.fetch.command import _keep_out_of_tracebacks
from data.fetch.key import DEFAULT_BASE_URL, Secret, UnusableError, admin_key, base_url
from tests.api import faults
from tests.api.server import KEY, Fault, serving
from tests.api.shell import Shell, a_shell

MONTH = "--from 2025-01-01 --to 2025-01-31"


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Shell]:
    with a_shell(tmp_path, monkeypatch, capsys) as found:
        yield found


def everything_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


TROUBLE: dict[str, Fault | None] = {
    "nothing": None,
    "a server that quotes it": faults.quoting,
    "a page that quotes it": faults.body(
        b'{"object":"page","data":[{"object":"bucket","start_time":1738368000,"end_time":1738454400,"results":[]}],'
        b'"has_more":false,"next_page":null,"debug":"Bearer %b"}' % KEY.encode()
    ),
    "500": faults.status(500, f"Bearer {KEY}"),
    "403": faults.status(403, KEY),
    "cut": faults.cut,
    "no JSON": faults.body(KEY.encode()),
}


@pytest.mark.parametrize("name", TROUBLE)
def test_the_key_is_in_nothing_that_is_said_or_written(shell: Shell, name: str) -> None:
    shell.api.faults = dict.fromkeys(range(2, 20), TROUBLE[name]) if TROUBLE[name] else {}  # type: ignore[arg-type]
    shell.fetch("--from 2025-01-01 --to 2025-12-31 --names")
    assert len(shell.api.requests) > 1
    assert KEY not in shell.said
    assert KEY.encode() not in everything_in(shell.folder)


def test_the_key_is_in_no_log_and_no_process_list(shell: Shell) -> None:
    shell.api.hold = 3
    options = "--from 2025-01-01 --to 2025-12-31 --names -o usage.jsonl"
    process = shell.start(options, "-X", "dev", "-W", "ignore", OPENAI_LOG="debug", PYTHONUNBUFFERED="1")
    assert shell.api.held.wait(120), process.communicate(timeout=20)
    listed = b"".join(content for path in Path("/proc").glob("[0-9]*/cmdline") if (content := content_of(path)))
    process.send_signal(signal.SIGINT)
    out, said = process.communicate(timeout=120)
    assert b"impatient.py\0fetch" in listed
    assert b"Sending HTTP Request" in said  # the client's log is on
    assert all(KEY.encode() not in each for each in (listed, out, said, everything_in(shell.folder)))


def content_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # that process has ended meanwhile
        return b""


def test_the_key_is_in_no_traceback(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    def surprise(*_: object, **__: object) -> None:
        raise RuntimeError(f"Authorization: Bearer {KEY}")

    monkeypatch.setattr("data.fetch.work.fetch", surprise)
    with pytest.raises(RuntimeError) as raised:
        shell.fetch(MONTH)
    _keep_out_of_tracebacks(Secret(KEY))
    sys.excepthook(raised.type, raised.value, raised.tb)
    said = shell.capsys.readouterr().err
    assert "RuntimeError: Authorization: Bearer …" in said
    assert KEY not in said


def test_a_secret_shows_itself_to_no_one() -> None:
    secret = Secret(KEY)
    assert KEY not in f"{secret!r} {secret} {[secret]} {vars(type(secret))}"
    with pytest.raises(TypeError):
        secret.__reduce__()


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("sk-proj-abcdefgh", "holds a project key"),
        ("sk-svcacct-abcdefgh", "holds a service account's key"),
        ("sk-abcdefghijkl", "holds a user's or project's API key"),
        ("sess-abcdefgh", "holds a browser session's key"),
        ("sk-ant-admin01-abc", "holds another company's key"),
        ("", "is not set, and an admin key is needed"),
        ("  ", "is not set"),
        ("sk-admin-abc def", "is not a key: it holds blanks"),
        ("sk-admin-abc\ndef", "is not a key: it holds blanks"),
        ("sk-admin-ä…………", "is not a key: it holds blanks or other characters"),
    ],
)
def test_a_wrong_key_says_what_is_needed_and_where_to_make_one(shell: Shell, key: str, kind: str) -> None:
    assert shell.fetch(MONTH, OPENAI_ADMIN_KEY=key) == 2
    assert f"OPENAI_ADMIN_KEY {kind}" in shell.said
    assert "platform.openai.com under Settings, Organization, Admin keys" in shell.said
    assert not key.strip() or key not in shell.said
    assert shell.api.requests == []
    assert list(shell.folder.iterdir()) == []


def test_an_api_key_in_the_environment_is_not_taken_for_it(shell: Shell) -> None:
    assert shell.fetch(MONTH, OPENAI_ADMIN_KEY="", OPENAI_API_KEY="sk-proj-other") == 2
    assert "OPENAI_API_KEY is not read" in shell.said
    assert (
        shell.fetch(MONTH, OPENAI_API_KEY="sk-proj-other", OPENAI_ORG_ID="org-other", OPENAI_PROJECT_ID="proj-x") == 0
    )
    for request in shell.api.requests:
        assert request.headers["authorization"] == f"Bearer {KEY}"
        assert not {"openai-organization", "openai-project"} & request.headers.keys()


def test_a_pasted_line_end_does_no_harm() -> None:
    assert admin_key({"OPENAI_ADMIN_KEY": f" {KEY}\n"}).reveal() == KEY


def test_there_is_no_option_for_the_key(shell: Shell) -> None:
    for option in ("--key", "--api-key", "--admin-key"):
        with pytest.raises(SystemExit):
            shell.fetch(f"{MONTH} {option} x")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed_anywhere(shell: Shell, status: int) -> None:
    with serving() as other:
        shell.api.always = lambda handler: handler.send(status, b"", Location=f"{other.url}/organization/costs")
        assert shell.fetch(MONTH) == 2
        assert other.requests == []
    assert len(shell.api.requests) == 1
    assert "the server sends us on to 127.0.0.1:" in shell.said
    shell.api.always = faults.redirect(f"{shell.api.url}/organization/costs")
    assert shell.fetch(MONTH) == 2
    assert len(shell.api.requests) == 2


def test_a_proxy_does_not_see_what_is_meant_for_this_computer(shell: Shell) -> None:
    with serving() as proxy:
        address = proxy.url.removesuffix("/v1")
        assert shell.fetch(MONTH, HTTP_PROXY=address, http_proxy=address, ALL_PROXY=address) == 0
        assert proxy.requests == []


@pytest.mark.parametrize(
    "address",
    [
        "https://api.openai.com/v1",
        "https://eu.api.openai.com/v1/",
        "http://127.0.0.1:1/v1",
        "http://[::1]:1",
        "http://localhost:8/v1",
    ],
)
def test_addresses_a_key_may_be_sent_to(address: str) -> None:
    assert base_url({"OPENAI_BASE_URL": address}) == address.rstrip("/")


@pytest.mark.parametrize(
    "address",
    [
        "http://api.openai.com/v1",
        "http://127.0.0.1.example.com/v1",
        "http://localhost.example.com",
        "http://10.0.0.1/v1",
        "http://[::2]/v1",
        "ftp://127.0.0.1",
        "https://name:word@api.openai.com/v1",
        "https://api.openai.com/v1?key=x",
        "https://",
        "api.openai.com/v1",
        "https://[::1",
        "https://host:port/v1",
    ],
)
def test_addresses_a_key_is_never_sent_to(address: str) -> None:
    with pytest.raises(UnusableError, match="OPENAI_BASE_URL"):
        base_url({"OPENAI_BASE_URL": address})


def test_without_an_address_it_is_openais_own() -> None:
    assert base_url({}) == base_url({"OPENAI_BASE_URL": " "}) == DEFAULT_BASE_URL == "https://api.openai.com/v1"
