"""Share: a link to this view, with as much of the data as its maker chooses."""

import streamlit as st

from components import address, sources, theme
from components.sharing.contents import contained, planned
from components.sharing.lifetime import lifetime, lives
from components.sources import Dataset
from data.naming import TEAM
from data.query import Query
from data.store import DEFAULT_DAYS, HIDEABLE, Choices, Saved, StoreError, derive, unshown
from data.usage import Usage

TREATMENTS = {"keep": "Keep", "pseudonymise": "Pseudonymise", "drop": "Drop"}
ROWS = {False: "All data", True: "Only what this view shows"}
UNTITLED = "Shared view"
MADE = "made link"

# Streamlit shows it under a mouse only: nobody would find it with a finger or the keyboard.
COPY_BUTTON = "<style>.stCode > pre + div { opacity: 1; visibility: visible; }</style>"


def button(dataset: Dataset, usage: Usage, query: Query) -> None:
    """The way into the dialog."""
    if st.button("Share", icon=":material/link:", key="share"):
        st.session_state.pop(MADE, None)
        dialog(dataset, usage, query)


@st.dialog("Share this view", width="medium", icon=":material/link:")
def dialog(dataset: Dataset, usage: Usage, query: Query) -> None:
    """The link to exactly this view, what it contains, and the choices before it is made."""
    st.html(COPY_BUTTON)
    if dataset.is_sample:
        _link(address.view_url(dataset.key, query))
        st.caption("Opens the same view of the sample for anyone who can open this page.")
    elif dataset.is_warehouse:
        _link(address.view_url(dataset.key, query))
        st.caption("Opens the same view of the warehouse for anyone who can open this page.")
    elif not dataset.is_saved:
        st.info(theme.markdown(f"There is no link to share. {sources.not_saved(dataset)}"), icon=":material/link_off:")
        st.caption("Export gives a report that opens anywhere.")
    elif _is_gone(dataset):  # since the page was drawn; a dialog runs without the page
        st.rerun()
    elif made := st.session_state.get(MADE):
        _made(*made)
    else:
        _choices(dataset, usage, query)
        _made_before()


def _is_gone(dataset: Dataset) -> bool:
    try:
        return sources.opened(dataset.key) is None
    except StoreError:
        return False  # saving says so


def _link(text: str) -> None:
    """A link with a button that copies it."""
    st.code(text, language=None, wrap_lines=True)


def _choices(dataset: Dataset, usage: Usage, query: Query) -> None:
    title = st.text_input("Title", max_chars=120, placeholder=UNTITLED)
    held = [name for name in HIDEABLE if usage.results[name].null_count < usage.results.num_rows]
    ids = {name: _treatment(name) for name in held if name != TEAM}
    if TEAM in held:
        # A team may tell who is behind a pseudonym: it goes along only if its maker says so.
        ids[TEAM] = _treatment(TEAM, "keep" if _are_kept(ids) else "drop")
    if not _are_kept(ids):
        st.caption(
            "A pseudonym stands for one id throughout the link and cannot be turned back. Rows are summed over what is "
            "dropped. The names of such ids, and names and hashes of files, stay here as well."
        )
    only_filtered = st.segmented_control(
        "Data behind the link", list(ROWS), format_func=ROWS.__getitem__, default=False, required=True
    )
    days = lifetime("Lives for", DEFAULT_DAYS)
    choices = Choices(ids=ids, only_filtered=bool(only_filtered))
    for note in unshown(query, choices):
        st.warning(theme.markdown(note), icon=":material/link_off:")
    st.caption(theme.markdown(f"Behind the link: {planned(dataset, usage, query, choices)} · {lives(days)}."))
    st.caption("Whoever has the link sees everything behind it, without signing in, until it expires or is revoked.")
    if st.button("Make the link", icon=":material/add_link:"):
        _make(dataset, usage, query, choices, title.strip() or UNTITLED, days)


def _make(dataset: Dataset, usage: Usage, query: Query, choices: Choices, title: str, days: int | None) -> None:
    try:
        with st.spinner("Saving what is behind the link …"):
            derived = derive(dataset.content, usage, query, choices)
            saved = sources.publish(derived, title, days)
    except StoreError as error:
        st.error(theme.markdown(str(error)), icon=":material/error:")
        return
    link = address.view_url(saved.links.view, derived.query, same_ids=_are_kept(dict(choices.ids)))
    st.session_state[MADE] = (link, saved)
    st.rerun(scope="fragment")


def _made(link: str, saved: Saved) -> None:
    st.markdown("**Link to this view**")
    _link(link)
    st.caption(theme.markdown(contained(saved.entry)))
    st.markdown("**Manage link** · keep it to yourself: it revokes the link above or changes how long it lives")
    _link(address.manage_url(saved.links.manage))


def _made_before() -> None:
    """What this session has saved, the upload included, with the links that nothing else can show again."""
    made = sources.made()
    if not made:
        return
    with st.expander(f"Links made in this tab · {len(made):,}"):
        st.caption("Uploading made the first one: it is the address of the page. Manage links are shown nowhere else.")
        for saved in made:
            st.markdown(f"**{theme.markdown(theme.shorten(saved.entry.title, 80))}**")
            st.caption(theme.markdown(contained(saved.entry)))
            _link(address.url(**{address.DATASET: saved.links.view}))
            st.caption("Manage link")
            _link(address.manage_url(saved.links.manage))


def _treatment(name: str, default: str = "keep") -> str:
    return str(
        st.segmented_control(
            "Teams" if name == TEAM else f"{theme.label(name)} ids",
            list(TREATMENTS),
            format_func=TREATMENTS.__getitem__,
            default=default,
            required=True,
            key=f"share.{name}.{default}",
        )
    )


def _are_kept(ids: dict[str, str]) -> bool:
    return set(ids.values()) <= {"keep"}
