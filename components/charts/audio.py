"""Audio tokens over time: in, from the cache where that is known, and out."""

from dataclasses import replace

from components.charts.drawing import Drawing
from components.charts.over_time import stacked
from components.charts.series import Series
from components.theme import Theme, compact, share
from data.audio import Audio, audio_of
from data.totals import Totals, added

INPUT, UNCACHED, CACHED, OUTPUT = "Audio input", "Uncached audio input", "Cached audio input", "Audio output"


def audio_over_time(totals: Totals, theme: Theme, *, narrow: bool = False) -> Drawing:
    """Stacked bars of disjoint kinds. Cached audio has the colour of what is cached and the pattern of audio."""
    whole = audio_of(totals.grand)
    cells = [
        audio_of({name: added([row[at] for row in rows]) for name, rows in totals.cells.items()})
        for at in range(len(totals.spans))
    ]
    colors = [theme.parts[part] for part in ("audio_input", "cached_input", "audio_output")]
    labels = labels_of(whole)
    drawn = [
        Series(labels[at], colors[at], True, [cell[at] for cell in cells], whole[at])
        for at in range(len(whole))
        if whole[at] is not None
    ]
    # Bars are as high as what is drawn, whatever the question's own measure is.
    about = replace(totals, query=totals.query.model_copy(update={"measure": "total_tokens", "group_by": None}))
    heights = [
        0 if cell.total is None and span.buckets else cell.total for cell, span in zip(cells, totals.spans, strict=True)
    ]
    figure = stacked(about, drawn, heights, theme, narrow=narrow)
    how_often = {"minute": "Audio tokens per minute", "hour": "Hourly audio tokens", "day": "Daily audio tokens"}
    how_often |= {"week": "Weekly audio tokens", "month": "Monthly audio tokens"}
    facts = [f"{one.name} {compact(one.total)} ({share(one.total, whole.total)})" for one in drawn]
    said = f"{compact(whole.total)} audio tokens, {share(whole.total, totals.grand.get('total_tokens'))} of all tokens"
    return Drawing(how_often[totals.query.interval or "day"], "; ".join([said, *facts]), figure)


def labels_of(whole: Audio) -> tuple[str, ...]:
    """What the kinds are called: input is uncached only where it is known what was cached."""
    return (INPUT if whole.cached_input is None else UNCACHED, CACHED, OUTPUT)
