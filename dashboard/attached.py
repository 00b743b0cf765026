"""Ties a process to another: what was started for somebody ends when that somebody is gone, however it died."""

import os
import signal
import sys
import threading
import time

LOOK_S = 0.5


def end_with_starter() -> None:
    """Ask this process to stop once standard input ends, which it does when the process that started it is gone."""

    def wait() -> None:
        os.read(sys.stdin.fileno(), 1)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, name="attached", daemon=True).start()


def end_with_parent() -> None:
    """End this process at once when its parent is gone: open streams would otherwise keep it for ever."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(LOOK_S)
        os._exit(0)

    threading.Thread(target=watch, name="parent", daemon=True).start()
