"""Cost: what the usage costs by list or own prices, what was billed, and what the difference consists of."""

import streamlit as st

from components import address, breakdown, clicks, own_prices, theme, tile, toolbar
from components.cards import OnGroup, drawn, head
from components.money import figures, tables, tiles, words
from components.view import Screen, View
from data.billed import Billed
from data.cost import Comparison, Cost, Month, comparison, cost, is_priced, month
from data.held import shown_names
from data.naming import Names
from data.pricing import PriceFileError, Prices, read_prices
from data.query import Query
from data.usage import Usage

MOST_PRICES_MB = 1

EXAMPLE = """
```
model,start_date,service_tier,batch,uncached_input,cached_input,output
gpt-5.2*,2026-01-01,,,1.50,0.15,12
ft:gpt-4.1-mini-2025-04-14:*,,,,0.80,0.20,3.20
```
US dollars per million tokens. A model ending in `*` stands for all that begin so; an empty cell leaves the list's
price; batch, flex and priority follow the standard price unless a row names them. Further columns: `cache_write`,
`audio_input`, `audio_output`, `image_input`, `cached_image`, `cached_audio`, `image_output`. JSON is a list of such
rows.
"""


def has_something(usage: Usage, query: Query) -> bool:
    """Tokens to price, or a bill."""
    return is_priced(query) or bool(usage.costs.num_rows)


def show(view: View, screen: Screen) -> None:
    """Tiles, cost over time and by group, the month, the tables, and the bill beside them."""
    both = view.price(comparison)
    names = {name: shown_names(view.usage, view.query, name) for name in view.usage.names}
    if not is_priced(view.query):
        st.info(f"{theme.label(view.query.object)} are not counted in tokens and have no estimate.")
        if both:
            bill(both.billed, names)
        return
    found, months = view.price(cost), view.price(month)
    _source(view.prices)
    tile.show(tiles.tiles_of(found, both, months), key="cost-tiles")
    _said(found)
    if found.whole.cost is None:
        st.info(theme.markdown(words.nothing_priced(found)), icon=":material/money_off:")
    else:
        _charts(view, found, screen)
    if months:
        _month(months, screen)
    if found.whole.cost is not None:
        _table("costs", tables.estimated(found), clicks.to_group(view, found.totals))
    if found.unpriced:
        _table("unpriced", tables.unpriced(found))
    if both:
        _reconciled(both, names)
        bill(both.billed, names)


def _source(prices: Prices) -> None:
    """Which prices these are, and a place for one's own."""
    with st.container(horizontal=True, vertical_alignment="center", key="price-source"):
        st.caption(theme.markdown(words.source(prices)), width="stretch")
        with st.popover("Prices", icon=":material/sell:", type="tertiary"):
            _own_prices(prices)
    if fault := own_prices.at_fault():
        st.warning(theme.markdown(fault), icon=":material/sell:")


def _own_prices(prices: Prices) -> None:
    st.markdown("**Prices of your own** come before the list's, in this browser tab alone; a link does not carry them.")
    file = st.file_uploader(
        "A price file, CSV or JSON", type=["csv", "json"], max_upload_size=MOST_PRICES_MB, key="price-file"
    )
    if file is not None and st.session_state.get("prices-read") != file.file_id:
        st.session_state["prices-read"] = file.file_id
        try:
            own_prices.use(Prices(read_prices(file.getvalue()), file.name))
        except PriceFileError as error:
            st.session_state["prices-fault"] = str(error)
        else:
            st.session_state.pop("prices-fault", None)
            st.rerun()
    if fault := st.session_state.get("prices-fault"):
        st.error(theme.markdown(fault), icon=":material/error:")
    if prices.own:
        st.button("Use the list's prices again", on_click=lambda: own_prices.use(None), key="prices-drop")
    st.markdown(EXAMPLE)


def _said(found: Cost) -> None:
    """What the estimate leaves out, is a bound for, or takes from a ratio."""
    if lacking := words.unpriced(found):
        st.warning(theme.markdown(lacking), icon=":material/money_off:")
    for sentence in filter(None, [words.bound(found), words.notes(found)]):
        st.caption(theme.markdown(sentence))


def _charts(view: View, found: Cost, screen: Screen) -> None:
    by_part = view.query.group_by is None
    by = "token part" if by_part else theme.by(view.query.group_by or "")
    lines = figures.series(found, screen.look, view.palette, by_part)
    period = theme.period(found.totals.start, found.totals.end)
    conclusion = words.listed([(one.name, one.total) for one in _largest(lines)], len(lines))
    to_group = clicks.to_group(view, found.totals)
    left, right = st.columns([2, 1], gap="small")
    with left:
        figure = figures.over_time(found, lines, screen.look, narrow=screen.narrow)
        numbers = tables.over_time(found, lines)
        drawn("cost-over-time", f"Estimated cost by {by}", period, figure, conclusion, numbers, to_group)
    with right:
        figure = figures.ranking(lines, screen.look, narrow=screen.narrow)
        drawn("cost-ranking", "Where the money goes", period, figure, conclusion, on_group=to_group)


def _largest(lines: list[figures.Series]) -> list[figures.Series]:
    return sorted((one for one in lines if one.total is not None), key=lambda one: -(one.total or 0))[:3]


def _month(found: Month, screen: Screen) -> None:
    """Month to date against the last month and a budget, whatever the period."""
    budget = address.budget()
    title, until = f"{found.first:%B %Y} so far", f"up to {found.last}"
    outlook = words.outlook(found, budget)
    left, right = st.columns([2, 1], gap="small")
    with left:
        figure = figures.month(found, budget, screen.look, narrow=screen.narrow)
        drawn("cost-month", title, until, figure, outlook, tables.month(found))
    with right, st.container(border=True, height="stretch", key="card-budget"):
        head("Budget")
        toolbar.budget()
        st.markdown(theme.markdown(outlook))
        st.caption("Estimated cost under the filters above, whatever their period. The link carries the budget.")


def _table(key: str, table: breakdown.Table, on_open: OnGroup | None = None) -> None:
    with st.container(border=True, key=f"card-{key}"):
        breakdown.show(table, key=f"table-{key}", titled=True, on_open=on_open)


def _reconciled(both: Comparison, names: Names) -> None:
    """Estimated beside billed, and the causes of the difference."""
    found = both.reconciled
    head("Estimated and billed")
    st.caption(theme.markdown(words.difference(found)))
    if said := words.unfiltered(both.billed):
        st.warning(theme.markdown(said), icon=":material/filter_alt_off:")
    _table("causes", tables.causes(found))
    known = list(both.by)
    with st.container(border=True, key="card-beside"):
        top = st.container()
        chosen = st.segmented_control(
            "Compare by",
            known,
            default=known[0],
            required=True,
            format_func=lambda name: "Day" if name == "day" else theme.label(name),
            key="beside",
        )
        table = tables.beside(chosen, both.by[chosen], found, names.get(chosen, {}))
        with top:
            head(table.title)
        breakdown.show(table, key=f"table-beside-{chosen}")


def bill(found: Billed, names: Names) -> None:
    """What was billed, a table per currency, by whatever the bills tell."""
    known = found.dimensions or ("line_item",)
    if said := words.more_currencies(found):
        st.warning(said, icon=":material/currency_exchange:")
    for currency in found.currencies:
        with st.container(border=True, key=f"card-bill-{currency}"):
            top, chosen = st.container(), known[0]
            if len(known) > 1:
                key = f"bill-by-{currency}"
                chosen = st.segmented_control(
                    "Billed by", known, default=chosen, required=True, format_func=theme.label, key=key
                )
            table = tables.bill(found, currency, chosen, names.get(chosen, {}))
            with top:
                head(table.title)
            breakdown.show(table, key=f"table-bill-{currency}-{chosen}")
