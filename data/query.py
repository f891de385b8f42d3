"""What is asked of the usage. Knows nothing of where it lies."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from data.models import KIND
from data.parts import Generation
from data.usage import DIMENSIONS, MEASURES
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
    if not KIND.fullmatch(name):
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


def is_text(value: str) -> bool:
    """Whether a table could hold it: half of a surrogate pair cannot be stored."""
    return not any("\ud800" <= letter <= "\udfff" for letter in value)
