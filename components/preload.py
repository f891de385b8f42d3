"""Tells the browser with the page itself what the page will need.

Streamlit's page asks for the scripts of an element when it first draws one, these for theirs, and the last of all is
Plotly: turn after turn, while the server is busy with the numbers. Named in a header, they are there by then.
"""

import re
from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.file_util import get_static_dir

ELEMENTS = ("BidiComponent", "Button", "ButtonGroup", "FileUploader", "Selectbox")
"""Of Streamlit, as its files are called: those that a first visit draws and that its page does not load by itself."""

_IMPORTED = re.compile(r'(?:from|import)\s*"\./([\w.-]+\.js)"')
_LOADED = re.compile(r"/js/([\w.-]+\.js)")


class Preload:
    """ASGI middleware: the page's answer names the scripts that its elements and `others` are made of."""

    def __init__(self, app: ASGIApp, others: tuple[str, ...] = ()) -> None:
        self._app = app
        # Low: after the page's own scripts, which it has to have first.
        named = [f"<./static/js/{name}>; rel=modulepreload; fetchpriority=low" for name in scripts_of(ELEMENTS)]
        named += [f"<./{path}>; rel=preload; as=script; fetchpriority=low" for path in others]
        self._link = ", ".join(named)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes all else through, websockets too."""

        async def named(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith("text/html"):
                    headers.append("link", self._link)
            await send(message)

        await self._app(scope, receive, named if scope["type"] == "http" else send)


def scripts_of(elements: tuple[str, ...]) -> list[str]:
    """Streamlit's files for these elements and what they import, without those that its page loads anyway."""
    folder = Path(get_static_dir())
    loaded = set(_LOADED.findall((folder / "index.html").read_text(encoding="utf-8")))
    waiting = [path.name for element in elements for path in (folder / "static/js").glob(f"{element}.*.js")]
    found: list[str] = []
    while waiting:
        name = waiting.pop(0)
        if name not in loaded and name not in found:
            found.append(name)
            waiting += _IMPORTED.findall((folder / "static/js" / name).read_text(encoding="utf-8"))
    return found
