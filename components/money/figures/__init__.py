"""Figures of money: cost over time, costs by size, and the month against its budget."""

from components.money.figures.months import month, running
from components.money.figures.over_time import over_time
from components.money.figures.ranking import ranking
from components.money.figures.series import Series, id_of, key_of, name_of, series

__all__ = ["Series", "id_of", "key_of", "month", "name_of", "over_time", "ranking", "running", "series"]
