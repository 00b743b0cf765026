"""Versions of the schema: what a database has, what this program knows, and the steps between them.

Revisions are numbered 0001, 0002 … A new database is made from the tables as they are declared and stamped with the last one.
"""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, Connection, Engine, MetaData, String, Table, delete, insert, inspect, select

from data import audit, ledger
from data import editions as editions  # its tables are made with the others
from data import sendings as sendings  # so is its own
from data.db import DatabaseUnavailable, reading, writing
from data.rollups import sign
from data.schema import REGION, marker, metadata

if TYPE_CHECKING:
    from alembic.config import Config

FOLDER = Path(__file__).parent
STAMP = Table("alembic_version", MetaData(), Column("version_num", String(32), primary_key=True))


def known(folder: Path = FOLDER) -> list[str]:
    """The revisions this program knows, oldest first."""
    return sorted(path.name[:4] for path in (folder / "versions").glob("[0-9]*_*.py"))


def found(connection: Connection) -> str | None:
    """The revision a database has; None for one without tables. Tables without a stamp are those of the first revision."""
    tables = set(inspect(connection).get_table_names())
    if STAMP.name in tables:
        return connection.execute(select(STAMP.c.version_num)).scalar()
    return known()[0] if marker.name in tables else None


def create(connection: Connection) -> None:
    """Every table as it is declared, what guards the audit, and the stamp of the last revision."""
    ledger.all_cubes()  # every subject's counters are tables too
    metadata.create_all(connection)
    audit.guard(connection)
    stamp(connection, known()[-1])


def stamp(connection: Connection, revision: str) -> None:
    """Say that the tables are those of a revision."""
    STAMP.create(connection, checkfirst=True)
    connection.execute(delete(STAMP))
    connection.execute(insert(STAMP).values(version_num=revision))


def bring_up(engine: Engine, now: datetime, say: Callable[[str], None], folder: Path = FOLDER) -> None:
    """Take the tables to the last revision, in one transaction. DatabaseUnavailable when they are of a newer program."""
    revisions = known(folder)
    with reading(engine) as connection:
        at = found(connection)
    if at == revisions[-1]:
        return
    if at is not None and at not in revisions:
        raise DatabaseUnavailable(
            f"DATABASE_URL: the database has schema revision {at}, this program knows {revisions[0]} to {revisions[-1]}; "
            "allowed is the newer program that wrote it, or another database"
        )
    with writing(engine) as connection:
        if at is None:
            create(connection)
        else:
            stamp(connection, at)
            _upgrade(connection, now, folder)
            say(f"the database is upgraded from schema revision {at} to {revisions[-1]}\n")


def config_for(connection: Connection, folder: Path = FOLDER) -> "Config":
    """What Alembic needs to work on an open connection; its transaction is the caller's."""
    from alembic.config import Config

    config = Config(folder / "alembic.ini")
    attributes: dict[str, Any] = config.attributes
    attributes["connection"] = connection
    return config


def _upgrade(connection: Connection, now: datetime, folder: Path) -> None:
    from alembic import command  # a start that finds everything in place does without

    command.upgrade(config_for(connection, folder), "head")
    audit.guard(connection)
    for region in connection.execute(select(marker.c[REGION]).distinct()).scalars().all():
        ledger.rebuild_all(connection, region, now)
    sign(connection, ledger.all_cubes())
