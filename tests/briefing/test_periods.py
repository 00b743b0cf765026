"""Periods: each kind covers every day once, begins where the last one ended, and is read back from how it is written."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.briefings.periods import BadPeriod, Period, chosen, last_finished, period_before, period_of, read_period, up_to
from layouts.briefing.edition import Kind
from layouts.text import LANGUAGES, words_for

HERE = ZoneInfo("Asia/Shanghai")
THERE = ZoneInfo("America/New_York")  # an hour is lost there in spring, and one comes twice in autumn
REGULAR = [Kind.DAILY, Kind.WEEKLY, Kind.MONTHLY]
NOW = datetime(2026, 11, 22, 4, 30, tzinfo=UTC)  # Sunday, 12:30 at the place
KNOWN = date(2025, 9, 29)
days = st.dates(date(1990, 1, 1), date(2080, 1, 1))
moments = st.integers(946684800_000, 2840140800_000).map(lambda ms: datetime.fromtimestamp(ms / 1000, UTC))
kinds, cutoffs, zones = st.sampled_from(REGULAR), st.integers(0, 28), st.sampled_from([HERE, THERE])


@given(kinds, days, cutoffs, zones)
def test_consecutive_periods_touch(kind: Kind, day: date, cutoff: int, zone: ZoneInfo) -> None:
    period = period_of(kind, day, cutoff, zone)
    before = period_before(period, cutoff, zone)
    assert before.last + timedelta(days=1) == period.first
    assert before.end_at == period.begin_at
    assert period.begin_at.astimezone(zone).timetuple()[:5] == (*period.first.timetuple()[:3], 0, 0)
    assert (period.end_at - timedelta(seconds=1)).astimezone(zone).date() == period.last


@given(kinds, days, cutoffs, zones)
def test_every_day_is_in_exactly_one(kind: Kind, day: date, cutoff: int, zone: ZoneInfo) -> None:
    period = period_of(kind, day, cutoff, zone)
    assert period.first <= day <= period.last
    assert {period_of(kind, one, cutoff, zone) for one in (period.first, day, period.last)} == {period}
    assert (period.last - period.first).days + 1 in {Kind.DAILY: (1,), Kind.WEEKLY: (7,), Kind.MONTHLY: (28, 29, 30, 31)}[kind]


@given(kinds, days, cutoffs, zones)
def test_a_period_is_read_back_from_its_text(kind: Kind, day: date, cutoff: int, zone: ZoneInfo) -> None:
    period = period_of(kind, day, cutoff, zone)
    assert read_period(kind, period.text, cutoff, zone) == period


@given(kinds, days, cutoffs)
def test_numbers_are_their_own_within_a_year(kind: Kind, day: date, cutoff: int) -> None:
    period = period_of(kind, day, cutoff, HERE)
    before = period_before(period, cutoff, HERE)
    same_year = before.last.year == period.last.year
    assert period.number == (before.number + 1 if same_year else 1)


@given(moments, kinds, cutoffs)
def test_the_last_one_finished_is_over_and_the_next_is_not(now: datetime, kind: Kind, cutoff: int) -> None:
    period = last_finished(kind, now, cutoff, HERE)
    assert period.end_at <= now < period_of(kind, period.last + timedelta(days=1), cutoff, HERE).end_at


@given(moments)
def test_a_moment_is_read_back_from_its_text(moment: datetime) -> None:
    period = up_to(moment, HERE)
    assert period.as_of == moment.replace(microsecond=0)
    assert read_period(Kind.SPECIAL, period.text, 0, HERE) == period


@pytest.mark.parametrize(
    ("cutoff", "first", "last"), [(0, "2026-11-01", "2026-11-30"), (25, "2026-10-26", "2026-11-25"), (28, "2026-10-29", "2026-11-28")]
)
def test_a_statistics_month_is_named_by_its_last_day(cutoff: int, first: str, last: str) -> None:
    period = read_period(Kind.MONTHLY, "2026-11", cutoff, HERE)
    assert (str(period.first), str(period.last), period.number) == (first, last, 11)


def asked(kind: Kind, text: str) -> Period:
    return chosen(kind, text, NOW, NOW, KNOWN, 0, HERE)


@pytest.mark.parametrize(
    ("kind", "text", "found"),
    [
        (Kind.DAILY, "", "2026-11-21"), (Kind.WEEKLY, "", "2026-W46"), (Kind.MONTHLY, "", "2026-10"),
        (Kind.DAILY, "running", "2026-11-22"), (Kind.WEEKLY, "running", "2026-W47"), (Kind.MONTHLY, "running", "2026-11"),
        (Kind.MONTHLY, "2025-09", "2025-09"), (Kind.WEEKLY, "2025-W40", "2025-W40"), (Kind.DAILY, "2025-09-29", "2025-09-29"),
        (Kind.SPECIAL, "2026-11-21T15:00", "2026-11-21T15:00:00+08:00"), (Kind.SPECIAL, "2026-11-21T07:00Z", "2026-11-21T15:00:00+08:00"),
    ],
)  # fmt: skip
def test_what_is_asked_for(kind: Kind, text: str, found: str) -> None:
    assert asked(kind, text).text == found


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("kind", "text", "rule"),
    [
        (Kind.DAILY, "2026-11", "period_form"), (Kind.DAILY, "21.11.2026", "period_form"), (Kind.DAILY, "2026-02-30", "period_form"),
        (Kind.WEEKLY, "2026-W54", "period_form"), (Kind.WEEKLY, "2026-11-21", "period_form"), (Kind.MONTHLY, "2026-13", "period_form"),
        (Kind.MONTHLY, "0000-01", "period_form"), (Kind.MONTHLY, "0001-01", "period_known"), (Kind.DAILY, "9999-12-31", "period_form"),
        (Kind.MONTHLY, "２０２６-11", "period_form"), (Kind.SPECIAL, "2026-11-21", "period_form"),
        (Kind.SPECIAL, "2026-11-21T25:00", "period_form"),
        (Kind.DAILY, "2026-11-23", "period_begun"), (Kind.WEEKLY, "2026-W48", "period_begun"), (Kind.MONTHLY, "2026-12", "period_begun"),
        (Kind.SPECIAL, "2026-11-22T12:31", "period_begun"), (Kind.DAILY, "2025-09-28", "period_known"),
        (Kind.MONTHLY, "2025-08", "period_known"), (Kind.WEEKLY, "2025-W39", "period_known"),
    ],
)  # fmt: skip
def test_a_bad_period_says_what_was_found_and_what_is_allowed(kind: Kind, text: str, rule: str, lang: str) -> None:
    with pytest.raises(BadPeriod) as caught:
        asked(kind, text)
    error = caught.value
    assert (error.found, error.rule) == (f"period={text}", rule)
    assert error.allowed
    assert words_for(lang)(f"making.{rule}")
