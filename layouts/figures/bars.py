"""Horizontal bars on paper: value at the end, parts in age order, intervals where the rows are rates, small n grey."""

from dataclasses import dataclass
from typing import Any

from layouts.components.bars import is_rate, part_keys, part_word, reach_of
from layouts.components.plot import below_least, target_text
from layouts.figures.canvas import Canvas, text_width
from layouts.figures.legend import Key, close_with, filled, kept_keys, stroked
from layouts.figures.names import MIDDLE, Column, column_of
from layouts.figures.theme import ACCENT_2, CATEGORIES, FAINT, RAMP, SIZE, SMALL, SMALL_FILL, SOFT, TEXT, THIN
from layouts.view import View
from modules.spec.snapshot import PanelData

_THICK, _GAP, _HATCH = 8.0, 4.0, 12.0
_DARK = "#173F5C"
_FEW = 4  # parts that stay apart as steps of one colour
_TARGET_DASH = "2 1.6"
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _List:
    panel: PanelData
    view: View
    rows: list[Row]
    column: Column
    width: float

    @property
    def unit(self) -> str:
        return str(self.panel.data.get("unit") or "count")

    @property
    def target(self) -> float | None:
        return self.panel.data.get("target")

    def value(self, row: Row) -> str:
        if row.get("withheld"):
            return below_least(self.panel)
        shown = self.view.words.number(row.get("value"), self.unit)
        return f"{shown}%" if is_rate(self.panel) and row.get("value") is not None else shown

    def age(self, row: Row) -> str:
        known = row.get("p90_s") is not None and not row.get("withheld")
        return self.view.words("bars.age", age=self.view.words.age(row["p90_s"])) if known else ""

    def ground(self, row: Row) -> str:
        of = row.get("of")
        ground = row.get("n") if of is None else of
        return "" if ground is None else f"{'n' if of is None else '/'} {self.view.words.number(ground)}"

    def end(self, row: Row) -> float:
        """How wide what stands at the end of a bar is."""
        if is_rate(self.panel):
            return 0.0
        age = self.age(row)
        return _GAP + text_width(self.value(row), SIZE, True) + (_GAP / 2 + text_width(age, SMALL) if age else 0.0)

    def room(self) -> float:
        """How wide the lanes are."""
        grounds = max(text_width(self.ground(row), SMALL) for row in self.rows)
        values = max(text_width(self.value(row), SIZE, True) for row in self.rows) + 2 * _GAP if is_rate(self.panel) else 0.0
        return self.width - self.column.width - values - (grounds + 2 * _GAP if grounds else 0.0)

    def scale(self) -> float:
        """Points per unit: as many as leave every row room for what stands at its end."""
        reach = reach_of(self.rows, self.unit, self.target)
        fits = [(self.room() - self.end(row)) / top for row in self.rows if (top := _top(row)) > 0]
        return min([self.room() / reach, *fits])


def draw(panel: PanelData, view: View, width: float) -> Canvas:
    """The rows in the order given; the legend names the parts if there are any."""
    rows: list[Row] = panel.data["rows"]
    told = _List(panel, view, rows, column_of([view.words.label(row) for row in rows], width), width)
    canvas, keys, scale = Canvas(width, 0.0), part_keys(rows), told.scale()
    for number, row in enumerate(rows):
        ink = FAINT if row.get("small") else TEXT
        y = told.column.draw(canvas, number, ink)
        x = _bar(canvas, row, told.column.width, y, scale, keys)
        _texts(canvas, told, row, x, y, ink)
    if told.target is not None:
        x = told.column.width + float(told.target) * scale
        canvas.line([(x, 0), (x, told.column.height)], SOFT, THIN, _TARGET_DASH)
    return close_with(canvas, _keys(canvas, told, keys), told.column.height)


def _top(row: Row) -> float:
    """The value up to which a row is drawn."""
    return 0.0 if row.get("withheld") else max(float(row.get("value") or 0), float(row.get("high") or 0))


def _bar(canvas: Canvas, row: Row, left: float, y: float, scale: float, keys: list[str]) -> float:
    """Draw a row's bar and interval; where they end."""
    top, x = y - _THICK / 2, left
    if row.get("withheld"):
        canvas.rect(x, top, _HATCH, _THICK, canvas.hatched())
        return x + _HATCH
    for part in row.get("parts") or []:
        span = max(0.0, float(part.get("value") or 0)) * scale
        canvas.rect(x, top, span, _THICK, _shade(keys.index(part["key"]), len(keys)))
        x += span
    if not row.get("parts"):
        span = max(0.0, float(row.get("value") or 0)) * scale
        fill, edge = SMALL_FILL if row.get("small") else (ACCENT_2, "")
        canvas.rect(x, top, span, _THICK, fill, edge)
        x += span
    return max(x, _interval(canvas, row, left, y, scale))


def _interval(canvas: Canvas, row: Row, left: float, y: float, scale: float) -> float:
    if row.get("low") is None or row.get("high") is None:
        return left
    low, high = left + float(row["low"]) * scale, left + float(row["high"]) * scale
    ink = FAINT if row.get("small") else TEXT
    canvas.line([(low, y), (high, y)], ink, THIN)
    for at in (low, high):
        canvas.line([(at, y - 2), (at, y + 2)], ink, THIN)
    return high


def _texts(canvas: Canvas, told: _List, row: Row, x: float, y: float, ink: str) -> None:
    base, value, soft = y + SIZE * MIDDLE, told.value(row), FAINT if row.get("small") else SOFT
    if is_rate(told.panel):
        canvas.text(told.column.width + told.room() + 2 * _GAP + _widest(told), base, value, SIZE, ink, "end", bold=True)
    else:
        canvas.text(x + _GAP, base, value, SIZE, ink, bold=True)
        canvas.text(x + _GAP * 1.5 + text_width(value, SIZE, True), base, told.age(row), SMALL, soft)
    canvas.text(canvas.width, base, told.ground(row), SMALL, soft, "end")


def _widest(told: _List) -> float:
    return max(text_width(told.value(row), SIZE, True) for row in told.rows)


def _keys(canvas: Canvas, told: _List, parts: list[str]) -> list[Key]:
    keys = [filled(_shade(number, len(parts)), part_word(key, told.view)) for number, key in enumerate(parts)]
    if told.target is not None:
        keys.append(stroked(SOFT, target_text(float(told.target), told.unit, told.view), THIN, _TARGET_DASH))
    return [*keys, *kept_keys(canvas, told.rows, told.panel, told.view)]


def _shade(number: int, count: int) -> str:
    """Parts of a whole go from light to dark, so that they stay apart in grey."""
    if count > _FEW:
        return CATEGORIES[number % len(CATEGORIES)]
    return (RAMP[1], RAMP[3], ACCENT_2, _DARK)[number] if count == _FEW else (RAMP[2], ACCENT_2, _DARK)[number]
