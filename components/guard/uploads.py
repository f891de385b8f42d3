"""How much may be uploaded: by a browser tab, and at once by all. Streamlit itself limits only the size of one file.

What goes beyond is read from the wire and let go. In its place an empty file is kept that carries the reason, since
Streamlit shows nothing but a status code for an upload that was refused: the page then says it in a sentence.
"""

import asyncio
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config
from streamlit.runtime import Runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from components.guard import routes

MB = 1024**2
REFUSED = "application/x-refused"
"""The type of the empty file that stands for a refused one; its content is the reason."""

PATIENCE = 60.0
"""Seconds that an upload may take, and as many more as what has come takes at SLOWEST."""
SLOWEST = 16 * 1024
"""Bytes a second: an old telephone line."""


@dataclass(frozen=True)
class Limits:
    """Of what is in memory: an upload is let go as soon as it is read."""

    files: int = 200
    """Of one browser tab."""
    tab: int = 1000 * MB
    server: int = 2000 * MB
    single: int = 400 * MB
    """Of one file; Streamlit's own limit, which the browser knows and tells. Twice that is not even read to its end."""

    def refusal(self, size: int, held: "Held") -> str:
        """Why a file of this size is not taken beside what is held; nothing where it is."""
        if held.files >= self.files:
            return f"A browser tab may upload {self.files:,} files at a time. Put more of them into one zip archive."
        if held.tab + size > self.tab:
            return f"A browser tab may upload {self.tab // MB:,} MB at a time. Upload some files, then add others."
        if held.server + size > self.server:
            return "The server has its hands full with other uploads. Try again in a minute."
        return ""


@dataclass(frozen=True)
class Held:
    """In memory, and on its way there."""

    files: int = 0
    tab: int = 0
    server: int = 0
    """Bytes."""


@dataclass
class Coming:
    """Uploads that are on their way. Only the event loop's thread touches it."""

    files: Counter[str] = field(default_factory=Counter)
    sizes: Counter[str] = field(default_factory=Counter)

    @contextmanager
    def counted(self, session: str, size: int) -> Iterator[None]:
        self.files[session] += 1
        self.sizes[session] += size
        try:
            yield
        finally:
            self.files[session] -= 1
            self.sizes[session] -= size
            if not self.files[session]:
                del self.files[session], self.sizes[session]


class Limited:
    """ASGI middleware that counts what is uploaded."""

    def __init__(self, app: ASGIApp, limits: Limits | None = None) -> None:
        self._app = app
        self._limits = from_environment() if limits is None else limits
        self._coming = Coming()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes on what is within the limits."""
        upload = routes.upload(scope["method"], scope["path"]) if scope["type"] == "http" else None
        if upload is None:
            await self._app(scope, receive, send)
            return
        limits, size, receive = self._limits, _size(Headers(scope=scope)), in_time(receive)
        if size is None or size > 2 * limits.single:
            await PlainTextResponse("The file is too large, or its size was not told.", 413)(scope, receive, send)
        elif reason := limits.refusal(size, _held(upload.session, self._coming)):
            await _let_go(receive)
            _tell(upload, reason)
            await Response(status_code=204)(scope, receive, send)
        else:
            # A browser that went away in the middle is nothing to log.
            with self._coming.counted(upload.session, size), suppress(ClientDisconnect):
                await self._app(scope, receive, send)


def _size(headers: Headers) -> int | None:
    text = headers.get("content-length", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def _files() -> MemoryUploadedFileManager:
    return Runtime.instance().uploaded_file_mgr  # type: ignore[return-value]


def _held(session: str, coming: Coming) -> Held:
    tabs = {
        key: [len(file.data) for file in list(files.values())] for key, files in list(_files().file_storage.items())
    }
    mine = tabs.get(session, [])
    return Held(
        len(mine) + coming.files[session],
        sum(mine) + coming.sizes[session],
        sum(map(sum, tabs.values())) + coming.sizes.total(),
    )


async def _let_go(receive: Receive) -> None:
    """Reads to the end: a browser that is still sending when it is answered takes that for a broken connection."""
    while (message := await receive()).get("more_body", False):
        del message


def in_time(receive: Receive, clock: Callable[[], float] = time.monotonic) -> Receive:
    """The same, until it comes too slowly: what only pretends to come would take the place of what others upload."""
    began, came = clock(), 0

    async def receivein_time() -> Message:
        nonlocal came
        left = began + PATIENCE + came / SLOWEST - clock()
        try:
            message = await asyncio.wait_for(receive(), max(0.0, left))
        except TimeoutError:
            return {"type": "http.disconnect"}
        came += len(message.get("body", b""))
        return message

    return receivein_time


def _tell(upload: routes.Upload, reason: str) -> None:
    if Runtime.instance().is_active_session(upload.session) and _held(upload.session, Coming()).files < 10_000:
        record = UploadedFileRec(upload.file, "refused", REFUSED, reason.encode())
        _files().add_file(upload.session, record)


def from_environment(environ: Mapping[str, str] = os.environ) -> Limits:
    """USAGE_TAB_UPLOADS_MB and USAGE_UPLOADS_MB; a ValueError tells which of them is no number."""
    return Limits(
        tab=_megabytes(environ, "USAGE_TAB_UPLOADS_MB", Limits.tab),
        server=_megabytes(environ, "USAGE_UPLOADS_MB", Limits.server),
        single=config.get_option("server.maxUploadSize") * MB,
    )


def _megabytes(environ: Mapping[str, str], name: str, default: int) -> int:
    text = environ.get(name, "").strip()
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and 0 < len(text) < 8):
        raise ValueError(f"{name} is set to something that is no whole number of megabytes.")
    return int(text) * MB
