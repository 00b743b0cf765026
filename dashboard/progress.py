"""A progress bar in the terminal."""

from collections.abc import Callable

WIDTH = 32


class Progress:
    """Says how much of a task is done, each whole percentage at most once; 100 % comes once, with `done`."""

    def __init__(self, say: Callable[[str], None], what: str) -> None:
        self._say, self._what, self._said = say, what, -1

    def at(self, share: float) -> None:
        """So much of 1 is done."""
        percent = min(int(share * 100), 99)
        if percent > self._said:
            self._show(percent, "")

    def done(self) -> None:
        """All is done."""
        self._show(100, "\n")

    def _show(self, percent: int, end: str) -> None:
        self._said = percent
        full = WIDTH * percent // 100
        self._say(f"\r{self._what} [{'█' * full}{'·' * (WIDTH - full)}] {percent:3d} %{end}")
