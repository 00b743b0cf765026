"""The lists every snapshot looks names up in: areas, units, case types, code lists. Read once, and again when they have changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, bindparam, func, select

from data.schema import REGION, area, case_type, code, unit, version

Row = Mapping[str, Any]
LISTS = (area, unit, case_type, code)
NUMBER = select(func.sum(version.c.number)).where(
    version.c[REGION] == bindparam("region"), version.c.fact.in_([table.name for table in LISTS])
)


@dataclass(frozen=True)
class Register:
    """The lists of a region at one version."""

    every_area: tuple[Row, ...]
    units: Mapping[str, Row]
    types: Mapping[str, Row]
    codes: Mapping[str, Mapping[str, Row]]  # by list, then by key, in order

    @classmethod
    def read(cls, connection: Connection, region: int) -> "Register":
        """From the database."""

        def rows(table: Table, *order: str) -> list[Row]:
            query = select(table).where(table.c[REGION] == region).order_by(*(table.c[name] for name in order))
            return [dict(row) for row in connection.execute(query).mappings()]

        lists: dict[str, dict[str, Row]] = {}
        for row in rows(code, "list", "position", "key"):
            lists.setdefault(row["list"], {})[row["key"]] = row
        units, types = ({row["key"]: row for row in rows(table, "key")} for table in (unit, case_type))
        return cls(tuple(rows(area, "position", "code")), units, types, lists)

    def areas(self, now: datetime) -> dict[str, Row]:
        """Every area in force at a moment, by code."""
        return {
            row["code"]: row for row in self.every_area if row["valid_from"] <= now and (row["valid_to"] is None or row["valid_to"] > now)
        }


class Registers:
    """The register of each region, kept while its version stands."""

    def __init__(self) -> None:
        self._kept: dict[int, tuple[int | None, Register]] = {}

    def of(self, connection: Connection, region: int) -> Register:
        """The region's register as this view of the database has it."""
        number = connection.execute(NUMBER, {"region": region}).scalar()
        known, register = self._kept.get(region, (None, None))
        if register is None or known != number:
            register = Register.read(connection, region)
            self._kept[region] = number, register
        return register
