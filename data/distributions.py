"""Distributions: exact quantiles of a duration over the facts of a span. What a snapshot asks twice is read once."""

from collections import defaultdict
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
    """Durations in seconds of the facts of a span; with `by`/`key`, only those that carry that key.

    `apart` names keys that are asked for beside the whole: all of it is read at once, told apart by them."""

    fact: FromClause
    value: str | ColumnElement[Any]  # a column's name, or what is computed from columns
    day: str
    where: ColumnElement[bool] | None = None
    apart: tuple[str, ...] = ()
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
        return _ascending(listed for *_, listed in self._rows(connection, scope, span, self.apart))

    def grouped(self, connection: Connection, scope: Scope, by: str, span: Span) -> dict[str, list[float]]:
        """All values of the span, ascending, for each value of a column."""
        keys = self.apart if by in self.apart else (by,)
        place, groups = keys.index(by), defaultdict[str, list[str]](list)
        for row in self._rows(connection, scope, span, keys):
            if row[place] is not None:
                groups[row[place]].append(row[-1])
        return {key: _ascending(several) for key, several in groups.items()}

    def _rows(self, connection: Connection, scope: Scope, span: Span, keys: tuple[str, ...]) -> Sequence[Any]:
        return [row for row in view.once(connection, _statement((self,), keys, _level(scope)), _asked(scope, span)) if row[-1]]


def together(several: Sequence[Distribution], connection: Connection, scope: Scope, span: Span) -> list[list[float]]:
    """The values of several distributions; those over the same facts are read in one go."""
    alike: dict[Any, list[Distribution]] = {}
    for one in dict.fromkeys(several):
        alike.setdefault(id(one) if one.whole or one.apart else (id(one.fact), one.day, id(one.where)), []).append(one)
    found: dict[Distribution, list[float]] = {}
    for group in alike.values():
        if len(group) == 1:
            found[group[0]] = group[0].values(connection, scope, span)
        else:
            (row,) = view.once(connection, _statement(tuple(group), (), _level(scope)), _asked(scope, span))
            found |= {one: _ascending([listed]) for one, listed in zip(group, row, strict=True)}
    return [found[one] for one in several]


def _level(scope: Scope) -> str:
    return PLAIN if scope.area == ALL else scope.level


def _asked(scope: Scope, span: Span) -> dict[str, Any]:
    return {"region": scope.region, "first": span.first, "last": span.last, "area": scope.area}


@cache
def _statement(several: tuple[Distribution, ...], keys: tuple[str, ...], level: str) -> Select[Any]:
    """The keys of a group and the values of each distribution as one text: a row for each value would cost ten times as much."""
    named = [several[0].fact.c[name] for name in keys]
    listed = [func.aggregate_strings(cast(one.seconds, String), ",") for one in several]
    return select(*named, *listed).where(*_where(several, level)).group_by(*named)


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


def _ascending(listed: Iterable[str | None]) -> list[float]:
    return sorted(float(value) for text in listed if text for value in text.split(","))
