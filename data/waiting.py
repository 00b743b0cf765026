"""What has been waiting since a moment of its own, as of now: how long, or how many for longer than they may."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, select

from data.cubes import ALL
from data.measures import Part, Scope, quantile
from data.schema import REGION


@dataclass(frozen=True, slots=True, eq=False)
class Waiting:
    """Facts that stand in a condition now, by the seconds since one of their moments, on the wall clock.

    Without `longer_s` it is a quantile of those seconds, with it the number of facts that have waited longer.
    """

    fact: Table
    since: str
    where: ColumnElement[bool]
    longer_s: float | None = None

    def carries(self, level: str) -> bool:
        """Whether its facts know this level."""
        return level == "district" or level in self.fact.c

    def values(self, connection: Connection, scope: Scope, now: datetime) -> list[float]:
        """Seconds waited, ascending."""
        query = select(self.fact.c[self.since]).where(*self._where(scope))
        return sorted((now - moment).total_seconds() for moment in connection.execute(query).scalars())

    def grouped(self, connection: Connection, scope: Scope, by: str, now: datetime) -> dict[str, list[float]]:
        """Seconds waited, ascending, for each value of a column."""
        groups: dict[str, list[float]] = {}
        for key, moment in connection.execute(select(self.fact.c[by], self.fact.c[self.since]).where(*self._where(scope))):
            groups.setdefault(key, []).append((now - moment).total_seconds())
        return {key: sorted(values) for key, values in groups.items()}

    def reported(self, connection: Connection, region: int) -> bool:
        """Whether the source has ever delivered such a fact: what was never reported is not zero."""
        return connection.execute(select(self.fact.c[REGION]).where(self.fact.c[REGION] == region).limit(1)).first() is not None

    def total(self, connection: Connection, scope: Scope, now: datetime, share: float) -> Part:
        """The quantile `share` with its count, or how many have waited longer; None where nothing was ever reported."""
        if not self.reported(connection, scope.region):
            return Part(None)
        values = self.values(connection, scope, now)
        if self.longer_s is None:
            return Part(quantile(values, share), None, float(len(values)))
        return Part(float(sum(value > self.longer_s for value in values)))

    def _where(self, scope: Scope) -> Iterable[ColumnElement[Any]]:
        columns = self.fact.c
        yield columns[REGION] == scope.region
        yield columns[self.since].is_not(None)
        yield self.where
        if scope.area != ALL:
            yield columns[scope.level] == scope.area


@dataclass(frozen=True, slots=True)
class Awaited:
    """A figure no connected source delivers yet. It is defined, and its value is missing, never zero."""

    def carries(self, level: str) -> bool:
        """Nowhere, until a source is connected."""
        return False
