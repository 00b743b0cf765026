"""Engines: SQLite (WAL) as the embedded default, PostgreSQL in production, one schema for both."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as sqlite_dbapi
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

KEPT = "view"  # under this name a connection keeps what it read in a consistent view; see data.view
WAL_RESET_FIXED = (3, 51, 3)  # sqlite.org/wal.html#walresetbug: earlier builds can corrupt with two writing connections
BUSY_TIMEOUT_MS = 15_000
CONNECT_TIMEOUT_S = 5
ALLOWED = "allowed are sqlite:///FILE in a folder that can be written and postgresql://USER@HOST/NAME of a server that answers"


class DatabaseUnavailable(Exception):
    """The database named by DATABASE_URL cannot be used; the message says what was found and what is needed."""


def engine_for(url: str, pool_size: int = 8) -> Engine:
    """An engine for `sqlite:///path` or `postgresql://…`. Raises DatabaseUnavailable for other addresses."""
    try:
        if url.startswith("sqlite"):
            return _sqlite(url, pool_size)
        if url.startswith("postgresql"):
            return _postgresql(url, pool_size)
    except (ArgumentError, ValueError) as error:
        raise DatabaseUnavailable(f"DATABASE_URL={url.split('@')[-1]!r}: {str(error).splitlines()[0]}; {ALLOWED}") from error
    raise DatabaseUnavailable(f"DATABASE_URL={url.split('@')[-1]!r}: {ALLOWED}")


def _postgresql(url: str, pool_size: int) -> Engine:
    address = url.replace("postgresql://", "postgresql+psycopg://", 1)
    patience = {"connect_timeout": CONNECT_TIMEOUT_S}
    return create_engine(address, pool_size=pool_size, max_overflow=8, pool_pre_ping=True, connect_args=patience)


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
        kept = connection.info
        kept[KEPT] = {}
        try:
            yield connection
        finally:
            kept.pop(KEPT)
            connection.rollback()


def reachable(engine: Engine) -> None:
    """Nothing, or DatabaseUnavailable with one line that says why."""
    address = engine.url.render_as_string()
    file = engine.url.database if engine.dialect.name == "sqlite" else None
    if file and Path(file).exists() and not os.access(file, os.W_OK):
        raise DatabaseUnavailable(f"DATABASE_URL: {address} cannot be written; {ALLOWED}")
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT count(*) FROM sqlite_master" if file else "SELECT 1"))
    except (SQLAlchemyError, sqlite_dbapi.Error) as error:
        reason = str(getattr(error, "orig", error)).splitlines()[0]
        raise DatabaseUnavailable(f"DATABASE_URL: {address} cannot be opened: {reason}; {ALLOWED}") from error
