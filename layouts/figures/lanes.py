"""Things side by side in time on paper: a name, its counts by the hour as a staircase, what was done when, and how long is left."""

from dataclasses import dataclass

from layouts.components.bars import part_word
from layouts.components.lanes import Axis, Row, course_of, is_owed, left_of, note_of
from layouts.figures.canvas import Canvas, text_width, wrapped
from layouts.figures.frame import FOOT, Frame, draw_stops
from layouts.figures.legend import Key, close_with, stroked
from layouts.figures.theme import ACCENT_2, GRID, HAIR, LEVELS, LINE, PAPER, SIZE, SMALL, SOFT, TEXT, THIN
from layouts.view import View, level_of
from modules.spec.snapshot import PanelData

_HEAD, _GAP, _LEADING = 10.0, 8.0, 9.0
_NAME, _LEAST, _COURSE = 0.3, 78.0, 22.0  # the names' share of the width, and at least; the least height of a lane
_PAD, _SIDE, _MARK = 4.0, 2.6, 9.0
_DUE_DASH = "2 1.4"


@dataclass(frozen=True, slots=True)
class _Lane:
    """A row with its texts wrapped and the place it takes."""

    row: Row
    name: list[str]
    note: list[str]
    top: float
    height: float


def draw(panel: PanelData, view: View, width: float) -> Canvas:
    """One lane a thing, the most pressing first, on one axis of time that ends a while after now."""
    keys, axis = [str(key) for key in panel.data.get("marks") or []], Axis(panel.data, view)
    left = max(width * _NAME, _LEAST)
    lanes = _lanes(panel, view, left - _GAP)
    foot = lanes[-1].top + lanes[-1].height
    end = max(_end_width(lane.row, view) for lane in lanes)
    frame = Frame(left, _HEAD, width - left - end - _GAP, foot - _HEAD)
    canvas = Canvas(width, 0.0)
    for place, _ in axis.days():
        x, _ = frame.point(place, 0)
        canvas.line([(x, _HEAD), (x, foot)], GRID, HAIR)
    for lane in lanes:
        _draw_lane(canvas, frame, lane, axis, keys, view)
    _now(canvas, frame, axis)
    draw_stops(canvas, frame, axis.days())
    return close_with(canvas, _keys(keys, view), foot + FOOT)


def _lanes(panel: PanelData, view: View, room: float) -> list[_Lane]:
    lanes, top = [], _HEAD
    for row in panel.data["rows"]:
        name, note = wrapped(view.words.label(row), room, 3), wrapped(note_of(row, panel, view), room, 3, SMALL)
        height = max(_COURSE, _LEADING * (len(name) + len(note))) + _PAD
        lanes.append(_Lane(row, name, note, top, height))
        top += height
    return lanes


def _end_width(row: Row, view: View) -> float:
    number, said = left_of(row, view)
    return max(text_width(number, SIZE, True) + (_MARK if is_owed(row) else 0.0), text_width(said, SMALL))


def _draw_lane(canvas: Canvas, frame: Frame, lane: _Lane, axis: Axis, keys: list[str], view: View) -> None:
    if lane.top > frame.top:
        canvas.line([(0, lane.top), (canvas.width, lane.top)], LINE, HAIR)
    y = lane.top + lane.height / 2 - _LEADING * (len(lane.name) + len(lane.note)) / 2 + 7
    for line in lane.name:
        canvas.text(0, y, line, SIZE, TEXT, bold=True)
        y += _LEADING
    for line in lane.note:
        canvas.text(0, y, line, SMALL, SOFT)
        y += _LEADING
    _course(canvas, frame, lane, axis, keys)
    _left(canvas, lane, view)


def _course(canvas: Canvas, frame: Frame, lane: _Lane, axis: Axis, keys: list[str]) -> None:
    """The counts, the limit, and what was done."""
    base, reach = lane.top + lane.height - 1, lane.height - _PAD
    points = [(frame.point(x, 0)[0], base - y * reach) for x, y in course_of(lane.row, axis)]
    canvas.area([[(points[0][0], base), *points]], ACCENT_2)
    due = axis.of(lane.row["due"]) if lane.row.get("due") else -1.0
    if 0 <= due <= 1:
        x, _ = frame.point(due, 0)
        canvas.line([(x, lane.top + 1), (x, base)], _ink(lane.row), 1.0, _DUE_DASH)
    for done in lane.row["marks"]:
        place = axis.of(done["at"])
        if 0 <= place <= 1:
            _mark(canvas, keys.index(done["key"]), frame.point(place, 0)[0], base - _SIDE - 1.5)


def _ink(row: Row) -> str:
    """The colour of a limit that is near or past; quiet otherwise."""
    return LEVELS[level_of(row)] if level_of(row) in ("critical", "warning") else SOFT


def _mark(canvas: Canvas, number: int, x: float, y: float) -> None:
    """What was done: ring, open square, disc, diamond."""
    if number == 1:
        canvas.area([[(x - _SIDE, y - _SIDE), (x + _SIDE, y - _SIDE), (x + _SIDE, y + _SIDE), (x - _SIDE, y + _SIDE)]], PAPER, TEXT, 1.0)
    elif number == 3:
        far = _SIDE * 1.3
        canvas.area([[(x, y - far), (x + far, y), (x, y + far), (x - far, y)]], TEXT, PAPER, THIN)
    else:
        canvas.circle(x, y, _SIDE, PAPER if number == 0 else TEXT, TEXT if number == 0 else PAPER, 1.0 if number == 0 else THIN)


def _left(canvas: Canvas, lane: _Lane, view: View) -> None:
    number, said = left_of(lane.row, view)
    middle, width = lane.top + lane.height / 2, text_width(number, SIZE, True)
    ink = _ink(lane.row) if is_owed(lane.row) and _ink(lane.row) != SOFT else TEXT
    canvas.text(canvas.width, middle - 0.5, number, SIZE, ink, "end", bold=True)
    if is_owed(lane.row):
        canvas.mark(level_of(lane.row), canvas.width - width - 4, middle - 3.3, 5.0)
    canvas.text(canvas.width, middle + (_LEADING - 1 if number else SMALL * 0.36), said, SMALL, SOFT, "end")


def _now(canvas: Canvas, frame: Frame, axis: Axis) -> None:
    x, y = frame.point(axis.at(axis.now), 1)
    canvas.line([(x, y - 2), (x, frame.base)], SOFT, THIN)
    canvas.text(x, y - 3, f"{axis.now:%H:%M}", SMALL, SOFT, "middle")


def _key(number: int, word: str) -> Key:
    return Key(lambda canvas, x, y: _mark(canvas, number, x + 5, y), word)


def _keys(keys: list[str], view: View) -> list[Key]:
    return [
        *(_key(number, part_word(key, view)) for number, key in enumerate(keys)),
        stroked(SOFT, view.words("lanes.due"), 1.0, _DUE_DASH),
    ]
