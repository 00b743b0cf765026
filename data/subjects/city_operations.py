"""City operations as numbers: the city's own cases, events and components always apart, and the things the city must keep in order.

City cases are events and components that run the whole loop, those settled on the spot in a grid left out.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Float, Index, Integer, String, Table, and_, case, or_, true

from data.columns import UtcDateTime
from data.cubes import Cube
from data.distributions import Distribution
from data.listings import Listing, Told
from data.measures import Measure, Ratio
from data.schema import case_file, metadata, region_column
from data.spots import Spots
from data.subjects import cases
from data.waiting import Waiting

_case = case_file.c
_AREAS = ("grid", "community", "subdistrict")
KINDS = ("event", "component")
MAJORS = ("C01", "C02", "C03", "C04", "C05")  # of components; the types of one lie between it and the next
ARRIVAL_S = 1800  # an urgent case is arrived at within half an hour of its report
SHORT_LIMIT = ("work_hours", 4.0)  # the limit most city cases have

component_group = Table(
    "component_group",
    metadata,
    region_column(),
    Column("community", String(32), primary_key=True),
    Column("type", String(80), primary_key=True),  # of table case_type
    Column("major", String(16), nullable=False),
    Column("subdistrict", String(32), nullable=False),
    Column("total_n", Integer, nullable=False),  # in the ledger
)

lamp_night = Table(
    "lamp_night",
    metadata,
    region_column(),
    Column("community", String(32), primary_key=True),
    Column("circuit", String(16), primary_key=True),  # code list `circuit`: arterial, other
    Column("night_on", Integer, primary_key=True, autoincrement=False),  # the local day the night begins on
    Column("subdistrict", String(32), nullable=False),
    Column("due_n", Integer, nullable=False),
    Column("lit_n", Integer, nullable=False),  # at the check
)

road_work = Table(
    "road_work",
    metadata,
    region_column(),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("road_work", String(16), nullable=False),  # code list `road_work`: closure, works
    Column("road_reason", String(16), nullable=False),  # code list `road_reason`
    Column("name_zh", String(120), nullable=False),
    Column("name_en", String(160), nullable=False),
    Column("lon", Float),
    Column("lat", Float),
    Column("subdistrict", String(32)),
    Column("community", String(32)),
    Column("grid", String(32)),
    Column("unit", String(48), nullable=False),
    Column("from_at", UtcDateTime, nullable=False),
    Column("until_at", UtcDateTime, nullable=False),  # as announced
    Column("lifted_at", UtcDateTime),
)
_road = road_work.c
Index(
    "road_work_standing",
    _road.region,
    _road.until_at,
    sqlite_where=_road.lifted_at.is_(None),
    postgresql_where=_road.lifted_at.is_(None),
)
Index(
    "case_file_clocked",
    _case.region,
    _case.closed_on,
    _case.kind,
    _case.type,
    _case.unit,
    _case.clock_s,
    sqlite_where=_case.clock_s.is_not(None),
    postgresql_where=_case.clock_s.is_not(None),
)


def _apart(rules: Mapping[str, ColumnElement[Any]]) -> dict[str, ColumnElement[Any]]:
    """Each counter of both kinds together, of events alone and of components alone."""
    return {
        name if kind is None else f"{kind}_{name}": rule if kind is None else and_(_case.kind == kind, rule)
        for name, rule in rules.items()
        for kind in (None, *KINDS)
    }


_ever_filed = or_(_case.filed_at.is_not(None), cases.LOOP["dispatched"])
_filed = and_(_case.valid, _ever_filed)
_urgent = and_(_case.urgent, _case.valid, _case.accepted_at.is_not(None))
LOOP = {"received": true(), "filed": _ever_filed, **{name: cases.LOOP[name] for name in ("dispatched", "handled", "checked", "closed")}}


city_reported = Cube(
    name="city_reported",
    fact=case_file,
    day="reported_on",
    hour="reported_hour",
    areas=_AREAS,
    wide_areas=("subdistrict",),
    by={"type": "type", "line": ("source", "channel")},
    where=cases.city,
    counters={
        **_apart({"received": true(), "filed": _filed, "decided": or_(_filed, _case.state.in_(("rejected", "redirected")))}),
        **cases.loop_counters(LOOP, true(), "reached_"),
        "urgent": _urgent,
        "urgent_arrived": and_(_urgent, _case.accept_s + _case.arrive_s <= ARRIVAL_S),
    },
    stood=cases.stood,
    later=("reached_handled", "reached_checked", "reached_closed"),
)

_in_time = or_(_case.handled_at <= _case.due_at, and_(_case.handled_at.is_(None), _case.closed_at <= _case.due_at))
city_due = Cube(
    name="city_due",
    fact=case_file,
    day="due_on",
    areas=_AREAS,
    wide_areas=("subdistrict",),
    by={"unit": "unit"},
    where=cases.city,
    counters=_apart(
        {
            "due": cases.judged,
            "due_net": and_(cases.judged, ~_case.deferred),
            "handled": and_(cases.judged, _in_time),
            "handled_net": and_(cases.judged, _in_time, ~_case.deferred),
            "on_time": and_(cases.judged, _case.on_time),
            "on_time_net": and_(cases.judged, _case.on_time, ~_case.deferred),
        }
    ),
)

_checked = and_(_case.valid, or_(_case.checked_at.is_not(None), _case.rework_n > 0))
city_closed = Cube(
    name="city_closed",
    fact=case_file,
    day="closed_on",
    areas=_AREAS,
    wide_areas=("subdistrict",),
    by={"unit": "unit"},
    where=cases.city,
    counters=_apart({"checked": _checked, "failed": and_(_checked, _case.rework_n > 0)}),
)

_overdue = and_(_case.open, _case.overdue)
city_open = Cube(
    name="city_open",
    fact=case_file,
    areas=_AREAS,
    wide_areas=("subdistrict",),
    by={"unit": "unit", "type": "type"},
    where=cases.city,
    counters={
        **_apart({"open": _case.open, "overdue": _overdue}),
        "urgent_open": and_(_case.open, _case.urgent),
        "urgent_overdue": and_(_overdue, _case.urgent),
        **{
            f"open_{major.lower()}": and_(_case.open, _case.type >= major, _case.type < following)
            for major, following in zip(MAJORS, (*MAJORS[1:], "C06"), strict=True)
        },
    },
    stood=cases.stood,
)

component_cube = Cube(
    name="component_group",
    fact=component_group,
    areas=("community", "subdistrict"),
    wide_areas=("subdistrict", "community"),
    by={"type": "type", "major": "major"},
    counters={"total": component_group.c.total_n},
)

lamp_cube = Cube(
    name="lamp_night",
    fact=lamp_night,
    day="night_on",
    areas=("community", "subdistrict"),
    wide_areas=("subdistrict", "community"),
    by={"circuit": "circuit"},
    counters={"due": lamp_night.c.due_n, "lit": lamp_night.c.lit_n},
)

_standing = _road.lifted_at.is_(None)
road_cube = Cube(
    name="road_work",
    fact=road_work,
    areas=_AREAS,
    wide_areas=("subdistrict",),
    by={"road_reason": "road_reason"},
    where=_standing,
    counters={"standing": true(), "closures": _road.road_work == "closure", "works": _road.road_work == "works"},
)

CUBES = (city_reported, city_due, city_closed, city_open, component_cube, lamp_cube, road_cube)


def _named(kind: str, counter: str) -> str:
    return f"{kind}_{counter}" if kind else counter


def reported(counter: str, kind: str = "") -> Measure:
    """A counter of the city cases reported in a span, of both kinds or one."""
    return Measure(city_reported, _named(kind, counter))


def standing(counter: str, kind: str = "") -> Measure:
    """A counter of the city cases open now, of both kinds or one."""
    return Measure(city_open, _named(kind, counter))


def filing(kind: str = "") -> Ratio:
    """Filed of those decided on: the rejected and the redirected are not filed; void and merged reports are no reports of their own."""
    return Ratio(reported("filed", kind), reported("decided", kind))


def handled_in_time(kind: str = "", net: bool = True) -> Ratio:
    """Handled by the effective deadline of those due, the deferred left out (net) or kept (gross)."""
    return _of_due("handled", kind, net)


def closed_in_time(kind: str = "", net: bool = True) -> Ratio:
    """Closed by the effective deadline of those due, the deferred left out (net) or kept (gross)."""
    return _of_due("on_time", kind, net)


def _of_due(counter: str, kind: str, net: bool) -> Ratio:
    tail = "_net" if net else ""
    return Ratio(Measure(city_due, _named(kind, counter + tail)), Measure(city_due, _named(kind, f"due{tail}")))


def rework(kind: str = "") -> Ratio:
    """Closed cases with at least one failed check of those checked."""
    return Ratio(Measure(city_closed, _named(kind, "failed")), Measure(city_closed, _named(kind, "checked")))


def stage_time(start: str, end: str) -> Distribution:
    """How long the city cases reported in a span took from one of their moments to another, by the wall clock."""
    return cases.stage_time(start, end, cases.city)


handling_time = Distribution(case_file, "clock_s", "closed_on", apart=("kind", "type", "unit"))
overdue_age = Waiting(case_file, "due_at", where=and_(cases.city, _overdue), stood=cases.stood)
urgent_arrival = Ratio(reported("urgent_arrived"), reported("urgent"))

components = Measure(component_cube, "total")
components_in_order = Ratio(standing("open", "component"), components, rest=True)


def major_in_order(major: str) -> Ratio:
    """The share of a major class of components without an open defect."""
    return Ratio(standing(f"open_{major.lower()}"), components.keyed("major", major), rest=True)


lamps_lit = Ratio(Measure(lamp_cube, "lit"), Measure(lamp_cube, "due"))
closures = Measure(road_cube, "closures")
roads_overrun = Waiting(road_work, "until_at", _standing, longer_s=0.0)

_waits = and_(cases.city, _case.open, _case.urgent, _case.arrived_at.is_(None), _case.handled_at.is_(None))
urgent_late = Waiting(case_file, "accepted_at", _waits, longer_s=ARRIVAL_S)
urgent_waiting = Listing(
    case_file,
    columns=(
        Told("number"),
        Told("type", by="type"),
        Told("community", by="community"),
        Told("unit", by="unit"),
        Told("state", "state"),
        Told("reported_at", "time"),
        Told("due_at", "time"),
    ),
    where=lambda now, day: _waits,
    order=lambda now, day: (_case.reported_at, _case.number),
)

roads = Listing(
    road_work,
    columns=(
        Told("place", names=(_road.name_zh, _road.name_en)),
        Told("road_reason", by="road_reason"),
        Told("unit", by="unit"),
        Told("from_at", "time"),
        Told("until_at", "time"),
    ),
    where=lambda now, day: _standing,
    order=lambda now, day: (_road.road_work, _road.until_at, _road.number),
)


def _road_level(now: datetime) -> ColumnElement[str]:
    """A closed road warns, works past their announced end are to be watched."""
    return case((_road.road_work == "closure", "warning"), (_road.until_at < now, "watch"), else_="none")


road_spots = Spots(road_work, _road_level, "road_work", _standing, ("name_zh", "name_en"), "number", "until_at")
