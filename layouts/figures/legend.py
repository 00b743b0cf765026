"""The line of keys under a figure: a swatch and a word each, wrapped to the width."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from layouts.components.plot import below_least
from layouts.figures.canvas import Canvas, text_width
from layouts.figures.theme import SMALL, SOFT
from layouts.view import View
from modules.spec.snapshot import PanelData

SWATCH, GAP, LINE = 14.0, 10.0, 11.0
Draw = Callable[[Canvas, float, float], None]  # draws the swatch with its left end and middle at this point


@dataclass(frozen=True, slots=True)
class Key:
    """A swatch with its word."""

    draw: Draw
    word: str


def filled(fill: str, word: str, stroke: str = "") -> Key:
    """A filled swatch."""
    return Key(lambda canvas, x, y: canvas.rect(x, y - 3, 9, 6, fill, stroke), word)


def stroked(stroke: str, word: str, width: float = 1.3, dash: str = "") -> Key:
    """A line as swatch."""
    return Key(lambda canvas, x, y: canvas.line([(x, y), (x + 11, y)], stroke, width, dash), word)


def marked(level: str, word: str) -> Key:
    """The shape of a level as swatch."""
    return Key(lambda canvas, x, y: canvas.mark(level, x + 4, y), word)


def withheld_key(canvas: Canvas, panel: PanelData, view: View) -> Key:
    """The key of numbers kept back."""
    least = below_least(panel).strip("<*")
    return filled(canvas.hatched(), view.words("charts.withheld", word=view.words("status.suppressed"), least=least))


def legend_height(keys: Sequence[Key], width: float) -> float:
    """The height the keys take; 0 without any."""
    return LINE * len(_rows(keys, width)) + 3 if keys else 0.0


def draw_legend(canvas: Canvas, keys: Sequence[Key], y: float) -> None:
    """Draw the keys from the left below `y`."""
    for number, row in enumerate(_rows(keys, canvas.width)):
        x = 0.0
        middle = y + LINE * number + LINE / 2 + 2
        for key in row:
            key.draw(canvas, x, middle)
            canvas.text(x + SWATCH, middle + SMALL * 0.35, key.word, SMALL, SOFT)
            x += _width(key)


def _width(key: Key) -> float:
    return SWATCH + text_width(key.word, SMALL) + GAP


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
