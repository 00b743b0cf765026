"""Every key number of petitions against pandas on the rows, on both engines, for the district and every sub-district."""

from dataclasses import replace

import numpy as np
import pytest

from dashboard.taking.charts import COMPARING
from dashboard.taking.moment import Taking
from dashboard.taking.panels import TAKERS
from dashboard.taking.readings import reading_of
from data.db import reading
from data.guarded import GuardedMeasure, GuardedRatio
from data.measures import Span
from data.subjects import petitions as subject
from modules import petitions
from modules.spec import Course, Figures, Kpi, Map, Quality, Rounding, Rows, Scatter, Survival, Window
from tests.subjects.conftest import NOW, PLACE
from tests.subjects.petition_numbers import MADE, MONTH, MONTH_BEFORE, OF_UNITS, QUARTER, UNGUARDED, WEEK, Tallies

METRICS = {metric.key: metric for metric in petitions.MODULE.every_metric}
PANELS = {panel.key: panel for panel in petitions.MODULE.panels}
STREETS = [f"44051200{n}" for n in range(1, 8)]


@pytest.fixture(scope="module")
def tallies(history):
    with reading(history) as connection:
        return Tallies.read(connection)


def data_of(key, taking):
    panel = PANELS[key]
    return {**TAKERS, **COMPARING}[type(panel)](panel, taking)


def within(frame, days):
    return frame[frame.day.between(*days)]


def test_every_key_number_is_computed_here():
    assert {*MADE, *OF_UNITS} == set(METRICS)
    assert {metric.code for metric in METRICS.values()} == {f"XF-{number:02d}" for number in range(1, 15)}


@pytest.mark.parametrize("key", MADE)
def test_a_key_number_is_that_of_the_rows(tallies, taking_of, key):
    over, under = MADE[key].of(tallies, None)
    assert under >= 10, "the demonstration should be readable"
    found = reading_of(METRICS[key], taking_of())
    assert found.quality == Quality.GOOD
    if MADE[key].over:
        assert (found.numerator, found.denominator) == (over, under)
        assert found.value == pytest.approx(100 * over / under)
    else:
        assert (found.value, found.denominator) == (under, None)


@pytest.mark.parametrize("key", [key for key in MADE if key not in UNGUARDED])
def test_a_sub_district_is_told_the_same_or_nothing(tallies, taking_of, key):
    made = MADE[key]
    for street in STREETS:
        found = reading_of(METRICS[key], taking_of(street))
        if not made.streets:
            assert (found.value, found.quality) == (None, Quality.MISSING)
            continue
        over, under = made.of(tallies, street)
        assert found.quality == Quality.SUPPRESSED or under == 0 or under >= 10
        if found.quality == Quality.SUPPRESSED:
            assert (found.value, found.numerator, found.denominator, found.comparison, found.spark) == (None, None, None, None, ())
        elif made.over:
            assert (found.numerator, found.denominator) == (over, under)
        else:
            assert found.value == under


def test_small_sub_districts_are_withheld_and_large_ones_are_not(taking_of):
    found = {street: reading_of(METRICS["satisfied"], taking_of(street)).quality for street in STREETS}
    assert set(found.values()) == {Quality.GOOD, Quality.SUPPRESSED}


def test_units_often_reversed_are_counted(tallies, taking_of):
    rows = within(tallies[subject.petition_review], QUARTER).groupby("handler")[["reviewed_n", "changed_n"]].sum()
    judged = rows[rows.reviewed_n >= 10]
    found = reading_of(METRICS["units_reversed"], taking_of())
    assert found.denominator <= len(judged)
    told = {row["key"] for row in data_of("reversal", taking_of())["rows"] if not row["withheld"]}
    above = judged[(judged.index.isin(told)) & (judged.changed_n / judged.reviewed_n > 0.2)]
    assert (found.value, found.denominator) == (len(above), len(told))


def test_a_month_is_compared_with_the_month_before(tallies, taking_of):
    found = reading_of(METRICS["registered"], taking_of())
    may, april = (float(within(tallies[subject.petition_cell], days).registered_n.sum()) for days in (MONTH, MONTH_BEFORE))
    assert (found.value, found.comparison.median, found.comparison.delta) == (may, april, may - april)
    assert found.spark[-2:] == (april, may)


def test_agreements_are_cut_off_not_rounded():
    assert METRICS["mediation_agreed"].rounding is Rounding.TRUNCATE
    assert METRICS["mediation_agreed"].decimals == 2


def test_ages_stand_in_their_order_and_add_up(tallies, taking_of):
    rows = data_of("ageing", taking_of())["rows"]
    assert [row["key"] for row in rows] == ["d15", "d45", "d60", "d90", "more"]
    counted = within(tallies[subject.petition_stock], WEEK).groupby("age").open_n.sum()
    assert {row["key"]: row["value"] for row in rows if not row["withheld"]} == {
        key: counted[key] for key in counted.index if not next(row for row in rows if row["key"] == key)["withheld"]
    }


def test_waiting_falls_as_the_rows_say(tallies, taking_of):
    data = data_of("waiting", taking_of())
    rows = within(tallies[subject.petition_wait], QUARTER).groupby("stage").sum(numeric_only=True)
    assert [limit["at"] for limit in data["limits"]] == [15, 60, 90]
    for group in data["groups"]:
        row = rows.loc[group["key"]]
        assert group["n"] == row.begun_n
        done = np.array([0.0, *(row[f"in_{days}_n"] for days in subject.WITHIN_DAYS)])
        assert group["y"] == pytest.approx(list(1 - done / row.begun_n))
    assert {group["key"] for group in data["groups"]} == {"acceptance", "reply"}


def test_topics_reach_the_whole_also_where_some_are_withheld(tallies, taking_of):
    replies = within(tallies[subject.petition_reply], QUARTER)
    for street in (None, *STREETS):
        data = data_of("topics", taking_of(*([street] if street else [])))
        rows = replies[replies.subdistrict == street] if street else replies
        counted = rows.groupby("appeal").replied_n.sum()
        assert all(row["value"] == counted[row["key"]] >= 10 for row in data["rows"])
        if data["rows"]:
            others = data["others"]["value"] if data["others"] else 0
            assert sum(row["value"] for row in data["rows"]) + others == data["total"] == counted.sum()


def test_flows_are_those_of_the_rows(tallies, taking_of):
    data, replies = data_of("flow", taking_of()), within(tallies[subject.petition_reply], QUARTER)
    totals = {by: replies.groupby(by).replied_n.sum() for by in ("appeal", "handler", "answer")}
    told = [node for node in data["nodes"] if not node["withheld"] and not node["key"].endswith(":others")]
    assert len(told) > 12
    for node in told:
        by, _, key = node["key"].partition(":")
        assert node["value"] == totals[by][key]
    assert 0 < sum(link["withheld"] for link in data["links"]) < len(data["links"])
    assert data_of("flow", taking_of(STREETS[0]))["missing"]


def test_a_matrix_by_sub_district_is_that_of_the_rows(tallies, taking_of):
    data, replies = data_of("topic_place", taking_of()), within(tallies[subject.petition_reply], QUARTER)
    counted = replies.groupby(["appeal", "subdistrict"]).replied_n.sum()
    told = 0
    for row, line in zip(data["rows"], data["cells"], strict=True):
        for column, cell in zip(data["columns"], line, strict=True):
            if not cell["withheld"]:
                assert (cell["value"] or 0) == counted.get((row["key"], column["key"]), 0)
                told += bool(cell["value"])
    assert told > 15


def test_two_rates_of_a_unit(tallies, taking_of):
    data = data_of("content", taking_of())
    rows = within(tallies[subject.petition_cell], QUARTER).groupby("unit").sum(numeric_only=True)
    assert len(data["points"]) >= 6
    for point in data["points"]:
        row = rows.loc[point["key"]]
        assert (point["x"], point["y"]) == (
            pytest.approx(100 * row.evaluated_n / row.evaluable_n),
            pytest.approx(100 * row.satisfied_n / row.evaluated_n),
        )
    assert len(data["points"]) + data["withheld"] == (rows.evaluable_n > 0).sum()


def test_a_unit_is_followed_over_four_quarters(tallies, taking_of):
    data = data_of("on_time_by_unit", taking_of())
    assert data["columns"] == ["2025-06-30", "2025-09-30", "2025-12-31", "2026-03-31"]
    rows = within(tallies[subject.petition_cell], QUARTER).groupby("unit").sum(numeric_only=True)
    last = {row["key"]: (row["values"][-1], row["n"][-1]) for row in data["rows"] if row["values"][-1] is not None}
    assert len(last) > 8
    for unit, (value, n) in last.items():
        assert n == rows.reply_due_n[unit] >= 10
        assert value == pytest.approx(100 * rows.reply_on_time_n[unit] / n)


def test_the_map_shows_sub_districts_only(taking_of):
    from dashboard.taking.places import map_data

    data = map_data(PANELS["map"], taking_of())
    assert {area["kind"] for area in data["areas"]} == {"subdistrict"}
    assert all(area.get("withheld") or area["value"] >= 10 for area in data["areas"])
    assert not data["points"]
    assert not data["layers"]


def test_a_readers_period_does_not_apply(history, workday, taking_of):
    chosen = Span(*MONTH_BEFORE)
    with reading(history) as connection:
        at = Taking(connection, PLACE.region, PLACE.root, PLACE.root, NOW, PLACE.zone, chosen, workday=workday)
        for key, metric in METRICS.items():
            if metric.over.published:
                assert reading_of(metric, at).value == reading_of(metric, taking_of()).value, key
        assert data_of("topics", at) == data_of("topics", taking_of())


@pytest.mark.parametrize("days", [(MONTH[0], MONTH[1] - 1), (MONTH[0] + 1, MONTH[1]), (MONTH[1], MONTH[1]), (MONTH_BEFORE[0], MONTH[1])])
def test_no_other_span_is_told(taking_of, days):
    taking = taking_of()
    for measure in (subject.registered, subject.reply_on_time, subject.unit_reply_on_time, subject.still_open):
        found = measure.total(taking.connection, taking.scope, Span(*days))
        assert (found.value, found.withheld) == (None, True)
        assert not any(part.value for part in measure.by_area(taking.connection, taking.region, STREETS, Span(*days)).values())
        assert measure.by_key(taking.connection, taking.scope, "unit", Span(*days)) == {}
        assert measure.series(taking.connection, taking.scope, Span(*days)) == {}


def measures(panel):
    """Every measure a panel reads."""
    if isinstance(panel, Kpi):
        return [panel.metric.measure]
    if isinstance(panel, Figures):
        return [metric.measure for metric in panel.metrics]
    if isinstance(panel, Scatter):
        return [panel.x.measure, panel.y.measure]
    if isinstance(panel, Survival):
        return [panel.cohort]
    if isinstance(panel, Map):
        return [panel.plates]
    return [panel.measure] if hasattr(panel, "measure") else []


def test_everything_shown_is_guarded_and_of_whole_periods():
    allowed = (subject.receptions_held, subject.units_reversed)
    for panel in petitions.MODULE.panels:
        assert not isinstance(panel, Rows)
        for measure in measures(panel):
            guard = measure.under if isinstance(measure, GuardedRatio) else measure
            assert measure in allowed or (isinstance(guard, GuardedMeasure) and guard.least == 10), panel.key
        over = getattr(panel, "over", None)
        assert over is None or over.published, panel.key
        assert not isinstance(panel, Course) or panel.per == "month"
    windows = {"day": Window.LAST_DAY, "week": Window.LAST_WEEK, "month": Window.LAST_MONTH, "quarter": Window.LAST_QUARTER}
    for metric in METRICS.values():
        measure = metric.measure.under if isinstance(metric.measure, GuardedRatio) else metric.measure
        if isinstance(measure, GuardedMeasure):
            assert metric.over is windows[measure.period], metric.key


def test_legal_limits_say_that_they_are():
    legal = {metric.key for metric in METRICS.values() if metric.status == "legal"}
    assert legal == {"accept_on_time", "reply_on_time", "unnoticed", "review_on_time"}
    assert METRICS["raised_again"].target is None
    assert replace(METRICS["raised_again"]).limits is None


def test_the_demonstration_is_of_the_size_of_the_district(tallies):
    cells = tallies[subject.petition_cell]
    months = cells.groupby(cells.told_on).registered_n.sum()[1:-1]
    assert months.between(140, 280).all()
    total = cells.sum(numeric_only=True)
    assert 0.66 < total.satisfied_n / total.evaluated_n < 0.78
    assert 0.955 < total.served_n / total.evaluated_n < 0.995
    assert (cells.accept_on_time_n <= cells.accept_due_n).all()
    assert (cells.evaluated_n <= cells.evaluable_n).all()
    assert (cells.satisfied_n <= cells.evaluated_n).all()
