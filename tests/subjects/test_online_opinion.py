"""Every key number of online opinion against pandas on the rows, on both engines, for the district and the streets; panels add up."""

import pandas as pd
import pytest

from dashboard.taking.moment import Taking
from dashboard.taking.readings import reading_of
from dashboard.taking.snapshot import take
from data.db import engine_for, reading
from data.schema import metadata
from data.subjects import cubes_of
from data.subjects.online_opinion import LEAST, LEAST_POSTS
from modules.online_opinion import MODULE
from modules.spec import Level, Quality
from tests.subjects.conftest import NOW, PLACE
from tests.subjects.opinion_numbers import COUNTS, FIRST_QUARTER, GUARDED, KINDS, MAY, SHARES, TIMES, Opinion, found_in_may

METRICS = {metric.key: metric for metric in MODULE.every_metric}
STREETS = [f"44051200{number}" for number in range(1, 8)]
STREET = STREETS[0]


@pytest.fixture(scope="module")
def opinion(history):
    with reading(history) as connection:
        return Opinion.read(connection, NOW)


@pytest.fixture
def snapshot(taking_of):
    return take(MODULE, taking_of(), {}, False)


def test_every_number_of_the_field_is_compared_and_defined():
    assert METRICS.keys() == {"topics_month", *GUARDED, *KINDS, *SHARES, *COUNTS, *TIMES}
    assert {metric.code for metric in METRICS.values()} == {f"YQ-{number:02d}" for number in range(1, 13)}
    assert all(metric.basis and metric.owner and metric.source for metric in METRICS.values())


@pytest.mark.parametrize("key", sorted({**GUARDED, **SHARES}))
def test_a_share_of_the_district_is_that_of_the_rows(opinion, taking_of, key):
    found, (over, under) = reading_of(METRICS[key], taking_of()), {**GUARDED, **SHARES}[key](opinion)
    assert (found.numerator, found.denominator) == (over, under)
    assert found.value == pytest.approx(100 * over / under)
    assert found.quality == Quality.GOOD


@pytest.mark.parametrize("key", sorted(KINDS))
def test_a_kind_is_told_where_it_is_not_too_few(opinion, taking_of, key):
    found, (over, under) = reading_of(METRICS[key], taking_of()), KINDS[key](opinion)
    if found.quality == Quality.SUPPRESSED:
        assert (found.value, found.numerator, found.denominator) == (None, None, None)
    else:
        assert (found.numerator, found.denominator) == (over, under)
        assert over == 0 or over >= LEAST


def test_the_large_kinds_are_told(opinion, taking_of):
    told = {key for key in KINDS if reading_of(METRICS[key], taking_of()).value is not None}
    assert {"kind_interest", "kind_hot"} <= told
    assert {key for key, counted in KINDS.items() if 0 < counted(opinion)[0] < LEAST}.isdisjoint(told)


@pytest.mark.parametrize("key", sorted(COUNTS))
def test_a_count_is_that_of_the_rows(opinion, taking_of, key):
    assert reading_of(METRICS[key], taking_of()).value == COUNTS[key](opinion)


@pytest.mark.parametrize("key", sorted(TIMES))
def test_a_time_is_that_of_the_rows(opinion, taking_of, key):
    assert reading_of(METRICS[key], taking_of()).value == pytest.approx(TIMES[key](opinion))


def test_topics_of_the_month(opinion, taking_of):
    assert reading_of(METRICS["topics_month"], taking_of()).value == len(found_in_may(opinion))


@pytest.mark.parametrize("code", STREETS)
def test_a_street_is_told_its_own_shares_or_nothing(opinion, taking_of, code):
    inside, told = opinion.within("subdistrict", code), 0
    for key, counted in GUARDED.items():
        found, (over, under) = reading_of(METRICS[key], taking_of(code)), counted(inside)
        if found.value is not None:
            assert (found.numerator, found.denominator) == (over, under), key
            assert under >= LEAST, key
            told += 1
        else:
            assert found.quality in (Quality.SUPPRESSED, Quality.MISSING), key
    assert told >= 3


def test_what_rests_on_single_topics_is_told_of_no_street(taking_of):
    for key in {**SHARES, **COUNTS, **TIMES, **KINDS}:
        found = reading_of(METRICS[key], taking_of(STREET))
        assert (found.value, found.quality) == (None, Quality.MISSING), key
    panels = {panel.key: panel for panel in take(MODULE, taking_of(STREET), {}, False).panels}
    for key in ("stream", "posts", "flow", "open_by_unit", "owed_rows", "actions", "majors", "by_category", "by_street", "by_day"):
        assert panels[key].data["missing"], key


def test_no_small_number_of_topics_is_told_anywhere(snapshot):
    for key in ("by_category", "by_kind", "by_street"):
        rows = snapshot.panel(key).data["rows"]
        assert snapshot.panel(key).data["least"] == LEAST
        assert any(row["value"] for row in rows)
        assert all(row["withheld"] or row["value"] == 0 or row["value"] >= LEAST for row in rows), key
    flow = snapshot.panel("flow").data
    values = [one["value"] for one in (*flow["nodes"], *flow["links"]) if not one["withheld"]]
    assert values
    assert all(value == 0 or value >= LEAST for value in values)


def test_bars_say_what_the_rows_say(opinion, snapshot):
    topics = found_in_may(opinion)
    for key, column in (("by_category", "category"), ("by_kind", "opinion_kind"), ("by_street", "subdistrict")):
        counts = topics.groupby(column).size()
        shown = {row["key"]: row["value"] for row in snapshot.panel(key).data["rows"] if not row["withheld"]}
        assert shown == {name: counts[name] for name in shown}
    due = opinion.of("over_day", *FIRST_QUARTER)
    due = due[~due.is_major & due.is_due]
    units = {row["key"]: (row["numerator"], row["of"]) for row in snapshot.panel("late_by_unit").data["rows"]}
    whole = {unit: (rows.in_time.sum(), len(rows)) for unit, rows in due.groupby("handler")}
    assert units == {unit: whole[unit] for unit in units}
    assert len(units) == min(12, len(whole))


def test_the_flow_is_of_the_quarter(opinion, snapshot):
    topics = opinion.of("over_day", *FIRST_QUARTER)
    topics = topics[topics.service.astype(bool)]
    nodes = {node["key"]: node["value"] for node in snapshot.panel("flow").data["nodes"] if not node["withheld"]}
    for prefix, column in (("opinion", "category"), ("handler", "handler"), ("ending", "case_state")):
        counts = topics.groupby(column).size()
        shown = {key.split(":")[1]: value for key, value in nodes.items() if key.startswith(f"{prefix}:") and not key.endswith(":others")}
        assert shown
        assert shown == {name: counts[name] for name in shown}


def test_open_topics_by_unit(opinion, snapshot):
    left = opinion.topics[opinion.topics.open.astype(bool)]
    parts = {row["key"]: {part["key"]: part["value"] for part in row["parts"]} for row in snapshot.panel("open_by_unit").data["rows"]}
    assert parts == {unit: {"owed": rows.waits.sum(), "answered": (~rows.waits).sum()} for unit, rows in left.groupby("handler")}


def test_lanes_show_the_counts_the_marks_and_the_time_left(opinion, snapshot):
    data, hours = snapshot.panel("stream").data, opinion.tables["opinion_hour"]
    topics = opinion.topics.set_index("number")
    assert len(data["rows"]) == 8
    local = pd.Timestamp(NOW).tz_convert("Asia/Shanghai").floor("h").tz_localize(None)
    last = int((local - pd.Timestamp("1970-01-01")) / pd.Timedelta(hours=1))
    for row in data["rows"]:
        topic = topics.loc[int(row["key"])]
        counts = hours[hours.topic == topic.name].set_index("hour_on").posts_n
        assert row["values"] == [float(counts.get(hour, 0)) for hour in range(last - 59, last + 1)]
        assert {mark["key"] for mark in row["marks"]} == {
            name for name in data["marks"] if pd.notna(topic[f"{name}_at"])
        }  # fmt: skip
        if topic.waits:
            assert row["left_s"] == pytest.approx(topic.waits_h * 3600)
            assert row["level"] == (Level.CRITICAL if topic.waits_h < 0 else Level.WARNING if topic.warned else Level.OK)
        elif pd.notna(topic.responded_at):
            assert row["took_s"] == pytest.approx(topic.answer_h * 3600)
    waiting = [row["left_s"] for row in data["rows"] if row["left_s"] is not None]
    assert waiting == sorted(waiting)
    assert len(waiting) == min(8, int(snapshot.readings["owed"].value))


def test_listings_put_what_presses_first(opinion, snapshot):
    owed = snapshot.panel("owed_rows").data
    assert owed["total"] == snapshot.readings["owed"].value
    left = [row["left_s"] for row in owed["rows"]]
    assert left == sorted(left)
    assert all((row["level"] == "critical") == (row["left_s"] < 0) for row in owed["rows"])
    actions = snapshot.panel("actions").data
    assert actions["total"] == (opinion.topics.found_day > opinion.last - 14).sum()
    assert all(row["unit_en"] != row["unit"] for row in actions["rows"])
    majors = snapshot.panel("majors").data
    assert majors["total"] == (opinion.topics.is_major & (opinion.topics.found_day > opinion.last - 92)).sum()


def test_courses_and_the_day_by_the_hour(opinion, snapshot):
    days = dict(zip(*(snapshot.panel("by_day").data[axis] for axis in "xy"), strict=True))
    assert sum(days.values()) == opinion.topics.found_day.between(opinion.last - 34, opinion.last).sum()
    months = dict(zip(*(snapshot.panel("by_month").data[axis] for axis in "xy"), strict=True))
    assert months["2026-05-01T00:00:00"] == opinion.topics.over_day.between(*MAY).sum()
    hours = snapshot.panel("posts").data
    assert sum(value or 0 for value in hours["y"]) == snapshot.readings["posts_today"].value
    assert len(hours["median"]) == 24


def test_every_topic_has_posts_enough(opinion):
    assert opinion.topics.posts_n.min() >= LEAST_POSTS
    sums = opinion.tables["opinion_hour"].groupby("topic").posts_n.sum()
    told = opinion.topics.set_index("number").posts_n
    assert (told == sums.reindex(told.index).fillna(0).clip(lower=LEAST_POSTS)).all()


def test_alerts_begin_where_the_field_says():
    alerts = {alert.metric.key: alert for alert in MODULE.alerts}
    calm_and_told = (
        ("due_soon", 0, 1),
        ("overdue", 0, 1),
        ("reopened_week", 0, 1),
        ("sources_silent", 0, 1),
        ("released_in_time", 100, 99),
    )
    assert alerts.keys() == {key for key, _, _ in calm_and_told}
    for key, calm, told in calm_and_told:
        metric = alerts[key].metric
        assert metric.level(calm) == "ok"
        assert metric.level(told) == alerts[key].at


def test_an_empty_district_has_no_figures_at_all():
    engine = engine_for("sqlite://")
    cubes_of(None)
    metadata.create_all(engine)
    with engine.connect() as connection:
        empty = take(MODULE, Taking(connection, PLACE.region, PLACE.root, PLACE.root, NOW, PLACE.zone), {}, False)
    assert {found.value for found in empty.readings.values()} == {None}
    assert {found.quality for found in empty.readings.values()} == {Quality.MISSING}
