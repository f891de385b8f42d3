"""How often links that open nothing may be tried: a token cannot be guessed, and nobody shall keep the store busy.

Who opens links that are good is never held up: what has opened once in this process opens again. Clients are told
apart by their address; behind a proxy that is the proxy's, unless FORWARDED_ALLOW_IPS names it (see the README).
"""

from collections import OrderedDict
from collections.abc import Callable
from hashlib import sha256
from ipaddress import IPv6Address, ip_address
from typing import TypeVar

import streamlit as st

from components.guard.throttle import Rate, Throttle
from data.store import NotOpenedError, StoreError

EACH = Rate(burst=30, per_second=0.5)
ALL = Rate(burst=300, per_second=20)
MOST_KNOWN = 10_000
MISSED = "missed link"

_Found = TypeVar("_Found")


class Tries:
    """Of one process."""

    def __init__(self) -> None:
        self._throttle = Throttle(EACH, ALL)
        self._opened: OrderedDict[bytes, None] = OrderedDict()

    def look_up(self, token: str, look: Callable[[str], _Found], client: str, *, again: bool = False) -> _Found:
        """What `look` finds behind a token; one that is tried `again` is not another try.

        Raises NotOpenedError as `look` does, and StoreError where too many were tried.
        """
        if not (self._has_opened(token) or self._throttle.is_open(client)):
            raise StoreError("Too many links that open nothing were tried. Wait a minute, then try again.")
        try:
            found = look(token)
        except NotOpenedError:
            if not again:
                self._throttle.spend(client)
            raise
        self._remember(token)
        return found

    def _has_opened(self, token: str) -> bool:
        return _digest(token) in self._opened

    def _remember(self, token: str) -> None:
        self._opened[_digest(token)] = None
        while len(self._opened) > MOST_KNOWN:
            self._opened.popitem(last=False)


@st.cache_resource(show_spinner=False)
def tries() -> Tries:
    return Tries()


def looked_up(token: str, look: Callable[[str], _Found]) -> _Found:
    """The same for this visitor. A page that stays open on its dead link asks at every click, and tries nothing new."""
    again = st.session_state.get(MISSED) == token
    try:
        return tries().look_up(token, look, client_of(st.context.ip_address), again=again)
    except NotOpenedError:
        st.session_state[MISSED] = token
        raise


def client_of(address: str | None) -> str:
    """Who is asking: an address, of version 6 the network, which one client has whole; none is this computer."""
    try:
        parsed = ip_address((address or "").partition("%")[0])
    except ValueError:
        return ""
    return str(parsed.packed[:8]) if isinstance(parsed, IPv6Address) and not parsed.ipv4_mapped else str(parsed)


def _digest(token: str) -> bytes:
    return sha256(token.encode("utf-8", "surrogatepass")).digest()
