"""Explore: the rhythm of the week, peaks by the minute, and days unlike their weekday."""

from decimal import Decimal

import streamlit as st

from components import breakdown, clicks, theme
from components.breakdown import Cell, Column, Row, Table, count, name
from components.cards import drawing, head, listed
from components.charts.marks import driven, marked, sentence
from components.charts.peaks import SHORT, Kind, peaks_over_time
from components.charts.rhythm import DAYS, FEW_HOURS, hours_by_group, known_of, sentences, week
from components.tables import named, over_time_of
from components.theme import label, noun
from components.view import Screen, View
from data.held import extent
from data.overlap import DAY, HOUR, MINUTE
from data.peaks import Peaks, peaks
from data.query import Query
from data.rhythm import NEARLY_ALL, SHOWN, WEEK, Rhythm, rhythm
from data.unusual import FAR, LEAST, NEAREST, OFF, Mark, Unusual, unusual
from data.usage import Usage

MOST = 5
"""Unusual days that are told in sentences; all are in the table."""


def has_something(usage: Usage, query: Query) -> bool:
    """Buckets of an hour or less, or enough weeks to know a weekday's level: a month has them."""
    first, last = extent(usage, query.object) or (0, 0)
    narrow = any(layer.object == query.object and layer.width <= HOUR for layer in usage.layers)
    return narrow or last - first >= LEAST * 7 * DAY


def show(view: View, screen: Screen) -> None:
    _rhythm(view, screen)
    _peaks(view, screen)
    _unusual(view, screen)


# --- rhythm --------------------------------------------------------------------------------------------------------


def _rhythm(view: View, screen: Screen) -> None:
    """The week in all, and each group's hours of the day."""
    look, narrow = screen
    whole = view.ask(rhythm, view.query.by(None))
    if whole is None:
        st.info(
            "When in the week and the day usage happens is not known here: its buckets are whole days. "
            "Hourly ones say it: fetch with `--interval 1h`, or `bucket_width=1h` in the API.",
            icon=":material/schedule:",
        )
        return
    dimension = view.dimension("api_key_id", "project_id")
    by_group = view.ask(rhythm, view.query.by(dimension)) if dimension else None
    left, right = st.columns(2, gap="small") if by_group else (st.container(), None)
    with left:
        drawing("week", week(whole, look, narrow=narrow), whole, _week_table(whole))
    if by_group and right:
        with right:
            hours, to_group = hours_by_group(by_group, look, narrow=narrow), clicks.to_group(view, by_group)
            drawing("hours", hours, by_group, _hours_table(by_group), on_group=to_group)
        with left:
            _few_hours(by_group)
    else:
        st.caption(known_of(whole))


def _few_hours(by_group: Rhythm) -> None:
    dimension = by_group.query.group_by or ""
    with st.container(border=True, key="card-few-hours"):
        head(f"{theme.many(dimension)[:1].upper()}{theme.many(dimension)[1:]} that keep to a few hours")
        listed(sentences(by_group), "None in this period.")
        st.caption(
            f"Those of the {SHOWN} largest with {theme.percent(float(NEARLY_ALL))} of their "
            f"{noun(by_group.query.measure)} in {FEW_HOURS} hours of the day or fewer. Both maps show the mean of a "
            f"measured hour, not the sum: a period has more of some weekdays than of others. {known_of(by_group)}"
        )


def _week_table(found: Rhythm) -> Table:
    unit = noun(found.query.measure)
    means = [found.mean([hour]) for hour in range(WEEK)]
    row = found.sums[0]
    return Table(
        title=f"{label(found.query.measure)} by weekday and hour, {found.zone}",
        columns=(
            Column("name", "Hour", "text"),
            Column("mean", "Mean", "number", f"{unit}, per measured hour"),
            Column("hours", "Hours measured"),
            Column("sum", "Sum"),
        ),
        rows=tuple(
            Row(
                str(hour),
                (
                    name(f"{DAYS[hour // 24]} {hour % 24:02}:00"),
                    count(None if mean is None else round(mean)),
                    _hours(found.measured[hour]),
                    count(row[hour]),
                ),
            )
            for hour, mean in enumerate(means)
        ),
        total=_week_total(found),
    )


def _week_total(found: Rhythm) -> Row:
    mean, (group,) = found.mean(range(WEEK)), found.groups
    average = count(None if mean is None else round(mean))
    hours = _hours(sum(found.measured))
    return Row("total", (name("All hours"), average, hours, count(group.sums[found.query.measure])))


def _hours(seconds: int) -> Cell:
    hours = Decimal(seconds) / HOUR
    return Cell(f"{hours:,.2f}", hours) if seconds % HOUR else count(seconds // HOUR)


def _hours_table(found: Rhythm) -> Table:
    """Means per group and hour of the day."""
    dimension = found.query.group_by or ""

    def row(key: str, first: breakdown.Cell, groups: list[int]) -> Row:
        means = [found.mean(range(hour, WEEK, 24), groups) for hour in range(24)]
        return Row(key, (first, *(count(None if mean is None else round(mean)) for mean in means)))

    return Table(
        title=f"Mean {noun(found.query.measure)} of a measured hour, {found.zone}",
        columns=(
            Column("name", label(dimension), "text"),
            *(Column(str(hour), f"{hour:02}:00") for hour in range(24)),
        ),
        rows=tuple(row(str(at), named(group, dimension), [at]) for at, group in enumerate(found.groups)),
        total=row("total", name("Total"), list(range(len(found.groups)))),
    )


# --- peaks ---------------------------------------------------------------------------------------------------------


def _peaks(view: View, screen: Screen) -> None:
    """Tokens and requests per minute, where the buckets are minutes."""
    found = view.ask(peaks, view.query.by(None))
    if found is None:
        return
    look, narrow = screen
    kinds = [kind for kind in SHORT if any(getattr(minute, kind) for minute in found.highest if minute)]
    for column, kind in zip(st.columns(max(len(kinds), 1), gap="small"), kinds, strict=False):
        with column:
            drawing(f"peaks-{kind}", peaks_over_time(found, kind, look, narrow=narrow), found, highest_of(found, kind))
    if not found.busiest:
        return
    with st.container(border=True, key="card-busiest"):
        head(f"The {len(found.busiest)} busiest of {found.minutes:,} minutes")
        breakdown.show(_busiest(found), key="busiest")


def highest_of(found: Peaks, kind: Kind) -> Table:
    """The highest minute of each interval, which no total adds up."""
    every = found.query.interval or "day"
    columns = (
        Column("name", label(every), "text"),
        Column("highest", f"Highest {SHORT[kind]}", "number", f"{kind.capitalize()} in its highest minute"),
        Column("minutes", "Minutes measured"),
    )
    rows = zip(found.spans, found.highest, strict=True)
    return Table(
        f"Highest {kind} per minute of each {every}, {found.zone}",
        columns,
        tuple(
            Row(
                str(span.start),
                (
                    name(theme.interval(span.start, span.end, every, found.zone)),
                    count(getattr(minute, kind, None)),
                    count(span.measured // MINUTE),
                ),
            )
            for span, minute in rows
        ),
    )


def _busiest(found: Peaks) -> Table:
    columns = (
        Column("name", f"Minute, {found.zone}", "text"),
        Column("tokens", "Tokens"),
        Column("requests", "Requests"),
    )
    rows = [
        (name(f"{theme.local(each.start, found.zone):%a %Y-%m-%d %H:%M}"), count(each.tokens), count(each.requests))
        for each in found.busiest
    ]
    return Table(
        "The minutes with most tokens",
        columns,
        tuple(Row(str(at), row) for at, row in enumerate(rows)),
    )


# --- unusual -------------------------------------------------------------------------------------------------------


def _unusual(view: View, screen: Screen) -> None:
    """Days far from their weekday's level, and what drove them."""
    look, narrow = screen
    dimension = view.dimension("api_key_id", "project_id", "model")
    found = view.ask(unusual, view.query.by(dimension))
    if found is None or not found.compared:
        st.info(_too_few(found), icon=":material/calendar_month:")
        return
    bars = view.totals_by(view.query.group_by, interval="day", mode="absolute", zone=found.zone)
    drawn = marked(bars, found, look, view.colors(bars), narrow=narrow)
    drawing("unusual", drawn, found, over_time_of(bars), clicks.to_group(view, bars))
    with st.container(border=True, key="card-unusual-days"):
        head(_counted(found))
        ordered = sorted(found.marks, key=lambda mark: -abs(mark.level.distance(mark.value)))
        if found.marks:
            listed([sentence(mark, found) for mark in ordered[:MOST]])
            breakdown.show(_marks(found), key="unusual-days")
        st.caption(_threshold(found))


def _counted(found: Unusual) -> str:
    many = f"of {found.compared} days"
    if not found.marks:
        return f"None {many} is far from the level of its weekday"
    return f"{len(found.marks)} {many} {'is' if len(found.marks) == 1 else 'are'} far from the level of the weekday"


def _too_few(found: Unusual | None) -> str:
    if found is None:
        return "Days unlike their weekday cannot be found: this usage is not known by day, or the period is too long."
    return (
        f"Days unlike their weekday cannot be found yet: a weekday's level takes {LEAST} whole days of it, in the "
        "period or around it, and no weekday here has as many."
    )


def _threshold(found: Unusual) -> str:
    days = "1 day has" if found.alone == 1 else f"{found.alone} days have"
    alone = f" {days} too few of the weekday ({LEAST} are needed)." if found.alone else ""
    return (
        f"A day is marked where it is more than {float(FAR):g} robust standard deviations (1.4826 × MAD) and at least "
        f"{float(OFF):.0%} off the median of its weekday: itself and the {NEAREST - 1} nearest to it, in the period or "
        f"not. Partial days are left out.{alone}"
    )


def _marks(found: Unusual) -> Table:
    return Table(
        "Days far from the level of their weekday",
        columns=(
            Column("name", "Day", "text"),
            Column("amount", label(found.query.measure)),
            Column("median", "Median of the weekday"),
            Column("deviations", "Deviations"),
            Column("moved", "Moved most", "sentence"),
        ),
        rows=tuple(
            Row(
                str(mark.span.start),
                (
                    name(f"{theme.local(mark.span.start, found.zone):%a %Y-%m-%d}"),
                    count(mark.value),
                    count(round(mark.level.median)),
                    _deviations(mark),
                    Cell(", ".join(driven(driver, found) for driver in mark.drivers) or "not known by group"),
                ),
            )
            for mark in found.marks
        ),
    )


def _deviations(mark: Mark) -> Cell:
    distance = Decimal(f"{float(mark.level.distance(mark.value)):.1f}")
    return Cell(f"{distance:+}".replace("-", "−"), distance)
