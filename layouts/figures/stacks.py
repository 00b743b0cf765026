"""Wholes in their parts on paper: one hue from strong to faint in the order of the parts, numbers where they fit, else behind the bar."""

from typing import Any

from layouts.components.bars import part_word
from layouts.components.plot import below_least
from layouts.components.stacks import ground, order_of_parts, reach_of, tone_of
from layouts.figures.canvas import Canvas, text_width
from layouts.figures.legend import Key, close_with, filled, kept_keys
from layouts.figures.names import MIDDLE
from layouts.figures.rows import ink_of, rows_of
from layouts.figures.theme import ACCENT, BAND, FAINT, PAPER, SMALL, SOFT, TEXT
from layouts.view import View
from modules.spec.snapshot import PanelData

_THICK, _PAD, _SWATCH, _HATCH, _STEPS = 9.0, 2.0, 4.0, 12.0, 20
_LEAST = 0.4  # of the lane, what the longest bar keeps where numbers stand behind the bars
Part = tuple[float, str, int]  # its value, the same as text, the strength of its colour


def draw(panel: PanelData, view: View, width: float) -> Canvas:
    """The rows in the order given on one axis from zero; the legend names the parts in their order."""
    words, rows, unit = view.words, panel.data["rows"], str(panel.data.get("unit") or "count")
    order = order_of_parts(rows)
    ends = [below_least(panel) if row.get("withheld") else words.number(row.get("value"), unit) for row in rows]
    told = rows_of([words.label(row) for row in rows], [ends], width)
    parts = [_parts(row, order, view) for row in rows]
    length, canvas = _unit_length(parts, reach_of(rows), told.lane), Canvas(width, 0.0)
    for number, (row, end) in enumerate(zip(rows, ends, strict=True)):
        y = told.names.draw(canvas, number, ink_of(row))
        if row.get("withheld"):
            canvas.rect(told.left, y - _THICK / 2, _HATCH, _THICK, canvas.hatched())
        x = _bar(canvas, parts[number], told.left, length, y, bool(row.get("small")))
        outside = _outside(parts[number], length)
        if x + _tail(outside) <= told.left + told.lane + 0.01:
            _behind(canvas, outside, x, y, bool(row.get("small")))
        told.write(canvas, y, row, (end,))
    return close_with(canvas, _keys(canvas, rows, order, panel, view), told.names.height)


def _parts(row: dict[str, Any], order: list[str], view: View) -> list[Part]:
    found = [] if row.get("withheld") else [part for part in row.get("parts") or [] if part.get("value")]
    return [(float(part["value"]), view.words.number(part["value"]), tone_of(order.index(str(part["key"])), len(order))) for part in found]


def _outside(parts: list[Part], length: float) -> list[Part]:
    """The parts too short for their numbers."""
    return [part for part in parts if part[0] * length < text_width(part[1], SMALL) + _PAD]


def _tail(parts: list[Part]) -> float:
    """How wide the numbers behind a bar are."""
    return sum(_SWATCH + text_width(text, SMALL) + 4 * _PAD for _, text, _ in parts)


def _unit_length(parts: list[list[Part]], reach: float, lane: float) -> float:
    """The length of one, so that every bar with the numbers behind it fits; the least allowed where they cannot."""
    for step in range(_STEPS + 1):
        length = lane * (1 - step * (1 - _LEAST) / _STEPS) / reach
        if all(sum(part[0] for part in row) * length + _tail(_outside(row, length)) <= lane for row in parts):
            break
    return length


def _bar(canvas: Canvas, parts: list[Part], left: float, length: float, y: float, small: bool) -> float:
    """Draw a row's parts with their numbers; where they end."""
    x, outside = left, _outside(parts, length)
    for part in parts:
        value, text, tone = part
        canvas.rect(x, y - _THICK / 2, value * length, _THICK, fill_of(tone, small))
        if x > left:
            canvas.line([(x, y - _THICK / 2), (x, y + _THICK / 2)], PAPER, 0.8)
        if part not in outside:
            ink = PAPER if ground(tone) == "is-strong" and not small else TEXT
            canvas.text(x + value * length / 2, y + SMALL * MIDDLE, text, SMALL, ink, "middle")
        x += value * length
    return x


def _behind(canvas: Canvas, parts: list[Part], x: float, y: float, small: bool) -> None:
    """The numbers of the thinnest parts, each behind its colour."""
    for _, text, tone in parts:
        canvas.rect(x + 2 * _PAD, y - _SWATCH / 2, _SWATCH, _SWATCH, fill_of(tone, small))
        canvas.text(x + 3 * _PAD + _SWATCH, y + SMALL * MIDDLE, text, SMALL, SOFT)
        x += _tail([(0.0, text, tone)])


def fill_of(tone: int, small: bool) -> str:
    """The colour of a part of that strength; grey where the row rests on little."""
    return _mixed(FAINT if small else ACCENT, BAND, (tone if not small else tone * 0.6) / 100)


def _mixed(ink: str, ground_colour: str, share: float) -> str:
    """A colour between two, `share` of it the first."""
    pairs = [(int(ink[place : place + 2], 16), int(ground_colour[place : place + 2], 16)) for place in (1, 3, 5)]
    return "#" + "".join(f"{round(one * share + other * (1 - share)):02X}" for one, other in pairs)


def _keys(canvas: Canvas, rows: list[dict[str, Any]], order: list[str], panel: PanelData, view: View) -> list[Key]:
    keys = [filled(fill_of(tone_of(place, len(order)), False), part_word(key, view)) for place, key in enumerate(order)]
    return [*keys, *kept_keys(canvas, rows, panel, view)]
