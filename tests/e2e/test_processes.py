"""Processes die: killed at any moment nothing is lost or doubled, told to stop they go at once and leave nothing behind."""

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import UTC, datetime

import pytest

from dashboard.settings import Settings
from dashboard.work import Worker
from data.db import engine_for
from data.seed.places import load_place
from tests.e2e.watched import Served
from tests.processes import ROOT, answer, descendants, environment, free_port, part, processes, until

SPEED = 60
BOTH = ("app.py",)
STEPS = "SELECT count(*) FROM case_step"
MOMENTS = "SELECT case_id, seq, action, at FROM case_step ORDER BY case_id, seq"


@pytest.fixture
def crowded(living_copy):
    """Puts a copy of today's demo district into a folder; from the minute the test began its feed runs fast."""
    began = int(time.time()) // 60 * 60

    def copy(folder):
        path = living_copy(folder)
        with sqlite3.connect(path) as connection:
            region, at = connection.execute("SELECT region, value FROM marker WHERE key = 'feed_at'").fetchone()
            since = max(began, int(datetime.fromisoformat(at).timestamp()))
            connection.execute(
                "INSERT INTO marker (region, key, value) VALUES (?, 'feed_paces', ?)", (region, json.dumps([[since, SPEED]]))
            )
        connection.close()
        return path

    return copy


@pytest.fixture
def both(tmp_path, crowded):
    return Served(tmp_path, crowded, free_port(), BOTH, WALL_FEED_SPEED=SPEED)


def rows(path, query):
    connection = sqlite3.connect(path)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def worker_below(process, name):
    """The process that answers below the one that starts it again: gunicorn's own child."""
    master = part(process.pid, name)
    return next((child for child, (above, _) in processes().items() if above == master), 0)


VICTIMS = (
    lambda process: part(process.pid, "work"),
    lambda process: part(process.pid, "serve"),
    lambda process: worker_below(process, "serve"),
)


def test_killed_at_any_moment_nothing_is_lost_or_doubled(both, tmp_path, crowded):
    path, chance = both.folder / "wall.db", random.Random(440512)
    (before,) = rows(path, STEPS)[0]
    with both.started() as process:
        until(lambda: answer(f"{both.url}/ready")[0] == 200, 60, "web and worker to be ready")
        for _ in range(6):
            time.sleep(chance.uniform(0.1, 2.5))
            victim = chance.choice(VICTIMS)(process)
            if victim:
                os.kill(victim, signal.SIGKILL)
        until(lambda: len(descendants(process.pid)) == 3, 60, "web, its master and the worker to run again")
        until(lambda: answer(f"{both.url}/ready")[0] == 200, 60, "both to be ready again")
        until(lambda: rows(path, STEPS) > [(before,)], 60, "the feed to go on")
        assert process.poll() is None
    assert "Traceback" not in both.log.read_text()
    verify = subprocess.run(
        [sys.executable, "-m", "dashboard", "rollups", "verify"],
        cwd=ROOT,
        env=environment(**both.settings),
        capture_output=True,
        text=True,
        check=False,
    )
    assert verify.stdout.strip().endswith("0 differences"), verify
    assert verify.returncode == 0
    assert not rows(path, "SELECT id FROM case_file GROUP BY source, source_id HAVING count(*) > 1")
    counted = "SELECT c.id FROM case_file c LEFT JOIN case_step s ON s.case_id = c.id GROUP BY c.id HAVING count(s.seq) <> c.steps_n"
    assert not rows(path, counted)
    assert not rows(path, "SELECT case_id FROM case_step GROUP BY case_id, action, at HAVING count(*) > 1")
    assert rows(path, MOMENTS) == rows(undisturbed(path, tmp_path, crowded), MOMENTS)


def undisturbed(path, tmp_path, crowded):
    """The same district, lived up to the same moment by one worker nobody killed."""
    (end,) = rows(path, "SELECT value FROM marker WHERE key = 'feed_at'")[0]
    folder = tmp_path / "undisturbed"
    folder.mkdir()
    other = crowded(folder)
    engine = engine_for(f"sqlite:///{other}")
    worker = Worker(engine, load_place("haojiang"), Settings(feed_speed=SPEED), lambda: datetime.fromisoformat(end).astimezone(UTC))
    while worker.tick():  # nobody else may look meanwhile: a second SQLite library in one process takes the first one's log away
        pass
    engine.dispose()
    return other


@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM])
def test_told_to_stop_both_go(both, told):
    with both.started() as process:
        until(lambda: part(process.pid, "serve") and part(process.pid, "work"), 30, "both parts")
        until(lambda: answer(f"{both.url}/ready")[0] == 200, 60, "both to be ready")
        started = descendants(process.pid)
        stream = subprocess.Popen([sys.executable, "-c", LISTEN, f"{both.url}/live/stream"], stdout=subprocess.PIPE)
        assert stream.stdout.readline()
        process.send_signal(told)
        assert process.wait(20) in (0, 130)
        stream.stdout.close()
        stream.kill()
        stream.wait(5)
        until(lambda: not set(started) & living(), 10, "everything it started to be gone")
    assert "Traceback" not in both.log.read_text()
    assert answer(f"{both.url}/health")[0] == 0


LISTEN = "import sys, urllib.request\nfor line in urllib.request.urlopen(sys.argv[1]): print(line, flush=True)"


def living():
    return {number for number, (_, command) in processes().items() if command != [""]}


def test_what_is_left_alone_ends(both):
    """The one that watches is killed: what it started must not go on and hold the port."""
    with both.started() as process:
        until(lambda: part(process.pid, "serve") and part(process.pid, "work"), 30, "both parts")
        started = descendants(process.pid)
        assert started
        both.killed(process)
        until(lambda: not set(started) & living(), 20, "what it started to end")


@pytest.mark.parametrize("name", ["serve", "work"])
def test_a_part_on_its_own_stops_on_ctrl_c(tmp_path, living_copy, name):
    alone = Served(tmp_path, living_copy, free_port(), ("-m", "dashboard", name), WALL_FEED_SPEED=0)
    process = subprocess.Popen(
        [sys.executable, *alone.command],
        cwd=ROOT,
        env=environment(**alone.settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    beat = "SELECT count(*) FROM heartbeat WHERE process = 'work'"
    ready = (lambda: answer(f"{alone.url}/health")[0] == 200) if name == "serve" else (lambda: rows(tmp_path / "wall.db", beat)[0][0])
    until(ready, 60, f"{name} to run")
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=20)
    assert process.returncode in (0, 130)
    assert "Traceback" not in said
