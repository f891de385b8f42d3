"""The admin key and the address it may be sent to. Both come from the environment, and only from there.

A command line is in the process list and in the shell's history, so there is no option for the key.
"""

import re
from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

KEY, BASE_URL = "OPENAI_ADMIN_KEY", "OPENAI_BASE_URL"
DEFAULT_BASE_URL = "https://api.openai.com/v1"

WHERE = (
    "An organization owner makes one on platform.openai.com under Settings, Organization, Admin keys "
    "(https://platform.openai.com/settings/organization/admin-keys); it begins with sk-admin- and needs to read usage"
)
# What the beginning of a key says about it. The longest beginning that fits decides.
_KINDS = {
    "sk-admin-": "",
    "sk-proj-": "a project key",
    "sk-svcacct-": "a service account's key",
    "sk-ant-": "another company's key",
    "sk-": "a user's or project's API key",
    "sess-": "a browser session's key",
    "ek_": "a client's short-lived key",
}


class UnusableError(ValueError):
    """The key or the address cannot be used; its text says why, what to do, and never holds the key."""


class Secret:
    """The key. It shows itself to nobody by accident: not in a repr, an f-string, a traceback or a pickle."""

    __slots__ = ("__text",)

    def __init__(self, text: str) -> None:
        self.__text = text

    def __repr__(self) -> str:
        return "Secret(…)"

    __str__ = __repr__

    def __reduce__(self) -> str:
        raise TypeError("a secret is not stored")

    def reveal(self) -> str:
        return self.__text

    def hidden_in(self, text: str) -> str:
        """The text without the key, whatever brought it there: servers quote keys in their errors."""
        return text.replace(self.__text, "…")

    def is_in(self, content: bytes) -> bool:
        return self.__text.encode() in content


def admin_key(environment: Mapping[str, str]) -> Secret:
    """The admin key; an absent or evidently wrong one raises UnusableError before anything is sent."""
    text = environment.get(KEY, "").strip()
    if not text:
        other = (
            " OPENAI_API_KEY is not read: an API key cannot see the usage." if "OPENAI_API_KEY" in environment else ""
        )
        raise UnusableError(f"{KEY} is not set, and an admin key is needed.{other} {WHERE}")
    if not re.fullmatch(r"[!-~]{8,512}", text):
        raise UnusableError(f"{KEY} is not a key: it holds blanks or other characters no key has. {WHERE}")
    kind = next((_KINDS[each] for each in sorted(_KINDS, key=len, reverse=True) if text.startswith(each)), "")
    if kind:
        raise UnusableError(f"{KEY} holds {kind}; the usage of an organization needs an admin key. {WHERE}")
    return Secret(text)


def base_url(environment: Mapping[str, str]) -> str:
    """Where the API is: https, or this very computer."""
    text = environment.get(BASE_URL, "").strip() or DEFAULT_BASE_URL
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise UnusableError(f"{BASE_URL} is not an address; leave it out for {DEFAULT_BASE_URL}") from None
    if not host or parts.username or parts.password or parts.query or parts.fragment:
        raise UnusableError(f"{BASE_URL} has to be of the form https://host/v1, without a name, query or fragment")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(host)):
        raise UnusableError(f"{BASE_URL} has to begin with https://: a key is not sent unencrypted to another computer")
    return text.rstrip("/")


def is_loopback(host: str) -> bool:
    """Whether an address is this computer's own."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"
