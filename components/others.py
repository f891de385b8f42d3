"""Usage that is no completion, and costs: a small card per kind."""

import streamlit as st

from components import breakdown, chart, charts, theme
from components.view import View
from data.engine import total
from data.held import groupings, measures, objects
from data.query import Query
from data.shell.totals import Request, answer
from data.table import Usage, main_measure
from data.totals import Totals


def show(view: View, look: theme.Theme) -> None:
    """A ranking for each other kind of result in the period, by the same grouping where it has it."""
    usage, query = view.usage, view.query
    kinds = [kind for kind in objects(usage) if kind != query.object and main_measure(kind) in measures(usage, kind)]
    answers = [(kind, view.ask(total, small_question(usage, query, kind))) for kind in kinds]
    drawn = [(kind, totals) for kind, totals in answers if totals.results]
    if drawn:
        st.subheader("Other usage in this period", anchor=False)
        with st.grid(3, min_column_width=300, gap="small", key="others"):
            for kind, totals in drawn:
                _card(kind, totals, look, query)
    if usage.costs.num_rows:
        costs(usage)


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


def _amount(kind: str, amount: int | None, measure: str) -> str:
    """`2 images`; stored bytes are a level: what the last bucket of the period says, not a sum."""
    unit = theme.noun(measure).removesuffix("s") if amount == 1 else theme.noun(measure)
    return f"{theme.exact(amount)} {unit}{', at the end of the period' if kind == 'vector_stores' else ''}"


def costs(usage: Usage) -> None:
    """What was billed, by line item; currencies are never added together."""
    found = answer(usage, Request(object="costs", group_by=("line_item",)))
    with st.container(border=True, key="card-costs"):
        st.subheader("Billed, over all of the data", anchor=False)
        for currency in dict.fromkeys(row[2] for row in found.rows):
            rows = [row for row in found.rows if row[2] == currency]
            breakdown.show(_bill(rows, currency or "usd"), key=f"costs-{currency}")


def _bill(rows: list[tuple[object, ...]], currency: str) -> breakdown.Table:
    """Line items, largest first, to the last digit."""
    amounts = [(str(line) if line else "No line item", line, amount) for line, amount, _ in rows]
    amounts.sort(key=lambda each: -(each[2] or 0))
    known = [amount for *_, amount in amounts if amount is not None]
    return breakdown.Table(
        title=f"Billed by line item, {currency}",
        columns=(
            breakdown.Column("line_item", "Line item", "text"),
            breakdown.Column("amount", f"Amount, {currency}", "number", "amount.value", write=_written),
        ),
        rows=tuple(
            breakdown.Row(line or "", (breakdown.name(name, muted=line is None), _money(amount)))
            for name, line, amount in amounts
        ),
        total=breakdown.Row("total", (breakdown.name("Total"), _money(sum(known) if known else None))),
    )


def _written(amount: object) -> str:
    return f"{amount:,f}"


def _money(amount: object) -> breakdown.Cell:
    return breakdown.Cell() if amount is None else breakdown.Cell(_written(amount), amount)
