"""The geometry of the drawings that compare: shares end at the whole, what goes in comes out, lengths are in proportion, no labels meet."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layouts.components.bullets import share_done
from layouts.components.flows import Link, Node, placed
from layouts.components.matrix import distance
from layouts.components.pareto import folded, the_few
from layouts.components.scale import apart
from layouts.components.scatter import box, sides
from layouts.components.shape import steps
from layouts.components.slope import turn
from layouts.components.stacks import TONES, ground
from layouts.components.survival import median, still_waiting
from tests.chart_samples import PART_WORDS, SAMPLES, TOPICS, drawn, every, link, named, pareto, share, spoken, view
from tests.contract.words import texts
from tests.test_contrast import contrast, theme


@given(st.lists(st.integers(1, 500), min_size=1, max_size=12), st.integers(0, 90))
def test_running_shares_end_at_the_whole(values: list[int], rest: int) -> None:
    values.sort(reverse=True)
    others = {"n": 3, "value": float(rest)} if rest else None
    data = pareto([float(value) for value in values], others)
    _, seen = view("pareto", data, "zh")
    for most in (4, 10, 20):
        rows = folded(data, most, seen)
        assert len(rows) <= max(most, 1)
        assert rows[-1]["share"] == pytest.approx(100)
        assert sum(row["value"] for row in rows) == pytest.approx(data["total"])
    parts = drawn("pareto", data)
    widths = [share(props, "width") for props in every(parts, "bar-part")]
    assert sum(widths) == pytest.approx(100, abs=0.1)
    dots = [share(props, "left") for props in every(parts, "dot")]
    assert dots == sorted(dots)
    assert dots[-1] == pytest.approx(100, abs=0.01)


def test_the_few_are_those_that_make_four_fifths() -> None:
    few = pareto([50.0, 30.0, 15.0, 5.0])["rows"]
    assert the_few(few) == 2
    assert the_few(pareto([60.0, 10.0], {"n": 30, "value": 30.0})["rows"]) == 2


def in_and_out(nodes: dict[str, Node], links: list[Link]) -> dict[str, tuple[float, float]]:
    """How much of a thing's left and right side its bands cover."""
    covered = dict.fromkeys(nodes, (0.0, 0.0))
    for one in links:
        start, end = one.row["from"], one.row["to"]
        covered[start] = (covered[start][0], covered[start][1] + one.left[1] - one.left[0])
        covered[end] = (covered[end][0] + one.right[1] - one.right[0], covered[end][1])
    return covered


def test_what_goes_into_a_thing_comes_out_of_it() -> None:
    nodes, links = placed(SAMPLES["flows"])
    for key, (into, out) in in_and_out(nodes, links).items():
        height = nodes[key].high - nodes[key].low
        if key.startswith("unit:") and not any(one.row["withheld"] and key in (one.row["from"], one.row["to"]) for one in links):
            assert into == pytest.approx(out) == pytest.approx(height)
        assert into <= height + 1e-9
        assert out <= height + 1e-9


@given(st.lists(st.lists(st.integers(0, 60), min_size=3, max_size=3), min_size=1, max_size=9))
def test_bands_are_as_wide_as_their_numbers_and_keep_to_their_ends(table: list[list[int]]) -> None:
    links = [link(f"a:{row}", f"b:{column}", n) for row, line in enumerate(table) for column, n in enumerate(line)]
    sums = [("a", row, sum(line)) for row, line in enumerate(table)] + [("b", n, sum(line[n] for line in table)) for n in range(3)]
    nodes = [
        {"key": f"{side}:{n}", "label_zh": str(n), "label_en": str(n), "column": "ab".index(side), "value": float(total), "withheld": False}
        for side, n, total in sums
    ]
    found, bands = placed({"columns": 2, "nodes": nodes, "links": links})
    heights = [(band.left[1] - band.left[0]) / band.row["value"] for band in bands]
    assert heights == pytest.approx([max(heights, default=0.0)] * len(bands))
    for band in bands:
        assert band.right[1] - band.right[0] == pytest.approx(band.left[1] - band.left[0])
        for end, stretch in ((band.row["from"], band.left), (band.row["to"], band.right)):
            assert found[end].low - 1e-9 <= stretch[0] <= stretch[1] <= found[end].high + 1e-9
    for side in "ab":
        ordered = [node for key, node in found.items() if key.startswith(side)]
        assert all(upper.low >= lower.high - 1e-9 for upper, lower in pairwise(ordered))
        assert ordered[0].high <= 1 + 1e-9 and ordered[-1].low >= -1e-9


def test_a_bar_of_done_is_in_proportion_to_its_plan() -> None:
    rows = [row for row in SAMPLES["bullets"]["rows"] if row["value"] is not None]
    parts = drawn("bullets", {**SAMPLES["bullets"], "rows": rows})
    plan = {share(props, "width") for props in every(parts, "bullet-plan")}
    assert len(plan) == 1
    for row, props in zip(rows, every(parts, "bullet-done"), strict=True):
        assert share(props, "width") / plan.copy().pop() == pytest.approx(row["value"] / row["of"], abs=0.001)


def test_nothing_planned_is_no_share() -> None:
    row = SAMPLES["bullets"]["rows"][0]
    assert share_done({**row, "of": 0.0}) is None
    assert share_done({**row, "value": None}) is None
    assert share_done({**row, "value": 0.0}) == 0


def test_parts_stand_in_their_order_and_in_proportion() -> None:
    parts = drawn("stacks", SAMPLES["stacks"])
    most = max(row["value"] for row in SAMPLES["stacks"]["rows"])
    for row, lane in zip(SAMPLES["stacks"]["rows"], every(parts, "bar-lane"), strict=True):
        widths = [share(props, "width") for props in every(lane["children"], "stack-part")]
        assert widths == [pytest.approx(100 * part["value"] / most, abs=0.01) for part in row["parts"]]
    named_parts = [text for text in texts(every(parts, "key")) if text in {zh for zh, _ in PART_WORDS.values()}]
    assert named_parts == [zh for zh, _ in PART_WORDS.values()]


@pytest.mark.parametrize("name", ["dark", "light"])
def test_a_number_on_a_part_stands_out(name: str) -> None:
    colours = theme(name)
    ground_colour = {"is-strong": "surface-1", "is-middle": "surface-1" if name == "dark" else "text-1", "is-faint": "text-1"}
    for tone in TONES:
        mixed = "#" + "".join(
            f"{round(int(colours['accent'][n : n + 2], 16) * tone / 100 + int(colours['surface-3'][n : n + 2], 16) * (1 - tone / 100)):02X}"
            for n in (1, 3, 5)
        )
        assert contrast(mixed, colours[ground_colour[ground(tone)]]) >= 4.5, tone


def test_a_change_is_judged_by_what_is_better() -> None:
    row = SAMPLES["slope"]["rows"][0]
    assert turn({**row, "delta": 2.0}, "up") == turn({**row, "delta": -2.0}, "down") == "better"
    assert turn({**row, "delta": -2.0}, "up") == turn({**row, "delta": 2.0}, "down") == "worse"
    assert turn({**row, "delta": None}, "up") == turn({**row, "delta": 0.0}, "up") == "even"


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12), st.floats(0.01, 0.3))
def test_labels_stand_apart_in_their_order(places: list[float], gap: float) -> None:
    moved = apart(places, gap)
    room = min(gap, 1 / max(1, len(places) - 1))
    order = sorted(range(len(places)), key=lambda index: places[index])
    assert all(moved[after] - moved[before] >= room - 1e-9 for before, after in pairwise(order))
    assert all(-1e-9 <= place <= 1 + 1e-9 for place in moved)
    if all(after - before >= gap for before, after in pairwise(sorted(places))):
        assert moved == pytest.approx(places)


@given(st.lists(st.tuples(st.tuples(st.floats(0, 1), st.floats(0, 1)), st.sampled_from(["达濠街道", "Queshi", "区城管局"])), max_size=15))
def test_no_two_names_of_points_meet(points: list[tuple[tuple[float, float], str]]) -> None:
    found = [(box(side, at, text)) for (at, text), side in zip(points, sides(points), strict=True) if side]
    for n, one in enumerate(found):
        assert one[0] >= 0 and one[1] >= 0 and one[3] <= 1
        for other in found[n + 1 :]:
            assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


def test_a_name_without_room_is_counted_not_lost() -> None:
    crowd = [{**row, "x": 50.0, "y": 50.0, "n": 100.0, "small": False} for row in named(TOPICS)]
    crowd.append({**crowd[0], "x": 0.0, "y": 0.0})
    parts = drawn("scatter", {**SAMPLES["scatter"], "points": crowd}, "en")
    names = len(every(parts, "spot-name"))
    assert 0 < names < len(crowd)
    assert f"{len(crowd) - names} more not named" in spoken(parts)
    assert len(every(parts, "scatter-dot")) == len(crowd)


def test_waiting_falls_by_steps_and_is_read_at_what_is_known() -> None:
    group = {"x": [0.0, 10.0, 20.0], "y": [1.0, 0.6, 0.2]}
    assert [still_waiting(group, at) for at in (0, 9.9, 10, 19, 500)] == [1.0, 1.0, 0.6, 0.6, 0.2]
    assert median(group) == 20.0
    assert median({**group, "y": [1.0, 0.9, 0.8]}) is None
    assert steps([(0.0, 1.0), (0.5, 0.4)]) == [(0.0, 1.0), (0.5, 1.0), (0.5, 0.4)]


def test_a_survey_is_never_ranked() -> None:
    rows = [row["label_en"] for group in SAMPLES["dots"]["groups"] for row in group["rows"]]
    shown = [text for props in every(drawn("dots", SAMPLES["dots"], "en"), "bar-label") for text in texts(props["children"])]
    assert shown == rows


@pytest.mark.parametrize(("better", "far"), [("up", 5.0), ("down", 0.0), ("band", 90.0)])
def test_a_cell_is_coloured_by_how_far_it_is_from_its_target(better: str, far: float) -> None:
    assert distance(90.0, 95.0, better) == far
    assert distance(None, 95.0, better) is None
    assert distance(90.0, None, better) == 90.0


def test_lanes_stand_on_one_axis_of_time() -> None:
    parts = drawn("lanes", SAMPLES["lanes"])
    rows, lanes = SAMPLES["lanes"]["rows"], every(parts, "lane")
    assert len(lanes) == len(rows)
    for row, lane in zip(rows, lanes, strict=True):
        places = [share(props, "left") for props in every([{"props": lane}], "lane-mark")]
        assert places == sorted(places)
        assert len(places) == len(row["marks"])
        assert len(every([{"props": lane}], "lane-due")) == (row["due"] is not None)
    first = {share(props, "left") for props in every(parts, "mark-1-done") if "left" in props.get("style", {})}
    assert first == {20.34}  # twelve of fifty-nine hours
    late = [props["className"] for props in every(parts, "lane-left")]
    assert ["is-critical" in name for name in late] == [True, *[False] * 5]
    assert "1:05" in spoken(parts)
    assert "0:42" in spoken(parts)
