"""Runs web and worker side by side: starts both, starts again whichever dies, stops both on Ctrl-C."""

import signal
import socket
import subprocess
import sys
import time
from types import FrameType

from dashboard.place import prepared, say_on_terminal
from dashboard.settings import ROOT, BadSetting, Settings, settings_from
from dashboard.watcher import wall_clock
from data.db import DatabaseUnavailable, engine_for
from data.seed.places import MissingPlace

PARTS = ("serve", "work")
GRACE_S = 8.0


class PortTaken(Exception):
    """Something else listens on the port already."""


def checked(settings: Settings) -> None:
    """Nothing, or PortTaken naming the setting."""
    with socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise PortTaken(f"PORT={settings.port}: {settings.host}:{settings.port} is in use; set PORT to a free port") from error


def prepare(settings: Settings) -> None:
    """Create and fill the database if that was not done yet."""
    (ROOT / "var").mkdir(exist_ok=True)
    engine = engine_for(settings.database)
    prepared(engine, settings, wall_clock(), say_on_terminal)
    engine.dispose()


def run() -> int:
    """Start both parts and watch them; the exit status is 2 when the start was refused."""
    try:
        settings = settings_from()
        checked(settings)
        prepare(settings)
    except (BadSetting, MissingPlace, DatabaseUnavailable, PortTaken, ImportError) as error:
        say_on_terminal(f"{error}\n")
        return 2
    return _watch(settings)


def _watch(settings: Settings) -> int:
    parts = {name: _start(name) for name in PARTS}
    stopping = False

    def stop(_signal: int, _frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    say_on_terminal(f"http://{settings.host}:{settings.port}\n")
    while not stopping:
        for name, part in parts.items():
            if part.poll() is not None:
                say_on_terminal(f"{name} ended with {part.returncode}; starting it again\n")
                parts[name] = _start(name)
        time.sleep(0.5)
    for part in parts.values():
        part.terminate()
    for part in parts.values():
        try:
            part.wait(GRACE_S)
        except subprocess.TimeoutExpired:
            part.kill()
    return 0


def _start(name: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "dashboard", name], cwd=ROOT, start_new_session=True)  # noqa: S603 - our own program
