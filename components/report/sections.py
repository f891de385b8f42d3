"""The upper parts of a report: what was asked of which data, tiles and figures."""

from collections.abc import Mapping, Sequence

from components import charts, theme
from components.report.lines import area
from components.report.markup import Markup, tag
from components.tiles import Tile, tiles_of
from data.held import extent, shown_names
from data.query import Query
from data.totals import Totals
from data.usage import Usage

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
    return [*found, *(_filters(query, usage) or [("Filters", ["None"])])]


def _period(totals: Totals) -> str:
    length = theme.duration(totals.end - totals.start).replace(" d", " days")
    return f"{theme.period(totals.start, totals.end, totals.zone)} ({length})"


def _left_out(totals: Totals) -> str:
    return f" ({totals.left_out:,} more tell the same in another export)" if totals.left_out else ""


def _filters(query: Query, usage: Usage) -> list[tuple[str, Sequence[str]]]:
    return [
        (
            f"Only {theme.by(name)}",
            [_value(name, value, shown_names(usage, query, name)) for value in kept],
        )
        for name, kept in query.filters
    ]


def _value(dimension: str, value: str | None, names: Mapping[str, str]) -> str:
    """With its name, where it has one."""
    if value is None:
        return f"No {theme.one(dimension)}"
    return f"{names[value]} ({value})" if value in names else value


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
    return f"Changes against {theme.compared(before.query)}, {theme.period(before.start, before.end, before.zone)}."


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
