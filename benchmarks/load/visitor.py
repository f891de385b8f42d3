"""A visitor without a browser: speaks Streamlit's protocol over a websocket, so that hundreds fit on one machine.

It does what a page does, except for drawing: opens a connection, asks for a view, takes every message until the run is
done, asks for another view, uploads a file.
"""

import asyncio
import re
import time
from http.client import HTTPConnection
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit
from urllib.request import ProxyHandler, Request, build_opener

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.Common_pb2 import FileURLs
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

PATIENCE = 120
"""Seconds until a visitor gives up."""
BOUNDARY = "a-boundary-that-no-export-holds"

_open = build_opener(ProxyHandler({})).open


class Visitor:
    """One tab: `async with Visitor(url) as visitor: seconds = await visitor.see("data=…")`."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: ClientConnection | None = None
        self.session = ""
        self.uploader = ""
        """The id of the uploader that was drawn last."""
        self.address = ""
        """The query that the page put into the address bar last."""
        self.problems: list[str] = []

    async def __aenter__(self) -> Self:
        address = f"ws://{urlsplit(self._url).netloc}/_stcore/stream"
        self._connection = await connect(
            address, origin=self._url, subprotocols=["streamlit"], max_size=None, open_timeout=PATIENCE, proxy=None
        )
        return self

    async def __aexit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        if self._connection:
            await self._connection.close()

    async def see(self, query: str, state: ClientState | None = None) -> float:
        """Asks for a view and waits until all of it is there; seconds."""
        asked = time.perf_counter()
        message = BackMsg()
        message.rerun_script.CopyFrom(state or ClientState())
        message.rerun_script.query_string = query
        await self._send(message)
        async with asyncio.timeout(PATIENCE):
            while not _is_done(heard := await self._hear()):
                self._note(heard)
        return time.perf_counter() - asked

    def _note(self, heard: ForwardMsg) -> None:
        match heard.WhichOneof("type"):
            case "new_session":
                self.session = heard.new_session.initialize.session_id or self.session
            case "page_info_changed":
                self.address = heard.page_info_changed.query_string
            case "delta" if heard.delta.new_element.WhichOneof("type") == "file_uploader":
                self.uploader = heard.delta.new_element.file_uploader.id
            case "delta" if heard.delta.new_element.WhichOneof("type") == "exception":
                self.problems.append("exception")

    async def upload(self, name: str, content: bytes, query: str = "") -> float:
        """Drops a file on the page and waits until what it holds is shown; seconds."""
        asked = time.perf_counter()
        message = BackMsg()
        message.file_urls_request.request_id = name
        message.file_urls_request.file_names.append(name)
        message.file_urls_request.session_id = self.session
        await self._send(message)
        while (heard := await self._hear()).WhichOneof("type") != "file_urls_response":
            self._note(heard)
        (place,) = heard.file_urls_response.file_urls
        await asyncio.to_thread(_put, self._url, place, name, content)
        await self.see(query, self._dropped(place, name, len(content)))
        return time.perf_counter() - asked

    def _dropped(self, place: FileURLs, name: str, size: int) -> ClientState:
        state = ClientState()
        widget = state.widget_states.widgets.add(id=self.uploader)
        widget.file_uploader_state_value.uploaded_file_info.add(
            name=name, size=size, file_id=place.file_id, file_urls=place
        )
        return state

    async def _send(self, message: BackMsg) -> None:
        assert self._connection
        await self._connection.send(message.SerializeToString())

    async def _hear(self) -> ForwardMsg:
        assert self._connection
        async with asyncio.timeout(PATIENCE):
            content = await self._connection.recv(decode=False)
        return ForwardMsg.FromString(content)


async def first_load(url: str, query: str) -> float:
    """What a new browser does: the page, its scripts and fonts, then the view; seconds."""
    began = time.perf_counter()
    await asyncio.to_thread(_shell, urlsplit(url).netloc)
    async with Visitor(url) as visitor:
        await visitor.see(query)
    return time.perf_counter() - began


def _shell(place: str) -> None:
    """The page and all it names, over one connection and packed, as a browser takes them."""
    connection = HTTPConnection(place, timeout=PATIENCE)
    page = _got(connection, "/").decode()
    for path in re.findall(r'(?:src|href)="\./(static/[^"]+)"', page):
        _got(connection, f"/{path}")
    connection.close()


def _got(connection: HTTPConnection, path: str) -> bytes:
    connection.request("GET", path, headers={"Accept-Encoding": "identity" if path == "/" else "gzip"})
    answer = connection.getresponse()
    assert answer.status == 200, path
    return answer.read()


def _is_done(heard: ForwardMsg) -> bool:
    """The end of a run, unless the page itself has asked for another one."""
    is_end = heard.WhichOneof("type") == "script_finished"
    return is_end and heard.script_finished != ForwardMsg.ScriptFinishedStatus.FINISHED_EARLY_FOR_RERUN


def _put(url: str, place: FileURLs, name: str, content: bytes) -> None:
    """As a browser sends it, with the cookie that shows that its page is ours."""
    with _open(f"{url}/_stcore/health", timeout=PATIENCE) as answer:
        cookie = answer.headers["Set-Cookie"].partition(";")[0]
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"; filename="{name}"\r\n\r\n'
    body = b"".join([head.encode(), content, f"\r\n--{BOUNDARY}--\r\n".encode()])
    headers = {
        "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
        "Cookie": cookie,
        "X-Xsrftoken": cookie.partition("=")[2],
    }
    with _open(Request(url + place.upload_url, body, headers, method="PUT"), timeout=PATIENCE) as answer:
        assert answer.status == 204
