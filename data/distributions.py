"""Distributions: exact quantiles of a duration over the facts of a span. What a snapshot asks twice is read once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Self

from sqlalchemy import ColumnElement, Connection, FromClause, Select, String, bindparam, cast, func, select

from data import view
from data.cubes import ALL, PLAIN
from data.measures import Scope, Span
from data.schema import REGION


@dataclass(frozen=True, slots=True, eq=False)
class Distribution:
    """Durations in seconds of the facts of a span; with `by`/`key`, only those that carry that key."""

    fact: FromClause
    value: str | ColumnElement[Any]  # a column's name, or what is computed from columns
    day: str
    where: ColumnElement[bool] | None = None
    by: str = PLAIN
    key: str = PLAIN
    whole: "Distribution | None" = None  # what this is the keyed part of: both are read together

    @property
    def seconds(self) -> ColumnElement[Any]:
        """The value as SQL."""
        return self.fact.c[self.value] if isinstance(self.value, str) else self.value

    def keyed(self, by: str, key: str) -> Self:
        """The same durations, of one key only."""
        return replace(self, by=by, key=key, whole=self)

    def carries(self, level: str) -> bool:
        """Whether its facts know this level."""
        return level == "district" or level in self.fact.c

    def values(self, connection: Connection, scope: Scope, span: Span) -> list[float]:
        """All values of the span, ascending."""
        if self.whole is not None:
            return self.whole.grouped(connection, scope, self.by, span).get(self.key, [])
        rows = view.once(connection, _statement((self,), PLAIN, _level(scope)), _asked(scope, span))
        return _ascending(rows[0][1])

    def grouped(self, connection: Connection, scope: Scope, by: str, span: Span) -> dict[str, list[float]]:
        """All values of the span, ascending, for each value of a column."""
        rows = view.once(connection, _statement((self,), by, _level(scope)), _asked(scope, span))
        return {key: _ascending(listed) for key, listed in rows if listed}


def together(several: Sequence[Distribution], connection: Connection, scope: Scope, span: Span) -> list[list[float]]:
    """The values of several distributions; those over the same facts are read in one go."""
    alike: dict[Any, list[Distribution]] = {}
    for one in dict.fromkeys(several):
        alike.setdefault(id(one) if one.whole else (id(one.fact), one.day, id(one.where)), []).append(one)
    found: dict[Distribution, list[float]] = {}
    for group in alike.values():
        if len(group) == 1:
            found[group[0]] = group[0].values(connection, scope, span)
        else:
            (row,) = view.once(connection, _statement(tuple(group), PLAIN, _level(scope)), _asked(scope, span))
            found |= {one: _ascending(listed) for one, listed in zip(group, row[1:], strict=True)}
    return [found[one] for one in several]


def _level(scope: Scope) -> str:
    return PLAIN if scope.area == ALL else scope.level


def _asked(scope: Scope, span: Span) -> dict[str, Any]:
    return {"region": scope.region, "first": span.first, "last": span.last, "area": scope.area}


@cache
def _statement(several: tuple[Distribution, ...], by: str, level: str) -> Select[Any]:
    """A group's key and the values of each distribution as one text: a row for each value would cost ten times as much."""
    first = several[0]
    columns = first.fact.c
    key = columns[by] if by else func.count()
    listed = [func.aggregate_strings(cast(one.seconds, String), ",") for one in several]
    query = select(key, *listed).where(*_where(several, level))
    return query.where(key.is_not(None)).group_by(key) if by else query


def _where(several: Sequence[Distribution], level: str) -> Iterable[ColumnElement[bool]]:
    first = several[0]
    columns = first.fact.c
    yield columns[REGION] == bindparam("region")
    yield columns[first.day].between(bindparam("first"), bindparam("last"))
    if len(several) == 1:
        yield first.seconds.is_not(None)
    if first.where is not None:
        yield first.where
    if level:
        yield columns[level] == bindparam("area")


def _ascending(listed: str | None) -> list[float]:
    return sorted(map(float, listed.split(","))) if listed else []
