"""Headers of every answer: what a browser may load, run, frame and tell others while it shows the page."""

import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import streamlit as st

_INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def policy(index: str) -> str:
    """The Content-Security-Policy for Streamlit's page `index`, whose inline scripts it names by their hashes.

    No other host, no `eval`, no script but those the server serves. Styles are set by Streamlit from scripts; pictures
    may be data of the page itself, which is how charts become PNG files.
    """
    hashes = [f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" for script in _INLINE.findall(index)]
    return "; ".join(
        [
            "default-src 'none'",
            " ".join(["script-src 'self'", *hashes]),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )


def fixed() -> list[tuple[bytes, bytes]]:
    """The same for every answer. A link holds a token, so no address of ours may travel with a click on another."""
    index = (Path(st.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    return [
        (b"content-security-policy", policy(index).encode()),
        (b"referrer-policy", b"no-referrer"),
        (b"x-content-type-options", b"nosniff"),
        (b"x-frame-options", b"DENY"),
        (b"x-robots-tag", b"noindex"),
        (b"cross-origin-opener-policy", b"same-origin"),
        (b"cross-origin-resource-policy", b"same-origin"),
    ]
