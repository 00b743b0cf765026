"""Rates compared without a ranking, on paper: control limits as a band, the rate as a dot or, outside them, as ▲; the mean dashed."""

from layouts.components.control import differs, known_rows, mean_text, outside_text, scale_of
from layouts.figures.canvas import Canvas, text_width
from layouts.figures.legend import Key, close_with, filled, marked, said
from layouts.figures.rows import Rows, rows_of
from layouts.figures.theme import ACCENT, BAND, BAND_LINE, HAIR, SMALL, SOFT, THIN
from layouts.view import View
from modules.spec.snapshot import PanelData

_HEAD, _THICK, _DOT = 11.0, 8.0, 2.1


def draw(panel: PanelData, view: View, width: float) -> Canvas:
    """The rows in the order given; the mean is named above its line."""
    rows, unit, words = known_rows(panel), str(panel.data.get("unit") or "percent"), view.words
    rates = [words.number(row["rate"], unit) + ("%" if unit == "percent" else "") for row in rows]
    counts = [f"n {words.number(row.get('n'))}" for row in rows]
    scale = scale_of(rows)
    listed = rows_of([words.label(row) for row in rows], [rates, counts], width)
    canvas, foot = Canvas(width, 0.0), _HEAD + listed.names.height
    for number, row in enumerate(rows):
        y = listed.names.draw(canvas, number, top=_HEAD)
        low, rate, high = (listed.at(scale.at(float(row[name]))) for name in ("low", "rate", "high"))
        canvas.rect(low, y - _THICK / 2, high - low, _THICK, BAND)
        for at in (low, high):
            canvas.line([(at, y - _THICK / 2), (at, y + _THICK / 2)], BAND_LINE, THIN)
        listed.write(canvas, y, row, [rates[number], counts[number]])
        if differs(row):
            canvas.mark("watch", rate, y, 6.0)
        else:
            canvas.circle(rate, y, _DOT, ACCENT)
    _mean(canvas, listed, listed.at(scale.at(float(rows[0]["mean"]))), mean_text(rows, unit, view), foot)
    outside = outside_text(rows, view)
    keys: list[Key] = [marked("watch", outside) if any(differs(row) for row in rows) else said(outside)]
    return close_with(canvas, [*keys, filled(BAND, words("control.interval"), BAND_LINE)], foot)


def _mean(canvas: Canvas, listed: Rows, x: float, text: str, foot: float) -> None:
    half = text_width(text, SMALL) / 2
    middle = min(max(x, half), canvas.width - half)
    canvas.text(middle, SMALL, text, SMALL, SOFT, "middle")
    canvas.line([(x, _HEAD - 2), (x, foot)], SOFT, HAIR, "2 1.6")
