"""Days as a calendar of weeks on paper: each day's value as a class and a number, days without a record left open."""

from datetime import date
from typing import Any

from layouts.components.calendar import days_of, edges_of, is_today, unit_of, weeks_of
from layouts.components.heat import class_index
from layouts.components.plot import month_name
from layouts.figures.canvas import Canvas, text_width
from layouts.figures.theme import ACCENT, FAINT, HAIR, LINE, PAPER, RAMP, SIZE, SMALL, SOFT, TEXT, THIN
from layouts.view import View
from modules.spec.snapshot import PanelData

_HEAD, _GAP, _PAD, _SIDE = 10.0, 1.6, 2.5, 6.0
_TALL, _LOW = 21.0, 14.0  # a cell with its number below the day, and beside it
_DEEP, _DARK = 3, 5  # the classes from which on no text is soft, and from which on it is white


def draw(panel: PanelData, view: View, width: float) -> Canvas:
    """Weeks from the first day to the last, Monday first."""
    days = days_of(panel)
    weeks = weeks_of(days)
    months = _months(weeks, view)
    left = max(text_width(month, SMALL) for month in months) + _SIDE
    column = (width - left + _GAP) / 7
    height = _row_height(days, panel, view, column)
    canvas = Canvas(width, _HEAD + height * len(weeks))
    for number, name in enumerate(view.words("date.weekdays").split()):
        canvas.text(left + column * number, SMALL, name, SMALL, FAINT)
    begun = []
    for number, (week, month) in enumerate(zip(weeks, months, strict=True)):
        top = _HEAD + height * number
        canvas.text(0, top + _PAD + SMALL * 0.78, month, SMALL, SOFT)
        for place, day in enumerate(week):
            if day:
                box = (left + column * place, top, column - _GAP, height - _GAP)
                _day(canvas, box, day, days.get(day), panel, view)
                if day.day == 1 and day != min(days):
                    begun.append(box)
    for box in begun:
        _begin_month(canvas, left, box)
    return canvas


def _begin_month(canvas: Canvas, left: float, box: tuple[float, float, float, float]) -> None:
    """A stepped line between the last days of a month and the first of the next, in the gaps of the cells."""
    x, y, _, height = box
    top, bottom, at = y - _GAP / 2, y + height + _GAP / 2, x - _GAP / 2
    step = [(left, bottom), (at, bottom), (at, top), (canvas.width, top)] if x > left else [(left, top), (canvas.width, top)]
    canvas.line(step, PAPER, 2 * _GAP)
    canvas.line(step, TEXT, THIN)


def _months(weeks: list[list[date | None]], view: View) -> list[str]:
    """The name of a month beside the week in which it begins, or the first one shown."""
    named: list[str] = []
    before = 0
    for week in weeks:
        last = max(day for day in week if day)
        named.append("" if last.month == before else month_name(view.local(last.isoformat()), view))
        before = last.month
    return named


def _row_height(days: dict[date, dict[str, Any]], panel: PanelData, view: View, column: float) -> float:
    widest = max(text_width(_number(row, panel, view), SIZE, True) for row in days.values())
    beside = text_width("30", SMALL) + widest + 3 * _PAD + _GAP <= column
    return _GAP + (_LOW if beside else _TALL)


def _number(row: dict[str, Any] | None, panel: PanelData, view: View) -> str:
    value = None if row is None else row.get("value")
    return "" if value is None else view.words.number(value, unit_of(panel), 0)


def _day(
    canvas: Canvas, box: tuple[float, float, float, float], day: date, row: dict[str, Any] | None, panel: PanelData, view: View
) -> None:
    x, y, width, height = box
    number = _number(row, panel, view)
    shade = class_index(float(row["value"]), edges_of(panel)) if row and number else None
    ink = PAPER if (shade or 0) >= _DARK else TEXT
    soft = ink if (shade or 0) >= _DEEP else SOFT
    ring = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
    canvas.area([ring], PAPER if shade is None else RAMP[shade], LINE if shade is None else "", HAIR)
    if is_today(day, panel):
        canvas.area([[(x + 0.5, y + 0.5), (x + width - 0.5, y + 0.5), (x + width - 0.5, y + height - 0.5), (x + 0.5, y + height - 0.5)]],
                    "none", ACCENT, 1.2)  # fmt: skip
    canvas.text(x + _PAD, y + _PAD + SMALL * 0.76, str(day.day), SMALL, soft)
    canvas.text(x + width - _PAD, y + height - _PAD - 0.6, number, SIZE, ink, "end", bold=True)
