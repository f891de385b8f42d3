"""What changed, in words: a sentence per group, generated from its numbers. Knows no Streamlit."""

from collections.abc import Sequence

from components.theme import compact, exact, group_label, many, noun, percent, signed
from data.changes import CACHE, MIX, NOT_CACHED, SIZE, UNSPLIT, VOLUME, Change, Moved
from data.effects import Pair

MINOR = 0.05
"""Of all that moved a group: what brought less is not worth a word."""


def largest(change: Change, most: int) -> tuple[list[Moved], list[Moved]]:
    """The groups that grew and that shrank most."""
    up = [each for each in change.moved if each.amount.change > 0]
    down = [each for each in change.moved if each.amount.change < 0]
    return up[:most], down[:most]


def effect_label(change: Change, effect: str) -> str:
    """Requests, Mix of API keys, Tokens per request, Share cached."""
    dimension = change.after.query.group_by
    return {
        VOLUME: "Requests",
        MIX: f"Mix of {many(dimension)}" if dimension else "Mix",
        SIZE: per_request(change)[:1].upper() + per_request(change)[1:],
        CACHE: "Share cached",
        UNSPLIT: "Requests not reported",
    }[effect]


def effect_help(change: Change, effect: str) -> str:
    """What an effect means, in a sentence."""
    groups = many(change.after.query.group_by) if change.after.query.group_by else "groups"
    held = noun_of(change, whole=True)
    return {
        VOLUME: f"More or fewer requests in all, spread over {groups} as they were",
        MIX: f"Requests moved to {groups} that have more or fewer {held} per request",
        SIZE: f"Each request held more or fewer {held}",
        CACHE: "A smaller or larger share of the input was read from the cache",
        UNSPLIT: f"Change of {groups} that do not report requests, which cannot be split",
    }[effect]


def per_request(change: Change) -> str:
    return f"{noun_of(change, whole=True)} per request"


def noun_of(change: Change, *, whole: bool = False) -> str:
    """The measure inside a sentence; `whole`: what requests hold, of which the measure may be a share."""
    if change.measure != NOT_CACHED:
        return noun(change.measure)
    return "input tokens" if whole else noun(NOT_CACHED)


def name(moved: Moved, change: Change) -> str:
    """Whole and unescaped."""
    return group_label(moved.group, change.after.query.group_by)


def unit(change: Change) -> str:
    """Of an amount in a sentence whose measure is known."""
    return "tokens" if change.measure == NOT_CACHED else noun(change.measure)


def relative(amount: Pair) -> str:
    """A change as percent of what there was; new where there was nothing, gone where nothing is left."""
    if not amount.change:
        return "no change"
    if not amount.before:
        return "new"
    if not amount.after:
        return "gone"
    ratio = amount.change / amount.before
    return f"+{percent(ratio)}" if ratio >= 0.0005 else percent(ratio)


def story(moved: Moved, change: Change) -> str:
    """How much a group moved, and why: +1.2M tokens (+340.0%), because requests rose from 1,200 to 5,300."""
    return f"{signed(moved.amount.change)} {unit(change)} ({relative(moved.amount)}){_why(moved, change)}."


def _why(moved: Moved, change: Change) -> str:
    """What follows the amount."""
    if not change.effects:
        return f", {_from_to(moved.amount)}"
    if moved.requests is None or moved.effects.get(UNSPLIT):
        return "; its requests are not reported, so it cannot be told why"
    if not moved.requests.before:
        return f": {_requests(moved, change, 1)}"
    if not moved.requests.after:
        return f": before it made {_requests(moved, change, 0)}"
    return f", {_because(_reasons(moved, change), moved.amount.change > 0)}"


def _reasons(moved: Moved, change: Change) -> list[tuple[int, str]]:
    """What moved it, the strongest first: how much each brought, and what happened."""
    requests = moved.requests or Pair(0, 0)
    found = [
        (moved.effects[VOLUME] + moved.effects[MIX], f"requests {_rose(requests.change)} {_from_to(requests)}"),
        (moved.effects[SIZE], _size_moved(moved, requests, change)),
    ]
    if CACHE in moved.effects:
        found.append((moved.effects[CACHE], _share_moved(moved)))
    floor = MINOR * sum(abs(brought) for brought, _ in found)
    return sorted((each for each in found if each[0] and abs(each[0]) >= floor), key=lambda each: -abs(each[0]))


def _because(reasons: Sequence[tuple[int, str]], up: bool) -> str:
    along = [what for brought, what in reasons if (brought > 0) == up]
    against = [what for brought, what in reasons if (brought > 0) != up]
    return f"because {_listed(along)}{f', although {_listed(against)}' if against else ''}"


def _size_moved(moved: Moved, requests: Pair, change: Change) -> str:
    before, after = moved.size.before / requests.before, moved.size.after / requests.after
    size = f" {percent(abs(after / before - 1))}" if before else ""
    return f"{per_request(change)} {_rose(after - before)}{size} to {_number(after)}"


def _share_moved(moved: Moved) -> str:
    before, after = (percent(_share_cached(moved, period)) for period in (0, 1))
    kept = [1 - (_share_cached(moved, period) or 0) for period in (0, 1)]
    return f"the share cached {_rose(kept[0] - kept[1])} from {before} to {after}"


def _share_cached(moved: Moved, period: int) -> float | None:
    size = moved.size[period]
    return (size - moved.amount[period]) / size if size else None


def _requests(moved: Moved, change: Change, period: int) -> str:
    """5,300 requests of 226 tokens each, of which 12.0% cached."""
    number = (moved.requests or Pair(0, 0))[period]
    size = f"{_number(moved.size[period] / number)} {noun_of(change, whole=True)}"
    cached = f", {percent(_share_cached(moved, period))} of it cached" if CACHE in change.effects else ""
    return f"{exact(number)} request{'s' * (number != 1)} of {size} each{cached}"


def _number(value: float) -> str:
    """What one request holds: whole where it is much, one decimal where it is little."""
    return f"{value:,.1f}" if value < 100 else compact(round(value)) if value >= 100_000 else f"{value:,.0f}"


def _from_to(amount: Pair) -> str:
    return f"from {exact(amount.before)} to {exact(amount.after)}"


def _rose(change: float) -> str:
    return "rose" if change > 0 else "fell"


def _listed(words: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def title(change: Change) -> str:
    """Change in tokens."""
    return f"Change in {noun_of(change)}"


def conclusion(change: Change) -> str:
    """From what to what, by which effects, and who moved most in either direction."""
    amount = change.amount
    facts = [f"{compact(amount.before)} became {compact(amount.after)} ({relative(amount)})"]
    if change.effects:
        facts += [f"{effect_label(change, each)} {signed(change.effect(each))}" for each in change.effects]
    if len(change.moved) > 1:
        for what, found in zip(("most more", "most less"), largest(change, 1), strict=True):
            facts += [f"{what}: {name(each, change)} {signed(each.amount.change)}" for each in found]
    return "; ".join(facts)
