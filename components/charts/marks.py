"""The bars of the days, with a mark on those far from their weekday's level."""

from components.charts.axis import Axis
from components.charts.drawing import Drawing
from components.charts.figure import scatter
from components.charts.over_time import over_time
from components.charts.sentences import over_time_title
from components.charts.series import Palette
from components.theme import Theme, compact, exact, group_label, local, noun, percent, shorten
from data.totals import Totals
from data.unusual import Driver, Mark, Unusual


def marked(
    totals: Totals, found: Unusual, theme: Theme, palette: Palette | None = None, *, narrow: bool = False
) -> Drawing:
    """`totals` by day; a triangle stands on each marked day."""
    figure = over_time(totals, theme, palette, narrow=narrow)
    places = {span.start: at for at, span in enumerate(totals.spans)}
    shown = [mark for mark in found.marks if mark.span.start in places]
    axis = Axis(totals)
    lift = max((mark.value for mark in shown), default=0) * 0.03
    figure.data.append(
        scatter(
            name="Unusual day",  # short: on a phone a legend has two columns
            x=[axis.centers[places[mark.span.start]] for mark in shown],
            y=[mark.value + lift for mark in shown],
            mode="markers",
            marker={"symbol": "triangle-down", "size": 11, "color": theme.text},
            hovertext=[_hover(mark) for mark in shown],
            hovertemplate="%{hovertext}<extra></extra>",
            showlegend=bool(shown) and figure.layout["showlegend"],
        )
    )
    said = [sentence(mark, found) for mark in shown[:3]] or ["no day is far from its weekday’s level"]
    more = [f"and {len(shown) - 3} more"] if len(shown) > 3 else []
    title = f"{over_time_title(totals)}, {'unusual days marked' if shown else 'no unusual day'}"
    return Drawing(title, "; ".join([*said, *more]), figure)


def _hover(mark: Mark) -> str:
    return f"Usual on this weekday: {exact(round(mark.level.median))}<br>{_distance(mark)}"


def _distance(mark: Mark) -> str:
    distance = float(mark.level.distance(mark.value))
    return f"{abs(distance):.1f} deviations {'above' if distance > 0 else 'below'}"


def sentence(mark: Mark, found: Unusual) -> str:
    """Which day, how far from what, and which groups moved most."""
    day = local(mark.span.start, found.zone)
    # Of a level of 0 nothing is a percent.
    off = f"{percent(float(abs(mark.value / mark.level.median - 1)))} " if mark.level.median else ""
    where = "above" if mark.value > mark.level.median else "below"
    said = (
        f"{day:%A} {day:%Y-%m-%d}: {compact(mark.value)} {noun(found.query.measure)}, {off}{where} "
        f"the {compact(round(mark.level.median))} of a usual {day:%A} ({_distance(mark)})"
    )
    drivers = [driven(driver, found) for driver in mark.drivers]
    return f"{said}; most of it {', '.join(drivers)}" if found.query.group_by and drivers else said


def driven(driver: Driver, found: Unusual) -> str:
    """proj_a +46.3M."""
    change = round(driver.change)
    sign = "+" if change > 0 else ""
    return f"{shorten(group_label(driver.group, found.query.group_by), 48)} {sign}{compact(change)}"
