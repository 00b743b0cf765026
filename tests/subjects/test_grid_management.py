"""Every key number of grid management against pandas on the rows, on both engines, for a district, a sub-district and a grid."""

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.taking.moment import Taking
from dashboard.taking.panels import funnel, ranked, wilson
from dashboard.taking.readings import reading_of
from dashboard.taking.snapshot import take
from data.db import engine_for, reading
from data.measures import Measure, Part, Ratio, Scope, Span
from data.schema import metadata
from data.subjects import cases, cubes_of
from layouts.text import percent
from modules import grid_management as grid
from modules.spec import Funnel, Quality, Rounding, StageTable, Window
from tests.subjects.conftest import NOW, PLACE
from tests.subjects.frames import Frames, loads, quantile, seconds, share
from tests.subjects.grid_numbers import COUNTS, OTHERS, SCALED, SHARES, TIMES, UNTOLD, on_time, patrolled

AREAS = {"district": PLACE.root, "subdistrict": "440512001", "grid": "440512001001-G01"}
METRICS = {metric.key: metric for metric in grid.MODULE.every_metric}
STAGES = ("dispatched", "arrived", "handled", "checked", "closed", "scored")


@pytest.fixture(scope="module")
def frames(history):
    with reading(history) as connection:
        return Frames.read(connection, NOW)


def test_every_key_number_is_computed_here():
    assert {*SHARES, *SCALED, *COUNTS, *TIMES, *OTHERS} == set(METRICS)
    assert {metric.code for metric in METRICS.values()} >= {f"WG-{number:02d}" for number in range(1, 15)}


@pytest.mark.parametrize("level", AREAS)
@pytest.mark.parametrize("key", [*SHARES, *SCALED])
def test_shares_are_those_of_the_rows(frames, reading_at, key, level):
    found = reading_at(key, AREAS[level])
    if level == "grid" and key in UNTOLD:
        assert (found.value, found.quality) == (None, Quality.MISSING)
        return
    scale, count = SCALED.get(key) or (100.0, SHARES[key])
    over, under = count(frames.within(level, AREAS[level]))
    assert (found.numerator, found.denominator) == (over, under)
    assert found.value == (pytest.approx(scale * over / under) if under else None)
    assert found.quality == (Quality.GOOD if under else Quality.MISSING)


@pytest.mark.parametrize("level", AREAS)
@pytest.mark.parametrize("key", COUNTS)
def test_counts_are_those_of_the_rows(frames, reading_at, key, level):
    found = reading_at(key, AREAS[level])
    untold = level == "grid" and key in UNTOLD
    assert found.value == (None if untold else float(COUNTS[key](frames.within(level, AREAS[level]))))
    assert found.denominator is None


@pytest.mark.parametrize("level", AREAS)
@pytest.mark.parametrize("key", TIMES)
def test_times_are_those_of_the_rows(frames, reading_at, key, level):
    found, (part, values) = reading_at(key, AREAS[level]), TIMES[key]
    if level == "grid" and key in UNTOLD:
        assert (found.value, found.denominator) == (None, None)
        return
    known = values(frames.within(level, AREAS[level]))
    assert found.denominator == len(known)
    assert found.value == (pytest.approx(quantile(known, part)) if len(known) else None)
    assert found.quality == (Quality.GOOD if len(known) else Quality.MISSING)


@pytest.mark.parametrize("level", AREAS)
def test_the_spread_is_that_of_posts_not_of_persons(frames, reading_at, level):
    found = reading_at("workload_spread", AREAS[level])
    codes = sorted({code for code in frames.cases.community.dropna() if level == "district" or code.startswith(AREAS[level])})
    values = loads(frames, codes)
    assert found.value == (None if level == "grid" else pytest.approx(100 * values.std() / values.mean()))


def test_what_no_source_delivers_is_missing_not_zero(reading_at):
    found = reading_at("public_satisfied", PLACE.root)
    assert (found.value, found.numerator, found.quality) == (None, None, Quality.MISSING)


def test_net_and_gross_differ_by_what_was_put_off(frames, reading_at):
    found = reading_at("on_time_closure", PLACE.root)
    over, under = on_time(frames, net=False)
    assert (found.gross_numerator, found.gross_denominator) == (over, under)
    assert found.gross == pytest.approx(100 * over / under)
    assert under > (found.denominator or 0) > 0


def test_today_is_compared_with_the_same_weekdays_up_to_the_same_time(frames, reading_at):
    found = reading_at("intake", PLACE.root).comparison
    hour = (frames.cases.reported_at.dt.tz_convert("Asia/Shanghai").dt.hour).astype(int)
    past = []
    for day in range(frames.today - 7, frames.today - 36, -7):
        if day == 20623:  # 2026-06-19, a holiday: no such weekday is compared with
            continue
        on = frames.cases[frames.cases.day == day]
        past.append((hour[on.index] < 10).sum() + (hour[on.index] == 10).sum() * 0.5)
    low, median, high = (int(np.percentile(past, part) + 0.5) for part in (10, 50, 90))
    assert (found.kind, found.low, found.median, found.high) == ("weekday_band", low, median, high)
    assert found.delta == reading_at("intake", PLACE.root).value - median


def test_a_period_is_compared_with_the_one_before(frames, history, workday):
    with reading(history) as connection:
        chosen = Span.ending(frames.today, 7)
        at = Taking(connection, PLACE.region, PLACE.root, PLACE.root, NOW, PLACE.zone, chosen, workday=workday)
        found = reading_of(METRICS["public_share"], at)
    (over, under), (over_before, under_before) = (
        share(weeks.channel == "public", weeks.ok)
        for weeks in (frames.cases[frames.cases.day.between(frames.today - back, frames.today - back + 6)] for back in (6, 13))
    )
    assert found.value == pytest.approx(100 * over / under)
    assert found.comparison.kind == "previous"
    assert found.comparison.delta == pytest.approx(100 * over / under - 100 * over_before / under_before)
    assert found.comparison.year is None


def test_a_period_nobody_knows_is_not_compared_with(reading_at):
    assert reading_at("public_share", PLACE.root).comparison is None  # the history has no whole month before


def test_sparks_are_the_days_one_by_one(frames, reading_at):
    counted = frames.reported(14).groupby("day").size()
    assert list(reading_at("intake", PLACE.root).spark) == [counted.get(frames.today - back, 0) for back in range(13, -1, -1)]
    walked = frames.days[frames.days.day.between(frames.today - 14, frames.today - 1)]
    daily = (walked.patrols_n >= walked.required_n).groupby(walked.day).mean() * 100
    assert list(reading_at("patrol_coverage", PLACE.root).spark) == pytest.approx(list(daily))


def test_days_before_the_first_known_are_not_zero(history, workday):

    with reading(history) as connection:
        early = Taking(connection, PLACE.region, PLACE.root, PLACE.root, NOW - timedelta(days=30), PLACE.zone, workday=workday)
        found = reading_of(METRICS["intake"], early)
    assert list(found.spark[:7]) == [None] * 7 and None not in found.spark[7:]
    assert found.comparison is None


def measures():
    """Every counter a key number is made of, once."""
    found = {}
    for metric in METRICS.values():
        sides = (metric.measure.over, metric.measure.under) if isinstance(metric.measure, Ratio) else (metric.measure,)
        found |= {(side.cube.name, side.counter, side.by, side.key): side for side in sides if isinstance(side, Measure)}
    return sorted(found.items())


@pytest.mark.parametrize("measure", [pytest.param(measure, id="-".join(key)) for key, measure in measures()])
def test_the_total_is_the_sum_of_its_areas_its_days_and_its_keys(taking_of, measure):
    taking = taking_of()
    span = Span.ending(taking.today, 30)
    read, scope = taking.connection, Scope(PLACE.region)
    whole = measure.total(read, scope, span).value
    streets = taking.children()
    parts = measure.by_area(read, PLACE.region, streets, span)
    at_the_centre = {"supervisor"} if measure.cube.name == "post_group" else set()
    if not at_the_centre:
        assert sum(part.value for part in parts.values()) == whole
        assert {code: part.value for code, part in parts.items()} == {
            code: measure.total(read, Scope(PLACE.region, code, "subdistrict"), span).value for code in streets
        }
    if not measure.stock:
        assert sum(part.value for part in measure.series(read, scope, span).values()) == whole
    if not measure.by and measure.cube.by:
        by = next(iter(measure.cube.by))
        assert sum(part.value for part in measure.by_key(read, scope, by, span).values()) == whole


def loop_of(frames, level):
    return (lambda frame: frame[frame.loop])(frames.within(level, AREAS[level]).reported(7))


@pytest.mark.parametrize("level", AREAS)
def test_the_loop_is_one_cohort(frames, taking_of, level):
    panel = next(panel for panel in grid.MODULE.panels if isinstance(panel, Funnel))
    found = funnel(panel, taking_of(AREAS[level]))
    cohort = loop_of(frames, level)
    reached = [len(cohort), *(int(cohort[f"s_{stage}"].sum()) for stage in STAGES)]
    assert [stage["count"] for stage in found["stages"]] == reached
    assert reached == sorted(reached, reverse=True)
    for here, following in zip(found["stages"], found["stages"][1:], strict=False):
        assert here["count"] == following["count"] + here["left"] + here["waiting"]
        assert here["waiting"] >= 0 and here["left"] >= 0
        assert following["through"] is None or following["through"] <= 100
    assert sum(stage["left"] or 0 for stage in found["stages"]) == cohort.ended.notna().sum()
    assert {drop["key"]: drop["count"] for drop in found["drops"]} == {key: (cohort.ended == key).sum() for key in cases.ENDED}
    dispatch = found["stages"][1]
    known = seconds(cohort, "reported_at", "dispatched_at")
    assert dispatch["n"] == len(known)
    assert dispatch["p90_s"] == (pytest.approx(quantile(known, 0.9)) if len(known) else None)


def test_whistles_come_as_far_as_their_rows_say(frames, taking_of):
    panel = next(panel for panel in grid.MODULE.panels if isinstance(panel, StageTable))
    blown = frames.blown()
    counts = [len(blown), *(int(blown[name].notna().sum()) for name in ("signed_at", "arrived_at", "closed_at", "rating"))]
    assert [stage["count"] for stage in funnel(panel, taking_of())["stages"]] == counts
    assert counts[0] > 5


def test_panels_say_what_the_rows_say(frames, taking_of):
    snapshot = take(grid.MODULE, taking_of(), {}, True)
    items_shown = snapshot.panel("items").data
    recent_items = frames.reported(30)[frames.reported(30).ok]["item"].dropna().astype(int)
    assert items_shown["zero"] == sorted(set(frames.items.number) - set(recent_items))
    assert items_shown["total"] == 296 and items_shown["covered"] == 296 - len(items_shown["zero"])
    late = frames.cases[frames.cases.late]
    overdue = snapshot.panel("overdue").data
    assert {row["key"]: row["value"] for row in overdue["rows"]} == dict(late.groupby("unit").size())
    assert all(sum(part["value"] for part in row["parts"]) == row["value"] for row in overdue["rows"])
    ages = {unit: quantile(np.sort((frames.now - rows.due_at).dt.total_seconds().to_numpy()), 0.9) for unit, rows in late.groupby("unit")}
    assert [row["p90_s"] for row in overdue["rows"]] == pytest.approx(sorted(ages.values(), reverse=True))
    calendar = {row["day"]: (row["numerator"], row["denominator"]) for row in snapshot.panel("patrol_calendar").data["days"]}
    assert len(calendar) == 35 and calendar["2026-06-24"] == patrolled(frames)
    by_level = {row["key"]: (row["numerator"], row["of"]) for row in snapshot.panel("on_time_by_level").data["rows"]}
    assert by_level["community"] == (None, None)  # no case is settled there: no figure, not a zero
    judged = frames.cases[frames.cases.due_day.between(frames.today - 29, frames.today)]
    for level in ("grid", "subdistrict", "district"):
        assert by_level[level] == share(judged.met & (judged.level == level), judged.judged & ~judged.put_off & (judged.level == level))


def test_an_empty_district_has_no_figures_at_all():
    engine = engine_for("sqlite://")
    cubes_of(None)
    metadata.create_all(engine)
    with engine.connect() as connection:
        snapshot = take(grid.MODULE, Taking(connection, PLACE.region, PLACE.root, PLACE.root, NOW, PLACE.zone), {}, False)
    assert {found.quality for found in snapshot.readings.values()} == {Quality.MISSING}
    assert {found.value for found in snapshot.readings.values()} == {None}


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 2))
def test_a_hundred_percent_is_only_said_when_all_are(one, other, decimals):
    over, under = sorted((one, other))
    ratio = Ratio(Measure(cases.due_cube, "on_time"), Measure(cases.due_cube, "due"))
    part = ratio.divided(Part(float(over)), Part(float(under)))
    assert (part.value is None) == (under == 0)
    if under:
        assert (percent(part.value, decimals) == percent(100.0, decimals)) == (over == under)
        low, high = wilson(over, under)
        assert 0 <= low <= 100 * over / under + 1e-9 and 100 * over / under - 1e-9 <= high <= 100


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(1, 200)), max_size=12))
def test_a_rank_counts_only_who_is_surely_higher(pairs):
    rows = []
    for number, (one, under) in enumerate(pairs):
        over = min(one, under)
        low, high = wilson(over, under)
        rows.append({"key": str(number), "value": 100 * over / under, "low": low, "high": high, "small": under < 30, "rank": None})
    ordered = ranked(rows)
    assert [row["small"] for row in ordered] == sorted(row["small"] for row in ordered)
    assert all((row["rank"] is None) == row["small"] for row in ordered)
    for row in ordered:
        for other in ordered:
            if row["rank"] and other["rank"] and other["low"] > row["high"]:
                assert other["rank"] < row["rank"]
    best = [row for row in ordered if row["rank"] == 1]
    assert not any(row["low"] > other["high"] for row in best for other in best)  # the best are not told apart


def test_declared_metrics_are_told_in_full():
    assert {metric.rounding for metric in METRICS.values()} == {Rounding.HALF_UP}
    assert all(metric.basis and metric.owner and metric.source for metric in METRICS.values())
    assert METRICS["patrol_coverage"].over is Window.LAST_DAY
