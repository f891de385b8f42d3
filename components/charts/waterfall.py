"""A change, a step per effect."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from components import movers
from components.charts.figure import Figure, Trace, bar
from components.charts.rows import Lines, Sheet
from components.theme import Theme, compact, exact, many, period, plain, shorten, signed
from data.changes import Change

STEPS = Lines(pitch=46, name=13, number=13, bar=32)
THICK = 14
"""Height of a bar, px."""
MOST = 7
"""Groups that have a step of their own where there are no effects to show."""


class Step(NamedTuple):
    name: str
    """Whole and unescaped."""
    amount: int
    about: str


def waterfall(change: Change, theme: Theme, *, narrow: bool = False) -> Figure:
    """A row per effect, each bar beginning where the one above ends; the last is their sum, the change.

    The first bar begins at nothing, not at the amount before: beside the amounts themselves most changes would be too
    small to see. Filled is more, outlined is less. Where there are no effects to
    tell apart, the steps are the groups that moved most. Bars with a base, not Plotly's waterfall: the small bundle
    has none.
    """
    found = steps(change)
    levels = [0]
    for step in found:
        levels.append(levels[-1] + step.amount)
    sheet, rows = Sheet(), len(found) + 1
    low, high = min(levels), max(levels)
    room = (high - low) * 0.01 or 1
    sheet.traces += [_targets(change, found, low - room, high + room), *_bars(found, levels, theme)]
    _write(sheet, change, found, theme, most=24 if narrow else 44)
    hidden = {"showticklabels": False, "showgrid": False, "fixedrange": True, "automargin": False}
    sheet.axes["xaxis"] = {**hidden, "range": [low - room, high + room]}
    sheet.axes["yaxis"] = {**hidden, "range": [rows - 0.5, -0.5]}
    sheet.axes["shapes"] = _lines(levels, theme)
    return sheet.figure(theme, STEPS.pitch * rows + 8)


def steps(change: Change) -> list[Step]:
    """The effects, or the groups that moved most and the rest of them together; without those that brought nothing."""
    if change.effects:
        told = [
            Step(movers.effect_label(change, each), change.effect(each), movers.effect_help(change, each))
            for each in change.effects
        ]
        return [step for step in told if step.amount]
    moved = [each for each in change.moved if each.amount.change]
    own, rest = (moved, []) if len(moved) <= MOST + 1 else (moved[:MOST], moved[MOST:])
    found = [Step(movers.name(each, change), each.amount.change, movers.story(each, change)) for each in own]
    if rest:
        dimension = change.after.query.group_by
        words = many(dimension) if dimension else "groups"
        found.append(Step(f"Other · {len(rest):,} {words}", sum(each.amount.change for each in rest), ""))
    return found


def _bars(found: Sequence[Step], levels: Sequence[int], theme: Theme) -> list[Trace]:
    up, down, last = [], [], len(found)
    for row, step in enumerate(found):
        (up if step.amount > 0 else down).append((row, levels[row], step.amount))
    color = theme.groups[1]
    outlined = {"color": theme.ground, "line": {"color": color, "width": 1.5}}
    drawn = (
        (up, {"color": color}),
        (down, outlined),
        ([(last, 0, levels[-1])], {"color": theme.muted}),
    )
    return [_bar(places, marker) for places, marker in drawn if places]


def _bar(places: Sequence[tuple[int, int, int]], marker: dict[str, Any]) -> Trace:
    """Rows, where their bars begin, and how long they are."""
    return bar(
        orientation="h",
        base=[float(begin) for _, begin, _ in places],
        x=[float(length) for *_, length in places],
        y=[STEPS.at(row, STEPS.bar) for row, *_ in places],
        width=THICK / STEPS.pitch,
        marker={**marker, "cornerradius": 2},
        hoverinfo="skip",
    )


def _targets(change: Change, found: Sequence[Step], low: float, high: float) -> Trace:
    """Invisible and as wide as the figure, so that rows can be pointed at."""
    hovers = [
        *(f"<b>{plain(shorten(step.name, 80))}: {signed(step.amount, exact)}</b>{_wrapped(step)}" for step in found),
        _whole(change),
    ]
    return bar(
        orientation="h",
        base=[low] * len(hovers),
        x=[high - low] * len(hovers),
        y=list(range(len(hovers))),
        width=1,
        marker={"color": "rgba(0,0,0,0)", "line": {"width": 0}},
        hovertext=hovers,
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _wrapped(step: Step) -> str:
    """In lines that a phone can show."""
    lines = [""]
    for word in plain(step.about).split():
        if len(lines[-1]) + len(word) > 44:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return "".join(f"<br>{line}" for line in lines if line)


def _whole(change: Change) -> str:
    """Both amounts, each with its period."""
    amounts = [
        f"{period(totals.start, totals.end, totals.zone)}: {exact(amount)}"
        for totals, amount in zip((change.before, change.after), change.amount, strict=True)
    ]
    return "<br>".join([f"<b>Change: {signed(change.amount.change, exact)}</b>", *amounts])


def _write(sheet: Sheet, change: Change, found: Sequence[Step], theme: Theme, most: int) -> None:
    """Names at the left and numbers at the right, over the lines between the bars."""
    amount = change.amount
    whole = f"{compact(amount.before)} → {compact(amount.after)} · {signed(amount.change)} ({movers.relative(amount)})"
    for row, (name, number) in enumerate([*((step.name, signed(step.amount)) for step in found), ("Change", whole)]):
        weight = 600 if row == len(found) else 400
        place = {"y": STEPS.at(row, STEPS.name), "yref": "y", "xref": "x domain", "bgcolor": theme.ground}
        font = {"color": theme.text, "weight": weight}
        sheet.note(plain(shorten(name, most)), font=font, **place)
        sheet.note(plain(number), font=font, **place, x=1, xanchor="right", xshift=2)


def _lines(levels: Sequence[int], theme: Theme) -> list[dict[str, Any]]:
    """Where each bar hands over to the next."""
    half = THICK / STEPS.pitch / 2
    line = {"type": "line", "line": {"color": theme.muted, "width": 1, "dash": "dot"}}
    return [
        {**line, "x0": at, "x1": at, "y0": STEPS.at(row, STEPS.bar) + half, "y1": STEPS.at(row + 1, STEPS.bar) - half}
        for row, at in enumerate(map(float, levels[1:]))
    ]
