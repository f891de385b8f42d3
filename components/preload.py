"""Tells the browser with the page itself what the page will need.

Streamlit's page asks for the scripts of an element when it first draws one, these for theirs, and the last of all is
Plotly: turn after turn, while the server is busy with the numbers. Named in the page, they are there by then. (As a
header, proxies would find it too long.)
"""

import re
from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.file_util import get_static_dir

ELEMENTS = ("BidiComponent", "Button", "ButtonGroup", "FileUploader", "Selectbox")
"""Of Streamlit, as its files are called: those that a first visit draws and that its page does not load by itself."""

END = b"</head>"
_IMPORTED = re.compile(r'(?:from|import)\s*"\./([\w.-]+\.js)"')
_LOADED = re.compile(r"/js/([\w.-]+\.js)")


class Preload:
    """ASGI middleware: the page's head ends with links to the scripts of its elements and to `modules` of ours.

    Then come `scripts`, which run as soon as they are there.

    They come after the page's own scripts, which it has to have first.
    """

    def __init__(self, app: ASGIApp, modules: tuple[str, ...] = (), scripts: tuple[str, ...] = ()) -> None:
        self._app = app
        modules = (*(f"static/js/{name}" for name in scripts_of(ELEMENTS)), *modules)
        links = [f'<link rel="modulepreload" crossorigin fetchpriority="low" href="./{path}">' for path in modules]
        links += [f'<script async fetchpriority="low" src="./{path}"></script>' for path in scripts]
        self._links = "".join(links).encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes all else through, websockets too."""
        await self._app(scope, receive, self._with_links(send) if scope["type"] == "http" else send)

    def _with_links(self, send: Send) -> Send:
        start: Message | None = None
        page = b""

        async def send_with_links(message: Message) -> None:
            nonlocal start, page
            if message["type"] == "http.response.start" and _is_page(message):
                start = message  # its length is not known yet
            elif start is None or message["type"] != "http.response.body":
                await send(message)
            else:
                page += message.get("body", b"")
                if not message.get("more_body"):
                    page = page.replace(END, self._links + END, 1)
                    MutableHeaders(scope=start)["content-length"] = str(len(page))
                    await send(start)
                    await send({"type": "http.response.body", "body": page})

        return send_with_links


def _is_page(start: Message) -> bool:
    headers = MutableHeaders(scope=start)
    return start["status"] == 200 and headers.get("content-type", "").startswith("text/html")


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
