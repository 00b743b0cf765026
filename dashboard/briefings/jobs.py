"""Jobs: what was asked for and how far it is, kept in the database so that any process can ask and any worker can make."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any
from uuid import uuid4

import orjson
from sqlalchemy import Connection, Engine, RowMapping, and_, func, insert, or_, select, update
from sqlalchemy import delete as deleted

from dashboard.briefings.orders import Order
from dashboard.watcher import Clock
from data.db import reading, writing
from data.editions import briefing_job
from data.schema import REGION

WAITING, WORKING, DONE, FAILED, CANCELLED = STATES = ("waiting", "working", "done", "failed", "cancelled")
STAGES = {"taking": 5, "writing": 35, "typesetting": 55, "filing": 95}  # and how much is done when each begins
LEASE = timedelta(seconds=60)  # without a sign for so long, whoever worked on it is gone
ATTEMPTS = 3  # a job that ends its worker so often is given up
MOST_WAITING = 40
KEPT = timedelta(days=7)
_COLUMN = briefing_job.c


class Busy(Exception):
    """So many jobs are waiting that no more are taken."""


class Cancelled(Exception):
    """It is not wanted any more."""


class Lost(Exception):
    """Somebody else works on it now."""


class Jobs:
    """The jobs of a region. Every change is one short transaction."""

    def __init__(self, engine: Engine, region: int, clock: Clock) -> None:
        self.engine, self.region, self.clock = engine, region, clock

    def one(self, key: str) -> RowMapping | None:
        """A job by its key."""
        with reading(self.engine) as connection:
            return self._one(connection, key)

    def add(self, order: Order, edition: str | None = None, briefing: str | None = None) -> RowMapping:
        """A new job, or the one that makes the same already; done at once where its briefing is there. Raises Busy."""
        now, wanted = self.clock(), asdict(order)
        row = {
            REGION: self.region, "id": uuid4().hex, **wanted, "edition": edition, "state": DONE if briefing else WAITING,
            "cancelling": False, "progress": 100 if briefing else 0, "stage": "", "said": "", "said_with": "{}", "attempts_n": 0,
            "asked_at": now, "ended_at": now if briefing else None, "briefing": briefing,
        }  # fmt: skip
        same = and_(*(_COLUMN[name] == value for name, value in wanted.items()), _COLUMN.edition.is_(None))
        with writing(self.engine) as connection:
            pending = select(_COLUMN.id).where(_COLUMN[REGION] == self.region, _COLUMN.state.in_((WAITING, WORKING)), ~_COLUMN.cancelling)
            if not briefing:
                twin = None if edition else connection.execute(pending.where(same)).scalar()
                if twin:
                    return self._there(connection, twin)
                if connection.execute(select(func.count()).select_from(pending.subquery())).scalar_one() >= MOST_WAITING:
                    raise Busy
            connection.execute(insert(briefing_job), row)
            return self._there(connection, row["id"])

    def claim(self, claim: str) -> RowMapping | None:
        """The oldest job that waits, or whose worker is gone, now this claim's; None where there is none."""
        now = self.clock()
        gone = and_(_COLUMN.state == WORKING, _COLUMN.alive_at < now - LEASE)
        free = select(_COLUMN.id, _COLUMN.attempts_n, _COLUMN.cancelling).where(
            _COLUMN[REGION] == self.region, or_(_COLUMN.state == WAITING, gone)
        )
        with writing(self.engine) as connection:
            found = connection.execute(free.order_by(_COLUMN.asked_at, _COLUMN.id).limit(1).with_for_update(skip_locked=True)).first()
            if found is None:
                return None
            if found.cancelling or found.attempts_n >= ATTEMPTS:
                ended = {"state": CANCELLED} if found.cancelling else {"state": FAILED, "said": "gave_up"}
                self._change(connection, found.id, **ended, ended_at=now, claim=None)
                return None
            self._change(
                connection, found.id, state=WORKING, claim=claim, alive_at=now, began_at=now, attempts_n=found.attempts_n + 1,
                progress=0, stage="",
            )  # fmt: skip
            return self._there(connection, found.id)

    def begin(self, job: RowMapping, stage: str, **more: Any) -> None:
        """The job enters a stage. Raises Cancelled, and Lost where it is another's by now."""
        with writing(self.engine) as connection:
            held = self._held(connection, job, stage=stage, progress=STAGES[stage], **more)
        if not held:
            raise Lost(job["id"])
        if held.cancelling:
            raise Cancelled(job["id"])

    def live(self, job: RowMapping) -> None:
        """A sign that somebody works on it."""
        with writing(self.engine) as connection:
            self._held(connection, job)

    def end(self, job: RowMapping, state: str, briefing: str | None = None, said: str = "", **values: Any) -> None:
        """The job is over; nothing where it is another's by now."""
        told = {"said": said, "said_with": orjson.dumps(values, default=str).decode(), "briefing": briefing, "ended_at": self.clock()}
        progress = {"progress": 100} if state == DONE else {}
        with writing(self.engine) as connection:
            self._held(connection, job, state=state, **told, **progress, claim=None)

    def hand_back(self, claim: str) -> None:
        """What this claim works on waits again: its worker was told to stop."""
        mine = and_(_COLUMN[REGION] == self.region, _COLUMN.claim == claim, _COLUMN.state == WORKING)
        waiting = {"state": WAITING, "claim": None, "progress": 0, "stage": "", "attempts_n": _COLUMN.attempts_n - 1}
        with writing(self.engine) as connection:
            connection.execute(update(briefing_job).where(mine).values(waiting))

    def cancel(self, key: str) -> RowMapping | None:
        """Cancel a job: at once while it waits, before its next stage while it is worked on, never once it is over."""
        with writing(self.engine) as connection:
            job = self._one(connection, key)
            if job and job["state"] == WAITING:
                self._change(connection, key, state=CANCELLED, ended_at=self.clock())
            elif job and job["state"] == WORKING:
                self._change(connection, key, cancelling=True)
            return self._one(connection, key)

    def forget(self) -> None:
        """Take away jobs that were over days ago."""
        old = and_(_COLUMN[REGION] == self.region, _COLUMN.ended_at < self.clock() - KEPT)
        with writing(self.engine) as connection:
            connection.execute(deleted(briefing_job).where(old))

    def _held(self, connection: Connection, job: RowMapping, **values: Any) -> Any:
        mine = and_(_COLUMN[REGION] == self.region, _COLUMN.id == job["id"], _COLUMN.claim == job["claim"], _COLUMN.state == WORKING)
        changed = update(briefing_job).where(mine).values(alive_at=self.clock(), **values).returning(_COLUMN.cancelling)
        return connection.execute(changed).first()

    def _change(self, connection: Connection, key: str, **values: Any) -> None:
        connection.execute(update(briefing_job).where(_COLUMN[REGION] == self.region, _COLUMN.id == key).values(values))

    def _one(self, connection: Connection, key: str) -> RowMapping | None:
        return connection.execute(select(briefing_job).where(_COLUMN[REGION] == self.region, _COLUMN.id == key)).mappings().first()

    def _there(self, connection: Connection, key: str) -> RowMapping:
        return connection.execute(select(briefing_job).where(_COLUMN[REGION] == self.region, _COLUMN.id == key)).mappings().one()
