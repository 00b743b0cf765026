"""Lists on paper (pareto, stacks, bullets, dots, coverage): all is written, lengths follow values, numbers kept back are never told."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layouts.components.stacks import tone_of
from layouts.figures.rows import rows_of
from layouts.figures.stacks import fill_of
from layouts.figures.theme import ACCENT_2, BAND, RAMP, SOFT
from layouts.text import number, percent
from tests.chart_samples import PARTS, SAMPLES, TOPICS, TOWNS, named
from tests.figures.conftest import PAGES, assert_clean, elements, on_paper, texts, told

Data = dict[str, Any]
KEPT = 7.0  # a number that must not be told, left in the data to tempt
COVERAGE: Data = {
    "items": [
        {**row, "number": n, "category": ("fire_safety", "disputes")[n % 2], "count": 0 if n % 5 == 0 else 3 * n}
        for n, row in enumerate(named(TOPICS))
    ],
    "missing": False,
}
LISTS: dict[str, Data] = {**{kind: SAMPLES[kind] for kind in ("pareto", "stacks", "bullets", "dots")}, "coverage": COVERAGE}


def spread(kind: str, fill: str, data: Data, height: str) -> list[float]:
    """The widths of the rectangles with that fill and height, from top to bottom."""
    return [float(one["width"]) for one in elements(on_paper(kind, data), "rect") if one["fill"] == fill and one["height"] == height]


@pytest.mark.parametrize(("lang", "width"), PAGES)
@pytest.mark.parametrize("kind", LISTS)
def test_nothing_is_cut_or_lies_on_another(kind: str, lang: str, width: float) -> None:
    assert_clean(on_paper(kind, LISTS[kind], lang, width))


@pytest.mark.parametrize(("lang", "width"), PAGES)
def test_every_number_of_the_rows_is_written(lang: str, width: float) -> None:
    for row in SAMPLES["pareto"]["rows"]:
        said = texts(on_paper("pareto", SAMPLES["pareto"], lang, width))
        assert number(row["value"]) in said
        assert f"{percent(row['share'])}%" in said
    for row in SAMPLES["bullets"]["rows"]:
        said = texts(on_paper("bullets", SAMPLES["bullets"], lang, width))
        assert f"{number(row['value'])} / {number(row['of'])}" in said
    for row in (row for group in SAMPLES["dots"]["groups"] for row in group["rows"]):
        said = texts(on_paper("dots", SAMPLES["dots"], lang, width))
        assert f"{percent(row['value'])}%" in said
        assert f"n {number(row['n'])}" in said


@pytest.mark.parametrize(("lang", "width"), PAGES)
def test_every_part_is_written_in_it_or_behind_its_bar(lang: str, width: float) -> None:
    said = texts(on_paper("stacks", SAMPLES["stacks"], lang, width))
    for row in SAMPLES["stacks"]["rows"]:
        for value in (row["value"], *(part["value"] for part in row["parts"] if part["value"])):
            assert number(value) in said
    wanted = [number(part["value"]) for row in SAMPLES["stacks"]["rows"] for part in row["parts"] if part["value"]]
    assert all(said.count(text) >= wanted.count(text) for text in wanted)


@given(st.lists(st.integers(1, 500), min_size=len(PARTS), max_size=len(PARTS)))
def test_the_parts_of_a_bar_go_by_their_values(values: list[int]) -> None:
    parts = [{"key": key, "value": float(value)} for (key, _), value in zip(PARTS, values, strict=True)]
    data = {"rows": [{**named(TOWNS)[0], "value": float(sum(values)), "parts": parts}], "unit": "count"}
    fills = [fill_of(tone_of(place, len(PARTS)), False) for place in range(len(PARTS))]
    widths = [spread("stacks", fill, data, "9.00")[0] for fill in fills]
    for width, value in zip(widths, values, strict=True):
        assert width == pytest.approx(sum(widths) * value / sum(values), abs=0.06)


def test_the_few_are_darker_and_as_long_as_their_share() -> None:
    data = SAMPLES["pareto"]
    few, many = (spread("pareto", fill, data, "8.00") for fill in (ACCENT_2, RAMP[2]))
    values = [row["value"] for row in data["rows"]]
    assert len(few) == next(n for n, row in enumerate(data["rows"], 1) if row["share"] >= 80)
    for width, value in zip([*few, *many], values, strict=True):
        assert width == pytest.approx(few[0] * value / values[0], abs=0.02)


def test_what_is_done_goes_by_the_plan() -> None:
    data = SAMPLES["bullets"]
    plans, done = spread("bullets", BAND, data, "9.00"), spread("bullets", ACCENT_2, data, "4.40")
    known = [row for row in data["rows"] if row["value"] is not None]
    assert len(plans) == len(known)  # one nobody reported is drawn open
    for plan, part, row in zip(plans, done, known, strict=True):
        assert part == pytest.approx(plan * row["value"] / row["of"], abs=0.02)


def test_an_item_nobody_reported_is_hatched() -> None:
    cells = [one for one in elements(on_paper("coverage", COVERAGE), "rect") if one["height"] == "9.00"]
    assert len(cells) == len(COVERAGE["items"])
    assert sum(one["fill"].startswith("url(") and one["stroke"] == SOFT for one in cells) == 3


@pytest.mark.parametrize("kind", ["bullets", "dots", "stacks"])
def test_a_number_kept_back_is_never_told(kind: str) -> None:
    kept = {**named(TOWNS)[1], "value": KEPT, "of": None, "n": None, "withheld": True, "parts": [{"key": "filed", "value": KEPT}]}
    rows = [{**named(TOWNS)[0], "value": 41.0, "of": 60.0, "n": 60.0, "parts": [{"key": "filed", "value": 41.0}]}, kept]
    data: Data = {"rows": rows, "unit": "count", "least": 10}
    if kind == "dots":
        data = {"groups": [{"key": "safe", "label_zh": "问", "label_en": "Q", "rows": rows}], "unit": "percent", "least": 10}
    figure = told(kind, data)
    assert figure is not None
    said = texts(on_paper(kind, data))
    assert any("<10*" in text for text in said)
    assert not any("7" in text for text in said)
    assert "7" not in figure.alt
    assert "48" not in figure.alt
    assert "<pattern" in figure.svg


@pytest.mark.parametrize("kind", LISTS)
def test_without_rows_there_is_no_figure(kind: str) -> None:
    assert told(kind, {"rows": [], "groups": [], "items": []}) is None


@given(st.lists(st.text("0123456789.%", min_size=1, max_size=7), min_size=1, max_size=5))
def test_columns_of_numbers_leave_a_lane(column: list[str]) -> None:
    rows = rows_of([row["label_en"] for row in named(TOWNS)], [column, column], 215.0)
    assert rows.left < rows.at(1.0) < rows.ends[0] < rows.ends[1] == 215.0
