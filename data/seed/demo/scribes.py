"""Scribes: processes that write the chapters of the past side by side, as rows the database takes as they are.

A day follows from the seed alone, so scribes share the days among them; what is read is in the order of the days.
"""

import os
import signal
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import cycle, islice
from multiprocessing import get_context
from multiprocessing.connection import Connection as Pipe

from sqlalchemy import Table

from data.bulk import Values, packed, packed_steps
from data.cases import Rules
from data.columns import day_number
from data.schema import case_file, case_step, grid_day, whistle
from data.seed.demo.history import Chapter, chapter
from data.seed.demo.patrols import Patrols
from data.seed.demo.plans import Planner
from data.seed.demo.stories import Row, known_rows, stories
from data.seed.places import load_place

WORTH_SCRIBES_DAYS = 60  # a shorter past is written sooner than processes are started
MOST_SCRIBES = 3  # one database takes no more
Page = dict[str, list[Values]]  # one day: rows by the name of their table


@dataclass(frozen=True, slots=True)
class Past:
    """Which past is to be written: the `days` days before `until` and its own day, of a place and a seed."""

    place: str
    seed: int
    rules: Rules
    until: datetime
    days: int

    def pages(self, first: int = 0, every: int = 1) -> Iterator[Page]:
        """Every n-th day from a day on (0 is the oldest), oldest first."""
        place = load_place(self.place)
        planner = Planner(place, self.seed, self.rules)
        patrols = Patrols(planner.town, planner.almanac, self.seed)
        beside = stories(planner)
        last = day_number(self.until)
        for day in range(last - self.days + first, last + 1, every):
            told = known_rows(beside, day, int(self.until.timestamp()))
            yield _page(place.region, chapter(planner, patrols, self.until, day), told)


def written(past: Past, scribes: int | None = None) -> Iterator[Page]:
    """The pages of a past in the order of its days. ChildProcessError when a scribe ends before its work is done."""
    scribes = _wanted(past.days) if scribes is None else scribes
    if scribes < 2:
        yield from past.pages()
        return
    context = get_context("spawn")  # a fork would carry along threads and open databases
    pipes: list[Pipe] = []
    started = []
    try:
        for number in range(scribes):
            reader, writer = context.Pipe(duplex=False)
            scribe = context.Process(target=_write, args=(writer, past, number, scribes), daemon=True)
            scribe.start()
            writer.close()
            started.append(scribe)
            pipes.append(reader)
        for pipe in islice(cycle(pipes), past.days + 1):
            yield received(pipe)
    finally:
        for pipe in pipes:
            pipe.close()
        for scribe in started:
            scribe.join(5)
            scribe.kill()


def _wanted(days: int) -> int:
    return min(os.cpu_count() or 1, MOST_SCRIBES) if days >= WORTH_SCRIBES_DAYS else 1


def received(pipe: Pipe) -> Page:
    """The next page. ChildProcessError when its scribe ended, be it between two pages or within one."""
    try:
        page: Page = pipe.recv()
    except (EOFError, OSError) as error:
        raise ChildProcessError("a process that writes the demonstration's past has ended; start again") from error
    return page


def _write(pipe: Pipe, past: Past, first: int, every: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the reader, whose end closes the pipe
    with suppress(BrokenPipeError):
        for page in past.pages(first, every):
            pipe.send(page)


def _page(region: int, told: Chapter, beside: Mapping[Table, Sequence[Row]]) -> Page:
    return {
        case_file.name: packed(case_file, region, (row for row, _ in told.cases)),
        case_step.name: [step for _, steps in told.cases for step in packed_steps(region, steps)],
        whistle.name: packed(whistle, region, told.whistles),
        grid_day.name: packed(grid_day, region, told.grid_days),
        **{table.name: packed(table, region, rows) for table, rows in beside.items()},
    }
