"""Sensors: what counts as water, as silence and as a pump that does not run; and a weather that moves all of them alike."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from data import ledger
from data.columns import day_number
from data.db import reading, writing
from data.measures import Scope, Span
from data.rollups import differences
from data.seed.demo.hours import at_hour
from data.seed.demo.plans import Planner
from data.seed.demo.subjects.city_operations import CityOperations
from data.seed.demo.subjects.sensors import Sensors, is_dark
from data.seed.places import load_place
from data.subjects import sensors
from data.subjects.sensors import CLOSE_CM, WATCH_CM, sensor
from tests.factories import NOW, REGION

SCOPE, EVER = Scope(REGION), Span(0, 10**6)
PLANNER = Planner(load_place("haojiang"))
STORY, ROADS = Sensors(PLANNER), CityOperations(PLANNER)
YEAR = range(day_number(datetime(2025, 7, 1, tzinfo=UTC)), day_number(datetime(2026, 6, 30, tzinfo=UTC)))
STORM = PLANNER.almanac.typhoon_start(2025)
SUMMER, WINTER = (day_number(datetime(2025, month, 21, tzinfo=UTC)) for month in (6, 12))


def sensed(number: int, kind: str, **told: object) -> dict[str, object]:
    """A sensor that has reported just now."""
    return {
        "key": f"s{number}", "sensor_kind": kind, "name_zh": "点", "name_en": "point", "lon": 116.7, "lat": 23.28,
        "subdistrict": "440512001", "community": "440512001001", "grid": "440512001001-G01", "at": NOW, "value": 0.0,
        "sensor_state": "normal", "level": "ok", "due_n": None, "on_n": None, "expected_n": 1440, "received_n": 1440, **told,
    }  # fmt: skip


@pytest.fixture
def told(engine: Engine):
    """Writes sensors and reads a number of them."""

    def tell(*rows: dict[str, object]):
        with writing(engine) as connection:
            ledger.record_rows(connection, REGION, sensor, list(rows), NOW)
            assert differences(connection, REGION, [sensors.sensor_cube]) == []

        def number(measure):
            with reading(engine) as connection:
                return measure.total(connection, SCOPE, EVER)

        return number

    return tell


def test_water_counts_from_its_mark_and_only_where_it_is_heard(told) -> None:
    depths = (WATCH_CM - 0.1, WATCH_CM, CLOSE_CM - 0.1, CLOSE_CM, 60.0)
    number = told(
        *(sensed(n, "water_level", value=depth) for n, depth in enumerate(depths)),
        sensed(10, "water_level", value=80.0, sensor_state="silent"),
        sensed(11, "rain", value=90.0),
    )
    assert (number(sensors.flooded).value, number(sensors.impassable).value) == (4, 2)


def test_pumps_are_judged_only_when_they_are_called(told) -> None:
    number = told(sensed(1, "pump", due_n=0, on_n=0), sensed(2, "lamp_circuit", due_n=40, on_n=39))
    assert number(sensors.pumps_running).value is None
    number = told(sensed(1, "pump", due_n=3, on_n=2), sensed(3, "pump", sensor_state="silent"))
    part = number(sensors.pumps_running)
    assert (part.numerator, part.denominator) == (2, 3)


def test_a_sensor_is_silent_after_half_an_hour(told, engine: Engine) -> None:
    told(*(sensed(n, "tide", at=NOW - timedelta(minutes=minutes)) for n, minutes in enumerate((0, 30, 31, 600))))
    with reading(engine) as connection:
        assert sensors.silent.total(connection, SCOPE, NOW, 0.5).value == 2


def test_what_is_in_alarm_is_told_with_its_reading(told, engine: Engine) -> None:
    told(
        sensed(1, "water_level", value=31.4, level="critical", sensor_state="impassable"),
        sensed(2, "pump", due_n=3, on_n=1, level="warning", sensor_state="short"),
        sensed(3, "wind", value=18.0, level="warning", sensor_state="high"),
        sensed(4, "rain", value=3.0, level="watch", sensor_state="silent"),
        sensed(5, "tide"),
    )
    with reading(engine) as connection:
        rows = sensors.alarmed.rows(connection, SCOPE, NOW, 0)
    assert [(row["place_en"], row["reading"], row["level"]) for row in rows] == [
        ("point", "31 cm", "critical"), ("point", "1 / 3", "warning"), ("point", "18 m/s", "warning"), ("point", None, "watch"),
    ]  # fmt: skip


def at_every(day: int, minutes: int = 20) -> range:
    return range(at_hour(day, 0), at_hour(day, 24), minutes * 60)


def rows_at(moment: int, kind: str) -> list[dict[str, object]]:
    (told,) = STORY.standing(moment).values()
    return [row for row in told if row["sensor_kind"] == kind]


def test_water_stands_only_where_it_has_rained() -> None:
    dry = [day for day in YEAR if not PLANNER.almanac(day).rain and not PLANNER.almanac(day - 1).rain]
    heavy = [day for day in YEAR if PLANNER.almanac(day).rain == 3]
    assert len(dry) > 150 and len(heavy) >= 5
    for day in dry[::20]:
        assert {row["value"] for row in rows_at(at_hour(day, 17), "water_level") if row["sensor_state"] != "silent"} == {0.0}
        assert {row["due_n"] for row in rows_at(at_hour(day, 17), "pump")} <= {0, None}
    for day in heavy:
        deepest = max(
            STORY.weather.depth(at, gauge.low) for at in at_every(day) for gauge in STORY.gauges.all if gauge.kind == "water_level"
        )
        assert WATCH_CM <= deepest <= 120


def test_pumps_are_called_as_water_rises_and_some_do_not_run() -> None:
    wet = [day for day in YEAR if PLANNER.almanac(day).rain == 3]
    called = [row for day in wet for at in at_every(day, 60) for row in rows_at(at, "pump") if row["due_n"]]
    assert called and all(0 <= row["on_n"] <= row["due_n"] for row in called)
    assert 0 < sum(row["on_n"] < row["due_n"] for row in called) < 0.3 * len(called)


def test_a_typhoon_brings_wind() -> None:
    moments = [at for day in range(STORM, STORM + 3) for at in at_every(day)]
    assert max(row["value"] for at in moments for row in rows_at(at, "wind")) > 20


def test_a_road_is_closed_while_its_gauge_stands_above_the_mark() -> None:
    lows = {gauge.place["lon"]: gauge.low for gauge in ROADS.gauges.all if gauge.kind == "water_level"}
    closed = [fact.row for day in range(STORM - 1, STORM + 4) for fact in ROADS.day(day) if fact.row.get("road_reason") == "flooding"]
    assert closed
    for row in closed:
        start, end = (int(row[name].timestamp()) for name in ("from_at", "lifted_at"))
        assert ROADS.weather.depth(start, lows[row["lon"]]) >= CLOSE_CM
        assert ROADS.weather.depth(end, lows[row["lon"]]) < WATCH_CM


@pytest.mark.parametrize(("day", "longest"), [(SUMMER, 10.2), (WINTER, 12.8)])
def test_lamps_are_due_from_dusk_to_dawn(day: int, longest: float) -> None:
    dark = sum(is_dark(at) for at in at_every(day, 1)) / 60
    assert abs(dark - longest) < 0.5
    assert all(row["due_n"] == 0 for row in rows_at(at_hour(day, 12), "lamp_circuit") if row["sensor_state"] != "silent")
    night = [row for row in rows_at(at_hour(day, 22), "lamp_circuit") if row["due_n"]]
    assert sum(row["on_n"] for row in night) / sum(row["due_n"] for row in night) > 0.95


def test_the_tide_turns_twice_a_day_and_swells_with_the_moon() -> None:
    heights = [STORY.weather.tide(at, 0.0) for day in range(SUMMER, SUMMER + 15) for at in at_every(day)]
    highs = [now for before, now, after in zip(heights, heights[1:], heights[2:], strict=False) if before < now >= after]
    assert 28 <= len(highs) <= 30
    assert max(highs) - min(highs) > 30


def test_a_silent_sensor_keeps_its_last_sample_and_owes_the_rest() -> None:
    place, gauge, window = next(
        (place, STORY.gauges.all[place], found)
        for day in YEAR
        for place, found in enumerate(STORY.gauges.windows(day))
        if found and found[1] - found[0] > 4 * 3600
    )
    row = STORY.standing(window[0] + 3 * 3600)[sensor][place]
    assert (row["key"], row["sensor_state"], row["level"], row["due_n"]) == (gauge.key, "silent", "watch", None)
    assert row["at"].timestamp() < window[0] <= row["at"].timestamp() + gauge.cadence_s
    assert row["received_n"] <= row["expected_n"] - 3 * 3600 // gauge.cadence_s + 1


def test_some_sensors_fall_silent_time_and_again() -> None:
    silent = [sum(STORY.gauges.windows(day)[place] is not None for day in YEAR) / len(YEAR) for place in range(len(STORY.gauges.all))]
    assert sum(share > 0.3 for share in silent) == 4
    assert sorted(silent)[len(silent) // 2] < 0.06
