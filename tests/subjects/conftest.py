"""A district's generated history in both databases, taken at one fixed moment."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, select

from dashboard.place import locality_of
from dashboard.taking.moment import Taking
from dashboard.taking.readings import reading_of
from dashboard.taking.snapshot import take
from data import ledger
from data.bulk import load
from data.db import engine_for, reading, writing
from data.schema import metadata
from data.seed.places import load_place
from modules.spec.snapshot import Reading, Snapshot
from tests.conftest import Lived, laid

NOW = datetime(2026, 6, 25, 2, 30, tzinfo=UTC)
DAYS = 36
PLACE = load_place("haojiang")


@pytest.fixture(scope="session")
def filled_url(lived: Lived, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A SQLite file with the history, written as a first start writes it."""
    return f"sqlite:///{shutil.copy(lived('history', NOW, DAYS), tmp_path_factory.mktemp('history') / 'wall.db')}"


@pytest.fixture(scope="session")
def filled_postgres(filled_url: str, postgres_url: str) -> str:
    """The same rows in a PostgreSQL database of their own, counted there anew."""
    url = laid(postgres_url, "history")
    source, engine = engine_for(filled_url), engine_for(url)
    counted = {cube.table for cube in ledger.all_cubes()}
    with reading(source) as old, writing(engine) as new:
        metadata.create_all(new)
        for table in metadata.sorted_tables:
            if table not in counted:
                load(new, table, old.exec_driver_sql(str(select(table))).all())
        ledger.rebuild_all(new, PLACE.region, NOW)
    source.dispose()
    engine.dispose()
    return url


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def history(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """The history on both engines."""
    engine = engine_for(request.getfixturevalue("filled_url" if request.param == "sqlite" else "filled_postgres"))
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def workday():
    """The place's work calendar."""
    return locality_of(PLACE).workday


@pytest.fixture(scope="module")
def taking_of(history: Engine, workday: Callable[[int], bool]) -> Iterator[Callable[..., Taking]]:
    """Makes a taking of an area at the fixed moment; one view of the database for a file of tests."""
    with reading(history) as connection:
        yield lambda code=PLACE.root: Taking(connection, PLACE.region, PLACE.root, code, NOW, PLACE.zone, workday=workday)


@pytest.fixture(scope="module")
def reading_at(request: pytest.FixtureRequest, taking_of: Callable[..., Taking]) -> Callable[[str, str], Reading]:
    """Reads one of the file's METRICS for an area."""
    return lambda key, code: reading_of(request.module.METRICS[key], taking_of(code))


@pytest.fixture(scope="module")
def snapshots(request: pytest.FixtureRequest, taking_of: Callable[..., Taking]) -> dict[str, Snapshot]:
    """The file's MODULE as it stands, for each of its AREAS."""
    return {level: take(request.module.MODULE, taking_of(code), {}, True) for level, code in request.module.AREAS.items()}
