"""What usage costs: list prices and a person's own, per token, and the estimate they lead to.

Knows Arrow tables of results and nothing of queries, files or pages. Money is counted in whole femtodollars
(10^-15 dollars: a billionth of a dollar per million tokens), so that no sum is ever rounded, and given as Decimal.
"""

from data.pricing.estimate import Estimate, Priced, estimate, together
from data.pricing.lines import Line, billed_name, parse
from data.pricing.listed import CHECKED, SOURCE, VERSION
from data.pricing.own import OwnPrice, PriceFileError, read_prices
from data.pricing.rates import STANDARD, Prices, Rates
from data.pricing.units import UNITS

__all__ = [
    "CHECKED",
    "SOURCE",
    "STANDARD",
    "UNITS",
    "VERSION",
    "Estimate",
    "Line",
    "OwnPrice",
    "PriceFileError",
    "Priced",
    "Prices",
    "Rates",
    "billed_name",
    "estimate",
    "parse",
    "read_prices",
    "together",
]
