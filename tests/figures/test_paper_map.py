"""The map on paper: every value that it names, plates of the class their value has, names that lie free, a place without limits."""

import re
from datetime import UTC, datetime
from itertools import combinations

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from layouts.figures import figure
from layouts.figures.map import draw
from layouts.figures.map_ground import Frame, bounds_of, ground, lines, rings
from layouts.figures.map_names import Name, gathered, leader, overlap, placed
from layouts.figures.theme import LEVELS, PAPER, RAMP
from layouts.text import words_for
from layouts.view import View
from modules.spec.snapshot import PanelData, Snapshot
from tests.figures.conftest import PAGES, elements, texts, written

BASE = ground("haojiang")
PLACE = {
    "key": "haojiang",
    "root": "440512",
    "bounds": list(bounds_of(BASE.district)),
    "layers": ["district", "grids", "labels", "land", "subdistricts"],
    "note_zh": "示意图 · 界线非法定 · WGS 84",
    "note_en": "Schematic map · limits are not legal limits · WGS 84",
}
LEGEND = [10, 20, 30, 40, 60]
SUBDISTRICTS = sorted(BASE.subdistricts)


def area(code, value, **more):
    return {"code": code, "kind": "subdistrict", "label_zh": f"{code[-2:]}街道", "label_en": f"{code[-2:]} Sub-district", "value": value,
            "overdue": None, "level": "none", **more}  # fmt: skip


def panel(areas=None, points=(), layers=(), **more):
    values = areas if areas is not None else [area(code, 7.0 + 9 * number) for number, code in enumerate(SUBDISTRICTS)]
    worn = {grid: grid[:9] for grid in BASE.grids}
    counts = {level: sum(row["level"] == level for row in points) for level in LEVELS} if points else {}
    data = {"areas": values, "plates": worn, "level": "subdistrict", "unit": "count", "legend": LEGEND, "least": 0, "stands": False,
            "points": list(points), "counts": counts, "dedicated": [], "layers": list(layers), **more}  # fmt: skip
    return PanelData("map", "map", "map", data)


def seen(lang="zh", code="440512", **place):
    return View(Snapshot("petitions", code, datetime(2026, 11, 22, tzinfo=UTC), place={**PLACE, **place}), words_for(lang), "desk")


def point(number, level, lon=116.70, lat=23.27):
    return {"id": f"c{number}", "lon": lon, "lat": lat, "due": 0, "level": level}


def fills(canvas):
    return [part["fill"] for part in elements(canvas, "path") if part["fill"] in RAMP]


@pytest.mark.parametrize(("lang", "width"), PAGES)
def test_every_area_stands_with_its_value(lang, width):
    canvas = draw(panel(), seen(lang), width)
    for number, code in enumerate(SUBDISTRICTS):
        assert code[-2:] in texts(canvas)
        assert any(text.startswith(str(7 + 9 * number)) for text in texts(canvas))
    assert PLACE[f"note_{lang}"].split(" · ")[0] in " ".join(texts(canvas))
    assert any(text.endswith(" km") for text in texts(canvas))


@pytest.mark.parametrize(("lang", "width"), PAGES)
def test_no_text_lies_on_another_or_over_the_edge(lang, width):
    rows = [point(number, level, 116.66 + number % 13 * 0.009, 23.24 + number // 13 * 0.02) for number, level in enumerate([*LEVELS] * 9)]
    canvas = draw(panel(points=rows), seen(lang), width)
    every = [one for one in written(canvas) if not one.text.isdigit()]
    for one in every:
        assert one.left >= 0
        assert one.right <= canvas.width + 0.6
        assert one.bottom <= canvas.height
    for one, other in combinations(every, 2):
        shared = overlap((one.left, one.top, one.right, one.bottom), (other.left, other.top, other.right, other.bottom))
        assert shared < 1.5, (one, other)


@pytest.mark.parametrize(("value", "step"), [(0, 0), (9, 0), (10, 1), (29, 2), (30, 3), (59, 4), (60, 5), (999, 5)])
def test_a_plate_has_the_class_of_its_value(value, step):
    found = fills(draw(panel([area(code, value) for code in SUBDISTRICTS]), seen(), 442.0))
    assert found.count(RAMP[step]) == len(BASE.grids)


def test_what_is_kept_back_is_hatched_and_nowhere_told():
    rows = [area(SUBDISTRICTS[0], None, withheld=True), *(area(code, 33) for code in SUBDISTRICTS[1:])]
    told = figure(panel(rows, least=10), seen(), 442.0)
    assert 'fill="url(#h' in told.svg
    assert "<pattern" in told.svg
    assert "不予显示" in told.svg
    canvas = draw(panel(rows, least=10), seen(), 442.0)
    assert fills(canvas).count(RAMP[3]) == sum(not grid.startswith(SUBDISTRICTS[0]) for grid in BASE.grids)


def test_an_area_without_a_value_is_not_one_at_zero():
    canvas = draw(panel([area(code, None) for code in SUBDISTRICTS]), seen(), 442.0)
    assert fills(canvas) == []
    assert texts(canvas).count("无数据") == len(SUBDISTRICTS)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["watch", "warning", "critical"]), st.floats(116.66, 116.75), st.floats(23.25, 23.30)), max_size=40)
)
def test_urgent_points_are_all_counted(spots):
    rows = [point(number, *spot) for number, spot in enumerate(spots)]
    canvas = draw(panel(points=rows), seen(), 442.0)
    keys = 3 if rows else 0
    groups = sum(part["fill"] in (LEVELS["watch"], LEVELS["warning"], LEVELS["critical"]) for part in elements(canvas, "path")) - keys
    numbers = re.findall(rf'fill="{PAPER}"[^>]*>(\d+)</text>', canvas.svg())
    assert groups - len(numbers) + sum(map(int, numbers)) == len(rows)
    if rows:
        assert f"超时 {sum(row['level'] == 'critical' for row in rows)}" in texts(canvas)


@given(st.lists(st.tuples(st.floats(0, 60), st.floats(0, 60)), max_size=30))
def test_points_are_gathered_once_each(points):
    groups = list(gathered(points, 9.0))
    assert sorted(point for group in groups for point in group) == sorted(points)
    assert all(groups)


def test_layers_are_outlined_and_told_apart_by_letters():
    spot = {**point(0, "warning"), "kind": None, "label_zh": "", "at": None}
    layers = [
        {"key": key, "shown": shown, "kinds": {}, "counts": {"warning": 1}, "rows": [spot]}
        for key, shown in (("alarms", True), ("roads", True), ("pumps", False))
    ]  # fmt: skip
    view = View(Snapshot("city_operations", "440512", datetime(2026, 11, 22, tzinfo=UTC), place=PLACE), words_for("zh"), "desk")
    found = texts(draw(panel(layers=layers), view, 442.0))
    assert {"报", "道"} <= set(found)
    assert any("报警设备" in text for text in found)
    assert not any("泵站" in text for text in found)


def test_a_place_without_limits_shows_its_points_and_says_so():
    rows = [point(number, "critical", -71.06 + number * 0.02, 42.34) for number in range(3)]
    view = seen(key="boston", layers=[], bounds=None, note_zh="波士顿")
    canvas = draw(panel([], rows, plates={}), view, 442.0)
    assert sum(part["fill"] == LEVELS["critical"] for part in elements(canvas, "path")) == 4
    assert "仅点位，无界线图层 · 波士顿" in texts(canvas)
    assert fills(canvas) == []


def test_a_part_of_a_place_is_looked_at_closely():
    code = SUBDISTRICTS[0]
    row = [area(code, 12)]
    whole, part = draw(panel(row), seen(), 442.0), draw(panel(row), seen(code=code), 442.0)
    scale = [next(float(text.split()[0]) for text in texts(canvas) if text.endswith(" km")) for canvas in (whole, part)]
    assert scale[1] < scale[0]


def test_a_place_is_found_below_its_folder_only():
    assert not ground("../haojiang").grids
    assert not ground("nowhere").grids
    assert ground("nowhere").land.is_empty


def test_a_kilometre_is_as_long_both_ways():
    frame = Frame((116.6, 23.2, 116.8, 23.35), 442.0, 274.0)
    (x0, y0), (x1, _), (_, y1) = (
        frame.at(116.7, 23.275),
        frame.at(116.7 + 1 / (111.195 * 0.91857), 23.275),
        frame.at(116.7, 23.275 - 1 / 111.195),
    )
    assert x1 - x0 == pytest.approx(frame.per_km, rel=1e-3)
    assert y1 - y0 == pytest.approx(frame.per_km, rel=1e-6)


def test_ground_is_cropped_to_the_frame_and_its_cut_is_no_limit():
    frame = Frame((0, 0, 1, 1), 100.0, 100.0)
    wide = shapely.box(-9, 0.25, 9, 0.75)
    assert all(-1e-6 <= x <= 100 + 1e-6 for ring in rings(frame.flat(wide)) for x, _ in ring)
    drawn = lines(frame.flat(wide.boundary))
    assert len(drawn) == 2
    assert all(len({round(y) for _, y in line}) == 1 for line in drawn)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(20, 280), st.floats(20, 180), st.floats(10, 70)), min_size=1, max_size=8))
def test_names_never_touch_each_other_or_what_is_taken(spots):
    taken = [(0.0, 180.0, 60.0, 200.0)]
    names = [Name(str(number), width, 18.0, (x, y)) for number, (x, y, width) in enumerate(spots)]
    boxes = [place.box for place in placed(names, [], taken, (300.0, 200.0)).values()]
    assert len(boxes) >= min(4, len(names))
    assert all(box[0] >= 0 and box[1] >= 0 and box[2] <= 300 and box[3] <= 200 for box in boxes)
    assert not any(overlap(one, other) for one, other in combinations([*boxes, *taken], 2))


def test_a_name_keeps_off_marks_and_has_a_leader_away_from_home():
    home = shapely.box(140, 90, 160, 110)
    [far] = placed([Name("a", 60.0, 18.0, (150.0, 100.0), home)], [((118.0, 88.0, 182.0, 112.0), 1.5)], [], (300.0, 200.0)).values()
    assert far.away
    assert overlap(far.box, (118.0, 88.0, 182.0, 112.0)) < 100
    assert leader(far.box, (150.0, 100.0))[1] == (150.0, 100.0)
    wide = shapely.box(0, 0, 300, 200)
    [near] = placed([Name("a", 60.0, 18.0, (150.0, 100.0), wide)], [], [], (300.0, 200.0)).values()
    assert near.box == (120.0, 91.0, 180.0, 109.0)
    assert not near.away
