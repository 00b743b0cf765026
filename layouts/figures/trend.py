"""A value over time on paper: the line on its band, gaps left open, the last value, the extremes and what fell outside in numbers."""

from layouts.components.shape import runs
from layouts.components.trend import Chart, band_text, finished, now_at, outside_text, read, stops_of
from layouts.figures.canvas import Anchor, Canvas, text_width
from layouts.figures.frame import FOOT, Frame, Room, draw_grid, draw_stops, gutter
from layouts.figures.legend import Key, close_with, filled, marked, said
from layouts.figures.theme import ACCENT, BAND, BAND_LINE, FAINT, HAIR, PAPER, SMALL, SOFT, STROKE, TEXT, THIN
from layouts.view import View
from modules.spec.snapshot import PanelData

_TALL, _LOW, _WIDE = 86.0, 70.0, 300.0  # the height of the lines in a wide figure and in a narrow one
_HEAD = 12.0  # above the lines, for the number of the highest
_DOT, _AFTER, _CLEAR = 1.5, 4.5, 4.0
_FEW = 4  # points outside the usual that get their numbers
_TURN = 0.82  # right of that the time of now stands left of its line
Place = tuple[float, float, Anchor]


def draw(panel: PanelData, view: View, width: float) -> Canvas:
    """The chart with its axis and the few numbers that matter; all of them where they have room."""
    chart = read(panel, view)
    if chart is None:
        raise ValueError(f"panel {panel.key!r} has no value to draw")
    canvas = Canvas(width, 0.0)
    frame = _frame(chart, view, width)
    room = Room(0.0, 0.0, width, frame.base - 1)
    draw_grid(canvas, frame, chart.scale, chart.unit, view, room)
    _band(canvas, frame, chart)
    _now(canvas, frame, room, chart, view)
    _line(canvas, frame, room, chart)
    _spots(canvas, frame, room, chart)
    _numbers(canvas, frame, room, chart, view)
    draw_stops(canvas, frame, stops_of(chart, view))
    return close_with(canvas, _keys(chart, view), frame.base + FOOT)


def _known(chart: Chart) -> list[tuple[int, float, float]]:
    return [(index, x, y) for index, (x, y) in enumerate(chart.series("y")) if y is not None]


def _frame(chart: Chart, view: View, width: float) -> Frame:
    """As wide as leaves the last value room beside its point."""
    left = gutter(chart.scale, chart.unit, view)
    last, x, _ = _known(chart)[-1]
    beside = _AFTER + text_width(_text(chart, last, view), SMALL, True)
    return Frame(left, _HEAD, min(width - left - 3, (width - left - beside) / max(x, 0.01)), _TALL if width > _WIDE else _LOW)


def _text(chart: Chart, index: int, view: View) -> str:
    return view.words.number(chart.data["y"][index], chart.unit) + ("%" if chart.unit == "percent" else "")


def _band(canvas: Canvas, frame: Frame, chart: Chart) -> None:
    low, high, median = (chart.series(name) for name in ("low", "high", "median"))
    if low and len(low) == len(high):
        tops = {x: y for x, y in high if y is not None}
        for stretch in runs([(x, y if x in tops else None) for x, y in low]):
            edges = [*((x, tops[x]) for x, _ in stretch), *reversed(stretch)]
            canvas.area([[frame.point(x, y) for x, y in edges]], BAND, BAND_LINE)
    for points in frame.stretches(median):
        canvas.line(points, FAINT, THIN, "3 2")


def _now(canvas: Canvas, frame: Frame, room: Room, chart: Chart, view: View) -> None:
    found = now_at(chart, view)
    if found:
        place, text = found
        x, y = frame.point(place, 1.0)
        canvas.line([(x, y), (x, frame.base)], SOFT, HAIR)
        room.take((x - 0.5, y, x + 0.5, frame.base))
        anchor: Anchor = "end" if place > _TURN else "start"
        room.write(canvas, [(x + (-2.5 if place > _TURN else 2.5), y + 4, anchor)], text)


def _line(canvas: Canvas, frame: Frame, room: Room, chart: Chart) -> None:
    for points in frame.stretches(finished(chart)):
        room.avoid(points)
        canvas.line(points, ACCENT, STROKE)
        if len(points) == 1:
            canvas.circle(*points[0], STROKE / 2, ACCENT)


def _spots(canvas: Canvas, frame: Frame, room: Room, chart: Chart) -> None:
    outside, known = set(chart.data.get("outside") or []), _known(chart)
    for index, share, height in known:
        if index in outside:
            x, y = frame.point(share, height)
            canvas.circle(x, y, _DOT, ACCENT)
            canvas.mark("watch", x, y - 6, 4.5)
            room.take((x - 3, y - 9, x + 3, y + 2))
    x, y = frame.point(*known[-1][1:])
    if chart.data.get("unfinished"):
        canvas.line([(x, frame.base), (x, y + 2)], ACCENT, THIN, "0.8 1.6")
        canvas.circle(x, y, 2.1, PAPER, ACCENT, 1.0)
    else:
        canvas.circle(x, y, 2.1, ACCENT)


def _numbers(canvas: Canvas, frame: Frame, room: Room, chart: Chart, view: View) -> None:
    """The last value beside its point; the highest and the lowest, then what fell outside, then all others if all have room."""
    known = _known(chart)
    last, share, height = known[-1]
    x, y = frame.point(share, height)
    level = min(y + SMALL * 0.36, frame.base - 3)
    beside: list[Place] = [(x + _AFTER, level, "start"), (x + 2.5 * _AFTER, level, "start"), (x - _AFTER, level, "end")]
    room.write(canvas, beside, _text(chart, last, view), TEXT, True)
    for index, share, height in _worth(canvas, frame, chart, view):
        x, y = frame.point(share, height)
        room.write(canvas, _around(x, y, _is_trough(chart, index)), _text(chart, index, view))


def _worth(canvas: Canvas, frame: Frame, chart: Chart, view: View) -> list[tuple[int, float, float]]:
    """The points that get a number, the most telling first."""
    known, base = _known(chart), chart.scale.low
    before = known[:-1]
    widest = max(text_width(_text(chart, index, view), SMALL) for index, _, _ in known)
    ranked = sorted(before, key=lambda point: point[2])
    picked = [*ranked[-1:], *ranked[:1]]
    outside = set(chart.data.get("outside") or [])
    picked += [point for point in before if point[0] in outside] if len(outside) <= _FEW else []
    if len(chart.times) * (widest + _CLEAR) <= frame.width:
        picked += before
    return [point for point in dict.fromkeys(picked) if chart.data["y"][point[0]] != base]


def _is_trough(chart: Chart, index: int) -> bool:
    """Whether the line comes down to a point and rises after it."""
    ys = [y for _, y in chart.series("y")]
    here = ys[index] or 0.0
    beside = [y for place in (index - 1, index + 1) if 0 <= place < len(ys) and (y := ys[place]) is not None]
    return bool(beside) and sum(beside) / len(beside) > here


def _around(x: float, y: float, below: bool) -> list[Place]:
    """Where the number of a point may stand."""
    over, under = y - 4, y + 4 + SMALL * 0.8
    first, second = (under, over) if below else (over, under)
    level, mark = y + SMALL * 0.36, over - 6
    at_first: list[Place] = [(x, first, "middle"), (x - 1, first, "start"), (x + 1, first, "end"), (x, mark, "middle")]
    aside: list[Place] = [(x + _AFTER, level, "start"), (x - _AFTER, level, "end")]
    return [*at_first, *aside, (x, second, "middle"), (x - 1, second, "start"), (x - 1, mark, "start")]


def _keys(chart: Chart, view: View) -> list[Key]:
    keys: list[Key] = []
    if chart.data.get("low"):
        text = outside_text(chart, view)
        keys = [marked("watch", text) if chart.data.get("outside") else said(text), filled(BAND, band_text(chart, view), BAND_LINE)]
    if chart.data.get("unfinished"):
        keys.append(Key(lambda canvas, x, y: canvas.circle(x + 4.5, y, 2.1, PAPER, ACCENT, 1.0), view.words("trend.unfinished")))
    return keys
