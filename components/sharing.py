"""Share: a link to this view, with as much of the data as its maker chooses; and the page that takes it back."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from components import address, answers, sources, states, theme
from components.sources import Dataset
from components.tries import looked_up
from data.engine import total
from data.naming import TEAM
from data.query import Query
from data.store import (
    DEFAULT_DAYS,
    HIDEABLE,
    Choices,
    Contents,
    Entry,
    NotOpenedError,
    Saved,
    StoreError,
    derive,
    unshown,
)
from data.usage import Usage

TREATMENTS = {"keep": "Keep", "pseudonymise": "Pseudonymise", "drop": "Drop"}
ROWS = {False: "All data", True: "Only what this view shows"}
UNTITLED = "Shared view"
MADE = "made link"
REVOKED = "revoked link"
CHANGED = "changed link"
DAYS = "manage.days"

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
    days = _lifetime("Lives for", DEFAULT_DAYS)
    choices = Choices(ids=ids, only_filtered=bool(only_filtered))
    for note in unshown(query, choices):
        st.warning(theme.markdown(note), icon=":material/link_off:")
    st.caption(theme.markdown(f"Behind the link: {_planned(dataset, usage, query, choices)} · {_lives(days)}."))
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


# --- what is behind a link -----------------------------------------------------------------------------------------


def _planned(dataset: Dataset, usage: Usage, query: Query, choices: Choices) -> str:
    """What these choices would put behind a link."""
    held = dataset.entry.contents if dataset.entry else Contents.model_construct()
    part: dict[str, Any] = {"hidden": {**held.hidden, **choices.hidden}, "filtered": choices.only_filtered}
    if choices.only_filtered:
        totals = answers.answer(dataset.identity, total, query, usage)
        part |= {"results": totals.results, "costs": 0, "start": totals.start, "end": totals.end}
    return _told(held.model_copy(update=part))


def contained(entry: Entry) -> str:
    """What a dataset holds and how long it lives, in one line."""
    # To the minute, and not later than it is true.
    lives = "does not expire" if entry.expires is None else f"until {theme.moment(entry.expires // 60 * 60)}"
    return f"{_told(entry.contents)} · {lives}"


def _told(held: Contents) -> str:
    shown = [name for name in held.dimensions if held.hidden.get(name) != "drop"]
    parts = [f"{held.results:,} {'result' if held.results == 1 else 'results'}"]
    if held.costs:
        parts.append(f"{held.costs:,} {'cost result' if held.costs == 1 else 'cost results'}")
    if held.start is not None and held.end is not None:
        parts.append(f"{theme.period(held.start, held.end)} UTC")
    if shown:
        parts.append("by " + ", ".join(theme.by(name) for name in shown))
    return " · ".join([*parts, *withheld(held)])


def withheld(held: Contents) -> list[str]:
    """What a shared link does not show, as whoever opens it should know: `users as pseudonyms`, `without projects`."""
    named = {how: [theme.many(name) for name in HIDEABLE if held.hidden.get(name) == how] for how in TREATMENTS}
    return [
        *([f"{', '.join(named['pseudonymise'])} as pseudonyms"] if named["pseudonymise"] else ()),
        *([f"without {', '.join(named['drop'])}"] if named["drop"] else ()),
        *(["only what one view shows"] if held.filtered else ()),
    ]


def _lives(days: int | None) -> str:
    return "for ever" if days is None else f"for {days} day{'s' if days > 1 else ''}"


# --- managing ------------------------------------------------------------------------------------------------------


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
            _lifetime("From now on it lives for", DEFAULT_DAYS, key=DAYS)
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

    _do(change, lambda: st.success(f"From now on the link lives {_lives(days)}.", icon=":material/check:"))


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
