"""What can be asked for at all. Streamlit serves more than the page needs: metrics, an interface for programs."""

import re
from typing import Literal, NamedTuple

HEALTH = re.compile(r"(/.*)?/_stcore/health")
"""Whether the server is up."""

# Wherever the page is served: a path before it (server.baseUrlPath) opens nothing.
_CLOSED = re.compile(r"/_stcore/(metrics|agent|script-health-check)(/|$)|/component/")
_ELEMENT = re.compile(r"/_stcore/bidi-components/")
_UPLOAD = re.compile(r"/_stcore/upload_file/(?P<session>[^/]+)/(?P<file>[^/]+)$")

Answer = Literal["open", "not found", "not allowed"]


class Upload(NamedTuple):
    session: str
    file: str


def answer(method: str, path: str) -> Answer:
    """Whether Streamlit gets to see it."""
    if _CLOSED.search(path):
        return "not found"
    if _ELEMENT.search(path) and not path.endswith((".js", ".css")):
        return "not found"  # beside an element's script lies its Python
    methods = {"PUT", "DELETE"} if _UPLOAD.search(path) else {"GET", "HEAD"}
    return "open" if method in methods else "not allowed"


def upload(method: str, path: str) -> Upload | None:
    """Where a file is sent to, if this sends one."""
    found = _UPLOAD.search(path) if method == "PUT" else None
    return Upload(**found.groupdict()) if found else None
