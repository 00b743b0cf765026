"""Thousands of points for the desks that may see them: geometry once per version, states as one byte each, both from memory.

What changed is read by its moment, so the price follows changes, not points. A wall gets none, nor does a desk of a place that keeps them.
"""

import hashlib
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import numpy as np
from flask import Blueprint, Flask, Response, abort, request
from numpy.typing import NDArray
from sqlalchemy import Connection, Engine

from dashboard.live import Live
from dashboard.pages import Address
from dashboard.registry import declared
from data.crowds import KINDS, Points
from data.cubes import ALL
from data.db import reading
from data.measures import Scope
from modules.spec import Crowd, Map

LEVELS = ("none", "ok", "watch", "warning", "critical")  # a state is a place in here
URGENT = LEVELS.index("watch")
OVERLAP_S = 30  # a row may be committed after one that was stamped later
REST_S = {"moved": 10.0, "nothing": 300.0}  # between two readings of all rows, by what the changed ones did not tell
MICRO = 1e6  # positions are whole millionths of a degree, a tenth of a metre
_RANKS = {level: place for place, level in enumerate(LEVELS)}


class Standing:
    """The points of a region in memory, brought up to date when their module's version moved."""

    def __init__(self, points: Points, engine: Engine, region: int, clock: Callable[[], datetime], version: Callable[[], str]) -> None:
        self._points, self._engine, self._region, self._clock, self._version = points, engine, region, clock, version
        self._lock = threading.Lock()
        self._seen, self._moved, self._newest, self._whole_at = "", -1, 0, 0.0
        self.read_n = 0  # rows read so far
        self._fill([])

    def geometry(self, scope: Scope) -> tuple[str, bytes]:
        """Version and bytes of an area's points: how many and their origin, then numbers, eastings and northings; 32 bits each."""
        with self._lock:
            self._refresh()
            part, version = self._part(scope)
            return version, self._packed(part)

    def states(self, scope: Scope) -> tuple[str, bytes]:
        """Version of the geometry these states belong to, and a byte for each of its points in the same order."""
        with self._lock:
            self._refresh()
            part, version = self._part(scope)
            return version, self._levels[part].tobytes()

    def worst(self, scope: Scope, most: int) -> tuple[list[int], int]:
        """The numbers of an area's worst points, at most so many, and how many are not in order."""
        with self._lock:
            self._refresh()
            part, _ = self._part(scope)
            levels, numbers = self._levels[part], self._numbers[part]
        urgent = np.flatnonzero(levels >= URGENT)
        order = np.lexsort((numbers[urgent], -levels[urgent].astype(int)))[:most]
        return [int(number) for number in numbers[urgent[order]]], len(urgent)

    def _refresh(self) -> None:
        version = self._version()
        if version == self._seen:
            return
        with reading(self._engine) as connection:
            moved = self._points.moved(connection, self._region)
            if moved != self._moved and not self._changes(connection):
                return  # asked again with the next request
        self._seen, self._moved = version, moved

    def _changes(self, connection: Connection) -> bool:
        """Take over what changed, from all rows where the changed ones do not tell; False where that has to wait."""
        lacking = ""
        if self._moved >= 0:
            since = min(self._newest, int(self._clock().timestamp())) - OVERLAP_S
            lacking = self._took(self._points.read(connection, self._region, since))
            if not lacking:
                return True
        if lacking and time.monotonic() - self._whole_at < REST_S[lacking]:
            return False
        self._fill(self._points.read(connection, self._region))
        return True

    def _took(self, rows: Sequence[Any]) -> str:
        """Take over changed states. What they do not tell: that a point came, went or was moved, or anything new; empty if all."""
        self.read_n += len(rows)
        fresh = False
        for row in rows:
            at, state = self._places.get(row.number), _RANKS.get(row.level, 0)
            if _stands(row) != (at is not None):
                return "moved"
            if at is None:
                continue
            if (self._lons[at], self._lats[at]) != (round(row.lon * MICRO), round(row.lat * MICRO)):
                return "moved"
            fresh = fresh or self._changed[at] != row.changed_s or self._levels[at] != state
            self._levels[at], self._changed[at] = state, row.changed_s
            self._newest = max(self._newest, row.changed_s)
        return "" if fresh else "nothing"

    def _fill(self, rows: Sequence[Any]) -> None:
        self.read_n += len(rows)
        standing = [row for row in rows if _stands(row)]
        self._numbers = np.array([row.number for row in standing], "<u4")
        self._lons = np.array([round(row.lon * MICRO) for row in standing], "<i4")
        self._lats = np.array([round(row.lat * MICRO) for row in standing], "<i4")
        self._levels = np.array([_RANKS.get(row.level, 0) for row in standing], np.uint8)
        self._changed = np.array([row.changed_s for row in standing], np.int64)
        self._areas = {kind: np.array([getattr(row, kind) for row in standing], object) for kind in KINDS}
        self._places = {row.number: place for place, row in enumerate(standing)}
        self._parts: dict[Scope, tuple[NDArray[np.intp], str]] = {}
        self._newest, self._whole_at = int(self._changed.max(initial=0)), time.monotonic()

    def _part(self, scope: Scope) -> tuple[NDArray[np.intp], str]:
        """Which points lie in a scope, and the version of their geometry."""
        if scope not in self._parts:
            if scope.area == ALL:
                part = np.arange(len(self._numbers))
            else:
                part = np.flatnonzero(self._areas.get(scope.level, np.empty(0, object)) == scope.area)
            self._parts[scope] = part, _digest(self._packed(part))
        return self._parts[scope]

    def _packed(self, part: NDArray[np.intp]) -> bytes:
        lons, lats = self._lons[part], self._lats[part]
        lon, lat = (int(values.min()) if len(part) else 0 for values in (lons, lats))
        head = np.array([len(part), lon, lat], "<i4")
        return b"".join(made.tobytes() for made in (head, self._numbers[part], lons - lon, lats - lat))


def _stands(row: Any) -> bool:
    return bool(row.there) and row.lon is not None and row.lat is not None


def _digest(body: bytes) -> str:
    return hashlib.blake2b(body, digest_size=8).hexdigest()


class Crowds:
    """The standing points of every module whose map has some; loaded when first asked for."""

    def __init__(self, live: Live, clock: Callable[[], datetime], allowed: bool) -> None:
        self._live, self._clock, self.allowed = live, clock, allowed
        self._lock = threading.Lock()
        self._standing: dict[str, Standing] = {}

    def of(self, module: str) -> Standing | None:
        """A module's points; None for a module without."""
        crowd = crowd_of(module)
        if crowd is None:
            return None
        with self._lock:
            if module not in self._standing:
                live = self._live
                self._standing[module] = Standing(
                    crowd.points, live.engine, live.locality.region, self._clock, lambda: live.watcher.versions.get(module, "0")
                )
            return self._standing[module]


def crowd_of(module: str) -> Crowd | None:
    """What crowd the map of a module declares."""
    panels = declared()[module].panels if module in declared() else ()
    return next((panel.crowd for panel in panels if isinstance(panel, Map) and panel.crowd), None)


def register(server: Flask, live: Live, crowds: Crowds) -> None:
    """Add /live/crowd/<module>/geometry and /live/crowd/<module>/states, for desks that may have them."""
    routes = Blueprint("crowd", __name__)

    @routes.get("/live/crowd/<module>/geometry")
    def geometry(module: str) -> Response:
        standing, scope = _asked(module, live, crowds)
        version, body = standing.geometry(scope)
        keep = "private, max-age=31536000, immutable" if request.args.get("v") == version else "no-store"
        return _answered(version, body, keep, version)

    @routes.get("/live/crowd/<module>/states")
    def states(module: str) -> Response:
        standing, scope = _asked(module, live, crowds)
        version, body = standing.states(scope)
        return _answered(version, body, "private, no-cache", _digest(version.encode() + body))

    server.register_blueprint(routes)


def _asked(module: str, live: Live, crowds: Crowds) -> tuple[Standing, Scope]:
    """The points and the scope of a request; ends it with 400, 403 or 404 where it may not have them."""
    address, standing = Address.of(module, request.args, live), crowds.of(module)
    if address.fault or standing is None:
        abort(address.fault or 404)
    if not crowds.allowed or address.surface != "desk":
        abort(403)
    with live.engine.connect() as connection:
        return standing, live.taking(connection, address.area).scope


def _answered(version: str, body: bytes, keep: str, tag: str) -> Response:
    headers = {"Cache-Control": keep, "ETag": f'"{tag}"', "Geometry-Version": version}
    made = Response(body, content_type="application/octet-stream", headers=headers)
    made.make_conditional(request)
    return made
