"""Drawings that compare: every label and number is said on both surfaces in both languages, and every gap shows its own face."""

import re
from typing import Any

import pytest

from layouts.components import DRAWERS
from layouts.text import LANGUAGES, number, words_for
from layouts.view import Surface
from tests.chart_samples import (
    KINDS,
    NUMBERS,
    SAMPLES,
    SURFACES,
    TOPICS,
    Data,
    asked,
    drawn,
    every,
    named,
    pareto,
    spoken,
)
from tests.contract.words import CHINESE, texts

# What is said


def rows_of(value: Any) -> list[Data]:
    """Every row with a label in a panel's data."""
    if isinstance(value, dict):
        return ([value] if "label_zh" in value else []) + [row for inner in value.values() for row in rows_of(inner)]
    return [row for one in value for row in rows_of(one)] if isinstance(value, list) else []


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_label_is_said(kind: str, lang: str, surface: Surface) -> None:
    said = spoken(drawn(kind, SAMPLES[kind], lang, surface))
    labels = {row[f"label_{lang}"] for row in rows_of(SAMPLES[kind])}
    if (kind, surface) == ("pareto", "wall"):
        labels -= {row[f"label_{lang}"] for row in SAMPLES[kind]["rows"][7:]}
    assert len(labels) > 2
    assert not {label for label in labels if label not in said}
    if lang == "en":
        assert not CHINESE.search(said), said


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_number_is_said_as_it_is(kind: str, surface: Surface) -> None:
    said, data = spoken(drawn(kind, SAMPLES[kind], "en", surface)), SAMPLES[kind]
    unit = str(data.get("unit") or "count")
    for value in NUMBERS[kind]:
        if value is not None:
            forms = {number(value, unit, lang="en"), number(value, "percent", lang="en"), number(value, lang="en")}
            assert any(re.search(rf"(?<![\d.,]){re.escape(form)}(?![\d]|[.,]\d)", said) for form in forms), value


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_the_drawing_has_a_summary(kind: str, lang: str) -> None:
    def labels(part: Any) -> list[str]:
        inside = part if isinstance(part, list) else [part["props"].get("children")] if isinstance(part, dict) else []
        own = [part["props"]["aria-label"]] if isinstance(part, dict) and "aria-label" in part["props"] else []
        return own + [label for one in inside for label in labels(one)]

    assert [len(label) > 10 for label in labels(drawn(kind, SAMPLES[kind], lang))] == [True]


# What is not there

LISTS = {"flows": "links", "survival": "groups", "scatter": "points", "dots": "groups"}
UNKNOWN: dict[str, Data] = {
    "slope": {"rows": [{**row, "values": [None] * 4, "delta": None} for row in SAMPLES["slope"]["rows"]]},
    "matrix": {"cells": [[{**cell, "value": None, "withheld": False} for cell in line] for line in SAMPLES["matrix"]["cells"]]},
    "scatter": {"points": [{**point, "y": None} for point in SAMPLES["scatter"]["points"]]},
    "dots": {"groups": [{**group, "rows": [{**row, "value": None} for row in group["rows"]]} for group in SAMPLES["dots"]["groups"]]},
}


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_a_calm_zero_and_not_reported_is_missing(kind: str) -> None:
    assert every(drawn(kind, {**SAMPLES[kind], LISTS.get(kind, "rows"): [], "nodes": []}), "nd-zero")
    assert every(drawn(kind, {**SAMPLES[kind], "missing": True}), "nd-missing")
    assert every(drawn(kind, {}), "no-data")
    assert not every(drawn(kind, SAMPLES[kind]), "no-data")


@pytest.mark.parametrize("kind", sorted(UNKNOWN))
def test_rows_without_any_value_are_missing_never_zero(kind: str) -> None:
    assert every(drawn(kind, {**SAMPLES[kind], **UNKNOWN[kind]}), "nd-missing")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_row_without_a_value_is_named_among_the_unreported(lang: str) -> None:
    rows = [*SAMPLES["slope"]["rows"][:2], {**SAMPLES["slope"]["rows"][2], "values": [None] * 4, "delta": None}]
    said = spoken(every(drawn("slope", {**SAMPLES["slope"], "rows": rows}, lang), "legend"))
    assert f"{words_for(lang)('status.missing')} {rows[2][f'label_{lang}']}" in said


KEPT = {"value": None, "withheld": True}
HIDDEN: dict[str, Data] = {
    "matrix": SAMPLES["matrix"],
    "flows": SAMPLES["flows"],
    "bars": {"rows": [{**row, "value": 40.0} for row in named(TOPICS[:2])] + [{**named(TOPICS[2:3])[0], **KEPT}], "unit": "count"},
    "bullets": {**SAMPLES["bullets"], "rows": [{**row, **KEPT} for row in SAMPLES["bullets"]["rows"]]},
    "stacks": {**SAMPLES["stacks"], "rows": [*SAMPLES["stacks"]["rows"], {**named(TOPICS[:1])[0], **KEPT, "parts": []}]},
    "dots": {**SAMPLES["dots"], "groups": [{**row, "rows": [{**asked(80)[0], **KEPT}, *asked(80)[1:]]} for row in named(TOPICS[:1])]},
    "table": {"columns": [{"key": "unit"}, {"key": "value", "unit": "count"}], "rows": [{"unit": "a", **KEPT}], "total": 1},
}  # fmt: skip


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", sorted(HIDDEN))
def test_a_number_kept_back_is_hatched_with_its_bound_and_the_shared_word(kind: str, lang: str) -> None:
    for least in (10, 5):
        data = HIDDEN[kind] | ({} if least == 10 else {"least": least})
        parts = drawn(kind, data, lang)
        assert every(parts, "is-hatched")
        assert f"<{least}" in spoken(parts)
        assert words_for(lang)("status.suppressed") in spoken(parts)


@pytest.mark.parametrize("surface", SURFACES)
def test_a_drawing_of_which_everything_is_kept_back_still_stands(surface: Surface) -> None:
    gone = {"value": None, "low": None, "high": None, "n": None, "previous": None, "small": False, "withheld": True}
    group, matrix = SAMPLES["dots"]["groups"][0], SAMPLES["matrix"]
    whole = {
        "dots": {"groups": [{**group, "rows": [{**row, **gone} for row in group["rows"]]}], "unit": "percent", "target": None},
        "matrix": {**matrix, "cells": [[{**cell, **gone} for cell in line] for line in matrix["cells"]]},
        "flows": {**SAMPLES["flows"], **{name: [{**row, **KEPT} for row in SAMPLES["flows"][name]] for name in ("nodes", "links")}},
    }
    for kind, data in whole.items():
        parts = drawn(kind, data, "zh", surface)
        assert every(parts, "is-hatched") and not every(parts, "no-data")
        assert not re.search(r"\d+\.\d%", spoken(every(parts, "bar-rate") + every(parts, "matrix-cell")))


@pytest.mark.parametrize("kind", ["slope", "dots", "bullets", "stacks"])
def test_what_rests_on_little_is_greyed_and_says_so(kind: str) -> None:
    data = SAMPLES[kind]
    if kind in ("bullets", "stacks"):
        data = {**data, "rows": [{**row, "small": n == 0} for n, row in enumerate(data["rows"])]}
    greyed = every(drawn(kind, data, "en"), "is-small")
    assert greyed
    assert any("small n" in str(props.get("title")) for props in greyed)


# How many there is room for


@pytest.mark.parametrize("kind", ["bullets", "stacks", "slope", "matrix", "pareto"])
def test_a_wall_shows_the_first_and_says_how_many_there_are(kind: str) -> None:
    more = named([(f"k{n}", f"类{n}", f"Kind {n}") for n in range(30)])
    rows = [{**SAMPLES[kind]["rows"][0], **row} for row in more]
    data = {**SAMPLES[kind], "rows": rows}
    if kind == "matrix":
        data["cells"] = [SAMPLES["matrix"]["cells"][0]] * 30
    if kind == "pareto":
        data = pareto([1.0] * 12, {"n": 18, "value": 18.0})
    wall, desk = (spoken(drawn(kind, data, "en", surface)) for surface in SURFACES)
    assert "30 in all" in wall or "30 rows, 7 columns in all" in wall
    assert "in all" not in desk.replace("48 cases in all", "").replace("30 cases in all", "")
    assert ("Kind 29" in desk or kind == "pareto") and "Kind 29" not in wall


def test_a_wall_shows_a_later_question_whole_or_not_at_all() -> None:
    lines = [
        next(name for name in props["className"].split() if name.startswith("line-"))
        for props in every(drawn("dots", SAMPLES["dots"]), "bar")[:-1]
    ]
    assert lines[:7] == [f"line-{n}" for n in range(2, 9)]
    assert set(lines[7:]) == {"line-16"}


# Trends by day and month


def course(per: str, count: int, **more: Any) -> Data:
    """A trend of days, or of months from July 2025."""
    months = [f"{2025 + (6 + n) // 12}-{(6 + n) % 12 + 1:02d}-01T00:00:00" for n in range(count)]
    xs = months if per == "month" else [f"2026-05-{n + 1:02d}T00:00:00" for n in range(count)]
    return {"x": xs, "y": [float(n) for n in range(count)], "per": per, "unit": "count", **more}


@pytest.mark.parametrize(
    ("lang", "stops"), [("zh", ["2025年7月", "10月", "2026年1月", "4月"]), ("en", ["Jul 2025", "Oct", "Jan 2026", "Apr"])]
)
def test_months_carry_their_year_where_it_begins(lang: str, stops: list[str]) -> None:
    assert [text for props in every(drawn("trend", course("month", 12), lang), "stop") for text in texts(props)] == stops


@pytest.mark.parametrize("per", ["day", "month"])
def test_the_last_bucket_is_hollow_only_where_it_is_unfinished(per: str) -> None:
    assert not every(drawn("trend", course(per, 12)), "is-hollow")
    assert every(drawn("trend", course(per, 12, unfinished=True)), "is-hollow")


def test_a_band_of_months_is_not_called_one_of_weekdays() -> None:
    band = {"low": [1.0] * 12, "high": [5.0] * 12, "median": [3.0] * 12, "outside": [7, 8]}
    said = {per: spoken(drawn("trend", course(per, 12, **band), "en")) for per in ("day", "month")}
    assert "2 months outside the usual" in said["month"] and "weekdays" not in said["month"]
    assert "2 days outside the usual" in said["day"] and "same weekdays" in said["day"]


def test_every_drawing_is_registered() -> None:
    assert set(SAMPLES) <= set(DRAWERS)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_kept_back_is_told_from_what_was_not_reported(lang: str) -> None:
    rows = [*SAMPLES["slope"]["rows"][:2], {**SAMPLES["slope"]["rows"][2], "values": [None] * 4, "delta": None, "withheld": True}]
    said = spoken(every(drawn("slope", {**SAMPLES["slope"], "rows": rows}, lang), "legend"))
    assert f"{words_for(lang)('status.suppressed')} {rows[2][f'label_{lang}']}" in said
    assert words_for(lang)("status.missing") not in said
    said = spoken(every(drawn("scatter", {**SAMPLES["scatter"], "withheld": 7}, lang), "legend"))
    assert words_for(lang)("scatter.withheld", n=7) in said
