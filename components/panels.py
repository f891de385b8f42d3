"""What a visitor reads: header, tiles, charts, breakdown. Each panel is one function that draws an answer."""

import math
from collections.abc import Callable, Sequence

import plotly.graph_objects as go
import streamlit as st

from components import breakdown, charts, downloads, sharing, theme, upload
from components.report import View
from components.sources import Dataset
from components.tables import breakdown_of, has_parts
from components.tiles import tiles_of
from data.held import extent
from data.query import Query
from data.table import Usage
from data.totals import Totals


def header(dataset: Dataset, usage: Usage, query: Query, view: View | None = None) -> None:
    """Which data these are, how far they reach, and what can be done with them; a `view` can be exported."""
    with st.container(horizontal=True, vertical_alignment="top", horizontal_alignment="distribute", key="header"):
        with st.container(gap=None, width="stretch"):
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.title("Token usage", anchor=False, width="content")
                if dataset.is_sample:
                    st.badge("Sample data", icon=":material/science:", color="primary")
            st.caption(theme.markdown(" · ".join(_facts(dataset, usage, query))))
        with st.container(horizontal=True, width="content", gap="small", key="actions"):
            sharing.button(dataset, usage, query)
            if view:
                downloads.show(view)
            if not dataset.is_sample and st.button("New upload", icon=":material/upload_file:", key="new-upload"):
                upload.dialog(dataset)


def _facts(dataset: Dataset, usage: Usage, query: Query) -> list[str]:
    reach = extent(usage, query.object)
    accepted = sum(file.accepted for file in usage.files)
    facts = [theme.shorten(dataset.title, 80), f"{accepted:,} {'result' if accepted == 1 else 'results'}"]
    if reach:
        facts.append(f"{theme.period(*reach)} UTC")
        facts.append(f"last bucket ends {theme.moment(reach[1], end=True)}")
    return [*facts, *(sharing.withheld(dataset.entry.contents) if dataset.entry else ())]


def notices(sentences: Sequence[str], icon: str = ":material/link_off:") -> None:
    """What the link asks for that the data lack, or what the data lack at all: said, not guessed at."""
    if sentences:
        st.warning("  \n".join(map(theme.markdown, sentences)), icon=icon)


# --- tiles ---------------------------------------------------------------------------------------------------------


def tiles(totals: Totals, before: Totals | str) -> None:
    """The period in a few numbers, each with its change and its course."""
    with st.grid(6, min_column_width=150, gap="small", key="tiles"):
        for tile in tiles_of(totals, before):
            st.metric(
                tile.label,
                tile.value,
                tile.change,
                delta_color="off",
                delta_arrow=tile.arrow,
                help=tile.help,
                chart_data=[math.nan if each is None else each for each in tile.course]
                if len(tile.course) > 1
                else None,
                chart_type="area",
                border=True,
                height="stretch",
            )
    if isinstance(before, str):
        st.caption(f"No change is shown. {theme.markdown(before)}")
    else:
        st.caption(f"Changes against the period before, {theme.period(before.start, before.end)}.")


# --- charts --------------------------------------------------------------------------------------------------------


def palette(totals: Totals, values: Callable[[str], Sequence[str | None]]) -> charts.Palette:
    """A colour per drawn group, by its rank in the whole usage: filtering does not repaint it."""
    if not totals.query.group_by:
        return {}
    ranking = [value for value in values(totals.query.group_by) if value is not None]
    return charts.palette_index(ranking, [group.value for group in totals.groups if group.value is not None])


def overview(totals: Totals, grouped: Totals, look: theme.Theme, palette: charts.Palette, narrow: bool) -> None:
    """Main chart with the ranking beside it, the parts side by side, and the table behind them all.

    `grouped` answers the same question by a dimension, where `totals` is by token part.
    """
    left, right = st.columns([2, 1], gap="small")
    with left:
        card("over_time", charts.over_time(totals, look, palette, narrow=narrow), totals)
    with right:
        card("ranking", charts.ranking(totals, look, palette, narrow=narrow), totals)
    if has_parts(grouped):
        card("parts_by_group", charts.parts_by_group(grouped, look, narrow=narrow), grouped)
    table = breakdown_of(grouped, trends=not narrow)
    with st.container(border=True, key="card-breakdown"):
        st.subheader(table.title, anchor=False)
        breakdown.show(table, key="breakdown")


def card(name: str, figure: go.Figure, totals: Totals) -> None:
    """A chart under a title that says what is seen, with its conclusion for those who cannot see it."""
    with st.container(border=True, key=f"card-{name}", height="stretch"):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            st.subheader(theme.markdown(charts.CHARTS[name].title(totals)), anchor=False, width="content")
            st.caption(theme.period(totals.start, totals.end), width="content")
        st.plotly_chart(
            figure,
            theme=None,
            key=f"chart-{name}",
            config=charts.config(name, totals),
            alt=charts.alt(name, totals),
        )
