"""Databases to measure on: a demo district of some weeks, made longer or denser in SQL.

A base is generated once and kept below var/bench until the program changes. Longer histories are copies of its closed cases, shifted
back by whole lengths of the base: the newest weeks stay as they are, so that what a screen shows is the same.
"""

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Table

from bench.past import lengthen_told
from dashboard.create import build_id
from dashboard.place import prepared
from dashboard.settings import ROOT, Settings
from dashboard.watcher import wall_clock
from data import ledger
from data.columns import UtcDateTime
from data.db import engine_for, writing
from data.schema import case_file, grid_day, whistle
from data.seed.demo.stories import told_tables
from data.seed.places import load_place

PLACE = "haojiang"
BASE_DAYS = 73  # ten of them are two years; windows, comparisons and bands reach back 60 days
FOLDER = ROOT / "var" / "bench"
MANY = 5_000  # facts of a kind in the base that are worth thinning
FULL = os.environ.get("BENCH_FULL") == "1"
BESIDE, BEFORE = 10**13, 10**16  # what the number of a copy is moved by: at the same moments, and of an earlier time
DAYS = ("reported_on", "due_on", "closed_on", "issued_on", "day")
HOURS = ("reported_hour",)
ORIGINAL = {  # what is copied: the closed cases of the base, its whistles and patrol days
    "case_file": f"WHERE NOT open AND id < {BEFORE}",
    "whistle": f"WHERE id < {BEFORE}",
    "grid_day": f"WHERE day > (SELECT max(day) FROM grid_day) - {BASE_DAYS + 1}",
}


def settings_for(path: Path, days: int = BASE_DAYS, **others: object) -> Settings:
    """Settings for a database file."""
    return Settings(place=PLACE, database_url=f"sqlite:///{path}", history_days=days, **others)  # type: ignore[arg-type]


def base() -> tuple[Path, datetime]:
    """The base database and the moment its history ends; generated when there is none of this build and day."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"base-{build_id()}.db"
    stamp = path.with_suffix(".moment")
    if not stamp.exists():
        for old in FOLDER.glob("base-*"):
            old.unlink()
        now = wall_clock().replace(microsecond=0)
        engine = engine_for(settings_for(path).database)
        prepared(engine, settings_for(path), now, lambda _: None)
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        engine.dispose()
        stamp.write_text(now.isoformat(), "utf-8")
    return path, datetime.fromisoformat(stamp.read_text("utf-8"))


@contextmanager
def copied(source: Path) -> Iterator[Path]:
    """A copy that is gone afterwards."""
    with tempfile.TemporaryDirectory(dir=FOLDER, prefix="run-") as folder:
        path = Path(folder) / "wall.db"
        shutil.copy(source, path)
        yield path


@contextmanager
def reshaped(source: Path, now: datetime, reshape: Callable[[Connection], None]) -> Iterator[tuple[Path, float]]:
    """A copy with other facts and every counter recomputed, and the processor seconds that took; gone afterwards."""
    with copied(source) as path:
        engine = engine_for(settings_for(path).database)
        with writing(engine) as connection:
            reshape(connection)
        engine.dispose()
        yield path, counted(path, now)


def thin(connection: Connection, keep: int, of: int) -> None:
    """Leave `keep` of `of` cases and, in the same share, whistles, patrol days and the facts there are most of."""
    many = [table for table in told_tables() if counted_rows(connection, table) > MANY]
    for table in (case_file, whistle, grid_day, *many):
        connection.exec_driver_sql(f"DELETE FROM {table.name} WHERE rowid % {of} >= {keep}")
    connection.exec_driver_sql("DELETE FROM case_step")


def counted_rows(connection: Connection, table: Table) -> int:
    """How many rows a table has."""
    return int(connection.exec_driver_sql(f"SELECT count(*) FROM {table.name}").scalar_one())


def lengthen(connection: Connection, times: int) -> None:
    """Put the closed past before itself, `times` − 1 times, each copy a whole length of the base earlier."""
    for copy in range(1, times):
        for table in (case_file, whistle, grid_day):
            _copy(connection, table, copy * BEFORE, (BASE_DAYS + 1) * copy, ORIGINAL[table.name])
    lengthen_told(connection, (BASE_DAYS + 1) * times)


def densify(connection: Connection, times: int) -> None:
    """Put every case beside itself, `times` − 1 times, at the same moments."""
    for copy in range(1, times):
        _copy(connection, case_file, copy * BESIDE, 0, f"WHERE id < {BESIDE}")


def _copy(connection: Connection, table: Table, moved: int, days: int, where: str) -> None:
    shifted = ", ".join(_shifted(table, column.name, moved, days) for column in table.columns)
    names = ", ".join(table.columns.keys())
    connection.exec_driver_sql(f"INSERT INTO {table.name} ({names}) SELECT {shifted} FROM {table.name} {where}")


def _shifted(table: Table, name: str, moved: int, days: int) -> str:
    if name in ("id", "case_id"):
        return f"{name} + {moved}"
    if name in ("number", "source_id"):
        return f"{name} || '-{moved}'"
    if isinstance(table.c[name].type, UtcDateTime):
        return f"{name} - {days * 86400}"
    return f"{name} - {days}" if name in DAYS else f"{name} - {days * 24}" if name in HOURS else name


def counted(path: Path, now: datetime) -> float:
    """Recompute every counter; returns the processor seconds it took."""
    engine = engine_for(settings_for(path).database)
    start = time.process_time()
    with writing(engine) as connection:
        ledger.rebuild_all(connection, load_place(PLACE).region, now)
    spent = time.process_time() - start
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return spent
