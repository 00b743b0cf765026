"""Facts as rows: those that meet a condition now, the most pressing first, with what a reader may see of each."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, func, select

from data.cubes import ALL
from data.measures import Measure, Scope, Span
from data.schema import REGION

Row = Mapping[str, Any]
Value = ColumnElement[Any] | Callable[[datetime, int], ColumnElement[Any]]
LANGUAGES = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Told:
    """A column of a listing. `unit` says how it is printed: text, count, percent, days, time, level … `by` names the code list,
    or `unit` or an area kind, that its key is looked up in."""

    name: str
    unit: str = "text"
    by: str = ""
    value: Value | None = None  # None: the fact's column of that name; it may be asked of the moment and the local day number
    names: tuple[ColumnElement[Any], ColumnElement[Any]] | None = None  # a name in zh and en, instead of a value

    def shown(self, fact: Table, now: datetime, day: int) -> tuple[ColumnElement[Any], ...]:
        """What is read of the fact's row: one column of this name, or one for each language."""
        if self.names:
            return tuple(name.label(f"{self.name}_{lang}") for name, lang in zip(self.names, LANGUAGES, strict=True))
        value = fact.c[self.name] if self.value is None else self.value
        return ((value if isinstance(value, ColumnElement) else value(now, day)).label(self.name),)


@dataclass(frozen=True, slots=True, eq=False)
class Listing:
    """Rows of a fact. `where` and `order` are given the moment and the local day number, for what is due by then.

    `total` counts what stands in the same condition, where so much may stand in it that counting the rows would cost."""

    fact: Table
    columns: tuple[Told, ...]
    where: Callable[[datetime, int], ColumnElement[bool]]
    order: Callable[[datetime, int], Sequence[ColumnElement[Any]]]
    most: int = 50
    total: Measure | None = None

    def carries(self, level: str) -> bool:
        """Whether its facts know this level."""
        return level == "district" or level in self.fact.c

    def rows(self, connection: Connection, scope: Scope, now: datetime, day: int) -> list[Row]:
        """The first rows, columns by name."""
        shown = [column for told in self.columns for column in told.shown(self.fact, now, day)]
        query = select(*shown).where(*self._within(scope, now, day)).order_by(*self.order(now, day)).limit(self.most)
        return [dict(row) for row in connection.execute(query).mappings()]

    def count(self, connection: Connection, scope: Scope, now: datetime, day: int) -> int:
        """How many rows there are in all."""
        if self.total is not None and self.total.carries(scope.level):
            return int(self.total.total(connection, scope, Span(day, day)).value or 0)
        query = select(func.count()).select_from(self.fact).where(*self._within(scope, now, day))
        return int(connection.execute(query).scalar_one())

    def _within(self, scope: Scope, now: datetime, day: int) -> Iterable[ColumnElement[bool]]:
        yield self.fact.c[REGION] == scope.region
        yield self.where(now, day)
        if scope.area != ALL:
            yield self.fact.c[scope.level] == scope.area
