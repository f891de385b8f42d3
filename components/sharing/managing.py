"""The page behind a manage link: it takes a link back, or changes how long it lives."""

from collections.abc import Callable

import streamlit as st

from components import address, sources, states, theme
from components.sharing.contents import contained
from components.sharing.lifetime import lifetime, lives
from components.tries import looked_up
from data.store import DEFAULT_DAYS, NotOpenedError, StoreError

REVOKED = "revoked link"
CHANGED = "changed link"
DAYS = "manage.days"


def manage(token: str) -> None:
    """The page behind a manage link; shows nothing of the data."""
    try:
        entry = looked_up(token, sources.store().managed)
    except NotOpenedError:
        if st.session_state.get(REVOKED) == token:
            _revoked()
        else:
            states.dead_link()
        return
    except StoreError as error:
        states.out_of_reach(error)
        return
    with st.container(width=640):
        st.title("Manage a shared link", anchor=False)
        st.markdown(f"**{theme.markdown(entry.title)}**")
        st.caption(theme.markdown(f"{contained(entry)} · made {theme.moment(entry.created // 60 * 60)}"))
        with st.container(border=True):
            lifetime("From now on it lives for", DEFAULT_DAYS, key=DAYS)
            st.button("Change", icon=":material/schedule:", on_click=_change, args=(token,))
            if (changed := st.session_state.pop(CHANGED, None)) is not None:
                changed()
        with st.container(border=True):
            st.markdown(
                "Revoked, the link opens nothing any more, for anyone, at their next click. This cannot be undone."
            )
            st.button("Revoke the link", icon=":material/link_off:", on_click=_revoke, args=(token,))


def _change(token: str) -> None:
    """Before the page is drawn, so that it shows what is true then."""
    days = st.session_state[DAYS]

    def change() -> None:
        sources.store().set_lifetime(token, days)

    _do(change, lambda: st.success(f"From now on the link lives {lives(days)}.", icon=":material/check:"))


def _revoke(token: str) -> None:
    def revoke() -> None:
        sources.store().revoke(token)
        st.session_state[REVOKED] = token

    _do(revoke, lambda: None)


def _do(change: Callable[[], None], told: Callable[[], object]) -> None:
    """Does it, and lets the page tell how that went."""
    try:
        change()
    except NotOpenedError:
        return  # somebody was quicker: the page says so
    except StoreError as error:
        sentence = theme.markdown(str(error))
        st.session_state[CHANGED] = lambda: st.error(sentence, icon=":material/error:")
    else:
        st.session_state[CHANGED] = told


def _revoked() -> None:
    """For whoever has just done it; anyone else finds a link that opens nothing."""
    with st.container(width=640):
        st.title("The link is revoked", anchor=False)
        st.markdown("It opens nothing any more, for anyone, and its data go with it.")
        st.link_button("Open the dashboard", address.url(), icon=":material/arrow_forward:")
