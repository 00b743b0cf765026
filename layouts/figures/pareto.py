"""Where most of it comes from, on paper: bars and the line of their sum on one axis, the share of the whole; the first few stand out."""

from typing import Any

from layouts.components.pareto import OTHERS, few_text, folded, the_few
from layouts.figures.canvas import Canvas
from layouts.figures.legend import close_with, filled, stroked
from layouts.figures.rows import Rows, rows_of
from layouts.figures.theme import ACCENT_2, BAND, HAIR, LINE_STRONG, PAPER, RAMP, SIZE, SOFT, TEXT, THIN
from layouts.text import percent
from layouts.view import View
from modules.spec.snapshot import PanelData

_THICK, _HEAD = 8.0, 13.0


def draw(panel: PanelData, view: View, width: float) -> Canvas:
    """All rows in the order given under the sentence that says how few make up most."""
    words, unit = view.words, str(panel.data.get("unit") or "count")
    rows = folded(panel.data, len(panel.data["rows"]) + 1, view)
    few = the_few(rows)
    values = [words.number(row["value"], unit) for row in rows]
    shares = [f"{percent(row['share'], int(row['share'] < 100))}%" for row in rows]
    told = rows_of([words.label(row) for row in rows], [values, shares], width)
    canvas, points = Canvas(width, 0.0), []
    foot = _HEAD + told.names.height
    canvas.text(told.left, 8, few_text(rows, view), SIZE, TEXT, bold=True)
    canvas.line([(told.left, _HEAD), (told.left, foot)], LINE_STRONG, HAIR)
    for number, row in enumerate(rows):
        y = told.names.draw(canvas, number, SOFT if row["key"] == OTHERS else TEXT, _HEAD)
        _bar(canvas, row, number < few, told, y, float(panel.data["total"]))
        told.write(canvas, y, row, (values[number], shares[number]))
        points.append((told.at(row["share"] / 100), y))
    canvas.line(points, SOFT, THIN)
    for x, y in points:
        canvas.circle(x, y, 1.7, TEXT, PAPER, THIN)
    keys = [filled(ACCENT_2, words("pareto.share")), stroked(SOFT, words("pareto.sum"), THIN)]
    return close_with(canvas, keys, foot)


def _bar(canvas: Canvas, row: dict[str, Any], of_few: bool, told: Rows, y: float, total: float) -> None:
    fill, edge = (BAND, LINE_STRONG) if row["key"] == OTHERS else (ACCENT_2 if of_few else RAMP[2], "")
    canvas.rect(told.left, y - _THICK / 2, told.lane * float(row["value"]) / total, _THICK, fill, edge)
