"""Data quality: what was read, what was not, and what the numbers rest on."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import pandas as pd
import streamlit as st

from components import naming, theme, toolbar
from components.sources import Dataset
from components.view import Screen, View
from data.exports import Problem
from data.measured import gaps, partial
from data.naming import exported
from data.overlap import described
from data.query import Query
from data.table import Usage
from data.writing import as_csv

KINDS = {
    "rejected": "Results that were rejected",
    "unread": "Files and lines that could not be read",
    "notice": "Good to know",
}
GENERATIONS: dict[str, str] = {
    "as found": "As found",
    "inclusive": "Audio inside",
    "text-only": "Audio on top",
}


def show(view: View, _screen: Screen) -> None:
    """The tab, top to bottom."""
    dataset, usage, query = view.dataset, view.usage, view.query
    what_was_read(usage)
    left, right = st.columns(2, gap="medium")
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
    accepted, rejected, duplicate = (
        sum(getattr(file, name) for file in usage.files) for name in ("accepted", "rejected", "duplicate")
    )
    total = accepted + rejected + duplicate
    return f"{accepted:,} accepted + {rejected:,} rejected + {duplicate:,} duplicate = {total:,} results"


def _files(usage: Usage) -> None:
    with st.container(border=True):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            st.subheader("Files", anchor=False)
            st.caption(_verdict(usage), width="content")
        st.dataframe(
            pd.DataFrame(
                {
                    "File": [file.name for file in usage.files],
                    "Format": [file.format or "not read" for file in usage.files],
                    "Accepted": [f"{file.accepted:,}" for file in usage.files],
                    "Rejected": [f"{file.rejected:,}" for file in usage.files],
                    "Duplicate": [f"{file.duplicate:,}" for file in usage.files],
                    "From": [theme.moment(file.first) if file.first is not None else "" for file in usage.files],
                    "To": [theme.moment(file.last, end=True) if file.last is not None else "" for file in usage.files],
                    "Size": [theme.size(file.size) for file in usage.files],
                    "SHA-256": [file.sha256 for file in usage.files],
                }
            ),
            hide_index=True,
            column_config=_right("Accepted", "Rejected", "Duplicate", "Size"),
            alt="The files that were read, with what was accepted, rejected and left out as duplicate",
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
            st.subheader(title, anchor=False)
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
        st.dataframe(
            pd.DataFrame([_grouped_row(group) for group in grouped.values()]),
            hide_index=True,
            column_config={"What": st.column_config.TextColumn(width="large"), **_right("Results")},
            alt=f"{title}, grouped by file, field and reason",
        )


def _right(*columns: str) -> dict[str, Any]:
    """Numbers that are texts, so that they are exact and have separators, stand at the right all the same."""
    return {name: st.column_config.TextColumn(alignment="right", width="small") for name in columns}


def sentence(problem: Problem) -> str:
    """`usage.json: data[2].results[17]: input_tokens = "12k" is not a whole number`."""
    where = ": ".join(filter(None, (theme.shorten(problem.file, 80), problem.place)))
    return f"{where}: {_what(problem)}"


def _what(problem: Problem) -> str:
    return " ".join(filter(None, (problem.field, f"= {problem.value}" if problem.value else "", problem.reason)))


def _grouped_row(group: list[Problem]) -> dict[str, str]:
    first = group[0]
    more = f" and {len(group) - 1:,} more places" if len(group) > 1 else ""
    return {
        "File": first.file,
        "What": _what(first),
        "Results": f"{sum(problem.count for problem in group):,}" if first.kind != "notice" else "",
        "Where": f"{first.place}{more}",
    }


def _unknown(usage: Usage) -> None:
    """What this version does not know: kept and counted, not in any sum."""
    rows = [
        *(("Field", name, count) for name, count in usage.unknown_fields.items()),
        *(("Object", name, count) for name, count in usage.unknown_objects.items()),
    ]
    if not rows:
        return
    with st.container(border=True):
        st.subheader("New to this version", anchor=False)
        st.caption("Fields and result objects that are not known here yet. They are kept and counted, but in no sum.")
        st.dataframe(
            pd.DataFrame([{"Kind": kind, "Name": name, "Results": f"{count:,}"} for kind, name, count in rows]),
            hide_index=True,
            column_config=_right("Results"),
            alt="Unknown fields and objects",
        )


def _time(usage: Usage, query: Query) -> None:
    """Buckets that are cut off, and stretches nobody exported."""
    with st.container(border=True):
        st.subheader("Time", anchor=False)
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
        st.subheader("What input and output totals hold", anchor=False)
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
        if isinstance(dataset.content, Usage):
            st.caption("This shared link is counted as whoever made it saw it.")
        else:
            toolbar.generation(dataset, usage, query, GENERATIONS)


def _rows(count: int) -> str:
    return f"{count:,} {'row' if count == 1 else 'rows'}"


def _grouping(usage: Usage) -> None:
    with st.container(border=True):
        st.subheader("Grouping", anchor=False)
        st.caption("  \n".join(theme.markdown(described(exported(layer))) for layer in usage.layers) or "No usage.")
