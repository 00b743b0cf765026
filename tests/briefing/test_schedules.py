"""Schedules: read strictly, due when they say, on the work calendar, and never for a period that is long over."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.briefings.editions import Editions
from dashboard.briefings.schedules import LATE, LONGEST_WAIT_D, Schedule, Timetable, timetable_of
from dashboard.create import WallApp
from dashboard.settings import BadSetting, MailServer, Settings
from dashboard.start import prepare, reason
from layouts.briefing.edition import Kind
from tests.briefing.office import HERE, STREET
from tests.conftest import DEMO_NOW
from tests.processes import ROOT, environment

DAY = timedelta(days=1)
EVERY_DAY = frozenset(range(7))
DAILY = Schedule("duty", Kind.DAILY, time(7, 30), EVERY_DAY, "district", HERE.root, ("zh",), ("pdf",), True, ())
MAIL = Settings(smtp=MailServer("smtp", "localhost", 25), mail_from="briefings@example.org")
GOOD = """
[[schedule]]
name = "月报送各街道"
kind = "monthly"
subject = "petitions"
area = "440512001"
lang = ["zh", "en"]
form = ["pdf", "xlsx"]
appendix = false
at = "07:30"
days = "workdays"
recipients = ["duty-office@example.org", "dahao.street@example.org"]

[[schedule]]
name = "daily"
kind = "daily"
at = "00:00"
days = ["fri", "mon"]
"""


def at(*local: int) -> datetime:
    """A moment of the place's clock."""
    return datetime(*local, tzinfo=HERE.zone).astimezone(UTC)  # type: ignore[misc]


def timetable(*schedules: Schedule, cutoff: int = 0) -> Timetable:
    return Timetable(schedules, HERE.zone, cutoff, HERE.workday)


def told(table: Timetable, now: datetime) -> list[tuple[str, str]]:
    return [(each.period.text, each.at.astimezone(HERE.zone).isoformat()[:16]) for each in table.due(now)]


def test_a_daily_briefing_is_due_at_its_time_and_three_days_long() -> None:
    table = timetable(DAILY)
    assert table.next_at(DAILY, at(2026, 6, 18, 7, 29)) == at(2026, 6, 18, 7, 30)
    assert table.next_at(DAILY, at(2026, 6, 18, 7, 30)) == at(2026, 6, 19, 7, 30)
    days = [("2026-06-17", "2026-06-18T07:30"), ("2026-06-16", "2026-06-17T07:30"), ("2026-06-15", "2026-06-16T07:30")]
    assert told(table, at(2026, 6, 18, 7, 29)) == [*days[1:], ("2026-06-14", "2026-06-15T07:30")]
    assert told(table, at(2026, 6, 18, 7, 30)) == days


def test_holidays_shift_what_is_due_on_workdays() -> None:
    """Dragon Boat Festival 2026: Friday 19 to Sunday 21 June are off; National Day: the first seven days of October."""
    daily = replace(DAILY, days=None)
    assert timetable(daily).next_at(daily, at(2026, 6, 18, 8)) == at(2026, 6, 22, 7, 30)
    assert told(timetable(daily), at(2026, 6, 22, 8)) == [("2026-06-21", "2026-06-22T07:30")]
    weekly = replace(daily, kind=Kind.WEEKLY)
    assert told(timetable(weekly), at(2026, 6, 22, 8)) == [("2026-W25", "2026-06-22T07:30")]
    monthly = replace(daily, kind=Kind.MONTHLY)
    assert timetable(monthly).next_at(monthly, at(2026, 9, 30, 23)) == at(2026, 10, 8, 7, 30)
    assert told(timetable(monthly), at(2026, 10, 8, 7, 30)) == [("2026-09", "2026-10-08T07:30")]
    assert told(timetable(monthly, cutoff=25), at(2026, 9, 28, 7, 30)) == [("2026-09", "2026-09-28T07:30")]


def test_a_make_up_day_is_a_workday() -> None:
    sunday = replace(DAILY, days=None)  # Sunday 20 September 2026 is worked
    assert told(timetable(sunday), at(2026, 9, 20, 8))[0] == ("2026-09-19", "2026-09-20T07:30")


def test_weekdays_are_those_named() -> None:
    weekly = replace(DAILY, kind=Kind.WEEKLY, days=frozenset({3}))
    assert timetable(weekly).next_at(weekly, at(2026, 6, 15, 8)) == at(2026, 6, 18, 7, 30)
    assert told(timetable(weekly), at(2026, 6, 18, 7, 29)) == []
    assert told(timetable(weekly), at(2026, 6, 18, 7, 30)) == [("2026-W24", "2026-06-18T07:30")]


def test_the_clock_of_the_place_decides_whatever_it_does_at_night() -> None:
    boston = ZoneInfo("America/New_York")
    night = replace(DAILY, at=time(2, 30))  # on 8 March 2026 there is no such time
    table = Timetable([night], boston)
    assert table.next_at(night, datetime(2026, 3, 8, 5, 0, tzinfo=UTC)) == datetime(2026, 3, 8, 7, 30, tzinfo=UTC)
    assert table.next_at(night, datetime(2026, 3, 8, 8, 0, tzinfo=UTC)) == datetime(2026, 3, 9, 6, 30, tzinfo=UTC)


@settings(max_examples=60, deadline=None)
@given(
    kind=st.sampled_from([Kind.DAILY, Kind.WEEKLY, Kind.MONTHLY]),
    days=st.one_of(st.none(), st.frozensets(st.integers(0, 6), min_size=1)),
    cutoff=st.integers(0, 28),
    start=st.datetimes(datetime(2025, 1, 1), datetime(2027, 10, 1)),  # noqa: DTZ001 - made aware below
)
def test_looking_often_finds_each_period_once(kind: Kind, days: frozenset[int] | None, cutoff: int, start: datetime) -> None:
    """Whoever looks every seven hours finds each due period, at its time, and what is due next was told before."""
    schedule = replace(DAILY, kind=kind, days=days)
    table = timetable(schedule, cutoff=cutoff)
    first = now = start.replace(tzinfo=UTC)
    found, foretold = {}, set()
    while now < first + 40 * DAY:
        for each in table.due(now):
            assert now - LATE < each.at <= now
            assert each.at >= each.period.end_at
            assert found.setdefault(each.period.text, each.at) == each.at
        looked, now = now, now + timedelta(hours=7)
        foretold.add(table.next_at(schedule, looked))
    assert {at for at in found.values() if at > first} == {at for at in foretold if at <= looked}
    assert kind is Kind.MONTHLY or len(found) >= 2


def test_what_is_never_due_says_so() -> None:
    never = replace(DAILY, days=frozenset())
    with pytest.raises(LookupError, match="duty"):
        timetable(never).next_at(never, DEMO_NOW)
    assert timetable(replace(DAILY, kind=Kind.WEEKLY, days=frozenset())).due(DEMO_NOW) == []
    assert LONGEST_WAIT_D * DAY > LATE


@pytest.fixture
def editions(district: WallApp) -> Editions:
    return Editions(district.live.engine, HERE, lambda: DEMO_NOW)


def of(editions: Editions, folder: Path, text: str, told: Settings = MAIL) -> Timetable:
    path = folder / "schedules.toml"
    path.write_text(text, "utf-8")
    return timetable_of(editions, replace(told, schedules=str(path)))


def test_a_file_is_read_as_it_says(editions: Editions, tmp_path: Path) -> None:
    found = of(editions, tmp_path, GOOD).schedules
    recipients = ("duty-office@example.org", "dahao.street@example.org")
    assert found["月报送各街道"] == Schedule(
        "月报送各街道", Kind.MONTHLY, time(7, 30), None, "petitions", STREET, ("zh", "en"), ("pdf", "xlsx"), False, recipients
    )
    assert found["daily"] == Schedule("daily", Kind.DAILY, time(0), frozenset({0, 4}), "district", HERE.root, ("zh",), ("pdf",), True, ())
    assert of(editions, tmp_path, "").schedules == {}
    assert timetable_of(editions, MAIL).schedules == {}


@pytest.mark.parametrize(
    ("old", "new", "place", "found", "allowed"),
    [
        ('kind = "monthly"', 'kind = "special"', "schedule 1 '月报送各街道'.kind", "'special'", "daily, weekly, monthly"),
        ('kind = "daily"', "", "schedule 2 'daily'.kind", "missing", "daily, weekly, monthly"),
        ('kind = "daily"', 'knd = "daily"', "schedule 2.knd", "did you mean kind?", "name, kind"),
        ('"petitions"', '"overview"', ".subject", "'overview'", "district"),
        ('"440512001"', '"440513"', ".area", "'440513'", "440512, 440512001"),
        ('["zh", "en"]', '["zh", "de"]', ".lang", "'de'", "zh, en"),
        ('["zh", "en"]', '"zh"', ".lang", "'zh'", "list"),
        ('["pdf", "xlsx"]', "[]", ".form", "[]", "pdf, docx, xlsx"),
        ('["pdf", "xlsx"]', '["pdf", "pdf"]', ".form", "['pdf', 'pdf']", "pdf, docx, xlsx"),
        ('at = "07:30"', "", ".at", "missing", "local time"),
        ("appendix = false", 'appendix = "no"', ".appendix", "'no'", "true, false"),
        ('"07:30"', '"7:30"', ".at", "'7:30'", '"07:30"'),
        ('"07:30"', '"24:00"', ".at", "'24:00'", '"07:30"'),
        ('"07:30"', "07:30:00", ".at", "7, 30", "local time"),
        ('"workdays"', '"weekend"', ".days", "'weekend'", "workdays, all, a list of some of mon, tue"),
        ('["fri", "mon"]', '["fri", "funday"]', ".days", "funday", "mon, tue"),
        ('"dahao.street@example.org"', '"Wang <wang@example.org>"', ".recipients", "'Wang <wang@example.org>'", "bare addresses of units"),
        ('"dahao.street@example.org"', '"duty-office@example.org"', ".recipients", "2 addresses", "different"),
        ('name = "daily"', 'name = "月报送各街道"', "schedule 2.name", "a second time", "a name of its own"),
        ('name = "daily"', 'name = ""', "schedule 2.name", "0 characters", "1 to 80"),
        ("[[schedule]]\nname = \"daily\"", "[[schedules]]\nname = \"daily\"", "schedules", "did you mean schedule?", "schedule"),
        (GOOD, "schedule = 3", "schedule", "one table", "[[schedule]]"),
        (GOOD, "schedule = [3]", "schedule 1", "3 is not a table", "a table"),
        (GOOD, "[[schedule]", "schedules.toml", "at line 1", "TOML"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(
    editions: Editions, tmp_path: Path, old: str, new: str, place: str, found: str, allowed: str
) -> None:  # fmt: skip
    assert old in GOOD
    with pytest.raises(BadSetting) as caught:
        of(editions, tmp_path, GOOD.replace(old, new, 1))
    line = reason(caught.value)
    for part in ("WALL_SCHEDULES", str(tmp_path / "schedules.toml"), place, found, "allowed", allowed):
        assert part in line, line
    assert "\n" not in line


@pytest.mark.parametrize(
    ("told", "missing"),
    [(Settings(), "WALL_SMTP"), (Settings(smtp=MAIL.smtp), "WALL_MAIL_FROM"), (Settings(mail_from="a@b.org"), "WALL_SMTP")],
)
def test_nobody_gets_mail_without_a_server(editions: Editions, tmp_path: Path, told: Settings, missing: str) -> None:
    with pytest.raises(BadSetting, match=f"recipients: 2 addresses, and {missing} is not set"):
        of(editions, tmp_path, GOOD, told)
    assert set(of(editions, tmp_path, GOOD.split("\n\n")[1], told).schedules) == {"daily"}


def test_workdays_need_a_calendar(editions: Editions, tmp_path: Path) -> None:
    bare = Editions(editions.engine, replace(HERE, workday=None), editions.clock)
    with pytest.raises(BadSetting, match="'workdays' found; allowed: all, a list"):
        of(bare, tmp_path, GOOD)


def test_a_file_that_is_gone_or_no_text(editions: Editions, tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match="No such file"):
        timetable_of(editions, replace(MAIL, schedules=str(tmp_path / "none.toml")))
    (tmp_path / "wrong.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(BadSetting, match=r"wrong\.toml"):
        timetable_of(editions, replace(MAIL, schedules=str(tmp_path / "wrong.toml")))


def test_the_start_is_refused(demo_copy: Callable[[Path], Path], tmp_path: Path) -> None:
    """By whoever prepares the database for both processes, and by the worker alone."""
    url, path = f"sqlite:///{demo_copy(tmp_path)}", tmp_path / "schedules.toml"
    path.write_text('[[schedule]]\nname = "x"\nkind = "yearly"\n', "utf-8")
    with pytest.raises(BadSetting, match=r"schedule 1 'x'\.kind: 'yearly' found; allowed: daily"):
        prepare(Settings(database_url=url, schedules=str(path)))
    done = subprocess.run(
        [sys.executable, "-m", "dashboard", "work"], check=False, cwd=ROOT, capture_output=True, text=True, timeout=60,
        env=environment(DATABASE_URL=url, WALL_SCHEDULES=str(path), WALL_FEED_SPEED=0),
    )  # fmt: skip
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
    assert "WALL_SCHEDULES" in done.stderr and "'yearly'" in done.stderr
