"""Where drawn bytes wait for those who ask: in memory, or in Redis when several processes share the drawing. Bytes only, never pickles."""

import logging
import time
from typing import Any, Final

from flask import Flask
from flask_caching import Cache

from dashboard.settings import Settings

log = logging.getLogger(__name__)
MOST: Final = 400  # bodies in memory
KEPT_S: Final = 3600
PATIENCE_S: Final = 0.2  # how long Redis may take
PAUSE_S: Final = 10.0  # how long it is left alone after it failed


class RawBytes:
    """Stores bytes as they are: whoever can write the cache must not be able to run anything here."""

    def dumps(self, value: bytes) -> bytes:
        """The bytes."""
        return value

    def loads(self, value: bytes | None) -> bytes | None:
        """The bytes."""
        return value


def _configured(settings: Settings, build: str) -> dict[str, Any]:
    common = {"CACHE_DEFAULT_TIMEOUT": KEPT_S, "CACHE_KEY_PREFIX": f"wall:{build}:"}
    if not settings.redis_url:
        return {**common, "CACHE_TYPE": "SimpleCache", "CACHE_THRESHOLD": MOST}
    patience = {"socket_timeout": PATIENCE_S, "socket_connect_timeout": PATIENCE_S}
    return {**common, "CACHE_TYPE": "RedisCache", "CACHE_REDIS_URL": settings.redis_url, "CACHE_OPTIONS": patience}


def _opened(server: Flask, settings: Settings, build: str) -> Any:
    cache: Any = Cache(server, config=_configured(settings, build))
    cache.cache.serializer = RawBytes()
    return cache.cache


class Shelf:
    """Keeps bytes by key. It never raises: without its cache everything is drawn anew, and said once in the log."""

    def __init__(self, server: Flask, settings: Settings, build: str) -> None:
        """`build` keeps the drawings of two builds apart."""
        self._store = _opened(server, settings, build)
        self._silent_until = 0.0
        self._failing = False

    def get(self, key: str) -> bytes | None:
        """The bytes of that key, or None."""
        found = self._tried("get", key)
        return found if isinstance(found, bytes) else None

    def set(self, key: str, body: bytes) -> None:
        """Keep the bytes."""
        self._tried("set", key, body)

    def _tried(self, what: str, *given: Any) -> Any:
        if time.monotonic() < self._silent_until:
            return None
        try:
            found = getattr(self._store, what)(*given)
        except Exception as error:
            self._silent_until = time.monotonic() + PAUSE_S
            if not self._failing:
                log.warning("the cache does not answer, drawing without it: %s", str(error).splitlines()[:1])
            self._failing = True
            return None
        if self._failing:
            log.warning("the cache answers again")
        self._failing = False
        return found
