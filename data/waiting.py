"""What has been waiting since a moment of its own, as of now: how long, or how many for longer than they may."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, select

from data import standing
from data.cubes import ALL
from data.measures import Part, Scope, quantile
from data.schema import REGION
from data.view import has_rows, kept


@dataclass(frozen=True, slots=True, eq=False)
class Waiting:
    """Facts that stand in a condition now, by the seconds since one of their moments, on the wall clock.

    It is a quantile of those seconds; with `longer_s` the number of facts that have waited longer, with `within_s` that of the facts
    whose moment lies no further back.
    """

    fact: Table
    since: str
    where: ColumnElement[bool]
    longer_s: float | None = None
    stood: Callable[[datetime], Any] | None = None  # the fact's rows as they were at a moment; see data.standing
    within_s: float | None = None

    def carries(self, level: str) -> bool:
        """Whether its facts know this level."""
        return level == "district" or level in self.fact.c

    def values(self, connection: Connection, scope: Scope, now: datetime, back: bool = False) -> list[float]:
        """Seconds waited, ascending; `back`: of the facts as they stood at `now`."""

        def read() -> list[float]:
            facts = self._facts(now, back)
            query = select(facts.c[self.since]).where(*self._where(scope, facts, now))
            return sorted((now - moment).total_seconds() for moment in connection.execute(query).scalars())

        return kept(connection, (self, scope, now, back), read)

    def grouped(self, connection: Connection, scope: Scope, by: str, now: datetime, back: bool = False) -> dict[str, list[float]]:
        """Seconds waited, ascending, for each value of a column."""
        groups: dict[str, list[float]] = {}
        facts = self._facts(now, back)
        for key, moment in connection.execute(select(facts.c[by], facts.c[self.since]).where(*self._where(scope, facts, now))):
            groups.setdefault(key, []).append((now - moment).total_seconds())
        return {key: sorted(values) for key, values in groups.items()}

    def total(self, connection: Connection, scope: Scope, now: datetime, share: float, back: bool = False) -> Part:
        """The quantile `share` with its count, or how many have waited longer; None where nothing was ever reported."""
        if not has_rows(connection, self.fact, scope.region):
            return Part(None)
        values = self.values(connection, scope, now, back)
        if self.within_s is not None:
            return Part(float(len(values)))
        if self.longer_s is None:
            return Part(quantile(values, share), None, float(len(values)))
        return Part(float(sum(value > self.longer_s for value in values)))  # not those at the limit itself

    def _facts(self, now: datetime, back: bool) -> Any:
        return self.stood(now) if back and self.stood else self.fact

    def _where(self, scope: Scope, facts: Any, now: datetime) -> Iterable[ColumnElement[Any]]:
        columns = facts.c
        yield columns[REGION] == scope.region
        yield columns[self.since] <= now - timedelta(seconds=self.longer_s or 0)
        if self.within_s is not None:
            yield columns[self.since] >= now - timedelta(seconds=self.within_s)
        yield self.where if facts is self.fact else standing.earlier(self.where, self.fact, facts)
        if scope.area != ALL:
            yield columns[scope.level] == scope.area


@dataclass(frozen=True, slots=True)
class Awaited:
    """A figure no connected source delivers yet. It is defined, and its value is missing, never zero."""

    def carries(self, level: str) -> bool:
        """Nowhere, until a source is connected."""
        return False
