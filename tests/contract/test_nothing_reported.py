"""A place no source has told anything of: everything is not reported yet, nothing is a zero."""

import pytest

from dashboard.create import create_app
from dashboard.registry import watched
from dashboard.settings import Settings
from layouts.text import words_for
from modules.spec import Quality
from tests.conftest import DEMO_NOW


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """The application of a place that shows what is loaded, before anything is."""
    path = tmp_path_factory.mktemp("bare") / "wall.db"
    app = create_app(Settings(place="boston", database_url=f"sqlite:///{path}"), lambda: DEMO_NOW)
    yield app
    app.close()


@pytest.mark.parametrize("module", watched())
def test_no_reading_is_a_zero(bare, module):
    told = bare.server.test_client().get(f"/api/v1/modules/{module}/snapshot").get_json()
    assert told["readings"]
    assert {key: row["quality"] for key, row in told["readings"].items() if row["quality"] != Quality.MISSING} == {}


@pytest.mark.parametrize("surface", ["wall", "desk"])
@pytest.mark.parametrize("module", watched())
def test_no_panel_is_a_true_zero(bare, module, surface):
    zero, missing = (words_for("en")(f"state.{state}") for state in ("zero_note", "missing"))
    drawn = bare.server.test_client().get(f"/live/{module}?surface={surface}&lang=en").get_data(as_text=True)
    assert missing in drawn
    assert zero not in drawn
