"""Bytes in, validated results and problems out. Knows no table of usage, no query and no screen."""

from data.exports.export import Export, Problem
from data.exports.formats import FORMATS, read

__all__ = ["FORMATS", "Export", "Problem", "read"]
