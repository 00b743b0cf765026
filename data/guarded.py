"""Counts of people's matters, told for whole periods and only where they are many: no count below ten, nor what would tell one.

A guarded measure names the tables it is told in (by one key, or by two against each other) and its one kind of period. The cells of all
its tables are judged together, those of the whole district also when one sub-district is asked for, so that every reader is told the
same. Periods of a kind do not overlap: no two figures differ by a day. For that reason nothing is told day by day either, of any other
span, or before the last day of the period has been delivered. Cubes of guarded counts are kept by the last day of a period, `told_on`.
"""

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Any, NamedTuple

from sqlalchemy import CompoundSelect, Connection, Select, bindparam, func, select, union_all

from data.cubes import ALL, DAY, PLAIN, TOGETHER, Cube
from data.measures import Measure, Part, Ratio, Scope, Span
from data.periods import period
from data.schema import REGION, area
from data.suppression import TOTAL, Relation, Table, linked, two_way, withheld
from data.view import kept, once

LEAST = 10  # smaller counts are not told
AREA = "subdistrict"
NOWHERE = "-"  # of what lies in no sub-district
LAST_TOLD = "day"
AREAS = select(area.c.code).where(area.c[REGION] == bindparam("region"), area.c.kind == AREA).order_by(area.c.code).distinct()
BLOCKS = {"day": 8, "week": 16, "month": 64, "quarter": 128}  # days read together, as a figure and the period before it are
FIRST_COUNTER = 4  # in the rows of `_statement`
_NOT_YET = Part(None)
_NEVER = Part(None, withheld=True)

Axes = tuple[str, ...]  # keys of a cube, or AREA
Line = tuple[str, str, str, int]  # by, area, key, count


class Told(NamedTuple):
    """The counts of one period by cell, and the cells that are kept back."""

    counts: Mapping[Any, int]
    kept_back: frozenset[Any]

    def part(self, cell: Any) -> Part:
        """What may be said of a cell; one that is not there is a zero."""
        return Part(None, withheld=True) if cell in self.kept_back else Part(float(self.counts.get(cell, 0)))


@dataclass(frozen=True, slots=True, eq=False)
class GuardedMeasure(Measure):
    """A counter told in `tables` for whole periods of one kind. A day stands until the next is delivered: of what stands only.

    Counts below `least` are withheld. Raises ValueError for a table that its cube does not count, and for another kind of period."""

    tables: tuple[Axes, ...] = ()
    period: str = "month"
    least: int = LEAST

    def __post_init__(self) -> None:
        Measure.__post_init__(self)
        if self.period not in BLOCKS:
            raise ValueError(f"{self.counter!r} cannot be told by {self.period!r}")
        for axes in self.tables:
            if not 1 <= len(axes) <= 2 or _by(axes) not in (PLAIN, *self.cube.by):
                raise ValueError(f"cube {self.cube.name!r} has no table of {axes}")

    def carries(self, level: str) -> bool:
        """Whether it is told for a scope of this level."""
        return self._tells({self.by, _area(level)})

    def keeps(self, by: str, level: str) -> bool:
        """Whether it is told by this key for a scope of this level."""
        return self._tells({self.by, _area(level), *self._axes(by)})

    def keyed(self, by: str, key: str) -> "GuardedMeasure":
        """The same counter, of one key only."""
        return replace(self, by=by, key=key)

    def total(self, connection: Connection, scope: Scope, span: Span) -> Part:
        """Its value for a scope; withheld for a span that is no period of its kind, None before the period has been delivered."""
        told = self._told(connection, scope.region, span) if self.carries(scope.level) else _NEVER
        return told.part(self._cell(self._pinned(scope))) if isinstance(told, Told) else told

    def by_area(self, connection: Connection, region: int, areas: Sequence[str], span: Span) -> dict[str, Part]:
        """Its value for each of the sub-districts."""
        told, pinned = self._told(connection, region, span) if self.carries(AREA) else _NEVER, self._pinned(Scope(region))
        return {area: told.part(self._cell({**pinned, AREA: area})) if isinstance(told, Told) else told for area in areas}

    def by_key(self, connection: Connection, scope: Scope, by: str, span: Span) -> dict[str, Part]:
        """Its value for each key that occurs, for two told together `a|b`; nothing where key or period are not told."""
        told, pinned, axes = self._told(connection, scope.region, span), self._pinned(scope), self._axes(by)
        if not isinstance(told, Told) or not self.keeps(by, scope.level):
            return {}
        found = (({**pinned, **dict(zip(axes, keys, strict=True))}, keys) for keys in self._keys(told, pinned, axes))
        return {TOGETHER.join(keys): told.part(self._cell(place)) for place, keys in found}

    def series(self, connection: Connection, scope: Scope, span: Span, hours: bool = False) -> dict[int, Part]:
        """Nothing: days are not told one by one."""
        return {}

    def _tells(self, axes: set[str]) -> bool:
        asked = axes - {PLAIN}
        return not asked or any(asked <= set(table) for table in self.tables)

    def _axes(self, by: str) -> Axes:
        """The keys that go by this name: two where a table is called so."""
        return next((table for table in self.tables if "_".join(table) == by), (by,))

    def _pinned(self, scope: Scope) -> dict[str, str]:
        area = {} if scope.area == ALL else {AREA: scope.area}
        return {**area, self.by: self.key} if self.by else area

    def _cell(self, place: Mapping[str, str]) -> Any:
        """The name of a cell in data.suppression."""
        if len(place) < 2:
            return next(iter(place.items()), TOTAL)
        axes = next(table for table in self.tables if set(table) == set(place))
        return ("_".join(axes), *(place[axis] for axis in axes))

    def _keys(self, told: Told, pinned: Mapping[str, str], axes: Axes) -> Iterator[Axes]:
        """The keys that occur beside those pinned, in the order of their names."""
        wanted = {*pinned, *axes}
        table = next(table for table in self.tables if wanted <= set(table))
        table = table if len(wanted) == len(table) else tuple(wanted)
        for cell in sorted(cell for cell in told.counts if cell != TOTAL and cell[0] == "_".join(table) and len(cell) == len(table) + 1):
            place = dict(zip(table, cell[1:], strict=True))
            if all(place[axis] == key for axis, key in pinned.items()):
                yield tuple(place[axis] for axis in axes)

    def _told(self, connection: Connection, region: int, span: Span) -> Told | Part:
        """Every cell of the period, or what is said instead."""
        if (span.first, span.last) != period(span.last, self.period):
            return _NEVER
        newest = once(connection, _newest(self.cube), {"region": region})[0][0]
        last = newest if self.period == LAST_TOLD and newest == span.last - 1 else span.last
        if newest is None or newest < last:
            return _NOT_YET
        name = (self.cube, self.counter, self.tables, self.least, region, span.first, last)
        return kept(
            connection, name, lambda: _judged(self.tables, self.least, self._lines(connection, region, min(span.first, last), last))
        )

    def _lines(self, connection: Connection, region: int, first: int, last: int) -> tuple[Line, ...]:
        """Every line of the counter's tables between two days, summed."""
        areas = tuple(code for (code,) in once(connection, AREAS, {"region": region}))
        asked = {"region": region, "areas": areas, **_wanted(self.tables)}
        place = FIRST_COUNTER + list(self.cube.counters).index(self.counter)
        sums = Counter[tuple[str, str, str]]()
        days = BLOCKS[self.period]
        for block in range(first // days, last // days + 1):
            rows = once(connection, _statement(self.cube), {**asked, "first": block * days, "last": block * days + days - 1})
            for row in rows:
                if first <= row[0] <= last:
                    sums[row[1], row[2], row[3]] += int(row[place])
        return tuple((*line, count) for line, count in sorted(sums.items()))


@dataclass(frozen=True, slots=True, eq=False)
class GuardedRatio(Ratio):
    """A ratio told where what it is divided by is told: how many matters it is about. A guarded numerator must be told as well."""

    def divided(self, over: Part, under: Part) -> Part:
        """The quotient with both counts; withheld with either of them."""
        if over.withheld or under.withheld:
            return Part(None, withheld=True)
        return Part(None) if under.value is None else Ratio.divided(self, over, under)

    def keyed(self, by: str, key: str) -> "GuardedRatio":
        """The same ratio, of one key only."""
        return replace(self, over=self.over.keyed(by, key), under=self.under.keyed(by, key))


def share(counter: str, under: GuardedMeasure) -> GuardedRatio:
    """How many of those counted by a measure are also counted by another counter of its cube, told wherever the measure is."""
    return GuardedRatio(replace(under, counter=counter, least=0), under)


def least_told(measure: Measure | Ratio) -> int:
    """The smallest count that is told of it; 0 where every count is."""
    counted = measure.under if isinstance(measure, Ratio) else measure
    return counted.least if isinstance(counted, GuardedMeasure) else 0


def _area(level: str) -> str:
    return PLAIN if level == "district" else level


def _by(axes: Axes) -> str:
    """What a cube calls these keys, areas left out."""
    return "_".join(axis for axis in axes if axis != AREA)


@cache
def _newest(cube: Cube) -> Select[Any]:
    """The last day delivered. A day on which nothing happened is delivered too, as a row of zeros."""
    return select(func.max(cube.fact.c.day)).where(cube.fact.c[REGION] == bindparam("region"))


@cache
def _wanted(tables: tuple[Axes, ...]) -> dict[str, tuple[str, ...]]:
    """By which keys lines are read: of the whole region, and of every sub-district."""
    whole, inside = ({_by(axes) for axes in tables or ((),) if AREA in axes or not within} for within in (False, True))
    return {"whole": tuple(sorted(whole)), "inside": tuple(sorted(inside))}


@cache
def _statement(cube: Cube) -> CompoundSelect[Any]:
    """Every counter of some lines, by the day they are told of; all measures of a cube read the same rows."""
    table = cube.table.c
    columns = [table.bucket, table.by, table.area, table.key, *(table[counter] for counter in cube.counters)]
    places = {"whole": table.area == ALL, "inside": table.area.in_(bindparam("areas", expanding=True))}
    return union_all(
        *(
            select(*columns).where(
                table[REGION] == bindparam("region"), table.per == DAY, table.by.in_(bindparam(name, expanding=True)), place,
                table.bucket.between(bindparam("first"), bindparam("last")),
            )
            for name, place in places.items()
        )
    )  # fmt: skip


@lru_cache(maxsize=2048)
def _judged(tables: tuple[Axes, ...], least: int, lines: tuple[Line, ...]) -> Told:
    """What is told of the counts and what is kept back; the same counts always give the same."""
    every = linked(*(_table(axes, lines) for axes in tables or ((),)))
    return Told(every.counts, withheld(every.counts, every.relations, least))


def _table(axes: Axes, lines: Sequence[Line]) -> Table:
    """The counts of one table with its totals."""
    cells = _cells(axes, lines)
    if len(axes) == 2:
        return two_way("_".join(axes), {(row, column): count for (row, column), count in cells.items()}, *axes)
    counts: dict[Hashable, int] = {(*axes, *place) if axes else TOTAL: count for place, count in cells.items()}
    relations = (Relation(TOTAL, tuple(counts)),) if axes else ()
    counts[TOTAL] = sum(cells.values())
    return Table(counts, relations)


def _cells(axes: Axes, lines: Sequence[Line]) -> dict[Axes, int]:
    """The counts of a table by place; with areas also of what lies in none of them, so that they add up to the whole."""
    of = [(area, key, count) for by, area, key, count in lines if by == _by(axes)]
    if AREA not in axes:
        return {_place(axes, area, key): count for area, key, count in of if area == ALL}
    nowhere = Counter({key: count for area, key, count in of if area == ALL})
    inside = {(area, key): count for area, key, count in of if area != ALL}
    for (_, key), count in inside.items():
        nowhere[key] -= count
    every = inside | {(NOWHERE, key): count for key, count in nowhere.items() if count}
    return {_place(axes, area, key): count for (area, key), count in every.items()}


def _place(axes: Axes, area: str, key: str) -> Axes:
    keys = iter(key.split(TOGETHER))
    return tuple(area if axis == AREA else next(keys) for axis in axes)
