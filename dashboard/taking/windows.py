"""Which local days a window covers: rolling days that end with a day, and whole calendar periods."""

from data.measures import Span
from data.periods import period
from modules.spec import Window

ROLLING = {Window.NOW: 1, Window.TODAY: 1, Window.LAST_DAY: 1, Window.DAYS_7: 7, Window.DAYS_30: 30}
WHOLE = {Window.LAST_WEEK: "week", Window.LAST_MONTH: "month", Window.LAST_QUARTER: "quarter", Window.LAST_HALF: "half"}
TO_DATE = {Window.MONTH: "month", Window.YEAR: "year"}
PER_YEAR = {Window.LAST_WEEK: 52, Window.LAST_MONTH: 12, Window.LAST_QUARTER: 4, Window.LAST_HALF: 2}


def days_of(window: Window, today: int, back: int = 0) -> Span:
    """The days of a window at local day number `today`, or of the same window `back` periods earlier.

    A month or year to date is compared with the same number of days of the period before, as far as that goes."""
    if window in ROLLING:
        length = ROLLING[window]
        return Span.ending(today - (window is Window.LAST_DAY) - back * length, length)
    if window in WHOLE:
        return Span(*period(today, WHOLE[window], back + 1))
    begun, first = (period(today, TO_DATE[window], periods)[0] for periods in (0, back))
    return Span(first, first + today - begun)


def a_year_before(window: Window, today: int) -> Span:
    """The days of the window as they were a year ago."""
    if window in PER_YEAR:
        return days_of(window, today, PER_YEAR[window])
    return days_of(window, today - 365)
