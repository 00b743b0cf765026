"""The worker process: keeps the demo feed alive, turns deadlines, keeps its heartbeat. Everything it does survives kill -9."""

import logging
import signal
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, select, update
from sqlalchemy.exc import SQLAlchemyError

from dashboard.fill import FEED_AT, HISTORY_FROM, mark, marked, rules_of
from dashboard.place import prepared, say_on_terminal
from dashboard.settings import Settings
from dashboard.watcher import wall_clock
from data import ledger
from data.cases import Rules
from data.db import engine_for, writing
from data.rollups import upsert
from data.schema import REGION, grid_day, heartbeat, source, whistle
from data.seed.places import Place

log = logging.getLogger(__name__)
TICK_S = 1.0
CATCH_UP = timedelta(hours=6)  # after a long stop the feed is caught up in steps of this length


class Worker:
    """One tick does everything due since the last; its state lives in the database only."""

    def __init__(self, engine: Engine, place: Place, settings: Settings, clock: Callable[[], datetime] = wall_clock) -> None:
        self.engine, self.place, self.settings, self.clock = engine, place, settings, clock
        self._rules: Rules | None = None
        self._feed: Any = None

    def tick(self) -> None:
        """Feed, deadlines and heartbeat, in one transaction."""
        now = self.clock()
        with writing(self.engine) as connection:
            if self.place.demo and self.settings.feed_speed:
                self._live_on(connection, now)
            ledger.turn_overdue(connection, self.place.region, now)
            self._beat(connection, now)

    def _live_on(self, connection: Connection, now: datetime) -> None:
        region, feed = self.place.region, self._living(connection)
        after = datetime.fromisoformat(marked(connection, region, FEED_AT) or now.isoformat())
        until = min(now, after + CATCH_UP)
        if until <= after:
            return
        intakes, steps = feed.due(after, until)
        receipt = ledger.record(connection, region, intakes, steps, self._known_rules(connection), now)
        for step, reason in receipt.refused:
            log.debug("step refused: %s %s", step, reason)
        changed = feed.rows(after, until)
        for table in (grid_day, whistle):
            ledger.record_rows(connection, region, table, changed[table.name], now)
        mark(connection, region, FEED_AT, until.isoformat())
        self._delivered(connection, now)

    def _living(self, connection: Connection) -> Any:
        if self._feed is None:
            from data.seed.demo import Feed

            since = marked(connection, self.place.region, HISTORY_FROM)
            self._feed = Feed(self.place, self.settings.seed, self._known_rules(connection), int(since) if since else None)
        return self._feed

    def _known_rules(self, connection: Connection) -> Rules:
        if self._rules is None:
            self._rules = rules_of(connection, self.place)
        return self._rules

    def _delivered(self, connection: Connection, now: datetime) -> None:
        """Demo sources deliver at the cadence they promise."""
        columns = source.c
        rows = connection.execute(
            select(columns.key, columns.cadence_s, columns.received_at).where(columns[REGION] == self.place.region)
        ).all()
        for key, cadence, received in rows:
            if received is None or now - received >= timedelta(seconds=cadence):
                moment = now - timedelta(seconds=int(now.timestamp()) % cadence)
                connection.execute(
                    update(source)
                    .where(columns[REGION] == self.place.region, columns.key == key)
                    .values(received_at=moment, covers_to=moment)
                )

    def _beat(self, connection: Connection, now: datetime) -> None:
        statement = upsert(connection, heartbeat).values(region=self.place.region, process="work", at=now)
        connection.execute(statement.on_conflict_do_update(index_elements=["region", "process"], set_={"at": now}))


def work(settings: Settings) -> None:
    """Tick until told to stop; a database that does not answer is waited for, said once."""
    logging.basicConfig(level=settings.log_level.upper(), format="%(levelname)s %(name)s %(message)s")
    stopped = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    signal.signal(signal.SIGINT, lambda *_: stopped.set())
    engine = engine_for(settings.database)
    worker = Worker(engine, prepared(engine, settings, wall_clock(), say_on_terminal), settings)
    failing = False
    while not stopped.is_set():
        try:
            worker.tick()
            if failing:
                log.warning("the database answers again")
            failing = False
        except SQLAlchemyError as error:
            if not failing:
                log.warning("the database does not answer: %s", str(error).splitlines()[0])
            failing = True
        stopped.wait(TICK_S)
