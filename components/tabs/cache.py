"""Cache: how much of the input came from the prompt cache, where it stopped, and what a better rate would change."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from components import breakdown, clicks, theme, toolbar
from components.breakdown import Cell, Column, Row, Table, count, name, ratio
from components.cards import drawing, head, listed
from components.charts.hit_rate import hit_rate, missed, rate, sentence
from components.tables import as_one, named
from components.theme import compact, group_label, label, percent
from components.view import Screen, View
from data.cache import HARDLY, MUCH, Cache, cache_of, course, hardly_cached, shifts, together
from data.held import groupings, measures
from data.query import Query
from data.totals import Group, Totals
from data.usage import Usage

MOST = 3
"""Changes of level that are told."""


def has_something(usage: Usage, query: Query) -> bool:
    return "input_cached_tokens" in measures(usage, query.object)


def show(view: View, screen: Screen) -> None:
    """Hit rate over time and what missed it; what stands out; what another rate would change."""
    dimension = view.dimension("project_id", "api_key_id")
    totals = view.totals_by(dimension, measure="input_tokens", mode="absolute")
    whole = cache_of(totals.grand)
    if whole.hit_rate is None:
        st.info(
            "No result here reports cached input (input_cached_tokens), or nothing went in.", icon=":material/rule:"
        )
        return
    look, narrow = screen
    to_group = clicks.to_group(view, totals)
    left, right = st.columns([2, 1], gap="small")
    with left:
        drawn = hit_rate(totals, look, view.colors(totals), narrow=narrow)
        drawing("hit-rate", drawn, totals, partial(over_time_of, totals), to_group)
    with right:
        drawing("missed", missed(totals, look, narrow=narrow), totals, on_group=to_group)
    _stands_out(totals)
    _written(view, whole)
    _another_rate(view, totals, whole)


# --- what stands out -----------------------------------------------------------------------------------------------


def _stands_out(totals: Totals) -> None:
    """Changes of level, and groups with much input and hardly any cache; the thresholds beside them."""
    dimension = totals.query.group_by
    if not dimension:
        return
    told = [sentence(totals, group, change) for group, change in shifts(totals)]
    hardly = [_hardly(group, cache, dimension) for group, cache in hardly_cached(totals)]
    with st.container(border=True, key="card-cache-facts"):
        head("Changes of level, and much input with hardly any cache")
        listed([*told[:MOST], *hardly], "Neither in this period.")
        if len(told) > MOST:
            st.caption(f"The {MOST} largest of {len(told)} changes of level.")
        st.caption(
            f"A change is told from 10 points on, with three {totals.query.interval or 'day'}s or more on either side, "
            f"for the {theme.many(dimension)} that are drawn. Much input is {percent(float(MUCH))} of all or more, "
            f"hardly any cache a hit rate below {percent(float(HARDLY))}."
        )


def _hardly(group: Group, cache: Cache, dimension: str) -> str:
    who = theme.shorten(group_label(group, dimension), 60)
    return (
        f"{who}: {rate(cache)} of {compact(cache.input)} input tokens from the cache; {compact(cache.missed)} were not"
    )


def _written(view: View, whole: Cache) -> None:
    """Tokens read again per token written, of the models that write: others say nothing of what they write."""
    if not whole.written:
        return
    by_model = "model" in groupings(view.usage, view.query.object)
    totals = view.totals_by("model" if by_model else None, measure="input_tokens", mode="absolute")
    writers = [(group, cache) for group in totals.table if (cache := cache_of(group.sums)).written]
    cache = together([each for _, each in writers])
    kept = [
        f"{compact(amount)} for {life}"
        for amount, life in ((cache.written_30m, "30 minutes"), (cache.written_12h, "12 hours"))
        if amount is not None
    ]
    with st.container(border=True, key="card-cache-writes"):
        head(f"{_again(cache)} tokens read again per token written")
        names = ", ".join(theme.shorten(group_label(group, "model"), 40) for group, _ in writers[:MOST])
        more = f" and {len(writers) - MOST} more" if len(writers) > MOST else ""
        lives = f" ({', '.join(kept)})" if kept else ""
        by = f", by the models that report writes: {names}{more}" if by_model else ""
        said = f"{compact(cache.written)} written{lives}, {compact(cache.read)} read{by}."
        st.markdown(theme.markdown(said))
        if kept:
            st.caption("Exports do not say which writes a read came from, so the ratio is that of both together.")


def _again(cache: Cache) -> str:
    return "n/a" if cache.reads_per_write is None else f"{float(cache.reads_per_write):,.1f}"


# --- another rate --------------------------------------------------------------------------------------------------


def _another_rate(view: View, totals: Totals, whole: Cache) -> None:
    """What would be read from the cache if every group had at least the rate chosen."""
    dimension = totals.query.group_by
    with st.container(border=True, key="card-another-rate"):
        head("What another hit rate would change")
        control, told = st.columns([1, 2], gap="medium", vertical_alignment="center")
        with control:
            percent_ = toolbar.hit_rate(_suggested(whole))
        more = sum(cache_of(group.sums).more_read(percent_) or 0 for group in totals.table)
        with told:
            st.markdown(theme.markdown(_change(whole, more)))
            one = f"each {theme.one(dimension)} below it" if dimension else "all input"
            st.caption(
                f"Raises {one} to {percent_}%; what is above stays. What was written to the cache stays written."
            )
        breakdown.show(_by_group(totals, percent_), key="cache-by-group", on_open=clicks.to_group(view, totals))


def _suggested(whole: Cache) -> int:
    """A round rate above the present one."""
    return min(int((whole.hit_rate or 0) * 10) * 10 + 20, 95)


def _change(whole: Cache, more: int) -> str:
    now = whole._replace(read=(whole.read or 0) + more)
    return (
        f"{compact(more)} more input tokens would be read from the cache instead of uncached, "
        f"{theme.share(more, whole.missed)} of the {compact(whole.missed)} that were not. "
        f"The hit rate of all would be {rate(now)} instead of {rate(whole)}."
    )


_AGAIN = "Tokens read from the cache per token written to it"


def _ratio(cache: Cache) -> Cell:
    return Cell() if cache.reads_per_write is None else Cell(_again(cache), cache.read, cache.written)


def _by_group(totals: Totals, percent_: int) -> Table:
    dimension = totals.query.group_by
    caches = [cache_of(group.sums) for group in totals.table]
    split = any(cache.written_30m is not None or cache.written_12h is not None for cache in caches)
    writers = dimension == "model" and any(cache.written for cache in caches)
    columns = (
        Column("name", label(dimension) if dimension else "Usage", "text"),
        Column("input", "Input", "number", "All input tokens, audio included"),
        Column("read", "From cache", "number", "input_cached_tokens"),
        Column("rate", "Hit rate", "percent", "From cache, of all input"),
        Column("missed", "Not from cache", "number", "What was written to it is part of this"),
        Column("more", f"More at {percent_}%", "number", "Would be read from the cache instead of uncached"),
        Column("written", "Written", "number", "Cache write tokens"),
        *((Column("30m", "For 30 min", "number"), Column("12h", "For 12 h", "number")) if split else ()),
        # Of other groups, what models read that write nothing would be in it.
        *((Column("again", "Read per written", "percent", _AGAIN),) if writers else ()),
    )

    def row(key: str, first: Cell, cache: Cache, more: int | None, many: int = 1) -> Row:
        lives = (count(cache.written_30m), count(cache.written_12h)) if split else ()
        again = (_ratio(cache),) if writers else ()
        shared = ratio(cache.read, cache.input)
        numbers = (count(cache.input), count(cache.read), shared, count(cache.missed), count(more))
        return Row(key, (first, *numbers, count(cache.written), *lives, *again), many=many)

    mores = [cache.more_read(percent_) for cache in caches]
    rows = [
        row(group.key, named(group, dimension), cache, more)
        for group, cache, more in zip(totals.table[: breakdown.LIMIT], caches, mores, strict=False)
    ]
    if rest := totals.table[len(rows) :]:
        beyond = as_one(rest)
        more = sum(more or 0 for more in mores[len(rows) :])
        rows.append(row(beyond.key, named(beyond, dimension), cache_of(beyond.sums), more, len(rest)))
    return Table(
        title=f"Cache by {theme.by(dimension)}" if dimension else "Cache",
        columns=columns,
        rows=tuple(rows),
        total=row("total", name("Total"), cache_of(totals.grand), sum(more or 0 for more in mores)),
    )


def over_time_of(totals: Totals) -> Table:
    """All input by interval, and the rate of each group that has a line."""
    kind, dimension = totals.query.interval or "day", totals.query.group_by
    drawn = [at for at, group in enumerate(totals.groups) if cache_of(group.sums).hit_rate is not None]
    groups = [(at, group_label(totals.groups[at], dimension)) for at in drawn] if dimension else []
    columns = (
        Column("name", label(kind), "text"),
        Column("input", "Input", "number"),
        Column("read", "From cache", "number"),
        Column("rate", "Hit rate", "percent"),
        *(Column(str(at), named, "percent", "Its hit rate") for at, named in groups),
    )

    def row(key: str, first: str, whole: Cache, rates: Sequence[Cell]) -> Row:
        return Row(key, (name(first), count(whole.input), count(whole.read), ratio(whole.read, whole.input), *rates))

    courses = [course(totals, at) for at, _ in groups]
    rows = tuple(
        row(
            str(span.start),
            theme.interval(span.start, span.end, kind, totals.zone),
            cache,
            [_rate(caches[at], measured=bool(span.buckets)) for caches in courses],
        )
        for at, (span, cache) in enumerate(zip(totals.spans, course(totals), strict=True))
    )
    sums = [_rate(cache_of(totals.groups[at].sums)) for at, _ in groups]
    return Table("Cache hit rate over time", columns, rows, row("total", "Total", cache_of(totals.grand), sums))


def _rate(cache: Cache, measured: bool = True) -> Cell:
    """A group's hit rate; n/a where buckets hold nothing of it, blank where nothing was reported."""
    return ratio(0, 0) if cache.input is None and measured else ratio(cache.read, cache.input)
