"""A page under observation, and the program that serves it."""

import os
import re
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Error as Reloaded
from playwright.sync_api import Page, Request
from sqlalchemy import Engine, func, select

from data import ledger
from data.calendars import Calendar
from data.cases import Intake, Rules, Step
from data.db import engine_for, writing
from data.schema import case_file
from tests.processes import answer, running, until

REGION = 440512
GENEROUS_S = 30  # the product promises 10
DRAWN = "document.querySelector('#page')?.firstElementChild && document.documentElement.dataset.updates >= 1"
BODIES = re.compile(r"/live/(?!stream|versions)[a-z_]+$")


class Served:
    """The program over a database of its own."""

    def __init__(self, folder: Path, copy: Callable[[Path], Path], port: int, command: tuple[str, ...], **settings: str | int) -> None:
        self.folder, self.port, self.command = folder, port, command
        self.url, self.log = f"http://127.0.0.1:{port}", folder / "log"
        self.database = f"sqlite:///{copy(folder)}"
        self.settings = {"PORT": port, "DATABASE_URL": self.database, **settings}

    @contextmanager
    def started(self) -> Iterator[subprocess.Popen[bytes]]:
        """Running, until the end of the block."""
        with running(self.log, *self.command, **self.settings) as process:
            until(lambda: process.poll() is not None or answer(f"{self.url}/health")[0] == 200, 60, "the server to answer")
            assert process.poll() is None, self.log.read_text()
            yield process

    def killed(self, process: subprocess.Popen[bytes]) -> None:
        """Kill -9."""
        os.kill(process.pid, signal.SIGKILL)
        process.wait(5)

    def engine(self) -> Engine:
        """The same database, from here."""
        return engine_for(self.database, pool_size=1)

    def new_case(self, engine: Engine) -> None:
        """Commit one more case, reported now, through the write door."""
        now = datetime.now(UTC)
        with writing(engine) as connection:
            number = int(connection.execute(select(func.max(case_file.c.id))).scalar_one()) + 10**9
            intake = Intake(
                id=number, number=f"T{number}", source="grid_platform", source_id=f"T{number}", channel="collector", kind="event",
                type="E0102", item=1, level="district", unit="dept_urban", subdistrict="440512001", community="440512001001",
                grid=None, dedicated=None, lon=116.7, lat=23.28, urgent=False, discovered_at=None,
            )  # fmt: skip
            rules = Rules.load(Calendar.load(), {"E0102": ("work_hours", 4.0)})
            ledger.record(connection, REGION, [(intake, Step(number, "report", now, post="P1"))], [], rules, now)


class Watched:
    """A page; `said` is everything its console said, `asked` every address it asked for."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.most_at_once = page, 0
        self.said: list[str] = []
        self.asked: list[str] = []
        self._flying: set[Any] = set()
        page.on("console", lambda message: self.said.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: self.said.append(f"error: {error}"))
        page.on("request", self._leaves)
        page.on("requestfinished", self._lands)
        page.on("requestfailed", self._lands)
        page.goto(url)

    def _leaves(self, request: Request) -> None:
        self.asked.append(request.url)
        if BODIES.search(urlsplit(request.url).path):
            self._flying.add(request)
            self.most_at_once = max(self.most_at_once, len(self._flying))

    def _lands(self, request: Request) -> None:
        self._flying.discard(request)

    def drawn(self) -> "Watched":
        """Once the page stands and heard of its first version."""
        self.wait(lambda: self.page.evaluate(DRAWN), "the page to be drawn")
        return self

    def wait(self, holds: Callable[[], object], what: str, seconds: float = GENEROUS_S) -> None:
        """Wait for something of the page, which must be given time to run. (Waiting inside it is refused by its policy.)"""

        def now() -> object:
            self.page.wait_for_timeout(50)
            try:
                return holds()
            except Reloaded:
                return False

        until(now, seconds, what)

    def outside(self) -> list[str]:
        """Every address asked for that is not this server's."""
        here = urlsplit(self.page.url).netloc
        return [url for url in self.asked if urlsplit(url).scheme not in ("data", "blob", "about") and urlsplit(url).netloc != here]

    def text(self) -> str:
        """What can be read on it, and the words for those who hear it; another language's name for itself is left out."""
        return str(self.page.evaluate(READ))

    def stale(self) -> bool:
        """Whether the sign of a stopped picture is up."""
        return bool(self.page.evaluate("!(document.getElementById('stale-banner')?.hidden ?? true)"))


READ = """() => {
  const foreign = (e) => { const said = e.closest('[lang]'); return said && !said.matches('html, .wall, .desk'); };
  const skip = (e) => e.closest('.demo-badge, [hreflang], script, noscript, style, code') || foreign(e);
  const said = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) { const e = walk.currentNode.parentElement; if (e && !skip(e)) said.push(walk.currentNode.textContent); }
  for (const name of ['aria-label', 'title', 'placeholder', 'alt'])
    for (const e of document.querySelectorAll(`[${name}]`)) if (!skip(e)) said.push(e.getAttribute(name));
  return said.map((text) => text.trim()).filter(Boolean).join('\\n');
}"""
