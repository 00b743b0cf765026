"""Sensors as numbers: what each senses now, how much of what it owes has come, and how high water stood on each day."""

from sqlalchemy import Column, ColumnElement, Float, Index, Integer, String, Table, and_, case, cast, func

from data.columns import UtcDateTime
from data.cubes import Cube
from data.listings import Listing, Told
from data.measures import Measure, Ratio
from data.schema import REGION, metadata, region_column
from data.spots import Spots
from data.waiting import Waiting

WATCH_CM, CLOSE_CM = 15.0, 27.0  # water on the road: warn; close the road. Another district's sample code; to be verified here
SILENT_S = 1800.0
SILENT = "silent"  # the state of a sensor whose newest value is older than it promised; its value says nothing of now

sensor = Table(
    "sensor",
    metadata,
    region_column(),
    Column("key", String(32), primary_key=True),
    Column("sensor_kind", String(16), nullable=False),  # code list `sensor_kind`; its weight is the promised cadence in seconds
    Column("name_zh", String(120), nullable=False),
    Column("name_en", String(160), nullable=False),
    Column("lon", Float),
    Column("lat", Float),
    Column("subdistrict", String(32)),
    Column("community", String(32)),
    Column("grid", String(32)),
    Column("at", UtcDateTime),  # of the newest sample
    Column("value", Float),  # in the unit of its kind: cm of water, mm of rain an hour, m/s of wind
    Column("sensor_state", String(16), nullable=False),  # code list `sensor_state`
    Column("level", String(16), nullable=False),  # ok, watch, warning, critical
    Column("due_n", Integer),  # pumps that should run, lamps that should be lit now; NULL: not known or none of its business
    Column("on_n", Integer),  # of these, those that do
    Column("expected_n", Integer, nullable=False),  # samples promised in the last 24 hours
    Column("received_n", Integer, nullable=False),  # and come
    Index("sensor_of_kind", REGION, "sensor_kind"),
    Index("sensor_level", REGION, "level"),
)

sensor_day = Table(
    "sensor_day",
    metadata,
    region_column(),
    Column("day", Integer, primary_key=True, autoincrement=False),
    Column("key", String(32), primary_key=True),
    Column("sensor_kind", String(16), nullable=False),
    Column("subdistrict", String(32)),
    Column("community", String(32)),
    Column("expected_n", Integer, nullable=False),  # up to the hour the day has reached
    Column("received_n", Integer, nullable=False),
    Column("most", Float),  # the highest value received
)

_now, _day = sensor.c, sensor_day.c
_heard = _now.sensor_state != SILENT
_water = and_(_now.sensor_kind == "water_level", _heard)
Index("sensor_at", _now.region, _now.at)

sensor_cube = Cube(
    name="sensor",
    fact=sensor,
    areas=("grid", "community", "subdistrict"),
    wide_areas=("subdistrict", "community"),
    by={"sensor_kind": "sensor_kind"},
    counters={
        "flooded": and_(_water, _now.value >= WATCH_CM),
        "impassable": and_(_water, _now.value >= CLOSE_CM),
        "due": _now.due_n,
        "on": _now.on_n,
        "expected": _now.expected_n,
        "received": _now.received_n,
    },
)

day_cube = Cube(
    name="sensor_day",
    fact=sensor_day,
    day="day",
    areas=("community", "subdistrict"),
    wide_areas=("subdistrict",),
    by={"sensor_kind": "sensor_kind"},
    counters={
        "expected": _day.expected_n,
        "received": _day.received_n,
        "flooded": and_(_day.sensor_kind == "water_level", _day.most >= WATCH_CM),
        "impassable": and_(_day.sensor_kind == "water_level", _day.most >= CLOSE_CM),
    },
)

CUBES = (sensor_cube, day_cube)


def _counted(counter: str, kind: str = "") -> Measure:
    measure = Measure(sensor_cube, counter)
    return measure.keyed("sensor_kind", kind) if kind else measure


flooded = _counted("flooded")
impassable = _counted("impassable")
pumps_called = _counted("due", "pump")
pumps_running = Ratio(_counted("on", "pump"), pumps_called)
availability = Ratio(_counted("received"), _counted("expected"))
availability_by_day = Ratio(Measure(day_cube, "received"), Measure(day_cube, "expected"))
flooded_by_day = Measure(day_cube, "flooded")
silent = Waiting(sensor, "at", _now.key.is_not(None), longer_s=SILENT_S)

UNITS = {"water_level": " cm", "tide": " cm", "rain": " mm/h", "wind": " m/s"}
_whole = cast(cast(func.round(_now.value), Integer), String)
_parts = cast(_now.on_n, String) + " / " + cast(_now.due_n, String)
_read = case((_heard, func.coalesce(_parts, _whole + case(UNITS, value=_now.sensor_kind, else_=""))))
_alarmed = _now.level.in_(("watch", "warning", "critical"))
alarmed = Listing(
    sensor,
    columns=(
        Told("place", names=(_now.name_zh, _now.name_en)),
        Told("sensor_kind", by="sensor_kind"),
        Told("sensor_state", by="sensor_state"),
        Told("reading", value=_read),
        Told("at", "time"),
        Told("level", "level"),
    ),
    where=lambda now, day: _alarmed,
    order=lambda now, day: (_now.level != "critical", _now.level != "warning", _now.sensor_kind, _now.key),
)


def _spots(where: ColumnElement[bool]) -> Spots:
    return Spots(sensor, _now.level, "sensor_kind", where, ("name_zh", "name_en"), "key", "at")


alarm_spots = _spots(_alarmed)
water_spots = _spots(_now.sensor_kind == "water_level")
pump_spots = _spots(_now.sensor_kind == "pump")
lamp_spots = _spots(_now.sensor_kind == "lamp_circuit")
weather_spots = _spots(_now.sensor_kind.in_(("tide", "rain", "wind")))
