"""Does a refresh of public video cost more with 100,000 channels than with 2,700, while 50 of them change every second? It must not."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import datetime, timedelta
from functools import partial
from random import Random
from statistics import median
from typing import Any

from sqlalchemy import Connection, Engine, delete, select

from bench.figure import Figure, cpu_ms, ratio
from bench.ground import base, reshaped
from bench.refresher import Refresher
from data import ledger
from data.columns import day_number
from data.db import writing
from data.schema import REGION, without_region
from data.seed.demo.plans import Planner
from data.seed.demo.stories import known_rows
from data.seed.demo.subjects.public_video import PublicVideo
from data.seed.places import Place, load_place
from data.subjects.public_video import channel, judged

POPULATIONS = (2_700, 100_000)
CHANGES, ROUNDS = 50, 25  # channels a second; seconds
TOLD_DAYS = 40  # the months the panels look at
PLACE, SEED, MODULE = "haojiang", 440512, "public_video"
Row = dict[str, Any]


def measure() -> Iterator[Figure]:
    """Processor time of a refresh with both populations, and of the changes before it."""
    source, now = base()
    with ExitStack() as stack:
        refreshers, changes = [], []
        for count in POPULATIONS:
            path, _ = stack.enter_context(reshaped(source, now, partial(_peopled, count, now)))
            refreshers.append(Refresher(path, now))
            changes.append(Changes(refreshers[-1].live.engine, now))
        yield from _compared(refreshers, changes)


def _peopled(count: int, now: datetime, connection: Connection) -> None:
    populate(connection, load_place(PLACE), count, now, TOLD_DAYS)


def populate(connection: Connection, place: Place, count: int, now: datetime, days: int) -> None:
    """Put a district of so many channels, with the outages and faults of so many days, in the place of its own."""
    story, at, today = PublicVideo(Planner(place, SEED), count), int(now.timestamp()), day_number(now)
    for table in (*story.tables, *story.standing_tables):
        connection.execute(delete(table).where(table.c[REGION] == place.region))
    for table, rows in story.standing(at).items():
        ledger.load_rows(connection, place.region, table, rows)
    for day in range(today - days, today + 1):
        for table, rows in known_rows([story], day, at).items():
            ledger.load_rows(connection, place.region, table, rows)


class Changes:
    """Channels that go down and come back through the write door, so many at a time."""

    def __init__(self, engine: Engine, now: datetime) -> None:
        self._engine, self._now, self._region = engine, now, load_place(PLACE).region
        self._random = Random(SEED)
        with engine.connect() as connection:
            found = connection.execute(select(channel.c.number).where(channel.c[REGION] == self._region)).scalars()
            self._numbers: Sequence[int] = found.all()

    def second(self) -> None:
        """What one second brings, in one transaction."""
        self._now += timedelta(seconds=1)
        with writing(self._engine) as connection:
            rows = self._rows(connection, self._random.sample(self._numbers, CHANGES))
            ledger.record_rows(connection, self._region, channel, [turned(row, self._now) for row in rows], self._now)

    def _rows(self, connection: Connection, numbers: Sequence[int]) -> list[Row]:
        query = select(channel).where(channel.c[REGION] == self._region, channel.c.number.in_(numbers))
        return [without_region(row) for row in connection.execute(query).mappings()]


def turned(row: Row, now: datetime) -> Row:
    """The channel the other way round: online if it was not, else offline."""
    online = row["channel_state"] != "online"
    return judged(row | {"channel_state": "online" if online else "offline", "down_at": None if online else now, "changed_at": now})


def _compared(refreshers: Sequence[Refresher], changes: Sequence[Changes]) -> Iterator[Figure]:
    spent: list[list[float]] = [[] for _ in POPULATIONS]
    taken: list[list[float]] = [[] for _ in POPULATIONS]
    works = [refresher.refreshing(MODULE) for refresher in refreshers]
    for work in works:
        work()
    for _ in range(ROUNDS):
        for index, (one, work) in enumerate(zip(changes, works, strict=True)):
            spent[index].append(cpu_ms(one.second))
            taken[index].append(cpu_ms(work))
    for count, values, moved in zip(POPULATIONS, taken, spent, strict=True):
        how = f"CPU to take and draw {MODULE}, {count:,} channels, {CHANGES} changed before each of {ROUNDS} refreshes, median"
        yield Figure(f"channels_{count}_refresh_ms", median(values), "ms", how)
        yield Figure(f"channels_{count}_change_ms", median(moved), "ms", f"CPU to write {CHANGES} changes of {count:,} channels, median")
    found = ratio(taken[-1], taken[0])
    yield Figure(f"channels_{POPULATIONS[-1]}_refresh_ratio", found, "×", f"÷ {POPULATIONS[0]:,} channels, in pairs; goal ≤ 1.50")
