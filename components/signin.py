"""Optional sign-in by the company's own provider (OpenID Connect), for people of the e-mail domains that are named.

Streamlit does the protocol (`st.login`, configured in `.streamlit/secrets.toml`); here is decided who may see the page.
Off unless USAGE_SIGN_IN_DOMAINS is set. Where it is set and sign-in is not configured, nobody gets in.
"""

import os
from collections.abc import Mapping
from typing import Any

import streamlit as st
from streamlit.errors import StreamlitAuthError

from components import theme

VARIABLE = "USAGE_SIGN_IN_DOMAINS"


def domains(environ: Mapping[str, str] = os.environ) -> frozenset[str]:
    """Those whose people may see the page; empty where anyone may who can reach it."""
    named = (each.strip().lower().removeprefix("@") for each in environ.get(VARIABLE, "").split(","))
    return frozenset(filter(None, named))


def is_let_in(user: Mapping[str, Any], allowed: frozenset[str]) -> bool:
    """Whether a signed-in user's address is of one of the domains, and the provider has not left it unverified."""
    name, at, domain = str(user.get("email") or "").rpartition("@")
    verified = user.get("email_verified", True) in (True, "true")
    return bool(user.get("is_logged_in") and name and at and verified and domain.lower() in allowed)


def gate() -> None:
    """Ends the page for whoever may not see it."""
    allowed = domains()
    if not allowed:
        return
    user = st.user.to_dict()
    if is_let_in(user, allowed):
        return
    with st.container(width=640):
        if user.get("is_logged_in"):
            _refused(str(user.get("email") or ""))
        else:
            _asked()
    st.stop()


def _asked() -> None:
    st.title("Sign in to see token usage", anchor=False)
    if st.button("Sign in", icon=":material/login:"):
        try:
            st.login()
        except StreamlitAuthError:
            st.error("Sign-in is not set up on this server: whoever runs it has to do that.", icon=":material/error:")


def _refused(email: str) -> None:
    st.title("This account may not see token usage", anchor=False)
    st.markdown(f"You are signed in as {theme.markdown(theme.shorten(email, 80)) or 'someone without an address'}.")
    st.button("Sign in with another account", icon=":material/logout:", on_click=st.logout)
