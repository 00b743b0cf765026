"""What tests of making share: a clock that is set by hand, and a bindery over a copy of the demo district."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from dashboard.briefings.bindery import Bindery
from dashboard.briefings.maker import bindery_of
from dashboard.place import shown_locality
from dashboard.settings import ROOT as ROOT
from dashboard.settings import Settings
from data.db import engine_for
from data.seed.places import load_place
from tests.conftest import DEMO_NOW

HERE = shown_locality(load_place("haojiang"), Settings())
STREET = "440512001"
TODAY = DEMO_NOW.astimezone(HERE.zone).date()
MIDNIGHT = datetime(2026, 6, 17, 16, 0, tzinfo=UTC)  # the day of DEMO_NOW begins at the place


class Clock:
    """A clock that is set by hand."""

    def __init__(self, now: datetime = DEMO_NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """The moment it was set to."""
        return self.now


@contextmanager
def opened(copy: Callable[[Path], Path], folder: Path, clock: Clock) -> Iterator[Bindery]:
    """A bindery over a copy of the demo district, filing below the folder."""
    settings = Settings(database_url=f"sqlite:///{copy(folder)}", briefings=str(folder / "filed"))
    engine = engine_for(settings.database)
    yield bindery_of(engine, HERE, settings, clock)
    engine.dispose()


def nothing(stage: str, edition: str | None) -> None:
    """Hears of stages."""
