"""Working time as one growing number, so that adding hours of work to a moment is two look-ups.

Moments are whole epoch seconds. A working day is 08:00–12:00 and 14:00–18:00 local time; which days work is asked
of the calendar once for each day.
"""

from collections.abc import Callable
from datetime import UTC, datetime

OFFSET_S = 8 * 3600
DAY_S = 86400
WORKED_S = 8 * 3600
_MORNING, _NOON, _AFTERNOON, _EVENING = (hour * 3600 for hour in (8, 12, 14, 18))


def at_hour(day: int, hour: float) -> int:
    """The epoch second of an hour of a local day."""
    return day * DAY_S - OFFSET_S + int(hour * 3600)


def day_at(moment: int) -> int:
    """The local day number of an epoch second."""
    return (moment + OFFSET_S) // DAY_S


def moment_of(at: int) -> datetime:
    """An aware moment from epoch seconds."""
    return datetime.fromtimestamp(at, UTC)


def working_day(day: int, step: int, is_workday: Callable[[int], bool]) -> int:
    """The day itself where people work on it, or the nearest one: after it with a step of 1, before it with -1."""
    while not is_workday(day):
        day += step
    return day


def workdays_from(day: int, count: int, is_workday: Callable[[int], bool]) -> int:
    """The working day on which a limit of so many ends that begins on the day after; below zero, so many before the day."""
    step = 1 if count > 0 else -1
    for _ in range(abs(count)):
        day = working_day(day + step, step, is_workday)
    return day


class WorkHours:
    """`worked(moment)`: seconds of work since the first day; `moment(worked)` is its inverse."""

    def __init__(self, is_workday: Callable[[int], bool], first: int, last: int) -> None:
        self.first, self.last = first, last
        self._before: list[int] = []  # working days before each day
        self._days: list[int] = []  # the n-th working day
        for day in range(first, last):
            self._before.append(len(self._days))
            if is_workday(day):
                self._days.append(day)
        self._working = frozenset(self._days)

    def worked(self, moment: int) -> int:
        """Seconds of working time between the first day and the moment."""
        day, second = divmod(moment + OFFSET_S, DAY_S)
        before = self._before[day - self.first] * WORKED_S
        if day not in self._working:
            return before
        morning = min(max(second - _MORNING, 0), _NOON - _MORNING)
        afternoon = min(max(second - _AFTERNOON, 0), _EVENING - _AFTERNOON)
        return before + morning + afternoon

    def moment(self, worked: int) -> int:
        """The earliest moment by which so much working time has passed."""
        nth, second = divmod(worked, WORKED_S)
        start = self._days[nth] * DAY_S - OFFSET_S + _MORNING
        return start + second if second <= _NOON - _MORNING else start + second + _AFTERNOON - _NOON

    def later(self, moment: int, seconds: float) -> int:
        """The moment after so many seconds of work."""
        return self.moment(self.worked(moment) + int(seconds))
