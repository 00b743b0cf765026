"""Work calendars: when a deadline falls and how much working time lies between two moments, on four kinds of clock.

A calendar is data (data/seed/calendars/<key>.toml) laid out once as sorted lists, so that each question is a bisection.
"""

import tomllib
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Self

from data.columns import LOCAL
from data.periods import day_of

CALENDARS = Path(__file__).parent / "seed" / "calendars"
FIRST, LAST = date(2000, 1, 1), date(2060, 12, 31)
_HOUR, _DAY = 3600, 86400


class Clock(StrEnum):
    """What a limit counts: hours that always run, hours of work, days of work, days of the calendar."""

    URGENT_HOURS = "urgent_hours"
    WORK_HOURS = "work_hours"
    WORK_DAYS = "work_days"
    CALENDAR_DAYS = "calendar_days"


class MissingCalendarError(LookupError):
    """No such calendar file; the text names those there are."""


class _Wall:
    """Seconds of the wall clock of a zone, and back. It stands still in the hour that autumn repeats."""

    def __init__(self, zone: tzinfo) -> None:
        self._changes, self._offsets = _offset_changes(zone)
        self._read = [at + before for at, before in zip(self._changes, self._offsets, strict=False)]

    def offset(self, epoch: int) -> int:
        return self._offsets[bisect_right(self._changes, epoch)]

    def read(self, epoch: int) -> int:
        i = bisect_right(self._changes, epoch)
        seen = epoch + self._offsets[i]
        return max(seen, self._read[i - 1]) if i else seen

    def moment(self, wall: int) -> int:
        """The earliest moment at which the clock has reached `wall`."""
        i = bisect_left(self._read, wall)
        epoch = wall - self._offsets[i]
        return max(epoch, self._changes[i - 1]) if i else epoch


class Calendar:
    """Working days and hours at a place. Counts whole seconds; refuses naive moments and those outside 2000-2060."""

    def __init__(
        self,
        zone: tzinfo = LOCAL,
        hours: Sequence[tuple[int, int]] = ((8 * _HOUR, 12 * _HOUR), (14 * _HOUR, 18 * _HOUR)),
        weekend: Iterable[int] = (6, 7),
        off: Iterable[date] = (),
        worked: Iterable[date] = (),
        status: Mapping[int, str] | None = None,
    ) -> None:
        """`hours` are seconds after local midnight, in order; `weekend` ISO weekdays; `worked` beats `off`."""
        self.zone = zone
        self._wall = _Wall(zone)
        self._status = dict(status or {})
        self._per_day = sum(end - start for start, end in hours)
        self._workdays = _workdays(frozenset(weekend), frozenset(off), frozenset(worked))
        self._starts: list[int] = []  # of every working span, in wall seconds
        self._lengths: list[int] = []
        self._before: list[int] = []  # working seconds before the span
        before = 0
        for day in sorted(self._workdays):
            for start, end in hours:
                self._starts.append(day * _DAY + start)
                self._lengths.append(end - start)
                self._before.append(before)
                before += end - start

    @classmethod
    @cache
    def load(cls, key: str = "cn", zone: tzinfo = LOCAL) -> Self:
        """The calendar of a country from its file, laid out once."""
        path = CALENDARS / f"{key}.toml"
        if not path.is_file():
            there = ", ".join(sorted(found.stem for found in CALENDARS.glob("*.toml")))
            raise MissingCalendarError(f"no calendar {key!r}; there are: {there}")
        book: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        years = book["year"]
        return cls(
            zone,
            [(_seconds(start), _seconds(end)) for start, end in book["hours"]],
            book["weekend"],
            [day for year in years.values() for span in year["off"] for day in _days(*span)],
            [date.fromisoformat(day) for year in years.values() for day in year["worked"]],
            {int(key): year["status"] for key, year in years.items()},
        )

    def deadline(self, start: datetime, clock: Clock, value: float) -> datetime:
        """The earliest moment at which `value` units have run since `start`: 4 work hours from 14:00 end at 18:00."""
        if value < 0:
            raise ValueError(f"a limit cannot be negative: {value}")
        epoch = _epoch(start)
        if clock is Clock.URGENT_HOURS:
            due = epoch + round(value * _HOUR)
        elif clock is Clock.CALENDAR_DAYS:
            due = self._wall.moment(self._wall.read(epoch) + round(value * _DAY))
        else:
            unit = _HOUR if clock is Clock.WORK_HOURS else self._per_day
            due = self._wall.moment(self._worked_until(self._worked(epoch) + round(value * unit)))
        return datetime.fromtimestamp(max(due, epoch), UTC)

    def elapsed(self, start: datetime, end: datetime, clock: Clock) -> float:
        """Units of the clock between two moments; negative when `end` comes first."""
        first, last = _epoch(start), _epoch(end)
        if clock is Clock.URGENT_HOURS:
            return (last - first) / _HOUR
        if clock is Clock.CALENDAR_DAYS:
            return (self._wall.read(last) - self._wall.read(first)) / _DAY
        unit = _HOUR if clock is Clock.WORK_HOURS else self._per_day
        return (self._worked(last) - self._worked(first)) / unit

    def is_workday(self, day: int) -> bool:
        """Whether people work on this day (days since 1970-01-01)."""
        return day in self._workdays

    def status(self, year: int) -> str:
        """'official', 'provisional', or 'missing' when only weekends are known."""
        return self._status.get(year, "missing")

    def offset_s(self, moment: datetime) -> int:
        """Seconds by which local time is ahead of UTC at this moment."""
        return self._wall.offset(_epoch(moment))

    def day(self, moment: datetime) -> int:
        """Days since 1970-01-01 of the local day."""
        epoch = _epoch(moment)
        return (epoch + self._wall.offset(epoch)) // _DAY

    def hour(self, moment: datetime) -> int:
        """Hours since 1970-01-01 00:00 local time."""
        epoch = _epoch(moment)
        return (epoch + self._wall.offset(epoch)) // _HOUR

    def _worked(self, epoch: int) -> int:
        """Working seconds from the beginning of the calendar to this moment."""
        wall = self._wall.read(epoch)
        i = bisect_right(self._starts, wall) - 1
        if i < 0 or wall - self._starts[-1] > _DAY:
            raise ValueError(f"the calendar runs from {FIRST} to {LAST}, not to {datetime.fromtimestamp(epoch, UTC)}")
        return self._before[i] + min(wall - self._starts[i], self._lengths[i])

    def _worked_until(self, worked: int) -> int:
        i = max(bisect_left(self._before, worked) - 1, 0)
        if worked - self._before[i] > self._lengths[i]:
            raise ValueError(f"the deadline lies beyond {LAST}, where the calendar ends")
        return self._starts[i] + worked - self._before[i]


def _epoch(moment: datetime) -> int:
    if moment.tzinfo is None:
        raise ValueError(f"a moment needs a time zone: {moment!r}")
    return int(moment.timestamp())


def _seconds(text: str) -> int:
    at = time.fromisoformat(text)
    return at.hour * _HOUR + at.minute * 60


def _days(first: str, last: str) -> Iterator[date]:
    day, end = date.fromisoformat(first), date.fromisoformat(last)
    while day <= end:
        yield day
        day += timedelta(days=1)


def _workdays(weekend: frozenset[int], off: frozenset[date], worked: frozenset[date]) -> frozenset[int]:
    found = set()
    for ordinal in range(FIRST.toordinal(), LAST.toordinal() + 1):
        day = date.fromordinal(ordinal)
        if day in worked or (day.isoweekday() not in weekend and day not in off):
            found.add(day_of(day))
    return frozenset(found)


@cache
def _offset_changes(zone: tzinfo) -> tuple[list[int], list[int]]:
    """Moments at which the zone changes its offset, and the offsets before, between and after them."""

    def offset(epoch: int) -> int:
        ahead = datetime.fromtimestamp(epoch, zone).utcoffset()
        return int(ahead.total_seconds()) if ahead else 0

    day = (day_of(FIRST) - 1) * _DAY
    end = (day_of(LAST) + 2) * _DAY
    changes: list[int] = []
    offsets = [offset(day)]
    while day < end and not isinstance(zone, timezone):
        if offset(day + _DAY) != offsets[-1]:
            changes.append(_first_change(offset, day, day + _DAY))
            offsets.append(offset(day + _DAY))
        day += _DAY
    return changes, offsets


def _first_change(offset: Any, low: int, high: int) -> int:
    before = offset(low)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if offset(middle) == before else (low, middle)
    return high
