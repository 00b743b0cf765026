"""Facts that stand at a place in their thousands: read whole once, and then only what changed since a moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, Table, select, type_coerce

from data.schema import REGION, version

KINDS = ("subdistrict", "community", "grid")  # the columns that say where a point lies


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """Rows of a table with the columns number, lon, lat, changed_at (indexed with the region) and those of KINDS.

    `level` says none, ok, watch, warning or critical; `there` which rows stand on the map.
    """

    fact: Table
    level: ColumnElement[str]
    there: ColumnElement[bool]

    def read(self, connection: Connection, region: int, since: int | None = None) -> Sequence[Any]:
        """Every row by number, or those changed since that epoch second: number, lon, lat, level, changed_s, there, KINDS."""
        columns = self.fact.c
        changed = type_coerce(columns.changed_at, BigInteger)
        own = (self.level.label("level"), changed.label("changed_s"), self.there.label("there"))
        told = (columns.number, columns.lon, columns.lat, *own, *(columns[kind] for kind in KINDS))
        query = select(*told).where(columns[REGION] == region)
        return connection.execute(query.order_by(columns.number) if since is None else query.where(changed >= since)).all()

    def moved(self, connection: Connection, region: int) -> int:
        """How often the table was written."""
        query = select(version.c.number).where(version.c[REGION] == region, version.c.fact == self.fact.name)
        return int(connection.execute(query).scalar() or 0)
