"""A module that cannot be read keeps its last numbers and says so; the others go on; the log says it once, and its return once."""

import logging
import re
import shutil
import subprocess
import sys

import pytest

from dashboard.create import create_app
from dashboard.settings import Settings
from data import ledger
from data.db import writing
from layouts.shell import banner
from layouts.text import words_for
from layouts.view import View
from tests.conftest import DEMO_NOW
from tests.processes import ROOT, environment, free_port, until

TABLE, AWAY = "rollup_grid_day", "rollup_grid_day_away"
REGION = 440512


@pytest.fixture
def app(tmp_path, demo_copy):
    made = create_app(Settings(database_url=f"sqlite:///{demo_copy(tmp_path)}"), lambda: DEMO_NOW)
    yield made
    made.close()


def rename(app, old, new):
    with writing(app.live.engine) as connection:
        connection.exec_driver_sql(f"ALTER TABLE {old} RENAME TO {new}")


def commit_something(app):
    """A fact every module shows is touched; returns once the watcher has seen it."""
    before = app.live.watcher.sequence
    with writing(app.live.engine) as connection:
        for fact in ("case_file", "grid_day"):
            ledger.touch(connection, REGION, fact, DEMO_NOW)
    app.live.watcher.wait(before, 5)


def lines(caplog, words):
    return [record for record in caplog.records if words in record.getMessage()]


def test_it_keeps_its_last_numbers_and_says_so(app, caplog):
    caplog.set_level(logging.INFO)
    client, live = app.server.test_client(), app.live
    good = live.snapshot("grid_management")
    assert not good.stale
    rename(app, TABLE, AWAY)
    for _ in range(3):
        commit_something(app)
        bad = live.snapshot("grid_management")
        live.snapshot("grid_management", "440512001")
        assert bad.stale
        assert bad.error
        assert bad.readings == good.readings
        assert bad.as_of == good.as_of
        assert not live.snapshot("overview").stale
    for surface in ("wall", "desk"):
        told = client.get(f"/live/grid_management?surface={surface}").get_json()
        assert told["stale"] is True
        assert client.get(f"/live/overview?surface={surface}").get_json()["stale"] is False
    assert client.get("/api/v1/modules/grid_management/snapshot").get_json()["stale"] is True
    sign = banner(View(bad, words_for("en"), "wall"))
    assert sign.hidden is False
    assert len(lines(caplog, "cannot be taken")) == 1
    rename(app, AWAY, TABLE)
    commit_something(app)
    assert not live.snapshot("grid_management").stale
    assert not live.snapshot("grid_management", "440512001").stale
    assert client.get("/live/grid_management").get_json()["stale"] is False
    assert len(lines(caplog, "is taken again")) == 1


def test_it_comes_back_without_a_commit(app):
    rename(app, TABLE, AWAY)
    commit_something(app)
    bad = app.live.snapshot("grid_management")
    assert bad.stale
    rename(app, AWAY, TABLE)
    until(lambda: app.live.watcher.versions["grid_management"] != bad.version, 20, "a new version to be offered")
    assert not app.live.snapshot("grid_management").stale


def test_one_that_never_could_be_read_has_its_places(app):
    rename(app, TABLE, AWAY)
    commit_something(app)
    client = app.server.test_client()
    snapshot = app.live.snapshot("grid_management")
    assert snapshot.stale
    assert snapshot.panels
    for lang in ("zh", "en"):
        for surface in ("wall", "desk"):
            found = client.get(f"/live/grid_management?surface={surface}&lang={lang}")
            assert found.status_code == 200
            assert found.get_json()["stale"] is True
        assert client.get(f"/wall/grid_management?lang={lang}").status_code == 200


BROKEN = {
    "limits in the wrong order": (r"limits=Limits\([^)]*\)", "limits=Limits(80, 90, 95)", "wrong order"),
    "a panel twice": (r'Trend\("intake_today"', 'Trend("map"', "used twice"),
    "no such panel in the briefing": (r'panels=\(\s+"funnel"', 'panels=("nix"', "unknown panels"),
    "another key than its file": (r'key="grid_management"', 'key="grid"', "declares the key 'grid'"),
    "no Python": (r"^MODULE = ", "MODULE == = ", "invalid syntax"),
    "nothing declared": (r"^MODULE = ", "OTHER = ", "MODULE"),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_declaration_is_refused_by_its_name(tmp_path, fault):
    for name in ("app.py", "dashboard", "layouts", "modules", "data"):
        source, ignore = ROOT / name, shutil.ignore_patterns("__pycache__")
        shutil.copytree(source, tmp_path / name, ignore=ignore) if source.is_dir() else shutil.copy(source, tmp_path)
    path = tmp_path / "modules" / "grid_management.py"
    pattern, broken, said = BROKEN[fault]
    text, count = re.subn(pattern, broken, path.read_text("utf-8"), count=1, flags=re.MULTILINE)
    assert count
    path.write_text(text, "utf-8")
    done = subprocess.run(
        [sys.executable, "app.py"], cwd=tmp_path, env=environment(PORT=free_port()), capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert "modules/grid_management.py is refused" in done.stderr
    assert said in done.stderr
