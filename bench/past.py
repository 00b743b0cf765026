"""What happens beside the cases, made longer: the told past of every field of work put before itself."""

from sqlalchemy import Connection, Integer, Table

from data.columns import UtcDateTime
from data.schema import REGION
from data.seed.demo.stories import told_tables

DAY_S = 86_400
ENDS = ("closed_at", "fixed_at", "lifted_at", "signed_at", "up_at")


def lengthen_told(connection: Connection, days: int) -> None:
    """Put the past of every story before itself until it reaches so many days."""
    for table in told_tables():
        column = anchor(table)
        unit = DAY_S if isinstance(table.c[column].type, UtcDateTime) else 1
        first, last = connection.exec_driver_sql(f"SELECT min({column}) / {unit}, max({column}) / {unit} FROM {table.name}").one()
        if first is None:
            continue
        length = last - first + 1
        for copy in range(1, -(-days // length)):
            _copy(connection, table, copy, copy * length, f"{column} / {unit} >= {first}{_over(table)}")


def anchor(table: Table) -> str:
    """The column that says when a row happened: a day of the key, else the first day, else the first moment."""
    keys = [column.name for column in table.primary_key if _is_day(column.name)]
    rest = [column.name for column in table.columns if _is_day(column.name)]
    moments = [column.name for column in table.columns if isinstance(column.type, UtcDateTime)]
    return next(iter([*keys, *(rest if not moments else []), *moments, *rest]))


def _over(table: Table) -> str:
    """What is still open stands once, however long the past."""
    return "".join(f" AND {name} IS NOT NULL" for name in ENDS if name in table.columns)


def _is_day(name: str) -> bool:
    return name == "day" or name.endswith("_on")


def _copy(connection: Connection, table: Table, copy: int, days: int, where: str) -> None:
    names = ", ".join(f'"{name}"' for name in table.columns.keys())  # noqa: SIM118 - a collection of columns
    shifted = ", ".join(_shifted(table, name, copy, days) for name in table.columns.keys())  # noqa: SIM118
    connection.exec_driver_sql(f"INSERT INTO {table.name} ({names}) SELECT {shifted} FROM {table.name} WHERE {where}")


def _shifted(table: Table, name: str, copy: int, days: int) -> str:
    if isinstance(table.c[name].type, UtcDateTime):
        return f'"{name}" - {days * DAY_S}'
    if _is_day(name):
        return f'"{name}" - {days}'
    if name.endswith("_hour"):
        return f'"{name}" - {days * 24}'
    if name == _number(table):
        return f'"{name}" + {copy * 10**12}' if isinstance(table.c[name].type, Integer) else f"\"{name}\" || '-{copy}'"
    return f'"{name}"'


def _number(table: Table) -> str:
    """The part of the key that tells copies apart where no day of the key does."""
    keys = [column.name for column in table.primary_key if column.name != REGION]
    return "" if any(_is_day(name) for name in keys) else keys[0]
