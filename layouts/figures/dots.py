"""A survey on paper: a dot and its 95 % interval for each area, the wave before as a hollow dot, one block per question."""

from dataclasses import replace
from typing import Any

from layouts.components.dots import scale_of
from layouts.components.plot import below_least, target_text
from layouts.components.scale import Scale
from layouts.figures.canvas import Canvas
from layouts.figures.legend import SWATCH, Key, close_with, stroked, withheld_key
from layouts.figures.rows import Rows, ink_of, rows_of
from layouts.figures.theme import ACCENT, FAINT, GRID, LINE_STRONG, PAPER, SIZE, SMALL, SOFT, TEXT, THIN
from layouts.view import View
from modules.spec.snapshot import PanelData

_HEAD, _AXIS, _EDGE = 16.0, 11.0, 6.0  # above a question, below the last, beside the lanes for whole dots and numbers
_DOT, _RING = 2.5, 2.2
Row = dict[str, Any]


def draw(panel: PanelData, view: View, width: float) -> Canvas:
    """One block per question, one line per area, all on one axis."""
    words, target = view.words, panel.data.get("target")
    groups = [group for group in panel.data["groups"] if group.get("rows")]
    rows = [row for group in groups for row in group["rows"]]
    values, counts = [_value(row, panel, view) for row in rows], [_count(row, view) for row in rows]
    told = rows_of([words.label(row) for row in rows], [values, counts], width)
    told = replace(told, left=told.left + _EDGE, lane=told.lane - 2 * _EDGE)
    scale, canvas = scale_of(rows, str(panel.data.get("unit") or "percent"), target), Canvas(width, 0.0)
    number = 0
    for nth, group in enumerate(groups, 1):
        top = _HEAD * nth
        last = number + len(group["rows"]) - 1
        canvas.text(0, top + _edge(told, number) - 5, words.label(group), SIZE, TEXT, bold=True)
        _grid(canvas, told, scale, top + _edge(told, number), top + _edge(told, last + 1), target)
        for row in group["rows"]:
            y = told.names.draw(canvas, number, ink_of(row), top)
            _mark(canvas, row, told, scale, y)
            told.write(canvas, y, row, (values[number], counts[number]))
            number += 1
    foot = _HEAD * len(groups) + told.names.height
    for tick in scale.ticks[:: 1 + (len(scale.ticks) > 4)]:
        text = words.number(tick, str(panel.data.get("unit") or "percent"), 0)
        canvas.text(told.at(scale.at(tick)), foot + 8, text, SMALL, SOFT, "middle")
    return close_with(canvas, _keys(canvas, rows, panel, view), foot + _AXIS)


def _edge(told: Rows, number: int) -> float:
    """Where a row begins, below the rows before it."""
    return sum(name.height for name in told.names.names[:number])


def _value(row: Row, panel: PanelData, view: View) -> str:
    unit = str(panel.data.get("unit") or "percent")
    if row.get("withheld"):
        return below_least(panel)
    return view.words.number(row.get("value"), unit) + ("%" if unit == "percent" and row.get("value") is not None else "")


def _count(row: Row, view: View) -> str:
    return f"n {view.words.number(row.get('n'))}"


def _grid(canvas: Canvas, told: Rows, scale: Scale, top: float, foot: float, target: float | None) -> None:
    for tick in scale.ticks:
        x = told.at(scale.at(tick))
        canvas.line([(x, top), (x, foot)], GRID, THIN)
    if target is not None:
        x = told.at(scale.at(target))
        canvas.line([(x, top), (x, foot)], SOFT, THIN, "3 2")


def _mark(canvas: Canvas, row: Row, told: Rows, scale: Scale, y: float) -> None:
    if row.get("withheld"):
        canvas.rect(told.left, y - 4, 12, 8, canvas.hatched())
        return
    if row.get("low") is not None and row.get("high") is not None:
        _interval(canvas, told.at(scale.at(float(row["low"]))), told.at(scale.at(float(row["high"]))), y, bool(row.get("small")))
    if row.get("previous") is not None:
        canvas.circle(told.at(scale.at(float(row["previous"]))), y, _RING, PAPER, SOFT, 0.9)
    if row.get("value") is not None:
        _dot(canvas, told.at(scale.at(float(row["value"]))), y, bool(row.get("small")))


def _interval(canvas: Canvas, low: float, high: float, y: float, small: bool) -> None:
    canvas.line([(low, y), (high, y)], FAINT if small else ACCENT, 0.9, "2 1.6" if small else "")


def _dot(canvas: Canvas, x: float, y: float, small: bool) -> None:
    """Where it rests on little, pale on a dashed line."""
    canvas.circle(x, y, _DOT, LINE_STRONG if small else ACCENT, FAINT if small else PAPER)


def _estimate(small: bool, word: str) -> Key:
    def swatch(canvas: Canvas, x: float, y: float) -> None:
        _interval(canvas, x, x + SWATCH - 3, y, small)
        _dot(canvas, x + SWATCH / 2 - 1.5, y, small)

    return Key(swatch, word)


def _keys(canvas: Canvas, rows: list[Row], panel: PanelData, view: View) -> list[Key]:
    words, target = view.words, panel.data.get("target")
    keys = [_estimate(False, words("dots.interval"))]
    if any(row.get("previous") is not None for row in rows):
        keys.append(Key(lambda on, x, y: on.circle(x + 6, y, _RING, PAPER, SOFT, 0.9), words("dots.previous")))
    if target is not None:
        keys.append(stroked(SOFT, target_text(float(target), str(panel.data.get("unit") or "percent"), view), THIN, "3 2"))
    if any(row.get("small") for row in rows):
        keys.append(_estimate(True, words("bars.small")))
    if any(row.get("withheld") for row in rows):
        keys.append(withheld_key(canvas, panel, view))
    return keys
