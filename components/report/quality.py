"""What a report says of its data: what was read and what was not, from which files, and what was assumed."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from components import naming, theme
from components.report.markup import Markup, tag
from components.report.tables import plain
from data.measured import gaps, partial
from data.totals import Totals
from data.usage import Usage

MOST_PROBLEMS = 40
"""Kinds of problems that are listed, those with the most results first; the rest is counted."""

_KINDS = {"rejected": "Rejected", "unread": "Could not be read", "notice": "Good to know"}
_WORDS = {"inclusive": "inside the totals", "text-only": "on top of the totals"}


def quality(usage: Usage, totals: Totals) -> Markup:
    """What was read and what was not, from which files, and what the numbers rest on."""
    return tag("section", tag("h2", "Data quality"), *_parts(usage, totals), class_="quality")


def _parts(usage: Usage, totals: Totals) -> list[Markup]:
    kind = totals.query.object
    counts = [
        f"Partial buckets, clipped to the export or to now: {len(partial(usage, kind)):,}",
        f"Gaps between the first and the last bucket: {len(gaps(usage, kind)):,}",
        *_unknown(usage),
        *_assumed(usage),
        *naming.sentences(usage),
    ]
    return [
        tag("p", verdict(usage), class_="verdict"),
        tag("ul", *(tag("li", each) for each in counts)),
        _files(usage),
        _problems(usage),
    ]


def verdict(usage: Usage) -> str:
    """Accepted + rejected + duplicate = total."""
    names = ("accepted", "rejected", "duplicate")
    counts = [sum(getattr(file, name) for file in usage.files) for name in names]
    told = " + ".join(f"{count:,} {name}" for count, name in zip(counts, names, strict=True))
    return f"{told} = {sum(counts):,} results in {len(usage.files):,} {'file' if len(usage.files) == 1 else 'files'}"


def _unknown(usage: Usage) -> Iterable[str]:
    names = [*usage.unknown_fields, *usage.unknown_objects]
    if names:
        yield f"Fields and kinds of result that are new to this version, kept but in no sum: {len(names):,}"


def _assumed(usage: Usage) -> Iterable[str]:
    for file in usage.files:
        for generation, count in file.assumed.items():
            yield f"Audio taken to be {_WORDS[generation]}, in {file.name}: {count:,} results"


def _files(usage: Usage) -> Markup:
    labels = ("File and its SHA-256", "Format", "Accepted", "Rejected", "Duplicate", "From", "To", "Size")
    kinds = ("text", "text", "number", "number", "number", "time", "time", "number")
    rows = [
        [
            file.format or "not read",
            f"{file.accepted:,}",
            f"{file.rejected:,}",
            f"{file.duplicate:,}",
            theme.BLANK if file.first is None else theme.moment(file.first),
            theme.BLANK if file.last is None else theme.moment(file.last, end=True),
            theme.size(file.size),
        ]
        for file in usage.files
    ]
    names = [[tag("span", file.name), " ", tag("code", file.sha256)] for file in usage.files]
    return plain("Files", labels, kinds, names, rows)


class _Kind(NamedTuple):
    """What problems have in common."""

    kind: str
    file: str
    field: str
    reason: str


def _problems(usage: Usage) -> Markup:
    """How many of which kind, without the values and places, which the page lists."""
    counts: Counter[_Kind] = Counter()
    for each in usage.problems:
        counts[_Kind(each.kind, each.file, each.field, each.reason)] += each.count
    if not counts:
        return tag("p", "No problem was met while reading.")
    order = list(_KINDS)
    ranked = sorted(counts.items(), key=lambda item: (order.index(item[0].kind), -item[1]))
    shown = ranked[:MOST_PROBLEMS]
    rows = [[" ".join(filter(None, (kind.field, kind.reason))), kind.file, f"{many:,}"] for kind, many in shown]
    about = f"{MOST_PROBLEMS:,} of {len(ranked):,} kinds are listed" if len(ranked) > MOST_PROBLEMS else ""
    return plain(
        "Problems",
        ("Kind", "What", "File", "Results"),
        ("text", "text", "text", "number"),
        [[_KINDS[kind.kind]] for kind, _ in shown],
        rows,
        about,
    )
