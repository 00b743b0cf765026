"""Which figures of linked frequency tables to keep back, so that no small count can be worked out from what is published.

Primary: a count between zero and the threshold. Complementary: with those, so many more that an attacker who knows every published
figure, every sum among the figures and these rules (also that a zero is never withheld) can tell none of the withheld ones. After
Hundepool et al., Statistical Disclosure Control (Wiley, 2012).
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

TOTAL = "total"  # the cell that all two-way tables of a family share
_NIL = 1e-9
_Numbers = NDArray[np.float64]
_Places = NDArray[np.intp]
_Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Relation:
    """A cell and the cells that add up to it."""

    total: Hashable
    parts: tuple[Hashable, ...]


class Table(NamedTuple):
    """Named counts and the sums among them: what `withheld` takes."""

    counts: Mapping[Hashable, int]
    relations: tuple[Relation, ...]


def two_way(name: str, cells: Mapping[tuple[str, str], int], rows: str, columns: str) -> Table:
    """A table of rows by columns with its totals: cells `(name, row, column)`, margins `(rows, row)` and `(columns, column)`, and TOTAL.

    Tables whose rows or columns are called alike share those margins. A pair that is not among the cells is a published zero."""
    counts: dict[Hashable, int] = {(name, *pair): count for pair, count in cells.items()}
    relations = []
    for axis, margin in enumerate((rows, columns)):
        lines: dict[Hashable, list[Hashable]] = {}
        for pair in cells:
            lines.setdefault((margin, pair[axis]), []).append((name, *pair))
        counts.update({total: sum(counts[part] for part in parts) for total, parts in lines.items()})
        relations += [Relation(total, tuple(parts)) for total, parts in lines.items()] + [Relation(TOTAL, tuple(lines))]
    return Table({**counts, TOTAL: sum(cells.values())}, tuple(relations))


def linked(*tables: Table) -> Table:
    """Tables as one family. ValueError where two of them tell different counts of a cell they share."""
    counts: dict[Hashable, int] = {}
    for table in tables:
        torn = [repr(cell) for cell, count in table.counts.items() if counts.setdefault(cell, count) != count]
        if torn:
            raise ValueError(f"linked tables tell different counts of {', '.join(sorted(torn))}")
    return Table(counts, tuple(relation for table in tables for relation in table.relations))


def withheld(counts: Mapping[Hashable, int], relations: Sequence[Relation], k: int = 10) -> frozenset[Hashable]:
    """The cells to keep back: every count above zero and below `k`, and what else protects them; zeros are always published.

    Of the rest as much is published as can be, totals before the cells inside a table and large counts before small ones. With every count
    above zero withheld nobody can tell any, and each publication is checked: the result is safe whatever the tables are.
    ValueError for a count below zero or a total that is not the sum of its parts."""
    _check(counts, relations)
    if not any(0 < count < k for count in counts.values()):
        return frozenset()
    attacker = _Attacker(counts, relations, k)
    for cell in attacker.publishable():
        attacker.tell(cell)
    return frozenset(attacker.cells[place] for place in np.flatnonzero(attacker.hidden))


def _check(counts: Mapping[Hashable, int], relations: Sequence[Relation]) -> None:
    below = sorted(repr(cell) for cell, count in counts.items() if count < 0)
    if below:
        raise ValueError(f"counts below zero: {', '.join(below)}")
    for relation in relations:
        if counts[relation.total] != sum(counts[part] for part in relation.parts):
            raise ValueError(f"{relation.total!r} is not the sum of its parts")


class _Attacker:
    """What can be known of the withheld cells: equations without a published cell, each solved for a cell that is in no other.

    Cells of more than one are solved for first. Then the equations solved for a one hold nothing but ones."""

    def __init__(self, counts: Mapping[Hashable, int], relations: Sequence[Relation], k: int) -> None:
        above = [cell for cell, count in counts.items() if count]
        self.cells = sorted(above, key=lambda cell: (counts[cell] == 1, counts[cell], repr(cell)))
        self.counts = np.array([counts[cell] for cell in self.cells], np.float64)
        self.k, self.small, self.ones = k, self.counts < k, int(np.count_nonzero(self.counts > 1))
        self.hidden = np.ones(len(self.cells), np.bool_)
        place = {cell: index for index, cell in enumerate(self.cells)}
        true = [relation for relation in relations if counts[relation.total]]
        sums = sorted({(place[one.total], *sorted(place[part] for part in one.parts if part in place)) for one in true})
        self.totals = np.array([total for total, *_ in sums], np.intp)
        self.parts = np.array([part for _, *parts in sums for part in parts], np.intp)
        self.line = np.repeat(np.arange(len(sums)), [len(parts) for _, *parts in sums])
        equations = np.zeros((len(sums), len(self.cells)))
        np.add.at(equations, (self.line, self.parts), 1)
        np.add.at(equations, (np.arange(len(sums)), self.totals), -1)
        self.equations, self.solved = _reduced(equations)

    def publishable(self) -> list[int]:
        """The cells that are not small, the dearest first: totals, then what adds up with nothing small, then the others."""
        inside = np.ones(len(self.cells), np.bool_)
        inside[self.totals] = False
        beside = np.zeros(len(self.cells), np.bool_)
        beside[self.parts[(self._sums(self.small) > 0)[self.line]]] = True
        cells = np.flatnonzero(~self.small)
        return sorted(cells.tolist(), key=lambda cell: (inside[cell], inside[cell] and beside[cell], -cell))

    def tell(self, cell: int) -> None:
        """Publish a cell and all that follows from it, unless it tells of something small."""
        if not self.hidden[cell]:
            return
        equations, solved = self._solved_without(cell)
        within = np.flatnonzero(equations[:, cell])
        alone = within[np.count_nonzero(equations[within], axis=1) == 2]
        told = [*solved[alone].tolist(), cell]
        hidden = self.hidden.copy()
        hidden[told] = False
        if self.small[told].any() or not self._ample(hidden) or not _movable(equations[solved >= self.ones, self.ones :]):
            return
        equations[:, told] = 0
        self.equations, self.solved, self.hidden = equations, solved, hidden

    def _solved_without(self, cell: int) -> tuple[_Numbers, _Places]:
        """The equations, none solved for this cell."""
        found = np.flatnonzero(self.solved == cell)
        if not found.size:
            return self.equations, self.solved
        row, solved = found[0], self.solved.copy()
        others = self.equations[row] != 0
        others[cell] = False
        solved[row] = np.argmax(others)
        return _pivoted(self.equations, row, solved[row]), solved

    def _ample(self, hidden: _Flags) -> bool:
        """Whether the withheld parts of every published total come to `k`, also when withheld totals among them are written out."""
        amounts, lower = np.full(len(hidden), np.inf), np.where(hidden, self.counts, 0)
        while (lower < amounts).any():
            amounts, lower = lower, lower.copy()
            sums = self._sums(amounts)
            np.minimum.at(lower, self.totals, sums)
        known = sums[~hidden[self.totals]]
        return not ((known > 0) & (known < self.k)).any()

    def _sums(self, amounts: _Numbers | _Flags) -> _Numbers:
        """What the parts of each total come to."""
        return np.bincount(self.line, amounts[self.parts], len(self.totals)).astype(np.float64)


def _reduced(rows: _Numbers) -> tuple[_Numbers, _Places]:
    """The reduced row echelon form, without empty rows, and the column each row is solved for."""
    solved: list[int] = []
    for column in range(rows.shape[1]):
        below = np.abs(rows[len(solved) :, column])
        if below.any():
            row, pivot = len(solved), len(solved) + int(np.argmax(below))
            rows[[row, pivot]] = rows[[pivot, row]]
            rows = _pivoted(rows, row, column)
            solved.append(column)
    return rows[: len(solved)], np.array(solved, np.intp)


def _pivoted(rows: _Numbers, row: int, column: int) -> _Numbers:
    """The rows, this one solved for the column and the column gone from all others."""
    rows = rows.copy()
    rows[row] /= rows[row, column]
    others = np.flatnonzero(rows[:, column])
    others = others[others != row]
    changed = rows[others] - np.outer(rows[others, column], rows[row])
    changed[np.abs(changed) < _NIL] = 0
    rows[others] = changed
    return rows


def _movable(equations: _Numbers) -> bool:
    """Whether all ones may be larger at once, as the equations among them go; a one that may not is known to be one.

    Only the way nearest to one step for each is tried: a False too many withholds more than it must."""
    return not len(equations) or bool((np.linalg.pinv(equations) @ equations.sum(axis=1)).max() < 1 - _NIL)
