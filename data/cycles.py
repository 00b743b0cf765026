"""Inspection cycles: when a piece of equipment is due next, by a schedule that follows its age."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from data.periods import date_of, day_of

EARLY_DAYS = 60  # an inspection held so long before it is due counts for it
YEAR_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Step:
    """From this year of use on, so many months lie between two inspections."""

    from_year: int
    months: int


def due_days(steps: Sequence[Step], used_on: int) -> Iterator[int]:
    """The local days on which inspections fall due, from the day it was taken into use on; without end.

    `steps` rise by year and begin with year 0."""
    years, month = [step.from_year for step in steps], 0
    while True:
        month += steps[bisect_right(years, month // YEAR_MONTHS) - 1].months
        yield _later(used_on, month)


def next_due(steps: Sequence[Step], used_on: int, inspected_on: int | None) -> int:
    """The day the next inspection is due after the last one; the first of the schedule where there was none."""
    held = used_on if inspected_on is None else inspected_on + EARLY_DAYS
    return next(day for day in due_days(steps, used_on) if day > held)


def _later(day: int, months: int) -> int:
    """The same day of the month so many months later, at the latest the 28th."""
    begun = date_of(day)
    month = begun.month - 1 + months
    return day_of(date(begun.year + month // YEAR_MONTHS, month % YEAR_MONTHS + 1, min(begun.day, 28)))
