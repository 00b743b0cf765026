"""What the figures that are lists share: the names to the left, columns of numbers to the right, the lane between them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from layouts.figures.canvas import Canvas, text_width
from layouts.figures.names import MIDDLE, Column, column_of
from layouts.figures.theme import FAINT, SIZE, SOFT, TEXT

GAP = 8.0  # before a column of numbers


@dataclass(frozen=True, slots=True)
class Rows:
    """A list `width` wide whose lanes begin at `left` and are `lane` wide; `ends` are the right ends of the columns of numbers."""

    names: Column
    left: float
    lane: float
    ends: tuple[float, ...]

    def at(self, share: float) -> float:
        """The place of a share 0…1 of the lane."""
        return self.left + self.lane * share

    def write(self, canvas: Canvas, y: float, row: Mapping[str, Any], texts: Sequence[str]) -> None:
        """The numbers of a row, the first in bold; grey where the row rests on little."""
        for number, (end, text) in enumerate(zip(self.ends, texts, strict=True)):
            ink = FAINT if row.get("small") else SOFT if number else TEXT
            canvas.text(end, y + SIZE * MIDDLE, text, SIZE, ink, "end", bold=not number)


def rows_of(labels: Sequence[str], columns: Sequence[Iterable[str]], width: float) -> Rows:
    """The list of these names with these columns of numbers."""
    names = column_of(labels, width)
    ends, right = [], width
    for number in range(len(columns) - 1, -1, -1):
        ends.append(right)
        right -= GAP + max(text_width(text, SIZE, not number) for text in columns[number])
    return Rows(names, names.width, right - names.width, tuple(reversed(ends)))


def ink_of(row: Mapping[str, Any]) -> str:
    """Grey where a row rests on little."""
    return FAINT if row.get("small") else TEXT
