"""Static files, compressed once and kept: Streamlit sends its JavaScript as it is, 10 MB for a page with a chart.

It does so because compressing at each request costs more than it saves. There are few files and they never change, so
each is compressed at its first request and stays in memory, 7 MB if all were asked for.
"""

import gzip
import re
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response
from starlette.routing import Match, Mount
from starlette.staticfiles import NotModifiedResponse, StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

TEXTS = {".css", ".html", ".js", ".json", ".map", ".svg", ".txt"}
"""What gets smaller; fonts and pictures are compressed already."""

FOREVER = "public, immutable, max-age=31536000"
COMPILE = b"//# allFunctionsCalledOnLoad\n"
"""Has Chromium compile a script on another thread, while it arrives, rather than function by function on the page's own
when it runs: Plotly runs in 60 ms instead of 290. Other browsers read a comment.
"""
_REFUSED = re.compile(r"\bgzip\s*;\s*q=0(\.0*)?\s*(,|$)")


class Static(StaticFiles):
    """The files of a folder, as `StaticFiles` has them; those with a version or a hash in their name never change."""

    def __init__(self, directory: Path, versioned: str = "", compiled: str = "") -> None:
        """Take `versioned`, a pattern of the names that never hold anything else, and the script to be `compiled`."""
        super().__init__(directory=directory, follow_symlink=True)
        self._versioned = re.compile(versioned) if versioned else None
        self._compiled = compiled
        self._packed: dict[str, tuple[bytes, dict[str, str]]] = {}
        """Compressed files by path, with their headers."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, not modified, or the file compressed; a part of a file is a part of it as it is."""
        asked = Headers(scope=scope)
        forever = bool(self._versioned and self._versioned.search(path))
        if forever and path in self._packed and _is_plain(scope, asked):
            body, headers = self._packed[path]  # no look at the disk: a first visit asks for a hundred
            return Response(body, headers=headers)
        response = await super().get_response(path, scope)
        response.headers["cache-control"] = FOREVER if forever else "no-cache"
        if not isinstance(response, FileResponse) or Path(path).suffix not in TEXTS:
            return response
        response.headers["vary"] = "accept-encoding"
        if "range" in asked or not _takes_gzip(asked):
            return response
        return await self._compressed(path, response, asked)

    async def _compressed(self, path: str, plain: FileResponse, asked: Headers) -> Response:
        """The same under a tag of its own: the bytes differ. A file that was replaced has another one."""
        headers = {name: plain.headers[name] for name in ("cache-control", "content-type", "last-modified", "vary")}
        headers["etag"] = f'{plain.headers["etag"][:-1]}-gzip"'
        headers["content-encoding"] = "gzip"
        if "if-none-match" in asked and self.is_not_modified(Headers(headers), asked):
            return NotModifiedResponse(Headers(headers))
        if path not in self._packed or self._packed[path][1]["etag"] != headers["etag"]:
            before = COMPILE if Path(plain.path).name == self._compiled else b""
            self._packed[path] = await run_in_threadpool(_gzip, Path(plain.path), before), headers
        body, headers = self._packed[path]
        return Response(body, headers=headers)


class Before:
    """ASGI middleware that answers for a folder of files; what is not in it is asked of the app."""

    def __init__(self, app: ASGIApp, path: str, files: Static) -> None:
        self._app = app
        self._mount = Mount(path, files)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes all else through, websockets too."""
        match, inside = self._mount.matches(scope) if scope["type"] == "http" else (Match.NONE, {})
        if match is Match.FULL:
            try:
                await self._mount.handle({**scope, **inside}, receive, send)
            except HTTPException:  # raised before anything is sent
                match = Match.NONE
        if match is Match.NONE:
            await self._app(scope, receive, send)


def _is_plain(scope: Scope, asked: Headers) -> bool:
    """Whether the whole file is asked for, compressed, by who has none."""
    return scope["method"] == "GET" and _takes_gzip(asked) and not {"range", "if-none-match"} & set(asked)


def _takes_gzip(asked: Headers) -> bool:
    accepted = asked.get("accept-encoding", "").lower()
    return "gzip" in accepted and not _REFUSED.search(accepted)


def _gzip(path: Path, before: bytes) -> bytes:
    return gzip.compress(before + path.read_bytes(), 9, mtime=0)
