"""Panels that compare: their parts make the whole, their order is that of the lists, and what is not kept is missing, never zero."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from dashboard.taking.charts import bullets, course, dots, pareto, rows, scatter, slope, stacks, survival
from dashboard.taking.panels import unit_of
from dashboard.taking.places import map_data
from dashboard.taking.readings import reading_of
from data.listings import Listing, Told
from data.measures import Measure, Ratio, Span
from data.schema import case_file
from data.subjects import cases
from modules.grid_management import on_time_closure, rework
from modules.spec import Bullets, Course, Dots, Map, Pareto, Rows, Scatter, Slope, Stacks, Survival, Window
from tests.subjects.conftest import PLACE

_case = case_file.c
AREAS = (PLACE.root, "440512001")
overdue_listing = Listing(
    case_file,
    (Told("number"), Told("type", by="type"), Told("unit", by="unit"), Told("subdistrict", by="subdistrict"), Told("due_at", "time")),
    where=lambda now, day: _case.open & _case.overdue,
    order=lambda now, day: (_case.due_at, _case.number),
    most=7,
)


@pytest.mark.parametrize("code", AREAS)
def test_a_pareto_reaches_the_whole(taking_of, code):
    found = pareto(Pareto("types", cases.reported, "type"), taking_of(code))
    values = [row["value"] for row in found["rows"]]
    assert values == sorted(values, reverse=True)
    assert values
    rest = found["others"]["value"] if found["others"] else 0
    assert sum(values) + rest == found["total"]
    assert found["rows"][-1]["share"] == pytest.approx(100 * sum(values) / found["total"])
    assert all(row["label_zh"] != row["key"] for row in found["rows"])
    taking = taking_of(code)
    assert found["total"] == cases.reported.total(taking.connection, taking.scope, taking.span(Window.DAYS_30)).value


@pytest.mark.parametrize("per", ["day", "month"])
def test_a_course_adds_up(taking_of, per):
    taking = taking_of()
    found = course(Course("intake", cases.reported, per, 3), taking)
    assert found["per"] == per
    assert found["x"] == sorted(found["x"])
    if per == "day":
        days = cases.reported.total(taking.connection, taking.scope, Span.ending(taking.today, 3))
        assert sum(found["y"]) == days.value
    else:
        counted = taking.connection.execute(select(func.count()).select_from(case_file).where(_case.reported_on >= 20576)).scalar()
        assert found["x"][-1] == "2026-06-01T00:00:00"
        assert found["y"][-1] < counted


def test_a_slope_has_a_value_for_each_period(taking_of):
    found = slope(Slope("units", cases.on_time_net, "unit", periods=6), taking_of())
    assert found["columns"] == ["2026-05-31"]  # the history begins in May
    assert found["rows"]
    assert all(len(row["values"]) == len(row["n"]) == 1 for row in found["rows"])
    assert all(row["delta"] is None for row in found["rows"])


def test_stacks_and_bullets_tell_the_parts_of_their_whole(taking_of):
    taking = taking_of()
    parts = (("open", cases.open_now), ("overdue", cases.overdue_now))
    found = stacks(Stacks("states", parts, "unit"), taking)
    assert sum(part["value"] for row in found["rows"] for part in row["parts"] if part["key"] == "open") == pytest.approx(
        cases.open_now.total(taking.connection, taking.scope, taking.span(Window.NOW)).value
    )
    done = bullets(Bullets("units", cases.on_time_net, "unit", Window.DAYS_30), taking)
    by_unit = cases.on_time_net.by_key(taking.connection, taking.scope, "unit", taking.span(Window.DAYS_30))
    assert {row["key"]: (row["value"], row["of"]) for row in done["rows"]} == {
        key: (part.numerator, part.denominator) for key, part in by_unit.items() if part.denominator
    }


def test_survival_falls_from_all_to_those_who_never_came(taking_of):
    reported, closed = cases.reported, Measure(cases.reported_cube, "closed")
    steps = ((1.0, Measure(cases.reported_cube, "checked")), (2.0, closed))
    found = survival(Survival("loop", Measure(cases.reported_cube, "started"), steps, over=Window.DAYS_30), taking_of())
    (group,) = found["groups"]
    assert group["x"] == [0.0, 1.0, 2.0]
    assert 1.0 == group["y"][0] >= group["y"][1]
    taking = taking_of()
    started, done = (
        measure.total(taking.connection, taking.scope, taking.span(Window.DAYS_30)).value
        for measure in (Measure(cases.reported_cube, "started"), closed)
    )
    assert group["y"][2] == pytest.approx(1 - done / started)
    assert group["n"] == started < reported.total(taking.connection, taking.scope, taking.span(Window.DAYS_30)).value


def test_a_scatter_sets_two_metrics_of_a_key_side_by_side(taking_of):
    taking = taking_of()
    found = scatter(Scatter("units", on_time_closure, rework, "unit"), taking)
    x = on_time_closure.measure.by_key(taking.connection, taking.scope, "unit", taking.span(Window.DAYS_30))
    y = rework.measure.by_key(taking.connection, taking.scope, "unit", taking.span(Window.DAYS_30))
    assert {point["key"]: (point["x"], point["y"]) for point in found["points"]} == {
        key: (x[key].value, y[key].value) for key in x if key in y and x[key].value is not None and y[key].value is not None
    }


@pytest.mark.parametrize("code", AREAS)
def test_a_listing_shows_the_first_and_counts_all(taking_of, code):
    taking = taking_of(code)
    found = rows(Rows("late", overdue_listing), taking)
    assert found["total"] == cases.overdue_now.total(taking.connection, taking.scope, taking.span(Window.NOW)).value
    assert len(found["rows"]) == min(7, found["total"])
    moments = [row["due_at"] for row in found["rows"]]
    assert moments == sorted(moments)
    assert all(row["subdistrict"] == code for row in found["rows"] if code != PLACE.root)
    assert all(row["unit_en"] != row["unit"] and row["type_zh"] != row["type"] for row in found["rows"])


def test_a_name_in_two_languages_is_one_column(taking_of):
    names = (_case.number, _case.source)
    found = rows(Rows("late", replace(overdue_listing, columns=(Told("case", names=names),))), taking_of())
    assert found["columns"] == [{"key": "case", "unit": "text"}]
    assert found["rows"]
    assert all(row["case_zh"] != row["case_en"] for row in found["rows"])


def test_a_told_value_may_depend_on_the_day(taking_of):
    taking, columns = taking_of(), (Told("number"), Told("due_on"), Told("left", "days", value=lambda now, day: _case.due_on - day))
    found = rows(Rows("late", replace(overdue_listing, columns=columns)), taking)["rows"]
    assert found
    assert all(row["left"] == row["due_on"] - taking.today for row in found)


def test_the_course_of_a_published_metric_goes_period_by_period(taking_of):
    taking, weekly = taking_of(), replace(rework, over=Window.LAST_WEEK)
    spark = reading_of(weekly, taking).spark
    first = taking.known_from(weekly.measure)
    weeks = [taking.period(Window.LAST_WEEK, back) for back in range(8)]
    values = [weekly.measure.total(taking.connection, taking.scope, week).value if week.first >= first else None for week in weeks]
    assert list(spark) == values[::-1]
    assert spark[-1] == reading_of(weekly, taking).value
    assert None in spark


def test_only_a_share_is_told_in_percent():
    over, under = Measure(cases.open_cube, "overdue"), Measure(cases.open_cube, "open")
    assert [unit_of(measure) for measure in (under, Ratio(over, under), Ratio(over, under, 10_000.0))] == ["count", "percent", "rate"]


def test_dots_are_of_the_questions_named(taking_of):
    panel = Dots("levels", cases.on_time_net, "level", Window.LAST_MONTH)
    every = [group["key"] for group in dots(panel, taking_of())["groups"]]
    assert len(every) > 1
    named = dots(replace(panel, keys=(every[1], "nowhere")), taking_of())["groups"]
    assert [group["key"] for group in named] == [every[1]]
    assert dots(replace(panel, keys=("nowhere",)), taking_of())["groups"] == []


def test_below_the_level_kept_a_panel_is_missing(taking_of):
    grid = taking_of("440512001001")
    for panel, take in (
        (Pareto("types", cases.reported, "type"), pareto),
        (Slope("units", cases.on_time_net, "unit"), slope),
        (Bullets("units", cases.on_time_net, "unit"), bullets),
        (Stacks("states", (("open", cases.open_now),), "unit"), stacks),
    ):
        assert take(panel, grid)["missing"]


def test_the_rest_of_a_ratio(taking_of):
    taking = taking_of()
    late = Ratio(Measure(cases.open_cube, "overdue"), cases.open_now)
    calm = Ratio(Measure(cases.open_cube, "overdue"), cases.open_now, rest=True)
    read = (taking.connection, taking.scope, taking.span(Window.NOW))
    assert late.total(*read).value + calm.total(*read).value == pytest.approx(100)
    assert late.total(*read).numerator + calm.total(*read).numerator == late.total(*read).denominator
    for key, part in calm.by_key(taking.connection, taking.scope, "unit", taking.span(Window.NOW)).items():
        assert part.value == pytest.approx(100 * part.numerator / part.denominator), key


def test_a_published_period_is_compared_with_the_one_before(taking_of):
    reading = reading_of(replace(on_time_closure, over=Window.LAST_MONTH, gross=None), taking_of())
    taking = taking_of()
    may = cases.on_time_net.total(taking.connection, taking.scope, taking.span(Window.LAST_MONTH))
    assert (reading.numerator, reading.denominator) == (may.numerator, may.denominator)
    assert reading.comparison is None  # April is not known


def test_a_map_of_some_cases_counts_those_alone(taking_of):
    taking = taking_of()
    panel = Map("map", cases.open_now, cases.overdue_now, among=cases.city)
    counted = sum(map_data(panel, taking)["counts"].values())
    query = select(func.count()).select_from(case_file).where(_case.open, cases.city)
    assert counted == taking.connection.execute(query).scalar()
    assert 0 < counted < sum(map_data(Map("map", cases.open_now), taking)["counts"].values())
