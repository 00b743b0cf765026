"""How wide the columns of a table on paper stand: the shares asked for, but no number and no word broken where there is room elsewhere."""

from collections.abc import Sequence
from itertools import product

from layouts.briefing.document import Cell, Table
from layouts.figures.canvas import text_width

TEXT_BLOCK = 442.2  # points: the width of the text block
CELL = 9.0  # points: the size of what stands in a table
INSET = 10.0  # points: left and right of it together
TURN = 6.0  # points more between numbers and the words after them
_SHAPE = 10.0  # points: a level's shape with its space
_NUMBERS = (120.0, 90.0, 76.0, 62.0, 50.0, 38.0)  # points: the widest number kept in one line, as far as it goes
_TEXTS = (140.0, 100.0, 84.0, 72.0, 62.0, 54.0, 46.0, 0.0)  # and the widest text, which may be broken first
_WIDENED = 1.35  # of the share asked for: more a text does not take from the others
_WIDER = 3.5  # points: what signs that only the Chinese font has take more than their estimate
_LEAST = 36.0  # points: a column of broken text
Measured = tuple[float, float, bool]  # the whole width, that of the longest word, whether it is a number


def columns(table: Table) -> list[float]:
    """The widths in points; together the text block."""
    whole = sum(table.widths) or 1.0
    asked = [TEXT_BLOCK * share / whole for share in table.widths]
    measured = [[_measured(row[place]) for row in (table.head, *table.rows)] for place in range(len(asked))]
    right = right_aligned(table)
    turns = [TURN if place and right[place - 1] and not right[place] else 0.0 for place in range(len(asked))]
    for number, text in product(_NUMBERS, _TEXTS):
        needed = [
            max(_need(cell, number, min(text, share * _WIDENED)) for cell in column) + INSET + turn
            for column, share, turn in zip(measured, asked, turns, strict=True)
        ]
        if sum(needed) <= TEXT_BLOCK:
            return fitted(asked, needed)
    return asked


def right_aligned(table: Table) -> list[bool]:
    """For each column whether it holds numbers."""
    return [any(row[place].number for row in table.rows) for place in range(len(table.widths))]


def fitted(asked: Sequence[float], needed: Sequence[float]) -> list[float]:
    """The asked widths, the narrow ones widened to what they need at the cost of those with room; as asked where there is too little."""
    lack = sum(max(0.0, need - have) for have, need in zip(asked, needed, strict=True))
    spare = sum(max(0.0, have - need) for have, need in zip(asked, needed, strict=True))
    if lack > spare:
        return list(asked)
    share = lack / spare if spare else 0.0
    return [need if have < need else have - (have - need) * share for have, need in zip(asked, needed, strict=True)]


def _measured(cell: Cell) -> Measured:
    shape = _SHAPE if cell.level else 0.0
    longest = max((text_width(word, CELL) for word in cell.text.split() if word.isascii()), default=0.0)
    wide = _WIDER * sum(sign in "≥≤≈≠" for sign in cell.text)
    return text_width(cell.text, CELL) + shape + wide, longest + shape, cell.number


def _need(cell: Measured, number: float, text: float) -> float:
    """What a cell takes where numbers and texts up to those widths are not broken, and of what is wider no word."""
    whole, longest, counted = cell
    if whole <= max(number if counted else text, _LEAST):
        return whole
    return max(min(longest, _NUMBERS[0]), _LEAST)
