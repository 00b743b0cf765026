"""Things with a course of their own: each with a count by the hour and the moments at which something was done about it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, select

from data.listings import LANGUAGES
from data.measures import Scope
from data.schema import REGION


@dataclass(frozen=True, slots=True)
class Course:
    """One thing: its row, and its counts by local hour number, only those that are not zero."""

    row: Mapping[str, Any]
    counts: Mapping[int, int]


@dataclass(frozen=True, slots=True, eq=False)
class Timeline:
    """The first `most` facts that meet `where`, with their counts: rows of `series` whose `thing` is the fact's `key`.

    `marks` are moments of the fact. It is known since `begun`, and owes the mark `done` by `due`; `soon` is when that is near."""

    fact: Table
    key: str
    title: tuple[str, str]  # columns, zh and en
    series: Table
    thing: str
    hour: str
    count: str
    marks: tuple[str, ...]
    begun: str
    soon: str
    due: str
    done: str
    by: str  # the column that says what kind of thing it is, and the list that names it
    listed: str
    where: Callable[[datetime, int], ColumnElement[bool]]
    order: Callable[[datetime, int], Sequence[ColumnElement[Any]]]
    most: int = 8

    def carries(self, level: str) -> bool:
        """Whether its counts know this level."""
        return level == "district" or (level in self.fact.c and level in self.series.c)

    @property
    def _moments(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((self.begun, *self.marks, self.soon, self.due, self.done)))

    def read(self, connection: Connection, scope: Scope, now: datetime, first: int, last: int) -> list[Course]:
        """The things in their order, with their counts from one local hour to another."""
        fact, series = self.fact.c, self.series.c
        titles = (fact[name].label(f"label_{lang}") for name, lang in zip(self.title, LANGUAGES, strict=True))
        wanted = (fact[self.key].label("key"), *titles, fact[self.by].label("by"), *(fact[name] for name in self._moments))
        things = select(*wanted).where(fact[REGION] == scope.region, self.where(now, last // 24))
        rows = connection.execute(things.order_by(*self.order(now, last // 24)).limit(self.most)).mappings().all()
        counted = select(series[self.thing], series[self.hour], series[self.count]).where(
            series[REGION] == scope.region, series[self.thing].in_([row["key"] for row in rows]), series[self.hour].between(first, last)
        )
        counts: dict[int, dict[int, int]] = {row["key"]: {} for row in rows}
        for thing, hour, count in connection.execute(counted):
            counts[thing][hour] = count
        return [Course(dict(row), counts[row["key"]]) for row in rows]
