"""OpenAI's organization API on loopback, for tests: its contract as documented, and on request whatever goes wrong.

The contract: admin keys only; `start_time` required; the page limit and its default per bucket width, more is refused;
the first and the last bucket clipped to what was asked for and to now; cursors that belong to their query.
"""

import base64
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.api.people import reply_of
from tests.api.usage import PATHS, results

KEY = "sk-admin-canary-7fK2mQ9xT4vB8nR3"
WIDTHS = {"1d": 86_400, "1h": 3_600, "1m": 60}
LIMITS = {"1d": (7, 31), "1h": (24, 168), "1m": (60, 1_440)}
COST_LIMITS = {"1d": (7, 180)}

Fault = Callable[["Handler"], None]
Page = dict[str, Any]


class RefusedError(Exception):
    def __init__(self, status: int, message: str, code: str | None = None) -> None:
        self.status, self.message, self.code = status, message, code


@dataclass
class Request:
    path: str
    parameters: dict[str, list[str]]
    headers: dict[str, str]

    def one(self, name: str) -> str | None:
        return self.parameters.get(name, [None])[-1]

    @property
    def start_time(self) -> int:
        return int(self.one("start_time") or -1)


@dataclass
class Api:
    """The server: what it was asked, and what it shall do wrong."""

    url: str = ""
    requests: list[Request] = field(default_factory=list)
    faults: dict[int, Fault] = field(default_factory=dict)
    """By the number of the request, the first being 1."""
    always: Fault | None = None
    edit: Callable[[Page, Request], Page] = lambda page, _: page
    pretty: bool = False
    """Whether pages come indented over many lines."""
    now: Callable[[], float] = time.time
    hold: int = 0
    """The number of a request that is not answered; `held` is set when it has come, `released` lets it go."""
    held: Event = field(default_factory=Event)
    released: Event = field(default_factory=Event)

    @property
    def paths(self) -> list[str]:
        return [request.path for request in self.requests]


@contextmanager
def serving() -> Iterator[Api]:
    api = Api()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"api": api}))
    server.daemon_threads = True
    api.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield api
    finally:
        api.released.set()
        server.shutdown()
        server.server_close()


class Handler(BaseHTTPRequestHandler):
    api: Api
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        path = parts.path.removeprefix("/v1/organization/")
        request = Request(path, _parameters(parts.query), {name.lower(): text for name, text in self.headers.items()})
        self.api.requests.append(request)
        if len(self.api.requests) == self.api.hold:
            self.api.held.set()
            self.api.released.wait(120)
            self.close_connection = True
            return
        fault = self.api.faults.get(len(self.api.requests)) or self.api.always
        if fault:
            fault(self)
            return
        try:
            if request.headers.get("authorization") != f"Bearer {KEY}":
                raise RefusedError(401, "Incorrect API key provided: sk-…", "invalid_api_key")
            self.answer(200, self.found(request))
        except RefusedError as error:
            self.refuse(error.status, error.message, error.code)

    def found(self, request: Request) -> Any:
        if request.path in PATHS:
            return self.api.edit(page(request, int(self.api.now())), request)
        reply = reply_of(request.path, request.one("after"), int(request.one("limit") or 20))
        if reply is None:
            raise RefusedError(404, f"Invalid URL (GET {request.path})", "unknown_url")
        return reply

    def answer(self, status: int, value: Any, **headers: str) -> None:
        body = json.dumps(value, indent=2 if self.api.pretty else None).encode()
        self.send(status, body, **headers)

    def refuse(self, status: int, message: str, code: str | None = None, **headers: str) -> None:
        error = {"message": message, "type": "invalid_request_error", "param": None, "code": code}
        self.answer(status, {"error": error}, **headers)

    def send(self, status: int, body: bytes, length: int | None = None, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body) if length is None else length))
        for name, text in headers.items():
            self.send_header(name.replace("_", "-"), text)
        self.end_headers()
        self.wfile.write(body)
        if length is not None:
            self.close_connection = True


def _parameters(query: str) -> dict[str, list[str]]:
    """Lists come as `group_by[]=` from the official client and as `group_by=` from most scripts."""
    found: dict[str, list[str]] = {}
    for name, values in parse_qs(query, keep_blank_values=True).items():
        found.setdefault(name.removesuffix("[]"), []).extend(values)
    return found


def page(request: Request, now: int) -> Page:
    width_name = request.one("bucket_width") or "1d"
    limits = COST_LIMITS if request.path == "costs" else LIMITS
    if width_name not in limits:
        raise RefusedError(400, f"Invalid bucket_width: {width_name}")
    default, most = limits[width_name]
    limit = int(request.one("limit") or default)
    if not 1 <= limit <= most:
        raise RefusedError(400, f"limit must be between 1 and {most} for bucket_width={width_name}")
    group_by = request.parameters.get("group_by", [])
    for name in group_by:
        if name not in PATHS[request.path][1]:
            raise RefusedError(400, f"Invalid value for group_by: {name}")
    if request.start_time < 0:
        raise RefusedError(400, "Missing required parameter: 'start_time'")
    end = min(int(request.one("end_time") or now), now)
    first = _position(request) if request.one("page") else request.start_time
    width = WIDTHS[width_name]
    buckets = []
    while first < end and len(buckets) < limit:
        last = min(first // width * width + width, end)
        rows = results(request.path, first, last, group_by)
        buckets.append({"object": "bucket", "start_time": first, "end_time": last, "results": rows})
        first = last
    more = first < end
    cursor = _cursor(request, first) if more else None
    return {"object": "page", "data": buckets, "has_more": more, "next_page": cursor}


def _query(request: Request) -> str:
    asked = {name: texts for name, texts in request.parameters.items() if name not in ("page", "start_time")}
    return sha256(json.dumps([request.path, asked], sort_keys=True).encode()).hexdigest()[:8]


def _cursor(request: Request, first: int) -> str:
    return "page_" + base64.urlsafe_b64encode(f"{_query(request)} {first}".encode()).decode()


def _position(request: Request) -> int:
    try:
        query, first = base64.urlsafe_b64decode(str(request.one("page")).removeprefix("page_")).decode().split(" ")
    except ValueError:
        query, first = "", "0"
    if query != _query(request):
        raise RefusedError(400, "Invalid page cursor")
    return int(first)
