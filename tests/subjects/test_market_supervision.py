"""Every key number of market supervision against pandas on the rows, on both engines, for the district and a sub-district; panels too."""

import numpy as np
import pytest

from dashboard.taking.moment import Taking
from dashboard.taking.snapshot import take
from data import uscc
from data.cycles import next_due
from data.db import engine_for, reading
from data.schema import metadata
from data.seed.demo.market_units import inspection_cycles
from data.subjects import cubes_of
from modules.market_supervision import MODULE
from modules.spec import Level, Quality
from tests.subjects.conftest import NOW, PLACE
from tests.subjects.market_numbers import COUNTS, LAST_QUARTER, MAY, SHARES, STEPS, Market, found, rescues

AREAS = {"district": PLACE.root, "subdistrict": "440512003"}
METRICS = {metric.key: metric for metric in MODULE.every_metric}


@pytest.fixture(scope="module")
def market(history, workday):
    with reading(history) as connection:
        return Market.read(connection, NOW, workday)


@pytest.fixture(scope="module")
def panels(snapshots):
    return {panel.key: panel.data for panel in snapshots["district"].panels}


def test_every_key_number_is_computed_here():
    assert {*SHARES, *COUNTS, *STEPS, "rescue_time"} == set(METRICS)
    assert {metric.code for metric in METRICS.values()} == {f"SC-{number:02d}" for number in range(1, 14)}


@pytest.mark.parametrize("level", AREAS)
@pytest.mark.parametrize("key", SHARES)
def test_shares_are_those_of_the_rows(market, snapshots, key, level):
    read = snapshots[level].readings[key]
    over, under = SHARES[key](market.within(level, AREAS[level]))
    assert under > 0 or level != "district"
    assert (read.numerator, read.denominator) == (over, under)
    assert read.value == (pytest.approx(100 * over / under) if under else None)
    assert read.level == (METRICS[key].level(read.value) if under else Level.NONE)


@pytest.mark.parametrize("level", AREAS)
@pytest.mark.parametrize("key", COUNTS)
def test_counts_are_those_of_the_rows(market, snapshots, key, level):
    read = snapshots[level].readings[key]
    assert (read.value, read.quality) == (float(COUNTS[key](market.within(level, AREAS[level]))), Quality.GOOD)


@pytest.mark.parametrize("key", STEPS)
def test_a_class_is_compared_with_the_one_below(market, snapshots, key):
    (over, n), (other, m) = (found(market, risk) for risk in STEPS[key])
    read = snapshots["district"].readings[key]
    assert read.value == pytest.approx(100 * over / n - 100 * other / m)
    assert read.denominator == min(n, m)
    assert METRICS[key].level(-0.1) == Level.WATCH
    assert METRICS[key].level(0.1) == Level.OK


@pytest.mark.parametrize("level", AREAS)
def test_nine_of_ten_rescuers_come_within(market, snapshots, level):
    seconds = rescues(market.within(level, AREAS[level]))
    read = snapshots[level].readings["rescue_time"]
    assert read.value == pytest.approx(np.percentile(seconds, 90))
    assert read.p50 == pytest.approx(np.percentile(seconds, 50))


def test_limits_run_in_working_days(market):
    matters = market.matters
    for clock in ("accept", "mediate", "verify"):
        assert matters[f"{clock}_due_on"].dropna().astype(int).to_dict() == matters[f"{clock}_by"].dropna().astype(int).to_dict()
        told = matters[f"{clock}_ok"]
        assert (told.notna() == matters[f"{clock}_counts"]).all()
        assert (told.eq(True) == matters[f"{clock}_met"]).all()
    assert matters.clock.fillna("").to_dict() == matters.clock_is.fillna("").to_dict()
    checks = market.tables["market_check"]
    assert (checks.publish_due_on == checks.due).all()


def test_a_clock_says_how_much_is_left(market):
    matters = market.matters[market.matters.clock.notna()]
    wanted = np.select([matters.is_late, matters.left <= 3, matters.left <= 6], ["late", "d2", "d5"], "more")
    assert (matters.clock_left == wanted).all()
    assert {"d2", "d5", "more"} <= set(matters.clock_left)


def test_premises_say_what_their_past_says(market):
    sites = market.tables["premises"]
    before = sites[sites.seen != market.last]  # a visit of today may be later than the last full hour
    assert before.visited_on.fillna(0).tolist() == before.seen.fillna(0).tolist()
    assert len(before) > 1700
    assert sites.failed_n.tolist() == sites.failures.tolist()
    assert (sites.complaints_n <= sites.brought).all()  # as of the last full hour
    assert sites.complaints_n.sum() >= sites.brought.sum() - 3
    assert (sites.licence_state.notna() == sites.licence_kind.notna()).all()


def test_every_code_is_valid(market):
    for name, column in ((name, frame.uscc.dropna()) for name, frame in market.tables.items() if "uscc" in frame):
        assert len(column) > 30, name
        assert column.map(uscc.is_valid).all(), name
    sites = market.tables["premises"]
    assert sites.uscc.is_unique and len(sites) == 1800
    assert set(market.tables["market_check"].uscc) <= set(sites.uscc)


def test_the_next_inspection_follows_from_the_cycle(market):
    cycles = inspection_cycles()
    units = market.tables["special_equipment"]
    assert set(units.equipment_type) == set(cycles)
    for row in units.itertuples():
        held = None if np.isnan(row.inspected_on) else int(row.inspected_on)
        assert next_due(cycles[row.equipment_type], row.used_on, held) == row.due_on, row
    left = units.due_on - market.last
    wanted = np.select([left < 0, left <= 30, left <= 60], ["overdue", "d30", "d60"], "in_date")
    assert (units.inspection_state == wanted).all()


def test_reports_go_on_or_leave(market, panels):
    stages = {stage["key"]: stage for stage in panels["reports"]["stages"]}
    reports = market.of("consumer_matter", "received_on", *LAST_QUARTER)
    reports = reports[reports.consumer_kind == "report"]
    wanted = [len(reports), reports.verified_on.notna().sum(), reports.filed.eq(True).sum(), reports.penalized_on.notna().sum()]
    assert [stage["count"] for stage in stages.values()] == [*wanted, reports.published_on.notna().sum()]
    assert stages["verified"]["left"] == reports.filed.eq(False).sum()
    assert stages["filed"]["left"] == reports.let_go_on.notna().sum()
    assert all(stage["waiting"] is None or stage["waiting"] >= 0 for stage in stages.values())


def test_the_calendar_counts_what_falls_due(market, panels):
    calendar = panels["equipment_due"]
    units = market.units
    due = units[units.left.between(-7, 34)].groupby("due_on").size()
    shown = [day["value"] for day in calendar["days"]]
    assert shown == [float(due.get(market.last + n, 0)) for n in range(-7, 35)]
    assert calendar["today"] == "2026-06-25"
    assert calendar["unit"] == "count"


def test_stacks_and_bars_say_what_the_rows_say(market, panels):
    matters = market.matters
    rows = {row["key"]: {part["key"]: part["value"] for part in row["parts"]} for row in panels["clocks_all"]["rows"]}
    counts = matters[matters.clock.notna()].groupby(["clock", "clock_left"]).size()
    assert {(clock, left): n for clock, parts in rows.items() for left, n in parts.items() if n} == counts.to_dict()
    wanting = {row["key"]: row["value"] for row in panels["equipment_states"]["rows"]}
    assert wanting == market.units[market.units.left <= 60].groupby("equipment_type").size().to_dict()
    classes = panels["found_by_class"]["rows"]
    assert [row["key"] for row in classes] == ["A", "B", "C", "D"]
    assert [(row["numerator"], row["of"]) for row in classes] == [found(market, risk) for risk in "ABCD"]
    assert all(row["low"] <= row["value"] <= row["high"] for row in classes)
    tested = market.of("food_sample", "tested_on", *LAST_QUARTER).groupby("food_class").passed.agg(["sum", "size"])
    assert {row["key"]: row["of"] for row in panels["samples_by_class"]["rows"]} == tested["size"].to_dict()
    outcomes = market.of("consumer_matter", "ended_on", *MAY).groupby("outcome").size().to_dict()
    assert {row["key"]: row["value"] for row in panels["outcomes"]["rows"]} == outcomes
    plan = {row["key"]: row["of"] for row in panels["plan"]["rows"]}
    assert plan == {"food": 330, "goods": 170, "price": 180, "equipment": 150, "medicine": 130, "measure": 110}


def test_trade_by_problem_is_the_districts_alone(market, panels, snapshots):
    matrix = panels["trade_problem"]
    matters = market.of("consumer_matter", "received_on", *LAST_QUARTER)
    counts = matters[matters.consumer_kind != "consult"].groupby(["trade", "problem"]).size()
    for row, line in zip(matrix["rows"], matrix["cells"], strict=True):
        for column, cell in zip(matrix["columns"], line, strict=True):
            assert cell["value"] == counts.get((row["key"], column["key"]), 0)
            assert not cell["withheld"]
    assert snapshots["subdistrict"].panel("trade_problem").data["missing"]
    assert snapshots["subdistrict"].panel("by_trade").data["missing"]


@pytest.mark.parametrize("level", AREAS)
def test_no_cell_of_a_trade_and_a_street_below_five_is_told(market, snapshots, level):
    days = market.within(level, AREAS[level]).of("consumer_day", "day", *LAST_QUARTER)
    counts = days.groupby(["trade", "subdistrict"]).matters_n.sum()
    matters = market.within(level, AREAS[level]).of("consumer_matter", "received_on", *LAST_QUARTER)
    matters = matters[matters.consumer_kind != "consult"]
    assert counts[counts > 0].to_dict() == matters.groupby(["trade", "subdistrict"]).size().to_dict()
    matrix, hidden = snapshots[level].panel("trade_place").data, 0
    assert matrix["least"] == 5
    for row, line in zip(matrix["rows"], matrix["cells"], strict=True):
        for column, cell in zip(matrix["columns"], line, strict=True):
            count = counts.get((row["key"], column["key"]), 0)
            hidden += cell["withheld"]
            assert cell["value"] == (None if cell["withheld"] else count)
            assert cell["withheld"] or count == 0 or count >= 5
    assert hidden > 1


def test_the_map_shows_who_was_not_visited_and_what_is_overdue(market, panels):
    sites = market.tables["premises"]
    for kind in ("subdistrict", "community", "grid"):
        counts = sites[sites.seen.isna()].groupby(kind).size().to_dict()
        shown = {row["code"]: row["value"] for row in panels["map"]["areas"] if row["kind"] == kind}
        assert {code: n for code, n in shown.items() if n} == counts
    equipment, clusters = panels["map"]["layers"]
    late = market.units[market.units.left < 0]
    assert {row["id"] for row in equipment["rows"]} == set(late.code)
    assert equipment["counts"]["critical"] == (late.due_at + np.timedelta64(30, "D") < market.now).sum()
    assert len(clusters["rows"]) == (sites.complaints_n >= 5).sum()
    assert panels["unvisited_by_grid"]["rows"][0]["value"] == sites[sites.seen.isna()].groupby("grid").size().max()


def test_listings_put_what_presses_first(market, panels, snapshots):
    pressing = panels["pressing"]
    readings = snapshots["district"].readings
    assert pressing["total"] == readings["clocks_pressing"].value + readings["clocks_late"].value
    left = [row["days_left"] for row in pressing["rows"]]
    assert left == sorted(left)
    equipment = panels["equipment_listed"]
    assert equipment["total"] == (market.units.left <= 30).sum()
    assert [row["days_left"] for row in equipment["rows"]] == sorted(market.units.left)[:20]
    assert panels["licences"]["total"] == readings["licences_lapsing"].value + readings["licences_expired"].value
    assert panels["twice_listed"]["total"] == readings["twice_failed"].value
    assert panels["clusters_listed"]["total"] == readings["clusters"].value
    open_ = market.tables["food_sample"]
    assert panels["samples_open"]["total"] == (~open_.passed.astype(bool) & open_.disposed_on.isna()).sum()
    sites = market.tables["premises"]
    risky = sites[sites.seen.isna() & sites.risk_class.isin(["C", "D"])]
    assert panels["unvisited_listed"]["total"] == len(risky)
    assert panels["unvisited_listed"]["rows"][0]["risk_class"] == risky.risk_class.max()


def test_alerts_begin_where_the_field_says():
    alerts = {alert.metric.key: alert for alert in MODULE.alerts}
    for key in ("clocks_pressing", "clocks_late", "equipment_overdue", "twice_failed", "clusters", "licences_lapsing"):
        metric = alerts[key].metric
        assert metric.level(0) == Level.OK
        assert metric.level(1) == alerts[key].at == Level.WATCH


def test_an_empty_district_has_no_figures_at_all():
    engine = engine_for("sqlite://")
    cubes_of(None)
    metadata.create_all(engine)
    with engine.connect() as connection:
        empty = take(MODULE, Taking(connection, PLACE.region, PLACE.root, PLACE.root, NOW, PLACE.zone), {}, False)
    assert {read.quality for read in empty.readings.values()} == {Quality.MISSING}
    assert {read.value for read in empty.readings.values()} == {None}
