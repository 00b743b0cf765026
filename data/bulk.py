"""Many facts of the past at once: as plain tuples straight through the driver, with indexes built when all is in."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from operator import attrgetter, itemgetter
from typing import Any

from sqlalchemy import Connection, Table, insert, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, DropIndex

from data.cases import Step
from data.schema import REGION, case_step

Row = Mapping[str, Any]
Values = tuple[Any, ...]  # one row as it is stored, in the order of the table's columns

_step = attrgetter(*(column.name for column in case_step.columns if column.name not in (REGION, "seq", "case_id")))


def packed(table: Table, region: int, rows: Iterable[Row]) -> list[Values]:
    """Rows of a table as they are stored. KeyError when a row lacks a column."""
    named = itemgetter(*(column.name for column in table.columns if column.name != REGION))
    return [(region, *(_stored(value) for value in named(row))) for row in rows]


def packed_steps(region: int, steps: Sequence[Step]) -> list[Values]:
    """All steps of one case, oldest first, as they are stored."""
    return [(region, step.case_id, seq, *(_stored(value) for value in _step(step))) for seq, step in enumerate(steps, 1)]


def load(connection: Connection, table: Table, values: Sequence[Values]) -> None:
    """Insert packed rows. Counters stand still."""
    if not values:
        return
    if connection.dialect.name == "postgresql":
        _copy(connection, table, values)
    else:
        connection.exec_driver_sql(_inserting(table), list(values))


@cache
def _inserting(table: Table) -> str:
    """SQLite's own INSERT of a table. Built once: building it costs more than writing a few rows."""
    return str(insert(table).compile(dialect=sqlite.dialect()))


def without_indexes(connection: Connection, tables: Iterable[Table]) -> list[CreateIndex]:
    """Take away the indexes of tables that are still empty; what is returned, executed, builds them."""
    dropped = []
    for table in tables:
        if connection.execute(select(1).select_from(table).limit(1)).first() is None:
            for index in sorted(table.indexes, key=lambda one: str(one.name)):
                connection.execute(DropIndex(index))
                dropped.append(CreateIndex(index))
    return dropped


def _stored(value: Any) -> Any:
    return int(value.timestamp()) if type(value) is datetime else value


def _copy(connection: Connection, table: Table, values: Sequence[Values]) -> None:
    from psycopg import sql  # on SQLite no process pays for it

    columns = sql.SQL(", ").join(sql.Identifier(column.name) for column in table.columns)
    command = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table.name), columns)
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(command) as stream:
        for row in values:
            stream.write_row(row)
