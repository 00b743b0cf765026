"""The worker process: keeps the demo feed alive, turns deadlines, keeps its heartbeat. Everything it does survives kill -9."""

import json
import logging
import signal
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pysqlite3.dbapi2 as sqlite_dbapi
from sqlalchemy import Connection, Engine, select, update
from sqlalchemy.exc import SQLAlchemyError

from dashboard.briefings.dispatch import dispatch_of
from dashboard.briefings.maker import Maker, bindery_of
from dashboard.briefings.rounds import Rounds
from dashboard.fill import FEED_AT, HISTORY_FROM, SEED, Say, mark, marked, rules_of
from dashboard.place import prepared, say_on_terminal, shown_locality
from dashboard.progress import Progress
from dashboard.settings import Settings
from dashboard.told import told_since
from dashboard.watcher import wall_clock
from data import ledger
from data.cases import Rules
from data.db import engine_for, writing
from data.rollups import upsert
from data.schema import REGION, grid_day, heartbeat, marker, source, whistle
from data.seed.places import Place

log = logging.getLogger(__name__)
TICK_S = 1.0
LONGEST_PAUSE_S = 30.0
CATCH_UP = timedelta(hours=6)  # after a long stop the natural feed is caught up in steps of this length
BEHIND = timedelta(minutes=10)  # a longer gap is a stop, not a slow tick
FEED_PACES = "feed_paces"  # [[epoch second, pace], …]: how much came since when


class Worker:
    """One tick does everything due since the last; its state lives in the database only."""

    def __init__(self, engine: Engine, place: Place, settings: Settings, clock: Callable[[], datetime] = wall_clock,
                 say: Say = lambda _: None) -> None:  # fmt: skip
        self.engine, self.place, self.settings, self.clock, self._say = engine, place, settings, clock, say
        self._feed: Any = None
        self._stories: Any = None
        self._rules: Rules | None = None
        self._catching_up: tuple[datetime, Progress] | None = None

    def tick(self) -> bool:
        """Feed, deadlines and heartbeat, in one transaction. True while the feed is still behind and wants to go on at once."""
        now = self.clock()
        living = self.place.demo and self.settings.feed_speed > 0
        try:
            if living and self._feed is None:
                self._begin(now)
            with writing(self.engine) as connection:
                until = self._live_on(connection, now) if living else now
                ledger.turn_overdue(connection, self.place.region, until)
                self._beat(connection, now)
        except BaseException:
            self._feed = None  # what it foresaw may not have been kept
            raise
        return self._tell(until, now)

    def _begin(self, now: datetime) -> None:
        """Foresee what comes, before anything is locked: the first look takes seconds."""
        from data.seed.demo import Demo

        region = self.place.region
        with writing(self.engine) as connection:
            after = datetime.fromisoformat(marked(connection, region, FEED_AT) or now.isoformat())
            since, seed = marked(connection, region, HISTORY_FROM), marked(connection, region, SEED)
            paces = self._paces(connection, max(now, after))
            self._rules = rules_of(connection, self.place)
            first_days = told_since(connection, region)
        demo = Demo(self.place, int(seed) if seed else self.settings.seed, self._rules)
        feed = demo.feed(int(since) if since else None, paces)
        feed.due(after, max(after, min(now, after + self._chunk())))
        told = demo.story_feed(first_days)
        told.rows(int(after.timestamp()), int(after.timestamp()))
        self._feed, self._stories = feed, told

    def _paces(self, connection: Connection, now: datetime) -> list[tuple[int, float]]:
        """What the feed's pace was since when; a pace that differs from the last holds from the next minute on."""
        paces = [(int(since), float(pace)) for since, pace in json.loads(marked(connection, self.place.region, FEED_PACES) or "[]")]
        if self.settings.feed_speed != (paces[-1][1] if paces else 1.0):
            paces.append(((int(now.timestamp()) // 60 + 1) * 60, self.settings.feed_speed))
            mark(connection, self.place.region, FEED_PACES, json.dumps(paces))
        return paces

    def _live_on(self, connection: Connection, now: datetime) -> datetime:
        """Take what the feed brings, at most one chunk; returns the moment up to which all has come."""
        region = self.place.region
        query = select(marker.c.value).where(marker.c[REGION] == region, marker.c.key == FEED_AT)
        held = connection.execute(query.with_for_update()).scalar()  # a second worker waits here, and finds nothing left to do
        after = datetime.fromisoformat(held or now.isoformat())
        until = min(now, after + self._chunk())
        if until <= after:
            return now
        intakes, steps = self._feed.due(after, until)
        receipt = ledger.record(connection, region, intakes, steps, self._rules or rules_of(connection, self.place), until)
        for step, reason in receipt.refused:
            log.debug("step refused: %s %s", step, reason)
        changed = self._feed.rows(after, until)
        told = {table: changed[table.name] for table in (grid_day, whistle)}
        told |= self._stories.rows(int(after.timestamp()), int(until.timestamp()))
        for table, rows in told.items():
            ledger.record_rows(connection, region, table, rows, until)
        mark(connection, region, FEED_AT, until.isoformat())
        self._delivered(connection, until)
        return until

    def _chunk(self) -> timedelta:
        return CATCH_UP / max(1.0, self.settings.feed_speed)

    def _delivered(self, connection: Connection, until: datetime) -> None:
        """Demo sources deliver at the cadence they promise; while the feed is behind, so is what they have delivered."""
        columns = source.c
        rows = connection.execute(
            select(columns.key, columns.cadence_s, columns.received_at).where(columns[REGION] == self.place.region)
        ).all()
        for key, cadence, received in rows:
            moment = datetime.fromtimestamp(int(until.timestamp()) // cadence * cadence, UTC)
            if received is None or received < moment:
                connection.execute(
                    update(source)
                    .where(columns[REGION] == self.place.region, columns.key == key)
                    .values(received_at=moment, covers_to=moment)
                )

    def _beat(self, connection: Connection, now: datetime) -> None:
        statement = upsert(connection, heartbeat).values(region=self.place.region, process="work", at=now)
        connection.execute(statement.on_conflict_do_update(index_elements=["region", "process"], set_={"at": now}))

    def _tell(self, until: datetime, now: datetime) -> bool:
        """Whether the feed is still behind; says how far one that was stopped has caught up."""
        behind = now - until
        if self._catching_up is None and behind > BEHIND:
            log.warning("the feed was stopped; catching up from %s", until.isoformat(timespec="minutes"))
            self._catching_up = until, Progress(self._say, "catching up")
        if self._catching_up is not None:
            since, progress = self._catching_up
            if behind > BEHIND:
                progress.at((until - since) / (now - since))
            else:
                progress.done()
                self._catching_up = None
        return until < now


def work(settings: Settings) -> None:
    """Tick until told to stop; a database that does not answer is waited for, said once."""
    logging.basicConfig(level=settings.log_level.upper(), format="%(levelname)s %(name)s %(message)s")
    stopped = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    signal.signal(signal.SIGINT, lambda *_: stopped.set())
    engine = engine_for(settings.database)
    place = prepared(engine, settings, wall_clock(), say_on_terminal)
    bindery = bindery_of(engine, shown_locality(place, settings), settings, wall_clock)
    dispatch, maker = dispatch_of(bindery, settings), Maker(bindery, settings.briefing_days)
    rounds = Rounds("dispatch of briefings", dispatch.look)
    maker.start()
    if dispatch.timetable.schedules:
        rounds.start()
    try:
        keep_ticking(Worker(engine, place, settings, say=say_on_terminal), stopped.is_set, stopped.wait)
    finally:
        rounds.stop()
        maker.stop()


def keep_ticking(worker: Worker, stopped: Callable[[], bool], wait: Callable[[float], Any]) -> None:
    """Tick each second, at once while catching up; ever more rarely while the database does not answer."""
    pause = 0.0
    while not stopped():
        try:
            going_on = worker.tick()
        except (SQLAlchemyError, sqlite_dbapi.Error) as error:
            if not pause:
                log.warning("the database does not answer: %s", str(error).splitlines()[0])
            pause = min(2 * pause or TICK_S, LONGEST_PAUSE_S)
            wait(pause)
            continue
        if pause:
            log.warning("the database answers again")
        pause = 0.0
        if not going_on:
            wait(TICK_S)
