"""Every key number of city operations against pandas on the rows, on both engines, for a district, a sub-district and a grid."""

from itertools import pairwise

import numpy as np
import pytest

from dashboard.taking.moment import Taking
from dashboard.taking.snapshot import take
from data.db import engine_for, reading
from data.measures import Measure, Ratio, Scope, Span
from data.schema import metadata
from data.subjects import cases, city_operations, cubes_of
from modules.city_operations import MODULE
from modules.spec import Level, Quality
from tests.subjects.city_numbers import CLOCKS, COUNTS, SHARES, TIMES, UNTOLD, City, of_due
from tests.subjects.conftest import NOW, PLACE
from tests.subjects.frames import quantile

AREAS = {"district": PLACE.root, "subdistrict": "440512001", "grid": "440512001001-G01"}
METRICS = {metric.key: metric for metric in MODULE.every_metric}
STAGES = ("filed", "dispatched", "handled", "checked", "closed")


@pytest.fixture(scope="module")
def city(history, workday):
    with reading(history) as connection:
        return City.read(connection, NOW, workday)


def test_every_key_number_is_computed_here():
    assert {*SHARES, *COUNTS, *TIMES} == set(METRICS)
    assert {metric.code for metric in METRICS.values()} == {f"CO-{number:02d}" for number in range(1, 14)}


@pytest.mark.parametrize("level", AREAS)
@pytest.mark.parametrize("key", SHARES)
def test_shares_are_those_of_the_rows(city, reading_at, key, level):
    found = reading_at(key, AREAS[level])
    if level == "grid" and key in UNTOLD:
        assert (found.value, found.quality) == (None, Quality.MISSING)
        return
    over, under = SHARES[key](city.within(level, AREAS[level]))
    assert (found.numerator, found.denominator) == (over, under)
    assert found.value == (pytest.approx(100 * over / under) if under else None)
    assert found.quality == (Quality.GOOD if under else Quality.MISSING)


@pytest.mark.parametrize("level", AREAS)
@pytest.mark.parametrize("key", COUNTS)
def test_counts_are_those_of_the_rows(city, reading_at, key, level):
    found = reading_at(key, AREAS[level])
    untold = level == "grid" and key in UNTOLD
    assert found.value == (None if untold else float(COUNTS[key](city.within(level, AREAS[level]))))


@pytest.mark.parametrize("level", AREAS)
@pytest.mark.parametrize("key", TIMES)
def test_times_are_those_of_the_rows(city, reading_at, key, level):
    found, (part, values) = reading_at(key, AREAS[level]), TIMES[key]
    known = values(city.within(level, AREAS[level]))
    assert found.denominator == len(known)
    assert found.value == (pytest.approx(quantile(known, part)) if len(known) else None)


def test_there_is_something_to_tell(city, reading_at):
    """A test against a zero of both sides would prove nothing."""
    for key in (*SHARES, *COUNTS):
        found = reading_at(key, PLACE.root)
        if key not in ("pumps_running", "pumps_called", "flooded", "impassable", "recurrence_components"):  # a dry June day
            assert found.denominator or found.value is not None, key
    assert city.cases.near.max() >= 2 and city.cases.clocked.notna().sum() > 1000


@pytest.mark.parametrize("key", ["handled_in_time", "closed_in_time", "closed_events", "closed_components"])
def test_gross_keeps_what_was_put_off(city, reading_at, key):
    column = "in_time" if key.startswith("handled") else "met"
    kind = key.partition("_")[2] if key.endswith("s") else ""
    over, under = of_due(column, net=False)(city, kind)
    found = reading_at(key, PLACE.root)
    assert (found.gross_numerator, found.gross_denominator) == (over, under)
    assert under > (found.denominator or 0) > 0


def parts_of(measure):
    return (measure.over, measure.under) if isinstance(measure, Ratio) else (measure,) if isinstance(measure, Measure) else ()


def test_events_and_components_add_up_to_all(reading_at):
    for whole, kind in (
        ("filed_today", "filed"), ("overdue_open", "overdue"), ("filing_rate", "filing"), ("handled_in_time", "handled"),
        ("closed_in_time", "closed"), ("rework_rate", "rework"), ("recurrence_rate", "recurrence"),
    ):  # fmt: skip
        both, events, components = (reading_at(key, PLACE.root) for key in (whole, f"{kind}_events", f"{kind}_components"))
        if both.denominator is None:
            assert both.value == events.value + components.value
        else:
            assert both.numerator == events.numerator + components.numerator
            assert both.denominator == events.denominator + components.denominator


def measures():
    """Every counter a key number is made of, once."""
    sides = [side for metric in METRICS.values() for side in parts_of(metric.measure)]
    return sorted({(side.cube.name, side.counter, side.by, side.key): side for side in sides}.items())


@pytest.mark.parametrize("measure", [pytest.param(measure, id="-".join(key)) for key, measure in measures()])
def test_the_total_is_the_sum_of_its_areas_its_days_and_its_keys(taking_of, measure):
    taking, span, scope = taking_of(), Span(20600, 20629), Scope(PLACE.region)
    read = taking.connection
    whole = measure.total(read, scope, span).value
    streets = measure.by_area(read, PLACE.region, taking.children(), span)
    assert sum(part.value for part in streets.values()) == whole
    if not measure.stock:
        assert sum(part.value for part in measure.series(read, scope, span).values()) == whole
    if not measure.by:
        for by in measure.cube.by:
            assert sum(part.value for part in measure.by_key(read, scope, by, span).values()) == whole, by


@pytest.mark.parametrize("level", AREAS)
def test_the_loop_is_one_cohort(city, snapshots, level):
    stages = snapshots[level].panel("funnel").data["stages"]
    cohort = city.within(level, AREAS[level]).reported("", 7)
    reached = [len(cohort), *(int(cohort[f"s_{stage}"].sum()) for stage in STAGES)]
    assert [stage["count"] for stage in stages] == reached == sorted(reached, reverse=True)
    for here, following in pairwise(stages):
        assert here["count"] == following["count"] + here["left"] + here["waiting"]
        assert here["waiting"] >= 0 and here["left"] >= 0
    assert sum(stage["left"] or 0 for stage in stages) == cohort.ended.notna().sum()
    drops = {drop["key"]: drop["count"] for drop in snapshots[level].panel("funnel").data["drops"]}
    assert drops == {key: (cohort.ended == key).sum() for key in cases.ENDED}


def test_panels_say_what_the_rows_say(city, snapshots):
    panel = {found.key: found.data for found in snapshots["district"].panels}
    month, late = city.reported("", 30), city.cases[city.cases.late]
    week = city.reported("", 7)
    types = week[week.filed].groupby("type").size()
    assert panel["types"]["total"] == types.sum()
    assert {row["key"]: row["value"] for row in panel["types"]["rows"]}.items() <= dict(types).items()
    lines = (month.source + "|" + month.channel).value_counts()
    assert {row["key"]: row["value"] for row in panel["lines"]["rows"]} == dict(lines)
    assert all(row["label_zh"] != row["key"] for row in panel["lines"]["rows"])
    assert {row["key"]: row["value"] for row in panel["overdue"]["rows"]} == dict(late.groupby("unit").size())
    broken = city.of("components")[city.of("components").is_open].groupby("type").size()
    assert {row["key"]: row["value"] for row in panel["defects"]["rows"]}.items() <= dict(broken).items()
    assert sum(map(sum, panel["hours"]["z"])) * 4 == pytest.approx(len(city.reported("", 28)))
    assert sum(value or 0 for value in panel["filed_by_hour"]["y"]) == city.reported("", 1).filed.sum()
    nights = {row["day"]: (row["numerator"], row["denominator"]) for row in panel["lamp_nights"]["days"]}
    assert nights["2026-06-24"] == SHARES["lamps_lit"](city)


def test_handling_is_shown_against_the_one_limit_of_its_types(city, snapshots):
    groups = snapshots["district"].panel("handling_ecdf").data["groups"]
    closed = city.closed(days=7)
    short = closed[closed.type.map(lambda key: CLOCKS[key] == ("work_hours", 4.0)) & closed.clocked.notna()]
    counts = short.groupby("type").size()
    assert {group["key"]: group["n"] for group in groups}.items() <= dict(counts).items()
    for group in groups:
        assert group["limit_s"] == 4 * 3600
        assert group["x"][30] == pytest.approx(float(np.median(short[short.type == group["key"]].clocked)))


@pytest.mark.parametrize("level", AREAS)
def test_clusters_are_told_once_the_largest_first(city, snapshots, level):
    here = city.within(level, AREAS[level])
    lately = (here.now - here.cases.reported_at).dt.total_seconds() <= 30 * 86400
    heads = here.cases[here.cases.newest & (here.cases.near >= 2) & lately]
    told = snapshots[level].panel("clusters").data
    assert told["total"] == len(heads)
    counts = sorted((int(near) + 1 for near in heads.near), reverse=True)
    assert [row["cases"] for row in told["rows"]] == counts[:20]


def test_urgent_cases_nobody_has_reached_are_listed(city, snapshots):
    frame = city.cases
    alone = frame[frame.is_open & frame.urgent.astype(bool) & frame.arrived_at.isna() & frame.handled_at.isna()]
    told = snapshots["district"].panel("urgent_waiting").data
    assert [row["number"] for row in told["rows"]] == list(alone.sort_values(["reported_at", "number"]).number)


def test_sensors_in_alarm_are_listed_the_worst_first(city, snapshots):
    frame = city.tables["sensor"]
    alarmed = frame[frame.level.isin(["watch", "warning", "critical"])]
    told = snapshots["district"].panel("sensors_alarmed").data
    assert told["total"] == len(alarmed) > 0
    ranks = [("critical", "warning", "watch").index(row["level"]) for row in told["rows"]]
    assert ranks == sorted(ranks)
    assert all((row["reading"] is None) == (row["sensor_state"] == "silent") for row in told["rows"])


def test_the_map_has_every_sensor_and_road(city, snapshots):
    layers = {layer["key"]: layer for layer in snapshots["district"].panel("map").data["layers"]}
    kinds = city.tables["sensor"].groupby("sensor_kind").size()
    assert len(layers["water"]["rows"]) == kinds["water_level"]
    assert len(layers["weather"]["rows"]) == kinds[["tide", "rain", "wind"]].sum()
    assert len(layers["roads"]["rows"]) == city.tables["road_work"].lifted_at.isna().sum()
    assert len(layers["alarms"]["rows"]) == city.tables["sensor"].level.isin(["watch", "warning", "critical"]).sum()
    assert [key for key, layer in layers.items() if layer["shown"]] == ["alarms", "roads"]


def test_limits_of_water_and_pumps():
    flooded, impassable, pumps = (METRICS[key] for key in ("flooded", "impassable", "pumps_running"))
    assert [flooded.level(count) for count in (0, 1, 3, 4, 11)] == [Level.OK, Level.WATCH, Level.WATCH, Level.WARNING, Level.CRITICAL]
    assert [impassable.level(count) for count in (0, 1, 3)] == [Level.OK, Level.WARNING, Level.CRITICAL]
    assert [pumps.level(value) for value in (100, 95, 80, 50)] == [Level.OK, Level.WATCH, Level.WARNING, Level.CRITICAL]


def test_an_empty_district_has_no_figures_at_all():
    engine = engine_for("sqlite://")
    cubes_of(None)
    metadata.create_all(engine)
    with engine.connect() as connection:
        snapshot = take(MODULE, Taking(connection, PLACE.region, PLACE.root, PLACE.root, NOW, PLACE.zone), {}, False)
    assert {found.quality for found in snapshot.readings.values()} == {Quality.MISSING}


def test_every_component_type_belongs_to_one_major():
    kept = {key: tuple(name for name, rule in city_operations.city_open.evaluators if name.startswith("open_c") and rule(row(key)))
            for key, (_, _) in CLOCKS.items() if key.startswith("C")}  # fmt: skip
    assert kept == {key: (f"open_{key[:3].lower()}",) for key in kept}


def row(key):
    return {"open": True, "type": key, "kind": "component", "urgent": False, "overdue": False}
