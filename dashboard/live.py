"""The door for everything read: snapshots taken once per version, drawn once per surface and language, kept as bytes."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Engine

from dashboard.locality import Locality
from dashboard.registry import declared
from dashboard.shelf import Shelf
from dashboard.taking.moment import Taking
from dashboard.taking.opened import UnknownArea, opened
from dashboard.taking.register import Registers
from dashboard.taking.snapshot import take, unread
from dashboard.watcher import Clock, Watcher
from data.db import reading
from data.measures import Span
from layouts.drawn import drawn
from layouts.view import Surface
from modules.spec import Snapshot

log = logging.getLogger(__name__)
Kept = Callable[[str, str, Span | None, datetime], Snapshot | None]
KEPT = 64  # snapshots in memory
REST = 2  # times as long as the last taking took
LONGEST_REST_S = 0.5


class UnknownModule(KeyError):
    """No module of that key."""


class Live:
    """Takes, draws and keeps snapshots. One computation per version, whoever asks and however many."""

    def __init__(self, engine: Engine, locality: Locality, watcher: Watcher, shelf: Shelf, clock: Clock, kept: Kept | None = None) -> None:
        """`kept` finds the snapshot that was kept for exactly a module, area, period and past moment."""
        self.engine, self.locality, self.watcher, self._shelf, self._clock = engine, locality, watcher, shelf, clock
        self._kept = kept
        self._snapshots: dict[tuple[Any, ...], Snapshot] = {}
        self._taken_at: dict[tuple[Any, ...], tuple[float, float]] = {}  # from when to when
        self._locks: dict[tuple[Any, ...], threading.Lock] = {}
        self._guard = threading.Lock()
        self._failing: set[str] = set()
        self._registers = Registers()
        self.taken = 0

    def snapshot(self, module: str, area: str | None = None, span: Span | None = None, as_of: datetime | None = None) -> Snapshot:
        """The module's snapshot for an area; of a past moment the one that was kept then, where there is one.

        Raises UnknownModule, UnknownArea; a failed query gives the last one, marked."""
        if module not in declared():
            raise UnknownModule(module)
        code = area or self.locality.root
        if as_of and self._kept and (found := self._kept(module, code, span, as_of)):
            return found
        key = (module, code, span, as_of)
        arrived, kept = time.monotonic(), self._snapshots.get(key)
        if kept is not None and kept.version == self._version(module):
            return kept
        with self._lock(key):
            kept, (begun, _) = self._snapshots.get(key), self._taken_at.get(key, (0.0, 0.0))
            if kept is not None and (kept.version == self._version(module) or begun >= arrived):
                return kept
            self._rest(key)
            return self._retaken(key, kept)

    def _version(self, module: str) -> str:
        return self.watcher.versions.get(module, "0")

    def _rest(self, key: tuple[Any, ...]) -> None:
        """Wait before the next taking: in a burst the threads that send keep most of the time, and many who wait share one."""
        begun, ended = self._taken_at.get(key, (0.0, 0.0))
        time.sleep(max(0.0, min(ended + REST * (ended - begun) - time.monotonic(), LONGEST_REST_S)))

    def _retaken(self, key: tuple[Any, ...], kept: Snapshot | None) -> Snapshot:
        module, code, span, as_of = key
        begun, version = time.monotonic(), self._version(module)
        try:
            with reading(self.engine) as connection:
                taking = self.taking(connection, code, span, as_of)
                snapshot = take(declared()[module], taking, self.locality.names, self.locality.demo)
                snapshot = replace(snapshot, taken_at=taking.present).sealed(version)
            self.taken += 1
        except UnknownArea:
            raise
        except Exception as error:
            snapshot = self._unread(key, version, kept, error)
        else:
            self._read_again(module)
        self._keep(key, snapshot, begun)
        return snapshot

    def _unread(self, key: tuple[Any, ...], version: str, kept: Snapshot | None, error: Exception) -> Snapshot:
        """The last snapshot, or an empty one, marked as old; the module is offered anew in a while. Logged once a module."""
        module, code, _, _ = key
        if module not in self._failing:
            log.error("%s for %s cannot be taken", module, code, exc_info=error)
        self._failing.add(module)
        self.watcher.again(module)
        last = kept or unread(declared()[module], code, self._clock(), self.locality.names, self.locality.demo)
        return replace(last, stale=True, error=type(error).__name__).sealed(version)

    def _read_again(self, module: str) -> None:
        if module in self._failing:
            self._failing.discard(module)
            log.warning("%s is taken again", module)

    def taking(self, connection: Any, code: str | None, span: Span | None = None, as_of: datetime | None = None) -> Taking:
        """A consistent view for an area. Raises UnknownArea."""
        register = self._registers.of(connection, self.locality.region)
        return opened(connection, self.locality, self._clock(), code, span, as_of, register=register)

    def drawn_bytes(self, module: str, area: str | None, surface: Surface, lang: str) -> tuple[str, bytes]:
        """The version and the bytes a page of that surface and language needs."""
        snapshot = self.snapshot(module, area)
        key = f"drawn:{self.locality.key}:{module}:{snapshot.area}:{surface}:{lang}:{snapshot.version}:{snapshot.stale}"
        body = self._shelf.get(key)
        if body is None:
            with self._lock((key,)):
                body = self._shelf.get(key)
                if body is None:
                    props = drawn(snapshot, surface, lang)
                    content = {
                        "module": module,
                        "version": snapshot.version,
                        "digest": snapshot.digest,
                        "stale": snapshot.stale,
                        "props": props,
                    }
                    body = orjson.dumps(content, option=orjson.OPT_NON_STR_KEYS, default=str)
                    self._shelf.set(key, body)
        return snapshot.version, body

    def _keep(self, key: tuple[Any, ...], snapshot: Snapshot, begun: float) -> None:
        ended = time.monotonic()
        with self._guard:
            self._snapshots.pop(key, None)
            self._snapshots[key], self._taken_at[key] = snapshot, (begun, ended)
            while len(self._snapshots) > KEPT:
                oldest = next(iter(self._snapshots))
                del self._snapshots[oldest], self._taken_at[oldest]

    def _lock(self, key: tuple[Any, ...]) -> threading.Lock:
        with self._guard:
            if len(self._locks) > 4 * KEPT:
                self._locks = {name: lock for name, lock in self._locks.items() if lock.locked()}
            return self._locks.setdefault(key, threading.Lock())
