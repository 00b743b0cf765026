"""The frame of a line chart on paper: gridlines with their numbers, stops below, and texts that keep clear of each other."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from layouts.components.plot import tick_text
from layouts.components.scale import Scale
from layouts.components.shape import runs
from layouts.figures.canvas import Anchor, Canvas, Point, text_width
from layouts.figures.theme import FAINT, GRID, HAIR, LINE_STRONG, SMALL, SOFT
from layouts.view import View

HEAD, FOOT = 6.0, 12.0  # above the highest line and below the base, for the texts beside them
_GAP = 4.0
_TOUCH = 0.01  # points that rounding may take
_STEP = 1.0  # points between the places of a line that texts keep off
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Frame:
    """The area of a chart in points; places inside are 0…1, y up."""

    left: float
    top: float
    width: float
    height: float

    def point(self, x: float, y: float) -> Point:
        """A place on the paper."""
        return self.left + x * self.width, self.top + (1 - y) * self.height

    def stretches(self, series: Sequence[tuple[float, float | None]]) -> list[list[Point]]:
        """The unbroken stretches of a series on the paper."""
        return [[self.point(x, y) for x, y in stretch] for stretch in runs(series)]

    @property
    def right(self) -> float:
        """Where it ends."""
        return self.left + self.width

    @property
    def base(self) -> float:
        """The height of its base line on the paper."""
        return self.top + self.height


class Room:
    """A part of a drawing in which texts and marks keep clear of each other: one stands only where none stands yet."""

    def __init__(self, left: float, top: float, right: float, bottom: float) -> None:
        self._bounds = (left - _TOUCH, top - _TOUCH, right + _TOUCH, bottom + _TOUCH)
        self._taken: list[Box] = []
        self._lines: list[Point] = []

    def take(self, box: Box) -> None:
        """Keep other texts off a box: left, top, right, bottom."""
        self._taken.append(box)

    def avoid(self, line: Sequence[Point]) -> None:
        """Keep texts off a line."""
        for (x, y), (to_x, to_y) in pairwise(line):
            steps = max(1, round(max(abs(to_x - x), abs(to_y - y)) / _STEP))
            self._lines += [(x + (to_x - x) * step / steps, y + (to_y - y) * step / steps) for step in range(steps + 1)]

    def write(self, canvas: Canvas, places: Iterable[tuple[float, float, Anchor]], text: str, fill: str = SOFT, bold: bool = False) -> bool:
        """Write a small text at the first of these places that is free; whether there was one."""
        for x, y, anchor in places:
            box = _box(x, y, text, anchor, bold)
            if self._is_free(box):
                self.take(box)
                canvas.text(x, y, text, SMALL, fill, anchor, bold)
                return True
        return False

    def _is_free(self, box: Box) -> bool:
        left, top, right, bottom = box
        inside = left >= self._bounds[0] and top >= self._bounds[1] and right <= self._bounds[2] and bottom <= self._bounds[3]
        apart = all(right <= a or left >= c or bottom <= b or top >= d for a, b, c, d in self._taken)
        return inside and apart and not any(left < x < right and top < y < bottom for x, y in self._lines)


def _box(x: float, y: float, text: str, anchor: Anchor, bold: bool) -> Box:
    wide = text_width(text, SMALL, bold)
    left = x - {"start": 0.0, "middle": wide / 2, "end": wide}[anchor]
    return left, y - SMALL * 0.8, left + wide, y + SMALL * 0.2


def gutter(scale: Scale, unit: str, view: View) -> float:
    """How wide the numbers left of the lines are, with the gap."""
    return max(text_width(_tick(tick, scale, unit, view), SMALL) for tick in scale.ticks) + _GAP


def _tick(tick: float, scale: Scale, unit: str, view: View) -> str:
    return tick_text(tick, unit, view) + ("%" if unit == "percent" and tick == scale.ticks[-1] else "")


def draw_grid(canvas: Canvas, frame: Frame, scale: Scale, unit: str, view: View, room: Room | None = None) -> None:
    """One hairline per tick with its number to the left; the lowest is the base line, the highest of shares says %."""
    for tick in scale.ticks:
        _, y = frame.point(0, scale.at(tick))
        canvas.line([(frame.left, y), (frame.right, y)], LINE_STRONG if tick == scale.ticks[0] else GRID, HAIR)
        x, base, text = frame.left - _GAP, y + SMALL * 0.36, _tick(tick, scale, unit, view)
        canvas.text(x, base, text, SMALL, FAINT, "end")
        if room:
            room.take(_box(x, base, text, "end", False))


def draw_stops(canvas: Canvas, frame: Frame, labels: Sequence[tuple[float, str]], last: bool = False) -> None:
    """The labels below the base, each under its place and inside the drawing.

    Where they would touch, every second or third of them, counted from the first or the `last`.
    """
    for every in range(1, len(labels) + 1):
        placed = [_under(canvas, frame, *label) for label in (labels[::-every][::-1] if last else labels[::every])]
        if all(b - a >= half + next_half + _GAP for (a, half, _), (b, next_half, _) in pairwise(placed)):
            break
    for x, _, text in placed:
        canvas.text(x, frame.base + SMALL + 3, text, SMALL, FAINT, "middle")


def _under(canvas: Canvas, frame: Frame, place: float, text: str) -> tuple[float, float, str]:
    half = text_width(text, SMALL) / 2
    return min(max(frame.left + place * frame.width, half), canvas.width - half), half, text
