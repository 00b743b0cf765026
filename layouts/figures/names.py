"""The names of a list on paper: a column as wide as they need, long ones wrapped, and how high each row is."""

from collections.abc import Sequence
from dataclasses import dataclass

from layouts.figures.canvas import Canvas, text_width, wrapped
from layouts.figures.theme import ROW, SIZE, SMALL, TEXT

MIDDLE = 0.36  # of a text's size, from the middle of the line down to its base line
_SHARE, _LEAST = 0.34, 88.0  # of the width; in points
_GAP, _LEADING = 6.0, 8.0


@dataclass(frozen=True, slots=True)
class Name:
    """The name of a row in its lines and their size, with the middle and the height of the row."""

    lines: tuple[str, ...]
    size: float
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Column:
    """The names of a list from top to bottom; the lanes begin at `width`."""

    names: tuple[Name, ...]
    width: float

    @property
    def height(self) -> float:
        """How high the list is."""
        return sum(name.height for name in self.names)

    def draw(self, canvas: Canvas, number: int, ink: str = TEXT, top: float = 0.0) -> float:
        """Draw one name against the lane, in a list that begins at `top`; what comes back is the middle of its row."""
        name = self.names[number]
        middle = top + name.y
        for line, text in enumerate(name.lines):
            y = middle + (line - (len(name.lines) - 1) / 2) * _LEADING
            canvas.text(self.width - _GAP, y + name.size * MIDDLE, text, name.size, ink, "end")
        return middle


def column_of(labels: Sequence[str], width: float) -> Column:
    """The column for these names in a figure so wide: each on one line if it can, else smaller, on up to three."""
    room = min(max(width * _SHARE, _LEAST), max((text_width(label) for label in labels), default=0.0) + _GAP)
    names, top = [], 0.0
    for label in labels:
        short = text_width(label) <= room - _GAP + 0.01
        lines = [label] if short else wrapped(label, room - _GAP, 3, SMALL)
        height = max(ROW, _LEADING * len(lines) + 4)
        names.append(Name(tuple(lines), SIZE if short else SMALL, top + height / 2, height))
        top += height
    return Column(tuple(names), room)
