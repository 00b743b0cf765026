"""Two numbers of each thing against each other on paper: a dot per thing, larger where it rests on more, its name beside it."""

from layouts.components.plot import target_text
from layouts.components.scatter import Axes, axes_of, axis_name, by_weight, known_points, share_of, stops_of
from layouts.figures.canvas import Anchor, Canvas, text_width
from layouts.figures.frame import FOOT, Frame, Room, draw_grid, draw_stops, gutter
from layouts.figures.legend import Key, close_with, said
from layouts.figures.theme import ACCENT, FAINT, GRID, HAIR, PAPER, SMALL, SOFT, TEXT, THIN
from layouts.view import View
from modules.spec.snapshot import PanelData

_HIGH, _TOP, _EDGE = 150.0, 16.0, 8.0
_LEAST, _MORE = 1.8, 3.2  # the radius of the smallest dot, what the largest has more
Place = tuple[float, float, Anchor]


def draw(panel: PanelData, view: View, width: float) -> Canvas:
    """The dots on both axes; what each axis measures stands at its end."""
    axes, units = axes_of(panel), [str(panel.data.get(f"{axis}_unit") or "count") for axis in ("x", "y")]
    left = gutter(axes.y, units[1], view)
    canvas, frame = Canvas(width, 0.0), Frame(left, _TOP, width - left - _EDGE, _HIGH)
    stops = stops_of(axes.x, units[0], view)
    draw_grid(canvas, frame, axes.y, units[1], view)
    for place, _ in stops:
        canvas.line([frame.point(place, 0), frame.point(place, 1)], GRID, HAIR)
    draw_stops(canvas, frame, stops)
    canvas.text(0, 7, axis_name("y", panel, view), SMALL, SOFT)
    canvas.text(frame.right, frame.base + FOOT + 8, axis_name("x", panel, view), SMALL, SOFT, "end")
    room = Room(left, _TOP, width, frame.base)
    _targets(canvas, frame, axes, room, panel, view)
    unnamed = _dots(canvas, frame, axes, room, panel, view)
    return close_with(canvas, _keys(unnamed, panel, view), frame.base + FOOT + 9)


def _targets(canvas: Canvas, frame: Frame, axes: Axes, room: Room, panel: PanelData, view: View) -> None:
    """Dashed lines with their names at the upper and the right end."""
    for axis, scale in (("x", axes.x), ("y", axes.y)):
        target = panel.data.get(f"{axis}_target")
        if target is None:
            continue
        text = target_text(float(target), str(panel.data.get(f"{axis}_unit") or "count"), view)
        place = scale.at(float(target))
        ends = [frame.point(place, 0), frame.point(place, 1)] if axis == "x" else [frame.point(0, place), frame.point(1, place)]
        canvas.line(ends, SOFT, THIN, "3 2")
        x, y = ends[1]
        places: list[Place] = [(x + 3, y + 7, "start"), (x - 3, y + 7, "end")]
        room.write(canvas, places if axis == "x" else [(x, y - 3, "end"), (x, y + 8, "end")], text, FAINT)


def _dots(canvas: Canvas, frame: Frame, axes: Axes, room: Room, panel: PanelData, view: View) -> int:
    """Draw the dots with their names, the weightiest first; how many names found no room."""
    points = by_weight(known_points(panel))
    most = max(float(point.get("n") or 0.0) for point in points)
    placed = [(point, *frame.point(*axes.at(point)), _LEAST + _MORE * share_of(point, most)) for point in points]
    for point, x, y, radius in placed:
        _dot(canvas, x, y, radius, bool(point.get("small")))
        room.take((x - radius, y - radius, x + radius, y + radius))
    unnamed = 0
    for point, x, y, radius in placed:
        name = view.words.label(point)
        places = sorted(_places(x, y, radius), key=lambda place: _crosses(place, name, frame, axes, panel))
        unnamed += not room.write(canvas, places, name, FAINT if point.get("small") else TEXT)
    return unnamed


def _dot(canvas: Canvas, x: float, y: float, radius: float, small: bool) -> None:
    """Hollow where it rests on little."""
    canvas.circle(x, y, radius, PAPER if small else ACCENT, FAINT if small else PAPER, 0.9)


def _places(x: float, y: float, radius: float) -> list[Place]:
    """Right, left, above and below of a dot, and at its corners."""
    near, low, far = radius + 2, radius + 7, radius * 0.7 + 1
    return [
        (x + near, y + 2.5, "start"),
        (x - near, y + 2.5, "end"),
        (x, y - radius - 2, "middle"),
        (x, y + low, "middle"),
        (x + far, y - far, "start"),
        (x + far, y + far + 5, "start"),
        (x - far, y - far, "end"),
        (x - far, y + far + 5, "end"),
    ]


def _crosses(place: Place, name: str, frame: Frame, axes: Axes, panel: PanelData) -> bool:
    """Whether a name there lies on a target's line."""
    x, y, anchor = place
    wide = text_width(name, SMALL)
    left = x - {"start": 0.0, "middle": wide / 2, "end": wide}[anchor] - 2
    upright, level = panel.data.get("x_target"), panel.data.get("y_target")
    across = upright is not None and left < frame.point(axes.x.at(float(upright)), 0)[0] < left + wide + 4
    return across or (level is not None and y - SMALL < frame.point(0, axes.y.at(float(level)))[1] < y + 1)


def _keys(unnamed: int, panel: PanelData, view: View) -> list[Key]:
    words = view.words
    keys = [Key(lambda on, x, y: _dot(on, x + 5, y, 2.6, False), words("scatter.size"))]
    if any(point.get("small") for point in known_points(panel)):
        keys.append(Key(lambda on, x, y: _dot(on, x + 5, y, 2.6, True), words("bars.small")))
    if unnamed:
        keys.append(said(words("scatter.unnamed", n=unnamed)))
    if panel.data.get("withheld"):
        keys.append(said(words("scatter.withheld", n=panel.data["withheld"])))
    return keys
