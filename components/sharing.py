"""Share: a link to this view, with as much of the data as its maker chooses; and the page that takes it back."""

from typing import Any
from urllib.parse import urlencode

import streamlit as st

from components import controls, sources, states, theme
from components.sources import Dataset
from data.query import Query, to_params
from data.store import DEFAULT_DAYS, HIDEABLE, Choices, Entry, NotOpenedError, StoreError, derive
from data.table import Usage

TREATMENTS = {"keep": "Keep", "pseudonymise": "Pseudonymise", "drop": "Drop"}
ROWS = {False: "All of the data", True: "Only what this view shows"}
MADE = "made link"


def address(**params: Any) -> str:
    """A link to this page, wherever it is served."""
    base = (st.context.url or "").split("?")[0].rstrip("/")
    return f"{base}/?{urlencode(params, doseq=True)}"


def view_link(key: str, query: Query) -> str:
    return address(**{controls.DATASET: key, controls.TAB: controls.current_tab()}, **to_params(query))


def manage_link(token: str) -> str:
    return address(**{controls.MANAGE: token})


def button(dataset: Dataset, usage: Usage, query: Query) -> None:
    """The way into the dialog."""
    if st.button("Share", icon=":material/link:", key="share"):
        st.session_state.pop(MADE, None)
        dialog(dataset, usage, query)


@st.dialog("Share this view", width="medium", icon=":material/link:")
def dialog(dataset: Dataset, usage: Usage, query: Query) -> None:
    """The link to exactly this view, what it contains, and the choices before it is made."""
    if dataset.is_sample:
        _link(view_link(dataset.key, query))
        st.caption("Opens the same view of the sample for anyone who can open this page.")
    elif not dataset.is_saved:
        st.info(theme.markdown(f"There is no link to share. {sources.not_saved()}"), icon=":material/link_off:")
        st.caption("The data are in this browser session only. Export gives a report that opens anywhere.")
    elif made := st.session_state.get(MADE):
        _made(*made)
    else:
        _choices(dataset, usage, query)
        _own(dataset, query)


def _link(text: str) -> None:
    """A link with a button that copies it."""
    st.code(text, language=None, wrap_lines=True)


def _choices(dataset: Dataset, usage: Usage, query: Query) -> None:
    title = st.text_input("Title", max_chars=120, placeholder="Token usage")
    held = [name for name in HIDEABLE if usage.results[name].null_count < usage.results.num_rows]
    ids = {name: _treatment(name) for name in held}
    only_filtered = st.segmented_control(
        "Data behind the link", list(ROWS), format_func=ROWS.__getitem__, default=False, required=True
    )
    days = _lifetime("Lives for", DEFAULT_DAYS)
    try:
        derived = derive(dataset.content, usage, query, Choices(ids=ids, only_filtered=bool(only_filtered)))
    except StoreError as error:
        st.error(theme.markdown(str(error)))
        return
    for note in derived.notes:
        st.caption(theme.markdown(note))
    st.caption("Whoever has the link sees everything behind it, without signing in, until it expires or is revoked.")
    if st.button("Make the link", icon=":material/add_link:"):
        try:
            saved = sources.publish(derived, title.strip() or "Token usage", days)
        except StoreError as error:
            st.error(theme.markdown(str(error)), icon=":material/error:")
            return
        st.session_state[MADE] = (view_link(saved.links.view, derived.query), saved.links.manage, saved.entry)
        st.rerun(scope="fragment")


def _own(dataset: Dataset, query: Query) -> None:
    """The links of the upload itself, for whoever made it."""
    links = sources.links_of(dataset)
    if dataset.entry is None or links is None:
        return
    with st.expander("Links of your upload itself"):
        st.caption(theme.markdown(contained(dataset.entry)))
        st.markdown("The address of this page, which opens all of it")
        _link(view_link(links.view, query))
        st.markdown("Its manage link, which revokes it or changes how long it lives")
        _link(manage_link(links.manage))


def _treatment(name: str) -> str:
    return str(
        st.segmented_control(
            f"{theme.label(name)} ids",
            list(TREATMENTS),
            format_func=TREATMENTS.__getitem__,
            default="keep",
            required=True,
            key=f"share.{name}",
        )
    )


def _lifetime(words: str, default: int | None, key: str = "share.days") -> int | None:
    lifetimes = list(sources.store().settings.lifetimes)
    return st.segmented_control(
        words,
        lifetimes,
        format_func=lambda days: "For ever" if days is None else f"{days} day{'s' if days > 1 else ''}",
        default=default if default in lifetimes else lifetimes[0],
        required=True,
        key=key,
    )


def _made(link: str, manage: str, entry: Entry) -> None:
    st.markdown("**Link to this view**")
    _link(link)
    st.caption(theme.markdown(contained(entry)))
    st.markdown("**Manage link** · keep it to yourself: it revokes the link above or changes how long it lives")
    _link(manage_link(manage))


def contained(entry: Entry) -> str:
    """What a dataset holds and how long it lives, in one line."""
    held = entry.contents
    parts = [f"{held.results:,} results"]
    if held.costs:
        parts.append(f"{held.costs:,} cost results")
    if held.start is not None and held.end is not None:
        parts.append(f"{theme.period(held.start, held.end)} UTC")
    if held.dimensions:
        parts.append("by " + ", ".join(theme.by(name) for name in held.dimensions))
    parts += [
        f"{theme.by(name)} {'as pseudonyms' if how == 'pseudonymise' else 'left out'}"
        for name, how in held.hidden.items()
    ]
    parts.append("does not expire" if entry.expires is None else f"until {theme.moment(entry.expires)}")
    return " · ".join(parts)


def manage(token: str) -> None:
    """The page behind a manage link; shows nothing of the data."""
    try:
        entry = sources.store().managed(token)
    except (NotOpenedError, StoreError):
        states.dead_link()
        return
    with st.container(width=640):
        st.title("Manage a shared link", anchor=False)
        st.markdown(f"**{theme.markdown(entry.title)}**")
        st.caption(theme.markdown(f"{contained(entry)} · made {theme.moment(entry.created)}"))
        with st.container(border=True):
            days = _lifetime("From now on it lives for", DEFAULT_DAYS, key="manage.days")
            if st.button("Change", icon=":material/schedule:"):
                _do(lambda: sources.store().set_lifetime(token, days))
        with st.container(border=True):
            st.markdown(
                "Revoked, the link opens nothing any more, for anyone, at their next click. This cannot be undone."
            )
            if st.button("Revoke the link", icon=":material/link_off:"):
                _do(lambda: sources.store().revoke(token))


def _do(change: Any) -> None:
    try:
        change()
    except NotOpenedError:
        pass  # somebody was quicker: the next run says so
    except StoreError as error:
        st.error(theme.markdown(str(error)), icon=":material/error:")
        return
    st.rerun()
