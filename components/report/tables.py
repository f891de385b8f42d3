"""Tables of a report: every group with exact sums and their total, and the plain ones of data quality."""

from collections.abc import Sequence

from components import breakdown
from components.report.lines import line
from components.report.markup import Markup, tag
from components.tables import breakdown_of
from data.totals import Totals

MOST_ROWS = 5_000
"""Groups that the table lists; the rest is one row, so that it still adds up. The CSV and the JSON hold all."""


def table(grouped: Totals) -> Markup:
    """Every group with exact sums, and their total."""
    return shown(breakdown_of(grouped))


def shown(full: breakdown.Table) -> Markup:
    """A table of the page, of which a report lists the first rows."""
    listed, beyond = full.rows[:MOST_ROWS], full.rows[MOST_ROWS:]
    rows = [*listed, breakdown.rest(full.columns, beyond)] if beyond else listed
    more = f", the largest {MOST_ROWS:,} of them listed" if beyond else ""
    many = f"{full.size:,} {'row' if full.size == 1 else 'rows'}{more}"
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
    note = (tag("small", first.note),) if first.note else ()
    name = tag("th", tag("span", first.text), *note, scope="row", class_="muted" if first.muted else None)
    return tag("tr", name, *(_cell(*pair) for pair in zip(rest, columns[1:], strict=True)))


def _cell(cell: breakdown.Cell, column: breakdown.Column) -> Markup:
    if column.kind == "trend":
        return tag("td", line(cell.trend, cell.text), class_="trend")
    if column.kind == "share" and cell.value is not None and cell.of:
        width = f"{100 * cell.value / cell.of:.1f}%"
        bar = tag("span", tag("i", style=f"width:{width}"), class_="bar", aria_hidden="true")
        return tag("td", bar, tag("span", cell.text, class_="percent"), class_="share")
    return tag("td", cell.text, class_=column.kind)


def plain(
    title: str,
    labels: Sequence[str],
    kinds: Sequence[str],
    names: Sequence[Sequence[str]],
    rows: Sequence[Sequence[str]],
    about: str = "",
) -> Markup:
    """A card of texts; each row has a name, which may be of several parts."""
    body = (
        tag("tr", tag("th", *name, scope="row"), *_cells(row, kinds[1:])) for name, row in zip(names, rows, strict=True)
    )
    heads = (tag("th", label, scope="col", class_=kind) for label, kind in zip(labels, kinds, strict=True))
    return _card(title, about, tag("thead", tag("tr", *heads)), tag("tbody", *body), class_="plain")


def _cells(row: Sequence[str], kinds: Sequence[str]) -> list[Markup]:
    return [tag("td", text, class_=kind) for text, kind in zip(row, kinds, strict=True)]
