"""The first filling of a database: areas, lists and, for a demonstration, its past. It is whole or it is not there."""

import os
from collections.abc import Callable
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, event, inspect, select

from dashboard.progress import Progress
from dashboard.settings import Settings
from data import ledger
from data.bulk import load, without_indexes
from data.calendars import Calendar
from data.cases import Rules
from data.columns import day_number
from data.db import engine_for, writing
from data.migrations import create
from data.rollups import rebuild, sign, upsert
from data.schema import (
    REGION,
    area,
    case_file,
    case_step,
    case_type,
    code,
    grid_day,
    grid_item,
    marker,
    post_group,
    source,
    unit,
    whistle,
)
from data.seed import catalogue
from data.seed.places import Place

FEED_AT = "feed_at"  # up to which moment the demo has lived
HISTORY_FROM = "history_from"  # the first day number of its past
FILLED = "filled"
SEED = "seed"
TOLD = "told:"  # and the name of a story: from which day on its past was told
LOADED = 0.75  # share of the time that loading takes; counting takes the rest
UNFINISHED = "the last start was interrupted while it filled the database; beginning anew\n"
UNSAFE = ("journal_mode=OFF", "synchronous=OFF", "locking_mode=EXCLUSIVE", "cache_size=-262144")  # a broken file is thrown away
Say = Callable[[str], None]


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


def fact_tables() -> dict[str, Table]:
    """The tables a demonstration's past is written into, by name."""
    from data.seed.demo import told_tables

    return {table.name: table for table in (case_file, case_step, whistle, grid_day, *told_tables())}


def is_new(engine: Engine) -> bool:
    """Whether this is a SQLite file without any table."""
    return engine.dialect.name == "sqlite" and bool(engine.url.database) and not inspect(engine).get_table_names()


def fill_aside(engine: Engine, place: Place, settings: Settings, now: datetime, say: Say) -> None:
    """Fill a new SQLite file beside the one asked for and put it there at once: a kill leaves nothing half.

    Call it alone (data.solitude): whoever else holds the empty file open would go on with it."""
    target = Path(str(engine.url.database))
    engine.dispose()
    aside = target.with_name(f"{target.name}.filling")
    if aside.exists():
        say(UNFINISHED)
        aside.unlink()
    filling = engine_for(f"sqlite:///{aside}", pool_size=1)
    event.listen(filling, "connect", _hasten)
    with writing(filling) as connection:
        create(connection)
        fill(connection, place, settings, now, say)
    filling.dispose()
    _put(aside, target)


def fill(connection: Connection, place: Place, settings: Settings, now: datetime, say: Say) -> None:
    """Write what the place knows before anything is reported, and a demonstration's past, in the caller's transaction."""
    fill_lists(connection, place, now)
    progress = Progress(say, "history")
    if place.demo:
        _fill_history(connection, place, settings, now, progress)
    ledger.derive_all(connection, place.region)
    cubes = ledger.all_cubes()
    for number, cube in enumerate(cubes):
        rebuild(connection, place.region, [cube])
        if place.demo:
            progress.at(LOADED + (1 - LOADED) * (number + 1) / len(cubes))
    for fact in sorted({cube.fact.name for cube in cubes}):
        ledger.touch(connection, place.region, fact, now)
    sign(connection, cubes)
    mark(connection, place.region, FILLED, now.isoformat())
    if place.demo:
        progress.done()


def _hasten(connection: Any, _record: Any) -> None:
    for pragma in UNSAFE:
        connection.execute(f"PRAGMA {pragma}")


def _put(aside: Path, target: Path) -> None:
    with aside.open("rb") as written:
        os.fsync(written.fileno())
    for left in ("-wal", "-shm"):
        target.with_name(target.name + left).unlink(missing_ok=True)  # of the empty file; they must not meet the new one
    aside.replace(target)


def fill_lists(connection: Connection, place: Place, now: datetime) -> None:
    """Write the place's areas and, for a demonstration, its code lists; what is there already stays as it is."""
    lists = [(area, place.areas())]
    if place.demo:
        lists += [
            (unit, catalogue.units()),
            (source, catalogue.sources()),
            (case_type, catalogue.case_types()),
            (code, catalogue.codes()),
            (grid_item, catalogue.items()),
            (post_group, catalogue.post_groups(place)),
        ]
    for table, rows in lists:
        known = {column.name for column in table.columns}
        kept = [{REGION: place.region, **{name: value for name, value in row.items() if name in known}} for row in rows]
        if kept:
            connection.execute(upsert(connection, table).on_conflict_do_nothing(), kept)
            ledger.touch(connection, place.region, table.name, now)


def _fill_history(connection: Connection, place: Place, settings: Settings, now: datetime, progress: Progress) -> None:
    from data.seed.demo import Demo  # a real place never needs them
    from data.seed.demo.scribes import Past, written

    days, rules = settings.history_days, rules_of(connection, place)
    facts = fact_tables()
    indexes = without_indexes(connection, facts.values())
    for number, page in enumerate(written(Past(place.key, settings.seed, rules, now, days))):
        for name, values in page.items():
            load(connection, facts[name], values)
        progress.at(LOADED * number / (days + 1))
    demo = Demo(place, settings.seed, rules)
    for table, rows in chain(demo.standing(now).items(), demo.before(now, days)):
        ledger.load_rows(connection, place.region, table, rows)
    for index in indexes:
        connection.execute(index)
    mark(connection, place.region, HISTORY_FROM, str(day_number(now) - days))
    mark(connection, place.region, FEED_AT, now.isoformat())
    mark(connection, place.region, SEED, str(settings.seed))
    for story in demo.stories:
        mark(connection, place.region, TOLD + story.name, str(story.first_day(day_number(now), days)))
