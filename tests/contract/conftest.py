"""The whole application over a demo district of its own, its clock standing still."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dashboard.create import WallApp, create_app
from dashboard.settings import Settings
from tests.conftest import DEMO_NOW


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, demo_copy: Callable[[Path], Path]) -> Iterator[WallApp]:
    """The application as it stands at DEMO_NOW."""
    path = demo_copy(tmp_path_factory.mktemp("app"))
    made = create_app(Settings(database_url=f"sqlite:///{path}", streams=8), lambda: DEMO_NOW)
    yield made
    made.close()


@pytest.fixture
def client(app: WallApp):
    """Asks the application as a browser would."""
    return app.server.test_client()
