"""A year and more of the demonstration's market supervision lies where published figures lie, with the troubles a bureau knows."""

from datetime import date

import pandas as pd
import pytest

from data.periods import day_of
from data.seed.demo import Demo
from data.seed.places import load_place

DEMO = Demo(load_place("haojiang"))
LAST = day_of(date(2026, 6, 25))
NOW = LAST * 86_400
DAYS = 540
EQUIPMENT = {
    "lift": 2400, "boiler": 60, "vessel": 900, "tower_crane": 70, "hoist": 60, "mobile_crane": 40, "harbour_crane": 110, "forklift": 640,
    "ride": 26, "ropeway": 1, "safety_valve": 1300,
}  # fmt: skip


@pytest.fixture(scope="module")
def told():
    """Rows by table, as known on the last day."""
    rows = {}
    for story in (story for story in DEMO.stories if story.name.startswith("market")):
        for fact in (fact for day in range(LAST - DAYS, LAST) for fact in story.day(day)):
            rows.setdefault(fact.table.name, []).append(fact.known(NOW))
        rows |= {table.name: list(standing) for table, standing in story.standing(NOW).items()}
    return {name: pd.DataFrame([row for row in found if row]) for name, found in rows.items()}


def test_a_working_day_brings_ten_to_sixteen_matters(told):
    matters = told["consumer_matter"]
    daily = matters.groupby("received_on").size()
    working = daily[[day for day in daily.index if DEMO.planner.rules.calendar.is_workday(day)]]
    assert 10 <= working.mean() <= 16
    assert daily.drop(working.index).mean() < 0.6 * working.mean()
    days = pd.Series(pd.to_datetime(daily.index, unit="D"), index=daily.index)
    assert daily[(days.dt.month == 3) & days.dt.day.between(12, 22)].mean() > 1.3 * daily.mean()


def test_clocks_are_mostly_kept_and_sometimes_missed(told):
    matters = told["consumer_matter"]
    for clock, low in (("accept", 0.95), ("mediate", 0.93), ("verify", 0.92)):
        kept = matters[f"{clock}_ok"].dropna().astype(bool)
        assert low <= kept.mean() < 1, clock
    ended = matters[matters.outcome.isin(["agreed", "not_agreed", "withdrawn"])]
    assert 0.5 <= (ended.outcome == "agreed").mean() <= 0.66
    filed = matters.filed.dropna().astype(bool)
    assert 0.25 <= filed.mean() <= 0.42


def test_one_business_is_sometimes_complained_of_by_many(told):
    matters = told["consumer_matter"]
    complaints = matters[matters.consumer_kind == "complaint"].dropna(subset=["uscc"])
    weekly = complaints.groupby([complaints.received_on // 7, "uscc"]).size()
    weeks = weekly[weekly >= 5].reset_index().received_on.nunique()
    assert 0.2 * DAYS / 7 < weeks < 0.9 * DAYS / 7


def test_riskier_classes_have_more_to_find(told):
    found = told["market_check"].groupby("risk_class").problem.mean()
    assert found["A"] < found["B"] < found["C"] and found["B"] < found["D"]
    assert told["market_check"].groupby("uscc").size().max() < 12


def test_equipment_is_as_many_as_a_coastal_district_has(told):
    units = told["special_equipment"]
    assert units.equipment_type.value_counts().to_dict() == EQUIPMENT
    late = (units.inspection_state == "overdue") & units.in_use
    assert 0.004 <= late.mean() <= 0.03
    assert late[units.equipment_type.isin(["forklift", "safety_valve"])].mean() > 2 * late[units.equipment_type == "lift"].mean()
    rescues = told["lift_rescue"]
    assert 35 <= len(rescues) / DAYS * 30 <= 65
    assert 0.9 <= (rescues.arrive_s <= 1800).mean() < 1


def test_food_fails_where_it_failed_before(told):
    samples = told["food_sample"]
    assert 0.965 <= samples.passed.mean() <= 0.985
    assert 4 <= len(samples) / 269.471 / DAYS * 365 <= 7  # of a thousand residents a year
    failed = samples[~samples.passed]
    assert failed.groupby("uscc").size().max() >= 2
    assert 0.85 <= failed.dispose_ok.dropna().astype(bool).mean() < 1
    visits = told["graded_visit"]
    due = visits[visits.due_on < LAST]
    assert 0.9 <= due.in_time.astype(bool).mean() < 1
    assert due.groupby("food_grade").size().idxmax() == "B"


def test_some_licences_lapse_and_most_premises_are_visited(told):
    sites = told["premises"]
    states = sites.licence_state.value_counts()
    assert 0 < states.get("lapsing", 0) + states.get("expired", 0) < 20
    assert 0.6 <= sites.visited_on.notna().mean() <= 0.9
    assert sites.subdistrict.nunique() == 7
