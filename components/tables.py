"""Answers as tables: every group with exact sums, and the total that the tiles show."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from components.breakdown import Cell, Column, Number, Row, Table, count, folded, name, ratio, trend
from components.movers import effect_help, effect_label, noun_of
from components.movers import name as mover_name
from components.theme import by, exact, group_label, interval, label, signed
from data.cache import INPUT
from data.changes import Change, Moved
from data.effects import Pair
from data.parts import PARTS
from data.totals import Group, Sums, Totals, added

CACHED_SHARE = "cached share"
SHARE = "share"
TREND = "trend"


def has_parts(totals: Totals) -> bool:
    """Whether this kind of usage has tokens to take apart."""
    return any(totals.grand.get(part) is not None for part in PARTS if part != "uncached_input")


def named(group: Group, dimension: str | None) -> Cell:
    """A group's cell: its name, with its id below where it has both."""
    return name(group_label(group, dimension), muted=group.kind != "value", note=group.id)


def as_one(groups: Sequence[Group]) -> Group:
    """Groups that have no row of their own."""
    return Group("other", None, {name: added([group.sums[name] for group in groups]) for name in groups[0].sums})


Inside = Mapping[str, Sequence[Group]]
"""Row key → the subgroups that are shown of it."""


def breakdown_of(totals: Totals, *, trends: bool = True, inside: Inside | None = None) -> Table:
    """Every group of the period, largest first. The trend is drawn for the groups that are on the chart."""
    dimension = totals.query.group_by
    columns = tuple(column for column in _columns(totals) if trends or column.key != TREND)
    drawn = {(group.kind, group.value): index for index, group in enumerate(totals.groups)}

    def row(group: Group, many: int) -> Row:
        at = drawn.get((group.kind, group.value))
        course = _course(totals, at) if at is not None else []
        cells = [_cell(column.key, group.sums, totals, course) for column in columns[1:]]
        groups, first = (inside or {}).get(group.key), named(group, dimension)
        return Row(group.key, (first, *cells), None if groups is None else tuple(map(inner_row, groups)), many)

    def inner_row(group: Group) -> Row:
        first = named(group, totals.query.subgroup)
        return Row(group.key, (first, *(_cell(column.key, group.sums, totals, []) for column in columns[1:])))

    course = _course(totals, None)
    total = [_cell(column.key, totals.grand, totals, course) for column in columns[1:]]
    return Table(
        title=_title(totals),
        columns=columns,
        rows=tuple(row(*each) for each in folded(totals.table, as_one)),
        total=Row("total", (name("Total"), *total)),
    )


def _title(totals: Totals) -> str:
    query = totals.query
    if not query.group_by:
        return "Usage"
    return f"Usage by {by(query.group_by)}{f' and {by(query.subgroup)}' if query.subgroup else ''}"


def _course(totals: Totals, group: int | None, measure: str = "") -> list[int | None]:
    """A drawn group's measure per interval, or that of all: 0 where buckets hold none of it, None without buckets."""
    measure = measure or totals.query.measure
    cells = totals.cells.get(measure)
    if not cells:
        return []
    values = cells[group] if group is not None else totals.over_time(measure)
    return [(value or 0) if span.buckets else None for value, span in zip(values, totals.spans, strict=True)]


def _columns(totals: Totals) -> tuple[Column, ...]:
    reported = [measure for measure in _measures(totals) if totals.grand.get(measure) is not None]
    columns = [Column("name", label(totals.query.group_by) if totals.query.group_by else "Usage", "text")]
    columns += [Column(TREND, "Trend", "trend", f"{label(totals.query.measure)} over the period")]
    columns += [Column(SHARE, "Share", "share", f"Of all {label(totals.query.measure).lower()}")]
    for measure in reported:
        columns.append(Column(measure, label(measure), "number", measure))
        if measure == "cached_input" and totals.grand.get("input_cached_tokens") is not None:
            columns.append(
                Column(
                    CACHED_SHARE,
                    "Cached share",
                    "percent",
                    "input_cached_tokens, cached audio among them, of all input",
                )
            )
    return tuple(columns)


def _measures(totals: Totals) -> tuple[str, ...]:
    if has_parts(totals):
        return ("total_tokens", *PARTS, "num_model_requests")
    return tuple(measure for measure in totals.grand if measure != "uncached_input")


def _cell(key: str, sums: Sums, totals: Totals, course: Sequence[int | None]) -> Cell:
    if key == TREND:
        return trend(course)
    if key == SHARE:
        return ratio(sums.get(totals.query.measure), totals.grand.get(totals.query.measure))
    if key == CACHED_SHARE:
        return ratio(sums.get("input_cached_tokens"), added([sums.get(part) for part in INPUT]))
    return count(sums.get(key))


def over_time_of(totals: Totals) -> Table:
    """Every interval with what the bars stack, and their sum."""
    query = totals.query
    stacked = _stacked(totals)
    whole = (label(query.measure), _course(totals, None), totals.grand.get(query.measure))
    courses = [*stacked, whole] if len(stacked) > 1 else [whole]
    title = f"{label(query.measure)} over time{f' by {by(query.group_by)}' if query.group_by else ''}"
    return by_interval(title, totals, courses, count)


def by_interval(
    title: str,
    totals: Totals,
    courses: Sequence[tuple[str, Sequence[Any], Any]],
    cell: Callable[[Any], Cell],
    write: Callable[[Number], str] = exact,
) -> Table:
    """A row per interval and a column per course, which is a name, a value for each interval, and their total."""
    kind = totals.query.interval or "day"
    return Table(
        title=title,
        columns=(
            Column("name", label(kind), "text"),
            *(Column(str(at), named, write=write) for at, (named, _, _) in enumerate(courses)),
        ),
        rows=tuple(
            Row(
                str(span.start),
                (
                    name(interval(span.start, span.end, kind, totals.zone)),
                    *(cell(values[at] if values else None) for _, values, _ in courses),
                ),
            )
            for at, span in enumerate(totals.spans)
        ),
        total=Row("total", (name("Total"), *(cell(total) for _, _, total in courses))),
    )


def within_of(totals: Totals) -> Table:
    """Every interval of every group on the chart, with its subgroups and their sum."""
    query, kind = totals.query, totals.query.interval or "day"
    columns = (
        Column("name", label(kind), "text"),
        Column("group", label(query.group_by), "text"),
        *(Column(str(at), group_label(each, query.subgroup)) for at, each in enumerate(totals.subgroups)),
        Column("sum", label(query.measure)),
    )

    def row(key: str, first: str, group: str, values: Sequence[int | None]) -> Row:
        return Row(key, (name(first), Cell(group), *map(count, values), count(added(values))))

    rows = tuple(
        row(
            f"{group.key}:{span.start}",
            interval(span.start, span.end, kind, totals.zone),
            group_label(group, query.group_by),
            [(course[at] or 0) if span.buckets else None for course in courses],
        )
        for group, courses in zip(totals.groups, totals.subcells, strict=True)
        for at, span in enumerate(totals.spans)
    )
    sums = [each.sums.get(query.measure) for each in totals.subgroups]
    title = f"{label(query.measure)} over time by {by(query.group_by or '')} and {by(query.subgroup or '')}"
    return Table(title, columns, rows, row("total", "Total", "", sums))


def _stacked(totals: Totals) -> list[tuple[str, list[int | None], int | None]]:
    """What a bar is made of: its name, its course and its sum."""
    query = totals.query
    if query.group_by:
        return [
            (group_label(group, query.group_by), _course(totals, at), group.sums.get(query.measure))
            for at, group in enumerate(totals.groups)
        ]
    if query.measure != "total_tokens":
        return []
    reported = [part for part in PARTS if totals.grand.get(part) is not None]
    return [(label(part), _course(totals, None, part), totals.grand[part]) for part in reported]


def moved_as_one(moved: Sequence[Moved]) -> Moved:
    effects = {name: sum(each.effects[name] for each in moved) for name in moved[0].effects}
    before, after = (sum(each.amount[period] for each in moved) for period in (0, 1))
    return Moved(as_one([each.group for each in moved]), Pair(before, after), Pair(0, 0), None, effects)


def changes_of(change: Change) -> Table:
    """Every group in both periods, with what each effect brought, the largest change first."""
    dimension = change.after.query.group_by
    columns = [
        Column("name", label(dimension) if dimension else "Usage", "text"),
        Column("before", "Before"),
        Column("after", "After"),
        Column("change", "Change", write=_signed),
    ]
    columns += [
        Column(each, effect_label(change, each), "number", effect_help(change, each), _signed)
        for each in change.effects
    ]

    def cells(before: int, after: int, effects: Sequence[int]) -> list[Cell]:
        return [count(before), count(after), *(Cell(_signed(each), each) for each in (after - before, *effects))]

    rows = [
        Row(
            f"{each.group.kind}:{each.group.value or ''}",
            (
                name(mover_name(each, change), muted=each.group.kind != "value", note=each.group.id),
                *cells(*each.amount, list(each.effects.values())),
            ),
            many=many,
        )
        for each, many in folded(change.moved, moved_as_one)
    ]
    total = cells(*change.amount, [change.effect(each) for each in change.effects])
    return Table(
        title=f"Change in {noun_of(change)}{f' by {by(dimension)}' if dimension else ''}",
        columns=tuple(columns),
        rows=tuple(rows),
        total=Row("total", (name("Total"), *total)),
    )


def _signed(number: Number) -> str:
    return signed(int(number), exact)
