"""Runs web and worker side by side: starts both, starts again whichever dies, stops both on Ctrl-C."""

import signal
import subprocess
import sys
import time
from types import FrameType

from dashboard.place import say_on_terminal
from dashboard.settings import ROOT, Settings, settings_from
from dashboard.start import INTERRUPTED, REFUSALS, REFUSED, listenable, prepare, reason

PARTS = ("serve", "work")
GRACE_S = 8.0
LOOK_S = 0.2
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.2, 5.0
SETTLED_S = 10.0  # a part that lived so long starts again without delay


class Part:
    """One of the two processes; it is started again when it dies, ever more slowly if it dies at once."""

    def __init__(self, name: str) -> None:
        self.name, self._pause, self._again_at = name, FIRST_PAUSE_S, 0.0
        self._start()

    def _start(self) -> None:
        # the pipe is never written to: its end tells the part that this process is gone
        command = [sys.executable, "-m", "dashboard", self.name, "--attached"]
        self.process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, start_new_session=True)  # noqa: S603 - our own program
        self._started = time.monotonic()
        self._dead = False

    def look(self) -> None:
        """Start it again if it is dead and its pause is over."""
        if self.process.poll() is None:
            return
        now = time.monotonic()
        if not self._dead:
            self._dead = True
            self._pause = FIRST_PAUSE_S if now - self._started > SETTLED_S else min(2 * self._pause, LONGEST_PAUSE_S)
            self._again_at = now + self._pause
            say_on_terminal(f"{self.name} ended with {self.process.returncode}; starting it again\n")
        if now >= self._again_at:
            self._start()


def run() -> int:
    """Start both parts and watch them until told to stop; 2 when the start was refused."""
    try:
        settings = settings_from()
        listenable(settings)
        prepare(settings)
        return _watch(settings)
    except REFUSALS as error:
        say_on_terminal(f"{reason(error)}\n")
        return REFUSED
    except KeyboardInterrupt:
        return INTERRUPTED


def _watch(settings: Settings) -> int:
    stopping = False

    def stop(_signal: int, _frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    parts = [Part(name) for name in PARTS]
    say_on_terminal(f"http://{settings.host}:{settings.port}\n")
    while not stopping:
        for part in parts:
            part.look()
        time.sleep(LOOK_S)
    _stop([part.process for part in parts])
    return 0


def _stop(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        process.terminate()
    until = time.monotonic() + GRACE_S
    for process in processes:
        try:
            process.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
