"""From period to period on paper: one line per row, its first value before it, its name, last value and change behind it."""

from typing import Any

from layouts.components.plot import target_text
from layouts.components.scale import apart
from layouts.components.shape import runs
from layouts.components.slope import (
    change_text,
    known_points,
    period_names,
    place_of,
    points_of,
    scale_of,
    starting,
    told_rows,
    turn,
    untold_texts,
)
from layouts.figures.canvas import Canvas, Point, text_width, wrapped
from layouts.figures.legend import Key, close_with, said, stroked
from layouts.figures.names import MIDDLE
from layouts.figures.rows import ink_of
from layouts.figures.theme import DIVERGING, FAINT, HAIR, LINE, LINE_STRONG, PAPER, SIZE, SMALL, SOFT, THIN
from layouts.view import View
from modules.spec.snapshot import PanelData

_TURNS = {"better": DIVERGING[0], "worse": DIVERGING[6], "even": SOFT}
_TOP, _LEAST, _LINE, _THREAD, _GAP, _DOT = 7.0, 110.0, 8.0, 16.0, 6.0, 2.1
_NAMES = 0.36  # of the width at most
Row = dict[str, Any]


class _Plot:
    """Where everything stands: the first values, the lines, the threads, the names, the last values and the changes."""

    def __init__(self, panel: PanelData, view: View, width: float) -> None:
        words, self.unit = view.words, str(panel.data.get("unit") or "percent")
        self.rows, self.view, self.better = told_rows(panel), view, str(panel.data.get("better") or "up")
        self.scale = scale_of(self.rows, panel.data.get("target"))
        self.starts = [words.number(row["values"][0], self.unit) for row in self.rows]
        self.values = [words.number(row["values"][-1], self.unit) for row in self.rows]
        self.changes = [change_text(row, self.unit, view) for row in self.rows]
        self.change = width - max(text_width(text, SMALL) for text in self.changes) - _GAP
        self.value = self.change - max(text_width(text, SIZE, True) for text in self.values)
        room = min(width * _NAMES, max(text_width(words.label(row), SMALL) for row in self.rows) + 1)
        self.names = [wrapped(words.label(row), room, 3, SMALL) for row in self.rows]
        self.name = self.value - _GAP - room
        self.left = max(text_width(text, SMALL) for text in self.starts) + _GAP
        self.right = self.name - _THREAD
        self.pitch = _LINE * max(len(lines) for lines in self.names) + 2
        self.height = max(_LEAST, self.pitch * len(self.rows))

    def at(self, x: float, y: float) -> Point:
        """The place of a point in 0…1, y up."""
        return self.left + (self.right - self.left) * x, self.level(y)

    def level(self, y: float) -> float:
        """The place of a height in 0…1."""
        return _TOP + self.height * (1 - y)


def draw(panel: PanelData, view: View, width: float) -> Canvas:
    """The lines between upright hairlines, one per period; rows without any value are named below."""
    plot, canvas, count = _Plot(panel, view, width), Canvas(width, 0.0), len(panel.data["columns"])
    for index in range(count):
        canvas.line([plot.at(place_of(index, count), -0.03), plot.at(place_of(index, count), 1.03)], LINE)
    if panel.data.get("target") is not None:
        level = plot.scale.at(panel.data["target"])
        canvas.line([plot.at(0, level), plot.at(1, level)], SOFT, THIN, "3 2")
    for row in plot.rows:
        _line(canvas, row, plot)
    _starts(canvas, plot)
    _ends(canvas, plot)
    foot = _periods(canvas, panel, plot)
    return close_with(canvas, _keys(panel, plot), foot)


def _line(canvas: Canvas, row: Row, plot: _Plot) -> None:
    kind, dash = turn(row, plot.better), "2 1.6" if row.get("small") else ""
    ink = FAINT if row.get("small") else _TURNS[kind]
    for stretch in runs(points_of(row, plot.scale)):
        canvas.line([plot.at(x, y) for x, y in stretch], ink, 0.9, dash)
    for x, y in known_points(row, plot.scale):
        _dot(canvas, *plot.at(x, y), kind, ink)


def _dot(canvas: Canvas, x: float, y: float, kind: str, ink: str) -> None:
    """Hollow where a row got worse."""
    canvas.circle(x, y, _DOT, PAPER if kind == "worse" else ink, ink, 0.9)


def _starts(canvas: Canvas, plot: _Plot) -> None:
    first = starting(plot.rows, plot.scale)
    for (row, _), y in zip(first, apart([y for _, y in first], _LINE / plot.height), strict=True):
        text = plot.view.words.number(row["values"][0], plot.unit)
        canvas.text(plot.left - _GAP, plot.level(y) + SMALL * MIDDLE, text, SMALL, FAINT if row.get("small") else SOFT, "end")


def _ends(canvas: Canvas, plot: _Plot) -> None:
    """The names moved apart, a thread from the end of each line to its name."""
    last = [known_points(row, plot.scale)[-1] for row in plot.rows]
    moved = apart([y for _, y in last], plot.pitch / plot.height)
    for number, (row, (_, end), y) in enumerate(zip(plot.rows, last, moved, strict=True)):
        middle, ink, lines = plot.level(y), ink_of(row), plot.names[number]
        canvas.line([(plot.right + 4, plot.level(end)), (plot.name - 3, middle)], LINE_STRONG, HAIR)
        for place, text in enumerate(lines):
            canvas.text(plot.name, middle + (place - (len(lines) - 1) / 2) * _LINE + SMALL * MIDDLE, text, SMALL, ink)
        canvas.text(plot.change, middle + SIZE * MIDDLE, plot.values[number], SIZE, ink, "end", bold=True)
        change = FAINT if row.get("small") else _TURNS[turn(row, plot.better)]
        canvas.text(canvas.width, middle + SIZE * MIDDLE, plot.changes[number], SMALL, change, "end")


def _periods(canvas: Canvas, panel: PanelData, plot: _Plot) -> float:
    """Write the names of the periods; where they end."""
    foot, free = plot.at(0, -0.03)[1], 0.0
    names = period_names(panel.data["columns"], plot.view)
    for place, lines in names:
        x, half = plot.at(place, 0)[0], max(text_width(line, SMALL) for line in lines) / 2
        if x - half < free:
            continue
        for number, line in enumerate(lines):
            canvas.text(x, foot + 8 + 8 * number, line, SMALL, SOFT, "middle")
        free = x + half + 2
    return foot + 2 + 8 * max(len(lines) for _, lines in names)


def _keys(panel: PanelData, plot: _Plot) -> list[Key]:
    words, turns = plot.view.words, {turn(row, plot.better) for row in plot.rows}
    keys = [_turn_key(kind, words(f"slope.{kind}")) for kind in ("better", "worse") if kind in turns]
    if panel.data.get("target") is not None:
        keys.append(stroked(SOFT, target_text(panel.data["target"], plot.unit, plot.view), THIN, "3 2"))
    if any(row.get("small") for row in plot.rows):
        keys.append(stroked(FAINT, words("bars.small"), 0.9, "2 1.6"))
    keys.append(said(words("slope.ends")))
    return keys + [said(text) for text in untold_texts(panel, plot.view)]


def _turn_key(kind: str, word: str) -> Key:
    def swatch(canvas: Canvas, x: float, y: float) -> None:
        canvas.line([(x, y), (x + 11, y)], _TURNS[kind], 0.9)
        _dot(canvas, x + 5.5, y, kind, _TURNS[kind])

    return Key(swatch, word)
