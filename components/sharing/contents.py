"""What is behind a link, in words."""

from typing import Any

from components import answers, theme
from components.sources import Dataset
from data.engine import total
from data.query import Query
from data.store import HIDEABLE, Choices, Contents, Entry
from data.usage import Usage


def planned(dataset: Dataset, usage: Usage, query: Query, choices: Choices) -> str:
    """What these choices would put behind a link."""
    held = dataset.entry.contents if dataset.entry else Contents.model_construct()
    part: dict[str, Any] = {"hidden": {**held.hidden, **choices.hidden}, "filtered": choices.only_filtered}
    if choices.only_filtered:
        totals = answers.answer(dataset.identity, total, query, usage)
        part |= {"results": totals.results, "costs": 0, "start": totals.start, "end": totals.end}
    return _told(held.model_copy(update=part))


def contained(entry: Entry) -> str:
    """What a dataset holds and how long it lives, in one line."""
    # To the minute, and not later than it is true.
    lives = "does not expire" if entry.expires is None else f"until {theme.moment(entry.expires // 60 * 60)}"
    return f"{_told(entry.contents)} · {lives}"


def _told(held: Contents) -> str:
    shown = [name for name in held.dimensions if held.hidden.get(name) != "drop"]
    parts = [f"{held.results:,} {'result' if held.results == 1 else 'results'}"]
    if held.costs:
        parts.append(f"{held.costs:,} {'cost result' if held.costs == 1 else 'cost results'}")
    if held.start is not None and held.end is not None:
        parts.append(f"{theme.period(held.start, held.end)} UTC")
    if shown:
        parts.append("by " + ", ".join(theme.by(name) for name in shown))
    return " · ".join([*parts, *withheld(held)])


def withheld(held: Contents) -> list[str]:
    """What a shared link does not show, as whoever opens it should know: `users as pseudonyms`, `without projects`."""
    named = {
        how: [theme.many(name) for name in HIDEABLE if held.hidden.get(name) == how] for how in ("pseudonymise", "drop")
    }
    return [
        *([f"{', '.join(named['pseudonymise'])} as pseudonyms"] if named["pseudonymise"] else ()),
        *([f"without {', '.join(named['drop'])}"] if named["drop"] else ()),
        *(["only what one view shows"] if held.filtered else ()),
    ]
