"""Facts as points on a map: where each stands, how it is doing, what kind of thing it is."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, case, func, select

from data.cubes import ALL
from data.measures import Scope
from data.schema import REGION
from data.view import has_rows, kept

MOST = 3000
COARSE = 200  # parts of a degree, about 500 m
LEVELS = ("critical", "warning", "watch", "ok", "none")  # the worst first

Rule = ColumnElement[Any] | Callable[[datetime], ColumnElement[Any]]


def coarse(degrees: float) -> float:
    """A longitude or latitude as close as a point may be shown whose exact place is kept."""
    return round(degrees * COARSE) / COARSE


@dataclass(frozen=True, slots=True, eq=False)
class Spots:
    """Points of a fact with the columns lon and lat. `level` says one of LEVELS (NULL: none); it and `where` may be asked of a moment.

    `kind` names the column of what a point is, `title` those of its names zh and en, `number` that of its id, `at` that of the moment told.
    """

    fact: FromClause
    level: Rule
    kind: str | None = None
    where: Rule | None = None
    title: tuple[str, str] | None = None
    number: str = "number"
    at: str | None = None

    def carries(self, level: str) -> bool:
        """Whether its facts know this level."""
        return level == "district" or level in self.fact.c

    def reported(self, connection: Connection, region: int) -> bool:
        """Whether the source has ever delivered such a fact: what was never reported is not zero."""
        return has_rows(connection, self.fact, region)

    def rows(self, connection: Connection, scope: Scope, now: datetime) -> list[dict[str, Any]]:
        """Those with a position, the worst first, at most MOST: id, lon, lat, level, kind, label_zh, label_en, at (a datetime or None)."""
        placed = [row for row in self._read(connection, scope, now) if row["lon"] is not None and row["lat"] is not None]
        return placed[:MOST]

    def counts(self, connection: Connection, scope: Scope, now: datetime) -> dict[str, int]:
        """How many of each level, all of LEVELS, with a position or not."""
        return dict.fromkeys(LEVELS, 0) | Counter(row["level"] for row in self._read(connection, scope, now))

    def _read(self, connection: Connection, scope: Scope, now: datetime) -> list[dict[str, Any]]:
        """All of them, read once: they are things that stand somewhere, hundreds in a district."""
        return kept(connection, (self, scope, now), lambda: self._found(connection, scope, now))

    def _found(self, connection: Connection, scope: Scope, now: datetime) -> list[dict[str, Any]]:
        columns, level = self.fact.c, self._level(now)
        number = columns[self.number]
        zh, en = self.title or (self.number, self.number)
        told = {"id": number, "label_zh": columns[zh], "label_en": columns[en], "lon": columns.lon, "lat": columns.lat, "level": level}
        told |= {name: columns[column] for name, column in (("kind", self.kind), ("at", self.at)) if column}
        query = select(*(column.label(name) for name, column in told.items())).where(*self._within(scope, now))
        rank = case({name: place for place, name in enumerate(LEVELS)}, value=level)
        return [{"kind": None, "at": None, **row} for row in connection.execute(query.order_by(rank, number)).mappings()]

    def _level(self, now: datetime) -> ColumnElement[str]:
        return func.coalesce(_of(self.level, now), LEVELS[-1])

    def _within(self, scope: Scope, now: datetime) -> Iterable[ColumnElement[bool]]:
        yield self.fact.c[REGION] == scope.region
        if self.where is not None:
            yield _of(self.where, now)
        if scope.area != ALL:
            yield self.fact.c[scope.level] == scope.area


def _of(rule: Rule, now: datetime) -> ColumnElement[Any]:
    return rule if isinstance(rule, ColumnElement) else rule(now)
