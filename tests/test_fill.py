"""The first filling: the same rows however it is written, whole or not at all, by one start at a time."""

import multiprocessing
import os
import signal
import struct
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, inspect, select, text

from dashboard.fill import FILLED, UNFINISHED, fact_tables, marked
from dashboard.place import prepared
from dashboard.progress import Progress
from dashboard.settings import Settings
from data import ledger
from data.db import DatabaseUnavailable, engine_for, reading
from data.rollups import differences
from data.schema import REGION, case_file, case_step, marker
from data.seed.demo import Demo
from data.seed.demo.scribes import Past, received, written
from data.seed.places import load_place
from data.solitude import WAITING, alone

ROOT = Path(__file__).parents[1]
UNTIL = datetime(2026, 6, 18, 6, 0, tzinfo=UTC)
PLACE = load_place("haojiang")
FEW = Settings(history_days=2)
START = """
import sys
from datetime import datetime
from dashboard.place import prepared
from dashboard.settings import Settings
from data.db import engine_for
if __name__ == "__main__":
    url, days = sys.argv[1], int(sys.argv[2])
    prepared(engine_for(url), Settings(history_days=days), datetime.fromisoformat(sys.argv[3]), lambda text: print(text, flush=True))
"""
TELL = """
from hashlib import blake2b
from datetime import UTC, datetime
from data.seed.demo import Demo
from data.seed.demo.scribes import Past
from data.seed.places import load_place
demo, until = Demo(load_place("haojiang")), datetime(2026, 6, 18, 6, 0, tzinfo=UTC)
standing = ((table.name, rows) for table, rows in demo.standing(until).items())
for told in (*Past("haojiang", 440512, demo.rules, until, 5).pages(), *standing):
    print(blake2b(repr(told).encode(), digest_size=8).hexdigest())
"""


def past(days: int, seed: int = 440512, until: datetime = UNTIL) -> Past:
    return Past(PLACE.key, seed, Demo(PLACE).rules, until, days)


def digest(engine: Engine) -> str:
    """Every fact and counter of a database, in one number."""
    found = blake2b(digest_size=16)
    ledger.all_cubes()
    with engine.connect() as connection:
        for name in [*fact_tables(), *sorted(cube.table.name for cube in ledger.all_cubes())]:
            rows = sorted(tuple(map(_plain, row)) for row in connection.execute(text(f"SELECT * FROM {name}")))
            found.update(repr((name, rows)).encode())
    return found.hexdigest()


def _plain(value: object) -> tuple[int, float, str]:
    """Comparable, and the same for both engines: a truth is 0 or 1."""
    return (0, 0, "") if value is None else (1, 0, value) if isinstance(value, str) else (2, float(value), "")  # type: ignore[arg-type]


def start(url: str, days: int) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", START, url, str(days), UNTIL.isoformat()]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def test_many_scribes_write_what_one_writes() -> None:
    alone_, together = list(written(past(4), 1)), list(written(past(4), 3))
    assert alone_ == together
    assert [len(page[case_file.name]) > 0 for page in alone_] == [True] * 5


def test_another_seed_or_moment_is_another_past() -> None:
    first = next(written(past(1)))
    assert first == next(written(past(1)))
    assert first != next(written(past(1, seed=7)))
    assert first != next(written(past(1, until=UNTIL - timedelta(hours=9))))


def test_every_process_tells_the_same_past() -> None:
    """Sets of texts have another order in every process; nothing may follow from it."""
    told = [
        subprocess.run([sys.executable, "-c", TELL], cwd=ROOT, env=os.environ | {"PYTHONHASHSEED": number}, capture_output=True, check=True)
        for number in ("1", "2", "3")
    ]
    assert len({process.stdout for process in told}) == 1
    assert told[0].stdout


def test_a_scribe_that_dies_is_told() -> None:
    pages = written(past(60), 2)
    next(pages)
    for process in multiprocessing.active_children():
        process.kill()
    with pytest.raises(ChildProcessError, match="start again"):
        list(pages)


@pytest.mark.parametrize("sent", [b"", struct.pack("!i", 100) + b"half a page"])
def test_a_scribe_that_dies_within_a_page_is_told_too(sent: bytes) -> None:
    reader, writer = multiprocessing.Pipe(duplex=False)
    os.write(writer.fileno(), sent)
    writer.close()
    with pytest.raises(ChildProcessError, match="start again"):
        received(reader)


def test_both_engines_hold_the_same(engine: Engine, tmp_path: Path) -> None:
    prepared(engine, FEW, UNTIL, lambda _: None)
    other = engine_for(f"sqlite:///{tmp_path / 'aside.db'}")  # without tables: this one is filled aside
    prepared(other, FEW, UNTIL, lambda _: None)
    assert digest(engine) == digest(other)
    with reading(other) as connection:
        assert differences(connection, PLACE.region, ledger.all_cubes()) == []
        wanted = {index.name for table in fact_tables().values() for index in table.indexes}
        assert wanted <= {index["name"] for table in fact_tables() for index in inspect(other).get_indexes(table)}
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    assert [path.name for path in sorted(tmp_path.glob("aside.db*"))] == ["aside.db", "aside.db-shm", "aside.db-wal", "aside.db.lock"]
    other.dispose()


def test_a_second_start_changes_and_says_nothing(engine: Engine) -> None:
    prepared(engine, FEW, UNTIL, lambda _: None)
    before, says = digest(engine), list[str]()
    prepared(engine, FEW, UNTIL + timedelta(days=1), says.append)
    assert (digest(engine), says) == (before, [])


def test_a_second_place_joins_the_same_database(engine: Engine) -> None:
    prepared(engine, Settings(place="boston"), UNTIL, lambda _: None)
    prepared(engine, FEW, UNTIL, lambda _: None)
    with reading(engine) as connection:
        assert set(connection.execute(select(marker.c[REGION]).where(marker.c.key == FILLED)).scalars()) == {
            PLACE.region, load_place("boston").region,
        }  # fmt: skip
        assert differences(connection, PLACE.region, ledger.all_cubes()) == []
        kept = {index["name"] for index in inspect(engine).get_indexes(case_file.name)}
    assert {index.name for index in case_file.indexes} <= kept


def test_a_killed_filling_leaves_nothing_and_the_next_start_begins_anew(tmp_path: Path) -> None:
    url, aside = f"sqlite:///{tmp_path / 'wall.db'}", tmp_path / "wall.db.filling"
    process = start(url, 30)
    assert process.stdout is not None
    while "%" not in (line := process.stdout.readline()) or " 0 %" in line:
        assert process.poll() is None, line
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert aside.exists()
    engine, says = engine_for(url), list[str]()
    assert inspect(engine).get_table_names() == []
    prepared(engine, FEW, UNTIL, says.append)
    assert says[0] == UNFINISHED and "100 %" in says[-1]
    assert not aside.exists()
    with reading(engine) as connection:
        assert marked(connection, PLACE.region, FILLED)
        assert differences(connection, PLACE.region, ledger.all_cubes()) == []
    engine.dispose()


def test_scribes_end_with_the_process_that_started_them(tmp_path: Path) -> None:
    process = start(f"sqlite:///{tmp_path / 'wall.db'}", 70)
    assert process.stdout is not None
    while "%" not in (line := process.stdout.readline()) or " 0 %" in line:
        assert process.poll() is None, line
    scribes = children(process.pid)
    assert len(scribes) >= min(2, os.cpu_count() or 1)
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    until = time.monotonic() + 20
    while any(Path(f"/proc/{number}").exists() for number in scribes) and time.monotonic() < until:
        time.sleep(0.05)
    assert [number for number in scribes if Path(f"/proc/{number}").exists()] == []


def children(process: int) -> list[int]:
    return [int(number) for path in Path(f"/proc/{process}/task").glob("*/children") for number in path.read_text().split()]


def test_two_starts_at_once_fill_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'wall.db'}"
    said = [process.communicate()[0] for process in [start(url, 6), start(url, 6)]]
    filled = [text for text in said if "100 %" in text]
    assert len(filled) == 1 and UNFINISHED not in "".join(said)
    assert "Traceback" not in "".join(said)
    engine = engine_for(url)
    with reading(engine) as connection:
        assert differences(connection, PLACE.region, ledger.all_cubes()) == []
        pages = written(past(6))
        assert connection.execute(select(func.count()).select_from(case_step)).scalar() == sum(len(page["case_step"]) for page in pages)
    engine.dispose()


def test_whoever_comes_second_waits_and_says_so(engine: Engine) -> None:
    order: list[str] = []
    inside, go_on = threading.Event(), threading.Event()

    def first() -> None:
        with alone(engine, order.append):
            inside.set()
            go_on.wait(10)
            order.append("first leaves")

    def said(text: str) -> None:
        order.append(text)
        go_on.set()

    thread = threading.Thread(target=first)
    thread.start()
    assert inside.wait(10)
    with alone(engine, said):
        order.append("second is in")
    thread.join()
    assert order == [WAITING, "first leaves", "second is in"]


def test_a_database_nobody_answers_for_is_refused_before_anything() -> None:
    with pytest.raises(DatabaseUnavailable, match="cannot be opened"):
        prepared(engine_for("postgresql://nobody@127.0.0.1:1/none"), FEW, UNTIL, lambda _: None)
    with pytest.raises(DatabaseUnavailable, match="cannot be opened"):
        prepared(engine_for("sqlite:////no/such/folder/wall.db"), FEW, UNTIL, lambda _: None)


def test_progress_says_each_percentage_once_and_the_whole_at_the_end() -> None:
    says: list[str] = []
    progress = Progress(says.append, "task")
    for step in range(1000):
        progress.at(step / 900)
    progress.done()
    shares = [int(line.split("]")[1].strip().split(" ")[0]) for line in says]
    assert shares == list(range(101))
    assert says[-1].endswith("100 %\n") and "·" not in says[-1]


def test_a_place_without_a_demonstration_shows_no_progress(engine: Engine) -> None:
    says: list[str] = []
    prepared(engine, Settings(place="boston"), UNTIL, says.append)
    assert says == []
