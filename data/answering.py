"""The results that answer a question, wherever they lie: for what sums by interval and group do not tell."""

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from data.engine import find, summed
from data.held import asked_rows, chosen_rows
from data.intervals import bucket_width
from data.overlap import DAY
from data.periods import reach
from data.pricing.estimate import NEEDED
from data.query import Query
from data.totals import Totals
from data.usage import Usage, main_measure
from data.warehouse.gathered import rows_by_bucket
from data.warehouse.source import Warehouse

QUARTER = 900
"""Seconds. Days begin at a quarter of an hour in every zone."""


def answering_rows(usage: Usage, query: Query, start: int, end: int, width: int, names: Sequence[str]) -> pa.Table:
    """These columns of the results that begin in a stretch of time, each token once; with start_time and layer.

    width: seconds of the widest bucket that is fine enough. Of a warehouse they come added up by bucket and those
    dimensions that are among the columns.
    """
    if isinstance(usage, Warehouse):
        return rows_by_bucket(usage, query, start, end, width, names)
    kept = asked_rows(usage, query, start, end) & chosen_rows(usage, query.asked, width)
    return usage.results.select(["start_time", "layer", *names]).filter(pa.array(kept))


def priceable(usage: Usage, totals: Totals, by: Sequence[str] = ()) -> pa.Table:
    """The results that an answer sums, with all that decides their price and these dimensions.

    Of a warehouse they come added up by interval and UTC day, in which prices are the same.
    """
    if not isinstance(usage, Warehouse):
        return summed(usage, totals)
    query, (start, end) = totals.query, reach(usage, totals.query)
    step = DAY if totals.zone == "UTC" else QUARTER
    if query.interval in ("minute", "hour"):
        edges = [*(span.start for span in totals.spans), *(span.end for span in totals.spans[-1:])]
    else:
        edges = list(range(start // step * step, end + step, step))
    names = list(dict.fromkeys((*NEEDED, *by)))
    return rows_by_bucket(usage, query, start, end, bucket_width(usage, query), names, edges)


def values_there(usage: Usage, object_name: str, dimension: str) -> Sequence[str | None]:
    """The values that results of a kind have."""
    if isinstance(usage, Warehouse):
        return find(usage, Query(object=object_name, measure=main_measure(object_name), group_by=dimension)).values
    column = usage.results[dimension]
    if len(usage.reported) > 1:
        column = column.filter(pc.fill_null(pc.equal(usage.results["object"], object_name), False))
    found: list[str | None] = column.unique().to_pylist()
    return found
