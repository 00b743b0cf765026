"""Safety cells as numbers: places (schools, markets, estates …) that are made safe, reviewed by a checklist, named demonstration points.

A cell is a place, never a person. The levels of demonstration overlap: one place may be named by city and district, so each is a row
of `cell_title` and nobody sums them.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, Boolean, Column, ColumnElement, Float, Index, Integer, SmallInteger, String, Table, and_, case, or_, true

from data.columns import UtcDateTime
from data.cubes import Cube
from data.listings import Listing, Told
from data.measures import Measure, Ratio
from data.schema import metadata, region_column
from data.spots import Spots
from data.waiting import Waiting

STATES = ("proposed", "creating", "passed", "failed", "lapsed")  # the life of a cell, in order
DEFENCES = ("people", "physical", "technical")
SOON = timedelta(days=30)  # a review due so soon is announced
FAULT_H = 24  # a video fault in a school may last so long
KEPT_D = 30  # and its pictures are kept so long at the least

safety_cell = Table(
    "safety_cell",
    metadata,
    region_column(),
    Column("cell", String(40), primary_key=True),
    Column("cell_type", String(16), nullable=False),  # code list `cell_type`
    Column("name_zh", String(80), nullable=False),  # of the place
    Column("name_en", String(120), nullable=False),
    Column("subdistrict", String(32), nullable=False),
    Column("community", String(32)),
    Column("grid", String(32)),
    Column("lon", Float),
    Column("lat", Float),
    Column("state", String(16), nullable=False),  # one of STATES; lapsed: its review is long past
    Column("created_on", Integer),  # NULL: not yet in the register
    Column("last_review_on", Integer),
    Column("next_review_on", Integer),
    Column("review_due_at", UtcDateTime),  # the end of that day
    Column("score", SmallInteger),
    Column("items_n", SmallInteger),  # of the checklist, at the last review
    Column("failed_n", SmallInteger),
)

cell_title = Table(
    "cell_title",
    metadata,
    region_column(),
    Column("cell", String(40), primary_key=True),
    Column("cell_level", String(16), primary_key=True),  # code list `cell_level`: city, district, street
    Column("cell_type", String(16), nullable=False),
    Column("subdistrict", String(32), nullable=False),
    Column("led", Boolean, nullable=False),  # by the district itself
    Column("awarded_on", Integer),  # this year; NULL: planned for this year, not named yet
    Column("created", Boolean, nullable=False),  # whether the cell is in the register
    Column("passed", Boolean, nullable=False),  # and passed its latest review
)

cell_base = Table(
    "cell_base",
    metadata,
    region_column(),
    Column("subdistrict", String(32), primary_key=True),
    Column("cell_type", String(16), primary_key=True),
    Column("units_n", Integer, nullable=False),  # places of this type
    Column("planned_n", Integer, nullable=False),  # of them to be cells by the end of the plan
)

cell_review = Table(
    "cell_review",
    metadata,
    region_column(),
    Column("review", BigInteger, primary_key=True, autoincrement=False),
    Column("cell", String(40), nullable=False),
    Column("cell_type", String(16), nullable=False),
    Column("subdistrict", String(32), nullable=False),
    Column("reviewed_on", Integer, nullable=False),
    Column("due_on", Integer, nullable=False),
    Column("passed", Boolean, nullable=False),
    Column("score", SmallInteger, nullable=False),
    Column("items_n", SmallInteger, nullable=False),
    Column("failed_n", SmallInteger, nullable=False),
)

cell_fault = Table(
    "cell_fault",
    metadata,
    region_column(),
    Column("review", BigInteger, primary_key=True, autoincrement=False),
    Column("cell_item", String(24), primary_key=True),  # code list `cell_item`: the line of the checklist that failed
    Column("subdistrict", String(32), nullable=False),
    Column("reviewed_on", Integer, nullable=False),
)

school_check = Table(
    "school_check",
    metadata,
    region_column(),
    Column("school", String(40), primary_key=True),
    Column("name_zh", String(80), nullable=False),
    Column("name_en", String(120), nullable=False),
    Column("subdistrict", String(32), nullable=False),
    Column("community", String(32)),
    Column("term", String(8), nullable=False),  # 2026S spring, 2026A autumn: the newest checked
    Column("checked_on", Integer, nullable=False),
    Column("people_ok", Boolean, nullable=False),  # guards, duty round the clock, patrols
    Column("physical_ok", Boolean, nullable=False),  # walls, gates, gear
    Column("technical_ok", Boolean, nullable=False),  # video, alarm to the police
    Column("fault_h", SmallInteger),  # how long the longest video fault of the term took to mend; NULL: none
    Column("kept_d", SmallInteger, nullable=False),  # days its pictures are kept
)

_cell, _title, _review, _school = safety_cell.c, cell_title.c, cell_review.c, school_check.c
_created = _cell.created_on.is_not(None)
_by_type = {"cell_type": "cell_type"}
_secure = and_(_school.people_ok, _school.physical_ok, _school.technical_ok)
_failed = _cell.state == "failed"
Index("safety_cell_due", _cell.region, _cell.review_due_at)
Index("safety_cell_failed", _cell.region, _cell.cell, sqlite_where=_failed, postgresql_where=_failed)

cell_cube = Cube(
    name="safety_cell",
    fact=safety_cell,
    areas=("community", "subdistrict"),
    wide_areas=("subdistrict",),
    by=_by_type,
    counters={"created": _created, **{state: _cell.state == state for state in STATES}},
)

title_cube = Cube(
    name="cell_title",
    fact=cell_title,
    areas=("subdistrict",),
    wide_areas=("subdistrict",),
    by={"cell_level": "cell_level", **_by_type},
    counters={
        "planned": true(),
        "awarded": _title.awarded_on.is_not(None),
        "led": _title.led,
        "led_awarded": and_(_title.led, _title.awarded_on.is_not(None)),
        "created": _title.created,
        "passed": _title.passed,
    },
)

base_cube = Cube(
    name="cell_base",
    fact=cell_base,
    areas=("subdistrict",),
    wide_areas=("subdistrict",),
    by=_by_type,
    counters={"units": cell_base.c.units_n, "planned": cell_base.c.planned_n},
)

review_cube = Cube(
    name="cell_review",
    fact=cell_review,
    day="reviewed_on",
    areas=("subdistrict",),
    wide_areas=("subdistrict",),
    by=_by_type,
    counters={"reviews": true(), "passed": _review.passed, "late": _review.reviewed_on > _review.due_on},
)

fault_cube = Cube(
    name="cell_fault",
    fact=cell_fault,
    day="reviewed_on",
    areas=("subdistrict",),
    wide_areas=("subdistrict",),
    by={"cell_item": "cell_item"},
    counters={"faults": true()},
)

school_cube = Cube(
    name="school_check",
    fact=school_check,
    areas=("community", "subdistrict"),
    counters={
        "schools": true(),
        "people": _school.people_ok,
        "physical": _school.physical_ok,
        "technical": _school.technical_ok,
        "secure": _secure,
        "mended": or_(_school.fault_h.is_(None), _school.fault_h <= FAULT_H),
        "kept": _school.kept_d >= KEPT_D,
    },
)

CUBES = (cell_cube, title_cube, base_cube, review_cube, fault_cube, school_cube)


def _schools(counter: str) -> Ratio:
    return Ratio(Measure(school_cube, counter), Measure(school_cube, "schools"))


def state(name: str) -> Measure:
    """How many cells are in one of STATES."""
    return Measure(cell_cube, name)


created = Measure(cell_cube, "created")
passed = Ratio(state("passed"), created)
passed_titles = Ratio(Measure(title_cube, "passed"), Measure(title_cube, "created"))
covered = Ratio(created, Measure(base_cube, "units"))
extended = Ratio(created, Measure(base_cube, "planned"))
awarded = Ratio(Measure(title_cube, "awarded"), Measure(title_cube, "planned"))
led = Ratio(Measure(title_cube, "led_awarded"), Measure(title_cube, "led"))
review_passed = Ratio(Measure(review_cube, "passed"), Measure(review_cube, "reviews"))
review_on_time = Ratio(Measure(review_cube, "late"), Measure(review_cube, "reviews"), rest=True)
review_overdue = Waiting(safety_cell, "review_due_at", _created, longer_s=0)
faults = Measure(fault_cube, "faults")
secure, people, physical, technical, mended, kept = (_schools(name) for name in ("secure", *DEFENCES, "mended", "kept"))


def _level(now: datetime) -> ColumnElement[str]:
    """How a cell stands on the map: failed, its review past, passed; one still being made is not judged."""
    return case(
        (_failed, "critical"),
        (_cell.review_due_at < now, "warning"),
        (_cell.state == "passed", "ok"),
        else_="none",
    )


def _wanting(now: datetime) -> ColumnElement[bool]:
    return or_(_failed, _cell.review_due_at < now)


cell_spots = Spots(safety_cell, _level, kind="cell_type", title=("name_zh", "name_en"), number="cell", at="review_due_at")
wanting_spots = replace(cell_spots, where=_wanting)

reviews_due = Listing(
    safety_cell,
    (
        Told("cell", names=(_cell.name_zh, _cell.name_en)),
        Told("cell_type", by="cell_type"),
        Told("subdistrict", by="subdistrict"),
        Told("state", by="cell_state"),
        Told("failed_n", "count"),
        Told("days_left", "days", value=lambda now, day: _cell.next_review_on - day),
    ),
    where=lambda now, day: _cell.review_due_at < now + SOON,
    order=lambda now, day: (_cell.review_due_at, _cell.cell),
    most=16,
)

failed_cells = Listing(
    safety_cell,
    (
        Told("cell", names=(_cell.name_zh, _cell.name_en)),
        Told("cell_type", by="cell_type"),
        Told("subdistrict", by="subdistrict"),
        Told("score", "points"),
        Told("items_n", "count"),
        Told("failed_n", "count"),
        Told("days_left", "days", value=lambda now, day: _cell.next_review_on - day),
    ),
    where=lambda now, day: _failed,
    order=lambda now, day: (_cell.score, _cell.cell),
)


def _verdict(defence: str) -> Told:
    met = _school[f"{defence}_ok"]
    return Told(defence, by="verdict", value=case((met, "met"), else_="unmet"))


schools_failing = Listing(
    school_check,
    (
        Told("school", names=(_school.name_zh, _school.name_en)),
        Told("subdistrict", by="subdistrict"),
        *(_verdict(defence) for defence in DEFENCES),
        Told("fault_h", "hours"),
        Told("kept_d", "days"),
    ),
    where=lambda now, day: ~_secure,
    order=lambda now, day: (_school.subdistrict, _school.school),
)
