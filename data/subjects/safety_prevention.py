"""Prevention as numbers: hazards put right in time, patrols done of those planned, safety at the water, and the cases it should prevent.

Patrols are counts of a day: never where one is, nor a route to come. A plan is told once its time is over. Cases of burglary, theft
and fraud are the police's monthly aggregate; by kind they are too few to be told of one sub-district.
"""

from datetime import datetime

from sqlalchemy import BigInteger, Column, ColumnElement, Float, Index, Integer, SmallInteger, String, Table, and_, case, true

from data.columns import UtcDateTime
from data.cubes import Cube
from data.listings import Listing, Told
from data.measures import Measure, Ratio
from data.schema import metadata, region_column
from data.spots import Spots
from data.waiting import Waiting

LOGGED_S = 2 * 3600  # a patrol is to be logged so long after its end
KINDS = ("burglary", "theft", "fraud")

hazard = Table(
    "hazard",
    metadata,
    region_column(),
    Column("hazard", BigInteger, primary_key=True, autoincrement=False),
    Column("number", String(24), nullable=False),
    Column("hazard_class", String(16), nullable=False),  # code list: major, general
    Column("hazard_kind", String(24), nullable=False),  # code list
    Column("cell", String(40)),  # the safety cell it was found at
    Column("unit", String(48), nullable=False),
    Column("subdistrict", String(32), nullable=False),
    Column("community", String(32)),
    Column("grid", String(32)),
    Column("lon", Float),
    Column("lat", Float),
    Column("found_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),  # the end of the last day given
    Column("late_on", Integer, nullable=False),  # the day after: if still open, it is late from then on
    Column("deferred_at", UtcDateTime),  # the limit was put off with leave
    Column("closed_at", UtcDateTime),
)

patrol_plan = Table(
    "patrol_plan",
    metadata,
    region_column(),
    Column("day", Integer, primary_key=True, autoincrement=False),
    Column("patrol_kind", String(16), primary_key=True),  # code list: route, beach, school_gate, night_watch
    Column("subdistrict", String(32), primary_key=True),
    Column("planned_n", SmallInteger, nullable=False),
    Column("done_n", SmallInteger, nullable=False),  # logged so far
    Column("ends_at", UtcDateTime, nullable=False),  # when the last of them was to be over
    Column("signed_at", UtcDateTime),  # when the day's log was signed off, gaps and all
)

water_day = Table(
    "water_day",
    metadata,
    region_column(),
    Column("day", Integer, primary_key=True, autoincrement=False),
    Column("subdistrict", String(32), primary_key=True),
    Column("drownings_n", SmallInteger, nullable=False),
    Column("warnings_n", SmallInteger, nullable=False),  # given out at beaches and ponds, to everybody there
)

preventable_month = Table(
    "preventable_month",
    metadata,
    region_column(),
    Column("month_on", Integer, primary_key=True, autoincrement=False),  # last day of the month
    Column("subdistrict", String(32), primary_key=True),
    *(Column(f"{kind}_n", Integer, nullable=False) for kind in KINDS),
    Column("residents_n", Integer, nullable=False),
)

_hazard, _patrol, _month = hazard.c, patrol_plan.c, preventable_month.c
_open = _hazard.closed_at.is_(None)
_net = _hazard.deferred_at.is_(None)
_in_time = _hazard.closed_at <= _hazard.due_at
_late = and_(_open, _net)
_major = _hazard.hazard_class == "major"
_major_open = and_(_open, _major)
_pending = and_(_patrol.signed_at.is_(None), _patrol.done_n < _patrol.planned_n)
Index("hazard_open", _hazard.region, _hazard.due_at, sqlite_where=_open, postgresql_where=_open)
Index("hazard_major", _hazard.region, _hazard.due_at, sqlite_where=_major_open, postgresql_where=_major_open)
Index("patrol_plan_pending", _patrol.region, _patrol.ends_at, sqlite_where=_pending, postgresql_where=_pending)

hazard_due_cube = Cube(
    name="hazard_due",
    fact=hazard,
    day="late_on",
    areas=("community", "subdistrict"),
    wide_areas=("subdistrict",),
    by={"unit": "unit", "hazard_kind": "hazard_kind"},
    counters={"due": true(), "due_net": _net, "in_time": _in_time, "in_time_net": and_(_in_time, _net)},
)

hazard_open_cube = Cube(
    name="hazard_open",
    fact=hazard,
    areas=("grid", "community", "subdistrict"),
    counters={"open": _open},
)

patrol_cube = Cube(
    name="patrol_plan",
    fact=patrol_plan,
    day="day",
    areas=("subdistrict",),
    wide_areas=("subdistrict",),
    by={"patrol_kind": "patrol_kind"},
    counters={"planned": _patrol.planned_n, "done": _patrol.done_n},
)

water_cube = Cube(
    name="water_day",
    fact=water_day,
    day="day",
    areas=("subdistrict",),
    counters={"drownings": water_day.c.drownings_n, "warnings": water_day.c.warnings_n},
)

preventable_cube = Cube(
    name="preventable_month",
    fact=preventable_month,
    day="month_on",
    areas=("subdistrict",),
    counters={"cases": _month.burglary_n + _month.theft_n + _month.fraud_n, "residents": _month.residents_n},
)

preventable_kind_cube = Cube(
    name="preventable_kind",
    fact=preventable_month,
    day="month_on",
    areas=(),
    counters={**{kind: _month[f"{kind}_n"] for kind in KINDS}, "residents": _month.residents_n},
)

CUBES = (hazard_due_cube, hazard_open_cube, patrol_cube, water_cube, preventable_cube, preventable_kind_cube)


def _due(counter: str) -> Measure:
    return Measure(hazard_due_cube, counter)


hazards_in_time = Ratio(_due("in_time_net"), _due("due_net"))
hazards_in_time_gross = Ratio(_due("in_time"), _due("due"))
hazards_not_in_time = Ratio(hazards_in_time.over, hazards_in_time.under, rest=True)
hazards_open = Measure(hazard_open_cube, "open")
hazards_late = Waiting(hazard, "due_at", _late, longer_s=0)
major_late = Waiting(hazard, "due_at", and_(_late, _major), longer_s=0)

patrols = Ratio(Measure(patrol_cube, "done"), Measure(patrol_cube, "planned"))
beach_gaps = Ratio(patrols.over, patrols.under, rest=True).keyed("patrol_kind", "beach")
patrols_unlogged = Waiting(patrol_plan, "ends_at", _pending, longer_s=LOGGED_S)

drownings = Measure(water_cube, "drownings")
warnings = Measure(water_cube, "warnings")
preventable = Ratio(Measure(preventable_cube, "cases"), Measure(preventable_cube, "residents"), 10_000.0)


def patrols_of(kind: str) -> Ratio:
    """Patrols done of those planned, of one kind; none where none of that kind were to take place."""
    return patrols.keyed("patrol_kind", kind)


def preventable_of(kind: str) -> Ratio:
    """Cases of one of KINDS per 10,000 residents; of the whole district only."""
    return Ratio(Measure(preventable_kind_cube, kind), Measure(preventable_kind_cube, "residents"), 10_000.0)


def _level(now: datetime) -> ColumnElement[str]:
    """How a hazard presses: a major one past its limit, any other past it, the rest; one put off does not."""
    past = _hazard.due_at < now
    return case((~_net, "none"), (and_(past, _major), "critical"), (past, "warning"), (_major, "watch"), else_="ok")


hazard_spots = Spots(hazard, _level, kind="hazard_kind", where=_open, at="due_at")

major_hazards = Listing(
    hazard,
    (
        Told("number"),
        Told("hazard_kind", by="hazard_kind"),
        Told("community", by="community"),
        Told("unit", by="unit"),
        Told("found_at", "time"),
        Told("deferred_at", "time"),
        Told("days_left", "days", value=lambda now, day: _hazard.late_on - 1 - day),
    ),
    where=lambda now, day: _major_open,
    order=lambda now, day: (_hazard.due_at, _hazard.hazard),
)
