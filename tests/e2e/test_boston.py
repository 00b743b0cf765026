"""A user loads two months of another city while its wall is open: the cases appear by themselves, dated as what they are."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page

from tests.processes import ROOT, answer, environment, free_port, running, until

SAMPLE = ROOT / "tests" / "data" / "two_months_sample.csv"
SNAPSHOT = "/api/v1/modules/grid_management/snapshot"


@dataclass
class City:
    """The running place and its settings."""

    address: str
    settings: dict[str, str | int]

    def load(self) -> subprocess.Popen[bytes]:
        """Start loading the file beside the running application."""
        command = [sys.executable, "-m", "dashboard", "ingest", "file", "--mapping", "boston311", str(SAMPLE)]
        return subprocess.Popen(command, cwd=ROOT, env=environment(**self.settings), stdout=subprocess.DEVNULL)

    def readings(self) -> dict[str, dict[str, object]]:
        """The module's readings, as the interface gives them."""
        status, body = answer(self.address + SNAPSHOT)
        assert status == 200
        found: dict[str, dict[str, object]] = json.loads(body)["readings"]
        return found


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """The second place, empty, with web and worker."""
    folder, port = tmp_path_factory.mktemp("boston"), free_port()
    settings: dict[str, str | int] = {"PLACE": "boston", "PORT": port, "DATABASE_URL": f"sqlite:///{folder / 'boston.db'}"}
    with running(folder / "log", "app.py", **settings):
        address = f"http://127.0.0.1:{port}"
        until(lambda: answer(f"{address}/ready")[0] == 200, 60, "web and worker")
        yield City(address, settings)


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """A wall's page; what it complains about is collected in `faults`."""
    page = browser.new_page(viewport={"width": 1920, "height": 1080})
    yield page
    page.close()


def test_cases_appear_on_an_open_wall_and_readers_never_wait(city: City, page: Page) -> None:
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"{city.address}/wall/overview?lang=en")
    page.wait_for_selector("#page .wall-main")
    assert city.readings()["open_cases"]["value"] in (None, 0)
    assert not page.get_by_text("2015-02-28").count()
    loading, answers = city.load(), 0
    while loading.poll() is None:
        assert city.readings()
        answers += 1
    assert loading.returncode == 0
    assert answers > 1, "the interface answers while the file is loaded"
    page.get_by_text("2015-02-28").first.wait_for(timeout=20_000)
    count = city.readings()["open_cases"]["value"]
    assert isinstance(count, int | float)
    page.get_by_text(f"{count:,.0f}", exact=True).first.wait_for(timeout=20_000)
    assert page.locator(".demo-badge").count() == 0
    assert faults == []


def test_screens_stand_at_the_last_day_of_the_file(city: City, page: Page) -> None:
    status, body = answer(city.address + SNAPSHOT)
    told = json.loads(body)
    assert (status, told["as_of"][:19]) == (200, "2015-03-01T04:59:59"), "the end of 28 February in Boston"
    assert told["readings"]["intake"]["value"] > 0
    assert told["readings"]["patrol_coverage"]["quality"] == "missing"
    page.goto(f"{city.address}/wall/grid_management?lang=zh")
    page.get_by_text("数据截至").first.wait_for(timeout=20_000)
    assert page.get_by_text("尚未上报").count() > 0
    zone = page.locator("#wall-clock").get_attribute("data-zone")
    assert zone == "America/New_York"


def test_areas_without_limits_are_listed_with_their_counts(city: City) -> None:
    areas = {row["label_en"]: row for row in json.loads(answer(city.address + SNAPSHOT)[1])["panels"]["map"]["areas"]}
    assert {"Dorchester", "Roxbury", "Back Bay"} <= areas.keys()
    assert areas["Dorchester"]["value"] >= areas["Dorchester"]["overdue"] > 0


def test_what_no_source_tells_of_is_not_a_zero(city: City) -> None:
    assert city.load().wait(60) == 0
    readings = city.readings()
    assert readings["on_time_closure"]["quality"] == "good"
    for key in ("settled_in_grid", "returned", "integrity", "whistle_rate", "patrol_coverage", "posts_filled"):
        assert (readings[key]["value"], readings[key]["quality"]) == (None, "missing"), key
