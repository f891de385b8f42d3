"""Page by page through what is missing. What is fetched is kept, whatever happens next; nothing is skipped unsaid."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial

from data.fetch.api import Api
from data.fetch.draft import Draft
from data.fetch.failure import Failure
from data.fetch.page import Page, read_page
from data.fetch.plan import Query, Record, Span, Stretch, gaps, joined, missing, spoken

Step = Callable[[Query, int, int], None]
"""Told after each page: the query, how far it has come, and the seconds of usage that were new."""

_NO_BUCKETS = "the server sent no buckets for it"


@dataclass
class Trouble:
    """Why queries, by their number, were given up."""

    reasons: dict[int, str] = field(default_factory=dict)
    end: str = ""
    """Why none was asked after that."""

    def of(self, query: int) -> str:
        return self.reasons.get(query) or (f"not asked for, as {self.end}" if self.end else _NO_BUCKETS)


def fetch(api: Api, draft: Draft, step: Step, trouble: Trouble) -> None:
    """Fetches what the draft lacks. A failure ends its query, or everything where the next would fail as well."""
    for stretch in missing(draft.plan, draft.records):
        if stretch.query in trouble.reasons:
            continue
        try:
            _fetch_stretch(api, draft, stretch, step)
        except Failure as failure:
            trouble.reasons[stretch.query] = failure.reason
            if failure.ends:
                trouble.end = f"{draft.plan.queries[stretch.query].usage} ended early"
                return


def _fetch_stretch(api: Api, draft: Draft, stretch: Stretch, step: Step) -> None:
    query = draft.plan.queries[stretch.query]
    coverage = _Coverage(stretch, draft.plan.must_reach(query))
    seen: set[str] = set()
    cursor: str | None = None
    while True:
        page = _page(api, query, stretch, cursor)
        new, spans = coverage.gain(page)
        if new or spans:
            draft.add(page.line, Record(stretch.query, stretch.settled, spans, 0))
            step(query, coverage.reached, new)
        if not page.more:
            return
        cursor = _next(page, seen, new)


class _Coverage:
    """What of a stretch its pages cover. Time that was not asked for does not count."""

    def __init__(self, stretch: Stretch, must_reach: int) -> None:
        self.stretch, self.must_reach = stretch, must_reach
        self.seen: tuple[Span, ...] = ()
        self.sure: tuple[Span, ...] = ()
        """Less than `seen` by a last bucket that is not known to be whole."""

    @property
    def reached(self) -> int:
        return max([end for _, end in self.seen], default=self.stretch.start)

    def gain(self, page: Page) -> tuple[int, tuple[Span, ...]]:
        """Seconds that no page had before, and what is sure by this one.

        Where a page reaches the end and yet says that there is more, its last bucket counts as missing until a last
        page has come: some of its results may be on that one.
        """
        start, end = self.stretch.start, self.stretch.end
        inside = [(max(first, start), min(last, end)) for first, last in page.buckets if first < end and last > start]
        new = _seconds(self.seen, inside)
        self.seen = joined([*self.seen, *inside])
        if not page.more:
            inside += self._open_end() if not self.stretch.settled else self.seen
        elif inside and inside[-1][1] >= end:
            inside.pop()
        spans = joined(inside)
        gained = spans if _seconds(self.sure, spans) else ()
        self.sure = joined([*self.sure, *spans])
        return new, gained

    def _open_end(self) -> list[Span]:
        """The last page of what is still open covers all of it, if every bucket that is over has come.

        The bucket of right now is clipped to this moment, or it is not there at all.
        """
        must_reach = min(self.stretch.end, self.must_reach)
        if must_reach > self.stretch.start and gaps(self.seen, self.stretch.start, must_reach):
            return list(self.seen)
        return [(self.stretch.start, self.stretch.end)]


def _seconds(covered: tuple[Span, ...], spans: Iterable[Span]) -> int:
    """How much of the spans is not covered yet."""
    return sum(end - start for first, last in joined(spans) for start, end in gaps(covered, first, last))


def _page(api: Api, query: Query, stretch: Stretch, cursor: str | None) -> Page:
    return api.usage(
        query.kind.call,
        partial(read_page, width=query.width),
        start_time=stretch.start,
        end_time=stretch.end,
        bucket_width=query.interval,
        limit=query.kind.limits[query.interval],
        group_by=list(query.group_by),
        page=cursor,
    )


def _next(page: Page, seen: set[str], new: int) -> str:
    """The next page's cursor, if it leads on."""
    if page.cursor is None:
        raise Failure("the server says that there is more, but gives no cursor to it")
    if page.cursor in seen:
        raise Failure("the server repeats a cursor")
    if not new:
        raise Failure("the server sends pages without new buckets")
    seen.add(page.cursor)
    return page.cursor


def lacking(draft: Draft, trouble: Trouble) -> Iterator[str]:
    """A sentence per query and period that is not there."""
    plan = draft.plan
    for number, query in enumerate(plan.queries):
        spans = [span for record in draft.records if record.query == number for span in record.spans]
        for start, end in gaps(spans, plan.start, plan.end):
            yield f"{query.usage}: missing {spoken(start, end)}: {trouble.of(number)}"
