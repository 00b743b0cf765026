"""A year of the demonstration's civilization lies where published rounds lie, with the troubles a district knows, and without persons."""

from datetime import date

import pandas as pd
import pytest

from data.periods import day_of
from data.seed.demo import Demo
from data.seed.places import load_place
from data.subjects.civilization import civ_check, civ_fault, civ_point, civ_visit
from data.subjects.civilization_upkeep import dossier, sanitation_day, window_rating

DEMO = Demo(load_place("haojiang"))
LAST = day_of(date(2026, 6, 25))
NOW = LAST * 86_400
DAYS = 365


@pytest.fixture(scope="module")
def told():
    """Rows by table, as known on the last day."""
    rows = {}
    for story in (story for story in DEMO.stories if story.name.startswith("civilization")):
        facts = (fact for day in range(LAST - DAYS, LAST) for fact in story.day(day))
        for fact in facts:
            rows.setdefault(fact.table.name, []).append(fact.known(NOW))
        rows |= {table.name: list(standing) for table, standing in story.standing(NOW).items()}
    return {name: pd.DataFrame([row for row in found if row]) for name, found in rows.items()}


def rate(visits):
    return 100 * visits.passed_n.sum() / visits.items_n.sum()


def test_rounds_pass_as_published_ones_do(told):
    visits = told["civ_visit"]
    months = visits.groupby("round_on").apply(rate)
    assert months.between(88, 97).all()
    own, third = (rate(visits[visits.inspector == key]) for key in ("own", "third_party"))
    assert 2 < own - third < 6
    types = visits.groupby("point_type").apply(rate).sort_values()
    assert set(types.index[:2]) == {"market", "back_street"}
    assert 85 < 100 * (visits.vetoes_n == 0).mean() < 99
    assert 180 <= len(told["civ_point"]) <= 260 and told["civ_point"].subdistrict.nunique() == 7


def test_fixes_come_late_and_some_do_not_last(told):
    faults = told["civ_fault"]
    old = faults[faults.fixed_on < LAST - 31]
    assert 6 <= 100 * old.relapsed_on.notna().mean() <= 15
    assert 75 < 100 * (faults.on_time == True).sum() / faults.on_time.notna().sum() < 97  # noqa: E712 - three states
    assert 0 < faults.open.sum() < 100
    assert faults.times_n.ge(3).any() and faults.sent_back_n.gt(0).any()
    units = faults[faults.on_time.notna()].groupby("unit").on_time.apply(lambda column: column.astype(bool).mean())
    assert units.max() - units.min() > 0.1  # units differ


def test_one_street_slips_before_the_assessment_and_one_has_improved(told):
    sums = told["civ_visit"].pivot_table(index="round_on", columns="subdistrict", values=["passed_n", "items_n"], aggfunc="sum")
    rates = 100 * sums["passed_n"] / sums["items_n"]
    change = rates.iloc[-3:].mean() - rates.iloc[-6:-3].mean()  # April to June against January to March
    assert change.min() < -1
    assert change.max() > 1


def test_upkeep_is_done_but_for_typhoons(told):
    days = told["sanitation_day"].groupby("day_on")[["done_n", "planned_n"]].sum()
    share = 100 * days.done_n / days.planned_n
    stormy = [day for day in share.index if DEMO.planner.almanac(day).typhoon]
    assert 97 < share.drop(stormy).mean() < 99.5
    assert share.loc[stormy].max() < share.drop(stormy).min() + 10
    ratings = told["window_rating"]
    assert (
        (ratings.replied_n <= ratings.judged_n).all()
        and (ratings.judged_n <= ratings.bad_n).all()
        and (ratings.bad_n <= ratings.rated_n).all()
    )
    assert 80 < 100 * ratings.replied_n.sum() / ratings.judged_n.sum() < 100
    assert set(told["dossier"].dossier_state) >= {"complete", "expiring"}


def test_no_column_could_hold_a_person():
    tables = (civ_point, civ_visit, civ_check, civ_fault, window_rating, sanitation_day, dossier)
    names = {column.name for table in tables for column in table.columns}
    assert not {name for name in names for word in ("person", "name_of", "phone", "staff", "post", "handled_by") if word in name}
