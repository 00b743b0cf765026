"""Which pages a screen shows in turn and how long each stays: what screens.toml declares, checked when it is read."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "screens.toml"
EVERY = "*"
_FIELDS = {"pages", "seconds", "critical_seconds"}
_LEAST_S = 5


class BadScreen(ValueError):
    """screens.toml declares a screen that cannot be shown; the message names it and what is wrong."""


@dataclass(frozen=True, slots=True)
class Screen:
    """One screen: its pages, and how many seconds a page stays, at rest and while something on it is critical."""

    key: str
    pages: tuple[str, ...]
    seconds: int
    critical_seconds: int

    def among(self, modules: Sequence[str]) -> "Screen":
        """The same with its pages spelt out. Raises BadScreen for a page that is no module."""
        unknown = sorted(set(self.pages) - {EVERY} - set(modules))
        if unknown:
            raise BadScreen(f"screens.toml: screen {self.key!r} names unknown pages: {', '.join(unknown)}")
        named = [page for page in self.pages if page != EVERY]
        found: list[str] = []
        for page in self.pages:
            found += [key for key in modules if key not in named] if page == EVERY else [page]
        return replace(self, pages=tuple(found))

    def marks(self) -> dict[str, str]:
        """What the browser reads from the page to turn it."""
        return {
            "data_screen": self.key,
            "data_pages": " ".join(self.pages),
            "data_seconds": str(self.seconds),
            "data_critical_seconds": str(self.critical_seconds),
        }


def screen_of(key: str, entry: dict[str, Any]) -> Screen:
    """A screen from its table. Raises BadScreen."""
    unknown = sorted(entry.keys() - _FIELDS)
    if unknown:
        raise BadScreen(f"screens.toml: screen {key!r} has unknown fields: {', '.join(unknown)}")
    pages = entry.get("pages")
    if not isinstance(pages, list) or not pages or len(set(pages)) != len(pages):
        raise BadScreen(f"screens.toml: screen {key!r}: pages must be a list of different modules, found {pages!r}")
    seconds = entry.get("seconds", 30)
    critical = entry.get("critical_seconds", seconds)
    for name, value in (("seconds", seconds), ("critical_seconds", critical)):
        if not isinstance(value, int) or value < _LEAST_S:
            raise BadScreen(f"screens.toml: screen {key!r}: {name} must be a whole number from {_LEAST_S}, found {value!r}")
    return Screen(key, tuple(str(page) for page in pages), seconds, critical)


@cache
def declared_screens(path: Path = FILE) -> dict[str, Screen]:
    """Every screen by name, the default one first. Raises BadScreen."""
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise BadScreen(f"screens.toml cannot be read: {error}") from error
    if not table:
        raise BadScreen("screens.toml declares no screen")
    return {key: screen_of(key, entry if isinstance(entry, dict) else {}) for key, entry in table.items()}
