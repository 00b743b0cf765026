"""A snapshot's digest says what can be seen: the moment of taking is not seen, everything else is."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from modules.spec import Level, PanelData, Reading, Snapshot

AT = datetime(2026, 6, 18, 6, tzinfo=UTC)
READING = Reading("open_cases", 12.0, level=Level.OK, as_of=AT, spark=(1.0, None, 3.0))
PANEL = PanelData("items", "items", "items", {"rows": [{"key": "a", "value": 1}], "by_number": {7: 1}})
SEEN = Snapshot("grid_management", "440512", AT, readings={"open_cases": READING}, panels=(PANEL,), place={"name_zh": "濠江区"})


def test_the_moment_and_the_version_are_not_seen() -> None:
    later = replace(SEEN, as_of=AT + timedelta(hours=1), readings={"open_cases": replace(READING, as_of=AT + timedelta(hours=1))})
    assert later.sealed("2").digest == SEEN.sealed("1").digest
    assert later.sealed("2").version == "2"


@pytest.mark.parametrize(
    "change",
    [
        {"readings": {"open_cases": replace(READING, value=13.0)}},
        {"readings": {"open_cases": replace(READING, level=Level.WARNING)}},
        {"panels": (replace(PANEL, data={"rows": [{"key": "a", "value": 2}], "by_number": {7: 1}}),)},
        {"panels": ()},
        {"stale": True},
        {"error": "OperationalError"},
        {"area": "440512001"},
        {"place": {"name_zh": "濠江"}},
    ],
)
def test_whatever_is_seen_is_in_the_digest(change: dict[str, Any]) -> None:
    assert replace(SEEN, **change).sealed("1").digest != SEEN.sealed("1").digest
