"""One watcher per process: sees commits of any process, knows every module's version, wakes the open streams."""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine, select

from dashboard.bells import Bell, FileBell, ServerBell
from data.schema import REGION, version
from modules.spec import Module

log = logging.getLogger(__name__)
Clock = Callable[[], datetime]
LOOK_S = 1.0
COALESCE_S = 0.2  # at most four pushes a second: a change is heard at once, a burst of them together
RETRY_S = 1.0
AGAIN_S = 5.0  # a module that could not be taken is offered anew after so long


class Watcher:
    """Versions of the modules, moved by commits and by the minute (time left changes without a commit)."""

    def __init__(self, engine: Engine, region: int, modules: dict[str, Module], clock: Clock, look_s: float = LOOK_S) -> None:
        self._engine, self._region, self._modules, self._clock, self._look_s = engine, region, modules, clock, look_s
        self._changed = threading.Condition()
        self._again: dict[str, float] = {}
        self._attempts = dict.fromkeys(modules, 0)
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

    def again(self, module: str) -> None:
        """Give the module a new version in a while, because what its present one shows is not what it should."""
        with self._changed:
            self._again.setdefault(module, time.monotonic() + AGAIN_S)

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                self._watch()
            except Exception as error:
                self._turn(True, str(error))
                self._stopped.wait(RETRY_S)

    def _turn(self, failing: bool, reason: str = "") -> None:
        """Tell the open streams, and the log once, that the database stopped or began again to answer."""
        if failing == self.failing:
            return
        if failing:
            log.warning("the database does not answer: %s", (reason.splitlines() or ["?"])[0])
        else:
            log.warning("the database answers again")
        with self._changed:
            self.failing = failing
            self.sequence += 1
            self._changed.notify_all()

    def _watch(self) -> None:
        with self._engine.connect() as plain:
            connection = plain.execution_options(isolation_level="AUTOCOMMIT")
            try:
                bell: Bell = FileBell(connection) if connection.dialect.name == "sqlite" else ServerBell(connection, self._look_s)
                self._read(connection)
                self._turn(False)
                while not self._stopped.is_set():
                    if (bell.rung() or self._late()) and self._read(connection):
                        time.sleep(COALESCE_S)
            finally:
                connection.invalidate()  # it listens: nobody else may have it

    def _late(self) -> bool:
        """Whether a version must move without a commit."""
        now = time.monotonic()
        return self._now() != self._minute or any(at <= now for at in list(self._again.values()))

    def _now(self) -> int:
        return int(self._clock().timestamp()) // 60

    def _read(self, connection: Connection) -> bool:
        rows = connection.execute(select(version.c.fact, version.c.number).where(version.c[REGION] == self._region))
        facts = {row[0]: int(row[1]) for row in rows}
        connection.rollback()
        now = time.monotonic()
        with self._changed:
            for module in [key for key, at in self._again.items() if at <= now]:
                del self._again[module]
                self._attempts[module] += 1
            self._minute = self._now()
            versions = {key: self._named(key, number_of(module, facts)) for key, module in self._modules.items()}
            if versions == self.versions:
                return False
            self.versions = versions
            self.sequence += 1
            self._changed.notify_all()
        return True

    def _named(self, key: str, number: int) -> str:
        attempt = self._attempts[key]
        return f"{number}.{self._minute}.{attempt}" if attempt else f"{number}.{self._minute}"


def number_of(module: Module, facts: Mapping[str, int]) -> int:
    """How often the facts a module tells of have changed, from the numbers of their versions."""
    if "*" in module.facts:
        return sum(facts.values())
    return sum(facts.get(fact, 0) for fact in module.facts)


def wall_clock() -> datetime:
    """The present moment; the one place a running process reads it."""
    return datetime.now(UTC)
