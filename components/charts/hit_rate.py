"""How much of the input came from the prompt cache: over time, and what each group's input missed it."""

from fractions import Fraction

from components.charts.axis import Axis
from components.charts.drawing import Drawing
from components.charts.figure import Figure, Trace, scatter
from components.charts.over_time import legend
from components.charts.rows import LIST, Panel, Row, Sheet, add_names, add_rows
from components.charts.series import Palette, default_palette, group_color
from components.theme import Theme, by, compact, exact, group_label, interval, many, percent, plain, shorten
from data.cache import Cache, Shift, cache_of, course, shifts
from data.totals import Group, Totals

_ADVERBS = {"minute": "Cache hit rate per minute", "hour": "Hourly cache hit rate", "day": "Daily cache hit rate"}
_ADVERBS |= {"week": "Weekly cache hit rate", "month": "Monthly cache hit rate"}


def hit_rate(totals: Totals, theme: Theme, palette: Palette | None = None, *, narrow: bool = False) -> Drawing:
    """A line per group, and a dotted one for all input together."""
    places = default_palette(totals) if palette is None else palette
    axis = Axis(totals)
    drawn = [(group, at) for at, group in enumerate(totals.groups) if cache_of(group.sums).hit_rate is not None]
    lines = [
        _line(
            group_label(group, totals.query.group_by),
            course(totals, at),
            axis,
            group_color(group, theme, places),
            key=group.key,
        )
        for group, at in drawn
    ]
    if len(lines) > 1:
        lines.append(_line("All input", course(totals), axis, theme.text, dash="dot"))
    names = [line["name"] for line in lines] if len(lines) > 1 else []
    figure = Figure.of(
        lines,
        {
            "template": theme.template,
            "hovermode": "x unified",
            "hoverdistance": -1,
            "dragmode": False if narrow else "zoom",
            "xaxis": axis.layout(narrow),
            "yaxis": {"range": [-0.02, 1.02], "tickformat": ".0%", "dtick": 0.25},
            **legend(names, narrow),
        },
    )
    grouping = f" by {by(totals.query.group_by)}" if totals.query.group_by else ""
    title = f"{_ADVERBS[totals.query.interval or 'day']}{grouping}"
    return Drawing(title, _conclusion(totals, [group for group, _ in drawn]), figure)


def _line(name: str, caches: list[Cache], axis: Axis, color: str, dash: str = "solid", key: str | None = None) -> Trace:
    return scatter(
        name=plain(shorten(name, 32)),
        meta=key,
        x=axis.centers,
        y=[None if cache.hit_rate is None else float(cache.hit_rate) for cache in caches],
        mode="lines+markers" if len(caches) <= 60 else "lines",
        line={"color": color, "width": 2, "dash": dash},
        marker={"size": 5},
        hovertext=[f"{plain(shorten(name, 60))}: {_of_input(cache)}" for cache in caches],
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _of_input(cache: Cache) -> str:
    if cache.read is None:
        return "not reported"
    return f"{plain(rate(cache))} ({compact(cache.read)} of {compact(cache.input)})"


def rate(cache: Cache) -> str:
    """37.1%; n/a where nothing went in."""
    return percent(_float(cache.hit_rate))


def _float(ratio: Fraction | None) -> float | None:
    return None if ratio is None else float(ratio)


def _conclusion(totals: Totals, drawn: list[Group]) -> str:
    whole = cache_of(totals.grand)
    facts = [f"{rate(whole)} of {compact(whole.input)} input tokens were read from the cache"]
    named = [(cache_of(group.sums), group) for group in drawn if group.kind == "value"]
    if len(named) > 1:
        ordered = sorted(named, key=lambda each: each[0].hit_rate or Fraction(0))
        (low, last), (high, first) = ordered[0], ordered[-1]
        dimension = totals.query.group_by
        facts.append(f"highest {group_label(first, dimension)} with {rate(high)}")
        facts.append(f"lowest {group_label(last, dimension)} with {rate(low)}")
    return "; ".join([*facts, *(sentence(totals, group, change) for group, change in shifts(totals)[:1])])


def sentence(totals: Totals, group: Group, change: Shift) -> str:
    """What a change of level meant: from which rate to which, since when, in tokens."""
    kind, span = totals.query.interval or "day", totals.spans[change.at]
    since = interval(span.start, span.end, kind, totals.zone)
    more = "more" if change.tokens > 0 else "fewer"
    return (
        f"{shorten(group_label(group, totals.query.group_by), 60)}: {rate(change.before)} of input from the cache "
        f"before {since}, {rate(change.after)} since: {compact(abs(change.tokens))} tokens {more} read from the cache "
        "than at the rate before"
    )


def missed(totals: Totals, theme: Theme, *, narrow: bool = False) -> Drawing:
    """A row per group: what of its input was not read from the cache, most first and Other last."""
    dimension = totals.query.group_by
    found = [(group, cache_of(group.sums)) for group in totals.groups]
    found = [each for each in found if each[1].input and each[1].missed is not None]
    found.sort(key=lambda each: (each[0].kind == "other", -(each[1].missed or 0)))
    rows = [_row(group, dimension, cache, theme) for group, cache in found]
    sheet = Sheet()
    add_rows(sheet, rows, theme, Panel(1))
    add_names(sheet, [row.name for row in rows], Panel(1), most=24 if narrow else 30)
    figure = sheet.figure(theme, LIST.pitch * max(len(rows), 1) + 8)
    what = "input not from the cache"
    title = f"{many(dimension)} by {what}" if dimension else what
    told = [f"{row.name}: {row.text}" for row in rows[:3]]
    return Drawing(title[:1].upper() + title[1:], ", ".join(told) or "no input was reported", figure)


def _row(group: Group, dimension: str | None, cache: Cache, theme: Theme) -> Row:
    name = group_label(group, dimension)
    hover = (
        f"<b>{plain(shorten(name, 80))}</b>",
        f"{exact(cache.missed)} input tokens not from the cache",
        f"{exact(cache.read)} from the cache, {plain(rate(cache))} of {exact(cache.input)}",
    )
    text = f"{compact(cache.missed)} · {plain(rate(cache))} hit"
    color = theme.parts["uncached_input"]
    return Row(name, cache.missed, text, color, False, "<br>".join(hover), group.key if dimension else "")
