"""Bytes in, validated results and problems out. Knows no table of usage, no query and no screen."""

from data.exports.draft import MOST_VALUES
from data.exports.export import Export, Problem, crowded
from data.exports.formats import FORMATS, read

__all__ = ["FORMATS", "MOST_VALUES", "Export", "Problem", "crowded", "read"]
