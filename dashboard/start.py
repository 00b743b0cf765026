"""What must be right before anything runs: each check refuses the start with one line saying which, what was found, what is allowed."""

import errno
import socket
import time

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from dashboard.place import prepared, say_on_terminal, shown_locality
from dashboard.registry import declared
from dashboard.settings import ROOT, BadSetting, Settings
from dashboard.watcher import wall_clock
from data.db import DatabaseUnavailable, engine_for
from data.ingest.records import FileError
from data.ingest.section import MappingError
from data.seed.places import MissingPlace, Place
from layouts.screens import BadScreen

REFUSED = 2  # exit status of a refused start
INTERRUPTED = 130


class PortTaken(Exception):
    """Nothing can listen where HOST and PORT say."""


REFUSALS = (
    BadScreen,
    BadSetting,
    MissingPlace,
    DatabaseUnavailable,
    PortTaken,
    MappingError,
    FileError,
    FileNotFoundError,
    ImportError,
    SQLAlchemyError,
)


def reason(error: BaseException) -> str:
    """Why the start is refused, on one line."""
    lines = str(error).splitlines() or [type(error).__name__]
    return f"DATABASE_URL: {lines[0]}" if isinstance(error, SQLAlchemyError) else " ".join(line.strip() for line in lines)


def listenable(settings: Settings, patience_s: float = 0.0) -> None:
    """Nothing, or PortTaken; a port that a dying process still holds is waited for."""
    until = time.monotonic() + patience_s
    while True:
        try:
            _bind(settings)
        except OSError as error:
            if time.monotonic() < until:
                time.sleep(0.2)
                continue
            raise _refused(settings, error) from error
        return


def _bind(settings: Settings) -> None:
    with socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((settings.host, settings.port))


def _refused(settings: Settings, error: OSError) -> PortTaken:
    if error.errno == errno.EADDRINUSE:
        return PortTaken(f"PORT={settings.port}: {settings.host}:{settings.port} is in use; allowed is any free port from 1 to 65535")
    if error.errno == errno.EACCES:
        return PortTaken(f"PORT={settings.port}: this user may not listen on it; allowed is any free port from 1024 to 65535")
    return PortTaken(f"HOST={settings.host!r}: {error.strerror or error}; allowed is an address of this machine")


def prepare(settings: Settings) -> None:
    """Check the declarations, then create and fill the database if that was not done yet."""
    declared()
    (ROOT / "var").mkdir(exist_ok=True)
    engine = engine_for(settings.database)
    try:
        place = prepared(engine, settings, wall_clock(), say_on_terminal)
        if settings.schedules:
            _check_schedules(engine, place, settings)
    finally:
        engine.dispose()


def _check_schedules(engine: Engine, place: Place, settings: Settings) -> None:
    from dashboard.briefings.editions import Editions  # most starts do without
    from dashboard.briefings.schedules import timetable_of

    timetable_of(Editions(engine, shown_locality(place, settings), wall_clock), settings)
