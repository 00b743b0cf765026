"""A running demonstration that meets a new field of work: its past is written once, as a first filling would have written it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, delete, select

from dashboard.fill import TOLD, marked
from dashboard.place import prepared
from dashboard.settings import Settings
from dashboard.told import untold
from data import ledger
from data.db import engine_for, reading, writing
from data.rollups import differences
from data.schema import code, marker
from data.seed.demo.plans import Planner
from data.seed.demo.stories import Story, stories
from data.seed.places import load_place
from data.subjects import cubes_of
from tests.conftest import DEMO_DAYS, DEMO_NOW

PLACE = load_place("haojiang")
STORIES = stories(Planner(PLACE))
Found = dict[str, list[tuple[object, ...]]]


def tables_of(story: Story) -> list[str]:
    return sorted({table.name for table in (*story.tables, *story.standing_tables)})


def kept(engine: Engine, story: Story) -> Found:
    """The story's rows, the counters over them and the code lists."""
    tables = {*story.tables, *story.standing_tables}
    counted = {cube.table for table in tables for cube in cubes_of(table)}
    with reading(engine) as connection:
        return {table.name: sorted(map(tuple, connection.execute(select(table))), key=repr) for table in {*tables, *counted, code}}


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_a_new_story_tells_its_past(story: Story, demo_copy: Callable[[Path], Path], tmp_path: Path) -> None:
    engine = engine_for(f"sqlite:///{demo_copy(tmp_path)}")
    before = kept(engine, story)
    assert all(before[name] for name in tables_of(story))
    with writing(engine) as connection:
        for table in {*story.tables, *story.standing_tables}:
            connection.execute(delete(table))
            for cube in cubes_of(table):
                connection.execute(delete(cube.table))
        connection.execute(delete(code))
        connection.execute(delete(marker).where(marker.c.key == TOLD + story.name))
        assert untold(connection, PLACE) == [story.name]
    said: list[str] = []
    prepared(engine, Settings(history_days=DEMO_DAYS), DEMO_NOW, said.append)
    assert any(story.name in text for text in said)
    assert kept(engine, story) == before
    with reading(engine) as connection:
        assert untold(connection, PLACE) == []
        assert marked(connection, PLACE.region, TOLD + story.name)
        assert differences(connection, PLACE.region, [cube for cube in ledger.all_cubes() if cube.fact.name in tables_of(story)]) == []
    engine.dispose()
