"""What the data cannot answer, in sentences: parts of a question, or a period to compare its own with."""

from collections.abc import Sequence
from datetime import timedelta

import numpy as np
import pyarrow as pa

from data.answering import values_there
from data.held import chosen_rows, extent, measures, objects
from data.intervals import MOST_SPANS, SECONDS, finest_width, fitting, fullest_width
from data.link import shortened
from data.measured import gaps, partial
from data.naming import TEAM, exported
from data.overlap import HOUR, MINUTE, offers
from data.periods import before, period, reach, zone_of
from data.query import Query
from data.usage import DIMENSIONS, Usage
from data.zones import begins_day, day_of, midnight, moment

MOST_ABSENT = 5
"""Values named in one sentence."""


def previous(usage: Usage, query: Query) -> Query | str:
    """The question about the period of the same length before, or a sentence why there is none to compare with."""
    start, end = period(usage, query)
    found = extent(usage, query.object)
    if not found or end <= start:
        return "There is no period to compare."
    first, last = found
    zone = zone_of(usage, query)
    since, until = before(start, end, zone)
    if since < first:
        return f"There is no whole period before this one: the data begin {moment(first, zone)}."
    if end > last:
        return f"The period is not complete: the data end {moment(last, zone)}."
    for which, one, two in (("this", start, end), ("the previous", since, start)):
        if what := unmeasured(usage, query.object, one, two, zone):
            return f"In {which} period {what}."
    if not (begins_day(since, zone) and begins_day(until, zone)):
        return query.model_copy(update={"back": query.back + 1})
    days = {"start_time": day_of(since, zone), "end_time": day_of(until, zone), "period": "all", "back": 0}
    return query.model_copy(update={**days, "zone": zone})


def unmeasured(usage: Usage, object_name: str, start: int, end: int, zone: str) -> str | None:
    """The first stretch between start and end that was not measured whole, for the end of a sentence."""
    for what, stretches in (("only a part of a bucket was measured", partial), ("a stretch is missing", gaps)):
        for one, two in stretches(usage, object_name):
            if one < end and two > start:
                return f"{what}: {moment(one, zone)} to {moment(two, zone)}"
    return None


def lacking(usage: Usage, query: Query) -> list[str]:
    """A sentence about each part of the question that the data cannot answer."""
    if query.object not in usage.reported:
        there = " and ".join(filter(None, (", ".join(objects(usage)[:-1]), *objects(usage)[-1:])))
        return [f"These files hold no {query.object} results{', but ' + there if there else ''}."]
    lacks = []
    if query.measure not in measures(usage, query.object):
        lacks.append(f"No {query.object} result reports {query.measure}.")
    dimensions = [name for name in DIMENSIONS if name in query.asked]
    lacks += filter(None, (_ungrouped(usage, query, name) for name in dimensions))
    named = (*query.filters, *query.without)
    lacks += filter(None, (_unknown_values(usage, query.object, name, kept) for name, kept in named))
    return [*lacks, *_outside(usage, query), *_too_fine(usage, query), *_uncut(usage, query)]


def _ungrouped(usage: Usage, query: Query, dimension: str) -> str | None:
    """What to ask OpenAI for, where no export or not every one was grouped by a dimension."""
    if dimension == TEAM:
        return _without_team(usage, query)
    if dimension == "organization":
        without = usage.results["organization"].null_count == usage.results.num_rows
        return "No file has a label, so the usage cannot be told apart by organization." if without else None
    if dimension not in offers(query.object):
        return f"OpenAI does not group {query.object} by {dimension}."
    mine = [layer for layer in usage.layers if layer.object == query.object]
    if not any(dimension in layer.grouping for layer in mine):
        held = max((exported(layer).grouping for layer in mine), key=len)
        names = ", ".join(f'"{name}"' for name in (*held, dimension))
        return f"The export is not grouped by {dimension}: export it again with group_by=[{names}]."
    return _partly_ungrouped(usage, query, dimension, dimension)


def _without_team(usage: Usage, query: Query) -> str | None:
    """What to add, where nothing or not everything can be told apart by team."""
    if not any(layer.object == query.object and TEAM in layer.grouping for layer in usage.layers):
        return "No project, user or key in these data has a team: add a file with the columns id, name and team."
    return _partly_ungrouped(usage, query, TEAM, "a project, user or key that could have a team")


def _partly_ungrouped(usage: Usage, query: Query, dimension: str, by: str) -> str | None:
    """How much is not grouped, and since when; `by` says what is missing."""
    start, end = reach(usage, query)
    knows = np.array([dimension in layer.grouping for layer in usage.layers], bool)
    mine = np.array([layer.object == query.object for layer in usage.layers], bool)
    without = (mine & ~knows)[usage.results["layer"].to_numpy()] & chosen_rows(usage, query.asked, 0)
    since = usage.results["start_time"].cast(pa.int64()).to_numpy()
    without &= (since >= start) & (since < end)
    if not without.any():
        return None
    filtered = query.filtered(dimension) or None in query.left_out(dimension)
    left_out = " and left out by the filter" if filtered else ""
    first = moment(int(since[without].min()), zone_of(usage, query))
    return (
        f"{usage.count(without):,} results from {first} on are not grouped by {by}{left_out}: their export has to be "
        "made again with it."
    )


def _unknown_values(usage: Usage, object_name: str, dimension: str, kept: Sequence[str | None]) -> str | None:
    """Values to keep that no result has."""
    there = set(values_there(usage, object_name, dimension))
    absent = [value for value in kept if value not in there]
    if not absent or there <= {None}:
        return None
    shown = ", ".join("none" if value is None else shortened(value) for value in absent[:MOST_ABSENT])
    more = f" and {len(absent) - MOST_ABSENT:,} more" if len(absent) > MOST_ABSENT else ""
    return f"No {object_name} result has {dimension} {shown}{more}."


def _outside(usage: Usage, query: Query) -> list[str]:
    """Whether the period leaves the data."""
    found = extent(usage, query.object)
    start, end = period(usage, query)
    if not found or (query.period == "all" and not (query.start_time or query.end_time or query.back)):
        return []
    first, last = found
    zone = zone_of(usage, query)
    if start >= last or end <= first:
        return [f"The period holds no data: they reach from {moment(first, zone)} to {moment(last, zone)}."]
    outside = []
    if start < midnight(day_of(first, zone), zone):
        outside.append(f"The data begin {moment(first, zone)}, later than the period.")
    if end > midnight(day_of(last - 1, zone) + timedelta(days=1), zone):
        outside.append(f"The data end {moment(last, zone)}, earlier than the period.")
    return outside


def _too_fine(usage: Usage, query: Query) -> list[str]:
    """Whether another interval is used than the one asked for, or one that does not hold everything."""
    if query.interval is None:
        return []
    used = fitting(usage, query)
    start, end = reach(usage, query)
    if SECONDS[query.interval] < finest_width(usage, query, start, end):
        return [f"The buckets of this export are too long for bars by {query.interval}: they are by {used}."]
    if used != query.interval:
        return [f"The period is longer than {MOST_SPANS:,} bars by {query.interval}: they are by {used}."]
    if SECONDS[used] < min(fullest_width(usage, query, start, end), SECONDS["month"]):
        return [f"Buckets that fit into bars by {used} hold a part of the usage only; longer ones hold more."]
    return []


def _uncut(usage: Usage, query: Query) -> list[str]:
    """Whether the days are those of another zone than the one asked for."""
    if zone_of(usage, query) == query.zone:
        return []
    return [
        f"These are UTC days: buckets of a day cannot be cut into days of {query.zone}. Export again with "
        "bucket_width=1h for those."
    ]


def off_the_hour(usage: Usage, query: Query) -> str:
    """What happens to hourly buckets where midnight lies within one; nothing where it does not."""
    zone, (start, end) = zone_of(usage, query), reach(usage, query)
    if finest_width(usage, query, start, end) <= MINUTE:
        return ""
    midnights = {midnight(day_of(each, zone), zone) % HOUR for each in (start, end)}
    if midnights == {0}:
        return ""
    return (
        f"Midnight in {zone} lies within an hourly bucket, which counts to the day in which it begins. Export with "
        "bucket_width=1m to cut it."
    )
