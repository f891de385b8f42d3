"""Heat maps of the week: when usage happens, in all and group by group."""

from collections.abc import Sequence
from typing import Any

from components.charts.drawing import Drawing
from components.charts.figure import Figure, heatmap
from components.theme import SMALL, Theme, by, compact, exact, group_label, many, noun, percent, period, plain, shorten
from data.overlap import HOUR
from data.rhythm import WEEK, Rhythm, Window, window

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
ROW = 30
"""Height of a row, px."""
FOOT = 52
"""Height of the hours and the scale below, px."""
SCALE = {True: 56, False: 110}
"""Length of the scale, px; narrow first."""
RHYTHM = 2
"""Times that each hour of the week has to be measured before its mean tells of more than that one hour."""
FEW_HOURS = 6
"""What a group runs in, to be told."""


def week(rhythm: Rhythm, theme: Theme, *, narrow: bool = False) -> Drawing:
    """Weekday by hour: the mean of a measured hour."""
    means = [rhythm.mean([hour]) for hour in range(WEEK)]
    known = [(mean, hour) for hour, mean in enumerate(means) if mean is not None]
    unit = noun(rhythm.query.measure)
    hover = [
        f"<b>{_when(hour)} {rhythm.zone}</b><br>{_mean(mean, unit)}<br>{_measured(rhythm.measured[hour])}"
        for hour, mean in enumerate(means)
    ]
    top = max((mean for mean, _ in known), default=0)
    figure = _heat(
        [[_float(mean) for mean in means[day * 24 : day * 24 + 24]] for day in range(7)],
        [hover[day * 24 : day * 24 + 24] for day in range(7)],
        [name[:3] for name in DAYS],
        theme,
        narrow,
        scale=(float(top), f"{compact(round(top))} {unit} an hour"),
    )
    facts = []
    if known:
        (most, busy), (least, quiet) = max(known), min(known)
        facts = [
            f"busiest {_when(busy)} with {compact(round(most))} {unit} on average",
            f"quietest {_when(quiet)} with {compact(round(least))}",
        ]
    if missing := WEEK - len(known):
        facts.append(f"{missing} of {WEEK} hours of the week were not measured")
    return Drawing(f"{unit[:1].upper()}{unit[1:]} by weekday and hour", "; ".join(facts) or "nothing measured", figure)


def hours_by_group(rhythm: Rhythm, theme: Theme, *, narrow: bool = False) -> Drawing:
    """Group by hour of the day: which share of a group's own usage an average hour has. Rows compare, not columns."""
    dimension = rhythm.query.group_by
    names = [group_label(group, dimension) for group in rhythm.groups]
    shares, hover = [], []
    for at, name in enumerate(names):
        means = [rhythm.mean(range(hour, WEEK, 24), [at]) for hour in range(24)]
        whole = sum(mean for mean in means if mean is not None)
        shares.append([None if mean is None or not whole else float(mean / whole) for mean in means])
        hover.append(
            [
                f"<b>{plain(shorten(name, 80))}</b><br>{hour:02}:00–{hour + 1:02}:00 {rhythm.zone}: "
                f"{plain(percent(share))} of its {noun(rhythm.query.measure)}<br>"
                f"{_mean(mean, noun(rhythm.query.measure))}"
                for hour, (share, mean) in enumerate(zip(shares[-1], means, strict=True))
            ]
        )
    top = max((share for row in shares for share in row if share is not None), default=0.0)
    labels = [plain(shorten(name, 18 if narrow else 34)) for name in names]
    keys = [group.key for group in rhythm.groups]
    figure = _heat(shares, hover, labels, theme, narrow, scale=(top, f"{plain(percent(top))} of the row"), keys=keys)
    told = sentences(rhythm) or [f"no {by(dimension or '')} keeps to {FEW_HOURS} hours of the day or fewer"]
    title = f"When {many(dimension or '')} run: each one's {noun(rhythm.query.measure)} by hour of the day"
    return Drawing(title, "; ".join(told), figure)


def known_of(rhythm: Rhythm) -> str:
    """What the maps rest on: which days and hours of the week, how often, and whether that is a rhythm yet."""
    known = [seconds for seconds in rhythm.measured if seconds]
    which = "each hour of the week" if len(known) == WEEK else f"{len(known)} of the {WEEK} hours of the week,"
    said = (
        f"Hours are known of {period(rhythm.start, rhythm.end, rhythm.zone)} {rhythm.zone}: {which} "
        f"{_often(min(known, default=0), max(known, default=0))}."
    )
    early = " Before two whole weeks a map shows these very days, and no rhythm yet."
    return said if min(rhythm.measured) >= RHYTHM * HOUR else said + early


def _often(least: int, most: int) -> str:
    """How often hours were measured, by the seconds of the one that was the least and of the one that was the most."""
    fewest, often = (
        {0: "less than once", 1: "once"}.get(seconds // HOUR, f"{seconds // HOUR} times") for seconds in (least, most)
    )
    return often if fewest == often else f"{fewest.removesuffix(' times')} to {often}"


def sentences(rhythm: Rhythm) -> list[str]:
    """The groups that keep to a few hours of the day."""
    found = [(group, window(rhythm, at)) for at, group in enumerate(rhythm.groups) if group.kind in ("value", "none")]
    few = [(group, hours) for group, hours in found if hours and hours.hours <= FEW_HOURS]
    few.sort(key=lambda each: each[1].hours)
    return [_few_hours(shorten(group_label(group, rhythm.query.group_by), 60), hours, rhythm) for group, hours in few]


def _few_hours(name: str, hours: Window, rhythm: Rhythm) -> str:
    until = (hours.first + hours.hours - 1) % 24 + 1
    return (
        f"{name}: {percent(float(hours.share))} of its {noun(rhythm.query.measure)} between {hours.first:02}:00 and "
        f"{until:02}:00 {rhythm.zone}, {compact(round(hours.mean))} in such an hour"
    )


def _heat(
    values: Sequence[Sequence[float | None]],
    hover: Sequence[Sequence[str]],
    rows: Sequence[str],
    theme: Theme,
    narrow: bool,
    scale: tuple[float, str],
    keys: Sequence[str] = (),
) -> Figure:
    """Cells from the border's colour (nothing) to the accent (the most); what was not measured stays blank.

    `keys` are those of the groups that the rows are about, for clicks on them.
    """
    top, most = scale
    axis: dict[str, Any] = {"showgrid": False, "fixedrange": True, "zeroline": False}
    return Figure.of(
        [
            heatmap(
                z=values,
                x=list(range(24)),
                y=list(range(len(rows))),
                text=hover,
                hovertemplate="%{text}<extra></extra>",
                xgap=1 if narrow else 2,
                ygap=2,
                zmin=0,
                zmax=top or 1,
                colorscale=[[0, theme.border], [1, theme.accent]],
                colorbar=_COLORBAR | {"len": SCALE[narrow]},
                **({"meta": "", "customdata": [[key] * 24 for key in keys]} if keys else {}),
            )
        ],
        {
            "template": theme.template,
            "height": ROW * max(len(rows), 1) + FOOT + 8,
            "margin": {"t": 4, "b": FOOT, "l": 2, "r": 8},
            "hovermode": "closest",
            "annotations": [_note(f"0 – {most}", theme, SCALE[narrow] + 8)],
            "xaxis": {**axis, "tickvals": list(range(0, 24, 6 if narrow else 3)), "ticktext": _clock(narrow)},
            "yaxis": {
                **axis,
                "tickvals": list(range(len(rows))),
                "ticktext": list(rows),
                "range": [len(rows) - 0.5, -0.5],
            },
        },
    )


_COLORBAR: dict[str, Any] = {
    "orientation": "h",
    "thickness": 8,
    "lenmode": "pixels",
    "x": 0,
    "xanchor": "left",
    "xpad": 0,
    "y": 0,
    "yanchor": "bottom",
    "yref": "container",
    "outlinewidth": 0,
    "ticks": "",
    "tickvals": [],
}


def _note(text: str, theme: Theme, right: int) -> dict[str, Any]:
    """Beside the colour bar, which has no place for a text that would not overlap it or take its room."""
    place = {"xref": "paper", "x": 0, "xanchor": "left", "yref": "paper", "y": 0, "yanchor": "middle"}
    shift = {"xshift": right, "yshift": 14 - FOOT}
    return {"text": text, **place, **shift, "showarrow": False, "font": {"size": SMALL, "color": theme.muted}}


def _clock(narrow: bool) -> list[str]:
    return [f"{hour:02}:00" for hour in range(0, 24, 6 if narrow else 3)]


def _when(hour: int) -> str:
    return f"{DAYS[hour // 24]} {hour % 24:02}:00–{hour % 24 + 1:02}:00"


def _mean(mean: Any, unit: str) -> str:
    return (
        "Not measured or not reported" if mean is None else f"{exact(round(mean))} {unit} in an average measured hour"
    )


def _measured(seconds: int) -> str:
    hours = seconds / HOUR
    return f"{hours:g} {'hour' if hours == 1 else 'hours'} measured"


def _float(mean: Any) -> float | None:
    return None if mean is None else float(mean)
