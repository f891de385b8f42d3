"""Flat rows: results that bring the times of their bucket along, or none."""

from typing import Any

from data.exports.draft import Draft, rows_of
from data.exports.results import Invalid, Valid, read_fields
from data.exports.times import NoMomentError, is_date, moment, usual_width
from data.exports.widths import Span

_BATCH = 8192
_STARTS = ("start_time", "start_time_iso", "date")
_ENDS = ("end_time", "end_time_iso")


class FlatRows:
    """Gathers rows into buckets: all rows of one kind and one time in a file are one bucket."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.numbers: dict[tuple[str | None, int, int | None], int] = {}
        self.counts: dict[int, int] = {}
        self.kind: str | None = None
        self.pending: list[tuple[int, Valid]] = []

    def add(self, fields: dict[str, Any], place: str, hint: str) -> None:
        """A row under OpenAI's names."""
        try:
            start, end = row_times(fields)
        except RowTimeError as error:
            self.draft.problem("rejected", place, str(error), field=error.field, value=error.value)
            return
        outcome = read_fields(self.draft, fields, place, hint=hint)
        number = self.bucket(outcome.kind, start, end, place)
        self.counts[number] += 1
        if isinstance(outcome, Invalid):
            return
        if self.pending and (self.pending[0][1].kind != outcome.kind or len(self.pending) >= _BATCH):
            self.flush()
        self.pending.append((number, outcome))

    def bucket(self, kind: str | None, start: int, end: int | None, place: str) -> int:
        """The number of the bucket of these times, a new one where there is none yet."""
        key = kind, start, end
        if key not in self.numbers:
            # An end that is not known yet stands as 0 until `finish`.
            self.numbers[key] = self.draft.bucket(Span(start, end or 0, 0, kind, place))
            self.counts[self.numbers[key]] = 0
        return self.numbers[key]

    def flush(self) -> None:
        if self.pending:
            numbers = [number for number, _ in self.pending]
            kind = self.pending[0][1].kind
            self.draft.rows(kind, numbers, rows_of(kind, [valid.result for _, valid in self.pending]))
            self.pending = []

    def finish(self) -> None:
        """The last rows, and what is known of the buckets only at the end."""
        self.flush()
        width = usual_width({start for _, start, end in self.numbers if end is None})
        for (_, start, end), number in self.numbers.items():
            span = self.draft.buckets[number]
            self.draft.buckets[number] = span._replace(results=self.counts[number], end_time=end or start + width)


class RowTimeError(ValueError):
    """Its text says what is wrong with a row's times."""

    def __init__(self, reason: str, field: str, value: Any = ...) -> None:
        super().__init__(reason)
        self.field, self.value = field, value


def row_times(fields: dict[str, Any]) -> tuple[int, int | None]:
    """Start and, where the row says so, end in unix seconds. An epoch goes before ISO text."""
    start_field = next((name for name in _STARTS if fields.get(name) not in (None, "")), None)
    if start_field is None:
        raise RowTimeError("has no time: it cannot be placed in a bucket", "start_time")
    start = _moment(fields, start_field)
    end_field = next((name for name in _ENDS if fields.get(name) not in (None, "")), None)
    if end_field is None:
        return start, start + 86400 if is_date(fields[start_field]) else None
    end = _moment(fields, end_field)
    if end <= start:
        raise RowTimeError("is not after start_time", end_field, fields[end_field])
    return start, end


def _moment(fields: dict[str, Any], field: str) -> int:
    try:
        return moment(fields[field])
    except NoMomentError as error:
        raise RowTimeError(str(error), field, fields[field]) from None
