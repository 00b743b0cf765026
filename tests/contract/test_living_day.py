"""A day of the living feed with corrections, late rows and everything delivered twice: every counter is what its facts say."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from dashboard.fill import marked
from dashboard.place import prepared
from dashboard.settings import Settings
from dashboard.work import Worker
from data import ledger
from data.cases import Step
from data.db import engine_for, reading, writing
from data.rollups import differences
from data.schema import case_file, case_step, grid_day, marker, metadata
from tests.conftest import DEMO_NOW

REGION = 440512
TICK = timedelta(minutes=30)


@pytest.fixture(params=["sqlite", "postgresql"])
def lived(request, tmp_path):
    """A worker over a few days of a district, its clock in our hand."""
    url = f"sqlite:///{tmp_path / 'wall.db'}" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    engine = engine_for(url)
    if request.param == "postgresql":
        metadata.drop_all(engine)
        with engine.begin() as connection:
            connection.exec_driver_sql("DROP TABLE IF EXISTS alembic_version")
    settings = Settings(history_days=3)
    place = prepared(engine, settings, DEMO_NOW, lambda _: None)
    clock = [DEMO_NOW]
    yield Worker(engine, place, settings, lambda: clock[0]), clock, engine
    metadata.drop_all(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE IF EXISTS alembic_version")
    engine.dispose()


def correct(engine, now):
    """Patrol days are reported anew with other figures; the same correction comes twice."""
    with writing(engine) as connection:
        found = connection.execute(select(grid_day).where(grid_day.c.region == REGION).order_by(grid_day.c.grid, grid_day.c.day).limit(40))
        rows = [{key: value for key, value in row.items() if key != "region"} for row in found.mappings()]
        changed = [{**row, "patrols_n": (row["patrols_n"] + number) % 5, "on_duty_n": number % 3} for number, row in enumerate(rows)]
        first = ledger.record_rows(connection, REGION, grid_day, changed, now)
        again = ledger.record_rows(connection, REGION, grid_day, changed, now)
        assert first.accepted
        assert not again.accepted


def deliver_late_and_twice(worker, engine, now):
    """A step that happened an hour ago arrives now, and then once more; everything of the last day arrives once more."""
    with writing(engine) as connection:
        rules = worker._rules
        query = select(case_file.c.id, case_file.c.unit).where(
            case_file.c.state == "dispatched", case_file.c.changed_at < now - timedelta(hours=1)
        )
        late = [Step(number, "sign", now - timedelta(hours=1), unit=unit) for number, unit in connection.execute(query.limit(20))]
        first = ledger.record(connection, REGION, [], late, rules, now)
        again = ledger.record(connection, REGION, [], late, rules, now)
        assert again.accepted == 0
        assert again.duplicate == first.accepted
        return first.accepted


def test_no_counter_differs_after_a_day(lived):
    worker, clock, engine = lived
    late = 0
    with reading(engine) as connection:
        before = connection.execute(select(func.count()).select_from(case_step)).scalar_one()
    for turn in range(48):
        clock[0] += TICK
        worker.tick()
        if turn % 8 == 3:
            correct(engine, clock[0])
            late += deliver_late_and_twice(worker, engine, clock[0])
    with reading(engine) as connection:
        after = connection.execute(select(func.count()).select_from(case_step)).scalar_one()
        assert after > before + 500
        assert late
        assert differences(connection, REGION, ledger.all_cubes()) == []
        assert [line for follower in ledger.all_followers() for line in follower.strayed(connection, REGION)] == []
        assert marked(connection, REGION, "feed_at") == clock[0].isoformat()
    with writing(engine) as connection:  # as if the last hours had not been remembered: they come again and change nothing
        connection.execute(marker.update().where(marker.c.key == "feed_at").values(value=(clock[0] - timedelta(hours=3)).isoformat()))
    Worker(engine, worker.place, worker.settings, lambda: clock[0]).tick()
    with reading(engine) as connection:
        assert connection.execute(select(func.count()).select_from(case_step)).scalar_one() == after
        assert differences(connection, REGION, ledger.all_cubes()) == []
        assert [line for follower in ledger.all_followers() for line in follower.strayed(connection, REGION)] == []
