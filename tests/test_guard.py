"""The guard: who may ask, for what, and how much. Each list is read as a browser's headers come."""

from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg

from components.guard import Guard, routes
from components.guard.headers import policy
from components.guard.hosts import Allowed, Origin, from_environment
from components.guard.messages import is_heard
from components.guard.throttle import Rate, Throttle
from components.guard.uploads import MB, PATIENCE, SLOWEST, Held, Limits, in_time
from components.guard.uploads import from_environment as upload_limits
from tests.conftest import finished

HERE = Allowed()
PUBLIC = from_environment({"USAGE_PUBLIC_URL": "https://usage.example.com, http://intra:8080/"})


# --- who -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["localhost", "localhost:8501", "LOCALHOST:1", "127.0.0.1:8501", "[::1]:8501"])
def test_this_computer_is_always_a_host(host):
    assert HERE.host(host)
    assert PUBLIC.host(host)


@pytest.mark.parametrize(
    "host",
    [
        "",
        "evil.example",
        "localhost.evil.example",
        "evil.example#localhost",
        "evil@localhost",
        "localhost/x",
        "localhost:99999",
        "localhost:x",
        "127.0.0.1.nip.io",
        "127.0.0.2",
        "0.0.0.0:8501",
        "localhost, evil.example",
        "[::1].evil.example",
        "[::1]evil.example:8501",
    ],
)
def test_no_other_host_is(host):
    assert not HERE.host(host)
    assert not PUBLIC.host(host)


def test_public_addresses_are_hosts_on_their_port_alone():
    assert [
        host for host in ("usage.example.com", "usage.example.com:443", "intra:8080") if not PUBLIC.host(host)
    ] == []
    others = ("usage.example.com:80", "intra", "intra:80", "x.usage.example.com", "usage.example.com.evil.example")
    assert [host for host in others if PUBLIC.host(host)] == []
    assert not HERE.host("usage.example.com")


def test_a_page_of_this_computer_may_ask_only_the_server_it_came_from():
    assert HERE.origin("http://localhost:8501", "localhost:8501")
    assert HERE.origin("http://127.0.0.1", "127.0.0.1")
    assert not HERE.origin("http://localhost:9000", "localhost:8501")
    assert not HERE.origin("http://127.0.0.1:8501", "localhost:8501")
    assert not HERE.origin("http://evil.example", "localhost:8501")
    assert not HERE.origin("http://evil.example", "evil.example")


@pytest.mark.parametrize("host", ["usage.example.com", "localhost:8501"])
def test_a_public_origin_may_ask_also_behind_a_proxy_that_renames_the_host(host):
    assert PUBLIC.origin("https://usage.example.com", host)
    assert not PUBLIC.origin("http://usage.example.com", host)
    assert not PUBLIC.origin("https://usage.example.com.evil.example", host)


@pytest.mark.parametrize("origin", ["", "null", "file://", "https://", "ftp://usage.example.com", "https://a b", "x"])
def test_what_is_no_origin_may_not_ask(origin):
    assert not PUBLIC.origin(origin, "usage.example.com")


@pytest.mark.parametrize("url", ["usage.example.com", "https://usage.example.com/usage", "https://", "*"])
def test_a_public_address_that_means_nothing_stops_the_start(url):
    with pytest.raises(ValueError, match=r"USAGE_PUBLIC_URL: .* is no address"):
        from_environment({"USAGE_PUBLIC_URL": url})


def test_without_a_public_address_there_is_none():
    assert from_environment({}) == from_environment({"USAGE_PUBLIC_URL": " , "}) == Allowed()
    assert PUBLIC.public == {Origin("https", "usage.example.com", 443), Origin("http", "intra", 8080)}


# --- what for ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/_stcore/metrics",
        "/_stcore/metrics/",
        "/usage/_stcore/metrics",
        "/_stcore/agent/interact",
        "/_stcore/agent/mcp",
        "/_stcore/agent/openapi.json",
        "/_stcore/script-health-check",
        "/component/x/index.html",
        "/_stcore/bidi-components/usage.breakdown/__init__.py",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "HEAD"])
def test_what_the_page_does_not_need_is_not_found(method, path):
    assert routes.answer(method, path) == "not found"


def test_only_uploads_may_change_anything():
    upload = "/_stcore/upload_file/5e551on/f11e"
    assert [
        method for method in ("GET", "POST", "PUT", "DELETE", "PATCH") if routes.answer(method, upload) == "open"
    ] == [
        "PUT",
        "DELETE",
    ]
    for path in ("/", "/_stcore/host-config", "/media/x.csv", "/_stcore/bidi-components/usage.breakdown/breakdown.js"):
        assert routes.answer("GET", path) == routes.answer("HEAD", path) == "open"
        assert {routes.answer(method, path) for method in ("POST", "PUT", "DELETE", "OPTIONS")} == {"not allowed"}
    assert routes.upload("PUT", upload) == ("5e551on", "f11e")
    assert routes.upload("DELETE", upload) is None


class Asked:
    """An app that notes what reached it."""

    def __init__(self) -> None:
        self.paths: list[str] = []

    async def __call__(self, scope: Scope, _receive: Any, send: Any) -> None:
        self.paths.append(scope["path"])
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b""})
        else:
            await send({"type": "websocket.accept"})


def ask(app: Asked, kind: str, path: str, *headers: tuple[str, str], method: str = "GET") -> list[Message]:
    """What a client is answered that sends these headers."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": kind,
        "path": path,
        "method": method,
        "headers": [(name.encode(), value.encode()) for name, value in headers],
    }
    finished(Guard(app, PUBLIC)(scope, receive, send))
    return sent


HOST = ("host", "usage.example.com")
ORIGIN = ("origin", "https://usage.example.com")


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [HOST],
        [ORIGIN],
        [HOST, ("origin", "null")],
        [HOST, ("origin", "https://evil.example")],
        [HOST, ORIGIN, ORIGIN],
        [HOST, HOST, ORIGIN],
        [("host", "evil.example"), ORIGIN],
        [("host", "evil.example"), ("origin", "https://evil.example")],
    ],
)
def test_a_websocket_that_is_not_our_pages_never_reaches_the_app(headers):
    app = Asked()
    assert ask(app, "websocket", "/_stcore/stream", *headers) == [{"type": "websocket.close", "code": 1008}]
    assert app.paths == []


def test_our_pages_websocket_does():
    app = Asked()
    assert ask(app, "websocket", "/_stcore/stream", HOST, ORIGIN) == [{"type": "websocket.accept"}]


@pytest.mark.parametrize(
    ("path", "method", "headers", "status"),
    [
        ("/", "GET", [HOST], 200),
        ("/", "GET", [HOST, ORIGIN], 200),
        ("/", "GET", [], 403),
        ("/", "GET", [("host", "evil.example")], 403),
        ("/", "GET", [HOST, ("origin", "https://evil.example")], 403),
        ("/_stcore/metrics", "GET", [HOST], 404),
        ("/", "POST", [HOST], 405),
        ("/_stcore/health", "GET", [("host", "10.0.0.7:8501")], 200),
        ("/_stcore/health", "DELETE", [HOST], 405),
    ],
)
def test_every_answer_says_what_a_browser_may_do_with_it(path, method, headers, status):
    app = Asked()
    start, *_ = ask(app, "http", path, *headers, method=method)
    assert start["status"] == status
    assert app.paths == ([path] if status == 200 else [])
    given = dict(start["headers"])
    assert given[b"x-content-type-options"] == b"nosniff"
    assert given[b"referrer-policy"] == b"no-referrer"
    assert given[b"x-robots-tag"] == b"noindex"
    assert b"frame-ancestors 'none'" in given[b"content-security-policy"]


NEEDED = [
    BackMsg(rerun_script={"query_string": "tab=cost"}),
    BackMsg(stop_script=True),
    BackMsg(app_heartbeat=True),
    BackMsg(file_urls_request={"file_names": ["usage.json"]}),
    BackMsg(backend_operation_request={"deferred_file": {"file_id": "f11e"}}),
]
CLOSED = [
    BackMsg(clear_cache=True),
    BackMsg(clear_cache=False),
    BackMsg(load_git_info=True),
    BackMsg(set_run_on_save=True),
    BackMsg(debug_shutdown_runtime=True),
    BackMsg(backend_operation_request={"install_skills": {}}),
    BackMsg(backend_operation_request={"dismiss_skills_nudge": {}}),
    BackMsg(backend_operation_request={}),
    BackMsg(),
]


def test_of_what_a_websocket_says_the_app_hears_only_what_the_page_needs():
    said: list[Message] = [
        {"type": "websocket.connect"},
        *({"type": "websocket.receive", "bytes": each.SerializeToString()} for each in [*CLOSED, *NEEDED, *CLOSED]),
        {"type": "websocket.receive", "bytes": b"no message"},
        {"type": "websocket.receive", "text": "no message"},
        {"type": "websocket.disconnect"},
    ]
    coming, came = iter(said), []

    async def app(_scope: Scope, receive: Receive, _send: Send) -> None:
        while not came or came[-1]["type"] != "websocket.disconnect":
            came.append(await receive())

    async def receive() -> Message:
        return next(coming)

    headers = [(b"host", b"localhost"), (b"origin", b"http://localhost")]
    scope = {"type": "websocket", "path": "/_stcore/stream", "headers": headers}
    finished(Guard(app, HERE)(scope, receive, _nothing))
    assert came == [said[0], *said[1 + len(CLOSED) : 1 + len(CLOSED) + len(NEEDED)], *said[-3:]]


@pytest.mark.parametrize(
    ("field", "text", "heard"),
    [
        ("json_value", '{"open": 5}', True),
        ("json_value", "[1,2", False),
        ("json_trigger_value", "nothing", False),
        ("json_value", "[" * 100_000, False),
        ("string_value", "[1,2", True),
    ],
)
def test_a_value_that_should_be_json_and_is_not_never_reaches_the_app(field: str, text: str, heard: bool):
    said = BackMsg()
    setattr(said.rerun_script.widget_states.widgets.add(id="table"), field, text)
    assert is_heard(said.SerializeToString()) == heard


async def _nothing(_message: Message) -> None:
    """Where nobody listens."""


def test_scripts_come_from_the_page_or_have_a_known_hash():
    # printf 'a()' | openssl dgst -sha256 -binary | base64
    said = policy("<script>a()</script><script src='x.js'></script>")
    scripts = [part for part in said.split("; ") if part.startswith("script-src")]
    assert scripts == ["script-src 'self' 'sha256-qVpDBgj7bpq5hMAcGp3AOc79J3Y1Z4HvySTwKrWDoy4='"]
    assert not [word for word in ("unsafe-eval", "http:", "https:", "*", "blob: 'self'") if word in said]


# --- how much ------------------------------------------------------------------------------------------------------


def test_uploads_are_limited_in_number_and_in_total_for_a_tab_and_for_all():
    limits = Limits(files=3, tab=100 * MB, server=150 * MB)
    assert limits.refusal(40 * MB, Held(files=2, tab=60 * MB, server=110 * MB)) == ""
    assert limits.refusal(1, Held(files=3)).startswith("A browser tab may upload 3 files at a time.")
    assert limits.refusal(41 * MB, Held(tab=60 * MB, server=60 * MB)).startswith("A browser tab may upload 100 MB at")
    assert limits.refusal(41 * MB, Held(server=110 * MB)) == (
        "The server has its hands full with other uploads. Try again in a minute."
    )


def test_the_operator_sets_what_may_be_uploaded():
    assert upload_limits({"USAGE_TAB_UPLOADS_MB": "7"}).tab == 7 * MB
    assert upload_limits({"USAGE_UPLOADS_MB": "9"}).server == 9 * MB
    assert upload_limits({}).tab == 1000 * MB
    for text in ("-1", "1e9", "x", "1.5", "²"):
        with pytest.raises(ValueError, match="USAGE_UPLOADS_MB is set to something that is no whole number"):
            upload_limits({"USAGE_UPLOADS_MB": text})


@pytest.mark.parametrize("size", [[], [("content-length", "x")], [("content-length", str(801 * MB))]])
def test_an_upload_of_unknown_or_hopeless_size_is_not_even_read(size):
    app = Asked()
    start, *_ = ask(app, "http", "/_stcore/upload_file/s/f", HOST, *size, method="PUT")
    assert start["status"] == 413
    assert app.paths == []


def test_an_upload_that_only_pretends_to_come_is_given_up():
    assert (PATIENCE, SLOWEST) == (60, 16 * 1024)
    clock, came = Clock(), []

    async def receive() -> Message:
        clock.now += 59
        return {"type": "http.request", "body": bytes(bodies.pop(0)), "more_body": True}

    async def take(receive: Receive) -> None:
        while not came or came[-1]["type"] != "http.disconnect":
            came.append(await receive())

    bodies = [1, 1, 1]
    finished(take(in_time(receive, clock)))
    assert [message["type"] for message in came] == ["http.request", "http.request", "http.disconnect"]

    came, bodies = [], [59 * 16 * 1024] * 100  # slow, but steady
    clock.now = 0.0
    with pytest.raises(IndexError):
        finished(take(in_time(receive, clock)))
    assert len(came) == 100


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_tries_run_out_for_one_and_come_back_with_time(clock):
    throttle = Throttle(Rate(burst=3, per_second=0.5), Rate(burst=100, per_second=100), clock)
    for _ in range(3):
        assert throttle.is_open("a")
        throttle.spend("a")
    assert not throttle.is_open("a")
    assert throttle.is_open("b")
    clock.now = 1.9
    assert not throttle.is_open("a")
    clock.now = 2.0
    assert throttle.is_open("a")
    throttle.spend("a")
    assert not throttle.is_open("a")


def test_tries_run_out_for_all_however_many_clients_there_are(clock):
    throttle = Throttle(Rate(burst=3, per_second=1), Rate(burst=5, per_second=1), clock)
    for client in "abcde":
        throttle.spend(client)
    assert not throttle.is_open("f")
    clock.now = 1.0
    assert throttle.is_open("f")


def test_many_clients_take_no_more_room_than_ten_thousand(clock):
    throttle = Throttle(Rate(burst=3, per_second=1), Rate(burst=5, per_second=1), clock)
    for client in range(20_000):
        throttle.spend(str(client))
    assert len(throttle._clients) == 10_000
