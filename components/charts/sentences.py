"""What a chart shows, in words: its title, and its conclusion with numbers for those who do not see it."""

from components.charts.ranking import in_order
from components.charts.series import amounts, is_partial, reported_parts, series
from components.theme import LIGHT, by, compact, group_label, interval, label, many, noun, share
from data.totals import Group, Totals

_PREPOSITIONS = {"minute": "at", "hour": "at", "day": "on", "week": "in", "month": "in"}
_ADVERBS = {"hour": "Hourly", "day": "Daily", "week": "Weekly", "month": "Monthly"}
_WORDS_OF_PARTS = {
    "uncached_input": "input",
    "cached_input": "cached",
    "cache_write": "cached",
    "output": "output",
    "audio_input": "audio",
    "audio_output": "audio",
}


def over_time_title(totals: Totals) -> str:
    """Daily tokens by model."""
    what = noun(totals.query.measure)
    how_often = _ADVERBS.get(totals.query.interval or "day")
    timed = f"{how_often} {what}" if how_often else f"{what} per minute"
    if totals.query.mode == "share":
        timed = f"Share of {timed[0].lower()}{timed[1:]}"
    return _capital(f"{timed}{_by(totals)}")


def ranking_title(totals: Totals) -> str:
    """Models by tokens."""
    measure = noun(totals.query.measure)
    if totals.query.group_by:
        return _capital(f"{many(totals.query.group_by)} by {measure}")
    return "Tokens by part" if totals.query.measure == "total_tokens" else _capital(measure)


def parts_title(totals: Totals) -> str:
    """Input, cached, output and audio tokens by model."""
    words = list(dict.fromkeys(_WORDS_OF_PARTS[part] for part in reported_parts(totals)))
    grouping = f" by {by(totals.query.group_by)}" if totals.query.group_by else ""
    return _capital(f"{_listed(words)} tokens{grouping}".strip())


def over_time_conclusion(totals: Totals) -> str:
    """Who holds the most, when the most and the least was used, and what is missing."""
    facts = [_leader(totals), *_extremes(totals)]
    kind = totals.query.interval or "day"
    if partial := sum(map(is_partial, totals.spans)):
        facts.append(f"{_counted(partial, kind)} partial")
    if gaps := sum(not span.buckets for span in totals.spans):
        facts.append(f"{_counted(gaps, kind)} not exported")
    return "; ".join(facts)


def ranking_conclusion(totals: Totals) -> str:
    """The three largest and the rest."""
    whole = totals.grand.get(totals.query.measure)
    ranked = [one for one in in_order(totals, series(totals, LIGHT)) if one.total]
    if not whole or not ranked:
        return _amount(totals)
    first, *others = [f"{one.name} {share(one.total, whole)}" for one in ranked[:3]]
    held = first.rpartition(" ")
    facts = [f"{held[0]} holds {held[2]} of {_amount(totals)}", *others]
    if rest := sum(one.total or 0 for one in ranked[3:]):
        facts.append(f"the rest {share(rest, whole)}")
    return ", ".join(facts)


def within_title(totals: Totals) -> str:
    """Daily tokens by project and model."""
    inner = totals.query.subgroup
    return over_time_title(totals) + (f" and {by(inner)}" if inner else "")


def within_conclusion(totals: Totals) -> str:
    """Which subgroup leads in each of the largest groups."""
    facts = []
    for group, rows in zip(totals.groups, totals.subcells, strict=False):
        sums = [sum(value or 0 for value in row) for row in rows]
        if group.kind == "value" and (whole := sum(sums)):
            first = max(range(len(sums)), key=sums.__getitem__)
            leader = group_label(totals.subgroups[first], totals.query.subgroup)
            facts.append(f"{_name(group, totals)}: {leader} {share(sums[first], whole)}")
    return "; ".join(facts[:3]) or _amount(totals)


def parts_conclusion(totals: Totals) -> str:
    """Which group leads in each part."""
    return "; ".join(_leader_in(totals, part) for part in reported_parts(totals)) or "No tokens were reported"


def _leader_in(totals: Totals, part: str) -> str:
    whole = totals.grand.get(part)
    named = [group for group in totals.table if group.kind in ("value", "all") and group.sums.get(part)]
    if not named:
        return f"{label(part)}: {compact(whole)}"
    first = max(named, key=lambda group: group.sums[part] or 0)
    if first.kind == "all":
        return f"{label(part)}: {compact(whole)}"
    return f"{label(part)}: {_name(first, totals)} leads with {compact(first.sums[part])} of {compact(whole)}"


def _leader(totals: Totals) -> str:
    whole = totals.grand.get(totals.query.measure)
    drawn = series(totals, LIGHT)
    if totals.query.group_by:
        drawn = [one for one, group in zip(drawn, totals.groups, strict=False) if group.kind == "value"]
    first = max(drawn, key=lambda one: one.total or 0, default=None)
    if not whole or first is None or not first.total or (first.total == whole and not totals.query.group_by):
        return _amount(totals)
    return f"{first.name} holds {share(first.total, whole)} of {_amount(totals)}"


def _amount(totals: Totals) -> str:
    whole = totals.grand.get(totals.query.measure)
    return f"{'no' if whole is None else compact(whole)} {noun(totals.query.measure)}"


def _extremes(totals: Totals) -> list[str]:
    kind = totals.query.interval or "day"
    known = [
        (value, span)
        for value, span in zip(amounts(totals), totals.spans, strict=True)
        if value is not None and not is_partial(span)
    ]
    if len(known) < 2:
        return []
    ends = (("most", max(known, key=lambda pair: pair[0])), ("least", min(known, key=lambda pair: pair[0])))
    at = _PREPOSITIONS[kind]
    return [
        f"the {word} {at} {interval(span.start, span.end, kind, totals.zone)} with {compact(value)}"
        for word, (value, span) in ends
    ]


def _counted(number: int, kind: str) -> str:
    return f"1 {kind} is" if number == 1 else f"{number} {kind}s are"


def _name(group: Group, totals: Totals) -> str:
    return group_label(group, totals.query.group_by)


def _by(totals: Totals) -> str:
    if totals.query.group_by:
        return f" by {by(totals.query.group_by)}"
    return " by part" if totals.query.measure == "total_tokens" else ""


def _listed(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
