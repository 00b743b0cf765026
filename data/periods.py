"""Local days and the calendar periods they lie in: weeks, months, quarters, half-years, years. Days are numbered from 1970-01-01."""

from datetime import date

EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}
WEEK_D = 7


def date_of(day: int) -> date:
    """The calendar date of a local day number."""
    return date.fromordinal(day + EPOCH_ORDINAL)


def day_of(on: date) -> int:
    """The local day number of a calendar date."""
    return on.toordinal() - EPOCH_ORDINAL


def period(day: int, kind: str, back: int = 0) -> tuple[int, int]:
    """First and last day of the day, week (Monday to Sunday), month, quarter, half or year a day lies in, or so many periods before.

    KeyError for any other kind."""
    if kind == "day":
        return day - back, day - back
    here = date_of(day)
    if kind == "week":
        first = day - here.weekday() - WEEK_D * back
        return first, first + WEEK_D - 1
    months = MONTHS[kind]
    begun = (here.month - 1) // months * months - months * back
    return _month_begins(here.year, begun), _month_begins(here.year, begun + months) - 1


def _month_begins(year: int, months: int) -> int:
    """The first day of the month so many months after January of a year."""
    return day_of(date(year + months // 12, months % 12 + 1, 1))
