"""What a panel says it covers is what it covers: its own window, or the period a reader chose."""

import re

import pytest

from dashboard.create import WallApp
from dashboard.registry import declared
from data.measures import Span
from layouts.text import LANGUAGES, words_for
from layouts.view import View

OWN = re.compile(r"近 ?\d+ ?[天日]|\b\d+ days\b|this (month|year)|本月|本年|今年|上一完整[日夜]|last whole (day|night)")
CHOSEN = Span(20_600, 20_610)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("module", declared())
def test_a_chosen_period_leaves_no_other_window_in_a_heading(app: WallApp, module: str, lang: str) -> None:
    words = words_for(lang)
    own, chosen = (View(app.live.snapshot(module, span=span), words, "desk") for span in (None, CHOSEN))
    for panel in chosen.snapshot.panels:
        said, before = chosen.subtitle(panel), own.subtitle(own.snapshot.panel(panel.key))
        assert "{" not in said and "{" not in before
        if str(panel.data.get("over", "")).startswith("chosen"):
            assert not OWN.search(said), (panel.key, said)
            assert said != before or not OWN.search(before)


def test_most_panels_follow_the_period_that_is_chosen(app: WallApp) -> None:
    panels = [panel for module in declared() for panel in app.live.snapshot(module, span=CHOSEN).panels]
    assert sum(panel.data.get("over") == "chosen" for panel in panels) > 40
