"""Engines: SQLite (WAL) as the embedded default, PostgreSQL in production, one schema for both."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pysqlite3.dbapi2 as sqlite_dbapi
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import SQLAlchemyError

WAL_RESET_FIXED = (3, 51, 3)  # sqlite.org/wal.html#walresetbug: earlier builds can corrupt with two writing connections
BUSY_TIMEOUT_MS = 15_000


class DatabaseUnavailable(Exception):
    """The database named by DATABASE_URL cannot be used; the message says what was found and what is needed."""


def engine_for(url: str, pool_size: int = 8) -> Engine:
    """An engine for `sqlite:///path` or `postgresql+psycopg://…`. Raises DatabaseUnavailable for other addresses."""
    if url.startswith("sqlite"):
        return _sqlite(url, pool_size)
    if url.startswith("postgresql"):
        address = url.replace("postgresql://", "postgresql+psycopg://", 1)
        return create_engine(address, pool_size=pool_size, max_overflow=8, pool_pre_ping=True)
    raise DatabaseUnavailable(f"DATABASE_URL={url.split('@')[-1]!r}: allowed are sqlite:///FILE and postgresql://USER@HOST/NAME")


def _sqlite(url: str, pool_size: int) -> Engine:
    if sqlite_dbapi.sqlite_version_info < WAL_RESET_FIXED:
        raise DatabaseUnavailable(f"SQLite {sqlite_dbapi.sqlite_version} can lose data with several writers; 3.51.3 or newer is needed")
    engine = create_engine(url, module=sqlite_dbapi, pool_size=pool_size, connect_args={"check_same_thread": False})

    @event.listens_for(engine, "connect")
    def configure(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None  # transactions begin below, so that writers queue instead of failing
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", f"busy_timeout={BUSY_TIMEOUT_MS}", "foreign_keys=ON",
                       "secure_delete=ON", "cache_size=-65536", "temp_store=MEMORY"):  # fmt: skip
            connection.execute(f"PRAGMA {pragma}")

    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that takes SQLite's write lock at once; commits at the end, rolls back on any error."""
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        try:
            yield connection
        except BaseException:
            connection.rollback()
            raise
        connection.commit()


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One consistent view of the database; nothing can be changed through it."""
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN")
        else:
            connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
        try:
            yield connection
        finally:
            connection.rollback()


def reachable(engine: Engine) -> None:
    """Nothing, or DatabaseUnavailable with one line that says why."""
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", error)).splitlines()[0]
        raise DatabaseUnavailable(f"DATABASE_URL: {engine.url.render_as_string()} cannot be opened: {reason}") from error
