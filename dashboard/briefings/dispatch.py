"""Dispatch: has what is due by a schedule made, once for each period, and mailed; whatever happens meanwhile stands in the database.

A mail is noted before it is handed over and again afterwards. A process that ends in between leaves a mail nobody knows the fate of:
it is sent once more after LOST, with the same Message-ID; a second such end is given up.
"""

import logging
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any

import orjson
import pysqlite3.dbapi2 as sqlite_dbapi
from sqlalchemy import Engine, RowMapping, Select, func, select, update
from sqlalchemy.exc import SQLAlchemyError

from dashboard.briefings.bindery import Bindery, message
from dashboard.briefings.jobs import CANCELLED, DONE, FAILED
from dashboard.briefings.orders import order_of
from dashboard.briefings.post import Enclosure, Post, letter, reason_of
from dashboard.briefings.schedules import LATE, Due, Schedule, Timetable, timetable_of
from dashboard.settings import Settings
from data.db import reading, writing
from data.rollups import upsert
from data.schema import REGION
from data.sendings import briefing_sending
from layouts.text import words_for

log = logging.getLogger(__name__)
MAKING, SENDING, SENT, FILED, GIVEN_UP = "making", "sending", "sent", "filed", "given_up"
PATIENCE = timedelta(hours=24)  # so long is a mail tried
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=3)
LOST = timedelta(minutes=10)  # a mail noted as being sent for so long has nobody who sends it
LOOK_S, SOON_S = 60.0, 2.0
_COLUMN = briefing_sending.c
_MOST_SAID = 200


class Unsent(Exception):
    """A mail that did not go out; `final` where trying again is of no use."""

    def __init__(self, reason: str, final: bool = False) -> None:
        super().__init__(reason)
        self.final = final


class Dispatch:
    """Takes every due schedule of a place further, step by step. Any number of processes may do so at once."""

    def __init__(self, bindery: Bindery, timetable: Timetable, post: Post | None) -> None:
        """`post` is needed where a schedule has recipients."""
        self._bindery, self.timetable, self._post = bindery, timetable, post
        self._engine: Engine = bindery.editions.engine
        self._region, self._clock = bindery.editions.here.region, bindery.editions.clock

    def round(self) -> bool:
        """Open what became due and go on with what is open; whether briefings are being made for one."""
        now = self._clock()
        due = self.timetable.due(now)
        self._open(due, now)
        making = [self._went_on(row, now) for row in self._pending(now)]
        return any(making)

    def look(self) -> float:
        """One round; how many seconds to rest before the next."""
        return SOON_S if self.round() else LOOK_S

    def last(self, schedule: Schedule) -> RowMapping | None:
        """What became of the newest period a schedule was due for."""
        with reading(self._engine) as connection:
            mine = self._rows().where(_COLUMN.schedule == schedule.name).order_by(_COLUMN.due_at.desc())
            return connection.execute(mine.limit(1)).mappings().first()

    def lines(self) -> list[str]:
        """Each schedule on a line: what it sends to how many, when next, and what became of the last."""
        return [self._line(schedule) for schedule in self.timetable.schedules.values()] or ["no schedules"]

    def _line(self, schedule: Schedule) -> str:
        last, zone = self.last(schedule), self._bindery.editions.here.zone
        following = self.timetable.next_at(schedule, self._clock()).astimezone(zone)
        became = f"last {last['period']} {last['state']} {last['said']}".strip() if last else "never yet"
        what = (schedule.name, schedule.kind, schedule.subject, schedule.area, f"{len(schedule.recipients)} recipients")
        return "  ".join((*what, f"next {following:%Y-%m-%d %H:%M}", became))

    def _open(self, due: list[Due], now: datetime) -> None:
        """A row for each schedule and period that has none. A new schedule begins with the newest period, and never goes behind it."""
        known, begun = self._known(now) if due else (set(), {})
        newest = {each.schedule.name: each.at for each in reversed(due)}
        rows = [
            {REGION: self._region, "schedule": each.schedule.name, "period": each.period.text, "state": MAKING, "due_at": each.at,
             "began_at": now, "next_at": now, "jobs": "[]", "failed_n": 0, "lost_n": 0, "said": ""}
            for each in due
            if (each.schedule.name, each.period.text) not in known
            and each.at >= begun.get(each.schedule.name, newest[each.schedule.name])
        ]  # fmt: skip
        if rows:
            with writing(self._engine) as connection:
                connection.execute(upsert(connection, briefing_sending).on_conflict_do_nothing(), rows)

    def _known(self, now: datetime) -> tuple[set[tuple[str, str]], dict[str, datetime]]:
        """Schedules and periods of the last days that have a row, and when the first period of each schedule was due."""
        mine, name = _COLUMN[REGION] == self._region, _COLUMN.schedule
        with reading(self._engine) as connection:
            lately = connection.execute(select(name, _COLUMN.period).where(mine, _COLUMN.due_at > now - LATE))
            known = {(row.schedule, row.period) for row in lately}
            first = connection.execute(select(name, func.min(_COLUMN.due_at).label("at")).where(mine).group_by(name))
            return known, {row.schedule: row.at for row in first}

    def _pending(self, now: datetime) -> list[RowMapping]:
        with reading(self._engine) as connection:
            query = self._rows().where(_COLUMN.state.in_((MAKING, SENDING)), _COLUMN.next_at <= now)
            found = connection.execute(query.order_by(_COLUMN.due_at, _COLUMN.schedule)).mappings()
            return [row for row in found if row["schedule"] in self.timetable.schedules]

    def _went_on(self, row: RowMapping, now: datetime) -> bool:
        """Take one row a step further; whether its briefings are being made. A fault of one stops no other."""
        try:
            return self._further(row, now)
        except (SQLAlchemyError, sqlite_dbapi.Error):
            raise
        except Exception as error:
            self._failed(row, error, now)
        return False

    def _further(self, row: RowMapping, now: datetime) -> bool:
        schedule = self.timetable.schedules[row["schedule"]]
        if row["lost_n"] and row["state"] == SENDING:
            raise Unsent("twice nobody noted how sending it ended", final=True)
        if now >= row["due_at"] + LATE + PATIENCE:
            raise Unsent("its time is over", final=True)
        made = self._made(schedule, row)
        if made is None:
            return True
        if not schedule.recipients or self._post is None:
            self._noted(row, state=FILED, said="", ended_at=now)
            return False
        mail = self._mail(schedule, row["period"], made, self._post)
        lost = row["lost_n"] + (row["state"] == SENDING)
        mine = self._noted(row, state=SENDING, next_at=now + LOST, lost_n=lost)
        if mine is not None:
            self._send(mine, mail, self._post, now)
        return False

    def _made(self, schedule: Schedule, row: RowMapping) -> list[RowMapping] | None:
        """The briefings of a row as the archive has them; None while they are being made. Raises Unsent."""
        keys = orjson.loads(row["jobs"])
        if not keys:
            self._noted(row, jobs=orjson.dumps(self._asked(schedule, row["period"])).decode())
            return None
        jobs = [self._bindery.jobs.one(key) for key in keys]
        for job in jobs:
            if job is None or job["state"] == FAILED:
                said = message(job["said"], orjson.loads(job["said_with"]), words_for("en")) if job else ""
                raise Unsent(said or "its briefings were not made")
            if job["state"] == CANCELLED:
                raise Unsent("making it was cancelled", final=True)
        if any(job["state"] != DONE for job in jobs if job):
            return None
        found = [self._bindery.archive.found(job["briefing"]) for job in jobs if job]
        made = [one for one in found if one]
        if len(made) < len(found):
            raise Unsent("a file is missing in the archive")
        return made

    def _asked(self, schedule: Schedule, period: str) -> list[str]:
        """The jobs that make what a schedule wants, asked for as a person asks."""
        wanted = {
            "subject": schedule.subject, "kind": str(schedule.kind), "period": period, "area": schedule.area, "appendix": schedule.appendix,
        }  # fmt: skip
        orders = [
            order_of({**wanted, "lang": lang, "form": form}, self._bindery.editions) for lang in schedule.langs for form in schedule.forms
        ]
        return [self._bindery.ask(order)["id"] for order in orders]

    def _mail(self, schedule: Schedule, period: str, made: list[RowMapping], post: Post) -> EmailMessage:
        archive, editions = self._bindery.archive, self._bindery.editions
        enclosed = [
            Enclosure(one["title"], one["lang"], one["form"], one["file"], archive.path(one).read_bytes(), one["pages_n"]) for one in made
        ]
        row = editions.row(made[0]["edition"])
        if row is None:
            raise Unsent("its numbers are retired", final=True)
        return letter(schedule, period, editions.edition(row, schedule.subject), enclosed, post.sender, self._clock())

    def _send(self, row: RowMapping, mail: EmailMessage, post: Post, now: datetime) -> None:
        try:
            refused = post.send(mail)
        except Exception as error:
            self._failed(row, error, now)
            return
        said = f"refused: {', '.join(refused)}" if refused else ""
        if refused:
            log.warning("%s of %s went out, but not to %s", row["schedule"], row["period"], ", ".join(refused))
        elif row["failed_n"]:
            log.warning("%s of %s went out after all", row["schedule"], row["period"])
        self._noted(row, state=SENT, said=said, ended_at=self._clock())

    def _failed(self, row: RowMapping, error: Exception, now: datetime) -> None:
        """Try again later, ever more rarely; give up after a day. Both are said once."""
        said, failed = str(error) if isinstance(error, Unsent) else reason_of(error), row["failed_n"] + 1
        over = getattr(error, "final", False) or now - row["began_at"] >= PATIENCE
        pause = min(FIRST_PAUSE * 2 ** (failed - 1), LONGEST_PAUSE)
        change = {"state": GIVEN_UP, "ended_at": now} if over else {"state": MAKING, "jobs": "[]", "next_at": now + pause}
        if self._noted(row, **change, failed_n=failed, said=said) is None:
            return
        if over:
            log.error("%s of %s is given up: %s", row["schedule"], row["period"], said)
        elif failed == 1:
            log.warning("%s of %s did not go out, and is tried again: %s", row["schedule"], row["period"], said)

    def _noted(self, row: RowMapping, **values: Any) -> RowMapping | None:
        """The row with these values; None, and nothing changed, where another process went on with it."""
        if "said" in values:
            values["said"] = values["said"][:_MOST_SAID]
        same = [_COLUMN[name] == row[name] for name in (REGION, "schedule", "period", "state", "next_at", "jobs", "failed_n")]
        with writing(self._engine) as connection:
            changed = update(briefing_sending).where(*same).values(values).returning(*_COLUMN)
            return connection.execute(changed).mappings().first()

    def _rows(self) -> Select[Any]:
        return select(briefing_sending).where(_COLUMN[REGION] == self._region)


def dispatch_of(bindery: Bindery, settings: Settings) -> Dispatch:
    """The dispatch of what a place's settings name. Raises BadSetting for a file of schedules that is wrong."""
    post = Post(settings.smtp, settings.mail_from) if settings.smtp else None
    return Dispatch(bindery, timetable_of(bindery.editions, settings), post)
