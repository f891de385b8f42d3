"""Changes: two periods side by side, what changed between them, and which groups changed it."""

import streamlit as st

from components import address, answers, breakdown, charts, clicks, comparing, downloads, movers, theme, tile
from components.cards import drawn, head
from components.tables import changes_of
from components.theme import exact
from components.tiles import noted
from components.view import Screen, View
from data.changes import Change, changed, not_cached
from data.lacking import lacking
from data.query import Query
from data.totals import Totals
from data.usage import Usage
from data.zones import begins_day, day_of

MOST = 4
"""Groups in either direction that get a sentence."""


def has_something(usage: Usage, _query: Query) -> bool:
    """Whether there are two buckets, of which one could be compared with the other."""
    return usage.buckets.num_rows > 1


def show(view: View, screen: Screen) -> None:
    """What is compared with what, the change in numbers, its effects as charts, its movers as sentences, all of it."""
    before = view.ask(answers.before, address.grouped(view.query, view.usage))
    _periods(view, before)
    if isinstance(before, str):
        st.info(theme.markdown(before), icon=":material/compare_arrows:")
        comparing.offer(view.dataset, view.usage, view.query)
        return
    found = _changes(view, before)
    if not found[0].moved:
        st.info(f"One of the periods reports no {theme.markdown(movers.noun_of(found[0]))}.", icon=":material/rule:")
        return
    _notes(view, before, found[0])
    _tiles(found[0])
    for draw in (_waterfall, _movers):
        for place, change in zip(st.columns(len(found), gap="small"), found, strict=True):
            with place:
                draw(change, screen)
    for change in found:
        _table(view, change)


def _changes(view: View, before: Totals) -> list[Change]:
    """That of the measure asked for and, beside tokens, that of the input not read from the cache."""

    def worked_out(_usage: Usage, _query: Query) -> list[Change]:
        found = [changed(before, view.grouped)]
        if view.query.measure == "total_tokens" and view.grouped.grand.get("input_cached_tokens") is not None:
            found.append(not_cached(before, view.grouped))
        return [change for change in found if change.moved or change is found[0]]

    return view.ask(worked_out, address.grouped(view.query, view.usage))


def _periods(view: View, before: Totals | str) -> None:
    """Which period is which, in words, with the picker of the one to compare with; the other is the toolbar's."""
    after = view.totals
    compared = None if isinstance(before, str) else (before.start, before.end)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="comparing"):
        st.markdown(f"**{theme.period(after.start, after.end, after.zone)}**, {_days(after)}, against", width="content")
        comparing.show(view.dataset, view.usage, view.query, compared)
        if not isinstance(before, str):
            st.markdown(_days(before), width="content")


def _days(totals: Totals) -> str:
    """How long it is: 30 days, whatever the clocks did, or 5.5 h."""
    start, end, zone = totals.start, totals.end, totals.zone
    if not (begins_day(start, zone) and begins_day(end, zone)):
        return theme.duration(end - start)
    days = (day_of(end, zone) - day_of(start, zone)).days
    return f"{days:,} day{'s' * (days != 1)}"


def _notes(view: View, before: Totals, change: Change) -> None:
    """What has to be known to read the comparison."""
    after, notes = view.totals, []
    if _days(after) != _days(before):
        notes.append(
            f"The periods are not equally long: {_days(before)} before, {_days(after)} after; nothing is scaled."
        )
    if before.start < after.end and after.start < before.end:
        notes.append("The periods overlap: what both hold is in both amounts.")
    if many := len(change.left_out):
        what = movers.noun_of(change)
        notes.append(f"Left out: {many:,} groups that do not report {what} in one of the periods.")
    unanswered = view.ask(lacking, before.query.model_copy(update={"interval": None}))
    notes += [each for each in unanswered if each not in view.ask(lacking)]
    if notes:
        st.caption("  \n".join(map(theme.markdown, notes)))


def _tiles(change: Change) -> None:
    """Before, after, by how much, and of how many groups."""
    amount, what = change.amount, movers.noun_of(change)
    exactly = theme.signed(amount.change, theme.exact)
    tiles = [
        noted("Before", theme.compact(amount.before), _days(change.before), f"Exactly {exact(amount.before)} {what}."),
        noted("After", theme.compact(amount.after), _days(change.after), f"Exactly {exact(amount.after)} {what}."),
        noted("Change", theme.signed(amount.change), movers.relative(amount), f"Exactly {exactly} {what}."),
    ]
    if (dimension := change.after.query.group_by) and len(change.moved) > 1:
        up, down = (sum(each.amount.change * sign > 0 for each in change.moved) for sign in (1, -1))
        same = len(change.moved) - up - down
        many = theme.many(dimension)
        about = f"{up:,} have more {what} than before, {down:,} have less, {same:,} as many."
        name, value = f"{many[:1].upper()}{many[1:]}", exact(len(change.moved))
        tiles.append(noted(name, value, f"{up:,} up, {down:,} down", about))
    tile.show(tiles, key="changes-tiles")


def _waterfall(change: Change, screen: Screen) -> None:
    look, narrow = screen
    before = change.before
    drawn(
        f"waterfall-{change.measure}",
        movers.title(change),
        f"against {theme.period(before.start, before.end, before.zone)}",
        charts.waterfall(change, look, narrow=narrow),
        movers.conclusion(change),
    )


def _movers(change: Change, _screen: Screen) -> None:
    """A sentence for each of the largest in either direction."""
    what = movers.noun_of(change)
    up, down = movers.largest(change, MOST)
    with st.container(border=True, height="stretch", key=f"movers-{change.measure}"):
        for title, found in ((f"Largest rises in {what}", up), (f"Largest falls in {what}", down)):
            if found:
                head(title)
            for each in found:
                name = theme.markdown(theme.shorten(movers.name(each, change), 60))
                st.markdown(f"**{name}** {theme.markdown(movers.story(each, change))}")
        if not up and not down:
            st.caption("Nothing changed.")


def _table(view: View, change: Change) -> None:
    """All groups, to look at and to take away."""
    table = changes_of(change)
    with st.container(border=True, key=f"card-changes-{change.measure}"):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            st.header(table.title, anchor=False, width="content")
            st.download_button(
                "Table as CSV",
                lambda: downloads.changes_csv(change, view.usage.names),
                file_name=downloads.filename(table.title, change.after, "csv"),
                mime="text/csv",
                icon=":material/download:",
                type="tertiary",
                key=f"changes.csv.{change.measure}",
                on_click="ignore",
            )
        breakdown.show(table, key=f"changes-{change.measure}", on_open=clicks.to_group(view, change.after))
