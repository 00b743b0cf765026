"""A refresh as the web process does it: a module's snapshot taken from the database, sealed, drawn and encoded."""

from collections.abc import Callable
from datetime import datetime
from itertools import count
from pathlib import Path

from bench.ground import settings_for
from dashboard.create import create_app
from dashboard.live import Live

MODULES = ("grid_management", "overview")


class Refresher:
    """The live door of a database whose versions move only when asked."""

    def __init__(self, path: Path, now: datetime) -> None:
        app = create_app(settings_for(path), lambda: now)
        self.live: Live = app.live
        self.live.watcher.stop()
        self._numbers = count(1)

    def refresh(self, module: str) -> bytes:
        """Take and draw the module anew, as after a change; the bytes a wall receives."""
        self.live.watcher.versions[module] = f"{next(self._numbers)}.0"
        return self.live.drawn_bytes(module, None, "wall", "zh")[1]

    def refreshing(self, module: str) -> Callable[[], bytes]:
        """The same, to be called later."""
        return lambda: self.refresh(module)
