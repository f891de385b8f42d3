"""Data quality: what was read, what was not, and what the numbers rest on."""

from collections import defaultdict
from collections.abc import Iterable

import streamlit as st

from components import breakdown, naming, theme, toolbar
from components.breakdown import Cell, Column, Row, Table, count
from components.cards import head
from components.sources import Dataset
from components.view import Screen, View
from data.exports import Problem
from data.measured import gaps, partial
from data.naming import exported
from data.overlap import described
from data.query import Query
from data.usage import File, Usage
from data.warehouse.source import Warehouse
from data.writing import as_csv

PROBLEMS = (
    Column("file", "File", "text"),
    Column("what", "What", "sentence"),
    Column("results", "Results"),
    Column("where", "Where", "sentence"),
)
KINDS = {
    "rejected": "Results that were rejected",
    "unread": "Files and lines that could not be read",
    "notice": "Good to know",
}
COUNTS = ("accepted", "rejected", "duplicate")
GENERATIONS: dict[str, str] = {
    "as found": "As found",
    "inclusive": "Audio inside",
    "text-only": "Audio on top",
}

ADDED = "A warehouse is counted as was inferred when each export was added to it."


def show(view: View, _screen: Screen) -> None:
    """The tab, top to bottom."""
    dataset, usage, query = view.dataset, view.usage, view.query
    what_was_read(usage)
    left, right = st.columns(2, gap="small")
    with left:
        _time(usage, query)
        naming.show(usage)
    with right:
        _generation(dataset, usage, query)
        _grouping(usage)


def what_was_read(usage: Usage) -> None:
    """Files, what was wrong in them, and what is new."""
    _files(usage)
    for kind, title in KINDS.items():
        _problems(title, kind, [problem for problem in usage.problems if problem.kind == kind])
    _unknown(usage)


def _verdict(usage: Usage) -> str:
    """Accepted + rejected + duplicate = total, in one line."""
    accepted, rejected, duplicate = (sum(getattr(file, name) for file in usage.files) for name in COUNTS)
    total = accepted + rejected + duplicate
    return f"{accepted:,} accepted + {rejected:,} rejected + {duplicate:,} duplicate = {total:,} results"


def _files(usage: Usage) -> None:
    columns = (
        Column("name", "File", "text"),
        Column("format", "Format", "text"),
        *(Column(name, name.capitalize()) for name in COUNTS),
        Column("from", "From", "text"),
        Column("to", "To", "text"),
        Column("size", "Size"),
        Column("sha256", "SHA-256", "text"),
    )
    with st.container(border=True, key="card-files"):
        head("Files", _verdict(usage))
        rows = tuple(Row(str(at), _file(file)) for at, file in enumerate(usage.files))
        breakdown.show(Table("Files", columns, rows), key="files")


def _file(file: File) -> tuple[Cell, ...]:
    return (
        Cell(file.name),
        Cell(file.format or "not read"),
        *(count(getattr(file, name)) for name in COUNTS),
        Cell(theme.moment(file.first) if file.first is not None else ""),
        Cell(theme.moment(file.last, end=True) if file.last is not None else ""),
        Cell(theme.size(file.size), file.size),
        Cell(file.sha256),
    )


def _problems(title: str, kind: str, problems: list[Problem]) -> None:
    """Grouped by what is wrong; the whole list for download."""
    if not problems:
        return
    grouped: dict[tuple[str, str, str], list[Problem]] = defaultdict(list)
    for problem in problems:
        grouped[problem.file, problem.field, problem.reason].append(problem)
    with st.container(border=True):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            st.header(title, anchor=False, width="content")
            st.download_button(
                "All as CSV",
                lambda: as_csv(Problem._fields, problems).encode(),
                file_name=f"{kind}.csv",
                mime="text/csv",
                icon=":material/download:",
                type="tertiary",
                key=f"problems.{kind}",
                on_click="ignore",
            )
        rows = [Row(str(at), _grouped_row(group)) for at, group in enumerate(grouped.values())]
        breakdown.show(Table(title, PROBLEMS, tuple(rows)), key=f"problems-{kind}")


def sentence(problem: Problem) -> str:
    """`usage.json: data[2].results[17]: input_tokens = "12k" is not a whole number`."""
    where = ": ".join(filter(None, (theme.shorten(problem.file, 80), problem.place)))
    return f"{where}: {_what(problem)}"


def _what(problem: Problem) -> str:
    return " ".join(filter(None, (problem.field, f"= {problem.value}" if problem.value else "", problem.reason)))


def _grouped_row(group: list[Problem]) -> tuple[Cell, ...]:
    first, more = group[0], len(group) - 1
    others = f" and {more:,} more {'place' if more == 1 else 'places'}" if more else ""
    results = Cell() if first.kind == "notice" else count(sum(problem.count for problem in group))
    return Cell(first.file), Cell(_what(first)), results, Cell(f"{first.place}{others}")


def _unknown(usage: Usage) -> None:
    """What this version does not know: kept and counted, not in any sum."""
    rows = [
        *(("Field", name, count) for name, count in usage.unknown_fields.items()),
        *(("Object", name, count) for name, count in usage.unknown_objects.items()),
    ]
    if not rows:
        return
    with st.container(border=True):
        head("New to this version")
        st.caption("Fields and result objects that are not known here yet. They are kept and counted, but in no sum.")
        columns = (Column("name", "Name", "text"), Column("kind", "Kind", "text"), Column("results", "Results"))
        listed = tuple(
            Row(str(at), (Cell(name), Cell(kind), count(many))) for at, (kind, name, many) in enumerate(rows)
        )
        breakdown.show(Table("New to this version", columns, listed), key="unknown")


def _time(usage: Usage, query: Query) -> None:
    """Buckets that are cut off, and stretches nobody exported."""
    with st.container(border=True):
        head("Time")
        _lines("Partial buckets, clipped to the export or to now", partial(usage, query.object), "None.")
        _lines("Gaps between the first and the last bucket", gaps(usage, query.object), "None.")


MOST_LINES = 12


def _lines(title: str, stretches: Iterable[tuple[int, int]], none: str) -> None:
    found = list(stretches)
    st.markdown(f"**{title}** · {len(found):,}")
    lines = [
        f"{theme.moment(start)} – {theme.moment(end, end=True)}, {theme.duration(end - start)}" for start, end in found
    ]
    shown = lines[:MOST_LINES] + ([f"and {len(lines) - MOST_LINES:,} more"] if len(lines) > MOST_LINES else [])
    st.caption("  \n".join(shown) or none)


def _generation(dataset: Dataset, usage: Usage, query: Query) -> None:
    """Which meaning of the totals was assumed where rows do not say, with a switch to override it."""
    with st.container(border=True):
        head("What input and output totals hold")
        st.caption(
            "Up to about August 2025 audio came on top of input_tokens and output_tokens; later it is inside. Rows "
            "with all fields say which they are; it matters only where there is audio."
        )
        assumed = [
            f"{file.name}: {_rows(count)} with audio counted as “{GENERATIONS[generation].lower()}”"
            for file in usage.files
            for generation, count in file.assumed.items()
        ]
        st.markdown("**Assumed**")
        st.caption("  \n".join(map(theme.markdown, assumed)) or "Nothing: every row with audio says so itself.")
        if isinstance(usage, Warehouse):
            st.caption(ADDED)
        elif isinstance(dataset.content, Usage):
            st.caption("This shared link is counted as whoever made it saw it.")
        else:
            toolbar.generation(dataset, usage, query, GENERATIONS)


def _rows(count: int) -> str:
    return f"{count:,} {'row' if count == 1 else 'rows'}"


def _grouping(usage: Usage) -> None:
    with st.container(border=True):
        head("Grouping")
        st.caption("  \n".join(theme.markdown(described(exported(layer))) for layer in usage.layers) or "No usage.")
