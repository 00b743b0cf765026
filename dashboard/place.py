"""The running place: its areas, lists and history brought into the database, once."""

import sys
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection, Engine, func, insert, select

from dashboard.locality import Locality
from dashboard.settings import Settings
from data import ledger
from data.calendars import Calendar
from data.cases import Rules
from data.columns import day_number
from data.db import DatabaseUnavailable, reachable, reading, writing
from data.rollups import upsert
from data.schema import (
    REGION,
    area,
    case_type,
    grid_day,
    grid_item,
    marker,
    metadata,
    post_group,
    source,
    unit,
    whistle,
)
from data.seed import catalogue
from data.seed.places import Place, load_place
from data.subjects import cubes_of

SCHEMA = "1"
FEED_AT = "feed_at"  # up to which moment the demo has lived
HISTORY_FROM = "history_from"  # the first day number of its past


def locality_of(place: Place) -> Locality:
    """How the rest of the application knows the place."""
    names = {
        "key": place.key,
        "name_zh": place.name_zh,
        "name_en": place.name_en,
        "root": place.root,
        "timezone": place.timezone,
        "bounds": place.bounds,
        "layers": place.layers(),
        "note_zh": place.map_note_zh,
        "note_en": place.map_note_en,
        "as_of": place.as_of,
    }
    return Locality(place.key, place.region, place.root, place.zone, place.demo, names, place.as_of)


def marked(connection: Connection, region: int, key: str) -> str | None:
    """A marker's value."""
    return connection.execute(select(marker.c.value).where(marker.c[REGION] == region, marker.c.key == key)).scalar()


def mark(connection: Connection, region: int, key: str, value: str) -> None:
    """Set a marker."""
    statement = upsert(connection, marker).values(region=region, key=key, value=value)
    connection.execute(statement.on_conflict_do_update(index_elements=["region", "key"], set_={"value": value}))


def rules_of(connection: Connection, place: Place) -> Rules:
    """The loop's rules with the limits of the place's case types."""
    rows = connection.execute(
        select(case_type.c.key, case_type.c.clock, case_type.c.limit_value).where(case_type.c[REGION] == place.region)
    )
    limits = {key: (clock, value) for key, clock, value in rows if value is not None}
    calendar = Calendar.load(place.calendar, place.zone) if place.calendar else Calendar(place.zone)
    return Rules.load(calendar, limits)


def prepared(engine: Engine, settings: Settings, now: datetime, say: Callable[[str], None]) -> Place:
    """The place with its tables, lists and, for a demo place, its history. Does nothing that is done already."""
    place = load_place(settings.place)
    reachable(engine)
    cubes_of(None)  # every subject's counters are tables too
    metadata.create_all(engine)
    with reading(engine) as connection:
        found = marked(connection, place.region, "schema")
        if found is not None and int(found) > int(SCHEMA):
            raise DatabaseUnavailable(
                f"DATABASE_URL: the database has schema {found}, this program knows {SCHEMA}; install the newer program"
            )
        if found is not None and marked(connection, place.region, "filled"):
            return place
    with writing(engine) as connection:
        _fill_lists(connection, place)
        if place.demo:
            fill_history(connection, place, settings, now, say)
        ledger.rebuild_all(connection, place.region, now)
        mark(connection, place.region, "schema", SCHEMA)
        mark(connection, place.region, "filled", now.isoformat())
    return place


def _fill_lists(connection: Connection, place: Place) -> None:
    lists = [(area, place.areas())]
    if place.demo:
        lists += [
            (unit, catalogue.units()),
            (source, catalogue.sources()),
            (case_type, catalogue.case_types()),
            (grid_item, catalogue.items()),
            (post_group, catalogue.post_groups(place)),
        ]
    for table, rows in lists:
        known = {column.name for column in table.columns}
        if rows and not connection.execute(select(func.count()).select_from(table).where(table.c[REGION] == place.region)).scalar():
            kept = [{REGION: place.region, **{name: value for name, value in row.items() if name in known}} for row in rows]
            connection.execute(insert(table), kept)


def fill_history(connection: Connection, place: Place, settings: Settings, now: datetime, say: Callable[[str], None]) -> None:
    """Write the demo district's past through the same doors as a real source."""
    from data.seed.demo import Demo  # a real place never needs it

    days = settings.history_days
    demo = Demo(place, settings.seed, rules_of(connection, place))
    first = day_number(now) - days
    for chapter in demo.chapters(now, days):
        ledger.load_cases(connection, place.region, chapter.cases)
        ledger.load_rows(connection, place.region, whistle, chapter.whistles)
        ledger.load_rows(connection, place.region, grid_day, chapter.grid_days)
        say(f"\r{progress(chapter.day - first, days)}")
    mark(connection, place.region, HISTORY_FROM, str(first))
    mark(connection, place.region, FEED_AT, now.isoformat())
    say(" counting …\n")


def progress(count: int, total: int, width: int = 32) -> str:
    """A progress bar."""
    done = min(width, width * count // max(1, total))
    return f"history [{'█' * done}{'·' * (width - done)}] {min(100, 100 * count // max(1, total)):3d} %"


def say_on_terminal(text: str) -> None:
    """Write progress where a person sees it."""
    sys.stderr.write(text)
    sys.stderr.flush()
