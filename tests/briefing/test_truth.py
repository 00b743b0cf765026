"""One moment, one set of numbers: what a briefing prints, what the interface answers and what the wall shows carry the same digest."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import RowMapping

from dashboard.briefings.maker import bindery_of
from dashboard.briefings.orders import order_of
from dashboard.create import WallApp, create_app
from dashboard.registry import watched
from dashboard.settings import Settings
from layouts.text import words_for
from tests.conftest import DEMO_NOW

Made = Callable[..., tuple[RowMapping, str]]
PERIODS = {"special": "", "monthly": "running"}


@pytest.fixture(scope="module")
def app(demo_copy: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[WallApp]:
    """The application over a demo district of its own, with a folder for briefings."""
    folder = tmp_path_factory.mktemp("truth")
    settings = Settings(database_url=f"sqlite:///{demo_copy(folder)}", briefings=str(folder / "files"))
    made = create_app(settings, lambda: DEMO_NOW)
    yield made
    made.close()


@pytest.fixture(scope="module")
def made(app: WallApp, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Makes a briefing: its row of the archive and the text of its pages, without spaces."""
    settings = Settings(briefings=str(tmp_path_factory.mktemp("archive")))
    bindery = bindery_of(app.live.engine, app.live.locality, settings, lambda: DEMO_NOW)

    def make(**asked: Any) -> tuple[RowMapping, str]:
        row = bindery.made(order_of(asked, bindery.editions), lambda *_: None)
        pages = PdfReader(io.BytesIO(bindery.archive.path(row).read_bytes())).pages
        return row, "".join("".join(page.extract_text().split()) for page in pages)

    return make


@pytest.mark.parametrize("kind", PERIODS)
def test_every_number_is_that_of_interface_and_wall_at_the_same_moment(app: WallApp, made: Made, kind: str) -> None:
    row, text = made(kind=kind, period=PERIODS[kind], lang="en", appendix=False)
    client = app.server.test_client()
    told = client.get(f"/api/v1/briefings/{row['id']}").json
    words, found = words_for("en"), 0
    assert told["digest"] in text
    for module in watched():
        query = {"area": told["area"], "asof": told["as_of"]}
        if kind == "monthly":
            query |= {"from": told["first"], "to": told["last"] if not told["running"] else told["as_of"][:10]}
        answer = client.get(f"/api/v1/modules/{module}/snapshot", query_string=query).json
        if kind == "special":
            assert client.get(f"/live/{module}?surface=wall&lang=en").json["digest"] == answer["digest"]
        assert answer["digest"] == told["digests"][module]
        assert answer["digest"] in text
        for metric in watched()[module].metrics:
            reading = answer["readings"][metric.key]
            if reading["quality"] in ("good", "stale") and reading["value"] is not None:
                printed = words.number(reading["value"], reading["unit"], reading["decimals"], reading["rounding"])
                assert "".join(f"{words.of(module, 'metric', metric.key)}".split()) in text
                assert printed.replace(" ", "") in text
                found += 1
    assert found > 150
