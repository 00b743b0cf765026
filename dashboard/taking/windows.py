"""Which local days a window covers: rolling days that end with a day, and whole calendar periods."""

from datetime import date, timedelta

from data.measures import Span
from modules.spec import Window

EPOCH_ORDINAL = 719163  # 1970-01-01
ROLLING = {Window.NOW: 1, Window.TODAY: 1, Window.LAST_DAY: 1, Window.DAYS_7: 7, Window.DAYS_30: 30}
MONTHS = {Window.LAST_MONTH: 1, Window.LAST_QUARTER: 3, Window.LAST_HALF: 6}
PER_YEAR = {Window.LAST_WEEK: 52, Window.LAST_MONTH: 12, Window.LAST_QUARTER: 4, Window.LAST_HALF: 2}


def days_of(window: Window, today: int, back: int = 0) -> Span:
    """The days of a window at local day number `today`, or of the same window `back` periods earlier.

    A month or year to date is compared with the same number of days of the period before, as far as that goes."""
    if window in ROLLING:
        length = ROLLING[window]
        return Span.ending(today - (window is Window.LAST_DAY) - back * length, length)
    here = date.fromordinal(today + EPOCH_ORDINAL)
    if window is Window.LAST_WEEK:
        return Span.ending(today - here.weekday() - 1 - 7 * back, 7)
    if window in MONTHS:
        months = MONTHS[window]
        first = _month(here.year, (here.month - 1) // months * months - months * (1 + back))
        return Span(_number(first), _number(_month(first.year, first.month - 1 + months)) - 1)
    begun = _month(here.year, here.month - 1) if window is Window.MONTH else date(here.year, 1, 1)
    first = _month(begun.year, begun.month - 1 - back * (1 if window is Window.MONTH else 12))
    return Span(_number(first), _number(first) + today - _number(begun))


def a_year_before(window: Window, today: int) -> Span:
    """The days of the window as they were a year ago."""
    if window in PER_YEAR:
        return days_of(window, today, PER_YEAR[window])
    return days_of(window, today - 365)


def _month(year: int, months: int) -> date:
    """The first day of the month so many months after January of a year."""
    return date(year + months // 12, months % 12 + 1, 1)


def _number(day: date) -> int:
    return (day - date.fromordinal(EPOCH_ORDINAL)) // timedelta(days=1)
