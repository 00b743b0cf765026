"""Measures: one aggregate over one kind of fact, read as a total, by area, by key or over time.

A flow counts what happened in a span, a stock what stands now, a ratio divides two (and is re-divided at every level).
The shapes are derived from the one definition, so tile, map and trend cannot disagree.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Select, Table, bindparam, func, select

from data import standing, view
from data.cubes import ALL, DAY, HOUR, NOW, PLAIN, Cube
from data.schema import REGION

FEW = 24  # counters of a cube that are read together


@dataclass(frozen=True, slots=True)
class Span:
    """Local days, first and last included. `at`: what happened to a fact after this moment is not known yet."""

    first: int
    last: int
    at: datetime | None = None

    @classmethod
    def ending(cls, day: int, days: int) -> "Span":
        """The `days` days that end with `day`."""
        return cls(day - days + 1, day)

    def shifted(self, days: int) -> "Span":
        """The span of the same length so many days later."""
        return Span(self.first + days, self.last + days)

    def before(self) -> "Span":
        """The span of the same length just before."""
        return self.shifted(self.first - self.last - 1)


@dataclass(frozen=True, slots=True)
class Scope:
    """Which part of which region: `area` is an area code and `level` its column, or `*` for the whole region."""

    region: int
    area: str = ALL
    level: str = "district"  # district, subdistrict, community, grid


@dataclass(frozen=True, slots=True)
class Part:
    """A value with what it was divided from."""

    value: float | None
    numerator: float | None = None
    denominator: float | None = None
    withheld: bool = False  # known, but kept back: too few to be told


@dataclass(frozen=True, slots=True, eq=False)
class Measure:
    """A counter of a cube; with `by`/`key`, only what carries that key."""

    cube: Cube
    counter: str
    by: str = PLAIN
    key: str = PLAIN

    def __post_init__(self) -> None:
        if self.counter not in self.cube.counters:
            raise ValueError(f"cube {self.cube.name!r} has no counter {self.counter!r}; it has {', '.join(self.cube.counters)}")
        if self.by and self.by not in self.cube.by:
            raise ValueError(f"cube {self.cube.name!r} is not kept by {self.by!r}; it is by {', '.join(self.cube.by)}")

    @property
    def stock(self) -> bool:
        """Whether it stands now rather than happened in a span."""
        return self.cube.day is None

    def carries(self, level: str) -> bool:
        """Whether it can be read for a scope of this level."""
        return level == "district" or level in (self.cube.wide_areas if self.by else self.cube.areas)

    def keeps(self, by: str, level: str) -> bool:
        """Whether it can be read by this key for a scope of this level."""
        return by in self.cube.by and (level == "district" or level in self.cube.wide_areas)

    def keyed(self, by: str, key: str) -> "Measure":
        """The same counter, of one key only."""
        return Measure(self.cube, self.counter, by, key)

    def total(self, connection: Connection, scope: Scope, span: Span) -> Part:
        """Its value for a scope; 0 when nothing happened."""
        if standing.stands(self, span):
            return Part(standing.total(self, connection, scope, span))
        return Part(float(sum(self._counted(connection, scope, self._asked(scope.region, span)).values())))

    def by_area(self, connection: Connection, region: int, areas: Sequence[str], span: Span) -> dict[str, Part]:
        """Its value for each of the areas."""
        if standing.stands(self, span):
            stood = standing.by_area(self, connection, region, areas, span)
            return {area: Part(stood.get(area, 0.0)) for area in areas}
        asked = self._asked(region, span) | {"areas": tuple(areas), "key": self.key}
        rows, place = view.once(connection, _by_area(self.cube, _alone(self)), asked), self._place
        counts: dict[str, Any] = {row[0]: row[place] for row in rows}
        return {area: Part(float(counts.get(area) or 0)) for area in areas}

    def by_key(self, connection: Connection, scope: Scope, by: str, span: Span) -> dict[str, Part]:
        """Its value for each key that occurs."""
        if standing.stands(self, span):
            return {key: Part(count) for key, count in standing.by_key(self, connection, scope, by, span).items()}
        asked = self._asked(scope.region, span) | {"area": scope.area, "by": by}
        rows, place = view.once(connection, _by_key(self.cube, _alone(self)), asked), self._place
        return {row[0]: Part(float(row[place] or 0)) for row in rows}

    @property
    def _place(self) -> int:
        """Where its sum stands in a row that begins with an area or a key."""
        return 1 if _alone(self) else view.place_of(self.cube, self.counter)

    def series(self, connection: Connection, scope: Scope, span: Span, hours: bool = False) -> dict[int, Part]:
        """Its value by local day number (or hour number), zero where nothing happened."""
        asked = self._asked(scope.region, span, hours)
        counts = self._counted(connection, scope, asked)
        return {bucket: Part(float(counts.get(bucket, 0))) for bucket in range(asked["first"], asked["last"] + 1)}

    def _counted(self, connection: Connection, scope: Scope, asked: Mapping[str, Any]) -> dict[int, int]:
        """The counter in each bucket where something happened."""
        first, last, place = asked["first"], asked["last"], view.place_of(self.cube, self.counter)
        line = view.line(connection, self.cube, scope.region, (asked["per"], self.by, scope.area, self.key), first, last)
        return {bucket: row[place] for bucket, row in line.items() if first <= bucket <= last}

    def _asked(self, region: int, span: Span, hours: bool = False) -> dict[str, Any]:
        asked: dict[str, Any] = {"region": region, "by": self.by}
        if self.stock:
            return asked | {"per": NOW, "first": 0, "last": 0}
        if hours:
            return asked | {"per": HOUR, "first": span.first * 24, "last": span.last * 24 + 23}
        return asked | {"per": DAY, "first": span.first, "last": span.last}


def first_bucket(connection: Connection, region: int, cube: Cube) -> int | None:
    """The first day the cube has counted, 0 for a stock; None where it never counted anything."""
    table = cube.table.c
    query = select(func.min(table.bucket)).where(
        table[REGION] == region, table.per == (DAY if cube.day else NOW), table.by == PLAIN, table.area == ALL
    )
    return connection.execute(query).scalar()


def counted_within(connection: Connection, region: int, measure: Measure, span: Span) -> bool:
    """Whether a flow's counter was more than zero on any day of the span; looks backwards from its last day."""
    table = measure.cube.table.c
    days = select(table.bucket).where(
        table[REGION] == region, table.per == DAY, table.by == PLAIN, table.area == ALL, table.key == PLAIN,
        table.bucket.between(span.first, span.last), table[measure.counter] > 0,
    )  # fmt: skip
    return connection.execute(days.order_by(table.bucket.desc()).limit(1)).first() is not None


# One statement per counter and shape, built once: building it costs more than running it.
@cache
def _by_area(cube: Cube, counter: str) -> Select[Any]:
    table = cube.table.c
    among = table.area.in_(bindparam("areas", expanding=True))
    query = select(table.area, *_sums(cube, counter)).where(*_asked_for(cube), among, table.key == bindparam("key"))
    return query.group_by(table.area)


@cache
def _by_key(cube: Cube, counter: str) -> Select[Any]:
    table = cube.table.c
    return select(table.key, *_sums(cube, counter)).where(*_asked_for(cube), table.area == bindparam("area")).group_by(table.key)


def _alone(measure: Measure) -> str:
    """The counter where it is summed alone; empty for a cube of few counters, whose sums are read together, once for all of them."""
    return measure.counter if len(measure.cube.counters) > FEW else ""


def _sums(cube: Cube, counter: str) -> Iterable[ColumnElement[Any]]:
    return (func.sum(cube.table.c[name]).label(name) for name in ([counter] if counter else cube.counters))


def _asked_for(cube: Cube) -> Iterable[ColumnElement[bool]]:
    table = cube.table.c
    yield table[REGION] == bindparam("region")
    yield table.per == bindparam("per")
    yield table.by == bindparam("by")
    yield table.bucket.between(bindparam("first"), bindparam("last"))


@dataclass(frozen=True, slots=True, eq=False)
class Ratio:
    """Two measures divided; None where the denominator is zero. Percentages are ×100.

    `rest`: the share that is left when `over` is taken away from `under`, as the share in order is by those that are not.
    """

    over: Measure
    under: Measure
    scale: float = 100.0
    rest: bool = False

    @property
    def stock(self) -> bool:
        """Whether it stands now rather than happened in a span."""
        return self.over.stock

    @property
    def cube(self) -> Cube:
        """What its denominator is counted in."""
        return self.under.cube

    def divided(self, over: Part, under: Part) -> Part:
        """The quotient with both counts."""
        count = over.value if not self.rest or under.value is None else under.value - (over.value or 0)
        value = None if not under.value else self.scale * (count or 0) / under.value
        return Part(value, count, under.value)

    def carries(self, level: str) -> bool:
        """Whether both sides can be read for a scope of this level."""
        return self.over.carries(level) and self.under.carries(level)

    def keeps(self, by: str, level: str) -> bool:
        """Whether both sides can be read by this key for a scope of this level."""
        return self.over.keeps(by, level) and self.under.keeps(by, level)

    def keyed(self, by: str, key: str) -> "Ratio":
        """The same ratio, of one key only."""
        return Ratio(self.over.keyed(by, key), self.under.keyed(by, key), self.scale, self.rest)

    def total(self, connection: Connection, scope: Scope, span: Span) -> Part:
        """Its value for a scope."""
        return self.divided(self.over.total(connection, scope, span), self.under.total(connection, scope, span))

    def by_area(self, connection: Connection, region: int, areas: Sequence[str], span: Span) -> dict[str, Part]:
        """Re-divided for each of the areas."""
        over, under = (side.by_area(connection, region, areas, span) for side in (self.over, self.under))
        return {area: self.divided(over[area], under[area]) for area in areas}

    def by_key(self, connection: Connection, scope: Scope, by: str, span: Span) -> dict[str, Part]:
        """Re-divided for each key that occurs in the denominator."""
        over, under = (side.by_key(connection, scope, by, span) for side in (self.over, self.under))
        return {key: self.divided(over.get(key, Part(0.0)), part) for key, part in under.items()}

    def series(self, connection: Connection, scope: Scope, span: Span, hours: bool = False) -> dict[int, Part]:
        """Re-divided for each bucket."""
        over, under = (side.series(connection, scope, span, hours) for side in (self.over, self.under))
        return {bucket: self.divided(over[bucket], part) for bucket, part in under.items()}


@dataclass(frozen=True, slots=True, eq=False)
class Coverage:
    """How many keys of a known list occur at least once: a percentage of the list."""

    measure: Measure
    by: str
    listed: Table  # the list, one row a key

    def carries(self, level: str) -> bool:
        """Whether its cube keeps keys at this level."""
        return level == "district" or level in self.measure.cube.wide_areas

    def total(self, connection: Connection, scope: Scope, span: Span) -> Part:
        """Its value for a scope; the denominator is the length of the list, keys outside it do not count."""
        counts = self.measure.by_key(connection, scope, self.by, span)
        key = self.listed.primary_key.columns.values()[-1]
        keys = [str(found) for found in connection.execute(select(key).where(self.listed.c[REGION] == scope.region)).scalars()]
        found = sum(1 for name in keys if name in counts and counts[name].value)
        return Part(100.0 * found / len(keys) if keys else None, float(found), float(len(keys)))


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """The coefficient of variation (standard deviation ÷ mean, in percent) among the communities of a scope.

    With `share` it is of the measure per post: the column counts the posts of each area listed there. No single post is told.
    """

    measure: Measure
    share: Column[Any] | None = None
    where: ColumnElement[bool] | None = None

    def carries(self, level: str) -> bool:
        """Whether there is anything below this level to compare."""
        return level in ("district", "subdistrict")

    def loads(self, connection: Connection, region: int, areas: Sequence[str], span: Span) -> dict[str, float]:
        """The measure of each area, per post where posts are counted; areas without a post are left out."""
        counts = {area: part.value or 0.0 for area, part in self.measure.by_area(connection, region, areas, span).items()}
        if self.share is None:
            return counts
        posts = self.share.table.c
        query = select(posts.area, self.share).where(posts[REGION] == region, posts.area.in_(areas))
        filled = connection.execute(query if self.where is None else query.where(self.where)).all()
        return {area: counts[area] / number for area, number in filled if number}

    def among(self, values: Sequence[float]) -> Part:
        """The coefficient of variation of the values; None for fewer than two values or a mean of zero."""
        count = len(values)
        mean = sum(values) / count if count else 0.0
        if count < 2 or not mean:
            return Part(None, None, float(count))
        variance = sum((value - mean) ** 2 for value in values) / count
        return Part(100.0 * variance**0.5 / mean, None, float(count))

    def over(self, connection: Connection, region: int, areas: Sequence[str], span: Span) -> Part:
        """The spread among these areas, all of them counted, also those with nothing."""
        return self.among(list(self.loads(connection, region, areas, span).values()))


def quantile(values: Sequence[float], share: float) -> float | None:
    """The quantile of ascending values, interpolated linearly between ranks; None when there are none."""
    if not values:
        return None
    rank = share * (len(values) - 1)
    low = int(rank)
    high = min(low + 1, len(values) - 1)
    return values[low] + (values[high] - values[low]) * (rank - low)
