"""A heat map on paper: one ramp in six classes, zero its own, missing left open, the highest cell framed and named."""

from layouts.components.heat import class_edges, class_index, key_texts, named_columns, row_names, top_text
from layouts.figures.canvas import Canvas, text_width
from layouts.figures.legend import Key, close_with, filled
from layouts.figures.theme import FAINT, HAIR, LINE, LINE_STRONG, PAPER, RAMP, SMALL, SOFT, TEXT
from layouts.view import View
from modules.spec.snapshot import PanelData

_GAP, _SIDE, _FOOT = 1.0, 6.0, 10.0
_HIGH = 12.0  # from one row to the next
_FRAME = 0.9


def draw(panel: PanelData, view: View, width: float) -> Canvas:
    """The grid of cells with labels on both sides, its key, and its highest value in words."""
    names, columns, cells = row_names(panel, view), [str(x) for x in panel.data["x"]], panel.data["z"]
    known = [value for row in cells for value in row if value is not None]
    edges, most = class_edges(known), max(known)
    left = max(text_width(name, SMALL) for name in names) + _SIDE
    step = (width - left + _GAP) / len(columns)
    canvas = Canvas(width, 0.0)
    for number, (name, row) in enumerate(zip(names, cells, strict=False)):
        y = _HIGH * number
        canvas.text(0, y + _HIGH / 2 + SMALL * 0.3, name, SMALL, SOFT)
        for place, value in enumerate(row[: len(columns)]):
            _cell(canvas, left + step * place, y, step - _GAP, value, edges)
    for number, row in enumerate(cells[: len(names)]):
        for place, value in enumerate(row[: len(columns)]):
            if value == most:
                _ring(canvas, left + step * place, _HIGH * number, step - _GAP)
    foot = _HIGH * min(len(names), len(cells))
    _stops(canvas, columns, left, step, foot)
    return close_with(canvas, _keys(panel, edges, most, view), foot + _FOOT)


def _cell(canvas: Canvas, x: float, y: float, width: float, value: float | None, edges: list[float]) -> None:
    if value is None:
        canvas.rect(x + HAIR / 2, y + HAIR / 2, width - HAIR, _HIGH - _GAP - HAIR, PAPER, LINE)
    else:
        canvas.rect(x, y, width, _HIGH - _GAP, RAMP[class_index(value, edges)])


def _ring(canvas: Canvas, x: float, y: float, width: float) -> None:
    """A frame round a cell."""
    right, bottom = x + width, y + _HIGH - _GAP
    canvas.area([[(x, y), (right, y), (right, bottom), (x, bottom)]], "none", TEXT, _FRAME)


def _stops(canvas: Canvas, columns: list[str], left: float, step: float, foot: float) -> None:
    """The names of some columns, each from its left edge on; where they would touch, every second or third of them."""
    named = sorted(named_columns(len(columns)))
    widest = max(text_width(columns[place], SMALL) for place in named)
    pitch = step * (named[1] - named[0]) if len(named) > 1 else canvas.width
    for place in named[:: int(widest // pitch) + 1]:
        x = min(left + step * place, canvas.width - text_width(columns[place], SMALL))
        canvas.text(x, foot + SMALL, columns[place], SMALL, FAINT)


def _keys(panel: PanelData, edges: list[float], most: float, view: View) -> list[Key]:
    texts = key_texts(edges, most, str(panel.data.get("unit") or "count"), view)
    first = len(edges) + 2 - len(texts)
    keys = [filled(RAMP[number], text, "" if number else LINE_STRONG) for number, text in enumerate(texts, first)]
    return [*keys, Key(lambda canvas, x, y: canvas.rect(x + 0.5, y - 3, 9, 6, "none", TEXT), top_text(panel, view))]
