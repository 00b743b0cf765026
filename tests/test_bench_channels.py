"""What a refresh of public video costs must not grow with the number of channels: as steps of the database's own machine."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from bench.channels import CHANGES, Changes, populate, turned
from data import ledger
from data.db import engine_for, reading, writing
from data.rollups import differences
from data.schema import REGION, without_region
from data.subjects import cubes_of
from data.subjects.public_video import channel, judged
from tests.conftest import hastened
from tests.factories import NOW
from tests.test_bench import FIRST, PLACE, counted_steps, plans_of, taken

FORTNIGHT = 14  # days of outages and faults
POPULATIONS = (500, 5_000)
MODULE = "public_video"
MOST = 1.5


def peopled(path: Path, count: int) -> Engine:
    """A demo district with so many channels."""
    with hastened(path) as connection:
        populate(connection, PLACE, count, NOW, FORTNIGHT)
        ledger.rebuild_all(connection, PLACE.region, NOW)
    return engine_for(f"sqlite:///{path}")


@pytest.fixture(scope="module")
def districts(demo_copy: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Engine]]:
    """The same district with few and with many channels."""
    found = [peopled(demo_copy(tmp_path_factory.mktemp("channels")), count) for count in POPULATIONS]
    yield found
    for engine in found:
        engine.dispose()


def test_the_populations_are_what_they_say(districts: list[Engine]) -> None:
    for count, engine in zip(POPULATIONS, districts, strict=True):
        with reading(engine) as connection:
            used = select(func.count()).select_from(channel).where(channel.c[REGION] == PLACE.region, channel.c.connected)
            assert connection.execute(used).scalar() == count


def test_more_channels_cost_no_more(districts: list[Engine]) -> None:
    costs = []
    for engine in districts:
        with reading(engine) as connection, counted_steps(connection) as steps:
            taken(connection, MODULE)
        costs.append(steps[0])
    few, many = costs
    assert few > 1000
    assert many <= MOST * few, costs


def test_a_change_costs_no_more(districts: list[Engine]) -> None:
    costs = []
    for engine in districts:
        with writing(engine) as connection:
            query = select(channel).where(channel.c[REGION] == PLACE.region, channel.c.number <= CHANGES)
            rows = [without_region(row) for row in connection.execute(query).mappings()]
            with counted_steps(connection) as steps:
                ledger.record_rows(connection, PLACE.region, channel, [turned(row, NOW) for row in rows], NOW)
        costs.append(steps[0])
    few, many = costs
    assert many <= MOST * few, costs


def test_no_query_goes_through_the_channels(districts: list[Engine]) -> None:
    plans = [plan for plan, statement in plans_of(districts[-1], MODULE) if not FIRST.match(statement)]
    of_channels = [plan for plan in plans if " channel " in f"{plan} "]
    assert of_channels
    assert all("channel_down (region=?" in plan for plan in of_channels), of_channels


def test_changes_through_the_write_door_keep_every_counter(districts: list[Engine]) -> None:
    engine = districts[0]
    changes = Changes(engine, NOW)
    for _ in range(3):
        changes.second()
    with reading(engine) as connection:
        assert differences(connection, PLACE.region, cubes_of(channel)) == []
        newest = connection.execute(select(func.max(channel.c.changed_at))).scalar()
    assert newest == NOW + timedelta(seconds=3)


def test_a_channel_turned_twice_is_as_it_was() -> None:
    row = judged(
        {"channel_state": "online", "down_at": None, "key_site": True, "picture_state": "ok", "clock_offset_s": 0.2, "recording": True,
         "held_days": 30, "changed_at": NOW}
    )  # fmt: skip
    off = turned(row, NOW)
    assert (row["whole"], row["level"], row["down_at"]) == (True, "ok", None)
    assert (off["whole"], off["level"], off["down_at"]) == (False, "critical", NOW)
    assert turned(off, NOW) == row
