"""What was planned and what of it is done, on paper: each plan a pale bar of its own, the done in it, the target as a tick."""

from typing import Any

from layouts.components.bullets import reach, share_done, target_text
from layouts.components.plot import below_least
from layouts.figures.canvas import Canvas
from layouts.figures.legend import Key, close_with, filled, kept_keys
from layouts.figures.rows import Rows, ink_of, rows_of
from layouts.figures.theme import ACCENT_2, BAND, FAINT, HAIR, LINE_STRONG, SMALL_FILL, TEXT
from layouts.text import percent
from layouts.view import View
from modules.spec.snapshot import PanelData

_PLAN, _DONE, _TICK = 9.0, 4.4, 1.4


def draw(panel: PanelData, view: View, width: float) -> Canvas:
    """The rows in the order given, all on one axis: per cent of the plan."""
    words, rows, unit = view.words, panel.data["rows"], str(panel.data.get("unit") or "count")
    rates = [_rate(row) for row in rows]
    done = [below_least(panel) if row.get("withheld") else words.number(row.get("value"), unit) for row in rows]
    grounds = [f"{text} / {words.number(row.get('of'), unit)}" for row, text in zip(rows, done, strict=True)]
    told, canvas = rows_of([words.label(row) for row in rows], [rates, grounds], width), Canvas(width, 0.0)
    for number, row in enumerate(rows):
        y = told.names.draw(canvas, number, ink_of(row))
        _bar(canvas, row, told, reach(rows), y)
        told.write(canvas, y, row, (rates[number], grounds[number]))
    return close_with(canvas, _keys(canvas, rows, panel, view), told.names.height)


def _rate(row: dict[str, Any]) -> str:
    share = share_done(row)
    return "—" if share is None else f"{percent(share)}%"


def _bar(canvas: Canvas, row: dict[str, Any], told: Rows, end: float, y: float) -> None:
    share, top, right = share_done(row), y - _PLAN / 2, told.at(100 / end)
    if row.get("withheld"):
        canvas.rect(told.left, top, right - told.left, _PLAN, canvas.hatched(LINE_STRONG))
    elif share is None:
        corners = [(told.left, top), (right, top), (right, top + _PLAN), (told.left, top + _PLAN)]
        canvas.line([*corners, corners[0]], FAINT, HAIR, "2 2")
    else:
        canvas.rect(told.left, top, right - told.left, _PLAN, BAND)
        fill, edge = SMALL_FILL if row.get("small") else (ACCENT_2, "")
        canvas.rect(told.left, y - _DONE / 2, told.at(share / end) - told.left, _DONE, fill, edge)
        if row.get("target") is not None:
            x = told.at(min(1.0, float(row["target"]) / end))
            canvas.line([(x, top - 1), (x, top + _PLAN + 1)], TEXT, _TICK)


def _keys(canvas: Canvas, rows: list[dict[str, Any]], panel: PanelData, view: View) -> list[Key]:
    words = view.words
    keys = [filled(ACCENT_2, words("bullets.done")), filled(BAND, words("bullets.planned"))]
    if said := target_text(rows, view):
        keys.append(Key(lambda on, x, y: on.line([(x + 4, y - 4), (x + 4, y + 4)], TEXT, _TICK), said))
    return [*keys, *kept_keys(canvas, rows, panel, view)]
