"""How wide the columns of a table on paper stand: the shares asked for, but no number and no word broken where there is room elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from math import ceil

from layouts.briefing.document import Cell, Table
from layouts.figures.canvas import text_width

TEXT_BLOCK = 442.2  # points: the width of the text block
CELL, SMALLER = 9.0, 8.2  # points: the size of what stands in a table, and in one with too many columns
INSET = 10.0  # points: left and right of it together
TURN = 6.0  # points more between numbers and the words after them
_SHAPE = 10.5  # points: a level's shape with its space
_NUMBERS = (120.0, 90.0, 76.0, 62.0, 50.0, 38.0)  # points: the widest number kept in one line
_TEXTS = (140.0, 100.0, 84.0, 72.0, 62.0, 54.0, 46.0, 0.0)  # and the widest text
_BROKEN = 0.5  # lines: what a broken number costs besides its second line
_LEAST = 36.0  # points: a column of broken text
_SAFE = 1.05  # widths are estimates
_AS_WIDE = str.maketrans("12345679≥≤≈≠", "88888888〓〓〓〓")  # figures of a table are equally wide; these signs are of the Chinese font
Measured = tuple[float, float, bool]  # the whole width, that of the longest word, whether it had better not be broken


@dataclass(frozen=True, slots=True)
class Setting:
    """How a table is set: the widths of its columns in points, together the text block, and the size of its text."""

    widths: list[float]
    size: float


def setting(table: Table) -> Setting:
    """The widths that give the lowest table; in the smaller size where a number or a level's word would break in the usual one."""
    rows = [[_measured(cell) for cell in row] for row in (table.head, *table.rows)]
    for size in (CELL, SMALLER):
        widths, broken = _tried(
            table, [[(whole * size / CELL, longest * size / CELL, kept) for whole, longest, kept in row] for row in rows]
        )
        if not broken:
            break
    return Setting(widths, size)


def _tried(table: Table, rows: Sequence[Sequence[Measured]]) -> tuple[list[float], int]:
    """The best of the widths tried, and how much breaks in them that had better not."""
    whole = sum(table.widths) or 1.0
    asked = [TEXT_BLOCK * share / whole for share in table.widths]
    right = right_aligned(table)
    turns = [TURN if place and right[place - 1] and not right[place] else 0.0 for place in range(len(asked))]
    tries = [asked]
    for number, text in product(_NUMBERS, _TEXTS):
        needed = [max(_need(row[place], number, text) for row in rows) + INSET + turn for place, turn in enumerate(turns)]
        if sum(needed) <= TEXT_BLOCK:
            tries.append(fitted(asked, needed))
    heights = [_height(rows, widths, turns) for widths in tries]
    best = min(range(len(tries)), key=lambda place: heights[place][0] + _BROKEN * heights[place][1])
    return tries[best], heights[best][1]


def _height(rows: Sequence[Sequence[Measured]], widths: Sequence[float], turns: Sequence[float]) -> tuple[int, int]:
    """How many lines the rows take at those widths, and how many numbers break in them."""
    room = [width - INSET - turn + 0.01 for width, turn in zip(widths, turns, strict=True)]
    height = broken = 0
    for row in rows:
        lines = [max(1, ceil(whole / width)) + (longest > width) for (whole, longest, _), width in zip(row, room, strict=True)]
        height += max(lines)
        broken += sum(kept and count > 1 for (_, _, kept), count in zip(row, lines, strict=True))
    return height, broken


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
    text, shape = cell.text.translate(_AS_WIDE), _SHAPE if cell.level else 0.0
    longest = max((text_width(word, CELL) for word in text.split() if word.isascii()), default=0.0)
    return text_width(text, CELL) * _SAFE + shape, longest * _SAFE + shape, cell.number or bool(cell.level and cell.text.isalpha())


def _need(cell: Measured, number: float, text: float) -> float:
    """What a cell takes where numbers and texts up to those widths are not broken, and of what is wider no word."""
    whole, longest, counted = cell
    if whole <= max(number if counted else text, _LEAST):
        return whole
    return max(min(longest, _NUMBERS[0]), _LEAST)
