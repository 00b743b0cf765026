"""Our own program as a process: with an environment of its own, waited for, ended whatever happens."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]
OURS = ("PLACE", "DATABASE_URL", "REDIS_URL", "HOST", "PORT")


def environment(**settings: str | int) -> dict[str, str]:
    """The environment without any setting of ours, and these."""
    kept = {name: value for name, value in os.environ.items() if name not in OURS and not name.startswith("WALL_")}
    return kept | {name: str(value) for name, value in settings.items()} | {"PYTHONUNBUFFERED": "1"}


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(holds: Callable[[], object], seconds: float, what: str) -> None:
    """Wait for something to hold; AssertionError naming it when it does not."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return
        time.sleep(0.05)
    raise AssertionError(f"waited {seconds:g} s for {what}")


def answer(url: str, seconds: float = 10) -> tuple[int, bytes]:
    """Status and body of an address; status 0 when nobody answers."""
    try:
        with urllib.request.urlopen(url, timeout=seconds) as found:
            return found.status, found.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()
    except OSError:
        return 0, b""


@contextmanager
def running(log: Path, *command: str, root: Path = ROOT, **settings: str | int) -> Iterator[subprocess.Popen[bytes]]:
    """`python …` in a session of its own, what it says in a file; at the end everything it started is gone."""
    with log.open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, *command], cwd=root, env=environment(**settings), stdout=out, stderr=out, start_new_session=True
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(5)
        for left in descendants(process.pid):
            os.kill(left, signal.SIGKILL)


def processes() -> dict[int, tuple[int, list[str]]]:
    """Every process: its parent and its command."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
            found[int(folder.name)] = parent, (folder / "cmdline").read_text().split("\0")
        except (OSError, ValueError):
            continue
    return found


def descendants(process: int) -> list[int]:
    """Every living process started by this one, and by those."""
    table = processes()
    below, found = [process], []
    while below:
        parent = below.pop()
        children = [number for number, (above, command) in table.items() if above == parent and command != [""]]
        found += children
        below += children
    return found


def part(process: int, name: str) -> int:
    """The process that serves or works below this one; 0 when there is none."""
    table = processes()
    return next((number for number in descendants(process) if name in table[number][1] and table[number][0] == process), 0)
