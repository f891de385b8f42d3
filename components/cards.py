"""The card that a chart stands in."""

import re
from collections.abc import Callable, Sequence

import streamlit as st

from components import breakdown, chart, charts, theme
from components.charts.drawing import Answer, Drawing
from components.charts.figure import Figure
from data.totals import Totals

OnGroup = Callable[[str], None]
"""Called with the key of a group."""

Behind = breakdown.Table | Callable[[], breakdown.Table]
"""The numbers behind a chart, or what makes them: most are never opened."""


def card(
    name: str,
    figure: Figure,
    totals: Totals,
    *,
    key: str = "",
    table: Behind | None = None,
    on_group: OnGroup | None = None,
) -> None:
    """A chart under a title that says what is seen, with its conclusion for those who cannot see it.

    `key` tells two of one kind apart; a `table` holds the numbers behind it. `on_group` is called with the key of the
    group that was clicked.
    """
    title, aside = charts.CHARTS[name].title(totals), theme.period(totals.start, totals.end, totals.zone)
    told = {"alt": charts.alt(name, totals), "filename": charts.filename(name, totals)}
    _card(key or name, figure, title, aside, table, on_group, **told)


def drawing(
    name: str,
    one: Drawing,
    answer: Answer,
    table: Behind | None = None,
    on_group: OnGroup | None = None,
) -> None:
    """A drawing over the period of what it answers."""
    aside = theme.period(answer.start, answer.end, answer.zone)
    drawn(name, one.title, aside, one.figure, f"{one.conclusion}.", table, on_group)


def drawn(
    name: str,
    title: str,
    aside: str,
    figure: Figure,
    conclusion: str,
    table: Behind | None = None,
    on_group: OnGroup | None = None,
) -> None:
    """A figure of no totals in a card like the others."""
    slug = re.sub("[^a-z0-9]+", "-", f"{title} {aside}".lower()).strip("-")
    told = {"alt": f"{title}, {aside}: {conclusion}", "filename": slug}
    _card(name, figure, title, aside, table, on_group, **told)


def _card(
    key: str, figure: Figure, title: str, aside: str, table: Behind | None, on_group: OnGroup | None, **told: str
) -> None:
    with st.container(border=True, key=f"card-{key}", height="stretch"):
        clicked = _of_group(on_group)
        chart.show(figure, key=f"chart-{key}", title=title, aside=aside, on_click=clicked, **told)
        on_demand(table, key)


def _of_group(on_group: OnGroup | None) -> Callable[[chart.Click], None] | None:
    return on_group and (lambda click: on_group(click.group) if click.group else None)


def on_demand(table: Behind | None, key: str) -> None:
    """The numbers behind a chart, made and sent only once they are opened."""
    if table is None:
        return
    box = st.expander("The numbers", icon=":material/table:", key=f"open-{key}", on_change="rerun")
    if box.open:
        with box:
            breakdown.show(table() if callable(table) else table, key=f"table-{key}")


def listed(sentences: Sequence[str], none: str = "") -> None:
    """What the numbers say, a line each; `none` where they say nothing."""
    st.markdown("\n".join(f"- {theme.markdown(sentence)}" for sentence in sentences) or none)


def head(title: str, aside: str = "") -> None:
    """A card's title; at the right what it is about."""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.header(theme.markdown(title), anchor=False, width="content")
        if aside:
            st.caption(theme.markdown(aside), width="content")
