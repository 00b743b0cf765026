"""Counters kept in the transaction of the fact: folded as −f(old)+f(new), rebuilt and compared by command."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Connection,
    Insert,
    Integer,
    String,
    Table,
    case,
    cast,
    delete,
    func,
    insert,
    literal,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite

from data.cubes import ALL, PLAIN, Cell, Cube
from data.schema import REGION

Row = Mapping[str, Any]
Change = tuple[Row | None, Row | None]  # old, new


def upsert(connection: Connection, table: Table) -> Any:
    """An INSERT of the connection's dialect that knows ON CONFLICT."""
    return (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(table)


def fold(connection: Connection, region: int, cubes: Iterable[Cube], changes: Sequence[Change]) -> None:
    """Move every counter by what the changes take away and add; one statement per cube."""
    for cube in cubes:
        cells = _difference(cube, changes)
        if cells:
            connection.execute(_adding(connection, cube), _rows(cube, region, cells))


def _difference(cube: Cube, changes: Sequence[Change]) -> dict[Cell, list[int]]:
    cells: dict[Cell, list[int]] = defaultdict(lambda: [0] * len(cube.counters))
    for old, new in changes:
        for row, sign in ((old, -1), (new, 1)):
            if row is not None:
                for cell, counts in cube.cells(row).items():
                    total = cells[cell]
                    for index, count in enumerate(counts):
                        total[index] += sign * count
    return {cell: counts for cell, counts in sorted(cells.items()) if any(counts)}


def _rows(cube: Cube, region: int, cells: Mapping[Cell, Sequence[int]]) -> list[dict[str, Any]]:
    return [
        {REGION: region, "per": per, "by": by, "area": area, "key": key, "bucket": bucket} | dict(zip(cube.counters, counts, strict=True))
        for (per, by, area, key, bucket), counts in cells.items()
    ]


def _adding(connection: Connection, cube: Cube) -> Insert:
    statement = upsert(connection, cube.table)
    moved = {name: cube.table.c[name] + statement.excluded[name] for name in cube.counters}
    added: Insert = statement.on_conflict_do_update(index_elements=list(cube.table.primary_key), set_=moved)
    return added


def _recomputed(cube: Cube, region: int) -> list[Any]:
    """One SELECT per shape that computes the cube's rows from the facts."""
    fact = cube.fact.c
    sums = [func.sum(_counted(rule)).label(name) for name, rule in cube.counters.items()]
    selects = []
    for per, bucket, by, key, area in cube.shapes:
        when = literal(0, Integer) if bucket is None else fact[bucket]
        where = literal(ALL, String) if area is None else fact[area]
        what = literal(PLAIN, String) if key is None else cast(fact[key], String)
        columns = [fact[name] for name in (bucket, area, key) if name is not None]
        query = select(
            literal(region, Integer).label(REGION),
            literal(per, String).label("per"),
            literal(by, String).label("by"),
            where.label("area"),
            what.label("key"),
            when.label("bucket"),
            *sums,
        ).where(fact[REGION] == region, *(column.is_not(None) for column in columns))
        selects.append(query.group_by(*columns) if columns else query.having(func.count() > 0))
    return selects


def _counted(rule: ColumnElement[Any]) -> ColumnElement[Any]:
    return case((rule, 1), else_=0) if isinstance(rule.type, Boolean) else func.coalesce(rule, 0)


def rebuild(connection: Connection, region: int, cubes: Iterable[Cube]) -> None:
    """Recompute every counter of a region from its facts."""
    for cube in cubes:
        connection.execute(delete(cube.table).where(cube.table.c[REGION] == region))
        names = [column.name for column in cube.table.columns]
        for query in _recomputed(cube, region):
            connection.execute(insert(cube.table).from_select(names, query))


def differences(connection: Connection, region: int, cubes: Iterable[Cube]) -> list[str]:
    """Every counter that is not what its facts say, as `table cell: kept …, facts …`; empty when all is exact."""
    found = []
    for cube in cubes:
        kept = {
            tuple(row[1:6]): tuple(map(int, row[6:]))
            for row in connection.execute(select(cube.table).where(cube.table.c[REGION] == region))
        }
        facts: dict[Any, tuple[int, ...]] = {}
        for query in _recomputed(cube, region):
            facts |= {tuple(row[1:6]): tuple(map(int, row[6:])) for row in connection.execute(query)}
        for cell in sorted(kept.keys() | facts.keys()):
            zero = (0,) * len(cube.counters)
            if kept.get(cell, zero) != facts.get(cell, zero):
                found.append(f"{cube.table.name} {cell}: kept {kept.get(cell)}, facts {facts.get(cell)}")
    return found
