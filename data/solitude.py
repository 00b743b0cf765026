"""One at a time: whoever prepares a database keeps others from preparing the same one."""

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, text

from data.db import ALLOWED, DatabaseUnavailable, reachable

WAITING = "another start is preparing this database; waiting for it\n"
_KEY = 440_512_001  # of the advisory lock; any number that nothing else on the server uses


@contextmanager
def alone(engine: Engine, say: Callable[[str], None]) -> Iterator[None]:
    """Nobody else is here until the end of the block or of the process. Waits, and says so once, while somebody is.

    The database is reached by then; DatabaseUnavailable when it cannot be."""
    if engine.dialect.name == "postgresql":
        with _advisory(engine, say):
            yield
    elif engine.url.database:
        with _file(engine, Path(f"{engine.url.database}.lock"), say):
            yield
    else:
        yield  # a database in memory is nobody else's


@contextmanager
def _file(engine: Engine, path: Path, say: Callable[[str], None]) -> Iterator[None]:
    try:
        lock = path.open("w")
    except OSError as error:
        raise DatabaseUnavailable(f"DATABASE_URL: {engine.url.render_as_string()} cannot be opened: {error.strerror}; {ALLOWED}") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(WAITING)
            fcntl.flock(lock, fcntl.LOCK_EX)
        reachable(engine)  # not before: a file that is replaced meanwhile must not be open
        yield


@contextmanager
def _advisory(engine: Engine, say: Callable[[str], None]) -> Iterator[None]:
    reachable(engine)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if not connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": _KEY}).scalar():
            say(WAITING)
            connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _KEY})
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _KEY})
