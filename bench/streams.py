"""How long from the commit of a case until every open wall has heard of it, and until it has what it needs to show it?"""

import json
import subprocess
import sys
import time
from bisect import bisect_left
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bench.arrivals import Arrivals
from bench.figure import Figure, share
from bench.ground import PLACE, base, copied, settings_for
from bench.served import Served, served
from dashboard.fill import rules_of
from dashboard.registry import declared
from dashboard.settings import ROOT
from dashboard.watcher import wall_clock
from data import ledger
from data.db import engine_for, reading, writing
from data.schema import REGION, version
from data.seed.places import load_place

VIEWERS = (1, 50, 200)
PER_S = 20
SECONDS = 15
GRACE_S = 4.0

Commit = tuple[float, dict[str, int]]  # when it was committed, and the number each module's version has since


def measure() -> Iterator[Figure]:
    """Commit → stream event and → body at 1, 50 and 200 walls, 20 new cases a second, the server a process of its own."""
    source, _ = base()
    for viewers in VIEWERS:
        with copied(source) as path, served(path, "-m", "dashboard", "serve", WALL_STREAMS=str(viewers + 8)) as running:
            running.answering("/wall/overview")
            yield from _watched(path, running, viewers)


def _watched(path: Path, running: Served, viewers: int) -> Iterator[Figure]:
    walls = subprocess.Popen(
        [sys.executable, "-m", "bench.viewers", str(running.port), str(viewers)],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert walls.stdout
    if walls.stdout.readline() != "ready\n":
        raise RuntimeError(f"the walls did not open: {walls.wait()}")
    before, begun = running.cpu_s(), time.monotonic()
    commits = _changes(path)
    spent, lasted = running.cpu_s() - before, time.monotonic() - begun
    time.sleep(GRACE_S)
    received = json.loads(walls.communicate()[0])
    yield from _figures(viewers, commits, received, 100 * spent / lasted)


def _changes(path: Path) -> list[Commit]:
    """Write new cases at an even pace, each in a transaction of its own."""
    engine, region, commits = engine_for(settings_for(path).database), load_place(PLACE).region, []
    with reading(engine) as connection:
        arrivals, rules = Arrivals(connection), rules_of(connection, load_place(PLACE))
    begun = time.monotonic()
    for index in range(PER_S * SECONDS):
        time.sleep(max(0.0, begun + index / PER_S - time.monotonic()))
        now = wall_clock()
        with writing(engine) as connection:
            ledger.record(connection, region, [arrivals.next(now)], [], rules, now)
            rows = connection.execute(select(version.c.fact, version.c.number).where(version.c[REGION] == region))
            facts = {fact: int(number) for fact, number in rows}
        commits.append((time.monotonic(), {key: _number(module.facts, facts) for key, module in declared().items()}))
    engine.dispose()
    return commits


def _number(wanted: tuple[str, ...], facts: dict[str, int]) -> int:
    return sum(number for fact, number in facts.items() if "*" in wanted or fact in wanted)


def delays_ms(commits: list[Commit], module: str, received: list[tuple[float, str]]) -> tuple[list[float], int]:
    """Milliseconds from each commit to the first version a wall received that holds it, and how many it never received."""
    numbers = [int(version.split(".")[0]) for _, version in received]
    delays, missed = [], 0
    for at, versions in commits:
        first = bisect_left(numbers, versions[module])
        if first == len(numbers):
            missed += 1
        else:
            delays.append(max(0.0, 1e3 * (received[first][0] - at)))
    return delays, missed


def _figures(viewers: int, commits: list[Commit], received: list[dict[str, Any]], cpu: float) -> Iterator[Figure]:
    what = f"{viewers} walls, {PER_S} changes a second for {SECONDS} s"
    for name, kind, of in (("streams", "told", "commit → event at a stream"), ("bodies", "shown", "commit → body received")):
        all_delays, missed = [], 0
        for wall in received:
            delays, lost = delays_ms(commits, wall["module"], wall[kind])
            all_delays += delays
            missed += lost
        for part in (0.5, 0.95, 1.0):
            label = "max" if part == 1.0 else f"p{100 * part:.0f}"
            yield Figure(f"{name}_{viewers}_{label}_ms", share(all_delays, part), "ms", f"{of}; {what}")
        yield Figure(f"{name}_{viewers}_missed", missed, "", f"changes no version received held, over all walls; {what}")
    told = sum(len(wall["told"]) for wall in received) / len(received) / SECONDS
    yield Figure(f"streams_{viewers}_events_per_s", told, "1/s", f"versions told to a wall; {what}")
    yield Figure(f"streams_{viewers}_server_cpu", cpu, "%", f"processor time of the web process, of one core; {what}")
