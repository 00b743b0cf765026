"""Horizontal bars on paper: value at the end, parts in age order, intervals where the rows are rates, small n grey."""

from typing import Any

from layouts.components.bars import is_rate, part_keys, part_word, reach_of
from layouts.components.plot import below_least
from layouts.figures.canvas import Canvas, text_width, wrapped
from layouts.figures.legend import Key, draw_legend, filled, legend_height, withheld_key
from layouts.figures.theme import ACCENT, CATEGORIES, FAINT, LINE_STRONG, RAMP, ROW, SIZE, SMALL, SOFT, TEXT, THIN
from layouts.view import View
from modules.spec.snapshot import PanelData

_LABEL = 0.34  # of the width at most
_THICK = 8.0
Row = dict[str, Any]


def draw(panel: PanelData, view: View, width: float) -> Canvas:
    """The rows in the order given; the legend names the parts if there are any."""
    rows: list[Row] = panel.data["rows"]
    keys, words = part_keys(rows), view.words
    label = min(width * _LABEL, max(text_width(words.label(row)) for row in rows) + 6)
    ends = [_end(row, panel, view) for row in rows]
    room = width - label - max(text_width(end) for end in ends) - 8
    reach = reach_of(rows, str(panel.data.get("unit") or "count"), panel.data.get("target"))
    probe = Canvas(width, 0)
    legend = _keys(probe, rows, keys, panel, view)
    canvas = Canvas(width, ROW * len(rows) + legend_height(legend, width))
    for number, (row, end) in enumerate(zip(rows, ends, strict=True)):
        _row(canvas, row, end, label, room / reach, keys, ROW * number + ROW / 2, view)
    draw_legend(canvas, _keys(canvas, rows, keys, panel, view), ROW * len(rows))
    return canvas


def _keys(canvas: Canvas, rows: list[Row], parts: list[str], panel: PanelData, view: View) -> list[Key]:
    keys = [filled(_shade(number, len(parts)), part_word(key, view)) for number, key in enumerate(parts)]
    if any(row.get("withheld") for row in rows):
        keys.append(withheld_key(canvas, panel, view))
    if any(row.get("small") for row in rows):
        keys.append(filled(LINE_STRONG, view.words("bars.small")))
    return keys


def _shade(number: int, count: int) -> str:
    """Parts of a whole go from light to dark, so that they stay apart in grey."""
    shades = (RAMP[2], RAMP[4], "#173F5C") if count <= 3 else CATEGORIES
    return shades[number % len(shades)] if count > 1 else ACCENT


def _end(row: Row, panel: PanelData, view: View) -> str:
    words = view.words
    if row.get("withheld"):
        return below_least(panel)
    text = words.number(row.get("value"), str(panel.data.get("unit") or "count")) + ("%" if is_rate(panel) else "")
    if row.get("p90_s") is not None:
        text += f" {words('bars.age', age=words.age(row['p90_s']))}"
    of = row.get("of")
    ground = row.get("n") if of is None else of
    return text if ground is None else f"{text} {'n' if of is None else '/'} {words.number(ground)}"


def _row(canvas: Canvas, row: Row, end: str, left: float, scale: float, keys: list[str], y: float, view: View) -> None:
    ink = FAINT if row.get("small") else TEXT
    for number, line in enumerate(lines := wrapped(view.words.label(row), left - 4, 2, SMALL if row.get("small") else SIZE)):
        canvas.text(left - 4, y + 2.8 + (number - (len(lines) - 1) / 2) * 7.4, line, SMALL if len(lines) > 1 else SIZE, ink, "end")
    x = left
    if row.get("withheld"):
        canvas.rect(x, y - _THICK / 2, 12, _THICK, canvas.hatched())
        x += 12
    elif parts := row.get("parts"):
        for part in parts:
            span = max(0.0, float(part.get("value") or 0)) * scale
            canvas.rect(x, y - _THICK / 2, span, _THICK, _shade(keys.index(part["key"]), len(keys)))
            x += span
    else:
        span = max(0.0, float(row.get("value") or 0)) * scale
        canvas.rect(x, y - _THICK / 2, span, _THICK, LINE_STRONG if row.get("small") else ACCENT)
        x += span
    if row.get("low") is not None and row.get("high") is not None:
        low, high = left + float(row["low"]) * scale, left + float(row["high"]) * scale
        canvas.line([(low, y), (high, y)], SOFT, THIN)
        for at in (low, high):
            canvas.line([(at, y - 2), (at, y + 2)], SOFT, THIN)
        x = max(x, high)
    canvas.text(x + 4, y + 2.8, end, SIZE, ink)
