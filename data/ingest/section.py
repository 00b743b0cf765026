"""Reads one table of a mapping file strictly: every key is known, of the right type, and one of what is allowed.

A mapping is written by whoever connects a source, so a mistake is answered with the key, what was found there and what
may stand there instead.
"""

import difflib
from collections.abc import Iterable
from typing import Any

_MISSING: Any = object()


class MappingError(ValueError):
    """A mapping cannot be used. `key` is the dotted place of the mistake; the text says what is allowed there."""

    def __init__(self, key: str, found: str, allowed: str) -> None:
        super().__init__(f"{key}: {found}; allowed: {allowed}")
        self.key, self.found, self.allowed = key, found, allowed


def listed(words: Iterable[str]) -> str:
    """The words as a sentence part, or 'none' when there are no words."""
    return ", ".join(words) or "none"


class Section:
    """One TOML table. Each reading method takes a key away; `finish` refuses what is left over."""

    def __init__(self, path: str, table: Any, known: Iterable[str]) -> None:
        if not isinstance(table, dict):
            raise MappingError(path or "mapping", f"{table!r} is not a table", "a table")
        self.path, self.table, known = path, table, tuple(known)
        for key in table:
            if key not in known:
                near = difflib.get_close_matches(key, known, 1)
                hint = f" (did you mean {near[0]}?)" if near else ""
                raise MappingError(self.at(key), f"unknown key{hint}", listed(known))

    def at(self, key: str) -> str:
        """The dotted place of a key."""
        return f"{self.path}.{key}" if self.path else key

    def __contains__(self, key: str) -> bool:
        return key in self.table

    def _value(self, key: str, kinds: type | tuple[type, ...], named: str, default: Any) -> Any:
        value = self.table.get(key, default)
        if value is _MISSING:
            raise MappingError(self.at(key), "missing", named)
        if value is default:
            return value
        if not isinstance(value, kinds) or (isinstance(value, bool) and kinds is not bool):
            raise MappingError(self.at(key), f"{value!r} found", named)
        return value

    def text(self, key: str, default: Any = _MISSING, longest: int = 200) -> Any:
        """A text of 1 to `longest` characters, or the default."""
        value = self._value(key, str, "a text", default)
        if value is not default and not 0 < len(value) <= longest:
            raise MappingError(self.at(key), f"a text of {len(value)} characters", f"1 to {longest} characters")
        return value

    def whole(self, key: str, default: Any = _MISSING, low: int = 1, high: int = 2**31 - 1) -> int:
        """A whole number between `low` and `high`, or the default."""
        value = self._value(key, int, f"a whole number from {low} to {high}", default)
        if not low <= value <= high:
            raise MappingError(self.at(key), f"{value} found", f"a whole number from {low} to {high}")
        return int(value)

    def yes(self, key: str, default: bool = False) -> bool:
        """true or false."""
        return bool(self._value(key, bool, "true, false", default))

    def choice(self, key: str, allowed: Iterable[str], default: Any = _MISSING) -> str:
        """One of `allowed`, or the default."""
        allowed = tuple(allowed)
        value = self._value(key, str, listed(allowed), default)
        if value is not default and value not in allowed:
            raise MappingError(self.at(key), f"{value!r} found", listed(allowed))
        return str(value)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; empty when the key is absent."""
        value = self._value(key, list, "a list of texts", [])
        if not all(isinstance(each, str) for each in value):
            raise MappingError(self.at(key), f"{value!r} found", "a list of texts")
        return tuple(value)


def numbers(value: Any, count: int, path: str, named: str) -> tuple[float, ...]:
    """`value` as a tuple of `count` finite numbers, or a refusal."""
    fits = isinstance(value, list) and len(value) == count
    if not fits or not all(isinstance(n, int | float) and not isinstance(n, bool) and abs(n) < 1e9 for n in value):
        raise MappingError(path, f"{value!r} found", named)
    return tuple(float(n) for n in value)
