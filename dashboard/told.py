"""The stories a demonstration has told: a field of work that comes with an upgrade tells its past, and goes on with the feed."""

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Connection, select

from dashboard.fill import FEED_AT, HISTORY_FROM, SEED, TOLD, fill_lists, mark, marked, rules_of
from data import ledger
from data.columns import day_number
from data.rollups import rebuild
from data.schema import REGION, marker
from data.seed.places import Place
from data.subjects import cubes_of

if TYPE_CHECKING:
    from data.seed.demo.stories import Story  # a real place never needs them


def untold(connection: Connection, place: Place) -> list[str]:
    """The stories this program knows and a filled demonstration has not heard yet."""
    if not place.demo or marked(connection, place.region, FEED_AT) is None:
        return []
    from data.seed.demo.stories import told_names

    known = told_since(connection, place.region)
    return [name for name in told_names() if name not in known]


def told_since(connection: Connection, region: int) -> dict[str, int]:
    """From which day on the past of each story was told."""
    query = select(marker.c.key, marker.c.value).where(marker.c[REGION] == region, marker.c.key.startswith(TOLD))
    return {key.removeprefix(TOLD): int(first) for key, first in connection.execute(query)}


def tell(connection: Connection, place: Place, names: Collection[str]) -> None:
    """Write the past of these stories, up to the moment the feed has reached, and count it."""
    from data.seed.demo import Demo

    region = place.region
    at = datetime.fromisoformat(marked(connection, region, FEED_AT) or "")
    since, seed = marked(connection, region, HISTORY_FROM), marked(connection, region, SEED)
    fill_lists(connection, place, at)
    demo = Demo(place, int(seed or 0), rules_of(connection, place))
    for story in demo.stories:
        if story.name in names:
            first = story.first_day(day_number(at), day_number(at) - int(since or 0))
            _write(connection, region, story, first, at)
            mark(connection, region, TOLD + story.name, str(first))


def _write(connection: Connection, region: int, story: "Story", first: int, at: datetime) -> None:
    from data.seed.demo.stories import known_rows

    today, now = day_number(at), int(at.timestamp())
    for day in range(first, today + 1):
        for table, rows in known_rows([story], day, now).items():
            ledger.load_rows(connection, region, table, rows)
    for table, standing in story.standing(now).items():
        ledger.load_rows(connection, region, table, standing)
    for table in dict.fromkeys((*story.tables, *story.standing_tables)):
        rebuild(connection, region, cubes_of(table))
        ledger.touch(connection, region, table.name, at)
