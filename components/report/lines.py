"""Small lines of a course, as SVG: they need no script, no measures of the page and no paper of their own."""

from collections.abc import Sequence

from components.report.markup import Markup, tag

WIDTH, HEIGHT = 100, 28
Points = Sequence[float | int | None]


def line(points: Points, spoken: str) -> Markup:
    """A line with gaps where nothing was reported; nothing for fewer than two points."""
    if len(points) < 2:
        return Markup()
    return tag("svg", tag("path", d=_path(points), class_="course"), role="img", aria_label=spoken, **_SHEET)


def area(points: Points) -> Markup:
    """The same over its ground, as an ornament of a number that stands beside it."""
    if len(points) < 2:
        return Markup()
    strokes = _strokes(points)
    ground = "".join(
        f"M{_at(stroke[0][0], HEIGHT)}L{_joined(stroke)}L{_at(stroke[-1][0], HEIGHT)}Z" for stroke in strokes
    )
    paths = (tag("path", d=ground, class_="course-ground"), tag("path", d=_path(points), class_="course"))
    return tag("svg", *paths, aria_hidden="true", **_SHEET)


_SHEET = {"viewBox": f"0 0 {WIDTH} {HEIGHT}", "preserveAspectRatio": "none"}


def _path(points: Points) -> str:
    return "".join(f"M{_joined(stroke)}" for stroke in _strokes(points))


def _joined(stroke: Sequence[tuple[float, float]]) -> str:
    """A stroke of one point is a short one, so that it can be seen."""
    if len(stroke) == 1:
        (x, y), *_ = stroke
        stroke = [(x - 0.5, y), (x + 0.5, y)]
    return "L".join(_at(*point) for point in stroke)


def _at(x: float, y: float) -> str:
    return f"{x:.1f} {y:.1f}"


def _strokes(points: Points) -> list[list[tuple[float, float]]]:
    """Stretches without a gap; 0 is the ground unless something is below it."""
    known = [point for point in points if point is not None]
    low, high = min([0, *known]), max([0, *known])
    strokes: list[list[tuple[float, float]]] = [[]]
    for index, point in enumerate(points):
        if point is None:
            strokes.append([])
        else:
            height = (point - low) / ((high - low) or 1)
            strokes[-1].append((WIDTH * index / (len(points) - 1), HEIGHT - 1 - (HEIGHT - 2) * height))
    return [stroke for stroke in strokes if stroke]
