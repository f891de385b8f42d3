"""What a report says of costs: the estimate with its basis, and the bill beside it."""

from components.money import tables, words
from components.report.markup import Markup, tag
from components.report.tables import shown
from components.view import View
from data.cost import comparison, cost, is_priced


def costs(view: View) -> Markup:
    """Nothing for what is not counted in tokens."""
    if not is_priced(view.query):
        return Markup()
    found = cost(view.usage, view.query, view.prices)
    both = comparison(view.usage, view.query, view.prices)
    said = [words.source(view.prices), words.unpriced(found), words.bound(found), words.notes(found)]
    parts = [tag("h2", "Cost"), tag("ul", *(tag("li", each) for each in said if each)), shown(tables.estimated(found))]
    if both:
        billed = both.billed
        said = [words.difference(both.reconciled), words.unfiltered(billed), words.more_currencies(billed)]
        parts += [tag("ul", *(tag("li", each) for each in said if each)), shown(tables.causes(both.reconciled))]
        parts += [shown(tables.bill(billed, currency)) for currency in billed.currencies]
    return tag("section", *parts, class_="quality")
