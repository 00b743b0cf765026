"""Schedules: which briefings appear by themselves, when, and which units get them. Declared in a file, checked at the start."""

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from pathlib import Path
from typing import Any

from dashboard.briefings.editions import Editions
from dashboard.briefings.orders import subjects
from dashboard.briefings.periods import DAY, Period, last_finished, period_before, period_of
from dashboard.settings import MAILBOX, BadSetting, Settings
from data.ingest.section import MappingError, Section, listed
from data.periods import day_of
from layouts.briefing.edition import DISTRICT, FORMS, Kind
from layouts.text import LANGUAGES

SETTING = "WALL_SCHEDULES"
KINDS = (Kind.DAILY, Kind.WEEKLY, Kind.MONTHLY)
WORKDAYS, EVERY_DAY = "workdays", "all"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
FIELDS = ("name", "kind", "subject", "area", "lang", "form", "appendix", "at", "days", "recipients")
MOST_RECIPIENTS = 50
LATE = timedelta(days=3)  # what was missed by so much is not caught up
LONGEST_WAIT_D = 14  # days from the end of a period to the day it is due: holidays are shorter
_AT = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)


@dataclass(frozen=True, slots=True)
class Schedule:
    """One briefing that appears by itself. `days` are weekdays from 0 for Monday, None the working days."""

    name: str
    kind: Kind
    at: time
    days: frozenset[int] | None
    subject: str
    area: str
    langs: tuple[str, ...]
    forms: tuple[str, ...]
    appendix: bool
    recipients: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Due:
    """A schedule whose time has come for a period."""

    schedule: Schedule
    period: Period
    at: datetime


class Timetable:
    """When the schedules of a place are due."""

    def __init__(self, schedules: Iterable[Schedule], zone: tzinfo, cutoff: int = 0, workday: Callable[[int], bool] | None = None) -> None:
        self.schedules = {schedule.name: schedule for schedule in schedules}
        self._zone, self._cutoff, self._workday = zone, cutoff, workday

    def due_at(self, schedule: Schedule, period: Period) -> datetime | None:
        """When a period is due: on the first of the schedule's days after its end; a day's briefing on the next day or never."""
        for later in range(1, 2 if schedule.kind is Kind.DAILY else LONGEST_WAIT_D):
            day = period.last + later * DAY
            if self._falls_on(schedule, day):
                return datetime.combine(day, schedule.at, self._zone).astimezone(UTC)
        return None

    def due(self, now: datetime) -> list[Due]:
        """What became due within the last days, whether it was served or not."""
        return [each for schedule in self.schedules.values() for each in self._due(schedule, now)]

    def next_at(self, schedule: Schedule, now: datetime) -> datetime:
        """When the schedule is due next. LookupError where that lies further ahead than any holiday."""
        period = last_finished(schedule.kind, now, self._cutoff, self._zone)
        for _ in range(LONGEST_WAIT_D):
            at = self.due_at(schedule, period)
            if at and at > now:
                return at
            period = period_of(schedule.kind, period.last + DAY, self._cutoff, self._zone)
        raise LookupError(schedule.name)

    def _due(self, schedule: Schedule, now: datetime) -> Iterator[Due]:
        period = last_finished(schedule.kind, now, self._cutoff, self._zone)
        while period.end_at > now - LATE - LONGEST_WAIT_D * DAY:
            at = self.due_at(schedule, period)
            if at and now - LATE < at <= now:
                yield Due(schedule, period, at)
            period = period_before(period, self._cutoff, self._zone)

    def _falls_on(self, schedule: Schedule, day: date) -> bool:
        if schedule.days is not None:
            return day.weekday() in schedule.days
        return self._workday is not None and self._workday(day_of(day))


def timetable_of(editions: Editions, settings: Settings) -> Timetable:
    """The timetable a place's settings name; an empty one where they name none. Raises BadSetting."""
    here = editions.here
    schedules: list[Schedule] = []
    if settings.schedules:
        path = Path(settings.schedules)
        reader = _Reader(settings, editions.areas(), here.workday is not None)
        try:
            schedules = reader.schedules(tomllib.loads(path.read_text("utf-8")))
        except MappingError as error:
            raise BadSetting(f"{SETTING}: {path}: {error}") from error
        except (OSError, ValueError) as error:
            raise BadSetting(f"{SETTING}={str(path)!r}: {error}; allowed is a TOML file that can be read") from error
    return Timetable(schedules, here.zone, settings.month_cutoff, here.workday)


class _Reader:
    """Reads the tables of a file strictly; whatever is wrong is a MappingError that names its place."""

    def __init__(self, settings: Settings, areas: tuple[str, ...], calendar: bool) -> None:
        self._settings, self._areas, self._calendar = settings, areas, calendar

    def schedules(self, book: dict[str, Any]) -> list[Schedule]:
        """Every schedule in order; two of one name are refused."""
        Section("", book, ("schedule",))
        entries = book.get("schedule", [])
        if not isinstance(entries, list):
            raise MappingError("schedule", "one table", "tables under [[schedule]]")
        found: dict[str, Schedule] = {}
        for number, entry in enumerate(entries, 1):
            schedule = self._schedule(Section(f"schedule {number}", entry, FIELDS))
            if schedule.name in found:
                raise MappingError(f"schedule {number}.name", f"{schedule.name!r} a second time", "a name of its own")
            found[schedule.name] = schedule
        return list(found.values())

    def _schedule(self, section: Section) -> Schedule:
        name = section.text("name", longest=80)
        section.path += f" {name!r}"
        return Schedule(
            name=name,
            kind=Kind(section.choice("kind", KINDS)),
            at=_at(section),
            days=self._days(section),
            subject=section.choice("subject", subjects(), DISTRICT),
            area=section.choice("area", self._areas, self._areas[0]),
            langs=_several(section, "lang", LANGUAGES, LANGUAGES[:1]),
            forms=_several(section, "form", FORMS, FORMS[:1]),
            appendix=section.yes("appendix", True),
            recipients=self._recipients(section),
        )

    def _days(self, section: Section) -> frozenset[int] | None:
        if isinstance(section.table.get("days"), list):
            return frozenset(WEEKDAYS.index(day) for day in _several(section, "days", WEEKDAYS, WEEKDAYS))
        words = (WORKDAYS, EVERY_DAY) if self._calendar else (EVERY_DAY,)
        allowed = (*words, f"a list of some of {listed(WEEKDAYS)}")
        return None if section.choice("days", allowed, EVERY_DAY) == WORKDAYS else frozenset(range(len(WEEKDAYS)))

    def _recipients(self, section: Section) -> tuple[str, ...]:
        found = section.texts("recipients")
        if len(set(found)) != len(found) or len(found) > MOST_RECIPIENTS:
            raise MappingError(section.at("recipients"), f"{len(found)} addresses", f"at most {MOST_RECIPIENTS} different ones")
        for address in found:
            if not MAILBOX.fullmatch(address):
                raise MappingError(section.at("recipients"), f"{address!r} found", "bare addresses of units, like duty-office@example.org")
        for name, value in (("WALL_SMTP", self._settings.smtp), ("WALL_MAIL_FROM", self._settings.mail_from)):
            if found and not value:
                raise MappingError(section.at("recipients"), f"{len(found)} addresses, and {name} is not set", f"none, or {name} set")
        return found


def _at(section: Section) -> time:
    found = section.table.get("at")
    if not isinstance(found, str) or not _AT.fullmatch(found):
        raise MappingError(section.at("at"), "missing" if found is None else f"{found!r} found", 'a local time like "07:30"')
    return time.fromisoformat(found)


def _several(section: Section, key: str, allowed: tuple[str, ...], default: tuple[str, ...]) -> tuple[str, ...]:
    found = section.texts(key) if key in section else default
    if not found or len(set(found)) != len(found) or not set(found) <= set(allowed):
        raise MappingError(section.at(key), f"{list(found)} found", f"a list of some of {listed(allowed)}")
    return found
