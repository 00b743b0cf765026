"""Curves of shares on paper, told apart by dash and mark as well as colour, and the list below that names each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from layouts.components.ecdf import SHARES, told_of
from layouts.figures.canvas import Canvas, Point, text_width, wrapped
from layouts.figures.frame import Frame, draw_grid, draw_stops, gutter
from layouts.figures.theme import CATEGORIES, DASHES, PAPER, SIZE, SMALL, SOFT, STROKE, TEXT
from layouts.view import View

_TALL, _LOW, _WIDE = 110.0, 92.0, 300.0  # the height of the curves in a wide figure and in a narrow one
_SWATCH, _GAP, _LEADING = 24.0, 6.0, 9.0
Group = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Curve:
    """A group's line in places 0…1, where it meets its limit, and what is said of it."""

    group: Group
    points: Sequence[Point]
    facts: list[str]
    limit: Point | None = None


def draw_curves(canvas: Canvas, curves: Sequence[Curve], stops: Sequence[tuple[float, str]], top: float, view: View) -> Frame:
    """The curves on their scale of shares below `top`; what comes back is their area."""
    left = gutter(SHARES, "percent", view)
    frame = Frame(left, top, canvas.width - left - 1, _TALL if canvas.width > _WIDE else _LOW)
    draw_grid(canvas, frame, SHARES, "percent", view)
    draw_stops(canvas, frame, stops, last=True)
    for number, curve in enumerate(curves):
        canvas.line([frame.point(x, y) for x, y in curve.points], CATEGORIES[number], STROKE, DASHES[number])
    for number, curve in enumerate(curves):
        if curve.limit:
            x, y = frame.point(*curve.limit)
            canvas.line([(x, frame.base), (x, y)], CATEGORIES[number], 0.6, "1.5 1.5")
            draw_mark(canvas, number, x, y)
    return frame


def draw_mark(canvas: Canvas, number: int, x: float, y: float) -> None:
    """The shape of a group round a point: circle, square, ring, diamond."""
    colour = CATEGORIES[number]
    if number == 1:
        canvas.rect(x - 2, y - 2, 4, 4, colour)
    elif number == 3:
        canvas.area([[(x, y - 2.8), (x + 2.8, y), (x, y + 2.8), (x - 2.8, y)]], colour)
    else:
        canvas.circle(x, y, 2.1, colour if number == 0 else PAPER, colour, 1.0)


def close_with_names(canvas: Canvas, curves: Sequence[Curve], all_n: int, y: float, view: View) -> Canvas:
    """The names below `y` with what is said of each, in one line where it has room, and how many groups there are if some are not drawn."""
    names = [view.words.label(curve.group) for curve in curves]
    column = _SWATCH + max(text_width(name, SIZE, True) for name in names) + _GAP
    facts = [told_of(curve.group, curve.facts, view) for curve in curves]
    beside = all(column + text_width(fact, SMALL) <= canvas.width for fact in facts)
    for number, (curve, name, fact) in enumerate(zip(curves, names, facts, strict=True)):
        y += _LEADING + 3
        canvas.line([(0, y - 2.6), (_SWATCH - _GAP, y - 2.6)], CATEGORIES[number], STROKE, DASHES[number])
        if curve.limit:
            draw_mark(canvas, number, (_SWATCH - _GAP) / 2, y - 2.6)
        canvas.text(_SWATCH, y, name, SIZE, TEXT, bold=True)
        lines = [fact] if beside else wrapped(fact, canvas.width - _SWATCH, 3, SMALL)
        for line in lines:
            y += 0 if beside else _LEADING
            canvas.text(column if beside else _SWATCH, y, line, SMALL, SOFT)
    if all_n > len(curves):
        y += _LEADING + 3
        canvas.text(_SWATCH, y, view.words("bars.all", n=all_n), SMALL, SOFT)
    canvas.height = y + 4
    return canvas
