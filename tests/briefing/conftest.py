"""Editions of the demo district, as briefings are made of them."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dashboard.briefings.bindery import Bindery
from dashboard.create import WallApp
from dashboard.dictionary import entries
from dashboard.registry import declared
from layouts.briefing.edition import DISTRICT, Edition, Kind
from modules.spec import Snapshot
from tests.briefing.office import Clock, opened
from tests.conftest import DEMO_NOW, application


@pytest.fixture(scope="session")
def district(demo_copy: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[WallApp]:
    """The application over the demo district, for tests that only read it."""
    with application(demo_copy(tmp_path_factory.mktemp("district"))) as app:
        yield app


@pytest.fixture(scope="session")
def edition(district: WallApp) -> Edition:
    """A special edition on every field of work as the demo district stands at DEMO_NOW."""
    snapshots = {key: district.live.snapshot(key) for key in declared()}
    day = date(2026, 6, 18)
    area = snapshots["overview"].area
    told = {lang: entries(lang) for lang in ("zh", "en")}
    return Edition(Kind.SPECIAL, DISTRICT, area, day, day, DEMO_NOW, 3, False, snapshots, told)


@pytest.fixture
def clock() -> Clock:
    """A clock that is set by hand."""
    return Clock()


@pytest.fixture
def bindery(demo_copy: Callable[[Path], Path], tmp_path: Path, clock: Clock) -> Iterator[Bindery]:
    """A bindery over a demo district of its own."""
    with opened(demo_copy, tmp_path, clock) as bindery:
        yield bindery


def on_one(edition: Edition, module: str, **changes: Any) -> Edition:
    """The edition on one field of work, its snapshot changed."""
    snapshot: Snapshot = replace(edition.snapshots[module], **changes)
    return replace(edition, subject=module, snapshots={module: snapshot})


def with_reading(edition: Edition, module: str, metric: str, **changes: Any) -> Edition:
    """The edition on one field of work, one of its readings changed."""
    readings = dict(edition.snapshots[module].readings)
    readings[metric] = replace(readings[metric], **changes)
    return on_one(edition, module, readings=readings)
