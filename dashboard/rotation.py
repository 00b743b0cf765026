"""The pages a screen shows in turn at /wall, and the next of them as bytes: the browser changes it without losing the one before."""

from collections.abc import Mapping
from typing import Any

import orjson

from dashboard.registry import declared
from layouts.markup import rendered
from layouts.screens import Screen, declared_screens
from modules.spec import Snapshot


def turn_of(query: Mapping[str, str]) -> Screen | None:
    """The screen an address names, the first one where it names none; None if there is no such screen. Raises BadScreen."""
    screens = declared_screens()
    found = screens.get(query.get("screen") or next(iter(screens)))
    return found.among(list(declared())) if found else None


def checked_screens() -> None:
    """Read every screen once, at the start. Raises BadScreen."""
    for screen in declared_screens().values():
        screen.among(list(declared()))


def page_bytes(page: Any, snapshot: Snapshot) -> bytes:
    """A drawn page with its module and the version it shows, as the browser takes it."""
    content = {"module": snapshot.module, "version": snapshot.version, "page": rendered(page)}
    return orjson.dumps(content, option=orjson.OPT_NON_STR_KEYS, default=str)
