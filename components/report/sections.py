"""The parts of a report, top to bottom: what was asked, tiles, figures, table, data quality. All of it as text."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from components import breakdown, charts, theme
from components.report.lines import area, line
from components.report.markup import Markup, tag
from components.tables import breakdown_of
from components.tiles import Tile, tiles_of
from data.engine import Totals, extent, gaps, partial
from data.query import Query
from data.table import Usage

MOST_ROWS = 5_000
"""Groups that the table lists; the rest is one row, so that it still adds up. The CSV and the JSON hold all."""
MOST_PROBLEMS = 40
"""Kinds of problems that are listed, those with the most results first; the rest is counted."""

_KINDS = {"rejected": "Rejected", "unread": "Could not be read", "notice": "Good to know"}
_WORDS = {"inclusive": "inside the totals", "text-only": "on top of the totals"}


# --- what was asked ------------------------------------------------------------------------------------------------


def head(title: str, is_sample: bool, usage: Usage, totals: Totals) -> Markup:
    """Whose numbers these are and what was asked of them."""
    badge = (tag("span", "Sample data", class_="badge"),) if is_sample else ()
    asked = [(tag("dt", name), tag("dd", *_lines(values))) for name, values in facts(usage, totals)]
    return tag(
        "header",
        tag("h1", "Token usage ", *badge),
        tag("p", title, class_="dataset"),
        tag("dl", *(tag("div", *pair) for pair in asked)),
    )


def _lines(values: Sequence[str]) -> list[str]:
    return [values[0]] if len(values) == 1 else [tag("ul", *(tag("li", value) for value in values))]


def facts(usage: Usage, totals: Totals) -> list[tuple[str, Sequence[str]]]:
    """The question, each part by its name; a filter has a value for each that is kept."""
    query = totals.query
    reach = extent(usage, query.object)
    found = [
        ("Period", [_period(totals)]),
        ("Time zone", [totals.zone]),
        ("Kind of usage", [theme.label(query.object)]),
        ("Measure", [theme.label(query.measure)]),
        ("Grouped by", [theme.label(query.group_by) if query.group_by else "Token part"]),
        ("Bars", [f"By {query.interval}{', as shares' if query.mode == 'share' else ''}"]),
        ("Results counted", [f"{totals.results:,}{_left_out(totals)}"]),
        ("Last bucket ends", [theme.moment(reach[1], end=True) if reach else theme.BLANK]),
    ]
    return [*found, *(_filters(query) or [("Filters", ["None"])])]


def _period(totals: Totals) -> str:
    length = theme.duration(totals.end - totals.start).replace(" d", " days")
    return f"{theme.period(totals.start, totals.end, totals.zone)} ({length})"


def _left_out(totals: Totals) -> str:
    return f" ({totals.left_out:,} more tell the same in another export)" if totals.left_out else ""


def _filters(query: Query) -> list[tuple[str, Sequence[str]]]:
    return [
        (f"Only {theme.by(name)}", [f"No {theme.one(name)}" if value is None else value for value in kept])
        for name, kept in query.filters
    ]


def notices(sentences: Sequence[str]) -> Markup:
    """What the view asks for that the data lack."""
    return tag("ul", *(tag("li", each) for each in sentences), class_="notices") if sentences else Markup()


# --- tiles ---------------------------------------------------------------------------------------------------------


def tiles(totals: Totals, before: Totals | str) -> Markup:
    """The period in a few numbers, each with its change and its course."""
    drawn = [_tile(tile) for tile in tiles_of(totals, before)]
    against = f"No change is shown: {before}" if isinstance(before, str) else _against(before)
    return tag(
        "section",
        tag("h2", "In short", class_="hidden"),
        tag("ul", *drawn, class_="tiles"),
        tag("p", against, class_="quiet"),
    )


def _against(before: Totals) -> str:
    return f"Changes against the period before, {theme.period(before.start, before.end, before.zone)}."


def _tile(tile: Tile) -> Markup:
    signs = {"up": "↑ ", "down": "↓ ", "off": ""}
    change = (tag("span", signs[tile.arrow], tile.change, class_="change"),) if tile.change else ()
    return tag(
        "li",
        tag("span", tile.label, class_="label"),
        tag("span", tile.value, class_="value"),
        *change,
        area(tile.course),
        title=tile.help,
    )


# --- figures -------------------------------------------------------------------------------------------------------


def figures(drawn: dict[str, Totals]) -> Markup:
    """A place for each figure with its title and, for those who do not see it or print it, its conclusion."""
    return tag("div", *(_figure(name, totals) for name, totals in drawn.items()), class_="figures")


def _figure(name: str, totals: Totals) -> Markup:
    chart = charts.CHARTS[name]
    return tag(
        "figure",
        tag(
            "div",
            tag("h2", chart.title(totals)),
            tag("span", theme.period(totals.start, totals.end, totals.zone), class_="quiet"),
            class_="heading",
        ),
        tag("div", role="img", aria_label=charts.alt(name, totals), class_="plot", data_figure=name),
        tag("figcaption", f"{chart.conclusion(totals)}."),
        class_=f"card {name}",
    )


# --- table ---------------------------------------------------------------------------------------------------------


def table(grouped: Totals) -> Markup:
    """Every group with exact sums, and their total."""
    full = breakdown_of(grouped)
    listed, beyond = full.rows[:MOST_ROWS], full.rows[MOST_ROWS:]
    rows = [*listed, breakdown.rest(full.columns, beyond)] if beyond else listed
    more = f", the largest {MOST_ROWS:,} of them listed" if beyond else ""
    many = f"{len(full.rows):,} {'row' if len(full.rows) == 1 else 'rows'}{more}"
    return _card(
        full.title,
        many,
        tag("thead", tag("tr", *map(_column, full.columns))),
        tag("tbody", *(_row(row, full.columns) for row in rows)),
        tag("tfoot", _row(full.total, full.columns)),
        class_="breakdown",
    )


def _card(title: str, about: str, *inside: str, class_: str) -> Markup:
    """A table under its title; it scrolls by itself where it is wider than the screen."""
    return tag(
        "section",
        tag("div", tag("h2", title), tag("span", about, class_="quiet"), class_="heading"),
        tag(
            "div",
            tag("table", tag("caption", title, class_="hidden"), *inside),
            class_="scroller",
            tabindex="0",
            role="region",
            aria_label=title,
        ),
        class_=f"card {class_}",
    )


def _column(column: breakdown.Column) -> Markup:
    return tag("th", column.label, scope="col", class_=column.kind, title=column.help or None)


def _row(row: breakdown.Row, columns: Sequence[breakdown.Column]) -> Markup:
    first, *rest = row.cells
    name = tag("th", tag("span", first.text), scope="row", class_="muted" if first.muted else None)
    return tag("tr", name, *(_cell(*pair) for pair in zip(rest, columns[1:], strict=True)))


def _cell(cell: breakdown.Cell, column: breakdown.Column) -> Markup:
    if column.kind == "trend":
        return tag("td", line(cell.trend, cell.text), class_="trend")
    if column.kind == "share" and cell.value is not None and cell.of:
        width = f"{100 * cell.value / cell.of:.1f}%"
        bar = tag("span", tag("i", style=f"width:{width}"), class_="bar", aria_hidden="true")
        return tag("td", bar, tag("span", cell.text, class_="percent"), class_="share")
    return tag("td", cell.text, class_=column.kind)


# --- data quality --------------------------------------------------------------------------------------------------


def quality(usage: Usage, totals: Totals) -> Markup:
    """What was read and what was not, from which files, and what the numbers rest on."""
    return tag("section", tag("h2", "Data quality"), *_parts(usage, totals), class_="quality")


def _parts(usage: Usage, totals: Totals) -> list[Markup]:
    kind = totals.query.object
    counts = [
        f"Partial buckets, clipped to the export or to now: {len(partial(usage, kind)):,}",
        f"Gaps between the first and the last bucket: {len(gaps(usage, kind)):,}",
        *_unknown(usage),
        *_assumed(usage),
    ]
    return [
        tag("p", verdict(usage), class_="verdict"),
        tag("ul", *(tag("li", each) for each in counts)),
        _files(usage),
        _problems(usage),
    ]


def verdict(usage: Usage) -> str:
    """Accepted + rejected + duplicate = total."""
    names = ("accepted", "rejected", "duplicate")
    counts = [sum(getattr(file, name) for file in usage.files) for name in names]
    told = " + ".join(f"{count:,} {name}" for count, name in zip(counts, names, strict=True))
    return f"{told} = {sum(counts):,} results in {len(usage.files):,} {'file' if len(usage.files) == 1 else 'files'}"


def _unknown(usage: Usage) -> Iterable[str]:
    names = [*usage.unknown_fields, *usage.unknown_objects]
    if names:
        yield f"Fields and kinds of result that are new to this version, kept but in no sum: {len(names):,}"


def _assumed(usage: Usage) -> Iterable[str]:
    for file in usage.files:
        for generation, count in file.assumed.items():
            yield f"Audio taken to be {_WORDS[generation]}, in {file.name}: {count:,} results"


def _files(usage: Usage) -> Markup:
    labels = ("File and its SHA-256", "Format", "Accepted", "Rejected", "Duplicate", "From", "To", "Size")
    kinds = ("text", "text", "number", "number", "number", "time", "time", "number")
    rows = [
        [
            file.format or "not read",
            f"{file.accepted:,}",
            f"{file.rejected:,}",
            f"{file.duplicate:,}",
            theme.BLANK if file.first is None else theme.moment(file.first),
            theme.BLANK if file.last is None else theme.moment(file.last, end=True),
            theme.size(file.size),
        ]
        for file in usage.files
    ]
    names = [[tag("span", file.name), " ", tag("code", file.sha256)] for file in usage.files]
    return _plain_table("Files", labels, kinds, names, rows)


def _plain_table(
    title: str,
    labels: Sequence[str],
    kinds: Sequence[str],
    names: Sequence[Sequence[str]],
    rows: Sequence[Sequence[str]],
    about: str = "",
) -> Markup:
    body = (
        tag("tr", tag("th", *name, scope="row"), *_cells(row, kinds[1:])) for name, row in zip(names, rows, strict=True)
    )
    heads = (tag("th", label, scope="col", class_=kind) for label, kind in zip(labels, kinds, strict=True))
    return _card(title, about, tag("thead", tag("tr", *heads)), tag("tbody", *body), class_="plain")


def _cells(row: Sequence[str], kinds: Sequence[str]) -> list[Markup]:
    return [tag("td", text, class_=kind) for text, kind in zip(row, kinds, strict=True)]


class _Kind(NamedTuple):
    """What problems have in common."""

    kind: str
    file: str
    field: str
    reason: str


def _problems(usage: Usage) -> Markup:
    """How many of which kind, without the values and places, which the page lists."""
    counts: Counter[_Kind] = Counter()
    for each in usage.problems:
        counts[_Kind(each.kind, each.file, each.field, each.reason)] += each.count
    if not counts:
        return tag("p", "No problem was met while reading.")
    order = list(_KINDS)
    ranked = sorted(counts.items(), key=lambda item: (order.index(item[0].kind), -item[1]))
    shown = ranked[:MOST_PROBLEMS]
    rows = [[" ".join(filter(None, (kind.field, kind.reason))), kind.file, f"{many:,}"] for kind, many in shown]
    about = f"{MOST_PROBLEMS:,} of {len(ranked):,} kinds are listed" if len(ranked) > MOST_PROBLEMS else ""
    return _plain_table(
        "Problems",
        ("Kind", "What", "File", "Results"),
        ("text", "text", "text", "number"),
        [[_KINDS[kind.kind]] for kind, _ in shown],
        rows,
        about,
    )
