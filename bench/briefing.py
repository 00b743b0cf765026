"""What does a briefing cost, cold and warm, and how does it stand beside the print of a desk page by a headless browser?"""

import io
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median

from playwright.sync_api import sync_playwright
from pypdf import PdfReader
from sqlalchemy import RowMapping

from bench.crowd import CHROMIUM, QUIET
from bench.figure import Figure
from bench.ground import FOLDER, PLACE, base, copied, settings_for
from bench.served import served
from dashboard.briefings.bindery import Bindery
from dashboard.briefings.maker import bindery_of
from dashboard.briefings.orders import order_of
from dashboard.place import locality_of, prepared
from dashboard.settings import ROOT
from data.db import engine_for
from layouts.briefing.build import document_of
from layouts.briefing.document import Chart, Table
from layouts.text import words_for

ROUNDS = 3
MODULE = "grid_management"
MONTHLY = {"kind": "monthly", "period": "running"}


def measure() -> Iterator[Figure]:
    """Seconds, pages and megabytes of the district's monthly; then one module beside Chromium, turn by turn."""
    source, now = base()
    with copied(source) as path:
        yield from _cold(path)
        with tempfile.TemporaryDirectory(dir=FOLDER, prefix="run-") as folder:
            clock = _Clock(now)
            settings = settings_for(path, briefings=folder)
            engine = engine_for(settings.database)
            place = prepared(engine, settings, now, lambda _: None)
            bindery = bindery_of(engine, locality_of(place), settings, clock)
            yield from _warm(bindery, clock)
            yield from _beside_a_browser(bindery, clock, path)
            engine.dispose()


class _Clock:
    """A clock that goes on a second whenever it is asked for a new edition."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def later(self) -> None:
        self.now += timedelta(seconds=1)


def _cold(path: Path) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(dir=FOLDER, prefix="run-") as folder:
        command = [sys.executable, "-m", "dashboard", "brief", "--kind", "monthly", "--period", "running", "--out", f"{folder}/cold.pdf"]
        ours = {"PLACE": PLACE, "DATABASE_URL": f"sqlite:///{path}", "WALL_BRIEFINGS": folder, "WALL_LOG_LEVEL": "error"}
        clean = {name: value for name, value in os.environ.items() if not name.startswith("WALL_")}
        begun = time.monotonic()
        process = subprocess.Popen(command, cwd=ROOT, env={**clean, **ours}, stdout=subprocess.DEVNULL)
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.monotonic() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise RuntimeError(f"brief ended with {process.returncode}")
    yield Figure(
        "briefing_cold_s", seconds, "s", "`python -m dashboard brief --kind monthly --period running`, a process of its own; goal ≤ 8"
    )
    yield Figure("briefing_peak_mb", used.ru_maxrss / 1024, "MB", "the most memory of that process; goal ≤ 400")


def _warm(bindery: Bindery, clock: _Clock) -> Iterator[Figure]:
    taken, (_, row) = [], _made(bindery, clock, MONTHLY)
    for _ in range(ROUNDS):
        seconds, row = _made(bindery, clock, MONTHLY)
        taken.append(seconds)
    yield Figure(
        "briefing_warm_s", max(taken), "s", f"the same again in one process, numbers taken anew; the slowest of {ROUNDS}; goal ≤ 3"
    )
    edition = bindery.editions.edition(bindery.editions.row(row["edition"]) or {}, row["subject"])
    charts = [block for block in document_of(edition, "zh", appendix=True).blocks if isinstance(block, Chart)]
    maps = sum(chart.key.endswith(".map") for chart in charts)
    yield Figure("briefing_pages", row["pages_n"], "pages", "of the district's monthly with appendix; goal ≥ 20")
    yield Figure("briefing_charts", len(charts) - maps, "charts", "in it, vector, beside its maps; goal ≥ 24")
    yield Figure("briefing_maps", maps, "maps", "in it; goal ≥ 8")
    yield Figure("briefing_kb", row["size_n"] / 1024, "kB", "its file, PDF/A-2a and PDF/UA-1, fonts embedded")


def _made(bindery: Bindery, clock: _Clock, asked: dict[str, object]) -> tuple[float, RowMapping]:
    """Seconds from the order to the filed document, with numbers of a new moment."""
    clock.later()
    begun = time.monotonic()
    row = bindery.made(order_of(asked, bindery.editions), lambda *_: None)
    return time.monotonic() - begun, row


def _beside_a_browser(bindery: Bindery, clock: _Clock, path: Path) -> Iterator[Figure]:
    """The chapter of one module and the print of its desk, turn by turn; the browser stays open and warm."""
    asked = {"kind": "special", "subject": MODULE, "appendix": False}
    ours: list[float] = []
    theirs: list[float] = []
    with served(path, "-m", "dashboard", "serve") as program, sync_playwright() as playwright:
        address = f"/desk/{MODULE}?lang=zh"
        program.answering(address)
        browser = playwright.chromium.launch(executable_path=CHROMIUM if Path(CHROMIUM).exists() else None, args=list(QUIET))

        def printed() -> bytes:
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            page.goto(f"http://127.0.0.1:{program.port}{address}", wait_until="networkidle")
            body = page.pdf(format="A4", print_background=True)
            page.close()
            return body

        printed()
        for _ in range(ROUNDS):
            seconds, row = _made(bindery, clock, asked)
            ours.append(seconds)
            seconds, body = _timed(printed)
            theirs.append(seconds)
        browser.close()
    file = bindery.archive.path(row).read_bytes()
    told = _values(bindery, row)
    how = f"{MODULE}, special briefing without appendix, and its desk page printed by headless Chromium; {ROUNDS} rounds in turn"
    yield Figure("briefing_module_s", median(ours), "s", f"{how}: the briefing, numbers taken anew")
    yield Figure("browser_print_s", median(theirs), "s", f"{how}: the print, browser warm")
    yield Figure("briefing_browser_ratio", median(theirs) / median(ours), "×", f"{how}: the second ÷ the first")
    yield Figure("briefing_module_kb", len(file) / 1024, "kB", f"{how}: size of the briefing")
    yield Figure("browser_print_kb", len(body) / 1024, "kB", f"{how}: size of the print")
    yield Figure("briefing_values_found", 100 * _found(file, told), "%", f"{how}: key numbers whose text is found in the briefing")
    yield Figure("browser_values_found", 100 * _found(body, told), "%", f"{how}: the same in the print")


def _timed(work: Callable[[], bytes]) -> tuple[float, bytes]:
    begun = time.monotonic()
    made = work()
    return time.monotonic() - begun, made


def _values(bindery: Bindery, row: RowMapping) -> list[tuple[str, str]]:
    """Name and value of each key number."""
    edition = bindery.editions.edition(bindery.editions.row(row["edition"]) or {}, MODULE)
    words = words_for("zh")
    tables = (block for block in document_of(edition, "zh", appendix=False).blocks if isinstance(block, Table))
    table = next(table for table in tables if words("chapter.kpis") in table.caption)
    return [(cells[0].text, cells[2].text) for cells in table.rows]


def _found(file: bytes, told: Sequence[tuple[str, str]]) -> float:
    """The share of the key numbers whose name and value are in the text of a document."""
    text = "".join("".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(file)).pages)
    return sum("".join(name.split()) in text and "".join(value.split()) in text for name, value in told) / len(told)
