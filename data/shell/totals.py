"""Exact totals by interval and any dimensions: `python -m data totals FILE…`."""

from bisect import bisect
from collections.abc import Sequence
from decimal import MAX_PREC, Context, Decimal, localcontext

import pyarrow as pa

from data.intervals import SECONDS
from data.naming import TEAM
from data.overlap import Kind, Layer, choose
from data.parts import PARTS
from data.shell.answer import Answer
from data.shell.request import Request, reach, refuse_recut, refuse_unknown, ticks_of
from data.sql import connect, quoted
from data.usage import COSTS, MEASURES, RESULTS, Usage
from data.zones import local, utc

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


def answer(usage: Usage, request: Request) -> Answer:
    """Rows in order of time, then of the dimensions; a null dimension or measure is None."""
    costs = request.object == "costs"
    rows, layers, kind = (usage.costs, usage.cost_layers, COSTS) if costs else (usage.results, usage.layers, RESULTS)
    refuse_unknown(usage, request, kind)
    refuse_recut(usage, request)
    start, end = reach(usage, request)
    found: list[tuple[object, ...]] = []
    if start < end:
        rows = _chosen(usage, rows, layers, kind, request)
        ticks = ticks_of(request, start, end)
        found = (_summed_costs if costs else _summed)(rows, request, ticks, (start, end))
    measures = (*COLUMNS.get(request.object, MEASURES), *(("currency",) if costs else ()))
    time = ("start_time",) if request.interval else ()
    return Answer((*time, *request.group_by, *measures), [written_row(row, request) for row in found])


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
