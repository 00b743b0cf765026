"""Beside the worker's tick: one thread that keeps editions as periods end, makes what was asked for, and clears away what is old."""

import logging
from datetime import datetime, timedelta
from uuid import uuid4

import pysqlite3.dbapi2 as sqlite_dbapi
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from dashboard.briefings.archive import Archive
from dashboard.briefings.bindery import Bindery
from dashboard.briefings.editions import Editions
from dashboard.briefings.jobs import Jobs
from dashboard.briefings.rounds import Rounds
from dashboard.locality import Locality
from dashboard.settings import Settings
from dashboard.watcher import Clock

log = logging.getLogger(__name__)
LOOK_S = 1.0
CLEAR_EVERY = timedelta(days=1)


def bindery_of(engine: Engine, here: Locality, settings: Settings, clock: Clock, editions: Editions | None = None) -> Bindery:
    """The bindery of a place with its archive and its jobs."""
    archive = Archive(engine, here.region, settings.briefings_folder)
    return Bindery(editions or Editions(engine, here, clock, settings.month_cutoff), archive, Jobs(engine, here.region, clock))


class Maker:
    """Looks each second what is to be done, and does one thing at a time."""

    def __init__(self, bindery: Bindery, keep_days: int) -> None:
        """`keep_days`: how long briefings are kept; 0 for ever."""
        self.bindery, self._keep_days = bindery, keep_days
        self._claim = uuid4().hex
        self._cleared_at: datetime | None = None
        self._rounds = Rounds("briefings", self.look)

    def start(self) -> None:
        """Begin to look, in the background."""
        self._rounds.start()

    def stop(self) -> None:
        """Look no more; what is half made waits for the next worker."""
        self._rounds.stop()
        try:
            self.bindery.jobs.hand_back(self._claim)
        except (SQLAlchemyError, sqlite_dbapi.Error):
            log.warning("a briefing job cannot be handed back; it begins again after its lease")

    def look(self) -> float:
        """Do what is due; how long to rest then."""
        self._clear()
        self.bindery.editions.keep_finished()
        job = self.bindery.jobs.claim(self._claim)
        if job is not None:
            self.bindery.work(job)
        return 0.0 if job else LOOK_S

    def _clear(self) -> None:
        """Once at the start and once a day: retire what is too old, sweep what has no row."""
        now = self.bindery.editions.clock()
        if self._cleared_at and now - self._cleared_at < CLEAR_EVERY:
            return
        self._cleared_at = now
        if self._keep_days:
            self.bindery.editions.retire(now - timedelta(days=self._keep_days))
        self.bindery.jobs.forget()
        try:
            swept = self.bindery.archive.sweep()
        except OSError as error:
            log.warning("the folder of briefings cannot be read: %s", error)
        else:
            if swept:
                log.warning("%s files without a row were taken out of the archive", len(swept))
