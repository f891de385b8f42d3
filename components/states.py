"""What the page says when there is nothing to draw: the cause, and what to do about it."""

from collections.abc import Callable, Sequence

import streamlit as st

from components import address, sources, theme, upload
from components.sources import Dataset, sample
from components.tabs import quality
from components.tabs.cost import bill
from data.billed import billed
from data.engines import EngineError
from data.exports import Problem
from data.held import extent, objects
from data.pages import is_open
from data.query import Query
from data.store import StoreError
from data.totals import Totals
from data.usage import Usage, main_measure
from data.warehouse.location import LocationError

MOST_REASONS = 5
"""Reasons that are given in full where nothing could be read; all are listed below."""


def welcome(dataset: Dataset) -> None:
    """Beside the sample: whose data these are, and how to see one's own."""
    if not dataset.is_sample:
        return
    with st.container(border=True, key="welcome"):
        words, drop = st.columns([1, 1], gap="medium", vertical_alignment="center")
        with words:
            st.markdown("**See where your own tokens go.** What you see below is a made-up organization.")
            st.caption(upload.privacy())
            with st.popover("Three ways to get an export", type="tertiary", icon=":material/help:"):
                st.markdown(upload.WAYS)
        with drop:
            upload.uploader(dataset, compact=True)


@st.fragment(run_every=86_400)
def wake_after_restart() -> None:
    """Draws nothing. A page that repeats a part of itself asks for all of itself when its connection comes back.

    Without that, a tab whose server was restarted stays as it was: old numbers that look live.
    """


def opened(key: str | None) -> Dataset:
    """The dataset a link names; where it opens nothing, the page says so and ends."""
    try:
        dataset = sources.opened(key)
    except (EngineError, LocationError) as error:
        no_warehouse(error)
        st.stop()
    except StoreError as error:
        out_of_reach(error)
        st.stop()
    if dataset is None:
        lost_upload() if key == sources.SESSION else dead_link()
        st.stop()
    return dataset


def still_open(dataset: Dataset) -> None:
    """Draws the whole page anew where its link opens something else by now, or nothing, or nobody can say."""
    try:
        now = sources.opened(dataset.key)
    except (EngineError, LocationError, StoreError):
        now = None
    if now is None or now.identity != dataset.identity:
        st.rerun()


def out_of_reach(error: StoreError) -> None:
    """The store does not answer, which says nothing about the link."""
    with st.container(width=640):
        st.title("Saved data can't be opened just now", anchor=False)
        st.markdown(f"{theme.markdown(str(error))} The link may be as good as ever.")
        st.button("Try again", icon=":material/refresh:")
        upload.uploader(sample(), compact=True)


def no_warehouse(error: Exception) -> None:
    """The warehouse does not answer; what was uploaded, and the sample, are there all the same."""
    with st.container(width=640):
        st.title("The warehouse can't be opened just now", anchor=False)
        st.markdown(theme.markdown(str(error)))
        with st.container(horizontal=True):
            st.button("Try again", icon=":material/refresh:")
            show_sample()
        upload.uploader(sample(), compact=True)


def show_sample() -> None:
    """The way to the sample."""
    st.button(
        "Show the sample",
        icon=":material/science:",
        type="tertiary",
        on_click=lambda: address.open_dataset(sample()),
    )


def lost_upload() -> None:
    """An upload that only a browser tab had, when the tab was reloaded or the server started anew."""
    with st.container(width=640):
        st.title("This upload is no longer there", anchor=False)
        st.markdown("Only this browser tab had it, and the page was reloaded or the server restarted. Upload it again.")
        upload.uploader(sample(), compact=True)


def dead_link() -> None:
    """One page for every link that opens nothing, whatever the reason."""
    with st.container(width=640):
        st.title("This link doesn't open anything (any more)", anchor=False)
        st.markdown("Ask whoever sent it for a new one, look at the sample, or upload exports of your own.")
        upload.uploader(sample(), compact=True)
        show_sample()


def nothing_read(usage: Usage) -> None:
    """Every row was rejected, or the files hold no usage: the reasons are all there is to show."""
    faults = _faults(usage)
    if usage.costs.num_rows:
        st.info(
            f"These files hold {_counted(usage.costs.num_rows, 'cost result', 'cost results')} and no token usage. "
            "Add a usage export of the same period to see tokens.",
            icon=":material/payments:",
        )
        bill(billed(usage, (), *(extent(usage, "costs") or (0, 0))), usage.names)
    elif usage.naming.given and not faults:
        st.info("These files name ids and hold no usage. Add the exports that the ids are in.", icon=":material/badge:")
    elif faults:
        _say(
            st.error,
            ["Nothing in these files could be read as usage.", *_reasons(faults)],
            ":material/error:",
        )
    else:
        reach = extent(usage)
        told = f" from {theme.moment(reach[0])} to {theme.moment(reach[1], end=True)}" if reach else ""
        _say(st.info, [f"These files hold empty buckets only: no usage was measured{told}."], ":material/event_busy:")
    quality.what_was_read(usage)


def incomplete(usage: Usage) -> list[str]:
    """A sentence each about what was dropped and about pages that were not exported: both is missing in the numbers."""
    rejected = sum(problem.count for problem in usage.problems if problem.kind == "rejected")
    unread = len({problem.file for problem in usage.problems if problem.kind == "unread"})
    what = [
        *([_counted(rejected, "result was", "results were") + " rejected"] if rejected else ()),
        *(
            [f"{unread:,} of {_counted(len(usage.files), 'file', 'files')} could not be read, or not whole"]
            if unread
            else ()
        ),
    ]
    dropped = f"{' and '.join(what)}: that usage is in no number here. Data quality lists the reasons."
    return [*([dropped] if what else ()), *_unexported(usage)]


def _unexported(usage: Usage) -> list[str]:
    """Pages that announce others which are not there."""
    pages = [problem.file for problem in usage.problems if is_open(problem)]
    if not pages:
        return []
    where = f"{_counted(len(pages), 'page', 'pages')} in {_counted(len(set(pages)), 'file', 'files')}"
    return [
        f"{where} {'says' if len(pages) == 1 else 'say'} that more pages follow, and the next is not among the files: "
        f"what only they hold is in no number here. Data quality lists {'it' if len(pages) == 1 else 'them'}."
    ]


def _counted(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def _faults(usage: Usage) -> list[Problem]:
    return [problem for problem in usage.problems if problem.kind != "notice"]


def _reasons(faults: Sequence[Problem]) -> list[str]:
    """Each kind of fault once, as its first place has it."""
    firsts = list({(each.file, each.field, each.reason): each for each in reversed(faults)}.values())[::-1]
    more = f"Another {len(firsts) - MOST_REASONS:,} reasons are listed below."
    return [*map(quality.sentence, firsts[:MOST_REASONS]), *([more] if len(firsts) > MOST_REASONS else ())]


def empty(
    dataset: Dataset, usage: Usage, totals: Totals, lacks: Callable[[], Sequence[str]]
) -> Callable[[], None] | None:
    """What to show in place of charts, None where there is something to draw. `lacks` tells what cannot be answered."""
    query = totals.query
    if query.object not in usage.reported:
        return lambda: _no_object(dataset, usage, lacks())
    if not totals.results and query.filters:
        return lambda: _no_match(dataset, query, lacks())
    if not totals.results:
        return lambda: _no_results(dataset, totals, lacks())
    if query.group_by and all(group.kind == "not grouped" for group in totals.table):
        return lambda: _not_grouped(dataset, query, lacks())
    if totals.grand.get(query.measure) is None:
        return lambda: _not_reported(dataset, query, lacks())
    if not totals.grand[query.measure]:
        return lambda: _all_zero(query, lacks())
    return None


def _say(box: Callable[..., object], sentences: Sequence[str], icon: str) -> None:
    """Cause and remedy, a paragraph each."""
    box("\n\n".join(theme.markdown(sentence) for sentence in sentences), icon=icon)


def _offer(label: str, dataset: Dataset, query: Query) -> None:
    """A way out: another question."""
    st.button(label, on_click=lambda: address.ask(dataset, query))


def _no_object(dataset: Dataset, usage: Usage, lacks: Sequence[str]) -> None:
    _say(st.info, lacks, ":material/category:")
    there = next(iter(objects(usage)))
    _offer(f"Show {theme.label(there).lower()}", dataset, address.first_question(dataset, usage))


def _no_match(dataset: Dataset, query: Query, lacks: Sequence[str]) -> None:
    _say(st.info, ["The filters leave no usage in this period.", *lacks], ":material/filter_alt_off:")
    _offer("Clear filters", dataset, query.model_copy(update={"filters": ()}))


def _no_results(dataset: Dataset, totals: Totals, lacks: Sequence[str]) -> None:
    empty_buckets = sum(span.buckets for span in totals.spans)
    told = f": its {_counted(empty_buckets, 'bucket is', 'buckets are')} empty." if empty_buckets else "."
    _say(st.info, lacks or [f"This period holds no usage{told}"], ":material/event_busy:")
    whole = totals.query.model_copy(update={"period": "all", "start_time": None, "end_time": None, "back": 0})
    _offer("Show all of the data", dataset, whole)


def _not_grouped(dataset: Dataset, query: Query, lacks: Sequence[str]) -> None:
    _say(st.info, lacks, ":material/group_work:")
    _offer("Show token parts", dataset, query.model_copy(update={"group_by": None}))


def _not_reported(dataset: Dataset, query: Query, lacks: Sequence[str]) -> None:
    _say(st.info, lacks or [f"No result of this period reports {query.measure}."], ":material/rule:")
    main = main_measure(query.object)
    if query.measure != main:
        _offer(f"Show {theme.noun(main)}", dataset, query.model_copy(update={"measure": main}))


def _all_zero(query: Query, lacks: Sequence[str]) -> None:
    said = f"Every bucket of this period reports 0 {theme.noun(query.measure)}."
    _say(st.info, [said, *lacks], ":material/exposure_zero:")
