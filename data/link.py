"""The text form that a link gives a question.

A link uses OpenAI's field names and writes every field that is set, so that it means the same when a default changes.
What a link says and nothing here understands is named, never taken for something wider.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, get_args

from pydantic import ValidationError

from data.parts import Generation
from data.query import INTERVALS, PERIODS, Compare, Filters, Query
from data.usage import DIMENSIONS
from data.values import MAX_TEXT

EMPTY = ""
"""How a link writes the null of a dimension."""

_PLAIN = (
    "object",
    "measure",
    "group_by",
    "subgroup",
    "interval",
    "period",
    "back",
    "start_time",
    "end_time",
    "zone",
    "compare",
    "compare_start_time",
    "compare_end_time",
    "mode",
    "show",
    "generation",
)
LEFT_OUT = {f"not_{dimension}": dimension for dimension in DIMENSIONS}
"""Parameters that name values to leave out."""

MOST_PROBLEMS = 10
"""Sentences about one link; the rest is counted."""

_SHOWN = 60
"""Characters of a link's value that are shown."""


def to_params(query: Query) -> dict[str, list[str]]:
    """The query parameters of a link to this question, every set field written out."""
    params: dict[str, list[str]] = {}
    for name in _PLAIN:
        value = getattr(query, name)
        if value is not None:
            params[name] = [value.isoformat() if isinstance(value, date) else str(value)]
    if query.start_time or query.end_time:
        del params["period"]
    if query.compare_start_time:
        del params["compare"]
    if not query.back:
        del params["back"]
    if query.show == "names":
        del params["show"]
    for dimension, values in query.filters:
        params[dimension] = [_written(value) for value in values]
    for dimension, values in query.without:
        params[f"not_{dimension}"] = [_written(value) for value in values]
    return params


def _written(value: str | None) -> str:
    """A value as a link writes it. The empty text stands for null, so a text of quotes or nothing gets two more."""
    if value is None:
        return EMPTY
    return value if value.strip('"') else value + '""'


def _value(text: str) -> str | None:
    if text == EMPTY:
        return None
    return text if text.strip('"') or text == '"' else text[:-2]


def from_params(params: Mapping[str, Sequence[str]]) -> tuple[Query, list[str]]:
    """The question a link asks, and a sentence about each part of it that means nothing here."""
    fields: dict[str, Any] = {}
    problems: list[str] = []
    for name, values in params.items():
        if not values:
            problems.append(f"{shortened(name)} was left out: it has no value")
        elif name in _PLAIN:
            problems += _read_plain(name, values, fields)
        elif name in DIMENSIONS or name in LEFT_OUT:
            problems += [
                f"{name}={shortened(each)} can be no value: it has {len(each):,} characters"
                for each in values
                if len(each) > MAX_TEXT
            ]
        else:
            problems.append(f"{shortened(name)} was left out: links here have no such parameter")
    if "start_time" in fields and "end_time" in fields and fields["start_time"] >= fields["end_time"]:
        problems.append("start_time and end_time were left out: the period ends before it begins")
        del fields["start_time"], fields["end_time"]
    if fields.get("subgroup") and fields.get("group_by") in (None, fields["subgroup"]):
        problems.append("subgroup was left out: it is another dimension, within the one of group_by")
        del fields["subgroup"]
    problems += _compared_in_part(fields)
    fields["filters"] = _read_values({name: params.get(name, ()) for name in DIMENSIONS})
    fields["without"] = _read_values({dimension: params.get(name, ()) for name, dimension in LEFT_OUT.items()})
    if len(problems) > MOST_PROBLEMS:
        problems[MOST_PROBLEMS:] = [f"{len(problems) - MOST_PROBLEMS:,} more parts of the link were left out"]
    return Query.model_validate(fields), problems


def _read_values(params: Mapping[str, Sequence[str]]) -> Filters:
    """A text that is too long is cut, but not so far that it could be a value: it has to keep nothing."""
    named = {name: tuple(_value(each[: MAX_TEXT + 1]) for each in texts) for name, texts in params.items()}
    return tuple((name, values) for name, values in named.items() if values)


def _compared_in_part(fields: dict[str, Any]) -> list[str]:
    """Takes out a period to compare with that has one end only, or ends before it begins."""
    start, end = fields.get("compare_start_time"), fields.get("compare_end_time")
    if start is None and end is None:
        return []
    if start and end and start < end:
        return []
    for name in ("compare_start_time", "compare_end_time"):
        fields.pop(name, None)
    if start and end:
        return ["compare_start_time and compare_end_time were left out: the period ends before it begins"]
    name, other = ("compare_start_time", "compare_end_time")[:: 1 if start else -1]
    return [f"{name} was left out: it needs {other}"]


def _read_plain(name: str, values: Sequence[str], fields: dict[str, Any]) -> list[str]:
    """Adds what a parameter says to the fields; the last one counts, as in a form."""
    problems = []
    if len(set(values)) > 1:
        problems.append(f"{name} is given {len(values)} times; the last counts")
    text = values[-1]
    try:
        if len(text) > MAX_TEXT:
            raise ValueError
        # Whether a subgroup suits the group is seen when both are known.
        alone = "group_by" if name == "subgroup" else name
        fields[name] = getattr(Query.model_validate({alone: text}), alone)
    except ValueError as error:
        problems.append(f"{name}={shortened(text)} was left out: {_why(name, error)}")
    return problems


def _why(name: str, error: ValueError) -> str:
    expected = {
        "interval": f"an interval is one of {', '.join(INTERVALS)}",
        "period": f"a period is one of {', '.join(PERIODS)}",
        "back": "it is 0 or 1",
        "start_time": "a day is written like 2026-01-31",
        "end_time": "a day is written like 2026-01-31",
        "compare": f"it is {' or '.join(get_args(Compare))}",
        "compare_start_time": "a day is written like 2026-01-31",
        "compare_end_time": "a day is written like 2026-01-31",
        "mode": "it is absolute or share",
        "show": "it is names or ids",
        "generation": f"it is {' or '.join(get_args(Generation))}",
    }
    if name in expected:
        return expected[name]
    if isinstance(error, ValidationError):
        return error.errors()[0]["msg"].removeprefix("Value error, ")
    return "it is too long"


def shortened(text: str) -> str:
    """A stranger's text, fit for a sentence: short, and without what would not show or would move the rest."""
    cut = text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
    return "".join(letter if letter.isprintable() else "�" for letter in cut)
