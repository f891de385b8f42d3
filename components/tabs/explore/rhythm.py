"""The rhythm of the week, and groups that keep to a few hours of the day."""

from decimal import Decimal

import streamlit as st

from components import clicks, theme
from components.breakdown import Cell, Column, Row, Table, count, name
from components.cards import drawing, head, listed
from components.charts.rhythm import DAYS, FEW_HOURS, hours_by_group, known_of, sentences, week
from components.tables import named
from components.theme import label, noun
from components.view import Screen, View
from data.overlap import HOUR
from data.rhythm import NEARLY_ALL, SHOWN, WEEK, Rhythm, rhythm


def show(view: View, screen: Screen) -> None:
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

    def row(key: str, first: Cell, groups: list[int]) -> Row:
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
