"""What tells a watcher of a commit: a look at the file on SQLite, LISTEN on PostgreSQL, and a slow look in case of silence."""

import time
from typing import Any, Protocol

from sqlalchemy import Connection

from data.ledger import CHANNEL

FILE_LOOK_S = 0.05
LISTEN_S = 0.25


class Bell(Protocol):
    """Waits a little, then says whether it is worth looking at the versions."""

    def rung(self) -> bool:
        """Whether something may have been committed since the last call."""


class FileBell:
    """SQLite: the data version of this connection moves when any other connection commits."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._seen: Any = None

    def rung(self) -> bool:
        """Whether the file was changed by somebody else."""
        time.sleep(FILE_LOOK_S)
        seen = self._connection.exec_driver_sql("PRAGMA data_version").scalar()
        self._connection.rollback()
        moved, self._seen = bool(seen != self._seen), seen
        return moved


class ServerBell:
    """PostgreSQL: every fold notifies; where notifications are lost (a pooler between) a look each second replaces them."""

    def __init__(self, connection: Connection, look_s: float) -> None:
        """`connection` commits by itself and is nobody else's."""
        connection.exec_driver_sql(f"LISTEN {CHANNEL}")
        self._notes: Any = connection.connection.driver_connection
        self._look_s, self._looked = look_s, 0.0

    def rung(self) -> bool:
        """Whether a fold was told, or the last look is long enough ago."""
        told = any(True for _ in self._notes.notifies(timeout=LISTEN_S, stop_after=1))
        if not told and time.monotonic() - self._looked < self._look_s:
            return False
        self._looked = time.monotonic()
        return True
