"""ASGI middleware around all of Streamlit. Each request passes: who asks, what for, how much."""

import logging

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from components.guard import headers, messages, routes, uploads
from components.guard.hosts import Allowed, from_environment

_LOG = logging.getLogger("usage.guard")


class Guard:
    """Refuses what is not our own page's; a refused Origin would make Streamlit ask the internet for its address."""

    def __init__(self, app: ASGIApp, allowed: Allowed | None = None) -> None:
        self._app = uploads.Limited(app)
        self._allowed = from_environment() if allowed is None else allowed
        self._headers = headers.fixed()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes on what is allowed."""
        match scope["type"]:
            case "http":
                await self._http(scope, receive, self._with_headers(send))
            case "websocket" if self._is_ours(Headers(scope=scope), must_say=True):
                await self._app(_named_as_asked(scope), messages.heard(receive), send)
            case "websocket":
                # Closed before it was accepted, which the client sees as 403.
                await send({"type": "websocket.close", "code": 1008})
            case _:
                await self._app(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        # Whoever watches the server knows it by an address of its own, and learns nothing but that it is up.
        watches = routes.HEALTH.fullmatch(path) and scope["method"] in ("GET", "HEAD")
        refused = None if watches else self._refused(scope, path)
        await (refused or self._app)(scope, receive, send)

    def _refused(self, scope: Scope, path: str) -> PlainTextResponse | None:
        if not self._is_ours(Headers(scope=scope)):
            return PlainTextResponse("This page is not served under this address.", 403)
        match routes.answer(scope["method"], path):
            case "not found":
                return PlainTextResponse("Not found", 404)
            case "not allowed":
                return PlainTextResponse("Method not allowed", 405)
        return None

    def _is_ours(self, given: Headers, *, must_say: bool = False) -> bool:
        """Whether Host and Origin are on the list; a browser always says the origin of a websocket."""
        hosts, origins = given.getlist("host"), given.getlist("origin")
        ours = (
            len(hosts) == 1
            and len(origins) in ((1,) if must_say else (0, 1))
            and self._allowed.host(hosts[0])
            and all(self._allowed.origin(origin, hosts[0]) for origin in origins)
        )
        if not ours:
            _LOG.debug("refused: a host or an origin that is not ours")
        return ours

    def _with_headers(self, send: Send) -> Send:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *self._headers]
            await send(message)

        return send_with_headers


def _named_as_asked(scope: Scope) -> Scope:
    """The same under the host that its origin names: Streamlit compares the two, and a proxy may have renamed one."""
    host = Headers(scope=scope)["origin"].partition("://")[2].encode("latin-1")
    return {**scope, "headers": [(name, host if name == b"host" else value) for name, value in scope["headers"]]}
