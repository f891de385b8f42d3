"""Engines that sum up what lies in a warehouse: one adapter each, all of which are given the same SQL.

An engine never answers with a part: what it cannot read makes an error. Integers are exact, values are bound.
"""

from data.engines.engine import PATIENCE, Engine, EngineError, Running, at

__all__ = ["PATIENCE", "Engine", "EngineError", "Running", "at"]
