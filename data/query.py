"""What is asked of the usage, and the text form a link gives it.

A link uses OpenAI's field names and writes every field that is set, so that it means the same when a default changes.
What a link says and nothing here understands is named, never taken for something wider. Knows nothing of where the
usage lies.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from data.models import MAX_TEXT
from data.parts import Generation
from data.table import DIMENSIONS, MEASURES
from data.zones import zones

Interval = Literal["minute", "hour", "day", "week", "month"]
INTERVALS: tuple[Interval, ...] = get_args(Interval)

Period = Literal["24h", "7d", "30d", "90d", "365d", "all"]
PERIODS: dict[Period, timedelta | None] = {
    "24h": timedelta(hours=24),
    "7d": timedelta(days=7),
    "30d": timedelta(days=30),
    "90d": timedelta(days=90),
    "365d": timedelta(days=365),
    "all": None,
}
"""Presets, counted back from the data's last bucket."""

EMPTY = ""
"""How a link writes the null of a dimension."""

Compare = Literal["previous", "last_month"]
"""What a period is compared with: the one of the same length before, or the same days a calendar month before."""

Values = tuple[str | None, ...]
Filters = tuple[tuple[str, Values], ...]


def _dimension(name: str) -> str:
    if name not in DIMENSIONS:
        raise ValueError("no dimension has that name")
    return name


def _measure(name: str) -> str:
    if name not in MEASURES:
        raise ValueError("no measure has that name")
    return name


def _object(name: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_.]{0,99}", name):
        raise ValueError("a kind of result is named in small letters, such as completions or embeddings")
    return name


def _zone(name: str) -> str:
    if name not in zones():
        raise ValueError("a time zone has a name such as Europe/Berlin or UTC")
    return name


def _in_order(filters: Filters) -> Filters:
    """One form for each question: dimensions in their order, each value once; no value at all is no filter."""
    kept = dict(filters)
    if len(kept) < len(filters):
        raise ValueError("each dimension has one list of values to keep")
    return tuple((name, _sorted(kept[name])) for name in DIMENSIONS if kept.get(name))


def _sorted(values: Iterable[str | None]) -> Values:
    return tuple(sorted(set(values), key=lambda value: (value is None, value or "")))


Dimension = Annotated[str, AfterValidator(_dimension)]
Measure = Annotated[str, AfterValidator(_measure)]
Kept = Annotated[tuple[tuple[Dimension, Values], ...], AfterValidator(_in_order)]


class Query(BaseModel):
    """One question. Hashable, so that answers are cached by it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    object: Annotated[str, AfterValidator(_object)] = "completions"
    """Kind of result, by its short name."""
    measure: Measure = "total_tokens"
    group_by: Dimension | None = None
    """None: by token part."""
    subgroup: Dimension | None = None
    """A second dimension, within the first."""
    interval: Interval | None = None
    """None: what suits the period and the data."""
    period: Period = "all"
    """Counts for nothing where start_time or end_time is set."""
    back: Annotated[int, Field(ge=0, le=1)] = 0
    """1: the period of the same length before, which a change is measured against."""
    start_time: date | None = None
    """First day, in the zone."""
    end_time: date | None = None
    """The day after the last, in the zone: exclusive, as in OpenAI's API."""
    zone: Annotated[str, AfterValidator(_zone)] = "UTC"
    """Whose days, weeks and months are meant. Never the viewer's own: a link shows everyone the same."""
    compare: Compare = "previous"
    """Counts for nothing where compare_start_time and compare_end_time are set."""
    compare_start_time: date | None = None
    """First day of a period to compare with, in the zone; set together with compare_end_time."""
    compare_end_time: date | None = None
    """The day after its last."""
    mode: Literal["absolute", "share"] = "absolute"
    show: Literal["names", "ids"] = "names"
    """What stands for a project, user or key that has a name."""
    filters: Kept = ()
    """Dimension and the values to keep, each once, in order; None keeps rows without a value."""
    without: Kept = ()
    """Dimension and the values to leave out, in the same form: what Other holds is all but the groups shown."""
    generation: Generation | None = None
    """How to count rows that do not say themselves whether their totals hold audio; None: as inferred."""

    @model_validator(mode="after")
    def _two_dimensions(self) -> "Query":
        if self.subgroup and self.subgroup == self.group_by:
            raise ValueError("the subgroup is another dimension than the group")
        if self.subgroup and not self.group_by:
            raise ValueError("a subgroup needs a group that it is within")
        return self

    @property
    def asked(self) -> frozenset[str]:
        """The dimensions that must be known to answer."""
        named = {name for name, _ in (*self.filters, *self.without)}
        return frozenset(named | {name for name in (self.group_by, self.subgroup) if name})

    def filtered(self, dimension: str) -> Values:
        return dict(self.filters).get(dimension, ())

    def left_out(self, dimension: str) -> Values:
        return dict(self.without).get(dimension, ())

    def by(self, group_by: str | None, subgroup: str | None = None) -> "Query":
        """The same question by other dimensions; a subgroup that is the group, or has none, is dropped."""
        subgroup = subgroup if group_by and subgroup != group_by else None
        return self.model_copy(update={"group_by": group_by, "subgroup": subgroup})

    def with_filter(self, dimension: str, values: Sequence[str | None]) -> "Query":
        """The same question with these values of one dimension kept; none means all."""
        return self.model_copy(update={"filters": _with(self.filters, dimension, values)})

    def leaving_out(self, dimension: str, values: Sequence[str | None]) -> "Query":
        """The same question without these values of one dimension; none leaves nothing out."""
        return self.model_copy(update={"without": _with(self.without, dimension, values)})


def _with(filters: Filters, dimension: str, values: Sequence[str | None]) -> Filters:
    rest = {name: kept for name, kept in filters if name != dimension}
    return _in_order((*rest.items(), (dimension, tuple(values))))


# --- the text form -------------------------------------------------------------------------------------------------

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


def is_text(value: str) -> bool:
    """Whether a table could hold it: half of a surrogate pair cannot be stored."""
    return not any("\ud800" <= letter <= "\udfff" for letter in value)


def shortened(text: str) -> str:
    """A stranger's text, fit for a sentence: short, and without what would not show or would move the rest."""
    cut = text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
    return "".join(letter if letter.isprintable() else "�" for letter in cut)
