"""Every key number of civilization against pandas on the rows, on both engines, for the district and a sub-district; panels add up."""

from itertools import pairwise

import pandas as pd
import pytest

from dashboard.taking.moment import Taking
from dashboard.taking.snapshot import take
from data.db import engine_for, reading
from data.schema import metadata
from data.subjects import cubes_of
from modules.civilization import MODULE
from modules.spec import Quality
from tests.subjects.civilization_numbers import COUNTS, MAY, SCALED, SHARES, UNTOLD, Civil, fixed_on_time, passed
from tests.subjects.conftest import NOW, PLACE

AREAS = {"district": PLACE.root, "subdistrict": "440512003"}
METRICS = {metric.key: metric for metric in MODULE.every_metric}


@pytest.fixture(scope="module")
def civil(history):
    with reading(history) as connection:
        return Civil.read(connection, NOW)


@pytest.fixture(scope="module")
def snapshot(snapshots):
    return snapshots["district"]


def test_every_key_number_is_computed_here():
    assert {*SHARES, *SCALED, *COUNTS, "deviation"} == set(METRICS)
    assert {metric.code for metric in METRICS.values()} == {f"CW-{number:02d}" for number in range(1, 13)}


@pytest.mark.parametrize("level", AREAS)
@pytest.mark.parametrize("key", [*SHARES, *SCALED])
def test_shares_are_those_of_the_rows(civil, reading_at, key, level):
    found = reading_at(key, AREAS[level])
    if level != "district" and key in UNTOLD:
        assert (found.value, found.quality) == (None, Quality.MISSING)
        return
    scale, count = SCALED.get(key) or (100.0, SHARES[key])
    over, under = count(civil.within(level, AREAS[level]))
    assert under > 0
    assert (found.numerator, found.denominator) == (over, under)
    assert found.value == pytest.approx(scale * over / under)
    assert found.level == METRICS[key].level(found.value)


@pytest.mark.parametrize("level", AREAS)
@pytest.mark.parametrize("key", COUNTS)
def test_counts_are_those_of_the_rows(civil, reading_at, key, level):
    found = reading_at(key, AREAS[level])
    told = level == "district" or key not in UNTOLD
    assert found.value == (float(COUNTS[key](civil.within(level, AREAS[level]))) if told else None)
    assert found.quality == (Quality.GOOD if told else Quality.MISSING)


@pytest.mark.parametrize("level", AREAS)
def test_the_deviation_is_own_less_third_party(civil, reading_at, level):
    here = civil.within(level, AREAS[level])
    (own, looked), (third, seen) = passed(here, "own"), passed(here, "third_party")
    found = reading_at("deviation", AREAS[level])
    assert found.value == pytest.approx(100 * own / looked - 100 * third / seen)
    assert (found.numerator, found.denominator, found.unit) == (None, min(looked, seen), "pt")


def test_a_round_is_compared_with_the_round_before(civil, reading_at):
    visits = civil.tables["civ_visit"]
    april = visits[visits.day.between(MAY[0] - 30, MAY[0] - 1)]
    before = 100 * (april.items_n - april.failed).sum() / april.items_n.sum()
    found = reading_at("item_pass", PLACE.root)
    assert found.comparison.delta == pytest.approx(found.value - before)
    assert found.comparison.year is not None


def test_what_a_visit_says_is_what_its_faults_say(civil):
    visits, faults = civil.tables["civ_visit"], civil.tables["civ_fault"]
    assert (visits.failed == visits.items_n - visits.passed_n).all()
    assert (visits.veto == visits.vetoes_n).all()
    assert (visits.lost == visits.lost_marks).all()
    assert (visits.good == visits.met).all()
    assert visits.failed.sum() == len(faults)
    for told, seen in (("open", "is_open"), ("late", "is_late"), ("again", "comes_again")):
        old = faults[faults.day > faults.day.min() + 95]  # what came before the first rows is not in them
        assert (old[told].astype(bool) == old[seen]).all(), told
    assert (faults.relapsed_on.notna() & ~faults.is_open == faults.came_back).all()
    checks = civil.tables["civ_check"]
    assert checks.items_n.sum() == visits.items_n.sum()
    missed = checks.assign(missed=checks.items_n - checks.passed_n).groupby("theme").missed.sum()
    assert missed.to_dict() == faults.groupby("theme").size().reindex(missed.index, fill_value=0).to_dict()


def test_points_stand_as_their_newest_visit_left_them(civil, snapshot):
    points = civil.tables["civ_point"].set_index("number")
    visits = civil.tables["civ_visit"]
    newest = visits[visits.visited_at <= civil.now.floor("h")].sort_values(["visited_at", "inspector"]).groupby("point").last()
    assert set(newest.index) == set(points.index)
    wanted = newest.veto.gt(0).map({True: "veto", False: None}).fillna(newest.good.map({True: "passed", False: "failed"}))
    assert points.state.to_dict() == wanted.to_dict()
    (layer,) = snapshot.panel("map").data["layers"]
    levels = points.state.map({"veto": "critical", "failed": "warning", "passed": "ok"}).value_counts().to_dict()
    assert {level: n for level, n in layer["counts"].items() if n} == levels
    assert len(layer["rows"]) == len(points)


def test_the_map_counts_open_faults_by_area(civil, snapshot):
    faults = civil.tables["civ_fault"]
    for kind in ("subdistrict", "community"):
        counts = faults[faults.is_open].groupby(kind).size().to_dict()
        shown = {row["code"]: row["value"] for row in snapshot.panel("map").data["areas"] if row["kind"] == kind}
        assert {code: n for code, n in shown.items() if n} == counts


def test_comparing_panels_say_what_the_rows_say(civil, snapshot):
    found, visits = civil.found(*MAY), civil.visits()
    pareto = snapshot.panel("marks_by_indicator").data
    lost = found.groupby("indicator").marks.sum()
    assert pareto["total"] == lost.sum()
    assert {row["key"]: row["value"] for row in pareto["rows"]} == {row["key"]: lost[row["key"]] for row in pareto["rows"]}
    for panel, by in (("pass_by_type", "point_type"), ("pass_by_street", "subdistrict")):
        sums = visits.assign(ok=visits.items_n - visits.failed).groupby(by)[["ok", "items_n"]].sum()
        last = {row["key"]: row["values"][-1] for row in snapshot.panel(panel).data["rows"]}
        assert last == pytest.approx((100 * sums.ok / sums.items_n).to_dict())
        assert snapshot.panel(panel).data["columns"] == ["2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"]
    matrix = snapshot.panel("type_by_theme").data
    checks = civil.of("civ_check", "round_on", *MAY).groupby(["point_type", "theme"])[["passed_n", "items_n"]].sum()
    for row, line in zip(matrix["rows"], matrix["cells"], strict=True):
        for column, cell in zip(matrix["columns"], line, strict=True):
            sums = checks.loc[row["key"], column["key"]] if (row["key"], column["key"]) in checks.index else None
            assert cell["n"] == (None if sums is None else sums.items_n)
            assert cell["value"] == (None if sums is None else pytest.approx(100 * sums.passed_n / sums.items_n))


def test_bars_courses_and_stacks_say_what_the_rows_say(civil, snapshot):
    faults = civil.tables["civ_fault"]
    bars = {row["key"]: (row["numerator"], row["of"]) for row in snapshot.panel("fixed_by_street").data["rows"]}
    split = {key: Civil({"civ_fault": rows}, civil.now, civil.last) for key, rows in faults.groupby("subdistrict")}
    assert bars == {key: fixed_on_time(part, civil.last - 29, civil.last) for key, part in split.items()}
    course = dict(zip(*(snapshot.panel("recurring_course").data[axis] for axis in "xy"), strict=True))
    month = faults[faults.day.between(*MAY)]
    assert course["2026-05-01T00:00:00"] == pytest.approx(100 * month.comes_again.mean())
    assert len(course) == 12 and "2026-06-01T00:00:00" not in course  # a round is told once it is over
    parts = {row["key"]: {part["key"]: part["value"] for part in row["parts"]} for row in snapshot.panel("open_by_unit").data["rows"]}
    left = faults[faults.is_open].groupby("unit")
    assert parts == {key: {"in_time": (~rows.is_late).sum(), "late": rows.is_late.sum()} for key, rows in left}
    deviations = snapshot.panel("deviation_by_street").data
    assert deviations["unit"] == "pt" and len(deviations["rows"]) == 7
    routes = snapshot.panel("routes").data["rows"]
    assert sum(row["value"] for row in routes) == snapshot.readings["routes_done"].numerator
    dossiers = snapshot.panel("dossiers").data["rows"]
    assert sum(row["value"] for row in dossiers) == snapshot.readings["dossiers_in_date"].denominator
    asked = {group["key"] for group in snapshot.panel("satisfaction_dots").data["groups"]}
    assert asked == {"civic_satisfaction", "window_satisfaction"}


def test_listings_name_the_points_and_put_what_presses_first(civil, snapshot):
    faults, points = civil.tables["civ_fault"], civil.tables["civ_point"]
    third = snapshot.panel("third_time").data
    assert third["total"] == snapshot.readings["third_failures"].value
    assert len(third["rows"]) == min(20, third["total"])
    assert {row["point_zh"] for row in third["rows"]} <= set(points.name_zh)
    assert all(row["indicator_en"] != row["indicator"] for row in third["rows"])
    still = [row["fixed_at"] is None for row in third["rows"]]
    assert still == sorted(still, reverse=True)
    pairs = snapshot.panel("pairs").data
    assert pairs["total"] == faults.done.between(civil.last - 2, civil.last).sum()
    moments = [row["fixed_at"] for row in pairs["rows"]]
    assert all(one >= other for one, other in pairwise(moments))
    assert all(row["photo_before_n"] and row["photo_after_n"] for row in pairs["rows"])
    assert snapshot.panel("vetoes").data["total"] == snapshot.readings["open_vetoes"].value
    state = civil.tables["dossier"]
    due = snapshot.panel("dossiers_due").data
    assert due["total"] == (state.valid_until_at.isna() | (state.valid_until_at <= civil.now + pd.Timedelta(days=30))).sum()


def test_alerts_begin_where_the_field_says():
    alerts = {alert.metric.key: alert for alert in MODULE.alerts}
    for key, calm, told in (("open_vetoes", 0, 1), ("third_failures", 0, 1), ("dossiers_expiring", 0, 1), ("deviation", 5, 5.1)):
        metric = alerts[key].metric
        assert metric.level(calm) == "ok"
        assert metric.level(told) == alerts[key].at


def test_an_empty_district_has_no_figures_at_all():
    engine = engine_for("sqlite://")
    cubes_of(None)
    metadata.create_all(engine)
    with engine.connect() as connection:
        empty = take(MODULE, Taking(connection, PLACE.region, PLACE.root, PLACE.root, NOW, PLACE.zone), {}, False)
    assert {found.quality for found in empty.readings.values()} == {Quality.MISSING}
    assert {found.value for found in empty.readings.values()} == {None}
