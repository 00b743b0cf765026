"""Regulated premises as numbers: who is visited, what checks find, whether results are published, whose licence runs out.

Premises are legal entities and public; nothing of the persons behind them is kept. A row of `premises` carries what its own past says
(last visit, failed samples, complaints of a week), as the bureau's system delivers it each hour.
"""

from itertools import pairwise

from sqlalchemy import Boolean, Column, ColumnElement, Float, Index, Integer, SmallInteger, String, Table, and_, case, or_, true

from data.cubes import Cube
from data.differences import Difference
from data.listings import Listing, Told
from data.measures import Measure, Ratio
from data.schema import metadata, region_column
from data.spots import Spots
from data.uscc import refusal

CLASSES = ("A", "B", "C", "D")  # from low to high risk
YEAR_DAYS = 365  # premises nobody visited for so long are unvisited
CLUSTER, CLUSTER_DAYS = 5, 7  # complaints about one business within a week
TWICE = 2  # failed samples of one business within a year
LICENCE_DAYS = 30
AREAS = ("grid", "community", "subdistrict")
WIDE = ("subdistrict",)

premises = Table(
    "premises",
    metadata,
    region_column(),
    Column("uscc", String(18), primary_key=True),
    Column("name_zh", String(80), nullable=False),
    Column("name_en", String(120), nullable=False),
    Column("trade", String(24), nullable=False),
    Column("risk_class", String(1), nullable=False),  # code list: credit risk of the enterprise
    Column("food_grade", String(1)),  # code list: food risk; NULL: no food business
    Column("licence_kind", String(24)),  # code list; NULL: needs none
    Column("licence_until_on", Integer),
    Column("licence_state", String(16)),  # code list: valid, lapsing, renewing, expired
    Column("subdistrict", String(32), nullable=False),
    Column("community", String(32)),
    Column("grid", String(32)),
    Column("lon", Float),
    Column("lat", Float),
    Column("visited_on", Integer),  # the last visit of the year before now; NULL: none
    Column("failed_n", SmallInteger, nullable=False),  # samples failed within a year
    Column("complaints_n", SmallInteger, nullable=False),  # within CLUSTER_DAYS
    info={"refusal": refusal},
)

market_check = Table(
    "market_check",
    metadata,
    region_column(),
    Column("number", String(24), primary_key=True),
    Column("check_plan", String(24), nullable=False),  # code list: the line of the plan it belongs to
    Column("joint", Boolean, nullable=False),  # held with other departments
    Column("uscc", String(18), nullable=False),
    Column("risk_class", String(1), nullable=False),
    Column("subdistrict", String(32), nullable=False),
    Column("community", String(32)),
    Column("grid", String(32)),
    Column("checked_on", Integer, nullable=False),
    Column("problem", Boolean, nullable=False),
    Column("publish_due_on", Integer, nullable=False),  # 20 working days later
    Column("published_on", Integer),
    Column("publish_ok", Boolean),  # NULL while neither published nor past its limit
    info={"refusal": refusal},
)

check_plan = Table(
    "check_plan",
    metadata,
    region_column(),
    Column("month_on", Integer, primary_key=True, autoincrement=False),  # last day of the month by which they are to be held
    Column("check_plan", String(24), primary_key=True),
    Column("subdistrict", String(32), primary_key=True),
    Column("year_on", Integer, nullable=False),  # first day of the year
    Column("planned_n", SmallInteger, nullable=False),
    Column("joint_n", SmallInteger, nullable=False),  # of those
)

graded_visit = Table(
    "graded_visit",
    metadata,
    region_column(),
    Column("uscc", String(18), primary_key=True),
    Column("due_on", Integer, primary_key=True, autoincrement=False),  # last day of the quarter in which it is required
    Column("food_grade", String(1), nullable=False),
    Column("subdistrict", String(32), nullable=False),
    Column("community", String(32)),
    Column("visited_on", Integer),
    Column("in_time", Boolean),  # NULL while neither visited nor past its quarter
    info={"refusal": refusal},
)

_site, _check, _plan, _visit = premises.c, market_check.c, check_plan.c, graded_visit.c
_visited = _site.visited_on.is_not(None)
_cluster, _twice = _site.complaints_n >= CLUSTER, _site.failed_n >= TWICE
_lapsing, _expired = (_site.licence_state == state for state in ("lapsing", "expired"))
_risky = and_(~_visited, or_(_site.risk_class == "C", _site.risk_class == "D"))
Index("premises_cluster", _site.region, _site.complaints_n, sqlite_where=_cluster, postgresql_where=_cluster)
Index("premises_twice", _site.region, _site.failed_n, sqlite_where=_twice, postgresql_where=_twice)
_runs_out = or_(_lapsing, _expired)
Index("premises_licence", _site.region, _site.licence_until_on, sqlite_where=_runs_out, postgresql_where=_runs_out)
Index("premises_risky", _site.region, _site.uscc, sqlite_where=_risky, postgresql_where=_risky)

premises_cube = Cube(
    name="premises",
    fact=premises,
    areas=AREAS,
    wide_areas=WIDE,
    by={"trade": "trade", "risk_class": "risk_class"},
    counters={
        "all": true(),
        "visited": _visited,
        "unvisited": ~_visited,
        "risky": _risky,
        "cluster": _cluster,
        "twice": _twice,
        "lapsing": _lapsing,
        "expired": _expired,
        "renewing": _site.licence_state == "renewing",
    },
)

grid_cube = Cube(
    name="premises_grid",
    fact=premises,
    areas=(),
    wide_areas=WIDE,
    by={"grid": "grid"},
    counters={"unvisited": ~_visited},
)

check_cube = Cube(
    name="market_check",
    fact=market_check,
    day="checked_on",
    areas=("subdistrict",),
    wide_areas=WIDE,
    by={"check_plan": "check_plan", "risk_class": "risk_class"},
    counters={"checks": true(), "joint": _check.joint, "problem": _check.problem},
)

publish_cube = Cube(
    name="market_publish",
    fact=market_check,
    day="publish_due_on",
    areas=("subdistrict",),
    counters={"due": _check.publish_ok.is_not(None), "in_time": _check.publish_ok},
)

plan_year_cube = Cube(
    name="check_plan_year",
    fact=check_plan,
    day="year_on",
    areas=("subdistrict",),
    wide_areas=WIDE,
    by={"check_plan": "check_plan"},
    counters={"planned": _plan.planned_n, "joint": _plan.joint_n},
)

plan_cube = Cube(name="check_plan", fact=check_plan, day="month_on", areas=("subdistrict",), counters={"planned": _plan.planned_n})

graded_cube = Cube(
    name="graded_visit",
    fact=graded_visit,
    day="due_on",
    areas=("community", "subdistrict"),
    wide_areas=WIDE,
    by={"food_grade": "food_grade"},
    counters={"required": _visit.in_time.is_not(None), "in_time": _visit.in_time},
)

CUBES = (premises_cube, grid_cube, check_cube, publish_cube, plan_year_cube, plan_cube, graded_cube)


def standing(counter: str) -> Measure:
    """How many premises stand in a condition."""
    return Measure(premises_cube, counter)


visited = Ratio(standing("visited"), standing("all"))
unvisited = standing("unvisited")
unvisited_by_grid = Measure(grid_cube, "unvisited")

checks = Measure(check_cube, "checks")
plan_done = Ratio(checks, Measure(plan_year_cube, "planned"))
plan_kept = Ratio(checks, Measure(plan_cube, "planned"))  # of what was to be held by now
joint_done = Ratio(Measure(check_cube, "joint"), Measure(plan_year_cube, "joint"))
published_in_time = Ratio(Measure(publish_cube, "in_time"), Measure(publish_cube, "due"))
problem_found = Ratio(Measure(check_cube, "problem"), checks)
_yield = {key: problem_found.keyed("risk_class", key) for key in CLASSES}
STEPS = tuple(Difference(_yield[higher], _yield[lower]) for lower, higher in pairwise(CLASSES))
graded_in_time = Ratio(Measure(graded_cube, "in_time"), Measure(graded_cube, "required"))

_level: ColumnElement[str] = case((_site.complaints_n >= 2 * CLUSTER, "critical"), else_="warning")
cluster_spots = Spots(premises, _level, kind="trade", where=_cluster, title=("name_zh", "name_en"), number="uscc")

_WHO = (Told("business", names=(_site.name_zh, _site.name_en)), Told("trade", by="trade"))
_WHERE = (Told("subdistrict", by="subdistrict"), Told("community", by="community"))
clusters_listed = Listing(
    premises,
    (*_WHO, Told("complaints_n", "count"), Told("risk_class", by="risk_class"), *_WHERE, Told("uscc")),
    where=lambda now, day: _cluster,
    order=lambda now, day: (_site.complaints_n.desc(), _site.uscc),
)
twice_listed = Listing(
    premises,
    (*_WHO, Told("failed_n", "count"), Told("food_grade", by="food_grade"), *_WHERE, Told("uscc")),
    where=lambda now, day: _twice,
    order=lambda now, day: (_site.failed_n.desc(), _site.uscc),
)
licences_listed = Listing(
    premises,
    (
        *_WHO,
        Told("licence_kind", by="licence_kind"),
        Told("days_left", "days", value=lambda now, day: _site.licence_until_on - day),
        Told("licence_state", by="licence_state"),
        *_WHERE,
    ),
    where=lambda now, day: _runs_out,
    order=lambda now, day: (_site.licence_until_on, _site.uscc),
    most=30,
)
unvisited_listed = Listing(
    premises,
    (*_WHO, Told("risk_class", by="risk_class"), *_WHERE, Told("grid", by="grid")),
    where=lambda now, day: _risky,
    order=lambda now, day: (_site.risk_class.desc(), _site.subdistrict, _site.uscc),
    most=15,
    total=standing("risky"),
)
