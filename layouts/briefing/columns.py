"""How wide the columns of a table on paper stand: the shares asked for, but no number and no word broken where there is room elsewhere."""

from collections.abc import Sequence

from layouts.briefing.document import Cell, Table
from layouts.figures.canvas import text_width

TEXT_BLOCK = 442.2  # points: the width of the text block
CELL = 9.0  # points: the size of what stands in a table
INSET = 10.0  # points: left and right of it together
TURN = 6.0  # points more between numbers and the words after them
_SHAPE = 10.0  # points: a level's shape with its space
_WIDEST = 120.0  # points: what is wider may be broken


def columns(table: Table) -> list[float]:
    """The widths in points; together the text block."""
    whole = sum(table.widths) or 1.0
    asked = [TEXT_BLOCK * share / whole for share in table.widths]
    right = right_aligned(table)
    turned = [place > 0 and right[place - 1] and not right[place] for place in range(len(asked))]
    rows = [table.head, *table.rows]
    needed = [max(_need(row[place]) for row in rows) + (TURN if turned[place] else 0.0) for place in range(len(asked))]
    return fitted(asked, needed)


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


def _need(cell: Cell) -> float:
    """What a cell takes unbroken: a number and a level's word whole, other text its longest word."""
    whole = text_width(cell.text, CELL)
    if (cell.number or cell.level) and whole <= _WIDEST:
        return whole + INSET + (_SHAPE if cell.level else 0.0)
    longest = max((text_width(word, CELL) for word in cell.text.split() if word.isascii()), default=0.0)
    return min(longest, _WIDEST) + INSET
