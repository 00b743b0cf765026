"""Work calendars: four clocks, real holidays, and zones that change their offset."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.calendars import Calendar, Clock, MissingCalendarError
from data.columns import LOCAL, day_number, hour_number

NEW_YORK = ZoneInfo("America/New_York")
CN = Calendar.load("cn")
NY = Calendar(NEW_YORK)
CALENDARS = st.sampled_from([CN, NY, Calendar.load("cn", ZoneInfo("Asia/Shanghai"))])
CLOCKS = st.sampled_from(list(Clock))
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001
    lambda moment: moment.replace(microsecond=0)
)
VALUES = st.integers(0, 30 * 8 * 4).map(lambda quarters: quarters / 4)
laws = settings(deadline=None, max_examples=150)


def at(text: str, zone: ZoneInfo | None = None) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone or LOCAL)


def number(day: date) -> int:
    return day.toordinal() - date(1970, 1, 1).toordinal()


@pytest.mark.parametrize(
    ("clock", "start", "value", "due"),
    [
        (Clock.URGENT_HOURS, "2026-10-01 23:30", 1, "2026-10-02 00:30"),
        (Clock.WORK_HOURS, "2026-09-23 09:00", 4, "2026-09-23 15:00"),
        (Clock.WORK_HOURS, "2026-09-23 14:00", 4, "2026-09-23 18:00"),
        (Clock.WORK_HOURS, "2026-09-23 08:00", 4, "2026-09-23 12:00"),
        (Clock.WORK_HOURS, "2026-09-23 20:00", 1, "2026-09-24 09:00"),
        (Clock.WORK_HOURS, "2026-09-30 16:00", 4, "2026-10-08 10:00"),
        (Clock.WORK_DAYS, "2026-09-30 10:00", 1, "2026-10-08 10:00"),
        (Clock.WORK_DAYS, "2026-10-08 10:00", 2, "2026-10-10 10:00"),
        (Clock.WORK_DAYS, "2025-01-24 17:00", 2, "2025-01-27 17:00"),
        (Clock.WORK_DAYS, "2026-03-07 10:00", 1, "2026-03-09 18:00"),
        (Clock.CALENDAR_DAYS, "2026-09-30 10:00", 7, "2026-10-07 10:00"),
        (Clock.WORK_HOURS, "2026-10-03 10:00", 0, "2026-10-03 10:00"),
    ],
)
def test_deadlines_known_from_the_notices(clock, start, value, due):
    assert CN.deadline(at(start), clock, value) == at(due)


def test_days_off_and_days_worked_in_exchange():
    assert [CN.is_workday(number(date(2026, 2, day))) for day in (13, 14, 15, 23, 24, 28)] == [
        True, True, False, False, True, True,
    ]  # fmt: skip
    worked = [sum(CN.is_workday(number(date(year, 1, 1)) + n) for n in range(366 if year == 2024 else 365))
              for year in (2024, 2025, 2026)]  # fmt: skip
    assert worked == [251, 248, 248]
    assert [CN.status(year) for year in (2026, 2027, 2031)] == ["official", "provisional", "missing"]


def test_new_york_keeps_its_wall_clock_over_both_changes():
    before = at("2026-03-07 10:00", NEW_YORK)
    assert NY.deadline(before, Clock.CALENDAR_DAYS, 1) == at("2026-03-08 10:00", NEW_YORK)
    assert NY.deadline(at("2026-10-31 10:00", NEW_YORK), Clock.CALENDAR_DAYS, 1) == at("2026-11-01 10:00", NEW_YORK)
    assert NY.deadline(at("2026-03-06 17:00", NEW_YORK), Clock.WORK_HOURS, 2) == at("2026-03-09 09:00", NEW_YORK)
    assert NY.deadline(at("2026-10-30 17:00", NEW_YORK), Clock.WORK_DAYS, 1) == at("2026-11-02 17:00", NEW_YORK)
    skipped = NY.deadline(at("2026-03-07 02:30", NEW_YORK), Clock.CALENDAR_DAYS, 1)
    assert skipped == datetime(2026, 3, 8, 7, tzinfo=UTC)  # 02:30 does not exist: 03:00 summer time


@laws
@given(MOMENTS)
def test_local_days_and_hours_agree_with_the_zone(moment):
    for calendar in (CN, NY):
        local = moment.astimezone(calendar.zone)
        assert calendar.day(moment) == number(local.date())
        assert calendar.hour(moment) % 24 == local.hour
        assert calendar.day(moment) == day_number(moment, calendar.offset_s(moment))
        assert calendar.hour(moment) == hour_number(moment, calendar.offset_s(moment))


@laws
@given(CALENDARS, CLOCKS, MOMENTS, VALUES)
def test_the_limit_has_run_exactly_at_the_deadline(calendar, clock, start, value):
    due = calendar.deadline(start, clock, value)
    assert due >= start
    slack = 1 / 24 if clock is Clock.CALENDAR_DAYS and calendar is NY else 1e-9
    assert value - 1e-9 <= calendar.elapsed(start, due, clock) <= value + slack
    if due > start:
        assert calendar.elapsed(start, due - timedelta(seconds=1), clock) < value


@laws
@given(CALENDARS, CLOCKS, MOMENTS, MOMENTS, VALUES, VALUES)
def test_a_later_start_or_a_longer_limit_never_ends_earlier(calendar, clock, one, other, less, more):
    one, other = sorted((one, other))
    less, more = sorted((less, more))
    assert calendar.deadline(one, clock, less) <= calendar.deadline(other, clock, less)
    assert calendar.deadline(one, clock, less) <= calendar.deadline(one, clock, more)


@laws
@given(CALENDARS, CLOCKS, st.lists(MOMENTS, min_size=3, max_size=3))
def test_time_between_moments_adds_up(calendar, clock, moments):
    a, b, c = sorted(moments)
    parts = calendar.elapsed(a, b, clock) + calendar.elapsed(b, c, clock)
    assert parts == pytest.approx(calendar.elapsed(a, c, clock))
    assert calendar.elapsed(c, a, clock) == -calendar.elapsed(a, c, clock)
    assert 0 <= calendar.elapsed(a, b, Clock.WORK_HOURS) <= calendar.elapsed(a, b, Clock.URGENT_HOURS) + 1


@settings(deadline=None, max_examples=25)
@given(st.sampled_from([CN, NY]), MOMENTS, st.integers(0, 60 * 24 * 12))
def test_working_time_is_what_counting_minutes_finds(calendar, start, minutes):
    start = start.replace(second=0)
    counted = 0
    for n in range(minutes):
        local = (start + timedelta(minutes=n)).astimezone(calendar.zone)
        counted += calendar.is_workday(number(local.date())) and local.hour in (8, 9, 10, 11, 14, 15, 16, 17)
    assert calendar.elapsed(start, start + timedelta(minutes=minutes), Clock.WORK_HOURS) * 60 == pytest.approx(counted)


def test_what_a_calendar_refuses():
    with pytest.raises(MissingCalendarError, match="no calendar 'xx'; there are: cn"):
        Calendar.load("xx")
    with pytest.raises(ValueError, match="time zone"):
        CN.deadline(datetime(2026, 1, 1), Clock.WORK_HOURS, 1)  # noqa: DTZ001
    with pytest.raises(ValueError, match="negative"):
        CN.deadline(at("2026-01-01"), Clock.WORK_HOURS, -1)
    for text in ("1970-01-01", "2061-06-01"):
        with pytest.raises(ValueError, match="calendar runs from 2000-01-01 to 2060-12-31"):
            CN.deadline(at(text), Clock.WORK_HOURS, 1)
    with pytest.raises(ValueError, match="beyond 2060-12-31"):
        CN.deadline(at("2060-12-30"), Clock.WORK_DAYS, 90)
