"""Every key number of safety creation against pandas on the rows, for the district and a sub-district; panels add up, time moves them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest
from sqlalchemy import create_engine

from dashboard.taking.moment import Taking
from dashboard.taking.readings import reading_of
from dashboard.taking.snapshot import take
from data.columns import day_number
from data.db import reading
from data.schema import metadata
from data.seed.demo import Demo
from data.subjects import cubes_of
from data.subjects.safety_creation import STATES
from layouts.components.kpi import draw
from layouts.text import words_for
from layouts.view import View
from modules import safety_creation as module
from modules.spec import Level, Quality
from tests.contract.words import texts
from tests.subjects.conftest import NOW, PLACE
from tests.subjects.frames import local_day
from tests.subjects.safety_numbers import COUNTS, DISTRICT_ONLY, RATES, SHARES, TABLES, TODAY, Safety, in_time, late, number

STREET = "440512002"
AREAS = {"district": PLACE.root, "subdistrict": STREET}
METRICS = {metric.key: metric for metric in module.MODULE.every_metric}
PERSONAL = ("name", "phone", "person", "resident_id", "officer", "volunteer_id", "lat_now", "position")


@pytest.fixture(scope="module")
def safety(history):
    with reading(history) as connection:
        return Safety.read(connection, NOW)


@pytest.fixture(scope="module")
def reading_at(history, workday):
    with reading(history) as connection:
        yield lambda key, level: reading_of(METRICS[key], at(connection, AREAS[level], workday))


def at(connection, code, workday=None, now=NOW):
    return Taking(connection, PLACE.region, PLACE.root, code, now, PLACE.zone, workday=workday)


@pytest.fixture
def snapshot(taking_of):
    return take(module.MODULE, taking_of(), {}, True)


def scoped(safety, level):
    return safety.within(None if level == "district" else AREAS[level])


def test_every_key_number_is_computed_here():
    assert {*SHARES, *RATES, *COUNTS} == set(METRICS)
    assert {metric.code for metric in METRICS.values()} == {f"PA-{number:02d}" for number in range(1, 13)}
    assert all(alert.metric.key in METRICS for alert in module.MODULE.alerts)


@pytest.mark.parametrize("level", AREAS)
@pytest.mark.parametrize("key", [*SHARES, *RATES])
def test_shares_are_those_of_the_rows(safety, reading_at, key, level):
    found = reading_at(key, level)
    if level != "district" and key in DISTRICT_ONLY:
        assert (found.value, found.quality) == (None, Quality.MISSING)
        return
    scale, count = RATES.get(key) or (100.0, SHARES[key])
    over, under = count(scoped(safety, level))
    assert (found.numerator, found.denominator) == (over, under)
    assert found.value == (pytest.approx(scale * over / under) if under else None)
    assert found.quality == (Quality.GOOD if under else Quality.MISSING)


@pytest.mark.parametrize("level", AREAS)
@pytest.mark.parametrize("key", COUNTS)
def test_counts_are_those_of_the_rows(safety, reading_at, key, level):
    found = reading_at(key, level)
    untold = level != "district" and key in DISTRICT_ONLY
    assert found.value == (None if untold else float(COUNTS[key](scoped(safety, level))))
    assert found.quality == (Quality.MISSING if untold else Quality.GOOD)


def test_the_numbers_tell_of_something(reading_at):
    told = {key: reading_at(key, "district") for key in METRICS}
    assert {key for key, one in told.items() if one.value is None} == {
        "beaches_done",
        "beach_gaps",
        "road_safety",
    }  # June, and not asked yet
    assert told["named_city"].denominator == 63
    assert told["named_district"].denominator == 36
    assert told["named_street"].denominator == 4
    assert told["named_led"].denominator == 2 + 1 + 1 + 1 + 2
    assert told["survey_n"].value >= 385
    assert told["thin_streets"].value == 1
    assert all(told[key].value > 0 for key in ("reviews_overdue", "hazards_late", "hazards_open", "water_warnings", "preventable_rate"))
    assert 0 < told["safety_feeling"].value < 100


def test_net_and_gross_differ_by_what_was_put_off(safety, reading_at):
    found = reading_at("hazards_on_time", "district")
    assert (found.gross_numerator, found.gross_denominator) == in_time(safety, net=False)
    assert found.gross_denominator > found.denominator


def test_a_review_is_late_from_the_day_after_without_any_new_fact(history, safety):
    days = (1, 20, 45)
    with reading(history) as connection:
        found = [
            reading_of(METRICS["reviews_overdue"], at(connection, PLACE.root, now=NOW + timedelta(days=ahead))).value for ahead in days
        ]
    due = safety.created.next_review_on
    assert found == [float((due < TODAY + ahead).sum()) for ahead in days]
    assert found[0] < found[-1]


def test_a_hazard_due_today_is_not_late_yet(history, safety):
    due_today = safety.hazard[(local_day(safety.hazard.due_at) == TODAY + 1) & safety.hazard.closed_at.isna()]
    assert len(due_today) > 0
    assert not set(due_today.hazard) & set(late(safety).hazard)
    assert not set(due_today.hazard) & set(safety.due.hazard)
    with reading(history) as connection:
        tomorrow = reading_of(METRICS["hazards_late"], at(connection, PLACE.root, now=datetime(2026, 6, 25, 16, 1, tzinfo=UTC)))
    net = due_today[due_today.deferred_at.isna()]
    assert tomorrow.value == len(late(safety)) + len(net)


def test_the_life_of_the_cells_adds_up(safety, snapshot):
    rows = snapshot.panel("lifecycle").data["rows"]
    cells = safety.safety_cell
    assert {row["key"]: row["value"] for row in rows} == dict(cells.groupby("cell_type").size())
    for row in rows:
        of_type = cells[cells.cell_type == row["key"]].state
        assert [part["key"] for part in row["parts"]] == list(STATES)
        assert {part["key"]: part["value"] for part in row["parts"]} == {name: (of_type == name).sum() for name in STATES}
    assert set(cells.state) <= set(STATES)


def test_levels_overlap_and_are_told_apart(safety, snapshot):
    titles = safety.cell_title
    assert titles.cell.nunique() < len(titles)
    rows = snapshot.panel("named_by_level").data["rows"]
    assert [row["key"] for row in rows] == ["city", "district", "street"]
    assert {row["key"]: (row["value"], row["of"]) for row in rows} == {
        level: (rows.awarded_on.notna().sum(), len(rows)) for level, rows in titles.groupby("cell_level")
    }
    led = {row["key"]: row["of"] for row in snapshot.panel("led").data["rows"]}
    assert led == {"community": 2, "estate": 1, "beach": 1, "port": 1, "venue": 2}


def test_each_question_has_an_interval_and_few_answers_are_marked(safety, snapshot):
    groups = [*snapshot.panel("feeling_by_street").data["groups"], *snapshot.panel("survey").data["groups"]]
    wave = safety.survey[safety.survey.wave == "2025H2"]
    assert [group["key"] for group in groups] == ["safety_feeling", "safety_awareness", "law_enforcement", "dispute_mediation"]
    for group in groups:
        rows = wave[wave.question == group["key"]].set_index("subdistrict")
        assert [row["key"] for row in group["rows"]] == [PLACE.root, *sorted(rows.index)]  # the order of the areas, never a rank
        for row in group["rows"][1:]:
            told = rows.loc[row["key"]]
            assert row["value"] == pytest.approx(100 * told.positive_n / told.valid_n)
            assert row["low"] <= row["value"] <= row["high"] and row["n"] == told.valid_n
            assert row["small"] == (told.valid_n < 100)
    assert sum(row["small"] for row in groups[0]["rows"]) == 1
    assert set(safety.survey[safety.survey.wave == "2025H1"].question) < set(wave.question)  # a later wave asks more


def test_lists_say_which(safety, snapshot):
    cells, open_now = safety.created.set_index("cell"), safety.hazard[safety.hazard.closed_at.isna()]
    due = snapshot.panel("reviews_due").data
    soon = cells[cells.next_review_on < TODAY + 30].sort_values("next_review_on")
    assert due["total"] == len(soon) > len(due["rows"])
    assert [row["days_left"] for row in due["rows"]] == list(soon.next_review_on - TODAY)[: len(due["rows"])]
    assert all(row["cell_zh"] != row["cell_en"] and row["cell_type_en"] != row["cell_type"] for row in due["rows"])
    major = open_now[open_now.hazard_class == "major"]
    assert {row["number"] for row in snapshot.panel("major_hazards").data["rows"]} == set(major.number)
    failed = snapshot.panel("failed_cells").data
    assert failed["total"] == (cells.state == "failed").sum() > 0
    schools = safety.school_check
    lacking = schools[~(schools.people_ok & schools.physical_ok & schools.technical_ok).astype(bool)]
    listed = snapshot.panel("schools_failing").data["rows"]
    assert {row["school_zh"] for row in listed} == set(lacking.name_zh)
    assert all("unmet" in (row["people"], row["physical"], row["technical"]) for row in listed)


def test_what_failed_in_reviews_is_counted_by_item(safety, snapshot):
    faults = safety.cell_fault[safety.cell_fault.reviewed_on.between(number(2026, 1, 1), number(2026, 3, 31))]
    found = snapshot.panel("failed_items").data
    assert found["total"] == len(faults) > 50
    counts = faults.groupby("cell_item").size()
    assert {row["key"]: row["value"] for row in found["rows"]}.items() <= dict(counts).items()
    reviews = safety.cell_review.set_index("review")
    assert dict(safety.cell_fault.groupby("review").size()) == dict(reviews.failed_n[reviews.failed_n > 0])


def test_the_map_shows_what_needs_action(safety, snapshot):
    found = snapshot.panel("map").data
    layers = {layer["key"]: layer for layer in found["layers"]}
    cells, past = safety.safety_cell, safety.safety_cell.review_due_at < safety.now
    failed = cells.state == "failed"
    assert layers["wanting"]["counts"] == {"critical": failed.sum(), "warning": (past & ~failed).sum(), "watch": 0, "ok": 0, "none": 0}
    assert sum(layers["cells"]["counts"].values()) == len(cells) == len(layers["cells"]["rows"])
    assert sum(layers["hazards"]["counts"].values()) == safety.hazard.closed_at.isna().sum()
    plates = {row["code"]: row["value"] for row in found["areas"] if row["kind"] == "community"}
    open_now = safety.hazard[safety.hazard.closed_at.isna()].groupby("community").size()
    assert {code: value for code, value in plates.items() if value} == dict(open_now)


def test_the_course_has_whole_months_only(safety, snapshot):
    found = snapshot.panel("preventable_course").data
    assert (found["unit"], found["unfinished"], found["x"][-1]) == ("rate", False, "2026-05-01T00:00:00")
    months = safety.preventable_month.groupby("month_on").sum(numeric_only=True)
    rates = 10_000 * (months.burglary_n + months.theft_n + months.fraud_n) / months.residents_n
    assert found["y"] == pytest.approx(list(rates)[-len(found["y"]) :])


def test_patrols_of_a_day_are_told_once_it_is_over(safety, snapshot):
    plans = safety.patrol_plan
    assert (plans.ends_at <= safety.now).all()
    assert (plans.done_n <= plans.planned_n).all()
    calendar = {row["day"]: (row["numerator"], row["denominator"]) for row in snapshot.panel("patrol_calendar").data["days"]}
    day = plans[plans.day == TODAY - 3]
    assert calendar["2026-06-22"] == (day.done_n.sum(), day.planned_n.sum())
    assert plans[(plans.day == TODAY - 1) & (plans.patrol_kind == "route")].planned_n.sum() == 12


def test_beaches_are_watched_on_weekends_of_the_season_only(safety):
    beach = safety.patrol_plan[safety.patrol_plan.patrol_kind == "beach"]
    days = pd.to_datetime(beach.day, unit="D")
    assert len(beach) > 0
    assert set(days.dt.month) <= {8, 9, 10} and set(days.dt.day_of_week) == {5, 6}
    assert set(beach.subdistrict) == {"440512002", "440512005"}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_out_of_season_is_said_and_is_not_zero(snapshot, lang):
    panel = next(panel for panel in snapshot.panels if panel.key == "beaches_done")
    said = texts(draw(panel, View(snapshot, words_for(lang), "desk")))
    assert words_for(lang).of("safety_creation", "metric", "beaches_done", "missing") in said
    assert "0" not in said


def test_in_season_a_gap_is_counted():
    story = next(story for story in Demo(PLACE).stories if story.name == "safety_prevention")
    saturday = number(2026, 9, 5)
    facts = [fact for fact in story.day(saturday) if fact.row.get("patrol_kind") == "beach"]
    assert len(facts) == 2
    for fact in facts:
        assert fact.known(fact.turns[0] - 1) is None  # nothing is known of a plan before its time is over
        whole = fact.known(fact.turns[-1])
        assert 0 <= whole["done_n"] <= whole["planned_n"] and whole["signed_at"] is not None


def test_levels_follow_the_rules(reading_at):
    assert reading_at("thin_streets", "district").level == Level.WATCH
    assert METRICS["major_late"].level(1.0) == Level.CRITICAL
    assert METRICS["survey_n"].level(384.0) in (Level.WARNING, Level.CRITICAL)
    assert METRICS["survey_n"].level(385.0) == Level.OK
    assert METRICS["preventable_rate"].limits is None and METRICS["preventable_rate"].better == "down"


def test_no_column_could_hold_a_person():
    columns = {column.name for table in TABLES for column in metadata.tables[table].columns} - {"name_zh", "name_en"}  # of places
    assert not {column for column in columns for word in PERSONAL if word in column}


def test_an_empty_district_has_no_figures_at_all():
    engine = create_engine("sqlite://")
    cubes_of(None)
    metadata.create_all(engine)
    with engine.connect() as connection:
        found = take(module.MODULE, at(connection, PLACE.root), {}, False)
    assert {one.quality for one in found.readings.values()} == {Quality.MISSING}


def test_a_moment_of_the_past_does_not_tell_what_stands_now(history):
    earlier = NOW - timedelta(days=3)
    with reading(history) as connection:
        taking = replace(at(connection, PLACE.root, now=earlier), past=True, clock=NOW)
        found = {key: reading_of(METRICS[key], taking) for key in ("cells_passed", "reviews_overdue", "patrols_done")}
    assert found["cells_passed"].quality == found["reviews_overdue"].quality == Quality.MISSING
    assert found["patrols_done"].quality == Quality.GOOD
    assert day_number(earlier) == TODAY - 3
