"""What usage costs by list or own prices: by question, by month, and beside the bill.

Estimates and bills are two measures; nothing here adds one to the other.
"""

from data.cost.beside_bills import Comparison, comparison
from data.cost.estimated import KINDS, Cost, Unpriced, by_dimension, cost, is_priced
from data.cost.months import STRETCH, Month, month

__all__ = [
    "KINDS",
    "STRETCH",
    "Comparison",
    "Cost",
    "Month",
    "Unpriced",
    "by_dimension",
    "comparison",
    "cost",
    "is_priced",
    "month",
]
