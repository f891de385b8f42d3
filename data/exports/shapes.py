"""Finds the usage in a JSON value, whatever it is wrapped in: pages, buckets, results, rows, at any moderate depth."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from data.exports.cut import Run
from data.exports.draft import Draft, Kind, rows_of
from data.exports.export import MORE_FOLLOW
from data.exports.fast import CutFailedError, FastBuckets
from data.exports.flat import FlatRows, RowTimeError, row_times
from data.exports.legacy import is_legacy, translated
from data.exports.names import canonical, kind_named, within
from data.exports.results import Valid, looks_like_result, read_result, renamed
from data.exports.strict import Doubled, oddity
from data.exports.widths import Span

_BUCKET_FIELDS = frozenset({"object", "start_time", "end_time", "start_time_iso", "end_time_iso", "results", "result"})
_INCOMPLETE = f"{MORE_FOLLOW}, but the next one is not among the files"


class PageSeen(NamedTuple):
    place: str
    """Of the last bucket, by which it is found again when all files are there; of the page where that has none."""
    has_more: bool
    buckets: tuple[Span, ...]
    """The first and the last."""


class Shapes:
    """Reads one file's JSON values into a draft; `fast` reads the buckets that were cut out of its text."""

    def __init__(self, draft: Draft, fast: FastBuckets | None = None) -> None:
        self.draft = draft
        self.fast = fast
        self.flat = FlatRows(draft)
        self.found = False
        self.odd = False
        self.outer = draft.prefix

    def read(self, values: Iterable[tuple[str, Any, bool]]) -> None:
        """Prefix, value and oddness of each document of the file, in order."""
        previous: PageSeen | None = None
        since = len(self.draft.buckets)
        for prefix, value, self.odd in values:
            self.draft.prefix = self.outer + prefix
            run = self._run_of(value)
            if run:
                self._run_of_documents(run)
            page = None if run else self.visit(value, "", self.draft.name)
            previous = self._follow(previous, page)
        self._follow(previous, None)
        self.draft.prefix = self.outer
        self.flat.finish()
        self.draft.name_empty_buckets(since)

    def visit(self, value: Any, place: str, hint: str) -> PageSeen | None:
        if isinstance(value, dict):
            return self._object(value, place, hint)
        if isinstance(value, list):
            self._list(value, place, hint)
        return None

    def _list(self, values: list[Any], place: str, hint: str) -> None:
        previous: PageSeen | None = None
        index = 0
        for value in values:
            run = self._run_of(value)
            if run:
                if run.size > 1 and not run.commas:
                    raise CutFailedError
                self._run(run, [f"{place}[{index + each}]" for each in range(run.size)], hint)
                index += run.size
                continue
            previous = self._item(value, f"{place}[{index}]", hint, previous)
            index += 1
        self._follow(previous, None)

    def _item(self, value: Any, place: str, hint: str, previous: PageSeen | None) -> PageSeen | None:
        """One of a row of values; `previous` is the page before it, as it is the page before the next."""
        if isinstance(value, (dict, list)):
            return self._follow(previous, self.visit(value, place, hint))
        if self.odd and (reason := oddity(value)):
            self._unread(place, reason)
        return previous

    def _run_of(self, value: Any) -> Run | None:
        return self.fast.run_of(value) if self.fast and isinstance(value, list) else None

    def _run_of_documents(self, run: Run) -> None:
        """Buckets that are documents of their own, such as the lines of JSON Lines."""
        if not self.fast or run.commas:
            raise CutFailedError
        many = run.size > 1 or self.draft.prefix != self.outer
        lines = [self.fast.cut.line(run.first + each) for each in range(run.size)] if many else []
        self.draft.prefix = self.outer
        self._run(run, [f"line {line}: " for line in lines] or [""], self.draft.name)

    def _run(self, run: Run, places: list[str], hint: str) -> None:
        self.found = True
        if not self.fast or self.fast.read(run, places):
            return
        outer = self.odd
        for place, (value, odd) in zip(places, self.fast.values(run), strict=True):
            if not isinstance(value, dict):
                raise CutFailedError
            self.odd = odd
            self._bucket(value, renamed(value), place, hint)
        self.odd = outer

    def _object(self, value: dict[str, Any], place: str, hint: str) -> PageSeen | None:
        fields = renamed(value)
        if is_bucket(fields):
            self._bucket(value, fields, place, hint)
        elif is_page(value):
            return self._page(value, place, hint)
        elif is_legacy(value):
            self._row(value, translated(value), place, hint)
        elif looks_like_result(value, fields):
            self._row(value, fields, place, hint)
        elif isinstance(value.get("error"), dict) and "message" in value["error"]:
            self._unread(place, f"is an error reply of the API: {str(value['error']['message'])[:200]}")
        elif isinstance(value, Doubled):
            self._unread(place, "stands twice in one object, so that one of the two would be lost", value.key)
        else:
            self._fields(value, place, hint)
        return None

    def _fields(self, value: dict[str, Any], place: str, hint: str) -> None:
        """What an object that is no usage itself may hold of it."""
        previous: PageSeen | None = None
        for key, each in value.items():
            run = self._run_of(each)
            if run and run.size > 1:
                raise CutFailedError
            named = key if kind_named(key) else hint
            if run:
                self._run(run, [within(place, key)], named)
            else:
                previous = self._item(each, within(place, key), named, previous)
        self._follow(previous, None)

    def _follow(self, previous: PageSeen | None, page: PageSeen | None) -> PageSeen | None:
        """Says that a page is incomplete unless the one that was read next continues it."""
        if previous and previous.has_more and not (page and _continues(previous, page)):
            self.draft.problem("notice", "", _INCOMPLETE, field="has_more", value=True)
            self.draft.problems[-1] = self.draft.problems[-1]._replace(place=previous.place)
        return page

    def _page(self, value: dict[str, Any], place: str, hint: str) -> PageSeen | None:
        if isinstance(value, Doubled):
            self._unread(place, "stands twice in one object, so that one of the two would be lost", value.key)
            return None
        if self.odd and (reason := oddity({key: each for key, each in value.items() if key != "data"})):
            self._unread(place, reason)
            return None
        rows = value.get("data")
        if rows is not None and not isinstance(rows, list):
            self._unread(within(place, "data"), "is not a list")
            return None
        since = len(self.draft.buckets)
        if not self._visited(rows or [], within(place, "data"), hint):
            return None
        self.draft.name_empty_buckets(since, kind_named(hint))
        spans = self.draft.buckets[since:]
        shown = spans[-1].place if spans else (self.draft.prefix + place).removesuffix(": ")
        return PageSeen(shown, value.get("has_more") is True, (spans[0], spans[-1]) if spans else ())

    def _visited(self, rows: list[Any], place: str, hint: str) -> bool:
        """Whether a page's data are of usage, or empty: lists of projects or users have the same frame."""
        before, self.found = self.found, not rows
        self.visit(rows, place, hint)
        ours, self.found = self.found, before or self.found
        return ours

    def _bucket(self, value: dict[str, Any], fields: dict[str, Any], place: str, hint: str) -> None:
        self.found = True
        results = fields.get("results", fields.get("result"))
        results = [results] if isinstance(results, dict) else results
        if results is None and not {"results", "result"} & fields.keys():
            return self.draft.problem("rejected", place, "is missing", field="results")
        if results is not None and not isinstance(results, list):
            return self.draft.problem("rejected", place, "is not a list", field="results", value=results)
        results = results or []
        times = self._bucket_times(value, fields, place, len(results))
        if times is None:
            return None
        for key in value:
            if canonical(key) not in _BUCKET_FIELDS:
                self.draft.unknown_fields[f"bucket.{key}"] += 1
        name = "results" if "results" in value else "result"
        outcomes = [
            read_result(self.draft, each, f"{within(place, name)}[{index}]", hint=hint, odd=self.odd)
            for index, each in enumerate(results)
        ]
        self._gather(outcomes, times, place)
        return None

    def _bucket_times(
        self, value: dict[str, Any], fields: dict[str, Any], place: str, count: int
    ) -> tuple[int, int] | None:
        """Start and end; or none, all results being rejected for the same reason."""
        try:
            if isinstance(value, Doubled):
                raise RowTimeError("stands twice in one object", value.key)
            own = {name: each for name, each in fields.items() if name not in ("results", "result")}
            if self.odd and (reason := oddity(own)):
                raise RowTimeError(reason, next((key for key, each in own.items() if oddity(each)), ""))
            start, end = row_times(own)
            if end is None:
                raise RowTimeError("is missing", "end_time")
        except RowTimeError as error:
            # An empty bucket loses no result, but the time it stands for is lost.
            kind: Kind = "rejected" if count else "notice"
            self.draft.problem(kind, place, str(error), field=error.field, value=error.value, count=max(count, 1))
            return None
        return start, end

    def _gather(self, outcomes: list[Any], times: tuple[int, int], place: str) -> None:
        """One bucket's results, kind by kind: nearly always there is one."""
        first = next((outcome.kind for outcome in outcomes if outcome.kind), None)
        by_kind: dict[str | None, list[Any]] = {first: []}
        for outcome in outcomes:
            by_kind.setdefault(outcome.kind or first, []).append(outcome)
        for kind, own in by_kind.items():
            number = self.draft.bucket(Span(*times, len(own), kind, place))
            valid = [each.result for each in own if isinstance(each, Valid)]
            if valid and kind:
                self.draft.rows(kind, [number] * len(valid), rows_of(kind, valid))

    def _row(self, value: dict[str, Any], fields: dict[str, Any], place: str, hint: str) -> None:
        self.found = True
        if self.odd and (reason := oddity(value)):
            field = next((key for key, each in value.items() if oddity(key) or oddity(each)), "")
            self.draft.problem("rejected", place, reason, field=field)
        elif isinstance(value, Doubled):
            self.draft.problem("rejected", place, "stands twice in one object", field=value.key)
        else:
            self.flat.add(fields, place, hint)

    def _unread(self, place: str, reason: str, field: str = "") -> None:
        self.found = True
        self.draft.problem("unread", place, reason, field=field)


def is_bucket(fields: dict[str, Any]) -> bool:
    """Whether an object, under OpenAI's names, is a bucket."""
    if fields.get("object") == "bucket":
        return True
    timed = "start_time" in fields or "start_time_iso" in fields
    return timed and isinstance(fields.get("results", fields.get("result")), list)


def is_page(value: dict[str, Any]) -> bool:
    return value.get("object") == "page" or ("data" in value and ("has_more" in value or "next_page" in value))


def _continues(previous: PageSeen, page: PageSeen) -> bool:
    """Whether a page can be the one that `previous` announced: of the same kind, and later."""
    if not previous.buckets or not page.buckets:
        return True
    kinds = {previous.buckets[-1].kind, page.buckets[0].kind}
    first, last = previous.buckets[0].start_time, previous.buckets[-1].start_time
    start = page.buckets[0].start_time
    return (len(kinds) == 1 or None in kinds) and start >= last and start != first
