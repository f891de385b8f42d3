"""Audio: tokens in and out, over time and by group."""

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from components import breakdown, charts, clicks, theme
from components.breakdown import Cell, Column, Row, Table, count, folded, name, ratio
from components.cards import card, drawing
from components.charts.audio import audio_over_time, labels_of
from components.tables import as_one, named
from components.theme import label
from components.view import Screen, View
from data.audio import audio_of
from data.held import measures
from data.query import Query
from data.totals import Sums, Totals, added
from data.usage import Usage

PARTS = ("audio_input", "audio_output")


def has_something(usage: Usage, query: Query) -> bool:
    """Most exports report audio, and report 0."""
    reported = measures(usage, query.object)
    return any(part in reported and usage.has_any(part) for part in PARTS)


def show(view: View, screen: Screen) -> None:
    """Over time beside the groups, and the table."""
    look, narrow = screen
    totals = view.totals_by(view.dimension("project_id", "model"), measure="audio_input", mode="absolute")
    if not audio_of(totals.grand).total:
        said = "The usage of this period and these filters has no audio tokens."
        st.info(said, icon=":material/volume_off:")
        return
    left, right = st.columns([2, 1], gap="small")
    with left:
        drawing("audio", audio_over_time(totals, look, narrow=narrow), totals, _over_time(totals))
    with right:
        heard = _audio_alone(totals)
        figure, to_group = charts.parts_below(heard, look, narrow=narrow), clicks.to_group(view, heard)
        card("parts_by_group", figure, heard, key="audio-by-group", on_group=to_group)
    with st.container(border=True, key="card-audio-table"):
        breakdown.show(_by_group(totals), key="audio-by-group", titled=True, on_open=clicks.to_group(view, totals))


def _audio_alone(totals: Totals) -> Totals:
    """The same answer about its audio, of the groups that have any."""
    groups = tuple(group for group in totals.groups if audio_of(group.sums).total)
    return replace(totals, groups=groups, grand={part: totals.grand.get(part) for part in PARTS})


def _columns(first: str, whole: Sums) -> tuple[Column, ...]:
    kinds = labels_of(audio_of(whole))
    return (
        Column("name", first, "text"),
        *(Column(kind, kind) for kind, total in zip(kinds, audio_of(whole), strict=True) if total is not None),
        Column("audio", "Audio tokens"),
        Column("share", "Of its tokens", "percent", "Audio of all tokens"),
    )


def _row(whole: Sums) -> Callable[..., Row]:
    """What makes a row; kinds that nothing in the answer reports have no column."""
    reported = [at for at, total in enumerate(audio_of(whole)) if total is not None]

    def row(key: str, first: Cell, sums: Sums, many: int = 1) -> Row:
        audio = audio_of(sums)
        shared = ratio(audio.total, sums.get("total_tokens"))
        return Row(key, (first, *(count(audio[at]) for at in reported), count(audio.total), shared), many=many)

    return row


def _by_group(totals: Totals) -> Table:
    dimension, row = totals.query.group_by, _row(totals.grand)
    return Table(
        title=f"Audio by {theme.by(dimension)}" if dimension else "Audio",
        columns=_columns(label(dimension) if dimension else "Usage", totals.grand),
        rows=tuple(row(each.key, named(each, dimension), each.sums, n) for each, n in folded(totals.table, as_one)),
        total=row("total", name("Total"), totals.grand),
    )


def _over_time(totals: Totals) -> Table:
    kind, row = totals.query.interval or "day", _row(totals.grand)
    sums = [
        {measure: added([row[at] for row in rows]) for measure, rows in totals.cells.items()}
        for at in range(len(totals.spans))
    ]
    return Table(
        title="Audio over time",
        columns=_columns(label(kind), totals.grand),
        rows=tuple(
            row(str(span.start), name(theme.interval(span.start, span.end, kind, totals.zone)), each)
            for span, each in zip(totals.spans, sums, strict=True)
        ),
        total=row("total", name("Total"), totals.grand),
    )
