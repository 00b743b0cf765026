"""Editions: taken once, together, as of the right moment; given back as they were taken; numbered for good."""

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, insert, select, text

from dashboard.briefings.bindery import Bindery
from dashboard.briefings.editions import Editions, NothingRead
from dashboard.briefings.kept import packed, unpacked
from dashboard.briefings.periods import BadPeriod, period_of, up_to
from dashboard.create import WallApp, create_app
from dashboard.place import prepared, shown_locality
from dashboard.registry import declared
from dashboard.settings import Settings
from dashboard.taking.opened import UnknownArea
from data.calendars import Calendar
from data.cases import Rules
from data.db import engine_for, writing
from data.editions import edition, kept_snapshot
from data.ingest.file import load_file
from data.ingest.mapping import load_mapping
from data.measures import Span
from data.periods import day_of
from data.schema import REGION
from layouts.briefing.edition import DISTRICT, Kind
from modules.spec import Quality, Snapshot
from tests.briefing.office import HERE, MIDNIGHT, ROOT, STREET, TODAY, Clock
from tests.conftest import DEMO_NOW, application

SPECIAL_NOW = None
SAMPLE = ROOT / "tests" / "data" / "two_months_sample.csv"


@pytest.fixture
def editions(bindery: Bindery) -> Editions:
    return bindery.editions


def daily(day: date) -> object:
    return period_of(Kind.DAILY, day, 0, HERE.zone)


def rows(editions: Editions, table: object = edition) -> int:
    with editions.engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()  # type: ignore[call-overload]


@pytest.mark.parametrize("module", list(declared()))
@pytest.mark.parametrize("area", [None, STREET])
def test_a_snapshot_is_given_back_as_it_was(app: WallApp, module: str, area: str | None) -> None:
    taken = app.live.snapshot(module, area)
    held = unpacked(packed(taken))
    assert held.sealed(taken.version) == held
    assert held.digest == taken.digest
    assert (held.readings, held.as_of, held.taken_at, held.error) == (taken.readings, taken.as_of, taken.taken_at, taken.error)
    assert unpacked(packed(held)) == held
    assert packed(held) == packed(taken)


def test_a_snapshot_cannot_hold_what_json_cannot() -> None:
    with pytest.raises(TypeError, match="set"):
        packed(Snapshot("m", "a", DEMO_NOW, place={"x": {1, 2}}))


@pytest.mark.parametrize("area", [HERE.root, STREET])
def test_a_special_edition_of_now_is_what_the_wall_shows(demo_copy: Callable[[Path], Path], tmp_path: Path, area: str) -> None:
    with application(demo_copy(tmp_path)) as app:
        editions = Editions(app.live.engine, app.live.locality, lambda: DEMO_NOW)
        wall = {module: app.live.snapshot(module, area) for module in declared()}
        row = editions.taken(SPECIAL_NOW, area)
        assert editions.digests(row["id"]) == {module: snapshot.digest for module, snapshot in wall.items()}
        made = editions.edition(row, DISTRICT)
        assert list(made.snapshots) == list(declared())
        assert {key: found.version for key, found in made.snapshots.items()} == {key: found.version for key, found in wall.items()}
        assert (made.number, made.running, made.as_of, made.first) == (1, False, DEMO_NOW, TODAY)


def test_api_wall_and_edition_of_one_moment_say_the_same(demo_copy: Callable[[Path], Path], tmp_path: Path) -> None:
    clock = Clock(MIDNIGHT + timedelta(seconds=30))
    with application(demo_copy(tmp_path), clock) as app:
        editions = Editions(app.live.engine, app.live.locality, clock)
        row = editions.taken(editions.chosen(Kind.WEEKLY, "running"), STREET)
        ended = editions.taken(editions.chosen(Kind.DAILY, ""), STREET)
        clock.now = DEMO_NOW
        client = app.server.test_client()
        for found, query in (
            (row, {"from": "2026-06-15", "to": "2026-06-18", "asof": "2026-06-17T16:00:30+00:00"}),
            (row, {"from": "2026-06-15", "to": "2026-06-18", "asof": "2026-06-18T00:00:30"}),
            (ended, {"asof": "2026-06-17"}),
            (ended, {"asof": "2026-06-17T23:59:59+08:00"}),
        ):
            digests = editions.digests(found["id"])
            for module in ("overview", "petitions", "grid_management"):
                answer = client.get(f"/api/v1/modules/{module}/snapshot", query_string={**query, "area": STREET})
                assert answer.get_json()["digest"] == digests[module], (module, query)
        other = client.get("/api/v1/modules/grid_management/snapshot?area=440512001&asof=2026-06-17T23:59:58").get_json()
        assert other["digest"] != editions.digests(ended["id"])["grid_management"]


def test_it_is_taken_once(editions: Editions, clock: Clock) -> None:
    first = editions.taken(daily(TODAY - timedelta(days=1)), STREET)
    clock.now += timedelta(hours=5)
    assert editions.taken(daily(TODAY - timedelta(days=1)), STREET) == first
    assert (rows(editions), rows(editions, kept_snapshot)) == (1, len(declared()))
    assert editions.known(daily(TODAY - timedelta(days=1)), STREET) == first
    assert editions.known(daily(TODAY - timedelta(days=1)), HERE.root) is None


def test_a_running_period_is_taken_anew_and_replaces_nothing(editions: Editions, clock: Clock) -> None:
    week = period_of(Kind.WEEKLY, TODAY, 0, HERE.zone)
    first = editions.taken(week, STREET)
    clock.now += timedelta(minutes=7)
    second = editions.taken(week, STREET)
    assert first["id"] != second["id"]
    assert (first["number"], first["as_of"], first["running"]) == (second["number"], DEMO_NOW, True)
    assert second["as_of"] == clock.now
    assert editions.edition(first, "petitions").snapshots["petitions"].as_of == DEMO_NOW
    assert editions.known(week, STREET) is None


def test_a_week_tells_the_week_and_a_day_what_the_wall_tells(editions: Editions) -> None:
    week = period_of(Kind.WEEKLY, TODAY - timedelta(days=7), 0, HERE.zone)
    made = editions.edition(editions.taken(week, HERE.root), "grid_management")
    assert (made.first, made.last, made.running) == (week.first, week.last, False)
    assert made.as_of == week.end_at - timedelta(seconds=1)
    span = Span(day_of(week.first), day_of(week.last))
    with application(Path(str(editions.engine.url.database))) as app:
        assert app.live.snapshot("grid_management", None, span, made.as_of).digest == made.digest
        assert app.live.snapshot("grid_management", None, None, made.as_of).digest != made.digest


def standing(editions: Editions, period: object) -> set[str]:
    """The qualities of what stands now, as an edition tells it."""
    snapshot = editions.edition(editions.taken(period, HERE.root), "grid_management").snapshots["grid_management"]
    return {snapshot.readings[key].quality for key in ("open_cases", "overdue_cases")}


def test_what_stands_is_told_right_after_the_end_and_missing_later(editions: Editions, clock: Clock) -> None:
    clock.now = MIDNIGHT + timedelta(minutes=4, seconds=59)
    assert standing(editions, daily(TODAY - timedelta(days=1))) == {Quality.GOOD}
    clock.now = MIDNIGHT + timedelta(minutes=5)
    assert standing(editions, daily(TODAY - timedelta(days=2))) == {Quality.MISSING}
    assert standing(editions, up_to(MIDNIGHT - timedelta(hours=1), HERE.zone)) == {Quality.MISSING}
    assert standing(editions, daily(TODAY - timedelta(days=1))) == {Quality.GOOD}


def test_ends_of_periods_are_kept_by_themselves_once(editions: Editions, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    every = editions.areas()
    assert (every[0], len(every)) == (HERE.root, 8)
    areas = every[1:4]
    monkeypatch.setattr(editions, "areas", lambda: areas)
    clock.now = MIDNIGHT + timedelta(seconds=3)
    assert editions.keep_finished() == 0
    clock.now = MIDNIGHT + timedelta(seconds=20)
    assert editions.keep_finished() == 3
    assert editions.keep_finished() == 0
    with editions.engine.connect() as connection:
        kept = connection.execute(select(edition.c.area, edition.c.as_of, edition.c.kind)).all()
    assert {row[0] for row in kept} == set(areas)
    assert {row[1:] for row in kept} == {(MIDNIGHT - timedelta(seconds=1), "daily")}
    clock.now = MIDNIGHT + timedelta(hours=1)
    assert Editions(editions.engine, HERE, clock).keep_finished() == 0


def test_a_week_and_a_month_that_end_are_kept_too(editions: Editions, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(editions, "areas", lambda: (STREET,))
    clock.now = datetime(2026, 5, 31, 16, 1, tzinfo=UTC)  # Monday, the first of June
    assert editions.keep_finished() == 3


def test_special_numbers_are_counted_and_never_given_twice(editions: Editions, clock: Clock) -> None:
    numbers = []
    for hours in range(3):
        clock.now = DEMO_NOW + timedelta(hours=hours)
        numbers.append(editions.taken(SPECIAL_NOW, STREET)["number"])
    assert editions.retire(clock.now + timedelta(days=1)) == 3
    assert (rows(editions), rows(editions, kept_snapshot)) == (0, 0)
    clock.now += timedelta(hours=1)
    numbers.append(editions.taken(SPECIAL_NOW, STREET)["number"])
    assert numbers == [1, 2, 3, 4]
    clock.now = DEMO_NOW + timedelta(days=200)
    assert editions.taken(SPECIAL_NOW, STREET)["number"] == 1
    assert editions.taken(SPECIAL_NOW, "440512002")["number"] == 1


def test_only_old_editions_are_retired(editions: Editions, clock: Clock) -> None:
    old = editions.taken(daily(TODAY - timedelta(days=1)), STREET)
    clock.now += timedelta(days=2)
    young = editions.taken(daily(TODAY), STREET)
    assert editions.retire(DEMO_NOW + timedelta(days=1)) == 1
    assert editions.row(old["id"]) is None
    assert editions.row(young["id"]) == young


def test_one_failing_module_stops_no_other_and_can_be_taken_again(
    editions: Editions, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    day = daily(TODAY - timedelta(days=1))
    with editions.engine.begin() as connection:
        connection.execute(text("ALTER TABLE rollup_petition_cell RENAME TO elsewhere"))
    row = editions.taken(day, STREET)
    made = editions.edition(row, DISTRICT)
    assert row["whole"] is False
    assert made.snapshots["petitions"].error == "OperationalError"
    assert made.snapshots["grid_management"].error is None
    assert editions.taken(day, HERE.root)["whole"] is False
    assert len([record for record in caplog.records if "petitions" in record.getMessage()]) == 1
    with editions.engine.begin() as connection:
        connection.execute(text("ALTER TABLE elsewhere RENAME TO rollup_petition_cell"))
    clock.now += timedelta(hours=1)
    mended = editions.taken(day, STREET)
    assert (mended["whole"], mended["number"], mended["id"] != row["id"]) == (True, row["number"], True)
    assert editions.kept("petitions", STREET, None, row["as_of"]) == editions.edition(mended, "petitions").snapshots["petitions"]
    assert editions.edition(row, "petitions").snapshots["petitions"].error


def test_of_nothing_there_is_no_edition(tmp_path: Path, clock: Clock) -> None:
    bare = engine_for(f"sqlite:///{tmp_path / 'bare.db'}")
    with bare.begin() as connection:
        for name in ("edition", "version", "area", "unit", "case_type", "code", "source"):
            edition.metadata.tables[name].create(connection)
    with pytest.raises(NothingRead):
        Editions(bare, HERE, clock).taken(daily(TODAY - timedelta(days=1)), HERE.root)
    bare.dispose()


def test_an_area_or_a_period_that_is_not_there(editions: Editions) -> None:
    with pytest.raises(UnknownArea):
        editions.taken(daily(TODAY - timedelta(days=1)), "999")
    with pytest.raises(BadPeriod):
        editions.chosen(Kind.DAILY, "2001-01-01")
    assert rows(editions) == 0


def test_an_unreadable_database_keeps_nothing(editions: Editions) -> None:
    with sqlite3.connect(str(editions.engine.url.database)) as connection:
        connection.execute("DROP TABLE kept_snapshot")
    connection.close()
    assert editions.kept("petitions", STREET, None, DEMO_NOW) is None


def test_two_processes_keep_one(engine: Engine, clock: Clock) -> None:
    """On both databases: the rows of an edition are written once, its special number counted once."""
    one, other = (Editions(engine, HERE, clock) for _ in range(2))
    snapshots = {"petitions": Snapshot("petitions", HERE.root, DEMO_NOW).sealed("1")}
    period = up_to(DEMO_NOW, HERE.zone)
    with engine.connect() as connection:
        moment = one._moment(connection, period)
    first = one._keep(period, HERE.root, moment, snapshots, 0)
    assert other._keep(period, HERE.root, replace(moment, now=moment.now + timedelta(seconds=1)), snapshots, 0) == first
    later = other._keep(
        up_to(DEMO_NOW + timedelta(seconds=1), HERE.zone), HERE.root, replace(moment, as_of=DEMO_NOW + timedelta(seconds=1)), snapshots, 0
    )
    assert (first["number"], later["number"], rows(one)) == (1, 2, 2)
    assert one.edition(first, DISTRICT).snapshots == snapshots
    assert one.kept("petitions", HERE.root, None, DEMO_NOW) == snapshots["petitions"]
    with engine.begin() as connection:
        connection.execute(insert(edition), [{**first, REGION: HERE.region + 1}])
    assert one.retire(DEMO_NOW + timedelta(days=1)) == 2
    assert rows(one) == 1


def test_a_place_that_tells_a_covered_day_is_told_as_its_wall_tells_it(tmp_path: Path) -> None:
    mapping = load_mapping("boston311")
    clock, settings = Clock(), Settings(place="boston", database_url=f"sqlite:///{tmp_path / 'wall.db'}")
    engine = engine_for(settings.database)
    place = prepared(engine, settings, clock(), lambda _: None)
    with writing(engine) as connection:
        load_file(connection, SAMPLE, mapping, Rules.load(Calendar(place.zone), {}), clock())
    here = shown_locality(place, settings)
    editions = Editions(engine, here, clock)
    app = create_app(settings, clock)
    wall = app.live.snapshot("city_operations")
    app.close()
    last = wall.as_of.astimezone(here.zone).date()
    now, day = (editions.taken(editions.chosen(kind, ""), here.root) for kind in (Kind.SPECIAL, Kind.DAILY))
    assert editions.digests(now["id"]) == editions.digests(day["id"])
    assert editions.digests(day["id"])["city_operations"] == wall.digest
    assert (day["as_of"], now["as_of"], editions.period(day).last) == (wall.as_of, wall.as_of, last)
    month = editions.chosen(Kind.MONTHLY, "running")
    assert editions.taken(month, here.root)["running"] is (month.last > last)
    clock.now += timedelta(hours=12)
    assert editions.keep_finished() == 0
    with pytest.raises(BadPeriod):
        editions.chosen(Kind.DAILY, (last + timedelta(days=1)).isoformat())
    engine.dispose()
