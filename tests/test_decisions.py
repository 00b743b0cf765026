"""What needs a decision now: overdue, due within four hours, critical numbers, silent sources, and nothing that is calm."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, insert

from dashboard.taking.lists import decisions
from dashboard.taking.moment import Taking
from dashboard.taking.snapshot import shares
from data.schema import REGION as REGION_COLUMN
from data.schema import case_file, source
from modules.spec import Decisions
from tests.factories import NOW, REGION

PANEL = Decisions("decisions")
DEFAULTS: dict[str, Any] = {
    REGION_COLUMN: REGION, "source": "grid_platform", "channel": "collector", "kind": "event", "type": "E0102", "unit": "dept_urban",
    "urgent": False, "state": "handling", "reported_at": NOW - timedelta(days=2), "changed_at": NOW - timedelta(days=1),
    "reported_on": 20000, "reported_hour": 480000, "open": True, "valid": True, "suspended_since": None,
}  # fmt: skip


def case(number: int, hours: float | None, level: str = "district", **more: Any) -> dict[str, Any]:
    """An open case so many hours before its deadline; None: it has none."""
    due = None if hours is None else NOW + timedelta(hours=hours)
    return {**DEFAULTS, "id": number, "number": f"N{number}", "source_id": str(number), "level": level, "due_at": due, **more}


def silent(key: str, seconds: int | None, error: str | None = None) -> dict[str, Any]:
    """A source that promised five minutes and is stale after half an hour."""
    received = None if seconds is None else NOW - timedelta(seconds=seconds)
    return {REGION_COLUMN: REGION, "key": key, "name_zh": key, "name_en": key, "cadence_s": 300, "stale_after_s": 1800,
            "received_at": received, "error": error}  # fmt: skip


def pressing(engine: Engine, cases: list[dict[str, Any]], sources: list[dict[str, Any]], critical: Any = ()) -> dict[str, Any]:
    with engine.begin() as connection:
        for table, rows in ((case_file, cases), (source, sources)):
            if rows:
                connection.execute(insert(table), rows)
        return decisions(PANEL, Taking(connection, REGION, "440512", "440512", NOW, ZoneInfo("Asia/Shanghai")), critical)


def test_calm_cases_are_no_decision(engine: Engine) -> None:
    cases = [case(1, 4.01), case(2, 15), case(3, None), case(4, -3, suspended_since=NOW - timedelta(hours=5)), case(5, -3, open=False)]
    found = pressing(engine, cases, [silent("fresh", 60), silent("late", 700), silent("never", None)])
    assert found["rows"] == [] and found["total"] == 0


def test_urgent_then_level_then_the_newest_miss_lead(engine: Engine) -> None:
    cases = [case(1, -30), case(2, -1, "grid"), case(3, -2), case(4, -40, "grid", urgent=True), case(5, 3.9), case(6, 0.5)]
    found = pressing(engine, cases, [])
    assert [row["key"] for row in found["rows"]] == ["N4", "N3", "N1", "N2", "N6", "N5"]
    assert [row["level"] for row in found["rows"]] == ["critical"] * 4 + ["warning", "watch"]
    assert found["counts"] == {"overdue": 4, "soon": 2, "metric": 0, "source": 0}


def test_no_reason_is_crowded_out_and_all_are_counted(engine: Engine) -> None:
    cases = [case(number, -number) for number in range(1, 41)] + [case(90, 1)]
    metric = {"key": "m.k", "module": "m", "metric": "k", "reading": {"value": 1.0, "level": "critical"}}
    found = pressing(engine, cases, [silent("gone", 4000), silent("broken", 10, error="refused")], [metric])
    assert [row["reason"] for row in found["rows"]] == ["case"] * 4 + ["metric", "source"]
    assert found["counts"] == {"overdue": 40, "soon": 1, "metric": 1, "source": 2}
    assert found["total"] == 44 == sum(found["counts"].values())
    assert len(found["rows"]) == PANEL.most


def test_the_past_cannot_tell_what_pressed(engine: Engine) -> None:
    with engine.begin() as connection:
        taking = Taking(connection, REGION, "440512", "440512", NOW, ZoneInfo("Asia/Shanghai"), past=True)
        assert decisions(PANEL, taking)["missing"]


@given(st.integers(1, 40))
def test_the_rail_is_full_and_fair_whatever_the_number_of_modules(count: int) -> None:
    dealt = shares(count)
    assert len(dealt) == count and sum(dealt) == max(8, count)
    assert min(dealt) >= 1 and max(dealt) - min(dealt) <= 1
    assert dealt == sorted(dealt, reverse=True)


def test_no_module_has_no_share() -> None:
    assert shares(0) == []


@pytest.mark.parametrize("state", ["stale", "error"])
def test_a_silent_source_is_named_with_its_state(engine: Engine, state: str) -> None:
    row = silent("gone", 4000, error="refused" if state == "error" else None)
    (found,) = pressing(engine, [], [row])["rows"]
    assert (found["reason"], found["key"], found["state"]) == ("source", "gone", state)
