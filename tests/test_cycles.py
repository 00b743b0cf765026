"""Inspection cycles: schedules follow the age of the equipment, and an inspection counts for the day it was due by."""

from datetime import date
from itertools import islice

import pytest

from data.cycles import Step, due_days, next_due
from data.periods import date_of, day_of

LIFT = [Step(0, 12), Step(1, 36), Step(7, 24), Step(15, 12)]
YEARLY = [Step(0, 12)]
USED = day_of(date(2010, 5, 31))


def test_a_lift_is_inspected_in_the_years_of_its_schedule():
    years = [date_of(day).year - 2010 for day in islice(due_days(LIFT, USED), 10)]
    assert years == [1, 4, 7, 9, 11, 13, 15, 16, 17, 18]


def test_days_that_a_month_does_not_have_become_the_28th():
    assert date_of(next(due_days([Step(0, 1)], USED))) == date(2010, 6, 28)


@pytest.mark.parametrize(
    ("held", "due"),
    [
        (None, date(2011, 5, 28)),
        (date(2011, 3, 28), date(2011, 5, 28)),  # 61 days before: not for the one to come
        (date(2011, 3, 29), date(2012, 5, 28)),
        (date(2011, 9, 1), date(2012, 5, 28)),  # late: the schedule does not move
        (date(2013, 1, 10), date(2013, 5, 28)),
    ],
)
def test_the_next_day_follows_from_the_last_inspection(held, due):
    assert date_of(next_due(YEARLY, USED, None if held is None else day_of(held))) == due
