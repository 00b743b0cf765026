"""The worker: whatever happens to it, the database says what the demonstration says, once."""

import json
import logging
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, func, select, text

from dashboard.fill import FEED_AT, fact_tables, marked, rules_of
from dashboard.place import prepared
from dashboard.settings import Settings
from dashboard.work import FEED_PACES, Worker, keep_ticking
from data import ledger
from data.bulk import packed
from data.cases import Step
from data.columns import day_number
from data.db import engine_for, reading, writing
from data.rollups import differences
from data.schema import REGION, case_file, case_step, grid_day, heartbeat, source, version
from data.seed.demo import Demo
from data.seed.demo.scribes import Past
from data.seed.demo.stories import known_rows
from data.seed.places import Place, load_place
from data.subjects.cases import open_cube
from tests.conftest import Lived, laid
from tests.factories import NOW, intake, rules, walk

START = datetime(2026, 6, 17, 14, 50, tzinfo=UTC)  # 22:50 at the place, a Wednesday
DAYS = 3
CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
BOSTON = load_place("boston")
DRIVER = """
import sys
from datetime import datetime, timedelta
from dashboard.settings import Settings
from dashboard.work import Worker
from data.db import engine_for
from data.seed.places import load_place
url, start, end, step = sys.argv[1], datetime.fromisoformat(sys.argv[2]), datetime.fromisoformat(sys.argv[3]), float(sys.argv[4])
from dashboard.fill import FEED_AT, marked
engine = engine_for(url)
place = load_place("haojiang")
with engine.connect() as connection:
    at = datetime.fromisoformat(marked(connection, place.region, FEED_AT))
def clock():
    return at
worker = Worker(engine, place, Settings(), clock)
while at < end:
    at = min(at + timedelta(seconds=step), end)
    worker.tick()
    print(at.isoformat(), flush=True)
"""


@pytest.fixture(scope="module")
def built(lived: Lived) -> Path:
    """A demo district of three days as it stood at START."""
    return lived("work", START, DAYS)


@pytest.fixture(scope="module")
def built_postgres(postgres_url: str, empty_postgres: str) -> str:
    """The same in a PostgreSQL database of that name, to be copied."""
    engine = engine_for(laid(postgres_url, "work", empty_postgres))
    prepared(engine, Settings(history_days=DAYS), START, lambda _: None)
    engine.dispose()
    return "work"


@pytest.fixture
def home(built: Path, tmp_path: Path) -> Iterator[tuple[Engine, Place]]:
    """The district in a SQLite file of its own."""
    engine = engine_for(f"sqlite:///{shutil.copy(built, tmp_path / 'wall.db')}")
    yield engine, load_place("haojiang")
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def living(request: pytest.FixtureRequest) -> Iterator[tuple[Engine, Place]]:
    """The district on both engines."""
    if request.param == "sqlite":
        yield request.getfixturevalue("home")
        return
    engine = engine_for(laid(request.getfixturevalue("postgres_url"), "living", request.getfixturevalue("built_postgres")))
    yield engine, load_place("haojiang")
    engine.dispose()


def stored(engine: Engine) -> dict[str, set[tuple[object, ...]]]:
    with reading(engine) as connection:
        assert differences(connection, 440512, ledger.all_cubes()) == []
        return {name: {tuple(row) for row in connection.execute(text(f"SELECT * FROM {name}"))} for name in fact_tables()}


def told(engine: Engine, place: Place, until: datetime) -> dict[str, set[tuple[object, ...]]]:
    """The whole past as the generator tells it at a moment."""
    with reading(engine) as connection:
        book = rules_of(connection, place)
    found: dict[str, set[tuple[object, ...]]] = {name: set() for name in fact_tables()}
    days = DAYS + day_number(until) - day_number(START)
    for page in Past(place.key, Settings().seed, book, until, days).pages():
        for name, values in page.items():
            found[name].update(values)
    for story in Demo(place, rules=book).stories:
        for day in range(story.first_day(day_number(START), DAYS), day_number(START) - DAYS):
            for table, rows in known_rows([story], day, int(until.timestamp())).items():
                found[table.name].update(packed(table, place.region, rows))
    return found


def ticked(engine: Engine, place: Place, moments: Iterator[datetime] | list[datetime], **settings: float) -> None:
    """A worker that lives through these moments."""
    at = START
    worker = Worker(engine, place, Settings(**settings), lambda: at)  # type: ignore[arg-type]
    for at in moments:  # noqa: B007 - the clock reads it
        while worker.tick():
            pass


def test_history_and_feed_join_without_gap_or_double_across_restarts(living: tuple[Engine, Place]) -> None:
    engine, place = living
    end = START + timedelta(hours=11, seconds=17)
    cuts = [
        timedelta(seconds=1),
        timedelta(minutes=3.5),
        timedelta(hours=1, minutes=10),
        timedelta(hours=8),
        timedelta(hours=11, seconds=17),
    ]
    for cut in cuts:
        ticked(engine, place, [START + cut])  # a worker of its own each time
    assert stored(engine) == told(engine, place, end)


def test_a_long_stop_is_caught_up_in_bounded_steps(home: tuple[Engine, Place], caplog: pytest.LogCaptureFixture) -> None:
    engine, place = home
    end, says = START + timedelta(days=2, hours=3), list[str]()
    worker = Worker(engine, place, Settings(), lambda: end, says.append)
    reached = []
    with caplog.at_level(logging.WARNING):
        while worker.tick():
            with reading(engine) as connection:
                reached.append(datetime.fromisoformat(marked(connection, place.region, FEED_AT) or ""))
                covers = connection.execute(select(func.max(source.c.covers_to))).scalar()
                turned = connection.execute(select(func.max(case_file.c.changed_at))).scalar()
            assert covers is not None and covers <= reached[-1] and turned is not None and turned <= reached[-1]
    assert len(reached) == 8
    assert [record.message for record in caplog.records] == [
        f"the feed was stopped; catching up from {reached[0].isoformat(timespec='minutes')}"
    ]
    assert sum("100 %" in line for line in says) == 1 and "100 %" in says[-1]
    assert stored(engine) == told(engine, place, end)


def test_a_killed_worker_loses_and_doubles_nothing(home: tuple[Engine, Place]) -> None:
    engine, place = home
    url, end = engine.url.render_as_string(), START + timedelta(hours=16)
    draw = random.Random(5)
    for _ in range(3):
        process = start_driver(url, end, 240)
        assert process.stdout is not None
        for _ in range(draw.randrange(1, 12)):
            process.stdout.readline()
        time.sleep(draw.random() * 0.05)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
    last = start_driver(url, end, 3600)
    assert last.communicate()[0].splitlines()[-1].decode() == end.isoformat()
    assert stored(engine) == told(engine, place, end)


def start_driver(url: str, end: datetime, step: float) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-c", DRIVER, url, START.isoformat(), end.isoformat(), str(step)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[1])


def test_two_workers_do_not_double(living: tuple[Engine, Place]) -> None:
    engine, place = living
    at = START
    workers = [Worker(engine, place, Settings(), lambda: at) for _ in range(2)]
    for minutes in (5, 9, 60, 61):
        at = START + timedelta(minutes=minutes)
        for worker in workers:
            worker.tick()
    assert stored(engine) == told(engine, place, at)


def test_at_midnight_the_new_day_is_there(home: tuple[Engine, Place]) -> None:
    engine, place = home
    midnight = datetime(2026, 6, 17, 16, 0, tzinfo=UTC)
    today = day_number(midnight)

    def rows() -> int:
        with reading(engine) as connection:
            return connection.execute(select(func.count()).select_from(grid_day).where(grid_day.c.day == today)).scalar_one()

    ticked(engine, place, [midnight - timedelta(seconds=1)])
    assert rows() == 0
    ticked(engine, place, [midnight])
    assert rows() == 436


def reported(rows: Iterable[tuple[Any, ...]], after: datetime, until: datetime) -> set[int]:
    """Ids of the cases reported in a span."""
    at = list(case_file.columns.keys()).index("reported_at")
    return {row[1] for row in rows if after.timestamp() < row[at] <= until.timestamp()}


@pytest.mark.parametrize("pace", [6.0, 0.25])
def test_the_pace_changes_how_much_arrives_and_nothing_else(
    home: tuple[Engine, Place], pace: float, caplog: pytest.LogCaptureFixture
) -> None:
    engine, place = home
    begin, middle, end = (START + timedelta(hours=hours) for hours in (10, 13, 16))  # 08:50, 11:50, 14:50 on the next day
    last = end + timedelta(hours=9)
    with caplog.at_level(logging.DEBUG, "dashboard.work"):
        ticked(engine, place, [begin, middle], feed_speed=pace)
        ticked(engine, place, [end], feed_speed=pace)
        ticked(engine, place, [end + timedelta(hours=1), last])  # the natural pace again: what was begun goes on
    assert "step refused" not in caplog.text
    natural, found = told(engine, place, last)["case_file"], stored(engine)["case_file"]
    usual, new = (reported(rows, begin + timedelta(minutes=1), end) for rows in (natural, found))
    assert 0.8 * pace < len(new) / len(usual) < 1.2 * pace
    assert new < usual if pace < 1 else usual < new
    for span in ((START, begin), (end + timedelta(hours=1, minutes=1), last)):
        assert reported(natural, *span) == reported(found, *span)
    with reading(engine) as connection:
        assert connection.execute(select(func.max(case_step.c.at))).scalar_one() <= last
        numbers = connection.execute(select(case_file.c.number)).scalars().all()
        assert len(set(numbers)) == len(numbers)
        assert [speed for _, speed in json.loads(marked(connection, place.region, FEED_PACES) or "[]")] == [pace, 1.0]


def test_a_stopped_feed_stands_still_and_goes_on_later(home: tuple[Engine, Place]) -> None:
    engine, place = home
    before = stored(engine)["case_step"]
    ticked(engine, place, [START + timedelta(hours=9), START + timedelta(hours=10)], feed_speed=0)
    assert stored(engine)["case_step"] == before
    end = START + timedelta(hours=12)
    ticked(engine, place, [end])
    assert stored(engine)["case_step"] == told(engine, place, end)["case_step"]


@pytest.fixture
def boston(engine: Engine) -> Engine:
    prepared(engine, Settings(place="boston"), NOW, lambda _: None)
    return engine


def case_version(engine: Engine) -> int:
    with reading(engine) as connection:
        query = select(version.c.number).where(version.c[REGION] == BOSTON.region, version.c.fact == case_file.name)
        return connection.execute(query).scalar() or 0


def overdue(engine: Engine) -> int | None:
    with reading(engine) as connection:
        assert differences(connection, BOSTON.region, ledger.all_cubes()) == []
        table = open_cube.table.c
        return connection.execute(select(table.overdue).where(table[REGION] == BOSTON.region, table.area == "*", table.by == "")).scalar()


def dispatched(engine: Engine, *more: Step) -> datetime:
    """A case in handling; returns its deadline."""
    steps = [*walk(1, NOW)[:4], *more]
    with writing(engine) as connection:
        ledger.record(connection, BOSTON.region, [(intake(1), steps[0])], steps[1:], rules(), NOW)
        due = connection.execute(select(case_file.c.due_at).where(case_file.c[REGION] == BOSTON.region)).scalar()
    assert due is not None
    return due


def test_a_deadline_turns_once(boston: Engine) -> None:
    due = dispatched(boston)
    at = due
    worker = Worker(boston, BOSTON, Settings(place="boston"), lambda: at)
    worker.tick()
    before = case_version(boston)
    assert overdue(boston) == 0, "a case closed in this second would still be on time"
    for seconds in (1, 2, 3):
        at = due + timedelta(seconds=seconds)
        worker.tick()
        assert overdue(boston) == 1
        assert case_version(boston) == before + 1


def test_turning_says_how_many_and_leaves_a_stopped_clock_alone(boston: Engine) -> None:
    suspended = Step(1, "suspend", NOW + timedelta(minutes=40), post="L", reason="season", due_at=NOW + timedelta(days=20))
    due = dispatched(boston, Step(1, "sign", NOW + timedelta(minutes=20)), Step(1, "arrive", NOW + timedelta(minutes=30)), suspended)
    with writing(boston) as connection:
        turned = [ledger.turn_overdue(connection, BOSTON.region, due + timedelta(minutes=minutes)) for minutes in (0, 1, 2)]
        row = connection.execute(select(case_file).where(case_file.c[REGION] == BOSTON.region)).mappings().one()
        elsewhere = ledger.turn_overdue(connection, BOSTON.region + 1, due + timedelta(days=9))
    assert (turned, elsewhere) == ([0, 1, 0], 0)
    assert row["deferred"] and not row["overdue"]
    assert overdue(boston) == 0


def test_touching_moves_one_version_of_one_region(engine: Engine) -> None:
    later = NOW + timedelta(seconds=5)
    with writing(engine) as connection:
        for region, fact, at in ((1, "case_file", NOW), (1, "case_file", later), (1, "whistle", NOW), (2, "case_file", NOW)):
            ledger.touch(connection, region, fact, at)
        rows = {(row[0], row[1]): (row[2], row[3]) for row in connection.execute(select(version))}
    assert rows == {(1, "case_file"): (2, later), (1, "whistle"): (1, NOW), (2, "case_file"): (1, NOW)}


def beat(engine: Engine) -> datetime | None:
    with reading(engine) as connection:
        return connection.execute(select(heartbeat.c.at).where(heartbeat.c.process == "work")).scalar()


def looped(worker: Worker, turns: int, between: Callable[[int], None]) -> list[float]:
    """The pauses of a worker that is stopped after so many turns; `between` happens in each pause."""
    pauses: list[float] = []

    def wait(seconds: float) -> None:
        pauses.append(seconds)
        between(len(pauses))

    keep_ticking(worker, lambda: len(pauses) >= turns, wait)
    return pauses


def test_a_locked_database_is_waited_for_and_told_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    url = f"sqlite:///{tmp_path / 'wall.db'}"
    engine, other = engine_for(url), engine_for(url)
    place = prepared(engine, Settings(place="boston"), NOW, lambda _: None)
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA busy_timeout=20"))
    engine.dispose()
    at = NOW
    worker = Worker(engine, place, Settings(place="boston"), lambda: at)
    with other.connect() as holder:
        holder.exec_driver_sql("BEGIN IMMEDIATE")
        pauses = looped(worker, 6, lambda number: holder.rollback() if number == 4 else None)
    assert pauses == [1, 2, 4, 8, 1, 1]
    assert [record.message for record in caplog.records] == [
        "the database does not answer: (pysqlite3.dbapi2.OperationalError) database is locked", "the database answers again",
    ]  # fmt: skip
    assert beat(engine) == NOW
    engine.dispose()
    other.dispose()


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_a_server_that_goes_away_is_found_again(engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    place = prepared(engine, Settings(place="boston"), NOW, lambda _: None)
    at = NOW
    admin = engine_for(engine.url.render_as_string(hide_password=False))

    def stop(number: int) -> None:
        nonlocal at
        at = NOW + timedelta(seconds=number)
        with admin.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            if number == 2:
                connection.execute(text(CUT))

    looped(Worker(engine, place, Settings(place="boston"), lambda: at), 4, stop)
    admin.dispose()
    assert beat(engine) == NOW + timedelta(seconds=3)
