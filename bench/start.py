"""How long until there is a page: at the first start, which makes up a past, and at every later one; and how much memory that takes."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.figure import Figure
from bench.ground import FOLDER
from bench.served import Served, peak_mb, served
from dashboard.settings import Settings

PAGES = ("/wall/overview", "/live/overview?surface=wall&lang=zh", "/live/grid_management?surface=wall&lang=zh")
SECOND_STARTS = 3
PARTS = {"web": "dashboard serve", "worker": "dashboard work"}


def measure() -> Iterator[Figure]:
    """Seconds from the command to the first drawn page, and the peak memory of both processes."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=FOLDER, prefix="run-") as folder:
        path = Path(folder) / "wall.db"
        days = Settings().history_days
        with _started(path) as (first, _):
            yield Figure(
                "first_fill_s", first, "s", f"`python app.py` without a database → overview drawn; {days} days made up and counted"
            )
        yield Figure("database_mb", path.stat().st_size / 2**20, "MB", f"the file after {days} days")
        taken = []
        for _ in range(SECOND_STARTS):
            with _started(path) as (seconds, running):
                taken.append(seconds)
                peaks = _peaks(running)
        yield Figure("first_page_s", max(taken), "s", f"the same with its database; the slowest of {SECOND_STARTS}; goal ≤ 5")
        for name, peak in peaks.items():
            yield Figure(f"memory_{name}_mb", peak, "MB", f"peak resident memory of the {name} process after both modules were drawn")


@contextmanager
def _started(path: Path) -> Iterator[tuple[float, Served]]:
    """The program, answering: the seconds that took, and the running program."""
    begun = time.monotonic()
    with served(path, "app.py") as running:
        running.answering(*PAGES[:2])
        seconds = time.monotonic() - begun
        running.answering(*PAGES)
        yield seconds, running


def _peaks(running: Served) -> dict[str, float]:
    lines = running.descendants()
    return {name: max((peak_mb(number) for number, line in lines.items() if part in line), default=0.0) for name, part in PARTS.items()}
