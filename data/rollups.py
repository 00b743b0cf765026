"""Counters kept in the transaction of the fact: folded as −f(old)+f(new), rebuilt and compared by command."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
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
    literal,
    select,
    union_all,
)
from sqlalchemy.dialects import postgresql, registry, sqlite

from data.cubes import ALL, PLAIN, TOGETHER, Cell, Cube, Key
from data.schema import REGION, marker

Row = Mapping[str, Any]
_DEFINED = "counted_by:"
Change = tuple[Row | None, Row | None]  # old, new
Group = tuple[str, str | None, str, Key]  # per, bucket column, by, key column


def upsert(connection: Connection, table: Table) -> Any:
    """An INSERT of the connection's dialect that knows ON CONFLICT."""
    return _insert(connection.dialect.name, table)


@cache
def replacing(dialect: str, table: Table) -> Insert:
    """An INSERT that puts a row over the one of its key. Built once: building it costs as much as writing the row."""
    statement = _insert(dialect, table)
    keys = list(table.primary_key)
    moved = {column.name: statement.excluded[column.name] for column in table.columns if column not in keys}
    replaced: Insert = statement.on_conflict_do_update(index_elements=keys, set_=moved)
    return replaced


def _insert(dialect: str, table: Table) -> Any:
    return (postgresql if dialect == "postgresql" else sqlite).insert(table)


def fold(connection: Connection, region: int, cubes: Iterable[Cube], changes: Sequence[Change]) -> None:
    """Move every counter by what the changes take away and add; one statement per cube."""
    for cube in cubes:
        cells = _difference(cube, changes)
        if cells:
            connection.execute(_adding(connection.dialect.name, cube), _rows(cube, region, cells))


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


@cache
def _adding(dialect: str, cube: Cube) -> Insert:
    statement = _insert(dialect, cube.table)
    moved = {name: cube.table.c[name] + statement.excluded[name] for name in cube.counters}
    added: Insert = statement.on_conflict_do_update(index_elements=list(cube.table.primary_key), set_=moved)
    return added


@cache
def _recomputed(dialect: str, cube: Cube, region: int) -> list[str]:
    """SQL that computes the cube's rows from the facts: a query for each key and bucket, with all its areas. Written once: with some
    hundred queries, writing them costs more than counting a small district."""
    groups: dict[Group, list[str | None]] = defaultdict(list)
    for per, bucket, by, key, area in cube.shapes:
        groups[per, bucket, by, key].append(area)
    queries = [_regrouped(cube, region, group, areas) for group, areas in groups.items()]
    spoken = registry.load(dialect)()
    return [str(query.compile(dialect=spoken, compile_kwargs={"literal_binds": True})) for query in queries]


def _regrouped(cube: Cube, region: int, group: Group, areas: Sequence[str | None]) -> Any:
    """The facts are read once, at the narrowest area; wider areas are sums of those sums."""
    per, bucket, by, key = group
    fact = cube.fact.c
    keyed = key if isinstance(key, tuple) else () if key is None else (key,)
    needed = [name for name in (bucket, *keyed) if name is not None]
    kept = {name: fact[name].label(f"at_{name}") for name in (*needed, *areas) if name is not None}
    sums = [func.sum(_counted(rule)).label(name) for name, rule in cube.counters.items()]
    narrow = select(*kept.values(), *sums).where(fact[REGION] == region, *(fact[name].is_not(None) for name in needed))
    narrow = narrow if cube.where is None else narrow.where(cube.where)
    finest = (narrow.group_by(*(fact[name] for name in kept)) if kept else narrow.having(func.count() > 0)).cte()
    parts = []
    for area in areas:
        at = {name: finest.c[f"at_{name}"] for name in (*needed, area) if name is not None}
        query = select(
            literal(region, Integer).label(REGION),
            literal(per, String).label("per"),
            literal(by, String).label("by"),
            (literal(ALL, String) if area is None else at[area]).label("area"),
            _together([at[name] for name in keyed]).label("key"),
            (literal(0, Integer) if bucket is None else at[bucket]).label("bucket"),
            *(func.sum(finest.c[name]).label(name) for name in cube.counters),
        )
        query = query.where(at[area].is_not(None)) if area is not None else query
        parts.append(query.group_by(*at.values()) if at else query.having(func.count() > 0))
    return union_all(*parts)


def _together(parts: Sequence[ColumnElement[Any]]) -> ColumnElement[str]:
    """The key as it is stored: nothing, a column, or several joined."""
    told: ColumnElement[str] = cast(parts[0], String) if parts else literal(PLAIN, String)
    for part in parts[1:]:
        told = told + literal(TOGETHER, String) + cast(part, String)
    return told


def _counted(rule: ColumnElement[Any]) -> ColumnElement[Any]:
    return case((rule, 1), else_=0) if isinstance(rule.type, Boolean) else func.coalesce(rule, 0)


def rebuild(connection: Connection, region: int, cubes: Iterable[Cube]) -> None:
    """Recompute every counter of a region from its facts."""
    for cube in cubes:
        connection.execute(delete(cube.table).where(cube.table.c[REGION] == region))
        names = ", ".join(f'"{column.name}"' for column in cube.table.columns)
        for query in _recomputed(connection.dialect.name, cube, region):
            connection.exec_driver_sql(f"INSERT INTO {cube.table.name} ({names}) {query}")


def definition(cube: Cube) -> str:
    """A digest of what the cube counts and how it is kept."""
    said = cube.counters if cube.where is None else {**cube.counters, "where": cube.where}
    rules = {name: str(rule.compile(compile_kwargs={"literal_binds": True})) for name, rule in said.items()}
    columns = [column.name for column in cube.table.primary_key]
    return hashlib.blake2b(repr((rules, cube.shapes, columns)).encode(), digest_size=8).hexdigest()


def redefined(connection: Connection, cubes: Iterable[Cube]) -> list[Cube]:
    """The cubes whose kept counters were counted by another definition than today's."""
    query = select(marker.c.key, marker.c.value).where(marker.c.key.like(f"{_DEFINED}%"))
    known = {row.key: row.value for row in connection.execute(query)}
    return [cube for cube in cubes if known.get(_DEFINED + cube.name) != definition(cube)]


def renew(connection: Connection, cubes: Iterable[Cube]) -> None:
    """Lay the tables of these cubes out anew and count every region's facts again: counters follow from facts alone."""
    for cube in cubes:
        cube.table.drop(connection, checkfirst=True)
        cube.table.create(connection)
        for region in connection.execute(select(cube.fact.c[REGION]).distinct()).scalars().all():
            rebuild(connection, region, [cube])
        sign(connection, [cube])


def sign(connection: Connection, cubes: Iterable[Cube]) -> None:
    """Note by which definition these cubes are counted."""
    for cube in cubes:
        noted = upsert(connection, marker).values(region=0, key=_DEFINED + cube.name, value=definition(cube))
        moved = {"value": noted.excluded.value}
        connection.execute(noted.on_conflict_do_update(index_elements=[REGION, "key"], set_=moved))


def differences(connection: Connection, region: int, cubes: Iterable[Cube]) -> list[str]:
    """Every counter that is not what its facts say, as `table cell: kept …, facts …`; empty when all is exact."""
    found = []
    for cube in cubes:
        kept = {
            tuple(row[1:6]): tuple(map(int, row[6:]))
            for row in connection.execute(select(cube.table).where(cube.table.c[REGION] == region))
        }
        facts: dict[Any, tuple[int, ...]] = {}
        for query in _recomputed(connection.dialect.name, cube, region):
            facts |= {tuple(row[1:6]): tuple(map(int, row[6:])) for row in connection.exec_driver_sql(query)}
        for cell in sorted(kept.keys() | facts.keys()):
            zero = (0,) * len(cube.counters)
            if kept.get(cell, zero) != facts.get(cell, zero):
                found.append(f"{cube.table.name} {cell}: kept {kept.get(cell)}, facts {facts.get(cell)}")
    return found
