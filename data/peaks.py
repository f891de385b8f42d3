"""The busiest minutes: tokens per minute (TPM) and requests per minute (RPM), where buckets are by minute."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import duckdb

from data.fine import fine, measured, rows
from data.intervals import boundaries, fitting
from data.overlap import MINUTE
from data.query import Interval, Query
from data.sql import connect
from data.totals import Span
from data.usage import Usage
from data.zones import utc

BUSIEST = 10
"""Minutes that are listed."""


class Minute(NamedTuple):
    """A minute, or the highest values of many; None is not reported."""

    start: int
    tokens: int | None
    requests: int | None


@dataclass(frozen=True)
class Peaks:
    """The highest minute of each interval, and the busiest of all."""

    query: Query
    """With the interval that was used."""
    zone: str
    start: int
    end: int
    """What minutes cover of the period, in unix seconds."""
    spans: tuple[Span, ...]
    highest: tuple[Minute | None, ...]
    """Per interval, tokens and requests each for itself; None where no minute was measured."""
    busiest: tuple[Minute, ...]
    """By tokens, most first."""
    minutes: int
    """Measured in all."""


def peaks(usage: Usage, query: Query) -> Peaks | None:
    """The peaks by the minute; None where only wider buckets can answer."""
    found = fine(usage, query, MINUTE)
    if found is None:
        return None
    interval: Interval = fitting(usage, query)
    ticks = boundaries(found.start, found.end, interval, query.zone)
    spans = measured(usage, query, found, ticks)
    with connect(usage=rows(usage, query, found, ["total_tokens", "num_model_requests"])) as connection:
        highest = _highest(connection, ticks)
        busiest = connection.execute(
            """
            SELECT epoch(start_time)::BIGINT, sum(total_tokens)::HUGEINT, sum(num_model_requests)::HUGEINT
            FROM usage GROUP BY start_time HAVING count(total_tokens) > 0 ORDER BY 2 DESC, start_time LIMIT $most
            """,
            {"most": BUSIEST},
        ).fetchall()
    silent = [Minute(span.start, 0, 0) if span.buckets else None for span in spans]
    return Peaks(
        query=query.model_copy(update={"interval": interval}),
        zone=query.zone,
        start=found.start,
        end=found.end,
        spans=tuple(spans),
        highest=tuple(highest.get(at, none) for at, none in enumerate(silent)),
        busiest=tuple(Minute(*each) for each in busiest),
        minutes=sum(span.measured for span in spans) // MINUTE,
    )


def _highest(connection: duckdb.DuckDBPyConnection, ticks: Sequence[int]) -> dict[int, Minute]:
    found = connection.execute(
        """
        WITH ticks AS (SELECT unnest($ticks::TIMESTAMPTZ[]) AS since, unnest(range(len($ticks))) AS tick),
        minutes AS (
            SELECT start_time, sum(total_tokens)::HUGEINT AS tokens, sum(num_model_requests)::HUGEINT AS requests
            FROM usage GROUP BY start_time
        )
        SELECT tick, max(tokens), max(requests) FROM minutes ASOF JOIN ticks ON start_time >= since GROUP BY tick
        """,
        {"ticks": [utc(tick) for tick in ticks[:-1]]},
    ).fetchall()
    return {tick: Minute(ticks[tick], tokens, requests) for tick, tokens, requests in found}
