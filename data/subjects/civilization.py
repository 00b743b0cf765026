"""Civilization as numbers: points visited round by round, the items that fail there, and whether what was fixed stays fixed.

A round is a calendar month. A point's newest visit says how it stands: a veto item, too many items failed, or passed.
"""

from sqlalchemy import BigInteger, Boolean, Column, Float, Index, Integer, SmallInteger, String, Table, and_, case, select, true

from data.columns import UtcDateTime
from data.cubes import Cube
from data.differences import Difference
from data.listings import Listing, Told
from data.measures import Measure, Ratio
from data.schema import REGION, metadata, region_column
from data.spots import Spots

VENUES = ("market", "toilet")  # judged as venues, beside all other points
THIRD = 3  # failures of one item at one point within TIMES_DAYS
TIMES_DAYS, RELAPSE_DAYS, PAIR_DAYS = 90, 30, 3
AREAS = ("grid", "community", "subdistrict")
WIDE = ("subdistrict",)

civ_point = Table(
    "civ_point",
    metadata,
    region_column(),
    Column("number", String(24), primary_key=True),
    Column("point_type", String(24), nullable=False),
    Column("name_zh", String(80), nullable=False),
    Column("name_en", String(120), nullable=False),
    Column("subdistrict", String(32), nullable=False),
    Column("community", String(32)),
    Column("grid", String(32)),
    Column("lon", Float),
    Column("lat", Float),
    Column("state", String(16)),  # of the newest visit: passed, failed, veto; NULL: never visited
    Column("visited_at", UtcDateTime),
)

civ_visit = Table(
    "civ_visit",
    metadata,
    region_column(),
    Column("round_on", Integer, primary_key=True, autoincrement=False),  # last day of the month
    Column("point", String(24), primary_key=True),
    Column("inspector", String(16), primary_key=True),  # own, third_party: an organisation, never a person
    Column("point_type", String(24), nullable=False),
    Column("subdistrict", String(32), nullable=False),
    Column("community", String(32)),
    Column("grid", String(32)),
    Column("visited_at", UtcDateTime, nullable=False),
    Column("items_n", SmallInteger, nullable=False),
    Column("passed_n", SmallInteger, nullable=False),
    Column("vetoes_n", SmallInteger, nullable=False),
    Column("lost_marks", SmallInteger, nullable=False),
    Column("met", Boolean, nullable=False),  # no veto item and at least 85 % of the items passed
)

civ_check = Table(
    "civ_check",
    metadata,
    region_column(),
    Column("round_on", Integer, primary_key=True, autoincrement=False),
    Column("point", String(24), primary_key=True),
    Column("inspector", String(16), primary_key=True),
    Column("theme", String(24), primary_key=True),  # the part of a visit that looks at one group of indicators
    Column("point_type", String(24), nullable=False),
    Column("subdistrict", String(32), nullable=False),
    Column("items_n", SmallInteger, nullable=False),
    Column("passed_n", SmallInteger, nullable=False),
)

civ_fault = Table(
    "civ_fault",
    metadata,
    region_column(),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("point", String(24), nullable=False),
    Column("point_type", String(24), nullable=False),
    Column("indicator", String(32), nullable=False),
    Column("theme", String(24), nullable=False),
    Column("inspector", String(16), nullable=False),
    Column("unit", String(48), nullable=False),  # that has to fix it
    Column("subdistrict", String(32), nullable=False),
    Column("community", String(32)),
    Column("grid", String(32)),
    Column("marks", SmallInteger, nullable=False),  # lost
    Column("veto", Boolean, nullable=False),
    Column("found_at", UtcDateTime, nullable=False),
    Column("found_on", Integer, nullable=False),
    Column("round_on", Integer, nullable=False),  # last day of its month
    Column("due_at", UtcDateTime, nullable=False),
    Column("due_on", Integer, nullable=False),
    Column("fixed_at", UtcDateTime),  # NULL again when a recheck sends it back
    Column("fixed_on", Integer),
    Column("rechecked_at", UtcDateTime),
    Column("sent_back_n", SmallInteger, nullable=False),
    Column("relapsed_on", Integer),  # the same item failed here again within RELAPSE_DAYS of the fix
    Column("times_n", SmallInteger, nullable=False),  # failures of this item here within TIMES_DAYS, this one included
    Column("again", Boolean, nullable=False),  # a relapse of an earlier one
    Column("photo_before_n", SmallInteger, nullable=False),
    Column("photo_after_n", SmallInteger, nullable=False),
    Column("open", Boolean, nullable=False),
    Column("late", Boolean, nullable=False),  # open and past its limit
    Column("on_time", Boolean),  # NULL while neither fixed nor due
    Index("civ_fault_found", REGION, "found_on"),
    Index("civ_fault_fixed", REGION, "fixed_on"),
)
_fault, _visit, _point = civ_fault.c, civ_visit.c, civ_point.c
_thrice = _fault.times_n >= THIRD
Index("civ_fault_third", _fault.region, _fault.found_on, sqlite_where=_thrice, postgresql_where=_thrice)
Index("civ_fault_open", _fault.region, _fault.due_at, sqlite_where=_fault.open == true(), postgresql_where=_fault.open)

_venue = _visit.point_type.in_(VENUES)
visit_cube = Cube(
    name="civ_visit",
    fact=civ_visit,
    day="round_on",  # a round is told as a whole
    areas=AREAS,
    wide_areas=WIDE,
    by={"point_type": "point_type", "inspector": "inspector", "subdistrict": "subdistrict"},
    counters={
        "visits": true(),
        "items": _visit.items_n,
        "passed": _visit.passed_n,
        "clear": _visit.vetoes_n == 0,
        "met": _visit.met,
        "venues": _venue,
        "venues_met": and_(_venue, _visit.met),
        "lost": _visit.lost_marks,
    },
)

check_cube = Cube(
    name="civ_check",
    fact=civ_check,
    day="round_on",
    areas=WIDE,
    wide_areas=WIDE,
    by={"point_type_theme": ("point_type", "theme")},
    counters={"items": civ_check.c.items_n, "passed": civ_check.c.passed_n},
)

lost_cube = Cube(
    name="civ_lost",
    fact=civ_fault,
    day="round_on",
    areas=AREAS,
    wide_areas=WIDE,
    by={"indicator": "indicator"},
    counters={"faults": true(), "lost": _fault.marks, "again": _fault.again},
)

found_cube = Cube(name="civ_found", fact=civ_fault, day="found_on", areas=AREAS, counters={"third": _thrice})

due_cube = Cube(
    name="civ_due",
    fact=civ_fault,
    day="due_on",
    areas=AREAS,
    counters={"due": _fault.on_time.is_not(None), "on_time": _fault.on_time},
)

fixed_cube = Cube(
    name="civ_fixed",
    fact=civ_fault,
    day="fixed_on",
    areas=AREAS,
    counters={
        "fixed": _fault.fixed_on.is_not(None),
        "relapsed": _fault.relapsed_on.is_not(None),
        "rechecked": _fault.rechecked_at.is_not(None),
        "sent_back": and_(_fault.rechecked_at.is_not(None), _fault.sent_back_n > 0),
    },
)

open_cube = Cube(
    name="civ_open",
    fact=civ_fault,
    areas=("community", "subdistrict"),
    wide_areas=WIDE,
    by={"unit": "unit"},
    counters={
        "open": _fault.open,
        "veto": and_(_fault.open, _fault.veto),
        "late": _fault.late,
        "in_time": and_(_fault.open, ~_fault.late),
    },
)

CUBES = (visit_cube, check_cube, lost_cube, found_cube, due_cube, fixed_cube, open_cube)


def _visited(over: str, under: str, scale: float = 100.0) -> Ratio:
    return Ratio(Measure(visit_cube, over), Measure(visit_cube, under), scale)


item_pass = _visited("passed", "items")
own_pass, third_party_pass = (item_pass.keyed("inspector", key) for key in ("own", "third_party"))
deviation = Difference(own_pass, third_party_pass)
without_veto = _visited("clear", "visits")
points_met = _visited("met", "visits")
venues_met = _visited("venues_met", "venues")
markets_met, toilets_met = (points_met.keyed("point_type", key) for key in VENUES)
marks_a_visit = _visited("lost", "visits", 1.0)
theme_pass = Ratio(Measure(check_cube, "passed"), Measure(check_cube, "items"))

marks_lost = Measure(lost_cube, "lost")
third_failures = Measure(found_cube, "third")
recurring = Ratio(Measure(lost_cube, "again"), Measure(lost_cube, "faults"))

fixed_on_time = Ratio(Measure(due_cube, "on_time"), Measure(due_cube, "due"))
relapse = Ratio(Measure(fixed_cube, "relapsed"), Measure(fixed_cube, "fixed"))
sent_back = Ratio(Measure(fixed_cube, "sent_back"), Measure(fixed_cube, "rechecked"))

open_faults, open_vetoes = Measure(open_cube, "open"), Measure(open_cube, "veto")
late_faults, faults_in_time = Measure(open_cube, "late"), Measure(open_cube, "in_time")

point_spots = Spots(
    civ_point,
    level=case({"veto": "critical", "failed": "warning", "passed": "ok"}, value=_point.state),
    kind="point_type",
    title=("name_zh", "name_en"),
    at="visited_at",
)


def _named_point() -> Told:
    here = and_(_point[REGION] == _fault[REGION], _point.number == _fault.point)
    zh, en = (select(_point[name]).where(here).scalar_subquery() for name in ("name_zh", "name_en"))
    return Told("point", names=(zh, en))


_WHAT = (_named_point(), Told("indicator", by="indicator"))
vetoes_listed = Listing(
    civ_fault,
    (*_WHAT, Told("unit", by="unit"), Told("found_at", "time"), Told("due_at", "time")),
    where=lambda now, day: and_(_fault.open, _fault.veto),
    order=lambda now, day: (_fault.due_at, _fault.number),
)
third_listed = Listing(
    civ_fault,
    (*_WHAT, Told("times_n", "count"), Told("unit", by="unit"), Told("found_at", "time"), Told("fixed_at", "time")),
    where=lambda now, day: and_(_fault.found_on > day - RELAPSE_DAYS, _thrice),
    order=lambda now, day: (_fault.open.desc(), _fault.times_n.desc(), _fault.found_at.desc(), _fault.number),
    most=20,
)
pairs_listed = Listing(
    civ_fault,
    (*_WHAT, Told("found_at", "time"), Told("photo_before_n", "count"), Told("fixed_at", "time"), Told("photo_after_n", "count")),
    where=lambda now, day: _fault.fixed_on > day - PAIR_DAYS,
    order=lambda now, day: (_fault.fixed_at.desc(), _fault.number),
    most=20,
)
