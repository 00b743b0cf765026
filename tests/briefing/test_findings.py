"""Findings follow from the numbers alone: they come with a level, go with it, and change when the facts change."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from layouts.briefing.edition import Edition
from layouts.briefing.findings import Finding, findings, next_steps
from layouts.briefing.subject import Subject, subject_of
from layouts.text import words_for
from modules.grid_management import on_time_closure, overdue_cases
from modules.spec import Comparison, Level, PanelData, Quality
from tests.briefing.conftest import on_one, with_reading

GRID = "grid_management"


def told(edition: Edition, lang: str = "en") -> tuple[Subject, list[Finding]]:
    """The chapter's subject and what its rules find."""
    subject = subject_of(edition, GRID, words_for(lang))
    return subject, findings(subject)


def of(edition: Edition, metric: str, lang: str = "en") -> list[Finding]:
    """What is found of one metric."""
    return [finding for finding in told(edition, lang)[1] if finding.metric == metric]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=st.floats(0, 100, allow_nan=False))
def test_a_metric_is_found_off_its_target_exactly_when_its_level_says_so(edition: Edition, value: float) -> None:
    level = on_time_closure.level(value, None)
    changed = with_reading(edition, GRID, "on_time_closure", value=value, gross=None, level=level, comparison=None, quality=Quality.GOOD)
    found = of(changed, "on_time_closure")
    assert bool(found) is (level is not Level.OK)
    if found:
        assert found[0].level == level
        assert words_for("en").number(value, "percent", 1) in found[0].text


def test_the_rule_and_the_history_stand_beside_a_finding(edition: Edition) -> None:
    changed = with_reading(edition, GRID, "on_time_closure", value=85.0, level=Level.WARNING, spark=(96.0, 94.0, 97.0, 93.0, 92.0))
    (found,) = of(changed, "on_time_closure")
    assert found.ground == "rule: below 90% is Warning; missed in 3 of the last 5 days, 2 in a row"
    (chinese,) = of(changed, "on_time_closure", "zh")
    assert chinese.ground == "判定：低于 90% 为预警；近 5 日中 3 日未达目标，已连续 2 日"


@pytest.mark.parametrize(("delta", "kept", "way"), [(30.0, True, "changed"), (-30.0, True, "changed"), (9.0, False, ""), (15.0, False, "")])
def test_a_count_that_moved_enough_is_found(edition: Edition, delta: float, kept: bool, way: str) -> None:
    compared = Comparison("previous", median=100.0, delta=delta)
    changed = with_reading(edition, GRID, "intake", value=100.0 + delta, level=Level.NONE, comparison=compared, quality=Quality.GOOD)
    found = of(changed, "intake")
    assert bool(found) is kept
    if kept:
        assert way in found[0].text


def test_a_share_of_few_is_not_said_to_have_moved(edition: Edition) -> None:
    compared = Comparison("previous", median=50.0, delta=20.0)
    few = {"value": 70.0, "numerator": 7.0, "denominator": 10.0, "level": Level.OK, "comparison": compared}
    assert of(with_reading(edition, GRID, "valid_reports", **few), "valid_reports") == []
    many = few | {"numerator": 70.0, "denominator": 100.0}
    (found,) = of(with_reading(edition, GRID, "valid_reports", **many), "valid_reports")
    assert "better" in found.text and found.level == Level.OK


@pytest.mark.parametrize(("most", "found"), [(40.0, True), (39.0, False)])
def test_what_gathers_at_one_unit_is_found(edition: Edition, most: float, found: bool) -> None:
    rows = [{"key": "a", "label_zh": "甲局", "label_en": "Office A", "value": most}]
    rows += [{"key": key, "label_zh": key, "label_en": key, "value": (100 - most) / 3} for key in "bcd"]
    snapshot = edition.snapshots[GRID]
    bars = PanelData("overdue", "bars", "overdue", {"rows": rows, "unit": "count"})
    changed = on_one(edition, GRID, panels=tuple(bars if panel.key == "overdue" else panel for panel in snapshot.panels))
    assert any("Office A holds 40.0% (40 of 100)" in one.text for one in told(changed)[1]) is found


def test_steps_follow_from_warnings_only_and_go_with_them(edition: Edition) -> None:
    readings = {
        key: replace(one, level=Level.OK, quality=Quality.GOOD, value=1.0, comparison=None)
        for key, one in edition.snapshots[GRID].readings.items()
    }
    calm = on_one(edition, GRID, readings=readings, panels=())
    subject, found = told(calm)
    assert (found, next_steps(found, subject)) == ([], [])
    raised = with_reading(calm, GRID, overdue_cases.key, value=60.0, level=Level.WARNING)
    subject, found = told(raised)
    assert [step.text for step in next_steps(found, subject)] == [words_for("en").of(GRID, "step", overdue_cases.key)]
    watched = with_reading(calm, GRID, overdue_cases.key, value=30.0, level=Level.WATCH)
    subject, found = told(watched)
    assert found and next_steps(found, subject) == []


def test_the_worst_stands_first_and_what_is_unknown_last(edition: Edition) -> None:
    changed = with_reading(edition, GRID, "on_time_closure", value=50.0, level=Level.CRITICAL)
    changed = with_reading(changed, GRID, "integrity", value=None, quality=Quality.MISSING)
    levels = [finding.level for finding in told(changed)[1]]
    assert levels[0] == Level.CRITICAL
    assert levels == sorted(levels, key=["critical", "warning", "watch", "ok", "none"].index)
    assert "No number to tell" in told(changed)[1][-1].text


def test_old_values_are_told_and_not_judged(edition: Edition) -> None:
    changed = with_reading(edition, GRID, "on_time_closure", value=50.0, level=Level.NONE, quality=Quality.STALE)
    subject, found = told(changed)
    assert of(changed, "on_time_closure") == []
    assert any("past their promised time (1 metrics)" in one.text and "On-time closure" in one.text for one in found)
    assert any("deliver again" in step.text for step in next_steps(found, subject))
