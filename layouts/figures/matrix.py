"""Two keys against each other on paper: each cell says its value; the darker, the further from the target (or the larger) it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from layouts.components.heat import class_index, key_texts
from layouts.components.matrix import Cell, cell_text, cells_of, distance, edges_of, measured
from layouts.components.plot import below_least
from layouts.figures.canvas import Canvas, text_width, wrapped
from layouts.figures.legend import Key, close_with, filled, said, withheld_key
from layouts.figures.names import MIDDLE, Column, column_of
from layouts.figures.theme import FAINT, LINE_STRONG, PAPER, RAMP, SMALL, SOFT, TEXT
from layouts.view import View
from modules.spec.snapshot import PanelData

_GAP, _LEADING, _EDGE, _BETWEEN = 1.0, 7.6, 3.0, 8.0
_PITCH = 60.0  # from one column to the next at most
_LENGTHS = (46.0, 70.0, 100.0, 150.0)  # of upright names, the first in which none is cut
_DARK = len(RAMP) - 1  # the class on which numbers are white


@dataclass(frozen=True, slots=True)
class _Table:
    """Some columns of the table: the names on both sides and how far the columns are apart."""

    names: Column
    columns: range
    pitch: float
    heads: list[list[str]]
    upright: bool

    @property
    def head(self) -> float:
        """The height of the names above."""
        if self.upright:
            return max(text_width(line, SMALL) for lines in self.heads for line in lines) + 4
        return _LEADING * max(len(lines) for lines in self.heads) + 4

    @property
    def height(self) -> float:
        """The height with the names above."""
        return self.head + self.names.height


def draw(panel: PanelData, view: View, width: float) -> Canvas:
    """The rows and columns in the order given, the columns in blocks below each other where they have no room side by side."""
    canvas, edges, top = Canvas(width, 0.0), edges_of(panel), 0.0
    tables = _tables(panel, view, width)
    for table in tables:
        _heads(canvas, table, top)
        for number, line in enumerate(panel.data["cells"]):
            y = table.names.draw(canvas, number, TEXT, top + table.head)
            for place, column in enumerate(table.columns):
                high = table.names.names[number].height - _GAP
                at = (table.names.width + table.pitch * place, y - high / 2, table.pitch - _GAP, high)
                _cell(canvas, line[column], edges, at, panel, view)
        top += table.height + _BETWEEN
    return close_with(canvas, _keys(canvas, edges, panel, view), top - _BETWEEN)


def _tables(panel: PanelData, view: View, width: float) -> list[_Table]:
    names = column_of([view.words.label(row) for row in panel.data["rows"]], width)
    labels = [view.words.label(column) for column in panel.data["columns"]]
    need = max(text_width(_text(cell, panel, view), SMALL) for cell in cells_of(panel)) + _EDGE
    blocks = ceil(len(labels) / max(1, int((width - names.width) // need)))
    across = ceil(len(labels) / blocks)
    pitch = min(_PITCH, (width - names.width) / across)
    level = all(_fits(label, pitch - 2) for label in labels)
    found = []
    for first in range(0, len(labels), across):
        part = labels[first : first + across]
        heads = [_lines(label, pitch - 2, 3) for label in part] if level else _upright(part, pitch)
        found.append(_Table(names, range(first, first + len(part)), pitch, heads, not level))
    return found


def _lines(label: str, room: float, most: int) -> list[str]:
    """A name in lines of about one length, broken between words; the last ends in … where it does not fit."""
    lines = wrapped(label, room, most, SMALL)
    words = label.split()
    if len(words) > 1 and all(text_width(word, SMALL) <= room for word in words):
        kept = [words[0]]
        for word in words[1:]:
            longer = f"{kept[-1]} {word}"
            kept[-1:] = [longer] if text_width(longer, SMALL) <= room else [kept[-1], word]
        return kept if len(kept) <= most else lines
    narrower = (wrapped(label, SMALL * (2 + step) / 2, most, SMALL) for step in range(int(2 * room // SMALL)))
    return next((tried for tried in narrower if len(tried) <= len(lines) and not _cut(tried)), lines)


def _cut(lines: Sequence[str]) -> bool:
    return lines[-1].endswith("…")


def _fits(label: str, room: float) -> bool:
    """Whether a name stands on three lines without a word cut in two."""
    whole = label.split() if label.isascii() else []
    return not _cut(_lines(label, room, 3)) and all(text_width(word, SMALL) <= room for word in whole)


def _upright(labels: Sequence[str], pitch: float) -> list[list[str]]:
    """The names in as many upright lines as a column is wide."""
    most = max(1, int(pitch // _LEADING))
    made = [[_lines(label, length, most) for label in labels] for length in _LENGTHS]
    return next((heads for heads in made if not any(_cut(head) for head in heads)), made[-1])


def _heads(canvas: Canvas, table: _Table, top: float) -> None:
    for place, lines in enumerate(table.heads):
        middle = table.names.width + table.pitch * place + (table.pitch - _GAP) / 2
        for number, line in enumerate(lines):
            if table.upright:
                offset = (number - (len(lines) - 1) / 2) * _LEADING
                canvas.upright(middle + offset + SMALL * MIDDLE, top + table.head - 3, line, SMALL, SOFT)
            else:
                canvas.text(middle, top + table.head - 4 - _LEADING * (len(lines) - 1 - number), line, SMALL, SOFT, "middle")


def _text(cell: Cell, panel: PanelData, view: View) -> str:
    return below_least(panel) if cell.get("withheld") else cell_text(cell, panel, view)


def _cell(canvas: Canvas, cell: Cell, edges: list[float], at: tuple[float, float, float, float], panel: PanelData, view: View) -> None:
    """A filled cell; hatched where kept back, outlined where it rests on little, open where nothing is known."""
    ink, (x, y, wide, high) = TEXT, at
    far = distance(cell.get("value"), panel.data.get("target"), str(panel.data.get("better") or "up"))
    if cell.get("withheld"):
        canvas.rect(x, y, wide, high, canvas.hatched(LINE_STRONG))
        ink = SOFT
    elif cell.get("small") or far is None:
        canvas.rect(x + 0.3, y + 0.3, wide - 0.6, high - 0.6, PAPER, LINE_STRONG if cell.get("small") else "")
        ink = FAINT
    else:
        nth = class_index(far, edges)
        canvas.rect(x, y, wide, high, RAMP[nth])
        ink = PAPER if nth == _DARK else TEXT
    text = _text(cell, panel, view)
    canvas.text(x + wide / 2, y + high / 2 + SMALL * MIDDLE, text, SMALL, ink, "middle", halo=bool(cell.get("withheld")))


def _keys(canvas: Canvas, edges: list[float], panel: PanelData, view: View) -> list[Key]:
    """What the colours stand for, read back as numbers, and the signs that occur."""
    what, unit, most = measured(panel, view)
    keys = [said(what)] if what else []
    texts = key_texts(edges, most, unit, view)
    first = len(edges) + 2 - len(texts)
    keys += [filled(RAMP[nth], text) for nth, text in enumerate(texts, first)]
    cells = cells_of(panel)
    if any(cell.get("small") for cell in cells):
        keys.append(filled(PAPER, view.words("bars.small"), LINE_STRONG))
    if any(cell.get("withheld") for cell in cells):
        keys.append(withheld_key(canvas, panel, view))
    return keys
