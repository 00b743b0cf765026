"""Which days a window covers: whole periods follow one another without gap or overlap, whatever the day."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.taking.moment import Taking
from dashboard.taking.windows import a_year_before, days_of
from data.periods import date_of, day_of
from modules.spec import Window

DAYS = st.integers(day_of(date(2020, 1, 1)), day_of(date(2035, 12, 31)))
PUBLISHED = [window for window in Window if window.published]


def dates(span):
    return tuple(date_of(day) for day in (span.first, span.last))


def number(year, month, day):
    return day_of(date(year, month, day))


@pytest.mark.parametrize(
    ("window", "back", "first", "last"),
    [
        (Window.TODAY, 0, (2026, 3, 1), (2026, 3, 1)),
        (Window.LAST_DAY, 0, (2026, 2, 28), (2026, 2, 28)),
        (Window.DAYS_7, 0, (2026, 2, 23), (2026, 3, 1)),
        (Window.DAYS_7, 1, (2026, 2, 16), (2026, 2, 22)),
        (Window.MONTH, 0, (2026, 3, 1), (2026, 3, 1)),
        (Window.YEAR, 0, (2026, 1, 1), (2026, 3, 1)),
        (Window.YEAR, 1, (2025, 1, 1), (2025, 3, 1)),
        (Window.LAST_WEEK, 0, (2026, 2, 16), (2026, 2, 22)),  # 1 March 2026 is a Sunday: its own week is not over
        (Window.LAST_MONTH, 0, (2026, 2, 1), (2026, 2, 28)),
        (Window.LAST_MONTH, 12, (2025, 2, 1), (2025, 2, 28)),
        (Window.LAST_QUARTER, 0, (2025, 10, 1), (2025, 12, 31)),
        (Window.LAST_HALF, 0, (2025, 7, 1), (2025, 12, 31)),
        (Window.LAST_HALF, 1, (2025, 1, 1), (2025, 6, 30)),
    ],
)
def test_the_days_of_a_sunday_in_march(window, back, first, last):
    assert dates(days_of(window, number(2026, 3, 1), back)) == (date(*first), date(*last))


@given(today=DAYS, back=st.integers(0, 30), window=st.sampled_from(PUBLISHED))
def test_whole_periods_join_and_are_over(today, back, window):
    newer, older = days_of(window, today, back), days_of(window, today, back + 1)
    assert older.last + 1 == newer.first
    assert older.first <= older.last < newer.last < today
    first, last = dates(newer)
    assert (last + timedelta(days=1)).day == 1 or window is Window.LAST_WEEK
    assert first.day == 1 or (window is Window.LAST_WEEK and first.weekday() == 0)


@given(today=DAYS, window=st.sampled_from(PUBLISHED))
def test_a_period_is_the_same_on_every_day_of_the_next(today, window):
    newer = days_of(window, today)
    following = days_of(window, newer.last + 1)
    assert following == newer


@given(today=DAYS, window=st.sampled_from([*PUBLISHED, Window.DAYS_30, Window.YEAR]))
def test_a_year_before_is_about_a_year_before(today, window):
    now, then = days_of(window, today), a_year_before(window, today)
    assert 357 <= now.first - then.first <= 372
    assert abs((now.last - now.first) - (then.last - then.first)) <= 3


@pytest.mark.parametrize("window", PUBLISHED)
def test_a_period_is_told_once_its_last_day_has_been_delivered(window):
    zone = ZoneInfo("Asia/Shanghai")
    turn = datetime(2029, 1, 1, 6, tzinfo=zone)  # a Monday: week, month, quarter and half-year begin
    before, after = (Taking(None, 0, "", "", turn + timedelta(seconds=second), zone) for second in (-1, 0))
    assert after.period(window) == days_of(window, number(2029, 1, 1))
    assert before.period(window) == days_of(window, number(2028, 12, 31)) == after.period(window, 1)
    assert dates(after.span(window))[1] == date(2028, 12, 31)
    assert before.period(Window.TODAY) == after.period(Window.TODAY)
