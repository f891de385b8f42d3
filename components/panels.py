"""What stands on every tab: header, notices and tiles."""

from collections.abc import Sequence

import streamlit as st

from components import address, downloads, sharing, sources, theme, tile, upload
from components.sources import Dataset
from components.tiles import tiles_of
from data.held import extent
from data.periods import zone_of
from data.query import Query
from data.totals import Totals
from data.usage import Usage


def header(dataset: Dataset, usage: Usage, query: Query) -> None:
    """Which data these are, how far they reach, and what can be done with them."""
    with st.container(gap=None, key="header"):
        with st.container(horizontal=True, vertical_alignment="top", horizontal_alignment="distribute"):
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.title("Token usage", anchor=False, width="content")
                if dataset.is_sample:
                    st.badge("Sample data", icon=":material/science:", color="green")
                if dataset.is_warehouse:
                    st.badge("Warehouse", icon=":material/database:", color="green")
            with st.container(horizontal=True, width="content", gap="small", key="actions"):
                _actions(dataset, usage, query)
        st.caption(theme.markdown(" · ".join(facts(dataset, usage, query))))


def _actions(dataset: Dataset, usage: Usage, query: Query) -> None:
    sharing.button(dataset, usage, query)
    if usage.results.num_rows:
        downloads.show(dataset)
    if sources.has_warehouse() and not dataset.is_warehouse:
        st.button("Warehouse", icon=":material/database:", on_click=lambda: address.open_key(sources.WAREHOUSE))
    if dataset.is_warehouse:
        st.button("Sample", icon=":material/science:", on_click=lambda: address.open_key(sources.SAMPLE))
    if not dataset.is_sample and st.button("New upload", icon=":material/upload_file:", key="new-upload"):
        upload.dialog(dataset)


def facts(dataset: Dataset, usage: Usage, query: Query) -> list[str]:
    """What the header says of the data, which hangs on kind and zone that are asked for."""
    reach = extent(usage, query.object)
    accepted = sum(file.accepted for file in usage.files)
    title = [] if dataset.is_warehouse else [theme.shorten(dataset.title, 80)]
    facts = [*title, f"{accepted:,} {'result' if accepted == 1 else 'results'}"]
    if reach:
        zone = zone_of(usage, query)
        facts.append(f"{theme.period(*reach, zone)} {zone}")
        facts.append(f"last bucket ends {theme.moment(reach[1], zone, end=True)}")
    return [*facts, *(sharing.withheld(dataset.entry.contents) if dataset.entry else ())]


def notices(sentences: Sequence[str], icon: str = ":material/link_off:") -> None:
    """What the link asks for that the data lack, or what the data lack at all: said, not guessed at."""
    if sentences:
        st.warning("  \n".join(map(theme.markdown, sentences)), icon=icon)


# --- tiles ---------------------------------------------------------------------------------------------------------


def tiles(totals: Totals, before: Totals | str) -> None:
    """The period in a few numbers, each with its change and its course."""
    tile.show(tiles_of(totals, before), key="tiles", note=_against(before))


def _against(before: Totals | str) -> str:
    if isinstance(before, str):
        return f"No change is shown. {before}"
    days = theme.period(before.start, before.end, before.zone)
    return f"Changes against {theme.compared(before.query)}, {days}."
