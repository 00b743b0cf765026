"""Special equipment as numbers: what is inspected before it is due, what falls due when, and how fast people are freed from lifts.

When an item is due follows from its type's cycle (code list `inspection_cycle`, data.cycles); its state is delivered once a day.
"""

from datetime import timedelta

from sqlalchemy import Boolean, Column, Float, Index, Integer, String, Table, and_, case, true

from data.columns import UtcDateTime
from data.cubes import Cube
from data.distributions import Distribution
from data.listings import Listing, Told
from data.measures import Measure, Ratio
from data.schema import REGION, metadata, region_column
from data.spots import Spots
from data.uscc import refusal

STATES = ("overdue", "d30", "d60", "in_date")
NEAR_DAYS, AHEAD_DAYS = 30, 60
LONG = timedelta(days=30)  # overdue for longer is critical
RESCUE_S = 30 * 60
AREAS = ("grid", "community", "subdistrict")
WIDE = ("subdistrict",)

special_equipment = Table(
    "special_equipment",
    metadata,
    region_column(),
    Column("code", String(24), primary_key=True),
    Column("equipment_type", String(16), nullable=False),  # code list
    Column("uscc", String(18), nullable=False),  # of the organisation that uses it
    Column("name_zh", String(80), nullable=False),
    Column("name_en", String(120), nullable=False),
    Column("subdistrict", String(32), nullable=False),
    Column("community", String(32)),
    Column("grid", String(32)),
    Column("lon", Float),
    Column("lat", Float),
    Column("used_on", Integer, nullable=False),  # taken into use
    Column("in_use", Boolean, nullable=False),
    Column("inspected_on", Integer),  # NULL: never yet
    Column("due_on", Integer, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),  # the last second of that day
    Column("inspection_state", String(16), nullable=False),  # STATES
    info={"refusal": refusal},
)

lift_rescue = Table(
    "lift_rescue",
    metadata,
    region_column(),
    Column("number", String(24), primary_key=True),
    Column("code", String(24), nullable=False),  # of the lift
    Column("subdistrict", String(32), nullable=False),
    Column("community", String(32)),
    Column("called_at", UtcDateTime, nullable=False),
    Column("called_on", Integer, nullable=False),
    Column("arrived_at", UtcDateTime),  # of the rescuers; NULL: on the way
    Column("arrive_s", Integer),
    Index("lift_rescue_called", REGION, "called_on"),
)

_unit, _rescue = special_equipment.c, lift_rescue.c
_overdue = and_(_unit.in_use, _unit.inspection_state == "overdue")
_pressing = and_(_unit.in_use, _unit.inspection_state.in_(("overdue", "d30")))
Index("special_equipment_pressing", _unit.region, _unit.due_on, sqlite_where=_pressing, postgresql_where=_pressing)
Index("special_equipment_overdue", _unit.region, _unit.due_on, sqlite_where=_overdue, postgresql_where=_overdue)

equipment_cube = Cube(
    name="special_equipment",
    fact=special_equipment,
    areas=AREAS,
    wide_areas=WIDE,
    by={"equipment_type": "equipment_type"},
    where=_unit.in_use,
    counters={"units": true(), "pressing": _pressing, **{state: _unit.inspection_state == state for state in STATES}},
)

due_cube = Cube(
    name="equipment_due",
    fact=special_equipment,
    day="due_on",
    areas=("community", "subdistrict"),
    where=_unit.in_use,
    counters={"due": true()},
)

rescue_cube = Cube(
    name="lift_rescue",
    fact=lift_rescue,
    day="called_on",
    areas=("community", "subdistrict"),
    counters={"rescues": _rescue.arrive_s.is_not(None), "in_time": _rescue.arrive_s <= RESCUE_S},
)

CUBES = (equipment_cube, due_cube, rescue_cube)


def in_state(state: str) -> Measure:
    """How many units in use are in one of STATES."""
    return Measure(equipment_cube, state)


units = Measure(equipment_cube, "units")
in_date = Ratio(in_state("overdue"), units, rest=True)
overdue, due_soon, due_later = (in_state(state) for state in ("overdue", "d30", "d60"))
WANTING = tuple((state, in_state(state)) for state in STATES[:-1])
falling_due = Measure(due_cube, "due")
rescued_in_time = Ratio(Measure(rescue_cube, "in_time"), Measure(rescue_cube, "rescues"))
rescue_time = Distribution(lift_rescue, "arrive_s", "called_on")

overdue_spots = Spots(
    special_equipment,
    lambda now: case((_unit.due_at < now - LONG, "critical"), else_="warning"),
    kind="equipment_type",
    where=_overdue,
    title=("name_zh", "name_en"),
    number="code",
    at="due_at",
)

due_listed = Listing(
    special_equipment,
    (
        Told("code"),
        Told("equipment_type", by="equipment_type"),
        Told("unit_name", names=(_unit.name_zh, _unit.name_en)),
        Told("subdistrict", by="subdistrict"),
        Told("days_left", "days", value=lambda now, day: _unit.due_on - day),
    ),
    where=lambda now, day: _pressing,
    order=lambda now, day: (_unit.due_on, _unit.code),
    most=20,
    total=Measure(equipment_cube, "pressing"),
)
