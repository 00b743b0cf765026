"""A cube: counters over one kind of fact at one of its moments, by area and by one further key.

Every cube is a table of its own with one named column per counter. `counters` are SQLAlchemy predicates (counted when true) or
whole-number columns (summed); they are the only definition: the fold runs them on rows in memory, the rebuild runs them in SQL.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, ColumnElement, Integer, PrimaryKeyConstraint, String, Table, true

from data.expressions import Evaluator, evaluator
from data.schema import REGION, metadata

ALL = "*"  # the whole region
PLAIN = ""  # no further key
DAY, HOUR, NOW = "d", "h", "n"

Cell = tuple[str, str, str, str, int]  # per, by, area, key, bucket
Key = str | tuple[str, ...] | None  # a key's column; several are told together, joined by TOGETHER
Shape = tuple[str, str | None, str, Key, str | None]  # per, bucket column, by, key column, area column
TOGETHER = "|"


@dataclass(frozen=True, slots=True, eq=False)
class Cube:
    """Counters of `fact`. `day`/`hour` name its bucket columns (none: a stock). `areas` go from narrow to wide;
    `by` maps a key's name to its column, or to columns told together, and is kept for the whole region and `wide_areas` only.
    Rows that do not meet `where` are not counted at all."""

    name: str
    fact: Table
    counters: Mapping[str, ColumnElement[Any]]
    areas: tuple[str, ...]
    wide_areas: tuple[str, ...] = ()
    by: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    day: str | None = None
    hour: str | None = None
    stood: Callable[[datetime], Any] | None = None  # the fact's rows as they were at a moment; see data.standing
    later: tuple[str, ...] = ()  # counters of a flow that look at what came after its bucket
    where: ColumnElement[bool] | None = None
    table: Table = field(init=False)
    evaluators: tuple[tuple[str, Evaluator], ...] = field(init=False)
    concerns: Evaluator = field(init=False)
    shapes: tuple[Shape, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "table", self._table())
        object.__setattr__(self, "evaluators", tuple((name, evaluator(rule)) for name, rule in self.counters.items()))
        object.__setattr__(self, "concerns", evaluator(true() if self.where is None else self.where))
        object.__setattr__(self, "shapes", tuple(self._shapes()))

    def _table(self) -> Table:
        return Table(
            f"rollup_{self.name}",
            metadata,
            Column(REGION, Integer, autoincrement=False),
            Column("per", String(1)),
            Column("by", String(16)),
            Column("area", String(32)),
            Column("key", String(80)),
            Column("bucket", Integer, autoincrement=False),
            *(Column(name, BigInteger, nullable=False) for name in self.counters),
            PrimaryKeyConstraint(REGION, "per", "by", "area", "bucket", "key"),  # a span of days lies together, whatever the key
            sqlite_with_rowid=False,
        )

    def _shapes(self) -> list[Shape]:
        """Every grouping kept: (per, bucket column, by, key column, area column; None: the whole region)."""
        grids = [(DAY, self.day)] if self.day else [(NOW, None)]
        shapes: list[Shape] = [(per, bucket, PLAIN, None, area) for per, bucket in grids for area in (None, *self.areas)]
        shapes += [
            (per, bucket, by, column, area) for per, bucket in grids for by, column in self.by.items() for area in (None, *self.wide_areas)
        ]
        if self.hour:
            shapes += [(HOUR, self.hour, PLAIN, None, area) for area in (None, *self.wide_areas)]
        return shapes

    def cells(self, row: Mapping[str, Any]) -> dict[Cell, tuple[int, ...]]:
        """What a row adds, cell by cell; depends on the row alone, so order of arrival never matters."""
        counts = tuple(int(rule(row) or 0) for _, rule in self.evaluators) if self.concerns(row) else ()
        if not any(counts):
            return {}
        cells: dict[Cell, tuple[int, ...]] = {}
        for per, bucket, by, key, area in self.shapes:
            where = ALL if area is None else row[area]
            when = 0 if bucket is None else row[bucket]
            what = _told(row, key)
            if where is not None and when is not None and what is not None:
                cells[(per, by, where, str(what), when)] = counts
        return cells


def _told(row: Mapping[str, Any], key: Key) -> Any:
    """What a row is counted under; None: not at all."""
    if not isinstance(key, tuple):
        return PLAIN if key is None else row[key]
    parts = [row[name] for name in key]
    return None if None in parts else TOGETHER.join(map(str, parts))
