"""The line of keys under a figure: a swatch and a word each, wrapped to the width."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from layouts.components.plot import below_least
from layouts.figures.canvas import Canvas, text_width, wrapped
from layouts.figures.theme import SMALL, SMALL_FILL, SOFT
from layouts.view import View
from modules.spec.snapshot import PanelData

SWATCH, GAP, LINE = 14.0, 12.0, 11.0
_ABOVE = 3.0
Draw = Callable[[Canvas, float, float], None]  # draws the swatch with its left end and middle at this point


@dataclass(frozen=True, slots=True)
class Key:
    """A swatch with its word."""

    draw: Draw | None
    word: str

    @property
    def indent(self) -> float:
        """Where the word begins."""
        return SWATCH if self.draw else 0.0


def filled(fill: str, word: str, stroke: str = "") -> Key:
    """A filled swatch."""
    return Key(lambda canvas, x, y: canvas.rect(x, y - 3, 9, 6, fill, stroke), word)


def stroked(stroke: str, word: str, width: float = 1.3, dash: str = "") -> Key:
    """A line as swatch."""
    return Key(lambda canvas, x, y: canvas.line([(x, y), (x + 11, y)], stroke, width, dash), word)


def marked(level: str, word: str) -> Key:
    """The shape of a level as swatch."""
    return Key(lambda canvas, x, y: canvas.mark(level, x + 4, y), word)


def said(word: str) -> Key:
    """A word without a swatch."""
    return Key(None, word)


def withheld_key(canvas: Canvas, panel: PanelData, view: View) -> Key:
    """The key of numbers kept back."""
    least = below_least(panel).strip("<*")
    return filled(canvas.hatched(), view.words("charts.withheld", word=view.words("status.suppressed"), least=least))


def kept_keys(canvas: Canvas, rows: Iterable[Mapping[str, Any]], panel: PanelData, view: View) -> list[Key]:
    """The keys of what rows of a list keep back and of what rests on little, where there is such."""
    listed = list(rows)
    keys = [withheld_key(canvas, panel, view)] if any(row.get("withheld") for row in listed) else []
    small = [filled(SMALL_FILL[0], view.words("bars.small"), SMALL_FILL[1])] if any(row.get("small") for row in listed) else []
    return [*keys, *small]


def legend_height(keys: Sequence[Key], width: float) -> float:
    """The height the keys take; 0 without any."""
    return sum(LINE * _lines_of(row, width) for row in _rows(keys, width)) + _ABOVE if keys else 0.0


def draw_legend(canvas: Canvas, keys: Sequence[Key], y: float) -> None:
    """Draw the keys from the left below `y`."""
    middle = y + _ABOVE + LINE / 2 - 1
    for row in _rows(keys, canvas.width):
        x = 0.0
        for key in row:
            if key.draw:
                key.draw(canvas, x, middle)
            for number, line in enumerate(_lines(key, canvas.width)):
                canvas.text(x + key.indent, middle + SMALL * 0.36 + LINE * number, line, SMALL, SOFT)
            x += _width(key)
        middle += LINE * _lines_of(row, canvas.width)


def close_with(canvas: Canvas, keys: Sequence[Key], y: float) -> Canvas:
    """The drawing with the keys below `y`, ending under them."""
    draw_legend(canvas, keys, y)
    canvas.height = y + legend_height(keys, canvas.width)
    return canvas


def _width(key: Key) -> float:
    return key.indent + text_width(key.word, SMALL) + GAP


def _lines(key: Key, width: float) -> list[str]:
    return wrapped(key.word, width - key.indent, 3, SMALL)


def _lines_of(row: Sequence[Key], width: float) -> int:
    return max(len(_lines(key, width)) for key in row)


def _rows(keys: Sequence[Key], width: float) -> list[list[Key]]:
    rows: list[list[Key]] = [[]]
    used = 0.0
    for key in keys:
        if rows[-1] and used + _width(key) - GAP > width:
            rows.append([])
            used = 0.0
        rows[-1].append(key)
        used += _width(key)
    return [row for row in rows if row]
