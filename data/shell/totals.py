"""Exact totals by interval and any dimensions: `python -m data totals FILE…`."""

import json
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import MAX_PREC, Context, Decimal, localcontext

import pyarrow as pa

from data.held import extent
from data.intervals import SECONDS, boundaries
from data.link import shortened
from data.naming import TEAM
from data.overlap import DAY, Kind, Layer, choose
from data.parts import PARTS
from data.query import Interval
from data.shell.check import printable
from data.sql import connect, quoted
from data.usage import COSTS, MEASURES, RESULTS, Usage
from data.writing import as_csv
from data.zones import local, midnight, utc

TOKENS = ("num_model_requests", "input_tokens", "input_cached_tokens", "output_tokens", *PARTS, "total_tokens")
COLUMNS: dict[str, tuple[str, ...]] = {
    "completions": TOKENS,
    "decisions": TOKENS,
    "embeddings": ("num_model_requests", "input_tokens"),
    "moderations": ("num_model_requests", "input_tokens"),
    "images": ("num_model_requests", "images"),
    "audio_speeches": ("num_model_requests", "characters"),
    "audio_transcriptions": ("num_model_requests", "seconds"),
    "vector_stores": ("usage_bytes",),
    "code_interpreter_sessions": ("num_sessions",),
    "file_searches": ("num_requests",),
    "web_searches": ("num_model_requests", "num_requests"),
    "costs": ("amount",),
}


# What a date is taken for that lies far outside all data, where calendars and clocks end.
_LAST = date.max - timedelta(days=1)


class CannotAnswerError(Exception):
    """The data cannot answer this: the message says what to ask for instead."""


@dataclass(frozen=True)
class Request:
    object: str = "completions"
    group_by: tuple[str, ...] = ()
    interval: Interval | None = None
    """None: one sum over all time."""
    zone: str = "UTC"
    first: date | None = None
    last: date | None = None
    """The last day, included."""
    where: tuple[tuple[str, str], ...] = ()

    @property
    def asked(self) -> frozenset[str]:
        return frozenset(self.group_by) | frozenset(name for name, _ in self.where)


@dataclass(frozen=True)
class Answer:
    header: tuple[str, ...]
    rows: list[tuple[object, ...]]

    def as_csv(self) -> str:
        return as_csv(self.header, self.rows, end="\n")

    def as_json(self) -> str:
        """Counts as integers, amounts as decimal strings, null where nothing was reported."""
        rows = [dict(zip(self.header, map(_plain, row), strict=True)) for row in self.rows]
        return json.dumps(rows, indent=1, ensure_ascii=False)

    def as_text(self) -> str:
        table = [self.header, *(tuple(_shown(cell) for cell in row) for row in self.rows)]
        widths = [max(len(row[index]) for row in table) for index in range(len(self.header))]
        numbers = [all(not isinstance(row[index], str) for row in self.rows) for index in range(len(self.header))]
        return "\n".join(
            "  ".join(
                cell.rjust(width) if number else cell.ljust(width)
                for cell, width, number in zip(row, widths, numbers, strict=True)
            ).rstrip()
            for row in table
        )


def _plain(cell: object) -> object:
    return f"{cell:f}" if isinstance(cell, Decimal) else cell


def _shown(cell: object) -> str:
    if cell is None:
        return ""
    return f"{cell:,}" if isinstance(cell, int | Decimal) else printable(str(cell))


def answer(usage: Usage, request: Request) -> Answer:
    """Rows in order of time, then of the dimensions; a null dimension or measure is None."""
    costs = request.object == "costs"
    rows, layers, kind = (usage.costs, usage.cost_layers, COSTS) if costs else (usage.results, usage.layers, RESULTS)
    _refuse_unknown(usage, request, kind)
    _refuse_recut(usage, request)
    start, end = reach(usage, request)
    found: list[tuple[object, ...]] = []
    if start < end:
        rows = _chosen(usage, rows, layers, kind, request)
        ticks = ticks_of(request, start, end)
        found = (_summed_costs if costs else _summed)(rows, request, ticks, (start, end))
    measures = (*COLUMNS.get(request.object, MEASURES), *(("currency",) if costs else ()))
    time = ("start_time",) if request.interval else ()
    return Answer((*time, *request.group_by, *measures), [written_row(row, request) for row in found])


def _refuse_unknown(usage: Usage, request: Request, kind: Kind) -> None:
    """A condition on what no export tells would leave nothing, which reads like no usage."""
    known = {*kind.dimensions, "organization", TEAM} - {"currency"}
    for name in sorted(request.asked - known):
        raise CannotAnswerError(f"{shortened(name)} is not a dimension of {request.object}")
    layers = list(_layers(usage, request))
    for name, _ in request.where:
        if name in kind.grouping and layers and not any(name in layer.grouping for layer in layers):
            raise CannotAnswerError(f"the export is not grouped by {name}: export it again with it in group_by")
    if TEAM in request.asked and not any(TEAM in layer.grouping for layer in layers):
        raise CannotAnswerError("no id in these files has a team: add a mapping with the columns id, name and team")


def ticks_of(request: Request, start: int, end: int) -> list[int]:
    """Starts of the intervals asked for, and the end of the last."""
    return boundaries(start, end, request.interval, request.zone) if request.interval else [start, end]


def rows_asked(usage: Usage, request: Request) -> pa.Table:
    """The results that an answer sums."""
    start, end = reach(usage, request)
    rows = _chosen(usage, usage.results, usage.layers, RESULTS, request)
    condition, values = _where(request)
    values |= {"start": utc(start), "end": utc(end)}
    with connect(usage=rows) as connection:
        kept = connection.execute(
            f"SELECT {condition} AND start_time >= $start AND start_time < $end AS kept FROM usage", values
        )
        return rows.filter(pa.array(kept.fetchnumpy()["kept"]))


def written_row(row: Sequence[object], request: Request) -> tuple[object, ...]:
    tick, *rest = row
    if not request.interval:
        return tuple(rest)
    return (local(int(str(tick)), request.zone).isoformat(), *rest)


def _chosen(usage: Usage, rows: pa.Table, layers: tuple[Layer, ...], kind: Kind, request: Request) -> pa.Table:
    """Each token once, from the layer that answers this question."""
    if not (usage.costs_contested if request.object == "costs" else usage.contested):
        return rows
    width = SECONDS[request.interval] if request.interval else None
    asked = frozenset(request.asked & {*kind.grouping, TEAM})
    shares = usage.cost_shares if kind is COSTS else usage.shares
    return rows.filter(pa.array(choose(rows, shares, layers, kind, asked, width)))


def reach(usage: Usage, request: Request) -> tuple[int, int]:
    """From the first moment asked for to the last, as far as there are buckets, in unix seconds."""
    start, end = extent(usage) or (0, 0)
    if request.first:
        start = max(start, midnight(request.first, request.zone))
    if request.last:
        end = min(end, midnight(min(request.last, _LAST) + timedelta(days=1), request.zone))
    return start, end


def _refuse_recut(usage: Usage, request: Request) -> None:
    """Buckets are never cut: not into finer intervals, nor into the days of another zone."""
    widest = max((layer.width for layer in _layers(usage, request)), default=0)
    if request.interval and SECONDS[request.interval] < min(widest, SECONDS["month"]):
        raise CannotAnswerError(
            f"--interval {request.interval} is finer than these buckets of {widest:,} s: "
            "leave out what is coarser, or export again with a smaller bucket_width"
        )
    cut = request.first or request.last or request.interval in ("day", "week", "month")
    if widest >= DAY and cut and request.zone != "UTC":
        raise CannotAnswerError(
            f"daily buckets are UTC days and cannot be cut into days of {request.zone}: leave --zone out, "
            "or export again with bucket_width=1h"
        )


def _layers(usage: Usage, request: Request) -> Iterator[Layer]:
    layers = usage.cost_layers if request.object == "costs" else usage.layers
    return (layer for layer in layers if layer.object == request.object)


def _where(request: Request) -> tuple[str, dict[str, object]]:
    values: dict[str, object] = {"object": request.object}
    conditions = ["object = $object"]
    for index, (name, value) in enumerate(request.where):
        same = [f"where_{other}" for other, (again, _) in enumerate(request.where) if again == name]
        if same[0] == f"where_{index}":
            texts = ", ".join(f"${each}" for each in same)
            conditions.append(f"coalesce({quoted(name)}::VARCHAR, '') IN ({texts})")
        values[f"where_{index}"] = value
    return " AND ".join(conditions), values


def _summed(
    rows: pa.Table, request: Request, ticks: Sequence[int], stretch: tuple[int, int]
) -> list[tuple[object, ...]]:
    """Sums by tick and dimensions; of a level, such as stored bytes, the latest bucket of each tick."""
    condition, values = _where(request)
    measures = COLUMNS.get(request.object, MEASURES)
    groups = "".join(f", {quoted(name)}::VARCHAR" for name in request.group_by)
    held = {name for name in rows.column_names if not pa.types.is_null(rows[name].type)}
    sums = "".join(f", {f'sum({quoted(name)})::HUGEINT' if name in held else 'NULL'}" for name in measures)
    latest = "QUALIFY start_time = max(start_time) OVER (PARTITION BY tick)" if "usage_bytes" in measures else ""
    with connect(usage=rows) as connection:
        return connection.execute(
            f"""
            WITH ticks AS (SELECT unnest($ticks::TIMESTAMPTZ[]) AS since, unnest($seconds::BIGINT[]) AS tick),
            timed AS (
                SELECT usage.*, tick FROM usage ASOF JOIN ticks ON start_time >= since
                WHERE {condition} AND start_time >= $start AND start_time < $end {latest}
            )
            SELECT tick {groups} {sums} FROM timed GROUP BY tick {groups} ORDER BY ALL
            """,
            {
                **values,
                "ticks": [utc(tick) for tick in ticks[:-1]],
                "seconds": list(ticks[:-1]),
                "start": utc(stretch[0]),
                "end": utc(stretch[1]),
            },
        ).fetchall()


def _summed_costs(
    rows: pa.Table, request: Request, ticks: Sequence[int], stretch: tuple[int, int]
) -> list[tuple[object, ...]]:
    """Amounts by tick, dimensions and currency: currencies are never added together, and no digit is lost."""
    with localcontext(Context(prec=MAX_PREC)):
        return _added_up(rows, request, ticks, stretch)


def _added_up(
    rows: pa.Table, request: Request, ticks: Sequence[int], stretch: tuple[int, int]
) -> list[tuple[object, ...]]:
    sums: dict[tuple[object, ...], Decimal | None] = {}
    columns = [rows[name].to_pylist() for name in ("start_time", *request.group_by, "currency", "amount")]
    wheres = [(rows[name].to_pylist(), value) for name, value in request.where]
    names = {name for name, _ in request.where}
    for index, (moment, *group, currency, amount) in enumerate(zip(*columns, strict=True)):
        seconds = int(moment.timestamp())
        if not stretch[0] <= seconds < stretch[1] or not _kept(request, names, wheres, index):
            continue
        tick = ticks[bisect(ticks, seconds) - 1]
        key = (tick, *group, currency)
        if amount is not None:
            sums[key] = (sums.get(key) or Decimal(0)) + amount
        else:
            sums.setdefault(key, None)
    ordered = sorted(sums, key=lambda key: [("", "") if part is None else ("x", part) for part in key])
    return [(*key[:-1], _trimmed(sums[key]), key[-1]) for key in ordered]


def _kept(request: Request, names: set[str], wheres: Sequence[tuple[list[object], str]], index: int) -> bool:
    values = {name: [value for again, value in request.where if again == name] for name in names}
    found = {name: column[index] for (name, _), (column, _) in zip(request.where, wheres, strict=True)}
    return all((found[name] or "") in values[name] for name in names)


def _trimmed(amount: Decimal | None) -> Decimal | None:
    """Without the zeros that only the column's scale put there."""
    return None if amount is None else amount.normalize() + Decimal(0)
