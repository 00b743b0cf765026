"""A refresh as the web process does it: a module's snapshot taken from the database, sealed, drawn and encoded."""

from collections.abc import Callable
from datetime import datetime
from itertools import count
from pathlib import Path

from flask import Flask

from bench.ground import settings_for
from dashboard.create import create_app
from dashboard.live import Live
from dashboard.registry import watched

MODULES = ("overview", *watched())


class Refresher:
    """The live door of a database whose versions move only when asked."""

    def __init__(self, path: Path, now: datetime) -> None:
        app = create_app(settings_for(path), lambda: now)
        self.server: Flask = app.server
        self.live: Live = app.live
        self.live.watcher.stop()
        self._numbers = count(1)

    def refresh(self, module: str) -> bytes:
        """Take and draw the module anew, as after a change; the bytes a wall receives."""
        self.move(module)
        return self.live.drawn_bytes(module, None, "wall", "zh")[1]

    def move(self, module: str) -> str:
        """Give the module a new version, as a commit would."""
        self.live.watcher.versions[module] = f"{next(self._numbers)}.0"
        return self.live.watcher.versions[module]

    def refreshing(self, module: str) -> Callable[[], bytes]:
        """The same as `refresh`, to be called later."""
        return lambda: self.refresh(module)
