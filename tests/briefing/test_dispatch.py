"""Dispatch: one mail for each schedule and period, to a real mail server, whatever fails, is killed or races."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import time, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, update

from dashboard.__main__ import parser
from dashboard.briefings.archive import Search
from dashboard.briefings.bindery import Bindery
from dashboard.briefings.command import brief
from dashboard.briefings.dispatch import LONGEST_PAUSE, LOST, PATIENCE, Dispatch
from dashboard.briefings.maker import Maker, bindery_of
from dashboard.briefings.periods import period_of
from dashboard.briefings.post import Post
from dashboard.briefings.schedules import LATE, Schedule, Timetable
from dashboard.create import WallApp
from dashboard.settings import BadSetting, MailServer, Settings
from data import ledger
from data.db import engine_for, writing
from data.migrations import create
from data.sendings import briefing_sending
from layouts.briefing.edition import Kind
from modules.spec import Snapshot
from tests.briefing import mail_server as mail
from tests.briefing.mail_server import mail_server
from tests.briefing.office import HERE, STREET, TODAY, Clock, opened
from tests.conftest import DEMO_NOW
from tests.factories import intake, rules, walk

FROM = "briefings@example.org"
UNITS = ("duty-office@example.org", "dahao.street@example.org")
MINUTE = timedelta(minutes=1)
DAILY = Schedule("早报", Kind.DAILY, time(7, 30), frozenset({TODAY.weekday()}), "petitions", HERE.root, ("zh",), ("xlsx",), True, UNITS)
DUE = DEMO_NOW.replace(hour=23, minute=30) - timedelta(days=1)  # 07:30 of that day at the place
YESTERDAY = (TODAY - timedelta(days=1)).isoformat()
DIES = "the process is gone"


@pytest.fixture
def clock() -> Clock:
    return Clock(DUE)


@pytest.fixture
def server() -> Iterator[mail.MailServer]:
    with mail_server() as server:
        yield server


def filed(engine: Engine, snapshot: Snapshot, folder: Path, clock: Clock) -> Bindery:
    """One module of yesterday is kept, and its briefing filed."""
    made = bindery_of(engine, HERE, Settings(briefings=str(folder)), clock)
    first, *steps = walk(1, DUE - timedelta(days=9))
    with writing(engine) as connection:
        ledger.record(connection, HERE.region, [(intake(1), first)], steps, rules(), DUE)
    period = period_of(Kind.DAILY, TODAY - timedelta(days=1), 0, HERE.zone)
    with engine.connect() as connection:
        moment = made.editions._moment(connection, period)
    row = made.editions._keep(period, HERE.root, moment, {"petitions": snapshot}, 0)
    asked = {"edition": row["id"], "subject": "petitions", "lang": "zh", "appendix": True, "form": "xlsx"}
    made.archive.file(asked, {"title": "信访简报", "digest": "d" * 24, "pages_n": None}, "petitions", b"PK numbers", DUE)
    return made


@pytest.fixture(scope="module")
def snapshot(district: WallApp) -> Snapshot:
    return district.live.snapshot("petitions")


@pytest.fixture
def bindery(snapshot: Snapshot, tmp_path: Path, clock: Clock) -> Iterator[Bindery]:
    engine = engine_for(f"sqlite:///{tmp_path / 'wall.db'}")
    with writing(engine) as connection:
        create(connection)
    yield filed(engine, snapshot, tmp_path / "filed", clock)
    engine.dispose()


@pytest.fixture
def on_both(engine: Engine, snapshot: Snapshot, tmp_path: Path, clock: Clock) -> Bindery:
    """The same on both databases, for what must hold whoever races."""
    return filed(engine, snapshot, tmp_path / "filed", clock)


def dispatch(bindery: Bindery, port: int, *schedules: Schedule) -> Dispatch:
    post = Post(MailServer("smtp", "localhost", port), FROM)
    return Dispatch(bindery, Timetable(schedules or [DAILY], HERE.zone, 0, HERE.workday), post)


def rounds(office: Dispatch, count: int = 3) -> None:
    for _ in range(count):
        office.round()


def state(office: Dispatch, schedule: Schedule = DAILY) -> tuple[str, int, int]:
    row = office.last(schedule)
    assert row is not None
    return row["state"], row["failed_n"], row["lost_n"]


def body_of(message: EmailMessage) -> EmailMessage:
    body = message.get_body(("plain",))
    assert isinstance(body, EmailMessage)
    return body


def test_a_due_briefing_is_mailed_once(on_both: Bindery, server: mail.MailServer, clock: Clock, snapshot: Snapshot) -> None:
    office = dispatch(on_both, server.port)
    clock.now = DUE - MINUTE
    rounds(office)
    assert (server.got, office.last(DAILY)) == ([], None)
    clock.now = DUE
    assert office.round()
    assert not office.round()
    for later in range(4):
        clock.now = DUE + later * timedelta(hours=11)
        rounds(dispatch(on_both, server.port))
    ((units, message),) = server.got
    assert (tuple(units), message["To"], message["From"]) == (UNITS, ", ".join(UNITS), FROM)
    assert message["Subject"] == "【演示数据】信访简报"
    assert message["Auto-Submitted"] == "auto-generated"
    told = str(body_of(message).get_content())
    for part in ("信访简报", "演示数据", "2026年6月17日", "濠江区", "23:59", snapshot.digest, "petitions_"):
        assert part in told, told
    (attached,) = message.iter_attachments()
    assert attached.get_content() == b"PK numbers"
    assert (attached.get_filename() or "").startswith("petitions_")
    assert [part.get_content_type() for part in message.walk()][:2] == ["multipart/mixed", "text/plain"]
    assert state(office) == ("sent", 0, 0)
    assert office.lines() == [f"早报  daily  petitions  440512  2 recipients  next 2026-06-25 07:30  last {YESTERDAY} sent"]


def test_two_workers_send_one(on_both: Bindery, server: mail.MailServer, engine: Engine) -> None:
    offices = [dispatch(bindery_of(engine, HERE, Settings(briefings=str(on_both.archive.folder)), on_both.editions.clock), server.port)
               for _ in range(2)]  # fmt: skip
    server.reading = threading.Event()
    start = threading.Barrier(2)

    def race(office: Dispatch) -> None:
        for _ in range(4):
            start.wait(10)
            office.round()
            server.reading.set()  # type: ignore[union-attr]

    threads = [threading.Thread(target=race, args=(office,)) for office in offices]
    server.reading.set()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(server.got) == 1
    assert state(offices[0]) == ("sent", 0, 0)


def test_a_mail_that_is_under_way_is_left_to_whoever_sends_it(on_both: Bindery, server: mail.MailServer, clock: Clock) -> None:
    one, other = dispatch(on_both, server.port), dispatch(on_both, server.port)
    one.round()
    server.reading = threading.Event()
    sending = threading.Thread(target=one.round)
    sending.start()
    while "DATA" not in server.heard:
        threading.Event().wait(0.01)
    clock.now = DUE + LOST - MINUTE
    rounds(other)
    assert server.got == []
    server.reading.set()
    sending.join(10)
    rounds(other)
    assert (len(server.got), state(other)) == (1, ("sent", 0, 0))


def test_what_fails_is_tried_ever_more_rarely(
    bindery: Bindery, server: mail.MailServer, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    office = dispatch(bindery, server.port)
    server.failing = 3
    tried = []
    for minute in range(20):
        clock.now = DUE + minute * MINUTE
        before = server.heard.count("MAIL")
        rounds(office)
        tried += [minute] * (server.heard.count("MAIL") - before)
    assert tried == [0, 1, 3, 7]
    assert (len(server.got), state(office)) == (1, ("sent", 3, 0))
    said = [record.getMessage() for record in caplog.records]
    assert said == [
        f"早报 of {YESTERDAY} did not go out, and is tried again: SMTPSenderRefused: 451 come again",
        f"早报 of {YESTERDAY} went out after all",
    ]


def test_after_a_day_it_is_given_up(bindery: Bindery, server: mail.MailServer, clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    office = dispatch(bindery, server.port)
    server.failing = 1000
    rounds(office)
    while state(office)[0] != "given_up":
        rounds(office)
        clock.now += LONGEST_PAUSE
    assert server.heard.count("MAIL") == PATIENCE // LONGEST_PAUSE + 1
    rounds(office)
    levels = [record.levelname for record in caplog.records]
    assert levels == ["WARNING", "ERROR"]
    assert "is given up: SMTPSenderRefused: 451 come again" in caplog.records[-1].getMessage()


def kill_after_sending(office: Dispatch, monkeypatch: pytest.MonkeyPatch) -> None:
    """One round of a process that is gone before it can note what it sent."""

    def gone(*_: object, **__: object) -> None:
        raise KeyboardInterrupt(DIES)

    with monkeypatch.context() as patched:
        send = office._post.send  # type: ignore[union-attr]
        patched.setattr(office._post, "send", lambda message: (send(message), gone()))
        with pytest.raises(KeyboardInterrupt, match=DIES):
            rounds(office)


def test_a_process_killed_after_sending(
    on_both: Bindery, server: mail.MailServer, clock: Clock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    kill_after_sending(dispatch(on_both, server.port), monkeypatch)
    office = dispatch(on_both, server.port)
    clock.now = DUE + LOST - MINUTE
    rounds(office)
    assert (len(server.got), state(office)) == (1, ("sending", 0, 0))
    clock.now = DUE + LOST
    rounds(office)
    assert (len(server.got), state(office)) == (2, ("sent", 0, 1))
    assert server.got[0][1]["Message-ID"] == server.got[1][1]["Message-ID"]
    assert caplog.records == []


def test_killed_twice_it_is_given_up(
    bindery: Bindery, server: mail.MailServer, clock: Clock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(2):
        kill_after_sending(dispatch(bindery, server.port), monkeypatch)
        clock.now += LOST
    rounds(dispatch(bindery, server.port))
    assert len(server.got) == 2
    assert state(dispatch(bindery, server.port)) == ("given_up", 1, 1)
    assert [record.levelname for record in caplog.records] == ["ERROR"]


def test_what_was_missed_is_caught_up_once_and_not_for_ever(bindery: Bindery, server: mail.MailServer, clock: Clock) -> None:
    clock.now = DUE + LATE
    rounds(dispatch(bindery, server.port))
    assert server.got == []
    clock.now = DUE + LATE - MINUTE
    rounds(dispatch(bindery, server.port))
    assert len(server.got) == 1


def periods(office: Dispatch) -> list[str]:
    with office._engine.connect() as connection:
        return sorted(connection.execute(select(briefing_sending.c.period)).scalars())


def test_a_new_schedule_serves_the_newest_period_and_then_whatever_is_missed(
    bindery: Bindery, server: mail.MailServer, clock: Clock
) -> None:
    daily = replace(DAILY, days=frozenset(range(7)), recipients=())
    office = dispatch(bindery, server.port, daily)
    rounds(office)
    assert periods(office) == ["2026-06-17"]
    clock.now = DUE + timedelta(days=2, hours=1)
    rounds(office)
    assert periods(office) == ["2026-06-17", "2026-06-18", "2026-06-19"]
    clock.now = DUE + timedelta(days=7)
    rounds(office)
    assert periods(office)[3:] == ["2026-06-22", "2026-06-23", "2026-06-24"]


def test_what_waited_too_long_is_given_up(bindery: Bindery, server: mail.MailServer, clock: Clock) -> None:
    office = dispatch(bindery, server.port)
    office.round()
    clock.now = DUE + LATE + PATIENCE
    office._went_on(office._pending(clock.now)[0], clock.now)
    assert (server.got, state(office)[0]) == ([], "given_up")


def test_the_refused_are_named_and_the_others_served(bindery: Bindery, server: mail.MailServer, caplog: pytest.LogCaptureFixture) -> None:
    office = dispatch(bindery, server.port)
    server.refused = {UNITS[1]}
    server.rude = True  # it takes leave with an error: what it took stays taken
    rounds(office)
    assert [units for units, _ in server.got] == [[UNITS[0]]]
    assert state(office) == ("sent", 0, 0)
    assert f"not to {UNITS[1]}" in caplog.text


def test_without_recipients_it_is_filed(bindery: Bindery, server: mail.MailServer) -> None:
    silent = replace(DAILY, recipients=())
    office = dispatch(bindery, server.port, silent)
    rounds(office)
    assert (server.heard, state(office, silent)) == ([], ("filed", 0, 0))


def test_a_missing_file_is_made_again(bindery: Bindery, server: mail.MailServer, clock: Clock) -> None:
    office = dispatch(bindery, server.port)
    office.round()
    (path,) = (path for path in bindery.archive.folder.iterdir() if path.suffix == ".xlsx")
    path.unlink()
    rounds(office)
    clock.now += MINUTE
    rounds(office)
    assert server.got == []
    Maker(bindery, 0).look()
    rounds(office)
    assert (len(server.got), path.is_file(), state(office)) == (1, True, ("sent", 1, 0))


def test_one_that_cannot_be_made_stops_no_other(bindery: Bindery, server: mail.MailServer, caplog: pytest.LogCaptureFixture) -> None:
    early = replace(DAILY, name="a", area="999")
    office = dispatch(bindery, server.port, early, DAILY)
    rounds(office)
    assert (len(server.got), state(office), state(office, early)) == (1, ("sent", 0, 0), ("making", 1, 0))
    assert "UnknownArea" in caplog.text


def test_a_cancelled_job_ends_it(bindery: Bindery, server: mail.MailServer, clock: Clock) -> None:
    english = replace(DAILY, langs=("en",))
    office = dispatch(bindery, server.port, english)
    office.round()
    row = office.last(english)
    assert row is not None
    bindery.jobs.cancel(row["jobs"].strip('[]"'))
    rounds(office)
    assert (state(office, english)[0], server.got) == ("given_up", [])


def test_a_place_keeps_to_its_own_rows(bindery: Bindery, server: mail.MailServer) -> None:
    office = dispatch(bindery, server.port)
    office.round()
    with bindery.editions.engine.begin() as connection:
        connection.execute(update(briefing_sending).values(region=HERE.region + 1))
    rounds(office)
    with bindery.editions.engine.connect() as connection:
        found = {row.region: row.state for row in connection.execute(select(briefing_sending))}
    assert (len(server.got), found) == (1, {HERE.region: "sent", HERE.region + 1: "making"})


def test_the_jobs_of_people_make_it(demo_copy: Callable[[Path], Path], tmp_path: Path, server: mail.MailServer, clock: Clock) -> None:
    """A street's day in two languages and two forms, from the making to the mail."""
    both = replace(DAILY, area=STREET, langs=("zh", "en"), forms=("pdf", "xlsx"), appendix=False)
    with opened(demo_copy, tmp_path, clock) as bindery:
        office, maker = dispatch(bindery, server.port, both), Maker(bindery, 0)
        assert office.round()
        while not maker.look():
            assert office.round() or server.got
        rounds(office)
        ((_, message),) = server.got
        names = [part.get_filename() or "" for part in message.iter_attachments()]
        rows = {row["file"]: row for row in bindery.archive.listed(Search())}
    assert sorted(names) == sorted(rows)
    assert [name.rsplit(".")[-1] for name in names] == ["pdf", "xlsx", "pdf", "xlsx"]
    parts = list(message.iter_attachments())
    assert parts[0].get_content().startswith(b"%PDF")
    told = str(body_of(message).get_content())
    for row in rows.values():
        assert told.count(row["digest"]) == 2
        assert row["title"] in told
    assert "演示数据" in told and "DEMO DATA" in told and "达濠街道" in told and "Dahao" in told
    assert body_of(message)["Content-Language"] == "zh, en"


def test_schedules_are_listed(demo_copy: Callable[[Path], Path], tmp_path: Path, clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "schedules.toml"
    settings = Settings(database_url=f"sqlite:///{demo_copy(tmp_path)}", briefings=str(tmp_path / "filed"), schedules=str(path))

    def listed(text: str) -> str:
        path.write_text(text, "utf-8")
        assert brief(settings, parser().parse_args(["brief", "schedules"]), clock) == 0
        return capsys.readouterr().out

    assert listed("") == "no schedules\n"
    early = '[[schedule]]\nname = "早报"\nkind = "daily"\nat = "07:30"\n'
    assert listed(early) == "早报  daily  district  440512  0 recipients  next 2026-06-19 07:30  never yet\n"
    with pytest.raises(BadSetting, match="WALL_SMTP is not set"):
        listed(f'{early}recipients = ["a@example.org"]\n')
