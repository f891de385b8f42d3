"""Usage that is no completion: a small card per kind."""

from functools import partial

import streamlit as st

from components import chart, charts, theme
from components.cards import on_demand
from components.tables import breakdown_of
from components.view import View
from data.engine import total
from data.held import groupings, measures, objects
from data.query import Query
from data.totals import Totals
from data.usage import Usage, main_measure


def show(view: View, look: theme.Theme) -> None:
    """A ranking for each other kind of result in the period, by the same grouping where it has it."""
    usage, query = view.usage, view.query
    answers = [(kind, view.ask(total, small_question(usage, query, kind))) for kind in kinds_beside(usage, query)]
    drawn = [(kind, totals) for kind, totals in answers if totals.results]
    if drawn:
        st.header("Other usage in this period", anchor=False)
        with st.grid(3, min_column_width=300, gap="small", key="others"):
            for kind, totals in drawn:
                _card(kind, totals, look, query)


def kinds_beside(usage: Usage, query: Query) -> list[str]:
    """The other kinds of result that say what they are about."""
    return [kind for kind in objects(usage) if kind != query.object and main_measure(kind) in measures(usage, kind)]


def small_question(usage: Usage, query: Query, kind: str) -> Query:
    """The page's question, put to another kind of result as far as that can answer it."""
    known = groupings(usage, kind)
    dimension = query.group_by if query.group_by in known else next(iter(known), None)
    filters = tuple(each for each in query.filters if each[0] in known)
    return query.model_copy(
        update={
            "object": kind,
            "measure": main_measure(kind),
            "group_by": dimension,
            "filters": filters,
            "interval": None,
            "mode": "absolute",
        }
    )


def _card(kind: str, totals: Totals, look: theme.Theme, query: Query) -> None:
    amount = totals.grand.get(totals.query.measure)
    with st.container(border=True, height="stretch", key=f"other-{kind}"):
        st.subheader(theme.markdown(theme.label(kind)), anchor=False)
        st.caption(theme.markdown(_amount(kind, amount, totals.query.measure)))
        left_out = [theme.by(name) for name, _ in query.filters if not totals.query.filtered(name)]
        if left_out:
            st.caption(f"Not filtered by {' and '.join(left_out)}: this kind of usage is not grouped by it.")
        chart.show(
            charts.ranking(totals, look, narrow=True),
            key=f"chart-other-{kind}",
            alt=charts.alt("ranking", totals),
            filename=charts.filename("ranking", totals),
        )
        on_demand(partial(breakdown_of, totals, trends=False), f"other-{kind}")


def _amount(kind: str, amount: int | None, measure: str) -> str:
    """`2 images`; stored bytes are a level: what the last bucket of the period says, not a sum."""
    unit = theme.noun(measure).removesuffix("s") if amount == 1 else theme.noun(measure)
    return f"{theme.exact(amount)} {unit}{', at the end of the period' if kind == 'vector_stores' else ''}"
