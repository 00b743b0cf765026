"""A ninth module is three new files and no edit anywhere else: it appears on the wall, on the desk and in the interface."""

import json
import shutil
import sqlite3
from datetime import UTC, datetime

import pytest

from data.columns import day_number
from tests.processes import ROOT, answer, free_port, running, until

SUBJECT = '''"""Street lamps as numbers."""

from data.cubes import Cube
from data.measures import Measure, Ratio
from data.schema import case_file

lamp_cube = Cube(
    name="street_lamp",
    fact=case_file,
    day="reported_on",
    areas=("grid", "community", "subdistrict"),
    wide_areas=("subdistrict",),
    by={"unit": "unit"},
    counters={"lamps": case_file.c.kind == "component", "lamps_closed": case_file.c.closed_on.is_not(None)},
)
CUBES = (lamp_cube,)
lamps = Measure(lamp_cube, "lamps")
mended = Ratio(Measure(lamp_cube, "lamps_closed"), lamps)
'''
MODULE = '''"""Street lamps: is it light?"""

from data.subjects import street_lamps as lamps
from modules.spec import Bars, Kpi, Metric, Module, Trend, Unit, Window

reported = Metric("lamps_reported", "SL-01", lamps.lamps, Window.DAYS_7, Unit.COUNT, "local", "centre", "grid_platform")

MODULE = Module(
    key="street_lamps",
    order=90,
    lead=reported,
    panels=(Kpi(reported), Trend("lamps_by_hour", lamps.lamps), Bars("lamps_by_unit", lamps.lamps, "unit")),
)
'''
WORDS = """[module]
zh = "路灯"
en = "Street lamps"

[metric.lamps_reported]
zh = "路灯报修"
en = "Lamps reported"
formula_zh = "近七日上报的部件案件数"
formula_en = "component cases reported in seven days"

[panel.lamps_by_hour]
zh = "按时"
en = "By hour"

[panel.lamps_by_unit]
zh = "按单位"
en = "By unit"
"""


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A copy of the program with three more files, running over a fresh district of a few days."""
    root = tmp_path_factory.mktemp("ninth")
    for name in ("app.py", "dashboard", "layouts", "modules", "data", "assets"):
        source = ROOT / name
        ignore = shutil.ignore_patterns("__pycache__", "*.woff2")
        shutil.copytree(source, root / name, ignore=ignore) if source.is_dir() else shutil.copy(source, root)
    for path, text in (("data/subjects", SUBJECT), ("modules", MODULE)):
        (root / path / "street_lamps.py").write_text(text, "utf-8")
    (root / "modules" / "strings" / "street_lamps.toml").write_text(WORDS, "utf-8")
    port, log = free_port(), root / "log"
    url = f"http://127.0.0.1:{port}"
    settings = {"PORT": port, "DATABASE_URL": f"sqlite:///{root / 'wall.db'}", "WALL_HISTORY_DAYS": 8, "WALL_FEED_SPEED": 0}
    with running(log, "-m", "dashboard", "serve", root=root, **settings):
        until(lambda: answer(f"{url}/health")[0] == 200, 60, f"the server to answer:\n{log.read_text()}")
        yield url, root


def counted(root):
    with sqlite3.connect(root / "wall.db") as connection:
        query = "SELECT count(*) FROM case_file WHERE kind = 'component' AND reported_on > ?"
        return connection.execute(query, (day_number(datetime.now(UTC)) - 7,)).fetchone()[0]


def test_the_interface_lists_it(served):
    url, root = served
    rows = json.loads(answer(f"{url}/api/v1/modules?lang=en")[1])
    assert {"key": "street_lamps", "title": "Street lamps", "order": 90, "url": "/api/v1/modules/street_lamps/snapshot"} in rows
    told = json.loads(answer(f"{url}/api/v1/modules/street_lamps/snapshot")[1])
    assert told["readings"]["lamps_reported"]["value"] == counted(root) > 0
    assert set(told["panels"]) == {"lamps_reported", "lamps_by_hour", "lamps_by_unit"}
    assert "lamps_reported" in {entry["key"] for entry in json.loads(answer(f"{url}/api/v1/metrics")[1])}


@pytest.mark.parametrize("surface", ["wall", "desk"])
def test_it_is_on_the_screens(served, surface):
    url, root = served
    for lang, name in (("zh", "路灯报修"), ("en", "Lamps reported")):
        assert answer(f"{url}/{surface}/street_lamps?lang={lang}")[0] == 200
        body = answer(f"{url}/live/street_lamps?surface={surface}&lang={lang}")[1].decode()
        assert name in body
        assert f'"{counted(root)}"' in body


def test_the_overview_tells_of_it(served):
    url, _ = served
    told = json.loads(answer(f"{url}/api/v1/modules/overview/snapshot")[1])
    assert "street_lamps" in {row["module"] for row in told["panels"]["modules"]["rows"]}
    assert "Street lamps" in answer(f"{url}/live/overview?surface=wall&lang=en")[1].decode()
