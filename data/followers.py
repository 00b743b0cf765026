"""Facts that follow from other facts: moved with them in one transaction, derived anew and compared by command.

A follower says which rows of its own table a change of its leader moves. What it keeps depends on the leader's rows alone, never on
the order they came in, so moving it step by step and deriving it at once give the same rows.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

from sqlalchemy import Connection, Table, delete, func, select

from data.bulk import load, packed
from data.rollups import Change
from data.schema import REGION

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Follower:
    """What `table` holds follows from `leader`. `concerns` tells whether a change of the leader can move anything."""

    leader: Table
    table: Table
    concerns: Callable[[Change], bool]
    moved: Callable[[Connection, int, Sequence[Change]], list[Change]]  # changes of `table`, the leader's being stored already
    derived: Callable[[Connection, int], Iterable[Row]]  # every row of `table` of a region, without region

    def follow(self, connection: Connection, region: int, changes: Sequence[Change]) -> list[Change]:
        """The changes of its table that these changes of its leader bring about. One writer at a time: they read each other's rows."""
        concerning = [change for change in changes if self.concerns(change)]
        if not concerning:
            return []
        if connection.dialect.name == "postgresql":
            connection.execute(select(func.pg_advisory_xact_lock(region, crc32(self.table.name.encode()) >> 1)))
        return self.moved(connection, region, concerning)

    def derive(self, connection: Connection, region: int) -> None:
        """Fill its table of a region anew. Counters stand still."""
        connection.execute(delete(self.table).where(self.table.c[REGION] == region))
        load(connection, self.table, packed(self.table, region, self.derived(connection, region)))

    def strayed(self, connection: Connection, region: int) -> list[str]:
        """Every row that is not what its leader says, as `table key: kept …, derived …`; empty when all is exact."""
        keys = [column.name for column in self.table.primary_key if column.name != REGION]
        names = [column.name for column in self.table.columns if column.name != REGION]

        def by_key(rows: Iterable[Any]) -> dict[tuple[Any, ...], tuple[Any, ...]]:
            return {tuple(row[key] for key in keys): tuple(row[name] for name in names) for row in rows}

        kept = by_key(connection.execute(select(self.table).where(self.table.c[REGION] == region)).mappings())
        facts = by_key(self.derived(connection, region))
        wrong = sorted(key for key in kept.keys() | facts.keys() if kept.get(key) != facts.get(key))
        return [f"{self.table.name} {key}: kept {kept.get(key)}, derived {facts.get(key)}" for key in wrong]
