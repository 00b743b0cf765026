"""Lanes on paper: every name, sum and time left is written, staircases are as high as their counts, marks stand where their moment is."""

from typing import Any

import pytest

from layouts.components.lanes import left_of, note_of
from layouts.figures.theme import ACCENT_2, LEVELS, TEXT
from tests.chart_samples import SAMPLES, view
from tests.figures.conftest import PAGES, assert_clean, elements, on_paper, texts, told, written

LANES: dict[str, Any] = SAMPLES["lanes"]


@pytest.mark.parametrize(("lang", "width"), PAGES)
def test_every_lane_is_said_in_full(lang: str, width: float) -> None:
    canvas = on_paper("lanes", LANES, lang, width)
    assert_clean(canvas)
    said = "".join(texts(canvas)).replace(" ", "")
    panel, seen = view("lanes", LANES, lang, "desk")
    for row in LANES["rows"]:
        for text in (row[f"label_{lang}"], note_of(row, panel, seen), *left_of(row, seen)):
            assert text.replace(" ", "") in said
    assert "08:20" in said


def test_a_staircase_is_as_high_as_its_counts() -> None:
    values = [1.0, 4.0, 0.0, 2.0]
    row = {**LANES["rows"][3], "values": values, "marks": []}
    canvas = on_paper("lanes", {**LANES, "rows": [row]})
    course = next(part["d"] for part in elements(canvas, "path") if part["fill"] == ACCENT_2)
    points = [tuple(map(float, point.split())) for point in course.strip("MZ").split("L")]
    base = points[0][1]
    heights = [base - y for _, y in points[1::2]][: len(values)]
    assert [height / max(heights) for height in heights] == pytest.approx([value / 4 for value in values], abs=0.01)


def test_a_mark_stands_where_its_moment_is() -> None:
    row = {**LANES["rows"][3], "marks": [{"key": "closed", "at": LANES["now"]}], "due": None}
    before = [{"key": "closed", "at": "2026-06-15T08:20:00+08:00"}]
    canvas = on_paper("lanes", {**LANES, "marks": ["closed"], "rows": [row]})
    (mark, _) = [part for part in elements(canvas, "circle") if part.get("stroke") == TEXT]  # the mark and its key
    now = next(one for one in written(canvas) if one.text == "08:20")
    assert float(mark["cx"]) == pytest.approx((now.left + now.right) / 2, abs=0.02)
    assert len(list(elements(on_paper("lanes", {**LANES, "marks": ["closed"], "rows": [{**row, "marks": before}]}), "circle"))) == 1


def test_what_is_late_has_its_colour_and_its_shape() -> None:
    late = {**LANES["rows"][0], "marks": []}
    canvas = on_paper("lanes", {**LANES, "rows": [late]})
    inks = {part.get("stroke") for part in elements(canvas, "path")} | {part["fill"] for part in elements(canvas, "path")}
    assert LEVELS["critical"] in inks
    assert "已超时限" in texts(canvas)


def test_nothing_is_made_of_no_lanes() -> None:
    assert told("lanes", {**LANES, "rows": []}) is None
