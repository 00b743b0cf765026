"""Rounds: something looked at again and again in a thread of its own, beside the worker's tick, whatever goes wrong in between."""

import logging
import threading
from collections.abc import Callable

log = logging.getLogger(__name__)
FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 30.0
PATIENCE_S = 5.0


class Rounds:
    """Calls `look`, rests as long as it says, calls it again. A fault is said once, and so is that it is over."""

    def __init__(self, name: str, look: Callable[[], float]) -> None:
        self._name, self._look = name, look
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin, in the background."""
        self._thread.start()

    def stop(self) -> None:
        """Begin no other round; the one that runs is waited for, though not long."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join(PATIENCE_S)

    def _run(self) -> None:
        pause = 0.0
        while not self._stopped.is_set():
            try:
                rest = self._look()
            except Exception as error:
                if not pause:
                    log.warning("%s: %s", self._name, (str(error).splitlines() or [type(error).__name__])[0])
                pause = min(2 * pause or FIRST_PAUSE_S, LONGEST_PAUSE_S)
                self._stopped.wait(pause)
                continue
            if pause:
                log.warning("%s: well again", self._name)
            pause = 0.0
            self._stopped.wait(rest)
