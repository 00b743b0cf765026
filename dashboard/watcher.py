"""One watcher per process: sees commits of any process, knows every module's version, wakes the open streams."""

import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine, select
from sqlalchemy.exc import SQLAlchemyError

from data.schema import REGION, version
from modules.spec import Module

log = logging.getLogger(__name__)
POLL_S = 0.05
COALESCE_S = 0.1  # at most ten pushes a second
RETRY_S = 1.0


class Watcher:
    """Versions of the modules, moved by commits and by the minute (time left changes without a commit)."""

    def __init__(self, engine: Engine, region: int, modules: dict[str, Module], clock: Callable[[], datetime]) -> None:
        self._engine, self._region, self._modules, self._clock = engine, region, modules, clock
        self._changed = threading.Condition()
        self._facts: dict[str, int] = {}
        self._minute = 0
        self.sequence = 0
        self.versions: dict[str, str] = {}
        self.failing = False
        self._stopped = threading.Event()

    def start(self) -> None:
        """Read the versions once, then watch in the background."""
        with self._engine.connect() as connection:
            self._read(connection)
        threading.Thread(target=self._run, name="watcher", daemon=True).start()

    def stop(self) -> None:
        """End the background watch."""
        self._stopped.set()

    def wait(self, seen: int, timeout: float) -> int:
        """The sequence number once it differs from `seen`, or the same after `timeout` seconds."""
        with self._changed:
            self._changed.wait_for(lambda: self.sequence != seen, timeout)
            return self.sequence

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                with self._engine.connect() as connection:
                    if self.failing:
                        log.warning("the database answers again")
                    self.failing = False
                    self._watch(connection)
            except SQLAlchemyError as error:
                if not self.failing:
                    log.warning("the database does not answer: %s", str(error).splitlines()[0])
                self.failing = True
                time.sleep(RETRY_S)

    def _watch(self, connection: Connection) -> None:
        sqlite = connection.dialect.name == "sqlite"
        seen: object = None
        while not self._stopped.is_set():
            mark = connection.exec_driver_sql("PRAGMA data_version").scalar() if sqlite else None
            minute = int(self._clock().timestamp()) // 60
            moved = not sqlite or mark != seen or minute != self._minute
            connection.rollback()
            if moved and self._read(connection):
                time.sleep(COALESCE_S)
            seen = mark
            time.sleep(POLL_S)

    def _read(self, connection: Connection) -> bool:
        rows = connection.execute(select(version.c.fact, version.c.number).where(version.c[REGION] == self._region))
        facts = {row[0]: int(row[1]) for row in rows}
        connection.rollback()
        minute = int(self._clock().timestamp()) // 60
        if facts == self._facts and minute == self._minute:
            return False
        self._facts, self._minute = facts, minute
        versions = {key: f"{self._number(module)}.{minute}" for key, module in self._modules.items()}
        with self._changed:
            self.versions = versions
            self.sequence += 1
            self._changed.notify_all()
        return True

    def _number(self, module: Module) -> int:
        if "*" in module.facts:
            return sum(self._facts.values())
        return sum(self._facts.get(fact, 0) for fact in module.facts)


def wall_clock() -> datetime:
    """The present moment; the one place a running process reads it."""
    return datetime.now(UTC)
