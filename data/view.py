"""What a consistent view of the database has read already: inside `reading` nothing can change, so nothing is read twice.

A snapshot asks the same counters many times: as a total, over the days, for the period before and the year before.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import CompoundSelect, Connection, FromClause, Select, bindparam, select

from data.cubes import Cube
from data.db import KEPT
from data.schema import REGION

BLOCK = 24  # buckets read together: the hours of a day, or so many days

Made = TypeVar("Made")
Line = tuple[str, str, str, str]  # per, by, area, key
Counts = Mapping[int, Any]  # bucket → the bucket and every counter


def kept(connection: Connection, name: Hashable, make: Callable[[], Made]) -> Made:
    """What is made of rows, made once a view; `name` must say which of all that is made."""
    held: dict[Any, Any] | None = connection.info.get(KEPT)
    if held is None:
        return make()
    if name not in held:
        held[name] = make()
    found: Made = held[name]
    return found


def once(connection: Connection, statement: Select[Any] | CompoundSelect[Any], asked: Mapping[str, Any]) -> Sequence[Any]:
    """The rows of a statement that is built once; lists among what is asked must be tuples."""
    return kept(connection, (statement, *asked.values()), lambda: connection.execute(statement, asked).all())


def has_rows(connection: Connection, fact: FromClause, region: int) -> bool:
    """Whether there is any such fact in a region: what no source ever delivered is not zero."""
    column = fact.c[REGION]
    first = select(column).where(column == region).limit(1)
    return kept(connection, (has_rows, fact, region), lambda: connection.execute(first).first() is not None)


def line(connection: Connection, cube: Cube, region: int, which: Line, first: int, last: int) -> Counts:
    """The counters of one line of a cube, by bucket; at least those from `first` to `last` that occur."""
    kept: dict[Any, Any] | None = connection.info.get(KEPT)
    if kept is None:
        return {row[0]: row for row in _read(connection, cube, region, which, first, last)}
    blocks, counts = kept.setdefault((cube, region, which), (set(), {}))
    missing = [block for block in range(first // BLOCK, last // BLOCK + 1) if block not in blocks]
    if missing:
        rows = _read(connection, cube, region, which, missing[0] * BLOCK, missing[-1] * BLOCK + BLOCK - 1)
        counts.update((row[0], row) for row in rows)
        blocks.update(range(missing[0], missing[-1] + 1))
    found: Counts = counts
    return found


def _read(connection: Connection, cube: Cube, region: int, which: Line, first: int, last: int) -> Sequence[Any]:
    per, by, area, key = which
    asked = {"region": region, "per": per, "by": by, "area": area, "key": key, "first": first, "last": last}
    return connection.execute(_statement(cube), asked).all()


@cache
def _statement(cube: Cube) -> Select[Any]:
    table = cube.table.c
    pinned = [table[name] == bindparam(name) for name in (REGION, "per", "by", "area", "key")]
    return select(table.bucket, *(table[name] for name in cube.counters)).where(
        *pinned, table.bucket.between(bindparam("first"), bindparam("last"))
    )


@cache
def place_of(cube: Cube, counter: str) -> int:
    """Where a counter stands in the rows of a line."""
    return 1 + list(cube.counters).index(counter)
