"""Editions: the snapshots of every module for one period and area, taken once, together, and kept for whatever is made of them."""

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Integer, RowMapping, String, cast, delete, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from dashboard.briefings.kept import packed, unpacked
from dashboard.briefings.periods import SECOND, Period, chosen, last_finished, period_of, up_to
from dashboard.dictionary import entries
from dashboard.locality import Locality
from dashboard.registry import declared
from dashboard.taking.moment import Taking
from dashboard.taking.opened import COVERED, opened, told_to
from dashboard.taking.snapshot import take, unread
from dashboard.watcher import Clock, number_of
from data import ledger
from data.db import reading, writing
from data.editions import briefing, edition, kept_snapshot
from data.measures import Span, first_bucket
from data.periods import date_of, day_of
from data.rollups import upsert
from data.schema import REGION, marker, version
from layouts.briefing.edition import DISTRICT, RUNNING, Edition, Kind
from layouts.text import LANGUAGES
from modules.spec import Module, Snapshot

log = logging.getLogger(__name__)
STANDING_FOR = timedelta(minutes=5)  # so long after the end of a period what stands is told as of that end
SETTLED_IN = timedelta(seconds=10)  # what happened in the last second has arrived by then
OWN_PERIOD = (Kind.WEEKLY, Kind.MONTHLY)  # their numbers are told over the period; the others over the window of each metric
SPECIALS = "special:"  # and area and year: how many special editions there were
_DIGEST_BYTES = 12


class NothingRead(Exception):
    """No module could be read: there is no edition."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What an edition is taken of: as of when, over which days, and whether what stands can be told."""

    now: datetime
    as_of: datetime
    asked: datetime | None  # the past moment that is asked for; None: what the screens tell now
    span: Span | None
    running: bool
    standing: bool


class Editions:
    """Takes, keeps and gives back editions of a place."""

    def __init__(self, engine: Engine, here: Locality, clock: Clock, cutoff: int = 0) -> None:
        """`cutoff` is the last day of a statistics month, 0 that of the calendar month."""
        self.engine, self.here, self.clock, self.cutoff = engine, here, clock, cutoff
        self._kept_up_to: dict[Kind, date] = {}
        self._failing: set[str] = set()

    def chosen(self, kind: Kind, text: str) -> Period | None:
        """The period asked for, the last finished one where none is named; None for now. Raises BadPeriod."""
        if kind is Kind.SPECIAL and text in ("", RUNNING):
            return None
        zone = self.here.zone
        with reading(self.engine) as connection:
            told, reached = self._told(connection, self._now())
            known = date.min if text in ("", RUNNING) else self._known_from(connection, told)
        return chosen(kind, text, told, reached, known, self.cutoff, zone)

    def newest(self) -> dict[Kind, tuple[Period, Period]]:
        """The last finished and the running period of each kind that has such."""
        zone = self.here.zone
        with reading(self.engine) as connection:
            told, reached = self._told(connection, self._now())
        today = told.astimezone(zone).date()
        return {
            kind: (last_finished(kind, reached, self.cutoff, zone), period_of(kind, today, self.cutoff, zone))
            for kind in (Kind.DAILY, *OWN_PERIOD)
        }

    def _known_from(self, connection: Connection, told: datetime) -> date:
        """The first day anything is known of; the present one where nothing is known yet."""
        firsts = (first_bucket(connection, self.here.region, cube) for cube in ledger.all_cubes() if cube.day)
        known = [first for first in firsts if first]
        return date_of(min(known)) if known else told.astimezone(self.here.zone).date()

    def known(self, period: Period, area: str) -> RowMapping | None:
        """The whole edition that is kept of a finished period, if there is one."""
        with reading(self.engine) as connection:
            moment = self._moment(connection, period)
            found = self._of(connection, period, area, moment.as_of) if moment.asked else []
        return found[-1] if found and found[-1]["whole"] else None

    def taken(self, period: Period | None, area: str) -> RowMapping:
        """The edition of a period, or of now, and an area: the kept one, else taken and kept. Raises UnknownArea, NothingRead."""
        with reading(self.engine) as connection:
            period = period or up_to(self._told(connection, self._now())[0], self.here.zone)
            moment = self._moment(connection, period)
            known = self._of(connection, period, area, moment.as_of)
            if known and known[-1]["whole"]:
                return known[-1]
            snapshots = self._same(connection, area, moment) or self._snapshots(connection, area, moment)
        return self._keep(period, area, moment, snapshots, len(known))

    def edition(self, row: Mapping[Any, Any], subject: str) -> Edition:
        """An edition as its pages are written from it: of one module, or of all for the district."""
        with reading(self.engine) as connection:
            held = kept_snapshot.c
            query = select(held.module, held.packed).where(held[REGION] == self.here.region, held.edition == row["id"])
            bodies = {row.module: row.packed for row in connection.execute(query) if subject in (DISTRICT, row.module)}
        snapshots = {key: unpacked(bodies[key]) for key in declared() if key in bodies}
        told = {lang: [entry for entry in entries(lang) if entry["module"] in snapshots] for lang in LANGUAGES}
        return Edition(
            Kind(row["kind"]), subject, row["area"], date_of(row["first_on"]), date_of(row["last_on"]),
            row["as_of"].astimezone(self.here.zone), row["number"], row["running"], snapshots, told,
        )  # fmt: skip

    def row(self, key: str) -> RowMapping | None:
        """A kept edition by its key."""
        with reading(self.engine) as connection:
            query = select(edition).where(edition.c[REGION] == self.here.region, edition.c.id == key)
            return connection.execute(query).mappings().first()

    def period(self, row: Mapping[Any, Any]) -> Period:
        """The period an edition tells of."""
        kind, zone = Kind(row["kind"]), self.here.zone
        return up_to(row["as_of"], zone) if kind is Kind.SPECIAL else period_of(kind, date_of(row["last_on"]), self.cutoff, zone)

    def digests(self, key: str) -> dict[str, str]:
        """The digest of each module's snapshot in an edition, in the order of the chapters."""
        with reading(self.engine) as connection:
            held = kept_snapshot.c
            query = select(held.module, held.digest).where(held[REGION] == self.here.region, held.edition == key)
            found = {row.module: row.digest for row in connection.execute(query)}
        return {name: found[name] for name in declared() if name in found}

    def kept(self, module: str, area: str, span: Span | None, as_of: datetime) -> Snapshot | None:
        """The snapshot kept for exactly a module, area, period and moment to the second; None where none is, or none can be read."""
        try:
            with reading(self.engine) as connection:
                found = self._at(connection, area, span, as_of)
                held = kept_snapshot.c
                query = select(held.packed).where(held[REGION] == self.here.region, held.module == module)
                body = connection.execute(query.where(held.edition == found["id"])).scalar() if found else None
        except SQLAlchemyError:
            return None
        return unpacked(body) if body else None

    def keep_finished(self) -> int:
        """Keep the editions of periods that ended minutes ago, while what stands is still as it was; how many were taken.

        Called often; looks once at each end. A place whose files tell what stood needs none."""
        now, count = self.clock(), 0
        if self.here.as_of == COVERED:
            return 0
        for kind in (Kind.DAILY, *OWN_PERIOD):
            period = last_finished(kind, now, self.cutoff, self.here.zone)
            if self._kept_up_to.get(kind) == period.last or not SETTLED_IN <= now - period.end_at < STANDING_FOR:
                continue
            for area in self.areas():
                self.taken(period, area)
                count += 1
            self._kept_up_to[kind] = period.last
        return count

    def areas(self) -> tuple[str, ...]:
        """The whole place and each of its sub-districts."""
        with reading(self.engine) as connection:
            taking = opened(connection, self.here, self.clock())
            return (self.here.root, *taking.below("subdistrict"))

    def retire(self, before: datetime) -> int:
        """Forget editions that were taken before a moment; how many. Their numbers are not given again."""
        old = select(edition.c.id).where(edition.c[REGION] == self.here.region, edition.c.taken_at < before)
        with writing(self.engine) as connection:
            connection.execute(delete(kept_snapshot).where(kept_snapshot.c[REGION] == self.here.region, kept_snapshot.c.edition.in_(old)))
            connection.execute(delete(briefing).where(briefing.c[REGION] == self.here.region, briefing.c.edition.in_(old)))
            gone = delete(edition).where(edition.c[REGION] == self.here.region, edition.c.taken_at < before)
            return connection.execute(gone).rowcount

    def _now(self) -> datetime:
        return self.clock().replace(microsecond=0)

    def _told(self, connection: Connection, now: datetime) -> tuple[datetime, datetime]:
        """The moment the place's screens tell, and the moment up to which periods are over: the same, or a second after a covered day."""
        told = told_to(connection, self.here, now)
        return told, told if told == now else told + SECOND

    def _moment(self, connection: Connection, period: Period) -> Moment:
        """As of when the period is told: its end if that was reached, else now."""
        now = self._now()
        told, reached = self._told(connection, now)
        over = period.end_at <= reached
        as_of = period.as_of if over else told
        last = min(period.last, as_of.astimezone(self.here.zone).date())
        span = Span(day_of(period.first), day_of(last)) if period.kind in OWN_PERIOD else None
        standing = period.kind is not Kind.SPECIAL and reached - period.end_at < STANDING_FOR
        return Moment(now, as_of, as_of if over else None, span, not over and period.kind is not Kind.SPECIAL, standing)

    def _snapshots(self, connection: Connection, area: str, moment: Moment) -> dict[str, Snapshot]:
        """Every module as of the moment, in one consistent view; one that cannot be read says so and the others stand."""
        taking = opened(connection, self.here, moment.now, area, moment.span, moment.asked, moment.standing)
        facts = {name: int(number) for name, number in connection.execute(
            select(version.c.fact, version.c.number).where(version.c[REGION] == self.here.region)
        )}  # fmt: skip
        minute = int(moment.now.timestamp()) // 60
        found = {key: self._snapshot(module, taking).sealed(f"{number_of(module, facts)}.{minute}") for key, module in declared().items()}
        if all(snapshot.error for snapshot in found.values()):
            raise NothingRead(area)
        return found

    def _snapshot(self, module: Module, taking: Taking) -> Snapshot:
        here = self.here
        try:
            with taking.connection.begin_nested():
                found = replace(take(module, taking, here.names, here.demo), taken_at=taking.present)
            self._failing.discard(module.key)
            return found
        except Exception as error:
            if module.key not in self._failing:
                log.error("%s for %s cannot be taken for an edition", module.key, taking.code, exc_info=error)
            self._failing.add(module.key)
            return replace(unread(module, taking.code, taking.now, here.names, here.demo), stale=True, error=type(error).__name__)

    def _of(self, connection: Connection, period: Period, area: str, as_of: datetime) -> list[RowMapping]:
        """The editions of a period and an area as of a moment, the newest last."""
        column = edition.c
        query = select(edition).where(
            column[REGION] == self.here.region, column.kind == period.kind, column.area == area, column.as_of == as_of,
            column.first_on == day_of(period.first), column.last_on == day_of(period.last),
        )  # fmt: skip
        return list(connection.execute(query.order_by(column.whole, column.taken_at)).mappings())

    def _at(self, connection: Connection, area: str, span: Span | None, as_of: datetime) -> RowMapping | None:
        """The newest edition that tells exactly these days of an area as of a moment, whatever its kind."""
        column = edition.c
        query = select(edition).where(column[REGION] == self.here.region, column.area == area, column.as_of == as_of)
        found = connection.execute(query.order_by(column.whole.desc(), column.taken_at.desc())).mappings().all()
        return next((row for row in found if self._span(row) == span), None)

    def _span(self, row: RowMapping) -> Span | None:
        """The days an edition was taken over; None for each metric's own."""
        last = min(row["last_on"], day_of(row["as_of"].astimezone(self.here.zone)))
        return Span(row["first_on"], last) if row["kind"] in OWN_PERIOD else None

    def _same(self, connection: Connection, area: str, moment: Moment) -> dict[str, Snapshot]:
        """The snapshots another kind of edition keeps of the same days and moment: one moment has one set of numbers."""
        found = self._at(connection, area, moment.span, moment.as_of)
        if not found or not found["whole"]:
            return {}
        held = kept_snapshot.c
        query = select(held.module, held.packed).where(held[REGION] == self.here.region, held.edition == found["id"])
        return {row.module: unpacked(row.packed) for row in connection.execute(query)}

    def _keep(self, period: Period, area: str, moment: Moment, snapshots: Mapping[str, Snapshot], attempt: int) -> RowMapping:
        """The row of the edition; where somebody else kept the same meanwhile, theirs."""
        named = f"{period.kind}|{area}|{period.first}|{period.last}|{int(moment.as_of.timestamp())}|{attempt}"
        key = hashlib.blake2b(named.encode(), digest_size=_DIGEST_BYTES).hexdigest()
        region = self.here.region
        row = {
            REGION: region, "id": key, "kind": period.kind, "area": area, "first_on": day_of(period.first),
            "last_on": day_of(period.last), "as_of": moment.as_of, "running": moment.running, "number": period.number,
            "taken_at": moment.now, "whole": not any(snapshot.error for snapshot in snapshots.values()),
        }  # fmt: skip
        bodies = [
            {REGION: region, "edition": key, "module": name, "digest": snapshot.digest, "packed": packed(snapshot)}
            for name, snapshot in snapshots.items()
        ]
        with writing(self.engine) as connection:
            written = upsert(connection, edition).values(row).on_conflict_do_nothing().returning(edition.c.id)
            if connection.execute(written).first():
                connection.execute(insert(kept_snapshot), bodies)
                if not period.number:
                    number = self._next(connection, f"{SPECIALS}{area}:{period.last.year}")
                    connection.execute(update(edition).where(edition.c[REGION] == region, edition.c.id == key).values(number=number))
            return connection.execute(select(edition).where(edition.c[REGION] == region, edition.c.id == key)).mappings().one()

    def _next(self, connection: Connection, counted: str) -> int:
        """The next number of what has no place in the calendar; none is given twice, whatever is forgotten."""
        statement = upsert(connection, marker).values(region=self.here.region, key=counted, value="1")
        further = cast(cast(marker.c.value, Integer) + 1, String)
        statement = statement.on_conflict_do_update(index_elements=["region", "key"], set_={"value": further})
        return int(connection.execute(statement.returning(marker.c.value)).scalar_one())
