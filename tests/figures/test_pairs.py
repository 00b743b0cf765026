"""Slope, scatter, matrix and flows on paper: all is written, places and widths follow values, a gap stays a gap."""

import re
from typing import Any

import pytest

from layouts.components.flows import placed
from layouts.components.heat import class_index
from layouts.components.matrix import distance, edges_of
from layouts.figures.theme import FAINT, RAMP
from layouts.text import number, percent
from tests.chart_samples import SAMPLES, named, view
from tests.figures.conftest import PAGES, assert_clean, elements, on_paper, texts, told

Data = dict[str, Any]
PAIRS = ["slope", "scatter", "matrix", "flows"]


@pytest.mark.parametrize(("lang", "width"), PAGES)
@pytest.mark.parametrize("kind", PAIRS)
def test_nothing_is_cut_or_lies_on_another(kind: str, lang: str, width: float) -> None:
    assert_clean(on_paper(kind, SAMPLES[kind], lang, width))


@pytest.mark.parametrize(("lang", "width"), PAGES)
def test_every_number_the_screen_writes_is_written(lang: str, width: float) -> None:
    said = {kind: " ".join(texts(on_paper(kind, SAMPLES[kind], lang, width))).split() for kind in PAIRS}
    for row in SAMPLES["slope"]["rows"]:
        assert percent(row["values"][-1]) in said["slope"]
        assert row["values"][0] is None or percent(row["values"][0]) in said["slope"]
    for cell in (cell for line in SAMPLES["matrix"]["cells"] for cell in line):
        assert ("<10*" if cell["withheld"] else percent(cell["value"])) in said["matrix"]
    for node in SAMPLES["flows"]["nodes"]:
        assert ("<10*" if node["withheld"] else number(node["value"])) in said["flows"]


@pytest.mark.parametrize("kind", PAIRS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_name_is_written(kind: str, lang: str) -> None:
    said = "".join(texts(on_paper(kind, SAMPLES[kind], lang))).replace(" ", "")
    rows = SAMPLES[kind].get("rows") or SAMPLES[kind].get("points") or SAMPLES[kind]["nodes"]
    for row in [*rows, *(SAMPLES[kind].get("columns", []) if kind == "matrix" else [])]:
        assert row[f"label_{lang}"].replace(" ", "") in said


def sloped(values: list[float | None]) -> Data:
    """A row over four periods."""
    rows = [{**named([("a", "甲", "A")])[0], "values": values, "n": [50.0] * 4, "delta": 1.0}]
    return {**SAMPLES["slope"], "target": None, "rows": rows}


def lines(data: Data) -> int:
    """How many strokes of the colour of what got better there are, its swatch left out."""
    return sum(one.get("stroke") == "#1F6FAE" for one in elements(on_paper("slope", data), "path")) - 1


def test_a_gap_breaks_a_line_and_its_ends_keep_their_dots() -> None:
    assert lines(sloped([80.0, 81.0, 82.0, 83.0])) == 1
    assert lines(sloped([80.0, 81.0, None, 83.0])) == 1  # a point alone has no line, only its dot
    assert lines(sloped([80.0, None, 82.0, 83.0])) == 1
    assert lines(sloped([80.0, None, 82.0, None])) == 0
    dots = list(elements(on_paper("slope", sloped([80.0, None, 82.0, 83.0])), "circle"))
    assert len(dots) == 3 + 1


def test_rows_without_any_value_are_named_below() -> None:
    kept = {**named([("b", "乙", "B")])[0], "values": [None] * 4, "n": [None] * 4, "delta": None, "withheld": True}
    data = sloped([80.0, 81.0, 82.0, 83.0])
    assert any("乙" in text for text in texts(on_paper("slope", {**data, "rows": [*data["rows"], kept]})))
    assert told("slope", {**data, "rows": [kept]}) is None


def test_dots_stand_where_their_numbers_say_and_small_ones_are_hollow() -> None:
    data = SAMPLES["scatter"]
    dots = list(elements(on_paper("scatter", data), "circle"))[: len(data["points"])]
    points = sorted(data["points"], key=lambda point: (point["small"], -point["n"]))
    places = [(float(one["cx"]), float(one["cy"])) for one in dots]
    for one, other in zip(range(len(points)), range(1, len(points)), strict=False):
        assert (places[one][0] < places[other][0]) == (points[one]["x"] < points[other]["x"])
        assert (places[one][1] > places[other][1]) == (points[one]["y"] < points[other]["y"])
    radii = [float(one["r"]) for one in dots if one["stroke"] != FAINT]
    assert radii == sorted(radii, reverse=True)
    assert [point["small"] for point in points] == [one["stroke"] == FAINT for one in dots]


def test_cells_are_as_dark_as_they_are_far_from_the_target() -> None:
    panel, _ = view("matrix", SAMPLES["matrix"], "zh", "desk")
    cells = [cell for line in SAMPLES["matrix"]["cells"] for cell in line]
    fills = [one["fill"] for one in elements(on_paper("matrix", SAMPLES["matrix"]), "rect") if "rx" not in one][: len(cells)]
    for cell, fill in zip(cells, fills, strict=True):
        far = distance(cell["value"], 95.0, "up")
        if cell["withheld"]:
            assert fill.startswith("url(")
        elif cell["small"] or far is None:
            assert fill == "#FFFFFF"
        else:
            assert fill == RAMP[class_index(far, edges_of(panel))]


def test_a_matrix_too_wide_goes_on_below_itself() -> None:
    columns = [{"key": str(n), "label_zh": f"第{n}列", "label_en": f"Column {n}"} for n in range(30)]
    cells = [[{"value": 1000.0 * row + column, "small": False, "withheld": False} for column in range(30)] for row in range(2)]
    data = {"rows": SAMPLES["matrix"]["rows"][:2], "columns": columns, "cells": cells, "unit": "count", "target": None, "better": "band"}
    for lang, width in PAGES:
        canvas = on_paper("matrix", data, lang, width)
        assert_clean(canvas)
        assert {number(cell["value"]) for line in cells for cell in line} <= set(texts(canvas))


def test_bands_are_as_wide_as_what_passes_and_those_kept_back_are_hatched() -> None:
    canvas, (_, links) = on_paper("flows", SAMPLES["flows"]), placed(SAMPLES["flows"])
    bands = [one for one in elements(canvas, "path") if "fill-opacity" in one]
    assert len(bands) == len(links)
    assert sum(one["fill"].startswith("url(") for one in bands) == sum(link.row["withheld"] for link in links)
    known = [link for link in links if not link.row["withheld"]]
    widths = [width(one["d"]) for one in bands if not one["fill"].startswith("url(")]
    for one, link in zip(widths, known, strict=True):
        assert one == pytest.approx(widths[0] * link.row["value"] / known[0].row["value"], abs=0.2)


def width(d: str) -> float:
    """How wide a band begins: from its first corner to its last, one above the other."""
    corners = re.findall(r"(-?[\d.]+) (-?[\d.]+)", d)
    return abs(float(corners[-1][1]) - float(corners[0][1]))


@pytest.mark.parametrize("kind", ["matrix", "flows"])
def test_a_number_kept_back_is_hatched_and_told_by_its_bound(kind: str) -> None:
    cells = [[{"value": 41.0, "withheld": False}, {"value": None, "withheld": True}]]
    row = named([("a", "甲", "A"), ("b", "乙", "B")])
    data: Data = {"rows": row[:1], "columns": row, "cells": cells, "unit": "count", "least": 10}
    if kind == "flows":
        nodes = [{**one, "column": n, "value": 41.0, "withheld": False} for n, one in enumerate(row)]
        data = {"columns": 2, "nodes": nodes, "links": [{"from": "a", "to": "b", "value": None, "withheld": True}], "least": 10}
    figure = told(kind, data)
    assert figure is not None
    assert "<pattern" in figure.svg
    assert any("<10" in text for text in texts(on_paper(kind, data)))


@pytest.mark.parametrize("kind", PAIRS)
def test_with_nothing_to_show_there_is_no_figure(kind: str) -> None:
    assert told(kind, {"rows": [], "columns": [], "cells": [], "points": [], "nodes": [], "links": []}) is None
