"""The metric dictionary: whole, in both languages, printed by the command, and the document on disk is today's."""

import subprocess
import sys
from pathlib import Path

import pytest

from dashboard.dictionary import entries, listing, markdown
from layouts.dictionary import lines_of
from layouts.text import number, words_for
from modules import grid_management
from modules.spec import Rounding

ROOT = Path(__file__).parent.parent


def test_the_document_is_that_of_the_modules():
    kept = (ROOT / "docs" / "metrics.md").read_text("utf-8")
    assert kept == markdown() + "\n", "run `make docs`"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_entry_is_whole(lang):
    words = words_for(lang)
    for entry in entries(lang):
        assert entry["name"] != entry["key"], entry["key"]
        assert len(entry["formula"]) > 5, entry["key"]
        lines = dict(lines_of(entry, words))
        assert len(lines) == 13
        assert lines[words("dictionary.status")] == words(f"setting.{entry['status']}")
        judged = entry["limits"] or entry["band"]
        assert (lines[words("definition.limits")] == words("definition.none")) == (not judged)


def test_both_languages_tell_the_same_numbers():
    for chinese, english in zip(entries("zh"), entries("en"), strict=True):
        told = {name for name in chinese if chinese[name] != english[name]}
        assert told <= {"name", "formula"}
        assert chinese["formula"] != english["formula"]


def test_every_key_number_of_the_field_is_there():
    codes = [entry["code"] for entry in entries("zh") if entry["module"] == "grid_management"]
    assert {f"WG-{number:02d}" for number in range(1, 15)} <= set(codes)
    parts = {code: codes.count(code) for code in ("WG-01", "WG-05", "WG-06", "WG-11", "WG-12", "WG-14")}
    assert parts == {"WG-01": 4, "WG-05": 3, "WG-06": 4, "WG-11": 5, "WG-12": 4, "WG-14": 4}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_panel_and_column_has_its_words(lang):
    words = words_for(lang)
    for panel in grid_management.MODULE.panels:
        if panel.kind != "kpi":
            assert words.of("grid_management", "panel", panel.key) != panel.key
    for column in ("figure", "value", "p50", "numerator", "denominator", "target", "level", "count", "through", "waiting"):
        assert words.of("grid_management", "column", column) != column


def test_a_rate_is_rounded_by_its_own_rule():
    value = 100 * 1985 / 1986  # published as 99.94 %: cut off, not rounded
    assert number(value, "percent", 2, rounding=Rounding.TRUNCATE) == "99.94"
    assert number(value, "percent", 2, rounding=Rounding.HALF_UP) == "99.95"
    assert number(99.9999, "percent", 2, rounding=Rounding.HALF_UP) == "99.99"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_command_prints_the_dictionary(lang):
    done = subprocess.run(
        [sys.executable, "-m", "dashboard", "metrics", "--lang", lang], check=True, cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.stdout == listing(lang) + "\n"
    assert "WG-14" in done.stdout
